//! CALL of subqueries.

use super::Binder;
use super::bound::VarId;
use super::bound_query::BoundClause;
use super::errors::semantic;
use super::scope::Scope;
use crate::Error;
use crate::syntax::ast;

impl Binder<'_> {
    /// CALL { .. }.
    pub(super) fn call_subquery(&mut self, call: &ast::CallSubquery) -> Result<BoundClause, Error> {
        let around = self.scope.clone();
        let mut named = Scope::default();
        if let Some(imports) = &call.imports {
            if imports.star {
                named = around.clone();
            }
            for name in &imports.names {
                let variable = self.resolve(&name.text, name.span)?;
                named.insert(&name.text, variable);
            }
        }
        let query = self.query_from(&call.query, |part| match &call.imports {
            Some(_) => named.clone(),
            // The older form imports by a WITH at the beginning.
            None if matches!(part.clauses.first(), Some(ast::Clause::With(_))) => around.clone(),
            None => Scope::default(),
        })?;
        let mut imports: Vec<VarId> = around.variables();
        imports.sort();
        for (name, variable) in &query.columns {
            if around.get(name).is_some() {
                return Err(semantic(
                    "VariableAlreadyBound",
                    call.span,
                    format!("the variable {name} is already defined outside the subquery"),
                ));
            }
            self.scope.insert(name, *variable);
        }
        let transactions = match &call.in_transactions {
            Some(transactions) => Some(Box::new(self.in_transactions(transactions)?)),
            None => None,
        };
        Ok(BoundClause::Call { query: Box::new(query), imports, optional: call.optional, transactions })
    }
}
