//! Threads for the parts of one computation.
//!
//! A number of threads that all computations of a process share: whoever wants help takes what is free, and works itself
//! meanwhile, so nobody waits for a thread. With one thread, as in a simulation, everything runs on the
//! caller's.

#![allow(clippy::disallowed_methods, reason = "this is the one place that may call them")]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads to be shared. Clones share the same ones.
#[derive(Clone, Debug)]
pub struct Workers {
    threads: usize,
    /// How many threads may still be started.
    free: Arc<AtomicUsize>,
}

impl Workers {
    /// So many threads, the caller's counted.
    pub fn new(threads: usize) -> Workers {
        let threads = threads.max(1);
        Workers { threads, free: Arc::new(AtomicUsize::new(threads - 1)) }
    }

    /// A thread for each processor that this process may use.
    pub fn per_processor() -> Workers {
        Workers::new(std::thread::available_parallelism().map_or(1, NonZeroUsize::get))
    }

    /// How many threads there are, the caller's counted.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Runs `work` on the caller's thread, and beside it on as many others, up to `others`, as are free. Comes back when
    /// all are done. The caller's run is told so by `true`.
    ///
    /// # Panics
    /// If `work` panics on any thread, when the others are done.
    pub fn run(&self, others: usize, work: impl Fn(bool) + Sync) {
        let mut taken = 0;
        let take = |free: usize| {
            taken = free.min(others);
            Some(free - taken)
        };
        // The update never refuses.
        let _ = self.free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        let permits = Permits { free: &self.free, taken };
        if taken == 0 {
            return work(true);
        }
        std::thread::scope(|scope| {
            for _ in 0..permits.taken {
                scope.spawn(|| work(false));
            }
            work(true);
        });
    }
}

/// Gives threads back, also when a panic passes.
struct Permits<'a> {
    free: &'a AtomicUsize,
    taken: usize,
}

impl Drop for Permits<'_> {
    fn drop(&mut self) {
        self.free.fetch_add(self.taken, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(workers: &Workers, others: usize) -> (usize, usize) {
        let (callers, all) = (AtomicUsize::new(0), AtomicUsize::new(0));
        workers.run(others, |caller| {
            callers.fetch_add(usize::from(caller), Ordering::Relaxed);
            all.fetch_add(1, Ordering::Relaxed);
        });
        (callers.into_inner(), all.into_inner())
    }

    #[test]
    fn work_runs_on_the_caller_and_on_what_is_free() {
        let workers = Workers::new(3);
        assert_eq!(runs(&workers, 9), (1, 3));
        assert_eq!(runs(&workers, 1), (1, 2));
        assert_eq!(runs(&Workers::new(1), 9), (1, 1));
        let inner = AtomicUsize::new(0);
        workers.run(1, |caller| {
            if caller {
                inner.store(runs(&workers, 9).1, Ordering::Relaxed);
            }
        });
        assert_eq!(inner.into_inner(), 2, "one of the two others is taken");
        assert_eq!(runs(&workers, 9), (1, 3));
    }

    #[test]
    fn threads_come_back_after_a_panic() {
        let workers = Workers::new(2);
        let result = std::panic::catch_unwind(|| workers.run(1, |caller| assert!(caller)));
        assert!(result.is_err());
        assert_eq!(runs(&workers, 9), (1, 2));
    }
}
