//! Threads, and waiting on them without the interpreter's lock.
//!
//! A call from Python runs its query on the caller's own thread, with the lock released; only the store is waited for.
//! `acypher` runs on threads of ours. Both kinds of wait see a cancellation within a slice, and give up the
//! wait itself after a grace.
//!
//! One pair of tokio runtimes serves a process. A fork leaves their threads behind, so the child begins a new
//! generation, in which nothing of the old one is touched again, not even to drop it: a lock may have been
//! held by a thread that no longer exists.

use crate::errors::Failure;
use arc_swap::ArcSwap;
use namidb_core::runtime::{SharedRuntime, TokioRuntime};
use namidb_core::{Error, ErrorCode, Outcome};
use namidb_cypher::exec::CancelToken;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, RwLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

/// A wait looks for Ctrl-C and for cancellation this often.
const SLICE: Duration = Duration::from_millis(50);
/// What was cancelled may end by itself for so long; then the wait for it ends.
pub(crate) const GRACE: Duration = Duration::from_millis(100);
/// Threads that serve the engine: the waiting of commits, the system calls of files.
const ENGINE_THREADS: usize = 2;
/// Queries of `acypher` that run at a time; others wait their turn. More than there are cores, so that a long
/// one does not keep short ones waiting.
const QUERY_THREADS: usize = 16;

/// The threads of a process between two forks.
struct Generation {
    number: u64,
    threads: OnceLock<Result<Threads, String>>,
    /// Whether the interpreter is going away. Whoever calls into Python from a thread of ours holds it for reading.
    leaving: RwLock<bool>,
}

struct Threads {
    shared: SharedRuntime,
    queries: tokio::runtime::Handle,
    /// Kept, so that their threads are.
    _runtimes: [tokio::runtime::Runtime; 2],
}

static GENERATION: LazyLock<ArcSwap<Generation>> =
    LazyLock::new(|| ArcSwap::from_pointee(Generation::new(0)));

impl Generation {
    fn new(number: u64) -> Generation {
        Generation { number, threads: OnceLock::new(), leaving: RwLock::new(false) }
    }
}

fn start() -> std::io::Result<Threads> {
    let build = |name: &str, threads: usize| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name(name)
            .enable_time()
            .build()
    };
    let engine = build("namidb", ENGINE_THREADS)?;
    let queries = build("namidb-query", QUERY_THREADS)?;
    Ok(Threads {
        shared: Arc::new(TokioRuntime::new(engine.handle().clone())),
        queries: queries.handle().clone(),
        _runtimes: [engine, queries],
    })
}

/// The number of forks that lie between this process and the one that imported the package first.
pub(crate) fn generation() -> u64 {
    GENERATION.load().number
}

/// Begins a new generation. Called in the child of a fork, before anything else of the package.
pub(crate) fn after_fork() {
    let number = generation() + 1;
    let old = GENERATION.swap(Arc::new(Generation::new(number)));
    std::mem::forget(old);
}

/// Calls into Python no more from threads of ours. Called when the interpreter begins to leave.
pub(crate) fn shut_down(py: Python<'_>) {
    py.detach(|| {
        let generation = GENERATION.load_full();
        *generation.leaving.write().unwrap_or_else(PoisonError::into_inner) = true;
    });
}

