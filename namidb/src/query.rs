//! Running a statement: plan it, give it a state, tell what it did.

use crate::commits::{self, Commits};
use crate::error::{Error, Result};
use crate::once;
use crate::opened::Opened;
use crate::options::QueryOptions;
use crate::reread::{Rereads, on_newest};
use crate::result::{QueryResult, Summary};
use crate::runtime::{self, Stopped, no_panic};
use namidb_core::engine::{Committed, Snapshot};
use namidb_core::graph::GraphState;
use namidb_core::object_store::layers::Counts;
use namidb_core::transaction::{Changes, Counters, Restage, StageContext};
use namidb_core::{ErrorCode, Outcome, Seq};
use namidb_cypher::Params;
use namidb_cypher::exec::{self, ExecutionContext, QueryOutput, Residency, StatementWork, Transactions};
use namidb_cypher::explain::Explanation;
use namidb_cypher::logical::{PlannedStatement, StatementKind};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Runs a statement as a transaction of its own. The first execution is on this thread.
pub(crate) fn run(
    opened: &Opened,
    text: &str,
    params: Params,
    options: &QueryOptions,
) -> Result<QueryResult> {
    let began = Began::now(opened);
    let mut context = opened.context(params, options);
    on_newest(|| attempt(opened, text, &mut context, options, &began))
}

/// Runs a statement on the newest state, once.
fn attempt(
    opened: &Opened,
    text: &str,
    context: &mut ExecutionContext,
    options: &QueryOptions,
    began: &Began,
) -> Result<QueryResult> {
    let latest = opened.engine.latest();
    let mut statement = plan(opened, text, latest.state(), context, options)?;
    if statement.commits_by_itself {
        drop(latest);
        return run_in_transactions(opened, text, context, options, began);
    }
    if statement.kind == StatementKind::Read {
        let snapshot = snapshot(opened, context)?;
        context.residency = Some(opened.chunks(Some(snapshot.seq())));
        if snapshot.seq() != latest.seq() {
            statement = plan(opened, text, snapshot.state(), context, options)?;
        }
        drop(latest);
        return read(opened, text, &statement, snapshot, context, began);
    }
    drop(latest);
    opened.check_writable(options.read_only)?;
    context.residency = Some(opened.chunks(None));
    let work = StatementWork::new(Arc::clone(&statement), context.clone());
    let (mut work, seq) = match &options.token {
        None => {
            let written = write(opened, text, context, work)?;
            (written.work, written.seq.unwrap_or(written.snapshot.seq()))
        }
        Some(token) => {
            let rows = |work: &StatementWork| work.output().and_then(once::rows);
            let work = once::once(work, once::token(token)?, text, rows);
            let written = write(opened, text, context, work)?;
            if let Some(first) = &written.work.first {
                let answer = once::told(first, text)?;
                return once::result(opened, &statement, first, answer, &written.snapshot, began);
            }
            (written.work.work, written.seq.unwrap_or(written.snapshot.seq()))
        }
    };
    let output = work
        .take_output()
        .ok_or_else(|| Error::new(ErrorCode::Internal, "a statement was committed and left no output"))?;
    Ok(result(output, &statement, seq, began, opened))
}

/// Runs a statement that commits parts of itself.
fn run_in_transactions(
    opened: &Opened,
    text: &str,
    context: &ExecutionContext,
    options: &QueryOptions,
    began: &Began,
) -> Result<QueryResult> {
    opened.check_writable(options.read_only)?;
    if options.token.is_some() {
        return Err(commits::refuse("under a token, which stands for one commit"));
    }
    let commits = Arc::new(Commits::new(opened));
    let transactions: Arc<dyn Transactions> = Arc::clone(&commits) as _;
    // Its state is that of several records, one after the other.
    let residency: Arc<dyn Residency> = opened.chunks(None);
    let mut context = context.clone();
    context.transactions = Some(transactions);
    context.residency = Some(residency);
    let snapshot = snapshot(opened, &context)?;
    let statement = plan(opened, text, snapshot.state(), &context, options)?;
    let (seq, state) = (snapshot.seq(), snapshot.state().clone());
    drop(snapshot);
    let output =
        no_panic(|| exec::execute(&statement, state, &context).map_err(|error| Error::of_query(error, text)));
    let output = output.map_err(|error| match commits.last() {
        // What was committed stays, so the statement as a whole has done something.
        Some(_) => error.with_outcome(Outcome::Unknown),
        None => error,
    })?;
    Ok(result(output, &statement, commits.last().unwrap_or(seq), began, opened))
}

