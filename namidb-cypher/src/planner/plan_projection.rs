//! WITH and RETURN.
//!
//! ```text
//! rows -> Aggregate -> Project -> Distinct -> Sort -> Skip -> Limit -> Filter -> Project
//! ```
//!
//! with only those that the clause needs. What neither ORDER BY nor WHERE reads is computed by the last
//! projection, for the rows that are left.

use super::Planner;
use crate::binder::bound::{ArithmeticOp, Expr, ExprKind, VarId};
use crate::binder::bound_query::BoundProjection;
use crate::logical::{LogicalPlan, SortKey};
use namidb_core::hash::{HashMap, HashSet};

impl Planner<'_> {
    /// A projection over the rows of a plan. Its items are what is live after it.
    pub(super) fn project(
        &mut self,
        mut plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        projection: BoundProjection,
    ) -> LogicalPlan {
        let BoundProjection { grouping, mut items, distinct, order, skip, limit, predicates } = projection;
        *live = items.iter().map(|(variable, _)| *variable).collect();
        let mut later = HashSet::default();
        let exprs = order.iter().map(|k| &k.expr).chain(&predicates);
        exprs.flat_map(Expr::free_variables).for_each(|v| {
            later.insert(v);
        });
        if let Some(grouping) = grouping {
            let made = grouping.keys.iter().map(|(v, _)| *v);
            let made: HashSet<VarId> = made.chain(grouping.aggregates.iter().map(|a| a.variable)).collect();
            let (keys, aggregates) = (grouping.keys, grouping.aggregates);
            plan = LogicalPlan::Aggregate { input: Box::new(plan), keys, aggregates };
            let plain = items.iter().all(|(variable, expr)| expr.is_variable(*variable));
            if plain && made == *live {
                items.clear();
            }
        }
        if distinct {
            let variables = live_in_order(&items, live);
            if !items.is_empty() {
                plan = LogicalPlan::Project { input: Box::new(plan), items: std::mem::take(&mut items) };
            }
            plan = LogicalPlan::Distinct { input: Box::new(plan), variables };
        }
        if !later.is_empty() {
            let mut early = Vec::new();
            for (variable, expr) in &mut items {
                if later.contains(variable) && !expr.is_variable(*variable) {
                    let taken = Expr { kind: ExprKind::Variable(*variable), span: expr.span };
                    early.push((*variable, std::mem::replace(expr, taken)));
                }
            }
            if !early.is_empty() {
                plan = LogicalPlan::Extend { input: Box::new(plan), items: early };
            }
        }
        if !order.is_empty() {
            plan = sort(plan, order, skip.as_ref(), limit.as_ref());
        }
        if let Some(count) = skip {
            plan = LogicalPlan::Skip { input: Box::new(plan), count };
        }
        if let Some(count) = limit {
            plan = LogicalPlan::Limit { input: Box::new(plan), count };
        }
        if !predicates.is_empty() {
            plan = LogicalPlan::Filter { input: Box::new(plan), predicates };
        }
        if !items.is_empty() {
            plan = LogicalPlan::Project { input: Box::new(plan), items };
        } else if live.is_empty() {
            plan = LogicalPlan::Project { input: Box::new(plan), items: Vec::new() };
        }
        plan
    }
}

impl BoundProjection {
    /// Takes out what WHERE asks of single rows, so that it can be asked where the rows are found.
    pub(super) fn take_row_predicates(&mut self) -> Vec<Expr> {
        let keeps_rows =
            self.grouping.is_none() && !self.distinct && self.skip.is_none() && self.limit.is_none();
        if !keeps_rows {
            return Vec::new();
        }
        let computed = self.items.iter().filter(|(variable, expr)| !expr.is_variable(*variable));
        let computed: HashMap<VarId, Expr> = computed.cloned().collect();
        let mut taken = Vec::new();
        self.predicates.retain(|predicate| {
            let needed = predicate.free_variables();
            let cheap = |v: &VarId| computed.get(v).is_none_or(is_cheap);
            let mut moved = predicate.clone();
            if predicate.is_volatile() || !needed.iter().all(cheap) || !moved.substitute(&computed) {
                return true;
            }
            taken.push(moved);
            false
        });
        taken
    }
}

/// Whether evaluating an expression once more costs next to nothing.
fn is_cheap(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Parameter(_) | ExprKind::Variable(_) => true,
        ExprKind::Property { base, .. } => is_cheap(base),
        ExprKind::Function { name, arguments } => {
            matches!(&**name, "elementid" | "id") && arguments.iter().all(is_cheap)
        }
        _ => false,
    }
}

fn live_in_order(items: &[(VarId, Expr)], live: &HashSet<VarId>) -> Vec<VarId> {
    if items.is_empty() {
        let mut variables: Vec<VarId> = live.iter().copied().collect();
        variables.sort();
        return variables;
    }
    items.iter().map(|(variable, _)| *variable).collect()
}

fn sort(plan: LogicalPlan, keys: Vec<SortKey>, skip: Option<&Expr>, limit: Option<&Expr>) -> LogicalPlan {
    let keep = match (skip, limit) {
        (_, None) => None,
        (None, Some(limit)) => Some(limit.clone()),
        (Some(skip), Some(limit)) => Some(Expr {
            kind: ExprKind::Arithmetic {
                op: ArithmeticOp::Add,
                left: Box::new(skip.clone()),
                right: Box::new(limit.clone()),
            },
            span: limit.span,
        }),
    };
    // Evaluated twice, so it must give the same number twice.
    let keep = keep.filter(|count| !count.is_volatile());
    LogicalPlan::Sort { input: Box::new(plan), keys, limit: keep }
}
