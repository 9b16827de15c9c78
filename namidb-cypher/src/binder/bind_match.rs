//! MATCH and OPTIONAL MATCH.

use super::Binder;
use super::bound_query::{BoundClause, BoundMatch};
use crate::Error;
use crate::syntax::ast;

impl Binder<'_> {
    pub(super) fn match_(&mut self, clause: &ast::Match) -> Result<BoundClause, Error> {
        let pattern = self.pattern(&clause.pattern, clause.repeatable)?;
        let mut predicates = Vec::new();
        if let Some(predicate) = &clause.predicate {
            self.predicate(predicate)?.into_conjuncts(&mut predicates);
        }
        Ok(BoundClause::Match(BoundMatch { pattern, predicates, optional: clause.optional }))
    }
}
