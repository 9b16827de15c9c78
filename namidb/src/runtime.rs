//! The tokio runtime of the process: one for every database, made when the first is opened.
//!
//! It carries requests and commits. Queries run on the threads of their callers, or on its blocking pool when the
//! caller is asynchronous; never on its workers.
//!
//! A process that was forked has the runtime's memory and none of its threads, so it makes another one, and
//! never touches the old. No lock is involved, since a thread of the parent may have held it.

use crate::error::{Error, Result};
use crate::process;
use arc_swap::ArcSwapOption;
use namidb_core::ErrorCode;
use namidb_core::runtime::{Runtime, SharedRuntime, TokioRuntime, system};
use namidb_cypher::exec::CancelToken;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;
use tokio::sync::oneshot;

/// A caller that waits looks so often whether it was cancelled.
pub(crate) const SLICE: Duration = Duration::from_millis(30);
/// What was stopped may answer for so long; then it is left alone.
const GRACE: Duration = Duration::from_millis(35);
/// Requests are few and short on the processor; more workers would only wake each other.
const WORKERS_MAX: usize = 4;

struct Process {
    id: u64,
    runtime: tokio::runtime::Runtime,
}

static PROCESS: ArcSwapOption<Process> = ArcSwapOption::const_empty();

/// The runtime of this process.
///
/// # Errors
/// `Internal` if the system gives no threads.
pub(crate) fn handle() -> Result<tokio::runtime::Handle> {
    let id = process::current();
    let current = PROCESS.load();
    if let Some(process) = current.as_ref().filter(|process| process.id == id) {
        return Ok(process.runtime.handle().clone());
    }
    let workers = thread::available_parallelism().map_or(1, |n| n.get()).clamp(2, WORKERS_MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_name("namidb")
        .enable_all()
        .build()
        .map_err(|error| Error::new(ErrorCode::Internal, format!("no runtime could be started: {error}")))?;
    let mine = Arc::new(Process { id, runtime });
    let before = PROCESS.compare_and_swap(&current, Some(Arc::clone(&mine)));
    let won = match (before.as_ref(), current.as_ref()) {
        (None, None) => true,
        (Some(before), Some(current)) => Arc::ptr_eq(before, current),
        _ => false,
    };
    if won {
        // The parent's: its threads do not exist here, so dropping it would wait for them.
        if let Some(parents) = current.as_ref() {
            std::mem::forget(Arc::clone(parents));
        }
        return Ok(mine.runtime.handle().clone());
    }
    if let Some(unused) = Arc::into_inner(mine) {
        unused.runtime.shutdown_background();
    }
    handle()
}

/// What the engine is given.
///
/// # Errors
/// As [`handle`].
pub(crate) fn shared() -> Result<SharedRuntime> {
    Ok(Arc::new(TokioRuntime::new(handle()?)))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Why a caller no longer waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stopped {
    /// Somebody cancelled.
    Cancelled,
    /// The deadline passed.
    TimedOut,
}

/// Runs a future on this thread, which may be one of any runtime: to its end, until it is cancelled, or until a time of
/// the clock that comes with it.
///
/// # Errors
/// As [`handle`].
pub(crate) fn wait<T>(
    cancel: &CancelToken,
    deadline: Option<(&dyn Runtime, Duration)>,
    future: impl Future<Output = T>,
) -> Result<Result<T, Stopped>> {
    Ok(wait_on(&handle()?, cancel, deadline, future))
}

/// As [`wait`], for a caller that knows the runtime of this process.
pub(crate) fn wait_on<T>(
    handle: &tokio::runtime::Handle,
    cancel: &CancelToken,
    deadline: Option<(&dyn Runtime, Duration)>,
    future: impl Future<Output = T>,
) -> Result<T, Stopped> {
    let _inside = handle.enter();
    let mut future = pin!(future);
    // Most answers are there at once, and then nobody has to be woken.
    if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return Ok(output);
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let own_clock = TokioRuntime::new(handle.clone());
    let mut stopped: Option<(Stopped, Duration)> = None;
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Ok(output);
        }
        let mut slice = SLICE;
        if let Some((why, since)) = stopped {
            // What noticed by itself that it is to stop has an answer soon, and knows better what it did.
            slice = GRACE.saturating_sub(own_clock.monotonic().saturating_sub(since));
            if slice.is_zero() {
                return Err(why);
            }
        } else if cancel.is_cancelled() {
            stopped = Some((Stopped::Cancelled, own_clock.monotonic()));
            continue;
        } else if let Some((clock, deadline)) = deadline {
            slice = slice.min(deadline.saturating_sub(clock.monotonic()));
            if slice.is_zero() {
                stopped = Some((Stopped::TimedOut, own_clock.monotonic()));
                continue;
            }
        }
        thread::park_timeout(slice);
    }
}

