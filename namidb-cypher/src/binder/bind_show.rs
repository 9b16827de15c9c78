//! SHOW.

use super::Binder;
use super::bind_show_callables::{FUNCTION_COLUMNS, Listing, PROCEDURE_COLUMNS};
use super::bound_query::{BoundClause, BoundStatement, Columns};
use super::errors::{did_you_mean, semantic};
use super::types::Type;
use crate::Error;
use crate::logical::LogicalPlan;
use crate::logical::schema::{Show, Shown};
use crate::syntax::ast;
use crate::syntax::span::Span;
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
        let plan = match listing {
            Listing::Rows(rows) => self.constant_rows(rows, listed, show.span),
            Listing::Definitions(shown) => LogicalPlan::Show(Show { shown, columns: listed }),
        };
        Ok((plan, columns))
    }
}
