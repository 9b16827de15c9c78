//! LET, FILTER, and ORDER BY, SKIP and LIMIT as clauses of their own: each is the WITH * that it is short for.

use super::Binder;
use super::bound_query::BoundClause;
use super::errors::semantic;
use crate::Error;
use crate::syntax::ast::{self, Projection, ProjectionItem};
use crate::syntax::span::Span;

impl Binder<'_> {
    /// LET.
    #[inline(never)]
    pub(super) fn let_(&mut self, clause: &ast::Let) -> Result<BoundClause, Error> {
        let mut projection = everything(clause.span);
        for (name, value) in &clause.items {
            self.must_be_new(name)?;
            let (expr, alias, span) = (value.clone(), Some(name.clone()), value.span);
            projection.items.push(ProjectionItem { expr, alias, span });
        }
        let (bound, _) = self.projection(&projection, None, true)?;
        if bound.grouping.is_some() {
            let message = "LET takes no aggregates";
            return Err(semantic("InvalidAggregation", clause.span, message)
                .with_hint("Compute them in a WITH, whose other items group the rows"));
        }
        Ok(BoundClause::Project(Box::new(bound)))
    }

    /// FILTER.
    #[inline(never)]
    pub(super) fn filter(&mut self, clause: &ast::Filter) -> Result<BoundClause, Error> {
        let (bound, _) = self.projection(&everything(clause.span), Some(&clause.predicate), true)?;
        Ok(BoundClause::Project(Box::new(bound)))
    }

    /// ORDER BY, SKIP and LIMIT.
    #[inline(never)]
    pub(super) fn order_by(&mut self, clause: &ast::OrderBy) -> Result<BoundClause, Error> {
        let ast::OrderBy { items, skip, limit, span } = clause;
        let (order_by, skip, limit) = (items.clone(), skip.clone(), limit.clone());
        let projection = Projection { order_by, skip, limit, ..everything(*span) };
        let (bound, _) = self.projection(&projection, None, true)?;
        Ok(BoundClause::Project(Box::new(bound)))
    }
}

/// `*`
fn everything(span: Span) -> Projection {
    let (items, order_by) = (Vec::new(), Vec::new());
    Projection { distinct: false, star: true, items, order_by, skip: None, limit: None, span }
}
