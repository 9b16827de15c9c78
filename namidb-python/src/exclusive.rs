//! Something that one thread uses at a time, and that a handler of signals may come upon while its own thread
//! does.
//!
//! A statement looks for signals as it runs, so Python's handlers run in the middle of it, on its thread. One that then
//! used the same transaction would wait for itself for ever.

use namidb::{Error, Result};
use namidb_core::ErrorCode;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Something that one thread uses at a time.
#[derive(Default)]
pub(crate) struct Exclusive<T> {
    value: Mutex<T>,
    user: Mutex<Option<ThreadId>>,
}

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Exclusive<T> {
        Exclusive { value: Mutex::new(value), user: Mutex::new(None) }
    }

    /// Waits until no other thread uses it. Not to be called by a thread that holds the interpreter's lock.
    ///
    /// # Errors
    /// If this thread uses it already.
    pub(crate) fn lock(&self) -> Result<Guard<'_, T>> {
        if *self.user() == Some(thread::current().id()) {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                "a signal handler cannot use the transaction or batch that it interrupts",
            ));
        }
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        *self.user() = Some(thread::current().id());
        Ok(Guard { value, user: &self.user })
    }

    fn user(&self) -> MutexGuard<'_, Option<ThreadId>> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of it; ends when this is dropped.
pub(crate) struct Guard<'a, T> {
    value: MutexGuard<'a, T>,
    user: &'a Mutex<Option<ThreadId>>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        *self.user.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
