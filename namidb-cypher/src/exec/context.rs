//! What an execution is given: parameters, clock, limits, and a way to stop it.

use super::{Files, Residency, Transactions};
use crate::error::Error;
use crate::params::Params;
use namidb_core::ErrorCode;
use namidb_core::runtime::{SharedRuntime, Workers};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Rows of a batch, unless the context says otherwise.
pub const BATCH_ROWS: usize = 2048;

/// Inner loops look at the context once in so many rows.
const TICK_ROWS: u32 = 1024;

/// Asked at every look of an execution whether it must stop.
type Poll = dyn Fn() -> bool + Send + Sync;

/// Stops an execution from another thread. Clones stop the same execution.
#[derive(Clone)]
pub struct CancelToken {
    shared: Arc<Shared<Poll>>,
    polls: bool,
}

struct Shared<P: ?Sized> {
    cancelled: AtomicBool,
    poll: P,
}

impl CancelToken {
    /// A token that nobody has cancelled.
    pub fn new() -> CancelToken {
        CancelToken { polls: false, ..CancelToken::with_poll(|| false) }
    }

    /// A token that also asks `poll` at every look, on the thread that executes: for a host that can only find out
    /// there whether to go on, as Python does about Ctrl-C. True cancels. It must be quick.
    pub fn with_poll(poll: impl Fn() -> bool + Send + Sync + 'static) -> CancelToken {
        CancelToken { shared: Arc::new(Shared { cancelled: AtomicBool::new(false), poll }), polls: true }
    }

    /// Makes the execution fail with [`ErrorCode::Cancelled`] at its next look, within milliseconds.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether somebody cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed) || self.polls && self.ask()
    }

    /// The same token without its poll, for threads other than the host's.
    pub(crate) fn without_poll(&self) -> CancelToken {
        CancelToken { shared: Arc::clone(&self.shared), polls: false }
    }

    fn ask(&self) -> bool {
        let stop = (self.shared.poll)();
        if stop {
            self.cancel();
        }
        stop
    }
}

impl Default for CancelToken {
    fn default() -> CancelToken {
        CancelToken::new()
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.shared.cancelled).finish_non_exhaustive()
    }
}

/// What one execution of a statement is given.
#[derive(Clone, Debug)]
pub struct ExecutionContext {
    /// The statement's parameters.
    pub params: Params,
    /// Stops the execution.
    pub cancel: CancelToken,
    /// When it stops by itself, as time of [`namidb_core::runtime::Runtime::monotonic`].
    pub deadline: Option<Duration>,
    /// How many bytes the rows that its operators hold may take.
    pub memory_limit: Option<u64>,
    /// Where clock and randomness come from.
    pub runtime: SharedRuntime,
    /// What the statement takes for now, in microseconds since 1970-01-01 UTC.
    pub time: i64,
    /// When the transaction began that the statement is a part of, by the same clock; none for a statement that commits by
    /// itself.
    pub transaction_time: Option<i64>,
    /// Threads that may help. Rows and results are the same whatever their number.
    pub workers: Workers,
    /// Rows of a batch. More rows cost less each, and more memory at a time.
    pub batch_rows: usize,
    /// Whether rows may stay factorised from operator to operator. Rows and results are the same if not, and cost more.
    pub factorised: bool,
    /// Where chunks come from that are not in memory; none if whoever executes fetches them, and executes again.
    pub residency: Option<Arc<dyn Residency>>,
    /// Commits for statements that commit by themselves; none inside a transaction.
    pub transactions: Option<Arc<dyn Transactions>>,
    /// Files that LOAD may read; none if it may read nothing.
    pub files: Option<Arc<dyn Files>>,
    /// What the database is called.
    pub database: Arc<str>,
    held: Arc<AtomicU64>,
}

