//! What a reader has seen before it was durable.
//!
//! A name is visible between its rename and the sync of its directory. A reader may use what it sees then, but
//! whoever builds on it must make it durable first, or a power cut could keep the building and take its ground.
//! So a handle remembers what it read and does not know to be durable, and syncs those directories before it puts
//! anything. What it put itself, or synced once, costs nothing again.
//!
//! An object of this handle's own that is published and not yet synced is another matter: who reads it may take it
//! for acknowledged (a put whose answer was lost is settled by reading back). It is synced before it is shown. If its put
//! has ended without a sync it is *in doubt*: it is [renewed](crate::renew) before it is shown, and before anything else
//! is put.

use crate::directories::directory_of;
use namidb_core::hash::HashMap;
use namidb_core::object_store::{ObjectPath, ObjectVersion};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Objects remembered as durable. Forgetting one costs a sync, so past it all are forgotten.
const DURABLE_MAX: usize = 1 << 14;

/// Objects that were seen, and what is known of them.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    state: Mutex<State>,
    /// Held while what was seen is being synced, so that no put overtakes that.
    turn: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    durable: HashMap<ObjectPath, ObjectVersion>,
    /// By directory: what was last seen of each object.
    unsynced: BTreeMap<ObjectPath, HashMap<ObjectPath, ObjectVersion>>,
    /// How many puts of this handle may have published at a path and have not synced it.
    publishing: HashMap<ObjectPath, usize>,
    /// Where such a put has ended without a sync, and the number of that end.
    doubts: BTreeMap<ObjectPath, u64>,
    /// The number of the last such end.
    last_doubt: u64,
}

impl State {
    fn is_durable(&mut self, path: &ObjectPath, version: ObjectVersion) {
        if self.durable.len() >= DURABLE_MAX {
            self.durable.clear();
        }
        self.durable.insert(path.clone(), version);
    }
}

impl Seen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader saw this version; it may not be durable.
    pub(crate) fn saw(&self, path: &ObjectPath, version: &ObjectVersion) {
        let mut state = self.state();
        if state.durable.get(path) != Some(version) {
            let seen = state.unsynced.entry(directory_of(path)).or_default();
            // Past the bound the directory is still synced; only what lay in it is not remembered.
            if seen.len() < DURABLE_MAX {
                seen.insert(path.clone(), version.clone());
            }
        }
    }

    /// This version is durable.
    pub(crate) fn is_durable(&self, path: &ObjectPath, version: &ObjectVersion) {
        self.state().is_durable(path, version.clone());
    }

    /// The object is gone.
    pub(crate) fn is_gone(&self, path: &ObjectPath) {
        self.state().durable.remove(path);
    }

    /// Makes what was seen durable. Returns when all that was seen before the call is, or with the first error.
    pub(crate) fn settle<E>(&self, mut sync: impl FnMut(&ObjectPath) -> Result<(), E>) -> Result<(), E> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unsynced = std::mem::take(&mut self.state().unsynced);
        while let Some((directory, objects)) = unsynced.pop_first() {
            if let Err(error) = sync(&directory) {
                unsynced.insert(directory, objects);
                let mut state = self.state();
                for (directory, objects) in unsynced {
                    state.unsynced.entry(directory).or_default().extend(objects);
                }
                return Err(error);
            }
            let mut state = self.state();
            for (path, version) in objects {
                state.is_durable(&path, version);
            }
        }
        Ok(())
    }

    /// A put of this handle is about to publish at this path.
    pub(crate) fn begin_publishing(&self, path: &ObjectPath) {
        *self.state().publishing.entry(path.clone()).or_default() += 1;
    }

    /// The put has published and synced, or has not published.
    pub(crate) fn end_publishing(&self, path: &ObjectPath) {
        let mut state = self.state();
        if let Some(puts) = state.publishing.get_mut(path) {
            *puts -= 1;
            if *puts == 0 {
                state.publishing.remove(path);
            }
        }
    }

    /// The put may have published, and could not sync.
    pub(crate) fn end_in_doubt(&self, path: &ObjectPath) {
        let mut state = self.state();
        state.last_doubt += 1;
        let doubt = state.last_doubt;
        state.doubts.insert(path.clone(), doubt);
        drop(state);
        self.end_publishing(path);
    }

    /// What is in doubt, and the number of each doubt.
    pub(crate) fn doubts(&self) -> Vec<(ObjectPath, u64)> {
        self.state().doubts.iter().map(|(path, doubt)| (path.clone(), *doubt)).collect()
    }

    /// The doubt that there is of an object.
    pub(crate) fn doubt_of(&self, path: &ObjectPath) -> Option<u64> {
        self.state().doubts.get(path).copied()
    }

    /// This doubt is over; one that came after it is not.
    pub(crate) fn end_doubt(&self, path: &ObjectPath, doubt: u64) {
        let mut state = self.state();
        if state.doubts.get(path) == Some(&doubt) {
            state.doubts.remove(path);
        }
    }

    /// Whether a put of this handle is between publishing at this path and the sync.
    pub(crate) fn is_in_flight(&self, path: &ObjectPath) -> bool {
        self.state().publishing.contains_key(path)
    }

    /// Whether what is at this path may be an object of this handle's own that is not durable yet.
    pub(crate) fn is_publishing(&self, path: &ObjectPath) -> bool {
        let state = self.state();
        state.publishing.contains_key(path) || state.doubts.contains_key(path)
    }
}
