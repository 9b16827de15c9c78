//! MATCH, OPTIONAL MATCH and UNWIND.

use super::Binder;
use super::bound_query::{BoundClause, BoundMatch};
use crate::Error;
use crate::syntax::ast;

impl Binder<'_> {
    pub(super) fn match_(&mut self, clause: &ast::Match) -> Result<BoundClause, Error> {
        let pattern = self.pattern(&clause.pattern)?;
        let mut predicates = Vec::new();
        if let Some(predicate) = &clause.predicate {
            self.predicate(predicate)?.into_conjuncts(&mut predicates);
        }
        Ok(BoundClause::Match(BoundMatch { pattern, predicates, optional: clause.optional }))
    }

    pub(super) fn unwind(&mut self, clause: &ast::Unwind) -> Result<BoundClause, Error> {
        let list = self.expr(&clause.list)?;
        self.must_be_new(&clause.variable)?;
        // A value that is no list is unwound as itself.
        let variable = self.value_variable(&clause.variable.text, list.kind.element());
        self.scope.insert(&clause.variable.text, variable);
        Ok(BoundClause::Unwind { list: list.expr, variable })
    }
}
