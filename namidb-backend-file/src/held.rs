//! Files held open, so that a look costs one look-up of a name.
//!
//! While a descriptor is open its inode cannot be given to another file. So if the name leads to the same inode, it
//! is the same file, and a published file is never written again: its version is known without a read. Held is
//! what was asked for with `unless` or replaced, and what had to be read whole for its version alone.

use crate::disk::{Disk, Stat};
use namidb_core::object_store::{ObjectPath, ObjectVersion};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files held at once; the one that was not looked at for longest goes.
const HELD_MAX: usize = 64;

/// A file held open.
#[derive(Debug)]
pub(crate) struct HeldFile<D: Disk> {
    pub(crate) path: ObjectPath,
    pub(crate) file: D::File,
    pub(crate) stat: Stat,
    pub(crate) version: ObjectVersion,
}

/// The files that are held, the one looked at last at the end.
#[derive(Debug)]
pub(crate) struct Held<D: Disk>(Mutex<VecDeque<Arc<HeldFile<D>>>>);

impl<D: Disk> Held<D> {
    pub(crate) fn new() -> Held<D> {
        Held(Mutex::default())
    }

    fn files(&self) -> MutexGuard<'_, VecDeque<Arc<HeldFile<D>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file that was found at a path, whatever is there now.
    pub(crate) fn find(&self, path: &ObjectPath) -> Option<Arc<HeldFile<D>>> {
        let mut files = self.files();
        let place = files.iter().rposition(|held| held.path == *path)?;
        let found = files.remove(place)?;
        files.push_back(Arc::clone(&found));
        Some(found)
    }

    /// Holds a file in the place of another at its path.
    pub(crate) fn hold(&self, file: HeldFile<D>) -> Arc<HeldFile<D>> {
        let file = Arc::new(file);
        let mut files = self.files();
        files.retain(|held| held.path != file.path);
        if files.len() >= HELD_MAX {
            files.pop_front();
        }
        files.push_back(Arc::clone(&file));
        file
    }

    /// Lets a file go.
    pub(crate) fn release(&self, path: &ObjectPath) {
        self.files().retain(|held| held.path != *path);
    }
}
