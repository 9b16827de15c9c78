//! Morsels: the nodes of a scan in parts that several threads take one after the other.
//!
//! Which parts there are depends on the graph alone, and what becomes of them is put together in their order. So
//! groups and sums of floats come out the same whatever the number of threads.

use super::ExecutionContext;
use super::build::{Origin, build};
use super::operator::{Operator, Run};
use crate::error::Error;
use crate::physical::{PhysicalOperator, PhysicalPlan};
use namidb_core::graph::{BITMAP_CHUNK_IDS, GraphState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Ids of a morsel: those of a bitmap chunk.
const MORSEL_IDS: u64 = BITMAP_CHUNK_IDS;

/// Does the same with the rows of each morsel of a plan, and gives the results in the order of the morsels; none
/// if the plan, or the graph, cannot be parted.
///
/// # Errors
/// The first morsel's that failed.
pub(crate) fn for_each_morsel<T: Send>(
    plan: &PhysicalPlan,
    run: &mut Run<'_>,
    work: impl Fn(&mut dyn Operator, &mut Run<'_>) -> Result<T, Error> + Sync,
) -> Result<Option<Vec<T>>, Error> {
    let morsels = run.state().next_node_id().0.div_ceil(MORSEL_IDS);
    if morsels < 2 || !begins_with_scan(plan) {
        return Ok(None);
    }
    let Some(state) = run.lend_state() else { return Ok(None) };
    // Each takes the state from here and puts it back, so that no thread keeps chunks that are asked back.
    let shared = Mutex::new(state);
    let mut alone = run.cx.clone();
    alone.cancel = run.cx.cancel.without_poll();
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let results: Mutex<Vec<(u64, Result<T, Error>)>> = Mutex::new(Vec::new());
    let take_morsels = |cx: &ExecutionContext| {
        while !failed.load(Ordering::Relaxed) {
            let morsel = next.fetch_add(1, Ordering::Relaxed);
            if morsel >= morsels {
                break;
            }
            let result = run_morsel(plan, morsel, &shared, cx, &work);
            failed.fetch_or(result.is_err(), Ordering::Relaxed);
            // A thread that panicked has poisoned nothing but its own result.
            results.lock().unwrap_or_else(|p| p.into_inner()).push((morsel, result));
        }
    };
    let others = usize::try_from(morsels - 1).unwrap_or(usize::MAX);
    run.cx.workers.run(others, |caller| take_morsels(if caller { run.cx } else { &alone }));
    run.take_back(shared.into_inner().unwrap_or_else(|p| p.into_inner()));
    let mut results = results.into_inner().unwrap_or_else(|p| p.into_inner());
    // Morsels are taken in order, so all before one that failed have run.
    results.sort_by_key(|(morsel, _)| *morsel);
    results.into_iter().map(|(_, result)| result).collect::<Result<Vec<T>, Error>>().map(Some)
}

fn run_morsel<T>(
    plan: &PhysicalPlan,
    morsel: u64,
    shared: &Mutex<GraphState>,
    cx: &ExecutionContext,
    work: &impl Fn(&mut dyn Operator, &mut Run<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let ids = morsel * MORSEL_IDS..(morsel + 1) * MORSEL_IDS;
    let mut operator = build(plan, Origin::Morsel(ids), cx);
    let lock = || shared.lock().unwrap_or_else(|p| p.into_inner());
    let state = lock().clone();
    let mut run = Run::reading(state, cx);
    let result = work(operator.as_mut(), &mut run);
    if run.is_lighter()
        && let Some(lighter) = run.lend_state()
    {
        *lock() = lighter;
    }
    result
}

/// Whether a plan makes rows of rows, one apart from the other, beginning with a scan.
fn begins_with_scan(plan: &PhysicalPlan) -> bool {
    let mut next = plan;
    loop {
        next = match &next.operator {
            PhysicalOperator::NodeScan(input, _) if matches!(input.operator, PhysicalOperator::Unit) => {
                return true;
            }
            PhysicalOperator::NodeScan(input, _)
            | PhysicalOperator::IndexSeek(input, _)
            | PhysicalOperator::UuidSeek(input, _)
            | PhysicalOperator::IdSeek(input, _)
            | PhysicalOperator::Expand(input, _)
            | PhysicalOperator::ExpandInto(input, _)
            | PhysicalOperator::Intersect(input, _)
            | PhysicalOperator::ExpandBound(input, _)
            | PhysicalOperator::VarExpand(input, _)
            | PhysicalOperator::Filter(input, _)
            | PhysicalOperator::Extend(input, _)
            | PhysicalOperator::Project(input, _)
            | PhysicalOperator::Unwind(input, _)
            | PhysicalOperator::Apply(input, _) => input,
            _ => return false,
        };
    }
}
