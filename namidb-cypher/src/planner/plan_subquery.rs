//! Inner plans: they begin with the rows of the plan around them, and see of these only what they read.

use super::Planner;
use crate::binder::bound::VarId;
use crate::binder::bound_query::{BoundClause, BoundQuery};
use crate::logical::{ChildRole, LogicalPlan};
use namidb_core::hash::HashSet;

impl Planner<'_> {
    /// Clauses as a plan over the rows of another one, which have the variables `outer`.
    pub(crate) fn inner_clauses(&mut self, clauses: Vec<BoundClause>, outer: &[VarId]) -> LogicalPlan {
        let mut live: HashSet<VarId> = outer.iter().copied().collect();
        let plan = self.clauses(argument(&live), &mut live, clauses);
        prune(plan)
    }

    /// A query as a plan over the rows of another one, which have the variables `outer`.
    pub(crate) fn inner_query(&mut self, query: BoundQuery, outer: &[VarId]) -> LogicalPlan {
        let live: HashSet<VarId> = outer.iter().copied().collect();
        let plan = self.query(query, &argument(&live), &live);
        prune(plan)
    }
}

/// The start of an inner plan that may see everything.
pub(super) fn argument(live: &HashSet<VarId>) -> LogicalPlan {
    let mut variables: Vec<VarId> = live.iter().copied().collect();
    variables.sort();
    LogicalPlan::Argument { variables }
}

/// Narrows what an inner plan takes from the rows around it to what it reads.
pub(super) fn prune(mut plan: LogicalPlan) -> LogicalPlan {
    let mut read = HashSet::default();
    reads(&plan, &mut read);
    narrow(&mut plan, &read);
    plan
}

/// The variables that the operators of a plan read; of an inner plan those that it takes from around it.
fn reads(plan: &LogicalPlan, read: &mut HashSet<VarId>) {
    plan.for_each_read(&mut |v| {
        read.insert(v);
    });
    plan.for_each_child(&mut |role, child| match role {
        ChildRole::Input => reads(child, read),
        ChildRole::Inner => child.for_each_argument(&mut |v| {
            read.insert(v);
        }),
    });
}

fn narrow(plan: &mut LogicalPlan, read: &HashSet<VarId>) {
    if let LogicalPlan::Argument { variables } = plan {
        variables.retain(|v| read.contains(v));
        return;
    }
    plan.for_each_child_mut(&mut |role, child| {
        if role == ChildRole::Input {
            narrow(child, read);
        }
    });
}
