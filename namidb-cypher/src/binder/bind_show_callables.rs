//! SHOW FUNCTIONS and SHOW PROCEDURES: what is known when the statement is bound, as constant rows.

use super::Binder;
use super::bound::{Expr, ExprKind, VarId, Variable, VariableKind};
use crate::functions;
use crate::logical::LogicalPlan;
use crate::logical::schema::Shown;
use crate::syntax::span::Span;
use namidb_core::Value;
use std::sync::Arc;

/// What SHOW lists.
pub(super) enum Listing {
    /// Definitions of the catalog, which are read when the statement runs.
    Definitions(Shown),
    /// These rows.
    Rows(Vec<Vec<Value>>),
}

/// The columns of SHOW FUNCTIONS, and whether it has them without YIELD.
pub(super) const FUNCTION_COLUMNS: &[(&str, bool)] = &[
    ("name", true),
    ("category", true),
    ("description", true),
    ("signature", false),
    ("isBuiltIn", false),
    ("aggregating", false),
];

/// The columns of SHOW PROCEDURES, and whether it has them without YIELD.
pub(super) const PROCEDURE_COLUMNS: &[(&str, bool)] =
    &[("name", true), ("description", true), ("mode", true), ("worksOnSystem", true), ("signature", false)];

impl Binder<'_> {
    /// A row for each function, in the order of their names.
    pub(super) fn function_rows(&self) -> Vec<Vec<Value>> {
        let row = |name: &str, category: &str, doc: &str, signature: String| -> Vec<Value> {
            let (built_in, aggregating) = (category != "User", category == "Aggregating");
            let signature = signature.as_str().into();
            vec![name.into(), category.into(), doc.into(), signature, built_in.into(), aggregating.into()]
        };
        let scalars = functions::all_scalars()
            .map(|(category, f)| row(f.name, &format!("{category:?}"), f.doc, f.signature.describe(f.name)));
        let aggregates = functions::all_aggregates()
            .map(|f| row(f.name, "Aggregating", f.doc, f.signature.describe(f.name)));
        let added = self.callables.functions().into_iter().map(|f| {
            let signature = f.signature();
            row(&signature.name, "User", &signature.doc, signature.to_string())
        });
        let mut rows: Vec<Vec<Value>> = scalars.chain(aggregates).chain(added).collect();
        rows.sort_by(|a, b| a.first().and_then(Value::as_str).cmp(&b.first().and_then(Value::as_str)));
        rows
    }

    /// A row for each procedure, in the order of their names.
    pub(super) fn procedure_rows(&self) -> Vec<Vec<Value>> {
        let row = |signature: &functions::procedures::ProcedureSignature| -> Vec<Value> {
            let (name, doc) = (Arc::clone(&signature.name), Arc::clone(&signature.doc));
            let text = signature.to_string().as_str().into();
            vec![Value::String(name), Value::String(doc), "READ".into(), false.into(), text]
        };
        self.callables.all().into_iter().map(|procedure| row(procedure.signature())).collect()
    }

    /// Constant rows as a plan whose columns are these, each by its place in a row.
    pub(super) fn constant_rows(
        &mut self,
        rows: Vec<Vec<Value>>,
        columns: Vec<(usize, VarId)>,
        span: Span,
    ) -> LogicalPlan {
        let expr = |kind| Expr { kind, span };
        let rows: Value = rows.into_iter().map(Value::from).collect();
        let row = self.variables.add(Variable { name: Arc::from("  "), kind: VariableKind::Value });
        let unwound = LogicalPlan::Unwind {
            input: Box::new(LogicalPlan::Unit),
            list: expr(ExprKind::Literal(rows)),
            variable: row,
        };
        let item = |(at, column): (usize, VarId)| {
            let base = Box::new(expr(ExprKind::Variable(row)));
            let index = Box::new(expr(ExprKind::Literal(Value::Integer(at as i64))));
            (column, expr(ExprKind::Index { base, index }))
        };
        LogicalPlan::Project { input: Box::new(unwound), items: columns.into_iter().map(item).collect() }
    }
}