/// Commits what work changes.
fn write<W: Restage>(
    opened: &Opened,
    text: &str,
    context: &ExecutionContext,
    work: W,
) -> Result<Committed<W>> {
    no_panic(|| {
        // The engine finishes what it has begun, whether or not somebody waits for it.
        stoppable(opened, context, Outcome::Unknown, opened.engine.write(work))?
            .map_err(|error| Error::of_write(error, text))
    })
}

/// Runs a statement that writes once for each of many parameters, as one transaction. The first execution is on this
/// thread.
pub(crate) fn run_many(
    opened: &Opened,
    text: &str,
    bindings: Vec<Params>,
    options: &QueryOptions,
) -> Result<Summary> {
    let began = Began::now(opened);
    let mut context = opened.context(bindings.first().cloned().unwrap_or_default(), options);
    context.residency = Some(opened.chunks(None));
    let bindings = Arc::<[Params]>::from(bindings);
    on_newest(|| attempt_many(opened, text, &bindings, &context, options, &began))
}

/// Runs a statement for each of many parameters on the newest state, once.
fn attempt_many(
    opened: &Opened,
    text: &str,
    bindings: &Arc<[Params]>,
    context: &ExecutionContext,
    options: &QueryOptions,
    began: &Began,
) -> Result<Summary> {
    let statement = planned(opened, text, opened.engine.latest().state())?;
    if statement.commits_by_itself {
        return Err(commits::refuse("many times in one transaction"));
    }
    if statement.kind == StatementKind::Read {
        let message = "a statement that only reads is not run many times: its rows would be lost";
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    opened.check_writable(options.read_only)?;
    bindings.iter().try_for_each(|params| all_given(&statement, params, text))?;
    let kind = statement.kind;
    let bindings = Arc::clone(bindings);
    let work = ManyTimes { statement, context: context.clone(), bindings, counters: Counters::default() };
    let (counters, seq, repeated) = match &options.token {
        None => {
            let written = write(opened, text, context, work)?;
            (written.work.counters, written.seq.unwrap_or(written.snapshot.seq()), false)
        }
        Some(token) => {
            let work = once::once(work, once::token(token)?, text, |_| Some(Vec::new()));
            let written = write(opened, text, context, work)?;
            match &written.work.first {
                Some(first) => (once::told(first, text)?.counters, first.seq, true),
                None => (written.work.work.counters, written.seq.unwrap_or(written.snapshot.seq()), false),
            }
        }
    };
    Ok(Summary { repeated, ..began.summary(opened, kind, counters, seq) })
}

/// A statement as work that is executed for each of many parameters.
struct ManyTimes {
    statement: Arc<PlannedStatement>,
    context: ExecutionContext,
    bindings: Arc<[Params]>,
    /// What the last run of all of it changed.
    counters: Counters,
}

impl Restage for ManyTimes {
    fn restage(&mut self, state: &GraphState, stage: &StageContext) -> namidb_core::Result<Changes> {
        self.context.time = stage.time;
        let residency = self.context.residency.take();
        self.context.residency = residency.clone().filter(|_| stage.may_wait);
        let changes = self.execute(state, stage);
        self.context.residency = residency;
        changes
    }
}

impl ManyTimes {
    fn execute(&mut self, state: &GraphState, stage: &StageContext) -> namidb_core::Result<Changes> {
        let mut changes = Changes::new(state, stage);
        for (number, params) in self.bindings.iter().enumerate() {
            self.context.params = params.clone();
            exec::execute_write(&self.statement, &mut changes, &self.context).map_err(|error| {
                let which = format!("Number {number} of the parameters, counted from 0, made it fail");
                let hint = error.hint().map_or(which.clone(), |hint| format!("{hint}. {which}"));
                namidb_core::Error::from_work(error.with_hint(hint))
            })?;
        }
        self.counters = changes.counters();
        Ok(changes)
    }
}

/// Runs a statement that must only read on a snapshot.
pub(crate) fn run_at(
    opened: &Opened,
    text: &str,
    params: Params,
    snapshot: &Snapshot,
    options: &QueryOptions,
) -> Result<QueryResult> {
    let began = Began::now(opened);
    let mut context = opened.context(params, options);
    context.residency = Some(opened.chunks(Some(snapshot.seq())));
    let statement = plan(opened, text, snapshot.state(), &context, options)?;
    read(opened, text, &statement, snapshot.clone(), &context, &began)
}

fn read(
    opened: &Opened,
    text: &str,
    statement: &Arc<PlannedStatement>,
    snapshot: Snapshot,
    context: &ExecutionContext,
    began: &Began,
) -> Result<QueryResult> {
    // Not held here while it runs: what it has done with can then go.
    let (seq, state) = (snapshot.seq(), snapshot.state().clone());
    drop(snapshot);
    let output =
        no_panic(|| exec::execute(statement, state, context).map_err(|error| Error::of_query(error, text)))?;
    Ok(result(output, statement, seq, began, opened))
}

/// A statement that reads, planned, with the snapshot that it begins on.
pub(crate) struct Streamed {
    text: Arc<str>,
    context: ExecutionContext,
    options: QueryOptions,
    planned: (Arc<PlannedStatement>, Snapshot),
}

/// Plans a statement that reads, and takes a snapshot for it.
pub(crate) fn begin_stream(
    opened: &Opened,
    text: &str,
    params: Params,
    options: &QueryOptions,
    batch_rows: usize,
) -> Result<Streamed> {
    let mut context = opened.context(params, options);
    context.batch_rows = batch_rows;
    let planned = plan_to_read(opened, text, &context, options)?;
    if planned.0.kind != StatementKind::Read || planned.0.commits_by_itself {
        let message = "a statement that writes is not streamed: run it as a whole";
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    }
    Ok(Streamed { text: Arc::from(text), context, options: options.clone(), planned })
}

/// A fresh snapshot, and the plan of a statement on it.
fn plan_to_read(
    opened: &Opened,
    text: &str,
    context: &ExecutionContext,
    options: &QueryOptions,
) -> Result<(Arc<PlannedStatement>, Snapshot)> {
    let snapshot = snapshot(opened, context)?;
    Ok((plan(opened, text, snapshot.state(), context, options)?, snapshot))
}

impl Streamed {
    /// The names of the columns, in order.
    pub(crate) fn columns(&self) -> Vec<Arc<str>> {
        self.planned.0.columns.iter().map(|(name, _)| Arc::clone(name)).collect()
    }

    /// Runs it on this thread, and passes its rows on, each piece as a result of its own. As long as there was none, it begins
    /// again on a newer snapshot if its own expires.
    pub(crate) fn run(self, opened: &Opened, take: &mut dyn FnMut(QueryResult) -> Result<()>) -> Result<()> {
        let began = Began::now(opened);
        let columns = self.columns();
        let Streamed { text, mut context, options, mut planned } = self;
        let (mut rereads, mut given) = (Rereads::default(), false);
        loop {
            let (statement, snapshot) = planned;
            let (seq, state) = (snapshot.seq(), snapshot.state().clone());
            drop(snapshot);
            context.residency = Some(opened.chunks(Some(seq)));
            let mut stopped = None;
            let streamed = exec::stream(&statement, state, &context, &mut |batch, state| {
                let summary = began.summary(opened, statement.kind, Counters::default(), seq);
                let rows = batch.row_count() as usize;
                for start in (0..rows).step_by(context.batch_rows) {
                    given = true;
                    let piece = batch.slice(0, start, rows.min(start + context.batch_rows));
                    let state = (state.clone(), opened.engine.clone());
                    let piece = QueryResult::new(columns.clone(), vec![piece], state, summary, None);
                    take(piece).map_err(|error| {
                        stopped = Some(error);
                        let (code, kind) = (ErrorCode::Cancelled, "TransientError");
                        namidb_cypher::Error::runtime(code, kind, "QueryCancelled", "nobody takes the rows")
                    })?;
                }
                Ok(())
            });
            let failed = match (stopped, streamed) {
                (Some(error), _) => return Err(error),
                (None, Ok(())) => return Ok(()),
                (None, Err(error)) => Error::of_query(error, &text),
            };
            if given || !rereads.again(&failed) {
                return Err(failed);
            }
            planned = plan_to_read(opened, &text, &context, &options)?;
        }
    }
}

/// Runs a statement inside a transaction; one that fails leaves nothing in it.
pub(crate) fn run_in(
    opened: &Opened,
    text: &str,
    params: Params,
    changes: &mut Changes,
    options: &QueryOptions,
) -> Result<QueryResult> {
    let began = Began::now(opened);
    if options.token.is_some() {
        let message = "a statement in a transaction has no token of its own";
        return Err(
            Error::new(ErrorCode::InvalidArgument, message).with_hint("Commit the transaction under it")
        );
    }
    let mut context = opened.context(params, options);
    context.transaction_time = Some(changes.time());
    context.residency = Some(opened.chunks(None));
    let statement = plan(opened, text, changes.state(), &context, options)?;
    let of_query = |error| Error::of_query(error, text);
    let output = if statement.kind == StatementKind::Read {
        no_panic(|| exec::execute(&statement, changes.state().clone(), &context).map_err(of_query))?
    } else {
        opened.check_writable(options.read_only)?;
        let mark = changes.mark();
        let output = no_panic(|| exec::execute_write(&statement, changes, &context).map_err(of_query));
        if output.is_err() {
            changes.rollback_to(mark);
        }
        output?
    };
    Ok(result(output, &statement, changes.seq(), &began, opened))
}

/// A snapshot that is fresh enough.
fn snapshot(opened: &Opened, context: &ExecutionContext) -> Result<Snapshot> {
    match opened.engine.snapshot_if_fresh()? {
        Some(fresh) => Ok(fresh),
        None => Ok(stoppable(opened, context, Outcome::NotApplied, opened.engine.snapshot())??),
    }
}

/// Waits on this thread; `outcome` is that of a write that is not waited for to its end.
fn stoppable<T>(
    opened: &Opened,
    context: &ExecutionContext,
    outcome: Outcome,
    future: impl Future<Output = T>,
) -> Result<T> {
    let deadline = context.deadline.map(|deadline| (&*context.runtime, deadline));
    runtime::wait_on(&opened.handle, &context.cancel, deadline, future)
        .map_err(|stopped| stopped_error(stopped, outcome))
}

/// The error of a call that no longer waits.
pub(crate) fn stopped_error(stopped: Stopped, outcome: Outcome) -> Error {
    let error = match stopped {
        Stopped::Cancelled => {
            Error::new(ErrorCode::Cancelled, "the call was cancelled while it waited for the store")
        }
        Stopped::TimedOut => {
            Error::new(ErrorCode::Timeout, "the call waited for the store past its deadline")
        }
    };
    match outcome {
        Outcome::NotApplied => error,
        Outcome::Unknown => error
            .with_outcome(outcome)
            .with_hint("Its write may still be committed: read before doing it again"),
    }
}

/// The plan of a statement, whose parameters have all been given.
fn plan(
    opened: &Opened,
    text: &str,
    state: &GraphState,
    context: &ExecutionContext,
    options: &QueryOptions,
) -> Result<Arc<PlannedStatement>> {
    let mut statement = planned(opened, text, state)?;
    if options.profile && matches!(statement.explanation, Explanation::None) {
        Arc::make_mut(&mut statement).explanation = Explanation::Profile;
    }
    all_given(&statement, &context.params, text)?;
    Ok(statement)
}

fn planned(opened: &Opened, text: &str, state: &GraphState) -> Result<Arc<PlannedStatement>> {
    no_panic(|| opened.plans.plan(text, state).map_err(|error| Error::of_query(error, text)))
}

/// Refuses parameters of which one is missing that the statement needs.
fn all_given(statement: &PlannedStatement, params: &Params, text: &str) -> Result<()> {
    params.check(&statement.parameters, text).map_err(|error| Error::of_query(error, text))
}

fn result(
    output: QueryOutput,
    statement: &Arc<PlannedStatement>,
    seq: Seq,
    began: &Began,
    opened: &Opened,
) -> QueryResult {
    let summary = began.summary(opened, statement.kind, output.counters, seq);
    let state = (output.state, opened.engine.clone());
    QueryResult::new(output.columns, output.batches, state, summary, output.plan).of_statement(statement)
}

/// When a statement began, and what the store had been asked by then.
pub(crate) struct Began {
    at: Duration,
    requests: Counts,
}

impl Began {
    fn now(opened: &Opened) -> Began {
        Began { at: opened.runtime.monotonic(), requests: opened.engine.request_counts() }
    }

    /// What is known of it beside its rows, now that it is done.
    pub(crate) fn summary(
        &self,
        opened: &Opened,
        kind: StatementKind,
        counters: Counters,
        seq: Seq,
    ) -> Summary {
        let elapsed = opened.runtime.monotonic().saturating_sub(self.at);
        let requests = opened.engine.request_counts() - self.requests;
        Summary { kind, counters, seq, elapsed, requests, repeated: false, rows_kept: true }
    }
}
