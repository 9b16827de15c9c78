//! A graph that statements run on one after the other, in one of the ways that must give the same.

use crate::cold::nothing_kept;
use namidb_core::Seq;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::runtime::{BoxFuture, Runtime, SharedRuntime, Workers, system};
use namidb_core::testing::ColdBlocks;
use namidb_core::transaction::{Changes, StageContext};
use namidb_cypher::Error;
use namidb_cypher::exec::{ExecutionContext, QueryOutput, execute_write};
use namidb_cypher::functions::procedures::Callables;
use namidb_cypher::logical::PlannedStatement;
use namidb_cypher::planner::prepare_with;
use std::sync::Arc;
use std::time::Duration;

/// A way of running.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    /// On one thread, in batches of the usual size.
    Plain,
    /// In batches of so many rows.
    Batches(usize),
    /// On several threads, in batches of two rows.
    Threads,
    /// Without factorised batches.
    Flat,
    /// With an index on each label and property of the graph.
    Indexes,
    /// With plans made for another graph: what is frequent here is rare there, and it has indexes that are not here.
    Misleading,
    /// Checkpointed and opened again before each statement, with nothing in memory and a cache that keeps nothing.
    Reopened,
}

#[derive(Debug)]
struct Still;

impl Runtime for Still {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}
    fn spawn_blocking(&self, _: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        work();
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn unix_micros(&self) -> i64 {
        1_750_000_000_000_000
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        system::fill_random(bytes);
    }
}

/// The graph and all that statements are given.
pub(crate) struct Session {
    state: GraphState,
    pub(crate) cx: ExecutionContext,
    pub(crate) procedures: Callables,
    route: Route,
    /// The graph that plans are made for, if it is another one.
    planned_for: Option<GraphState>,
    /// Where the graph lies, if none of it is in memory before a query.
    cold: Option<ColdBlocks>,
}

impl Session {
    pub(crate) fn new(route: Route) -> Session {
        let mut session = Session {
            state: GraphState::empty(),
            cx: ExecutionContext::new(Arc::new(Still) as SharedRuntime),
            procedures: Callables::new(),
            route,
            planned_for: None,
            cold: (route == Route::Reopened).then(ColdBlocks::default),
        };
        match route {
            Route::Plain | Route::Indexes | Route::Misleading => {}
            Route::Batches(rows) => session.cx.batch_rows = rows,
            Route::Threads => {
                session.cx.workers = Workers::new(4);
                session.cx.batch_rows = 2;
            }
            Route::Flat => session.cx.factorised = false,
            // The smallest batches read the graph in the smallest pieces.
            Route::Reopened => session.cx.batch_rows = 2,
        }
        if let Some(blocks) = &session.cold {
            session.cx.residency = Some(nothing_kept(blocks.clone()));
        }
        session
    }

    /// What the route does before the query of a scenario, with the graph that there is by then.
    pub(crate) fn before_query(&mut self) {
        let names = names(&self.state);
        match self.route {
            Route::Indexes => self.state = with_indexes(&self.state, &names, &self.cx),
            Route::Misleading => self.planned_for = Some(misleading(&names, &self.cx)),
            _ => {}
        }
    }

    pub(crate) fn run(&mut self, text: &str) -> Result<QueryOutput, Error> {
        if let Some(blocks) = &self.cold {
            self.state = blocks.reopened(&self.state);
        }
        let planned_for = self.planned_for.as_ref().unwrap_or(&self.state);
        let statement = prepare_with(text, planned_for, &self.procedures)?;
        let (output, state) = write(&statement, &self.state, &self.cx)?;
        self.state = state;
        Ok(output)
    }

    /// A value that the kit writes as an expression.
    pub(crate) fn literal(&mut self, text: &str) -> Value {
        let output = self.run(&format!("RETURN {text} AS value")).unwrap();
        output.batches[0].group(0).columns()[0].1.value(0)
    }
}

fn write(
    statement: &PlannedStatement,
    state: &GraphState,
    cx: &ExecutionContext,
) -> Result<(QueryOutput, GraphState), Error> {
    let runtime: SharedRuntime = Arc::new(Still);
    let context = StageContext { seq: Seq(1), time: cx.time, runtime, may_wait: false };
    let mut changes = Changes::new(state, &context);
    let output = execute_write(statement, &mut changes, cx)?;
    Ok((output, changes.state().clone()))
}

fn after(state: &GraphState, texts: impl IntoIterator<Item = String>, cx: &ExecutionContext) -> GraphState {
    texts.into_iter().fold(state.clone(), |state, text| {
        let statement = prepare_with(&text, &state, &Callables::new()).unwrap();
        write(&statement, &state, cx).unwrap().1
    })
}

/// The labels, types and property keys of a graph.
fn names(state: &GraphState) -> [Vec<String>; 3] {
    let catalog = state.catalog();
    let quoted = |name: &Arc<str>| format!("`{}`", name.replace('`', "``"));
    [
        catalog.labels().map(|(_, name)| quoted(name)).collect(),
        catalog.rel_types().map(|(_, name)| quoted(name)).collect(),
        catalog.property_keys().map(|(_, name)| quoted(name)).collect(),
    ]
}

fn with_indexes(state: &GraphState, names: &[Vec<String>; 3], cx: &ExecutionContext) -> GraphState {
    let [labels, types, keys] = names;
    let on = |pattern: String| {
        keys.iter().take(6).map(move |key| format!("CREATE INDEX FOR {pattern} ON (x.{key})"))
    };
    let labels = labels.iter().take(4).flat_map(|label| on(format!("(x:{label})")));
    let types = types.iter().take(2).flat_map(|of| on(format!("()-[x:{of}]-()")));
    after(state, labels.chain(types), cx)
}

/// A graph of the same names with indexes, in which every second label and type is frequent.
fn misleading(names: &[Vec<String>; 3], cx: &ExecutionContext) -> GraphState {
    let [labels, types, _] = names;
    let count = |at: usize| if at.is_multiple_of(2) { 1 } else { 40 };
    let labels = labels.iter().enumerate();
    let nodes =
        labels.map(|(at, label)| format!("UNWIND range(1, {}) AS i CREATE (:{label} {{k: i}})", count(at)));
    let relationships = types.iter().enumerate().map(|(at, of)| {
        let count = count(at + 1);
        format!("MERGE (hub:Hub) WITH hub UNWIND range(1, {count}) AS i CREATE (hub)-[:{of}]->(:Leaf)")
    });
    with_indexes(&after(&GraphState::empty(), nodes.chain(relationships), cx), names, cx)
}
