//! UNWIND.

use super::Binder;
use super::bound_query::BoundClause;
use crate::Error;
use crate::syntax::ast;

impl Binder<'_> {
    pub(super) fn unwind(&mut self, clause: &ast::Unwind) -> Result<BoundClause, Error> {
        let list = self.expr(&clause.list)?;
        self.must_be_new(&clause.variable)?;
        // A value that is no list is unwound as itself.
        let variable = self.value_variable(&clause.variable.text, list.kind.element());
        self.scope.insert(&clause.variable.text, variable);
        Ok(BoundClause::Unwind { list: list.expr, variable })
    }
}