/// Runs `call` with the interpreter, on a thread of ours, unless the interpreter is leaving.
pub(crate) fn attached(call: impl FnOnce(Python<'_>)) {
    let generation = GENERATION.load_full();
    let leaving = generation.leaving.read().unwrap_or_else(PoisonError::into_inner);
    if !*leaving {
        Python::try_attach(call);
    }
}

fn with_threads<T>(use_them: impl FnOnce(&Threads) -> T) -> Result<T, Failure> {
    let generation = GENERATION.load_full();
    match generation.threads.get_or_init(|| start().map_err(|e| e.to_string())) {
        Ok(threads) => Ok(use_them(threads)),
        Err(reason) => Err(Failure::Engine(Error::new(
            ErrorCode::BackendInit,
            format!("the threads of the engine could not be started: {reason}"),
        ))),
    }
}

/// The engine's runtime; the first call of a process starts it.
pub(crate) fn shared() -> Result<SharedRuntime, Failure> {
    with_threads(|threads| Arc::clone(&threads.shared))
}

/// Runs a future on the threads for queries.
pub(crate) fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Result<(), Failure> {
    with_threads(|threads| drop(threads.queries.spawn(future)))
}

/// Stops one operation from another thread.
#[derive(Clone, Debug)]
pub(crate) struct Cancellation {
    token: CancelToken,
    told: Arc<tokio::sync::Notify>,
}

impl Cancellation {
    /// For an operation on a thread of ours.
    pub(crate) fn new() -> Cancellation {
        Cancellation { token: CancelToken::new(), told: Arc::default() }
    }

    /// For an operation on the caller's thread, which looks for Ctrl-C as it goes.
    fn watching(interrupt: &Arc<Interrupt>) -> Cancellation {
        let watched = Arc::clone(interrupt);
        Cancellation { token: CancelToken::with_poll(move || watched.look()), told: Arc::default() }
    }

    /// What the executor looks at.
    pub(crate) fn token(&self) -> CancelToken {
        self.token.clone()
    }

    /// Stops the operation.
    pub(crate) fn cancel(&self) {
        self.token.cancel();
        self.told.notify_one();
    }
}

/// Ctrl-C, as the thread that called us sees it: only Python's main thread may look, and only with the lock.
#[derive(Debug)]
struct Interrupt {
    runtime: SharedRuntime,
    looked_nanos: AtomicU64,
    raised: Mutex<Option<PyErr>>,
}

impl Interrupt {
    fn new(runtime: &SharedRuntime) -> Interrupt {
        Interrupt {
            looked_nanos: AtomicU64::new(nanos(runtime.monotonic())),
            runtime: Arc::clone(runtime),
            raised: Mutex::new(None),
        }
    }

    /// Whether a signal's handler raised. Looks once in a slice.
    fn look(&self) -> bool {
        let now = nanos(self.runtime.monotonic());
        if now.saturating_sub(self.looked_nanos.load(Ordering::Relaxed)) < nanos(SLICE) {
            return false;
        }
        self.looked_nanos.store(now, Ordering::Relaxed);
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

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs an operation on the caller's thread, with the interpreter's lock released.
///
/// An exception of a signal's handler stops the operation and is raised in its place; its `outcome` says what became of
/// the operation.
pub(crate) fn wait<T, F>(
    py: Python<'_>,
    text: Option<&str>,
    deadline: Option<Duration>,
    operation: impl FnOnce(&SharedRuntime, Cancellation) -> F + Send,
) -> PyResult<T>
where
    T: Send,
    F: Future<Output = Result<T, Failure>>,
{
    let (ended, interrupted) = py.detach(|| {
        let runtime = match shared() {
            Ok(runtime) => runtime,
            Err(failure) => return (Err(failure), None),
        };
        let interrupt = Arc::new(Interrupt::new(&runtime));
        let cancellation = Cancellation::watching(&interrupt);
        let ended =
            park(&runtime, &interrupt, &cancellation, deadline, operation(&runtime, cancellation.clone()));
        (ended, interrupt.take())
    });
    if let Some(raised) = interrupted {
        let outcome = match &ended {
            Ok(_) => "applied",
            Err(failure) => failure.outcome().as_str(),
        };
        // Exceptions of other people may not take attributes; then theirs is raised as it is.
        let _ = raised.value(py).setattr("outcome", outcome);
        return Err(raised);
    }
    ended.map_err(|failure| failure.into_exception(py, text))
}

fn park<T>(
    runtime: &SharedRuntime,
    interrupt: &Interrupt,
    cancellation: &Cancellation,
    deadline: Option<Duration>,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    let mut given_up = None;
    loop {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut context))) {
            Ok(Poll::Ready(ended)) => return ended,
            Ok(Poll::Pending) => {}
            Err(panic) => return Err(panicked(&*panic)),
        }
        std::thread::park_timeout(SLICE);
        if interrupt.look() {
            cancellation.cancel();
        }
        let now = runtime.monotonic();
        if given_up.is_none() {
            if cancellation.token.is_cancelled() {
                given_up = Some((now + GRACE, ErrorCode::Cancelled));
            } else if deadline.is_some_and(|deadline| now >= deadline) {
                given_up = Some((now + GRACE, ErrorCode::Timeout));
            }
        }
        if let Some((until, code)) = given_up
            && now >= until
        {
            return Err(abandoned(code));
        }
    }
}

/// Runs an operation on a thread of ours, up to its end, its cancellation, or its deadline, with the same grace.
pub(crate) async fn bounded<T>(
    runtime: SharedRuntime,
    cancellation: Cancellation,
    deadline: Option<Duration>,
    future: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let give_up = async {
        let code = match deadline {
            None => {
                cancellation.told.notified().await;
                ErrorCode::Cancelled
            }
            Some(deadline) => {
                let left = deadline.saturating_sub(runtime.monotonic());
                tokio::select! {
                    () = cancellation.told.notified() => ErrorCode::Cancelled,
                    () = runtime.sleep(left) => ErrorCode::Timeout,
                }
            }
        };
        runtime.sleep(GRACE).await;
        abandoned(code)
    };
    let caught = futures_util::FutureExt::catch_unwind(AssertUnwindSafe(future));
    tokio::select! {
        biased;
        ended = caught => ended.unwrap_or_else(|panic| Err(panicked(&*panic))),
        failure = give_up => Err(failure),
    }
}

/// The operation goes on without us: a put may be on its way.
fn abandoned(code: ErrorCode) -> Failure {
    let what = if code == ErrorCode::Timeout { "the deadline passed" } else { "the call was cancelled" };
    Failure::Engine(
        Error::new(code, format!("{what} while the store had not answered"))
            .with_hint("If it was a write, look whether it was applied before you repeat it")
            .with_outcome(Outcome::Unknown),
    )
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let message =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Failure::Panicked(message.unwrap_or("it panicked without a message").to_owned())
}
