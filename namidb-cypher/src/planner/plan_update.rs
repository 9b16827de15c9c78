//! CREATE, MERGE, SET, REMOVE and DELETE.

use super::{Planner, plan_subquery};
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::binder::bound_query::{BoundMatch, BoundMerge};
use crate::logical::{CreatePattern, LogicalPlan};
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
