//! The directories of objects: made durable level by level, then held open, so that a put syncs without opening.

use crate::disk::{Answer, Disk, Errno};
use namidb_core::hash::HashMap;
use namidb_core::object_store::ObjectPath;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Directories held open at once; past it all are let go.
const OPEN_MAX: usize = 256;

/// Syncs of one directory before it counts as failed.
const SYNCS_MAX: usize = 3;

/// Directories whose own names, and those of all above them, are durable.
#[derive(Debug)]
pub(crate) struct Directories<D: Disk> {
    open: Mutex<HashMap<ObjectPath, Arc<D::Directory>>>,
}

impl<D: Disk> Directories<D> {
    pub(crate) fn new() -> Directories<D> {
        Directories { open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<ObjectPath, Arc<D::Directory>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A directory to put into. Whatever is missing of it is made, and each level is synced into the one above it,
    /// whoever made it: another process may have made it a moment ago and not have synced it yet.
    pub(crate) fn get(&self, disk: &D, path: &ObjectPath) -> Answer<Arc<D::Directory>> {
        if let Some(directory) = self.open().get(path) {
            return Ok(Arc::clone(directory));
        }
        let mut here = ObjectPath::root();
        let mut directory = self.open_one(disk, &here)?;
        for part in path.parts() {
            here = here.join(part).map_err(|_| Errno::INVAL)?;
            let held = self.open().get(&here).cloned();
            directory = match held {
                Some(held) => held,
                None => {
                    disk.make_directory(&here)?;
                    disk.sync_directory(&directory).inspect_err(|_| self.forget(&here))?;
                    self.open_one(disk, &here)?
                }
            };
        }
        Ok(directory)
    }

    fn open_one(&self, disk: &D, path: &ObjectPath) -> Answer<Arc<D::Directory>> {
        let directory = Arc::new(disk.open_directory(path)?);
        let mut open = self.open();
        if open.len() >= OPEN_MAX {
            open.clear();
        }
        open.insert(path.clone(), Arc::clone(&directory));
        Ok(directory)
    }

    /// Lets a directory go, and those above it: what is held may not be what has its name now.
    pub(crate) fn forget(&self, path: &ObjectPath) {
        self.open().retain(|held, _| held != path && !path.is_under(held));
    }

    /// Makes every name in a directory durable, and its own. A descriptor whose sync failed is not believed again:
    /// the next try opens the directory anew.
    pub(crate) fn sync(&self, disk: &D, path: &ObjectPath) -> Answer<()> {
        let mut tries = 1;
        loop {
            let synced = self.get(disk, path).and_then(|directory| disk.sync_directory(&directory));
            if synced.is_ok() || tries == SYNCS_MAX {
                return synced;
            }
            self.forget(path);
            tries += 1;
        }
    }
}

/// The path of the directory that an object lies in.
pub(crate) fn directory_of(path: &ObjectPath) -> ObjectPath {
    let above = path.as_str().rsplit_once('/').map_or("", |(above, _)| above);
    // What lies above a path keeps all rules that the path keeps.
    ObjectPath::new(above).unwrap_or_else(|_| ObjectPath::root())
}
