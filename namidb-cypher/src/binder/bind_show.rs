//! SHOW.

use super::Binder;
use super::bind_show_callables::{FUNCTION_COLUMNS, Listing, PROCEDURE_COLUMNS};
use super::bound::{Expr, ExprKind};
use super::bound_query::{BoundClause, BoundStatement, Columns};
use super::errors::{did_you_mean, semantic};
use super::types::Type;
use crate::Error;
use crate::logical::LogicalPlan;
use crate::logical::schema::{Show, Shown};
use crate::syntax::ast::{self, ShowOnly, ShownConstraint};
use crate::syntax::span::Span;
use namidb_core::Value;
use std::sync::Arc;

impl Binder<'_> {
    /// SHOW: what it lists as a plan, and what is done with its rows.
    pub(super) fn show(&mut self, show: &ast::Show) -> Result<BoundStatement, Error> {
        let (rows, listed) = self.listing(show)?;
        let mut clauses = Vec::new();
        if let Some(order_by) = &show.order_by {
            clauses.push(self.order_by(order_by)?);
        }
        if let Some(predicate) = &show.predicate {
            let (predicate, span) = (predicate.clone(), predicate.span);
            clauses.push(self.filter(&ast::Filter { predicate, span })?);
        }
        let mut columns = listed.clone();
        if let Some(returns) = &show.returns {
            let (projection, returned) = self.projection(&returns.projection, None, false)?;
            clauses.push(BoundClause::Project(Box::new(projection)));
            columns = returned;
        }
        Ok(BoundStatement::Show { rows, listed, clauses, columns })
    }

    /// What SHOW lists as a plan, and its columns, which are visible from now on.
    fn listing(&mut self, show: &ast::Show) -> Result<(LogicalPlan, Columns), Error> {
        let (all, listing) = match show.kind {
            ast::ShowKind::Indexes => (Shown::Indexes.columns(), Listing::Definitions(Shown::Indexes)),
            ast::ShowKind::Constraints => {
                (Shown::Constraints.columns(), Listing::Definitions(Shown::Constraints))
            }
            ast::ShowKind::Functions => (FUNCTION_COLUMNS, Listing::Rows(self.function_rows())),
            ast::ShowKind::Procedures => (PROCEDURE_COLUMNS, Listing::Rows(self.procedure_rows())),
            ast::ShowKind::Databases => (Shown::Databases.columns(), Listing::Definitions(Shown::Databases)),
        };
        let mut listed = Vec::new();
        let mut columns: Columns = Vec::new();
        let mut add = |binder: &mut Self, at: usize, name: &Arc<str>, span: Span| {
            if columns.iter().any(|(other, _)| other == name) {
                let message = format!("the column {name} is there twice");
                return Err(semantic("ColumnNameConflict", span, message));
            }
            let variable = binder.value_variable(name, Type::ANY);
            binder.scope.insert(name, variable);
            listed.push((at, variable));
            columns.push((Arc::clone(name), variable));
            Ok(())
        };
        match &show.yields {
            Some(yields) if !yields.star => {
                for item in &yields.items {
                    let field = &item.field;
                    let Some(at) = all.iter().position(|(name, _)| *name == &*field.text) else {
                        let message = format!("SHOW has no column {}", field.text);
                        let error = semantic("UndefinedVariable", field.span, message);
                        return Err(did_you_mean(error, &field.text, all.iter().map(|(name, _)| *name)));
                    };
                    add(self, at, &item.alias.as_ref().unwrap_or(field).text, item.span)?;
                }
            }
            yields => {
                for (at, (name, usual)) in all.iter().enumerate() {
                    if *usual || yields.is_some() {
                        add(self, at, &Arc::from(*name), show.span)?;
                    }
                }
            }
        }
        let predicate = show.only.and_then(|only| {
            let (column, wanted) = selected(only);
            let at = all.iter().position(|(name, _)| *name == column)?;
            let variable = self.value_variable(&Arc::from("  "), Type::ANY);
            listed.push((at, variable));
            let expr = |kind| Expr { kind, span: show.span };
            let item = Box::new(expr(ExprKind::Variable(variable)));
            let list = Box::new(expr(ExprKind::Literal(wanted.into_iter().collect())));
            Some(expr(ExprKind::In { item, list }))
        });
        let plan = match listing {
            Listing::Rows(rows) => self.constant_rows(rows, listed, show.span),
            Listing::Definitions(shown) => LogicalPlan::Show(Show { shown, columns: listed }),
        };
        let plan = match predicate {
            Some(predicate) => LogicalPlan::Filter { input: Box::new(plan), predicates: vec![predicate] },
            None => plan,
        };
        Ok((plan, columns))
    }
}

/// The column by which the rows are told apart, and its values in those that are listed.
fn selected(only: ShowOnly) -> (&'static str, Vec<Value>) {
    match only {
        ShowOnly::Function { built_in } => ("isBuiltIn", vec![built_in.into()]),
        ShowOnly::Index(kind) => ("type", vec![kind.as_str().into()]),
        ShowOnly::Constraint { of, relationship } => {
            let [of_nodes, of_relationships] = match of {
                ShownConstraint::Unique => ["UNIQUENESS", "RELATIONSHIP_UNIQUENESS"],
                ShownConstraint::Key => ["NODE_KEY", "RELATIONSHIP_KEY"],
                ShownConstraint::Existence => ["NODE_PROPERTY_EXISTENCE", "RELATIONSHIP_PROPERTY_EXISTENCE"],
                ShownConstraint::Type => ["NODE_PROPERTY_TYPE", "RELATIONSHIP_PROPERTY_TYPE"],
            };
            let names = match relationship {
                Some(false) => vec![of_nodes],
                Some(true) => vec![of_relationships],
                None => vec![of_nodes, of_relationships],
            };
            ("type", names.into_iter().map(Value::from).collect())
        }
    }
}
