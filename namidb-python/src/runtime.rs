//! Threads, and waiting without the interpreter's lock.
//!
//! A call from Python runs on the caller's own thread, with the lock released; it looks now and then whether a signal
//! came, through its cancel token. Coroutines run the same calls as jobs, on a pool of threads, where a call looks whether
//! its job was cancelled.
//!
//! A fork leaves all threads behind, so the child begins a new generation, in which nothing of the old one
//! is touched again, not even to drop it: a lock may have been held by a thread that no longer exists.

use crate::errors;
use crate::running::Running;
use arc_swap::ArcSwap;
use namidb::{Error, Result};
use namidb_core::ErrorCode;
use namidb_core::runtime::{Runtime, TokioRuntime};
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// A call looks for signals this often.
const SLICE: Duration = Duration::from_millis(30);
/// Jobs that run at a time; more wait their turn. Most of them wait for the store.
const CALLS_MAX: usize = 64;
/// How long a thread keeps the interpreter's lock before it lets go of it.
const TURN: Duration = Duration::from_millis(2);
/// For how long it lets go. Who waits for the lock is woken when it becomes free, and comes too late if it is taken back at
/// once; some need more than one turn to wake up, so turns are many to the 20 ms that a wait may last.
const PAUSE: Duration = Duration::from_micros(100);

/// The threads of a process between two forks.
struct Generation {
    number: u64,
    threads: OnceLock<Result<Threads, String>>,
    /// Whether the interpreter is going away. Whoever calls into Python from a thread of ours holds it for reading.
    leaving: RwLock<bool>,
    /// The jobs that run or wait for a thread.
    jobs: Running,
}

struct Threads {
    pool: tokio::runtime::Runtime,
    clock: TokioRuntime,
}

static GENERATION: LazyLock<ArcSwap<Generation>> =
    LazyLock::new(|| ArcSwap::from_pointee(Generation::new(0)));

impl Generation {
    fn new(number: u64) -> Generation {
        Generation { number, threads: OnceLock::new(), leaving: RwLock::new(false), jobs: Running::default() }
    }
}

/// The number of forks that lie between this process and the one that imported the package first.
pub(crate) fn generation() -> u64 {
    GENERATION.load().number
}

/// Begins a new generation. Called in the child of a fork, before anything else of the package.
pub(crate) fn after_fork() {
    namidb::forked();
    let number = generation() + 1;
    let old = GENERATION.swap(Arc::new(Generation::new(number)));
    std::mem::forget(old);
}

/// Stops the jobs, waits for their end, and calls into Python no more from threads of ours. Called when the interpreter
/// begins to leave.
pub(crate) fn shut_down(py: Python<'_>) {
    py.detach(|| {
        let generation = GENERATION.load_full();
        generation.jobs.cancel();
        *generation.leaving.write().unwrap_or_else(PoisonError::into_inner) = true;
    });
}

thread_local! {
    /// What stops the job that this thread runs.
    static JOB: RefCell<Option<CancelToken>> = const { RefCell::new(None) };
}

/// Runs Python code as a job, on a thread of the pool: every call in it stops when `cancel` is cancelled. It does not
/// run if the interpreter is leaving.
pub(crate) fn spawn(cancel: CancelToken, job: impl FnOnce(Python<'_>) + Send + 'static) -> Result<()> {
    let generation = GENERATION.load_full();
    let entered = generation.jobs.enter(&cancel);
    let run = move || {
        let _entered = entered;
        let leaving = generation.leaving.read().unwrap_or_else(PoisonError::into_inner);
        if *leaving {
            return;
        }
        JOB.set(Some(cancel));
        Python::try_attach(job);
        JOB.set(None);
    };
    with_threads(|threads| {
        TokioRuntime::new(threads.pool.handle().clone()).spawn_blocking("namidb-call", Box::new(run));
    })
}

fn with_threads<T>(use_them: impl FnOnce(&Threads) -> T) -> Result<T> {
    let start = || {
        // Only its pool for blocking calls is used; threads of it begin when they are needed, and end when idle.
        let pool = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(CALLS_MAX)
            .thread_name("namidb-call")
            .build()
            .map_err(|error| error.to_string())?;
        let clock = TokioRuntime::new(pool.handle().clone());
        Ok(Threads { pool, clock })
    };
    let generation = GENERATION.load_full();
    match generation.threads.get_or_init(start) {
        Ok(threads) => Ok(use_them(threads)),
        Err(reason) => Err(Error::new(
            ErrorCode::BackendInit,
            format!("the threads for calls could not be started: {reason}"),
        )),
    }
}

/// Clock and randomness.
pub(crate) fn clock() -> Result<TokioRuntime> {
    with_threads(|threads| threads.clock.clone())
}

/// Signals, as the thread that called us sees them: only Python's main thread may look, and only with the lock.
struct Interrupt {
    clock: TokioRuntime,
    /// When it looked last, 0 before the first time.
    looked_nanos: AtomicU64,
    raised: Mutex<Option<PyErr>>,
}

impl Interrupt {
    fn new(clock: TokioRuntime) -> Interrupt {
        Interrupt { clock, looked_nanos: AtomicU64::new(0), raised: Mutex::new(None) }
    }

    /// Whether a signal's handler raised. Looks once in a slice, for the first time a slice after it was asked first.
    fn look(&self) -> bool {
        let now = nanos(self.clock.monotonic());
        let last = self.looked_nanos.load(Ordering::Relaxed);
        if last > 0 && now.saturating_sub(last) < nanos(SLICE) {
            return false;
        }
        self.looked_nanos.store(now, Ordering::Relaxed);
        if last == 0 {
            return false;
        }
        let Some(Err(raised)) = Python::try_attach(|py| py.check_signals()) else { return false };
        *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(raised);
        true
    }

    fn take(&self) -> Option<PyErr> {
        self.raised.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Makes a panic an error of the call: the client goes on.
pub(crate) fn no_panic<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    // What a call borrows is immutable or its own, and its own is dropped with it.
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(errors::panicked(message.unwrap_or("it panicked without a message")))
    })
}

