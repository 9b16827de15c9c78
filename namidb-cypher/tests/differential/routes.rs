//! The ways of running a statement that must agree.

use crate::cold::nothing_kept;
use crate::graph::{INDEXES, MISLEADING};
use namidb_core::graph::GraphState;
use namidb_core::runtime::{SharedRuntime, Workers};
use namidb_core::testing::{ColdBlocks, SimRuntime};
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::{ErrorCode, Seq, Value};
use namidb_cypher::exec::{CancelToken, ExecutionContext, QueryOutput, execute, execute_write};
use namidb_cypher::planner::prepare;
use namidb_cypher::{Error, params};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of rows that one execution may hold, and how often it may look whether to go on. Beyond it a statement is left out.
const MEMORY: u64 = 2 << 20;
const LOOKS: u64 = 200;

/// One way of running.
struct Route {
    name: &'static str,
    /// What the plan is made for.
    planned_for: GraphState,
    /// What it runs on.
    state: GraphState,
    cx: ExecutionContext,
}

/// One graph, and the ways of running a statement on it; the first is what the others are compared with.
pub(crate) struct Routes(Vec<Route>);

/// What one route gave: its rows as text, sorted.
pub(crate) type Answer = Result<Vec<String>, Error>;

/// Two routes that do not agree.
#[derive(Debug)]
pub(crate) struct Disagreement {
    /// Which, and what each gave.
    routes: [(&'static str, Result<Vec<String>, String>); 2],
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |(name, answer): &(&str, Result<Vec<String>, String>)| match answer {
            Ok(rows) => format!("{name}, {} rows:\n  {}", rows.len(), rows.join("\n  ")),
            Err(error) => format!("{name}: {error}"),
        };
        write!(f, "{}\n{}", told(&self.routes[0]), told(&self.routes[1]))
    }
}

fn write(state: &GraphState, text: &str, runtime: &SharedRuntime) -> Result<GraphState, Error> {
    let stage = StageContext { seq: Seq(1), time: 0, runtime: Arc::clone(runtime), may_wait: false };
    let mut changes = Changes::new(state, &stage);
    execute_write(&prepare(text, state)?, &mut changes, &ExecutionContext::new(Arc::clone(runtime)))?;
    Ok(changes.state().clone())
}

impl Routes {
    /// The routes over the graph that a statement makes.
    pub(crate) fn over(setup: &str) -> Result<Routes, Error> {
        let runtime: SharedRuntime = Arc::new(SimRuntime::new(0));
        let write = |state: &GraphState, text: &str| write(state, text, &runtime);
        let plain = write(&GraphState::empty(), setup)?;
        let indexed = INDEXES.iter().try_fold(plain.clone(), |state, text| write(&state, text))?;
        let misleading = MISLEADING.iter().try_fold(indexed.clone(), |state, text| write(&state, text))?;
        let blocks = ColdBlocks::default();
        let reopened = blocks.reopened(&indexed);
        let context = |threads: usize, batch_rows: usize| {
            let mut cx = ExecutionContext::new(Arc::clone(&runtime));
            cx.params = params! { "one" => 1 };
            cx.memory_limit = Some(MEMORY);
            cx.workers = Workers::new(threads);
            cx.batch_rows = batch_rows;
            cx
        };
        let route = |name, planned_for: &GraphState, state: &GraphState, cx| Route {
            name,
            planned_for: planned_for.clone(),
            state: state.clone(),
            cx,
        };
        let mut cold = route("reopened, nothing in memory", &reopened, &reopened, context(1, 2));
        cold.cx.residency = Some(nothing_kept(blocks));
        let mut flat = route("flat", &plain, &plain, context(1, 2048));
        flat.cx.factorised = false;
        Ok(Routes(vec![
            route("plain", &plain, &plain, context(1, 2048)),
            route("indexes", &indexed, &indexed, context(1, 2048)),
            route("batches of 1", &plain, &plain, context(1, 1)),
            route("indexes, batches of 3", &indexed, &indexed, context(1, 3)),
            route("threads, batches of 2", &plain, &plain, context(4, 2)),
            route("misleading statistics", &misleading, &indexed, context(1, 2048)),
            flat,
            cold,
        ]))
    }

    /// What the first route gives.
    pub(crate) fn answer(&self, text: &str) -> Answer {
        self.0[0].answer(text)
    }

    /// Compares the others with what the first has given; tells the first one that does not agree.
    pub(crate) fn compare(&self, text: &str, first: &Answer) -> Result<(), Box<Disagreement>> {
        for route in &self.0[1..] {
            let other = route.answer(text);
            let agree = match (first, &other) {
                (Ok(first), Ok(other)) => first == other,
                (_, Err(error)) if is_limit(error) => true,
                (first, other) => first.is_err() == other.is_err(),
            };
            if !agree {
                let told = |answer: &Answer| answer.as_ref().cloned().map_err(ToString::to_string);
                let routes = [(self.0[0].name, told(first)), (route.name, told(&other))];
                return Err(Box::new(Disagreement { routes }));
            }
        }
        Ok(())
    }
}

impl Route {
    fn answer(&self, text: &str) -> Answer {
        let statement = prepare(text, &self.planned_for)?;
        let looks = AtomicU64::new(0);
        let mut cx = self.cx.clone();
        cx.cancel = CancelToken::with_poll(move || looks.fetch_add(1, Ordering::Relaxed) > LOOKS);
        Ok(rows(&execute(&statement, self.state.clone(), &cx)?))
    }
}

/// Whether it was given up for its size: another route may need more or less.
pub(crate) fn is_limit(error: &Error) -> bool {
    matches!(error.code(), ErrorCode::MemoryLimit | ErrorCode::Cancelled)
}

fn rows(output: &QueryOutput) -> Vec<String> {
    let mut rows: Vec<String> = output
        .batches
        .iter()
        .flat_map(|batch| {
            let group = batch.group(0);
            (0..group.len()).map(|row| {
                let cells = group.columns().iter().map(|(_, column)| show(&column.value(row)));
                cells.collect::<Vec<_>>().join(" | ")
            })
        })
        .collect();
    rows.sort_unstable();
    rows
}

/// A value with its type, so that 1 and 1.0 differ.
fn show(value: &Value) -> String {
    format!("{value:?}")
}
