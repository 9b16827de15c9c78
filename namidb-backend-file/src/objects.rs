//! The objects below a root, and what each operation does, step by step. Blocking; [`crate::store`] makes it async.

use crate::directories::{Directories, directory_of};
use crate::disk::{Disk, Errno, Kind, Stat};
use crate::error::{failed, failed_before, is_missing, refused};
use crate::held::{Held, HeldFile};
use crate::renew::in_doubt;
use crate::seen::Seen;
use crate::version::{Digest, is_noted, read_note, version_of};
use bytes::Bytes;
use namidb_core::object_store::{
    Effect, ErrorKind, GetOptions, Object, ObjectMeta, ObjectPath, ObjectVersion, Operation, Result,
    ServerTime,
};
use namidb_core::runtime::system;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Bytes of a file that are read at a time for its version alone.
const DIGEST_PORTION: u64 = 1 << 20;

/// The objects below a root.
#[derive(Debug)]
pub(crate) struct Objects<D: Disk> {
    pub(crate) disk: D,
    pub(crate) directories: Directories<D>,
    pub(crate) held: Held<D>,
    pub(crate) seen: Seen,
    /// The newest time that was told.
    told: AtomicI64,
}

/// What the look-up of a name found.
#[derive(Debug)]
pub(crate) enum Looked<D: Disk> {
    /// A file whose version is known.
    Known(Arc<HeldFile<D>>),
    /// A file, small and in memory, with its bytes.
    Read(D::File, Stat, Vec<u8>),
    /// A file that is to be read first.
    Opened(D::File, Stat),
}

impl<D: Disk> Objects<D> {
    pub(crate) fn new(disk: D) -> Objects<D> {
        Objects {
            disk,
            directories: Directories::new(),
            held: Held::new(),
            seen: Seen::default(),
            told: AtomicI64::new(i64::MIN),
        }
    }

    /// The time of an answer: never before that of an earlier one.
    pub(crate) fn now(&self) -> ServerTime {
        let now = system::unix_micros();
        ServerTime(self.told.fetch_max(now, Ordering::Relaxed).max(now))
    }

    /// Looks a name up, and answers at once where that is all it takes: nothing is there, or nothing new.
    pub(crate) fn look(
        &self,
        operation: Operation,
        path: &ObjectPath,
        options: &GetOptions,
    ) -> Result<Looked<D>> {
        let failed = |errno| match errno {
            errno if is_missing(errno) => {
                self.held.release(path);
                refused(ErrorKind::NotFound, operation, path)
            }
            errno => failed_before(errno, operation, path),
        };
        if let Some(held) = self.held.find(path)
            && self.disk.stat(path).map_err(failed)? == held.stat
        {
            if options.unless.as_ref() == Some(&held.version) && self.may_show(path, options.glance) {
                self.seen.saw(path, &held.version);
                return Err(refused(ErrorKind::NotModified, operation, path));
            }
            return Ok(Looked::Known(held));
        }
        let file = self.disk.open(path).map_err(failed)?;
        let stat = self.disk.stat_file(&file).map_err(failed)?;
        match stat.kind {
            Kind::File => {}
            Kind::Directory => return Err(refused(ErrorKind::NotFound, operation, path)),
            Kind::Other => {
                return Err(refused(ErrorKind::Unexpected, operation, path)
                    .with_source("something that is no regular file has the name of an object"));
            }
        }
        if !is_noted(stat.size)
            && let Ok(size) = usize::try_from(stat.size)
            && let Some(bytes) = self.disk.read_cached(&file, size)
        {
            return Ok(Looked::Read(file, stat, bytes));
        }
        Ok(Looked::Opened(file, stat))
    }

    /// Whether what was found can be answered without waiting for the disk.
    pub(crate) fn is_ready(&self, path: &ObjectPath, looked: &Looked<D>, glance: bool) -> bool {
        matches!(looked, Looked::Read(..)) && self.may_show(path, glance)
    }

