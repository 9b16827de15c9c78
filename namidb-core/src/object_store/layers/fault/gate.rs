//! Holding an operation, so that something else happens first.

use crate::object_store::{ObjectPath, Operation};
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// On which side of the store an operation is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// Before the store has seen it.
    Before,
    /// After the store has answered, before the caller knows.
    After,
}

/// One operation held, or to be held. Dropping the gate releases it.
#[derive(Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    arrived: Semaphore,
    released: Semaphore,
}

impl Inner {
    pub(super) async fn pass(&self) {
        self.arrived.add_permits(1);
        // The permit goes back, so that releasing early or twice is the same.
        drop(self.released.acquire().await);
    }
}

impl Gate {
    /// Completes when an operation stands at the gate.
    pub async fn reached(&self) {
        drop(self.0.arrived.acquire().await);
    }

    /// Whether an operation has come to the gate.
    pub fn is_reached(&self) -> bool {
        self.0.arrived.available_permits() > 0
    }

    /// Lets it go on.
    pub fn release(&self) {
        self.0.released.add_permits(1);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.release();
    }
}

type Matches = Box<dyn Fn(Operation, &ObjectPath) -> bool + Send>;

/// The gates that nothing has come to yet.
#[derive(Default)]
pub(super) struct Gates(Vec<(When, Matches, Arc<Inner>)>);

impl fmt::Debug for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gates({})", self.0.len())
    }
}

impl Gates {
    pub(super) fn hold(&mut self, when: When, matches: Matches) -> Gate {
        let inner = Arc::new(Inner { arrived: Semaphore::new(0), released: Semaphore::new(0) });
        self.0.push((when, matches, Arc::clone(&inner)));
        Gate(inner)
    }

    pub(super) fn take(&mut self, when: When, operation: Operation, path: &ObjectPath) -> Option<Arc<Inner>> {
        let place = self.0.iter().position(|(side, matches, _)| *side == when && matches(operation, path))?;
        Some(self.0.remove(place).2)
    }
}
