//! CALL { .. } IN TRANSACTIONS: where it may stand, and what it says.

use super::Binder;
use super::bound::{ExprKind, VarId};
use super::bound_query::InTransactions;
use super::errors::semantic;
use super::types::Type;
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast::{self, Clause, Query, SingleQuery};
use namidb_core::Value;

impl Binder<'_> {
    pub(super) fn in_transactions(
        &mut self,
        transactions: &ast::InTransactions,
    ) -> Result<InTransactions, Error> {
        let rows = match &transactions.rows {
            Some(rows) => Some(self.rows_of_transaction(rows)?),
            None => None,
        };
        let mut status: Option<VarId> = None;
        if let Some(name) = &transactions.status {
            self.must_be_new(name)?;
            let variable = self.value_variable(&name.text, Type::of(TypeSet::MAP));
            self.scope.insert(&name.text, variable);
            status = Some(variable);
        }
        Ok(InTransactions { rows, on_error: transactions.on_error, status, span: transactions.span })
    }

    fn rows_of_transaction(&mut self, rows: &ast::Expr) -> Result<super::bound::Expr, Error> {
        let typed = self.without_aggregates(|b| b.expr(rows))?;
        super::bind_expr::expect(&typed, TypeSet::INTEGER, "an integer")?;
        if !typed.expr.free_variables().is_empty() {
            let message = "the rows of a transaction are a number that is the same for all of them";
            return Err(semantic("NonConstantExpression", rows.span, message));
        }
        if matches!(typed.expr.kind, ExprKind::Literal(Value::Integer(n)) if n < 1) {
            let message = "a transaction takes one row or more";
            return Err(semantic("NegativeIntegerArgument", rows.span, message));
        }
        Ok(typed.expr)
    }
}

fn singles(query: &Query) -> impl Iterator<Item = &SingleQuery> {
    std::iter::once(&query.first).chain(query.unions.iter().map(|union| &union.query))
}

/// Fails if a subquery commits where it cannot: within another subquery, or in a statement that writes outside of it.
pub(super) fn check(query: &Query) -> Result<(), Error> {
    let clauses = || singles(query).flat_map(|single| &single.clauses);
    let commits =
        |clause: &&Clause| matches!(clause, Clause::CallSubquery(call) if call.in_transactions.is_some());
    for clause in clauses() {
        if let Clause::CallSubquery(call) = clause {
            singles(&call.query).try_for_each(|single| refuse_within(&single.clauses))?;
        }
    }
    if !clauses().any(|clause| commits(&clause)) {
        return Ok(());
    }
    match clauses().filter(|clause| !commits(clause)).find(|clause| writes(clause)) {
        None => Ok(()),
        Some(clause) => Err(semantic(
            "InvalidClauseComposition",
            clause.span(),
            "beside CALL IN TRANSACTIONS a statement does not write",
        )
        .with_hint("Put the writing into the subquery")),
    }
}

/// Fails if there is a subquery among clauses, or in them, that commits.
pub(super) fn refuse_within(clauses: &[Clause]) -> Result<(), Error> {
    for clause in clauses {
        let Clause::CallSubquery(call) = clause else { continue };
        if let Some(transactions) = &call.in_transactions {
            let message = "a subquery runs in transactions of its own only where it stands in no other";
            return Err(semantic("InvalidClauseComposition", transactions.span, message));
        }
        singles(&call.query).try_for_each(|single| refuse_within(&single.clauses))?;
    }
    Ok(())
}

fn writes(clause: &Clause) -> bool {
    match clause {
        Clause::CallSubquery(call) => singles(&call.query).flat_map(|single| &single.clauses).any(writes),
        clause => clause.is_updating(),
    }
}
