//! Subqueries in expressions: EXISTS, COUNT, COLLECT, pattern predicates and pattern comprehensions.
//!
//! They see all names around them, and what they declare stays inside.

use super::Binder;
use super::bind_expr::call;
use super::bound::{Expr, ExprKind, SubqueryKind, VarId, Variable, VariableKind};
use super::bound_query::{BoundClause, BoundMatch, BoundPattern, BoundProjection, BoundQuery};
use super::errors::semantic;
use super::types::Type;
use crate::Error;
use crate::functions::TypeSet;
use crate::logical::LogicalPlan;
use crate::planner::Planner;
use crate::syntax::ast::{self, PathPattern, SubqueryBody};
use crate::syntax::span::Span;
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn exists(&mut self, body: &SubqueryBody, span: Span) -> Result<(ExprKind, Type), Error> {
        let (plan, _) = self.body(body, span)?;
        Ok((subquery(SubqueryKind::Exists, plan), Type::BOOLEAN))
    }

    pub(super) fn count(&mut self, body: &SubqueryBody, span: Span) -> Result<(ExprKind, Type), Error> {
        let (plan, _) = self.body(body, span)?;
        Ok((subquery(SubqueryKind::Count, plan), Type::of(TypeSet::INTEGER)))
    }

    pub(super) fn collect(&mut self, body: &SubqueryBody, span: Span) -> Result<(ExprKind, Type), Error> {
        let (plan, columns) = self.body(body, span)?;
        let [column] = columns.as_slice() else {
            return Err(semantic("InvalidClauseComposition", span, "COLLECT takes a query with one column"));
        };
        let of = Type::list(self.type_of(*column).set);
        Ok((subquery(SubqueryKind::Collect(*column), plan), of))
    }

    /// `(a)-->(b)` as a condition.
    pub(super) fn pattern_predicate(&mut self, path: &PathPattern) -> Result<(ExprKind, Type), Error> {
        let outer = self.scope.variables();
        let pattern = self.scoped(|b| b.expression_path(None, path, false))?;
        self.grow(path.steps.len(), path.span)?;
        let plan = self.plan(vec![matching(pattern, Vec::new())], &outer);
        Ok((subquery(SubqueryKind::Exists, plan), Type::BOOLEAN))
    }

    /// `[path = (a)-->(b) WHERE predicate | projection]`.
    pub(super) fn pattern_comprehension(
        &mut self,
        comprehension: &ast::PatternComprehension,
    ) -> Result<(ExprKind, Type), Error> {
        let outer = self.scope.variables();
        self.grow(comprehension.path.steps.len(), comprehension.path.span)?;
        self.scoped(|b| {
            let pattern = b.expression_path(comprehension.variable.as_ref(), &comprehension.path, true)?;
            let mut predicates = Vec::new();
            if let Some(predicate) = &comprehension.predicate {
                b.predicate(predicate)?.into_conjuncts(&mut predicates);
            }
            let projection = b.expr(&comprehension.projection)?;
            let of = Type::list(projection.kind.set);
            let result = b.variables.add(Variable { name: Arc::from("  "), kind: VariableKind::Value });
            let project = BoundProjection { items: vec![(result, projection.expr)], ..Default::default() };
            let clauses = vec![matching(pattern, predicates), BoundClause::Project(Box::new(project))];
            let plan = b.plan(clauses, &outer);
            Ok((subquery(SubqueryKind::Collect(result), plan), of))
        })
    }

    /// `shortestPath((a)-[*]-(b))` as a value: the path, or null; of allShortestPaths the list of all.
    pub(super) fn shortest_path(&mut self, part: &ast::PatternPart) -> Result<(ExprKind, Type), Error> {
        let outer = self.scope.variables();
        self.grow(1, part.span)?;
        let (pattern, path) = self.scoped(|b| b.shortest_in_expression(part))?;
        let paths =
            subquery(SubqueryKind::Collect(path), self.plan(vec![matching(pattern, Vec::new())], &outer));
        Ok(match part.selector {
            ast::Selector::AllShortest => (paths, Type::list(TypeSet::PATH)),
            _ => (call("head", vec![Expr { kind: paths, span: part.span }]), Type::of(TypeSet::PATH)),
        })
    }

    fn body(&mut self, body: &SubqueryBody, span: Span) -> Result<(LogicalPlan, Vec<VarId>), Error> {
        let outer = self.scope.variables();
        self.scoped(|b| match body {
            SubqueryBody::Pattern { pattern, predicate } => {
                let pattern = b.pattern(pattern, false)?;
                b.grow(pattern.nodes.len() + pattern.relationships.len(), span)?;
                let mut predicates = Vec::new();
                if let Some(predicate) = predicate {
                    b.predicate(predicate)?.into_conjuncts(&mut predicates);
                }
                Ok((b.plan(vec![matching(pattern, predicates)], &outer), Vec::new()))
            }
            SubqueryBody::Query(query) => {
                reads_only(query)?;
                let bound: BoundQuery = b.query(query)?;
                let columns = bound.columns.iter().map(|(_, variable)| *variable).collect();
                let plan = Planner::new(b.state, &mut b.variables).inner_query(bound, &outer);
                Ok((plan, columns))
            }
        })
    }

    fn plan(&mut self, clauses: Vec<BoundClause>, outer: &[VarId]) -> LogicalPlan {
        Planner::new(self.state, &mut self.variables).inner_clauses(clauses, outer)
    }
}

/// Fails if a query writes.
pub(super) fn reads_only(query: &ast::Query) -> Result<(), Error> {
    let queries = std::iter::once(&query.first).chain(query.unions.iter().map(|u| &u.query));
    for clause in queries.flat_map(|q| &q.clauses) {
        if clause.is_updating() {
            return Err(semantic(
                "InvalidClauseComposition",
                clause.span(),
                format!("{} cannot stand in a subquery of an expression", clause.keyword()),
            ));
        }
        if let ast::Clause::CallSubquery(call) = clause {
            super::bind_transactions::refuse_within(std::slice::from_ref(clause))?;
            reads_only(&call.query)?;
        }
    }
    Ok(())
}

fn matching(pattern: BoundPattern, predicates: Vec<Expr>) -> BoundClause {
    BoundClause::Match(BoundMatch { pattern, predicates, optional: false })
}

fn subquery(kind: SubqueryKind, plan: LogicalPlan) -> ExprKind {
    ExprKind::Subquery { kind, plan: Box::new(plan) }
}