/// Runs a call on the caller's thread, with the interpreter's lock released.
///
/// An exception of a signal's handler stops the call and is raised in its place; its `outcome` says what became of
/// the call.
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    text: Option<&str>,
    call: impl FnOnce(CancelToken) -> Result<T> + Send,
) -> PyResult<T> {
    if let Some(job) = JOB.with_borrow(Clone::clone) {
        // A token of its own: what stops this one call does not stop the job.
        let token = CancelToken::with_poll(move || job.is_cancelled());
        let ended = py.detach(|| no_panic(|| call(token)));
        return ended.map_err(|error| errors::exception(py, &error, text));
    }
    let clock = clock().map_err(|error| errors::exception(py, &error, text))?;
    let interrupt = Arc::new(Interrupt::new(clock));
    let watched = Arc::clone(&interrupt);
    let token = CancelToken::with_poll(move || watched.look());
    let ended = py.detach(|| no_panic(|| call(token)));
    let Some(raised) = interrupt.take() else {
        return ended.map_err(|error| errors::exception(py, &error, text));
    };
    let outcome = ended.as_ref().map_or_else(|error| error.outcome().as_str(), |_| "applied");
    // Exceptions of other people may not take attributes; then theirs is raised as it is.
    let _ = raised.value(py).setattr("outcome", outcome);
    Err(raised)
}

/// Lets other threads of Python run, in the middle of making or reading many objects. To be called often: it lets go of
/// the lock once in a [`TURN`].
///
/// # Errors
/// What a signal's handler raised; `Cancelled` in a job that was.
pub(crate) fn let_others_run(py: Python<'_>) -> PyResult<()> {
    // Only the holder of the lock comes here.
    static LAST: AtomicU64 = AtomicU64::new(0);
    let micros = || clock().map_or(u64::MAX, |clock| clock.monotonic().as_micros() as u64);
    if micros().saturating_sub(LAST.load(Ordering::Relaxed)) < TURN.as_micros() as u64 {
        return Ok(());
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "a pause of the interpreter's threads, which no simulation runs"
    )]
    py.detach(|| std::thread::sleep(PAUSE));
    LAST.store(micros(), Ordering::Relaxed);
    if JOB.with_borrow(|job| job.as_ref().is_some_and(CancelToken::is_cancelled)) {
        return Err(errors::coded(py, ErrorCode::Cancelled, "the call was cancelled"));
    }
    py.check_signals()
}

/// Frees something that may be big, with the interpreter's lock released.
pub(crate) fn free<T: Send>(value: T) {
    // Where there is no interpreter any more, the closure is dropped with what it holds.
    Python::try_attach(move |py| py.detach(move || drop(value)));
}

/// Keeps Python's collector of cycles from running while many objects are made: none of them is garbage, and it would look
/// at all of them again and again.
pub(crate) struct NoCollection<'py> {
    collector: Option<Bound<'py, PyModule>>,
}

impl<'py> NoCollection<'py> {
    /// For so many rows; a few are not worth it.
    pub(crate) fn for_rows(py: Python<'py>, rows: usize) -> PyResult<NoCollection<'py>> {
        if rows < 1_000 {
            return Ok(NoCollection { collector: None });
        }
        let collector = py.import("gc")?;
        if !collector.call_method0("isenabled")?.is_truthy()? {
            return Ok(NoCollection { collector: None });
        }
        collector.call_method0("disable")?;
        Ok(NoCollection { collector: Some(collector) })
    }
}

impl Drop for NoCollection<'_> {
    fn drop(&mut self) {
        if let Some(collector) = &self.collector {
            // It has no way to fail.
            let _ = collector.call_method0("enable");
        }
    }
}
