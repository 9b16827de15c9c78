//! The statements that run on a client now, so that they can be stopped.

use namidb_cypher::exec::CancelToken;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The statements that run now.
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
    /// Counts a statement in, until what it gives is dropped.
    pub(crate) fn enter(&self, token: &CancelToken) -> Entered {
        let mut tokens = self.lock();
        let number = tokens.next;
        tokens.next += 1;
        tokens.entered.push((number, token.clone()));
        Entered { running: self.clone(), number }
    }

    /// Stops the statements that run now; tells how many those are.
    pub(crate) fn cancel(&self) -> usize {
        let tokens = self.lock();
        tokens.entered.iter().for_each(|(_, token)| token.cancel());
        tokens.entered.len()
    }

    fn lock(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement that runs.
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
