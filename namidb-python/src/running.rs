//! What runs now, so that it can be stopped and counted: statements, jobs, transactions.

use namidb_cypher::exec::CancelToken;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What runs now.
#[derive(Clone, Default)]
pub(crate) struct Running {
    tokens: Arc<Mutex<Tokens>>,
}

#[derive(Default)]
struct Tokens {
    next: u64,
    entered: Vec<(u64, CancelToken)>,
}

impl Running {
    /// Counts something in, until what it gives is dropped.
    pub(crate) fn enter(&self, token: &CancelToken) -> Entered {
        let mut tokens = self.lock();
        let number = tokens.next;
        tokens.next += 1;
        tokens.entered.push((number, token.clone()));
        Entered { running: self.clone(), number }
    }

    /// Stops what runs now; tells how many that are.
    pub(crate) fn cancel(&self) -> usize {
        let tokens = self.lock();
        tokens.entered.iter().for_each(|(_, token)| token.cancel());
        tokens.entered.len()
    }

    /// Whether nothing runs.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().entered.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that runs.
pub(crate) struct Entered {
    running: Running,
    number: u64,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut tokens = self.running.lock();
        if let Some(at) = tokens.entered.iter().position(|(number, _)| *number == self.number) {
            tokens.entered.swap_remove(at);
        }
    }
}