    /// Whether what is there may be shown as it is.
    fn may_show(&self, path: &ObjectPath, glance: bool) -> bool {
        if glance { !self.seen.is_in_flight(path) } else { !self.seen.is_publishing(path) }
    }

    /// Reads what was found, or the range of it that is asked for.
    pub(crate) fn get(&self, path: &ObjectPath, looked: Looked<D>, options: &GetOptions) -> Result<Object> {
        let (stat, version, bytes) = match looked {
            Looked::Known(held) => {
                let bytes = self.read_known(path, &held.file, &held.stat, &held.version, options)?;
                (held.stat, held.version.clone(), bytes)
            }
            Looked::Read(file, stat, bytes) => self.get_read(path, file, stat, bytes, options),
            Looked::Opened(file, stat) => match self.noted(&file, &stat) {
                Some(version) => {
                    let bytes = self.read_known(path, &file, &stat, &version, options)?;
                    if options.unless.is_some() {
                        self.hold(path, file, stat, &version);
                    }
                    (stat, version, bytes)
                }
                // Who asks for a range may have no room for all of it.
                None if options.range.is_some() => {
                    let version = self.digest(Operation::Get, path, &file, &stat)?;
                    let bytes = self.read_known(path, &file, &stat, &version, options)?;
                    self.hold(path, file, stat, &version);
                    (stat, version, bytes)
                }
                None => {
                    let bytes = self.read(Operation::Get, path, &file, 0, stat.size)?;
                    self.get_read(path, file, stat, bytes, options)
                }
            },
        };
        self.show(Operation::Get, path, &version, options.glance)?;
        if options.unless.as_ref() == Some(&version) {
            return Err(refused(ErrorKind::NotModified, Operation::Get, path));
        }
        match bytes {
            Some(bytes) => Ok(Object { bytes, meta: self.meta(&stat, version) }),
            None => Err(refused(ErrorKind::InvalidInput, Operation::Get, path)),
        }
    }

    /// The bytes that are asked for of a file whose version is known; none if there is no such range, or nobody wants
    /// them.
    fn read_known(
        &self,
        path: &ObjectPath,
        file: &D::File,
        stat: &Stat,
        version: &ObjectVersion,
        options: &GetOptions,
    ) -> Result<Option<Bytes>> {
        match options.within(stat.size) {
            Some(range) if options.unless.as_ref() != Some(version) => {
                self.read(Operation::Get, path, file, range.start, range.end).map(|bytes| Some(bytes.into()))
            }
            _ => Ok(None),
        }
    }

    /// The same of a file that was read whole, and its version.
    fn get_read(
        &self,
        path: &ObjectPath,
        file: D::File,
        stat: Stat,
        bytes: Vec<u8>,
        options: &GetOptions,
    ) -> (Stat, ObjectVersion, Option<Bytes>) {
        let version = version_of(&bytes);
        if options.unless.is_some() || options.range.is_some() {
            self.hold(path, file, stat, &version);
        }
        let bytes = Bytes::from(bytes);
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let range = options.within(stat.size);
        (stat, version, range.map(|range| bytes.slice(place(range.start)..place(range.end))))
    }

    pub(crate) fn hold(
        &self,
        path: &ObjectPath,
        file: D::File,
        stat: Stat,
        version: &ObjectVersion,
    ) -> Arc<HeldFile<D>> {
        self.held.hold(HeldFile { path: path.clone(), file, stat, version: version.clone() })
    }

    /// What is known of what was found.
    pub(crate) fn head(&self, path: &ObjectPath, looked: Looked<D>) -> Result<ObjectMeta> {
        let held = self.know(Operation::Head, path, looked)?;
        self.show(Operation::Head, path, &held.version, false)?;
        Ok(self.meta(&held.stat, held.version.clone()))
    }

