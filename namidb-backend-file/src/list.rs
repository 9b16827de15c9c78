//! Pages of a listing: the tree of directories, walked in the byte order of whole paths.

use crate::disk::{Answer, Disk, Kind};
use crate::error::is_missing;
use namidb_core::object_store::ObjectPath;

/// What a directory holds: objects, and directories that may hold more.
struct Entry {
    path: ObjectPath,
    is_directory: bool,
}

impl Entry {
    /// Where it stands in the order of paths. Everything in a directory has its name and a slash before it, so
    /// `a-b` comes before what is in `a`.
    fn key(&self) -> impl Iterator<Item = u8> {
        self.path.as_str().bytes().chain(self.is_directory.then_some(b'/'))
    }

    /// Whether it is, or may hold, a path after `start`.
    fn is_after(&self, start: &ObjectPath) -> bool {
        self.key().gt(start.as_str().bytes()) || self.is_directory && start.is_under(&self.path)
    }
}

/// The paths under `prefix` after `start_after`, at most `limit` of them, and whether there are more.
pub(crate) fn page<D: Disk>(
    disk: &D,
    prefix: &ObjectPath,
    start_after: Option<&ObjectPath>,
    limit: usize,
) -> Answer<(Vec<ObjectPath>, bool)> {
    let mut paths = Vec::new();
    // Each level holds what is left of a directory, the next entry last. A path has a largest length, so there is
    // a largest number of levels.
    let mut levels = vec![entries(disk, prefix, start_after)?];
    while let Some(level) = levels.last_mut() {
        match level.pop() {
            None => {
                levels.pop();
            }
            Some(entry) if entry.is_directory => levels.push(entries(disk, &entry.path, start_after)?),
            Some(_) if paths.len() == limit => return Ok((paths, true)),
            Some(entry) => paths.push(entry.path),
        }
    }
    Ok((paths, false))
}

/// What a directory holds after `start_after`, the last first. What has no name of an object is none: temporary
/// files, the lock, whatever a person left there.
fn entries<D: Disk>(disk: &D, path: &ObjectPath, start_after: Option<&ObjectPath>) -> Answer<Vec<Entry>> {
    let found = match disk.entries(path) {
        Err(errno) if is_missing(errno) => Vec::new(),
        found => found?,
    };
    let mut entries: Vec<Entry> = found
        .into_iter()
        .filter(|(_, kind)| *kind != Kind::Other)
        .filter_map(|(name, kind)| {
            Some(Entry { path: path.join(name).ok()?, is_directory: kind == Kind::Directory })
        })
        .filter(|entry| start_after.is_none_or(|start| entry.is_after(start)))
        .collect();
    // A directory that is read while names change may give one twice.
    entries.sort_unstable_by(|a, b| b.key().cmp(a.key()));
    entries.dedup_by(|a, b| a.key().eq(b.key()));
    Ok(entries)
}
