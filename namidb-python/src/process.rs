//! What a client has for this process alone: the child of a fork begins with nothing staged and nothing running.

use crate::running::Running;
use crate::runtime;
use crate::staging::Staging;
use arc_swap::ArcSwap;
use std::sync::Arc;

/// What belongs to one process.
pub(crate) struct Local {
    generation: u64,
    pub(crate) staging: Staging,
    /// Statements that run.
    pub(crate) running: Running,
    /// Transactions that have not ended.
    pub(crate) transactions: Running,
}

impl Local {
    fn new() -> Local {
        Local {
            generation: runtime::generation(),
            staging: Staging::default(),
            running: Running::default(),
            transactions: Running::default(),
        }
    }
}

/// What belongs to the process that asks.
pub(crate) struct PerProcess(ArcSwap<Local>);

impl PerProcess {
    pub(crate) fn new() -> PerProcess {
        PerProcess(ArcSwap::from_pointee(Local::new()))
    }

    /// What belongs to this process; new in the child of a fork.
    pub(crate) fn local(&self) -> Arc<Local> {
        let local = self.0.load_full();
        if local.generation == runtime::generation() {
            return local;
        }
        let new = Arc::new(Local::new());
        // A thread of the parent may have held its locks: what it guards is not even dropped.
        std::mem::forget(self.0.swap(Arc::clone(&new)));
        std::mem::forget(local);
        new
    }

    /// Whether it is the parent's, and nothing was asked of it in this process.
    pub(crate) fn is_inherited(&self) -> bool {
        self.0.load().generation != runtime::generation()
    }
}

impl Drop for PerProcess {
    fn drop(&mut self) {
        if self.is_inherited() {
            // The parent's locks may be held for ever.
            std::mem::forget(self.0.load_full());
        }
    }
}