/// Runs a future of requests on the runtime's workers, for a caller on any executor.
///
/// # Errors
/// Those of the future; `Internal` if it panics.
pub(crate) async fn requests<T: Send + 'static>(
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    handle()?.spawn(future).await.map_err(|_| panicked())?
}

/// Runs work that computes on the blocking pool, for an asynchronous caller. Cancels `cancel` if the returned
/// future is dropped.
///
/// # Errors
/// Those of the work; `Internal` if it panics.
pub(crate) async fn computing<T: Send + 'static>(
    cancel: CancelToken,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (send, receive) = oneshot::channel();
    handle()?.spawn_blocking(move || drop(send.send(no_panic(work))));
    Computing { cancel, receive, answered: false }.await
}

/// Work on the blocking pool, which stops when nobody waits for it any more.
struct Computing<T> {
    cancel: CancelToken,
    receive: oneshot::Receiver<Result<T>>,
    answered: bool,
}

impl<T> Future for Computing<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let answer = Pin::new(&mut self.receive).poll(context);
        self.answered = answer.is_ready();
        answer.map(|answer| answer.unwrap_or_else(|_| Err(panicked())))
    }
}

impl<T> Drop for Computing<T> {
    fn drop(&mut self) {
        if !self.answered {
            self.cancel.cancel();
        }
    }
}

/// Turns a panic into an error of what was called: the database goes on.
///
/// # Errors
/// Those of the work; `Internal` if it panics.
pub(crate) fn no_panic<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    // What the work borrows is immutable or its own, and its own is dropped with it.
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()))
}

fn panicked() -> Error {
    Error::new(ErrorCode::Internal, "the call panicked: this is a defect of NamiDB")
        .with_hint("Please report it with the message on standard error")
}

/// A new public id for a node: a UUID of version 7, which sorts by the time at which it was made.
pub fn new_uuid() -> uuid::Uuid {
    let mut random = [0; 10];
    system::fill_random(&mut random);
    let millis = u64::try_from(system::unix_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// When a call of this length that starts now must end.
pub(crate) fn deadline(runtime: &dyn Runtime, timeout: Option<Duration>) -> Option<Duration> {
    timeout.map(|timeout| runtime.monotonic().saturating_add(timeout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_of_the_call() {
        let error = no_panic(|| -> Result<()> { panic!("on purpose") }).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Internal);
    }

    #[test]
    fn waiting_ends_when_it_is_cancelled_or_takes_too_long() {
        let cancel = CancelToken::new();
        let stop = cancel.clone();
        handle().unwrap().spawn_blocking(move || stop.cancel());
        let forever = std::future::pending::<()>;
        assert_eq!(wait(&cancel, None, forever()).unwrap(), Err(Stopped::Cancelled));
        let clock = shared().unwrap();
        let soon = deadline(&*clock, Some(Duration::from_millis(2))).unwrap();
        let waited = wait(&CancelToken::new(), Some((&*clock, soon)), forever()).unwrap();
        assert_eq!(waited, Err(Stopped::TimedOut));
        assert_eq!(wait(&CancelToken::new(), None, async { 7 }).unwrap(), Ok(7));
    }

    #[test]
    fn what_was_stopped_may_still_tell_what_it_did() {
        let cancel = CancelToken::new();
        cancel.cancel();
        let clock = shared().unwrap();
        let told = || {
            let soon = async {
                clock.sleep(Duration::from_millis(1)).await;
                7
            };
            wait(&cancel, None, soon).unwrap()
        };
        // A machine that does other things may take longer than the time that is left, and is asked again.
        assert!((0..1_000).any(|_| told() == Ok(7)));
    }

    #[test]
    fn waiting_works_on_the_threads_of_another_runtime() {
        let other = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let seven = async {
            let inside = async { requests(async { Ok(7) }).await };
            wait(&CancelToken::new(), None, inside).unwrap().unwrap().unwrap()
        };
        assert_eq!(other.block_on(seven), 7);
    }

    #[test]
    fn computing_stops_when_nobody_waits_any_more() {
        let cancel = CancelToken::new();
        let (started, is_running) = std::sync::mpsc::channel();
        let (stopped, has_stopped) = std::sync::mpsc::channel();
        let token = cancel.clone();
        let work = computing(cancel, move || {
            started.send(()).ok();
            while !token.is_cancelled() {
                std::hint::spin_loop();
            }
            stopped.send(()).ok();
            Ok(())
        });
        let mut work = Box::pin(work);
        let mut context = Context::from_waker(Waker::noop());
        assert!(work.as_mut().poll(&mut context).is_pending());
        is_running.recv().unwrap();
        drop(work);
        has_stopped.recv().unwrap();
    }
}
