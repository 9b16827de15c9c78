//! The collector of a thread: what was read and is not there.

use super::Absent;
use crate::hash::HashSet;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

/// The chunks that a piece of work has missed, each once.
#[derive(Clone, Default)]
pub struct Misses {
    absent: Vec<Arc<dyn Absent>>,
    /// The addresses of `absent`.
    seen: HashSet<usize>,
}

thread_local! {
    /// Whether work runs inside a collector, and whether it has missed something.
    static STAGE: Cell<Stage> = const { Cell::new(Stage::Outside) };
    static MISSES: RefCell<Misses> = RefCell::new(Misses::default());
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Outside,
    Whole,
    Missed,
}

/// Runs work that reads a state, and gives what it has missed with its result.
///
/// If something was missed the result means nothing, not even an error does: fetch the misses and run the work again.
/// Collectors nest; what an inner one collects the outer one does not see.
pub fn collect<R>(work: impl FnOnce() -> R) -> (R, Misses) {
    let mut outer = Outer { stage: STAGE.replace(Stage::Whole), misses: Misses::default() };
    // Only a collector that has missed something has anything to keep.
    if outer.stage == Stage::Missed {
        outer.misses = MISSES.take();
    }
    let result = work();
    let misses = if STAGE.get() == Stage::Missed { MISSES.take() } else { Misses::default() };
    (result, misses)
}

/// What the collector around had before: put back in the end, also after a panic.
struct Outer {
    stage: Stage,
    misses: Misses,
}

impl Drop for Outer {
    fn drop(&mut self) {
        if STAGE.replace(self.stage) == Stage::Missed || self.stage == Stage::Missed {
            MISSES.set(std::mem::take(&mut self.misses));
        }
    }
}

/// Whether the work that runs has missed something already, so that all it still does is to find out what else it needs.
/// Loops that would do much with nothing ask, and stop.
#[inline]
pub fn missed() -> bool {
    STAGE.get() == Stage::Missed
}

/// Whether this thread runs work inside a collector.
#[inline]
pub fn is_collecting() -> bool {
    STAGE.get() != Stage::Outside
}

/// Notes that the work that runs needs a chunk that is not there.
///
/// # Panics
/// Outside of any collector: whoever read the state there would take nothing for the truth.
#[cold]
pub fn note<T: Absent + 'static>(absent: &Arc<T>) {
    mark_missed(&**absent);
    MISSES.with_borrow_mut(|misses| {
        if misses.seen.insert(Arc::as_ptr(absent).addr()) {
            misses.absent.push(Arc::clone(absent) as Arc<dyn Absent>);
        }
    });
}

fn mark_missed(absent: &dyn Absent) {
    assert!(
        STAGE.replace(Stage::Missed) != Stage::Outside,
        "a chunk that is not in memory was read outside of a collector: {:?}",
        absent.pointer()
    );
}

impl Misses {
    /// Whether nothing was missed.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.absent.is_empty()
    }

    /// How many chunks were missed.
    pub fn len(&self) -> usize {
        self.absent.len()
    }

    /// The chunks, in the order in which they were missed.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Absent>> {
        self.absent.iter()
    }

    /// Hands them on to the collector around: for work that cannot fetch them itself, and ends.
    ///
    /// # Panics
    /// As [`note`].
    pub fn hand_on(self) {
        if let Some(absent) = self.absent.first() {
            mark_missed(&**absent);
            MISSES.with_borrow_mut(|misses| misses.append(self));
        }
    }

    /// Takes over what another piece of work has missed.
    pub fn append(&mut self, other: Misses) {
        if self.is_empty() {
            *self = other;
            return;
        }
        for absent in other.absent {
            if self.seen.insert(Arc::as_ptr(&absent).addr()) {
                self.absent.push(absent);
            }
        }
    }
}

impl fmt::Debug for Misses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|absent| absent.pointer())).finish()
    }
}