impl ExecutionContext {
    /// A context without parameters and limits, whose time is the runtime's.
    pub fn new(runtime: SharedRuntime) -> ExecutionContext {
        ExecutionContext::with(runtime, CancelToken::new(), Workers::new(1), Arc::from("namidb"))
    }

    /// The same with what stops it, who helps, and what the database is called.
    pub fn with(
        runtime: SharedRuntime,
        cancel: CancelToken,
        workers: Workers,
        database: Arc<str>,
    ) -> ExecutionContext {
        ExecutionContext {
            params: Params::new(),
            cancel,
            deadline: None,
            memory_limit: None,
            time: runtime.unix_micros(),
            transaction_time: None,
            runtime,
            workers,
            batch_rows: BATCH_ROWS,
            factorised: true,
            residency: None,
            transactions: None,
            files: None,
            database,
            held: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Looks whether the execution must stop. A few nanoseconds, and a clock where there is a deadline.
    ///
    /// # Errors
    /// [`ErrorCode::Cancelled`] if somebody cancelled, [`ErrorCode::Timeout`] if the deadline passed.
    #[inline]
    pub fn check(&self) -> Result<(), Error> {
        if self.cancel.is_cancelled() {
            return Err(cancelled());
        }
        match self.deadline {
            Some(deadline) if self.runtime.monotonic() >= deadline => Err(timed_out()),
            _ => Ok(()),
        }
    }

    /// How many bytes the operators hold now.
    pub fn held_bytes(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// The books of something that will hold rows.
    pub fn reservation(&self) -> MemoryReservation {
        MemoryReservation { held: Arc::clone(&self.held), limit: self.memory_limit, bytes: 0 }
    }
}

#[cold]
fn cancelled() -> Error {
    Error::runtime(ErrorCode::Cancelled, "TransientError", "QueryCancelled", "the query was cancelled")
}

#[cold]
fn timed_out() -> Error {
    Error::runtime(ErrorCode::Timeout, "TransientError", "QueryTimeout", "the query ran past its deadline")
        .with_hint("Narrow the pattern, add an index or a LIMIT, or allow more time")
}

/// Counts rows between two looks at the context, so that a loop over rows may ask at every row.
#[derive(Debug, Default)]
pub struct Ticks {
    rows: u32,
}

impl Ticks {
    /// Starts to count.
    pub fn new() -> Ticks {
        Ticks::default()
    }

    /// Counts one row, and looks at the context once in a thousand.
    ///
    /// # Errors
    /// As [`ExecutionContext::check`].
    #[inline]
    pub fn tick(&mut self, cx: &ExecutionContext) -> Result<(), Error> {
        self.tick_rows(cx, 1)
    }

    /// Counts a batch: a small one as some rows, since each costs more than its rows do.
    ///
    /// # Errors
    /// As [`ExecutionContext::check`].
    #[inline]
    pub fn tick_batch(&mut self, cx: &ExecutionContext, rows: usize) -> Result<(), Error> {
        self.tick_rows(cx, rows.max(TICK_ROWS as usize / 16))
    }

    /// Counts some rows.
    ///
    /// # Errors
    /// As [`ExecutionContext::check`].
    #[inline]
    pub fn tick_rows(&mut self, cx: &ExecutionContext, rows: usize) -> Result<(), Error> {
        self.rows = self.rows.saturating_add(rows as u32);
        if self.rows >= TICK_ROWS {
            self.rows = 0;
            return cx.check();
        }
        Ok(())
    }
}

/// Bytes that something holds of an execution's memory; given back when it is dropped.
#[derive(Debug)]
pub struct MemoryReservation {
    held: Arc<AtomicU64>,
    limit: Option<u64>,
    bytes: u64,
}

impl MemoryReservation {
    /// How many bytes it holds.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Holds more bytes. `holder` says in the error what for: `ORDER BY`, `collect()`.
    ///
    /// # Errors
    /// [`ErrorCode::MemoryLimit`] if the execution then held more than it may.
    pub fn grow(&mut self, bytes: u64, holder: &str) -> Result<(), Error> {
        self.bytes += bytes;
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        match self.limit {
            Some(limit) if held > limit => Err(memory_limit(limit, holder)),
            _ => Ok(()),
        }
    }

    /// Holds so many bytes from now on, instead of what it held.
    ///
    /// # Errors
    /// As [`MemoryReservation::grow`].
    pub fn resize(&mut self, bytes: u64, holder: &str) -> Result<(), Error> {
        if bytes > self.bytes {
            return self.grow(bytes - self.bytes, holder);
        }
        self.held.fetch_sub(self.bytes - bytes, Ordering::Relaxed);
        self.bytes = bytes;
        Ok(())
    }
}

impl Drop for MemoryReservation {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cold]
fn memory_limit(limit: u64, holder: &str) -> Error {
    Error::runtime(
        ErrorCode::MemoryLimit,
        "TransientError",
        "MemoryLimit",
        format!("the query needs more than its {limit} bytes of memory for {holder}"),
    )
    .with_hint("Rows are held in memory, not on disk: return fewer of them at a time, or allow more memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exec::test_runtime::StillRuntime;

    #[test]
    fn a_cancelled_execution_stops_at_its_next_look() {
        let cx = ExecutionContext::new(StillRuntime::shared());
        assert!(cx.check().is_ok());
        cx.cancel.clone().cancel();
        assert_eq!(cx.check().unwrap_err().code(), ErrorCode::Cancelled);
    }

    #[test]
    fn a_token_asks_its_host_until_the_host_says_stop() {
        let asked = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&asked);
        let token = CancelToken::with_poll(move || counter.fetch_add(1, Ordering::Relaxed) == 2);
        let looks: Vec<bool> = (0..5).map(|_| token.clone().is_cancelled()).collect();
        assert_eq!(looks, [false, false, true, true, true]);
        assert_eq!(asked.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn an_execution_stops_at_its_deadline() {
        let mut cx = ExecutionContext::new(StillRuntime::shared());
        cx.deadline = Some(StillRuntime::NOW + Duration::from_nanos(1));
        assert!(cx.check().is_ok());
        cx.deadline = Some(StillRuntime::NOW);
        assert_eq!(cx.check().unwrap_err().code(), ErrorCode::Timeout);
    }

    #[test]
    fn ticks_look_at_the_context_once_in_a_thousand_rows() {
        let cx = ExecutionContext::new(StillRuntime::shared());
        cx.cancel.cancel();
        let mut ticks = Ticks::new();
        let passed = (0..5_000).take_while(|_| ticks.tick(&cx).is_ok()).count();
        assert_eq!(passed, 1_023);
    }

    #[test]
    fn ticks_look_at_every_batch_that_is_large_and_at_some_of_those_that_are_small() {
        let cx = ExecutionContext::new(StillRuntime::shared());
        cx.cancel.cancel();
        let mut ticks = Ticks::new();
        assert!(ticks.tick_batch(&cx, BATCH_ROWS).is_err());
        let passed = (0..100).take_while(|_| ticks.tick_batch(&cx, 1).is_ok()).count();
        assert_eq!(passed, 15);
    }

    #[test]
    fn what_is_held_together_is_limited_and_given_back() {
        let mut cx = ExecutionContext::new(StillRuntime::shared());
        cx.memory_limit = Some(100);
        let mut one = cx.reservation();
        let mut two = cx.reservation();
        assert!(one.grow(60, "ORDER BY").is_ok());
        assert_eq!(two.grow(41, "DISTINCT").unwrap_err().code(), ErrorCode::MemoryLimit);
        drop(two);
        assert_eq!(cx.held_bytes(), 60);
        assert!(one.resize(10, "ORDER BY").is_ok());
        assert!(cx.reservation().grow(90, "DISTINCT").is_ok());
        drop(one);
        assert_eq!(cx.held_bytes(), 0);
    }
}
