//! FOREACH: a list, and clauses that write for each of its elements. What they declare stays inside.

use super::Binder;
use super::bind_expr::expect;
use super::bound_query::BoundClause;
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast;

impl Binder<'_> {
    pub(super) fn foreach(&mut self, clause: &ast::Foreach) -> Result<BoundClause, Error> {
        let list = self.expr(&clause.list)?;
        expect(&list, TypeSet::LIST, "a list")?;
        self.must_be_new(&clause.variable)?;
        self.scoped(|b| {
            let variable = b.value_variable(&clause.variable.text, list.kind.element());
            b.scope.insert(&clause.variable.text, variable);
            let body = b.clauses(&clause.clauses, clause.span)?;
            Ok(BoundClause::Foreach { list: list.expr, variable, clauses: body.clauses })
        })
    }
}