    /// Learns the version of what was found, and holds it.
    pub(crate) fn know(
        &self,
        operation: Operation,
        path: &ObjectPath,
        looked: Looked<D>,
    ) -> Result<Arc<HeldFile<D>>> {
        match looked {
            Looked::Known(held) => Ok(held),
            Looked::Read(file, stat, bytes) => Ok(self.hold(path, file, stat, &version_of(&bytes))),
            Looked::Opened(file, stat) => {
                let version = match self.noted(&file, &stat) {
                    Some(noted) => noted,
                    None => self.digest(operation, path, &file, &stat)?,
                };
                Ok(self.hold(path, file, stat, &version))
            }
        }
    }

    /// Removes an object; a missing one is no error.
    pub(crate) fn delete(&self, path: &ObjectPath) -> Result<()> {
        let operation = Operation::Delete;
        if path.is_root() {
            return Ok(());
        }
        self.renew_all(operation, path)?;
        // What makes an object superfluous was read: it must not go after what it has replaced has gone.
        let settled = self.seen.settle(|directory| self.directories.sync(&self.disk, directory));
        settled.map_err(|errno| failed_before(errno, operation, path))?;
        // Under the lock: a replacement must not look at the object before, and put its own there after.
        let removed = self.disk.locked(|| self.disk.remove(path));
        match removed.map_err(|errno| failed_before(errno, operation, path))? {
            Ok(()) | Err(Errno::NOENT | Errno::NOTDIR) => {
                self.held.release(path);
                self.seen.is_gone(path);
                Ok(())
            }
            // A directory is no object.
            Err(Errno::ISDIR) => Ok(()),
            Err(errno) => Err(failed(errno, operation, path, Effect::Unknown)),
        }
    }

    /// Before an object is shown: one of this handle's own is made durable, any other is remembered, and so is one in doubt
    /// that is only glanced at.
    fn show(
        &self,
        operation: Operation,
        path: &ObjectPath,
        version: &ObjectVersion,
        glance: bool,
    ) -> Result<()> {
        if glance && self.may_show(path, true) {
            self.seen.saw(path, version);
            return Ok(());
        }
        if let Some(doubt) = self.seen.doubt_of(path) {
            return self.renew(path, doubt).map_err(|errno| in_doubt(errno, operation, path));
        }
        if self.seen.is_publishing(path) {
            let synced = self.directories.sync(&self.disk, &directory_of(path));
            return synced.map_err(|errno| failed_before(errno, operation, path));
        }
        self.seen.saw(path, version);
        Ok(())
    }

    fn noted(&self, file: &D::File, stat: &Stat) -> Option<ObjectVersion> {
        if !is_noted(stat.size) {
            return None;
        }
        self.disk.noted(file).and_then(|text| read_note(&text, stat))
    }

    /// The version of a file by its bytes, read in portions.
    fn digest(
        &self,
        operation: Operation,
        path: &ObjectPath,
        file: &D::File,
        stat: &Stat,
    ) -> Result<ObjectVersion> {
        let mut digest = Digest::new();
        let mut start = 0;
        while start < stat.size {
            let end = stat.size.min(start + DIGEST_PORTION);
            digest.update(&self.read(operation, path, file, start, end)?);
            start = end;
        }
        Ok(digest.version())
    }

    fn read(
        &self,
        operation: Operation,
        path: &ObjectPath,
        file: &D::File,
        start: u64,
        end: u64,
    ) -> Result<Vec<u8>> {
        let bytes = usize::try_from(end.saturating_sub(start))
            .map_err(|_| failed_before(Errno::FBIG, operation, path))?;
        let read = || self.disk.read(file, start, bytes);
        // A disk may fail once where it succeeds the next time.
        let read = read().or_else(|errno| if errno == Errno::IO { read() } else { Err(errno) });
        read.map_err(|errno| failed_before(errno, operation, path))
    }

    fn meta(&self, stat: &Stat, version: ObjectVersion) -> ObjectMeta {
        let written = i64::try_from(stat.modified.div_euclid(1_000)).unwrap_or(i64::MAX);
        ObjectMeta {
            version,
            size: stat.size,
            last_modified: Some(ServerTime(written)),
            server_time: Some(self.now()),
        }
    }
}
