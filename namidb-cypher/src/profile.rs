//! What the operators of a plan do while it runs.

use crate::explain::OperatorProfile;
use crate::logical::LogicalPlan;
use namidb_core::hash::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A place to count for each operator of a plan. Operators are known by where they are, so the plan must stay there.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    operators: HashMap<usize, Arc<OperatorCounters>>,
}

/// What one operator did so far; threads that help count here too.
#[derive(Debug, Default)]
pub(crate) struct OperatorCounters {
    nanos: AtomicU64,
    rows: AtomicU64,
    batches: AtomicU64,
}

impl Profile {
    /// Places for all operators of a plan.
    pub(crate) fn new(plan: &LogicalPlan) -> Profile {
        let mut profile = Profile::default();
        let mut pending = vec![plan];
        while let Some(plan) = pending.pop() {
            profile.operators.insert(address(plan), Arc::default());
            plan.for_each_child(&mut |_, child| pending.push(child));
            plan.for_each_expr(&mut |expr| expr.visit(&mut |part| pending.extend(part.plan())));
        }
        profile
    }

    /// The place of an operator.
    pub(crate) fn counters(&self, plan: &LogicalPlan) -> Option<Arc<OperatorCounters>> {
        self.operators.get(&address(plan)).cloned()
    }

    /// What an operator did, with the time of all that is below it; none if it never ran.
    pub(crate) fn of(&self, plan: &LogicalPlan) -> Option<OperatorProfile> {
        let counters = self.operators.get(&address(plan))?;
        // Beside the profile whoever counts has a share.
        if Arc::strong_count(counters) == 1 {
            return None;
        }
        Some(OperatorProfile {
            rows: counters.rows.load(Ordering::Relaxed),
            batches: counters.batches.load(Ordering::Relaxed),
            time: Duration::from_nanos(counters.nanos.load(Ordering::Relaxed)),
        })
    }
}

impl OperatorCounters {
    /// Counts one call of an operator, and the rows that it gave, if it gave any.
    pub(crate) fn count(&self, time: Duration, rows: Option<u64>) {
        self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        if let Some(rows) = rows {
            self.rows.fetch_add(rows, Ordering::Relaxed);
            self.batches.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn address(plan: &LogicalPlan) -> usize {
    std::ptr::from_ref(plan).addr()
}
