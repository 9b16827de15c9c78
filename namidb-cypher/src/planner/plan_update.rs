//! CREATE, MERGE, SET, REMOVE and DELETE.

use super::{Planner, plan_subquery};
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::binder::bound_query::{BoundClause, BoundMatch, BoundMerge};
use crate::logical::{ChildRole, CreatePattern, LogicalPlan};
use crate::syntax::span::Span;
use namidb_core::hash::HashSet;

impl Planner<'_> {
    /// CREATE over the rows of a plan.
    pub(super) fn create(
        &mut self,
        mut plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        patterns: Vec<CreatePattern>,
        paths: Vec<(VarId, Vec<VarId>)>,
    ) -> LogicalPlan {
        for pattern in patterns {
            pattern.for_each_created(&mut |v| {
                live.insert(v);
            });
            plan = LogicalPlan::Create { input: Box::new(plan), pattern };
        }
        extend_paths(plan, live, paths)
    }

    /// FOREACH over the rows of a plan: for each row and element the clauses in turn.
    pub(super) fn foreach(
        &mut self,
        plan: LogicalPlan,
        live: &HashSet<VarId>,
        list: Expr,
        variable: VarId,
        clauses: Vec<BoundClause>,
    ) -> LogicalPlan {
        let mut inside = live.clone();
        inside.insert(variable);
        let start = plan_subquery::argument(&inside);
        let mut body = self.clauses(start, &mut inside, clauses);
        let elements = LogicalPlan::Unwind { input: Box::new(plan_subquery::argument(live)), list, variable };
        let mut is_one_operator = false;
        body.for_each_child(&mut |role, child| {
            is_one_operator |= role == ChildRole::Input && matches!(child, LogicalPlan::Argument { .. });
        });
        let inner = if is_one_operator {
            // One after the other or all together is the same for a single operator.
            let mut elements = Some(elements);
            body.for_each_child_mut(&mut |role, child| {
                if let (ChildRole::Input, Some(elements)) = (role, elements.take()) {
                    *child = elements;
                }
            });
            body
        } else {
            LogicalPlan::ForEach { input: Box::new(elements), inner: Box::new(plan_subquery::prune(body)) }
        };
        LogicalPlan::ForEach { input: Box::new(plan), inner: Box::new(plan_subquery::prune(inner)) }
    }

    /// MERGE over the rows of a plan.
    pub(super) fn merge(
        &mut self,
        plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        merge: BoundMerge,
    ) -> LogicalPlan {
        let BoundMerge { mut pattern, create, on_create, on_match } = merge;
        let paths = std::mem::take(&mut pattern.paths);
        let clause = BoundMatch { pattern, predicates: Vec::new(), optional: false };
        let mut inside = live.clone();
        let matching = self.matches(plan_subquery::argument(live), &mut inside, vec![clause]);
        create.for_each_created(&mut |v| {
            live.insert(v);
        });
        let plan = LogicalPlan::Merge {
            input: Box::new(plan),
            matching: Box::new(plan_subquery::prune(matching)),
            pattern: create,
            on_create,
            on_match,
        };
        extend_paths(plan, live, paths)
    }
}

fn extend_paths(
    plan: LogicalPlan,
    live: &mut HashSet<VarId>,
    paths: Vec<(VarId, Vec<VarId>)>,
) -> LogicalPlan {
    if paths.is_empty() {
        return plan;
    }
    live.extend(paths.iter().map(|(path, _)| *path));
    let path = |parts| Expr { kind: ExprKind::Path(parts), span: Span::default() };
    let items = paths.into_iter().map(|(variable, parts)| (variable, path(parts))).collect();
    LogicalPlan::Extend { input: Box::new(plan), items }
}
