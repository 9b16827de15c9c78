//! The file system of this machine.

use super::network::network_file_system;
use super::walk::{again, open_below};
use super::{Answer, Disk, Errno, Kind, Stat};
use namidb_core::object_store::ObjectPath;
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// Where files are before they have their own names. No object lies there: no part of a path begins with a dot.
const TEMPS: &str = ".tmp";

/// The file that is locked. It is never removed: a lock on a file without a name excludes nobody.
const LOCK: &str = ".lock";

/// The extended attribute that holds what is noted beside a file.
const NOTE: &str = "user.namidb.version";

/// A note is never longer.
const NOTE_BYTES_MAX: usize = 256;

/// How a new name is published, from the best way to the last resort.
const BY_RENAME: u8 = 0;
const BY_LINK: u8 = 1;
const BY_LOOKING: u8 = 2;

/// A directory of this machine.
#[derive(Debug)]
pub(crate) struct RealDisk {
    root: OwnedFd,
    lock: Mutex<Option<LockFile>>,
    publishes: AtomicU8,
}

/// The open lock file, and the process that opened it: a lock belongs to the description that `fork` shares, so a
/// child opens its own.
#[derive(Debug)]
struct LockFile {
    process: u32,
    file: File,
}

impl RealDisk {
    /// The file system below the directory `root`.
    pub(crate) fn new(root: OwnedFd) -> RealDisk {
        RealDisk { root, lock: Mutex::new(None), publishes: AtomicU8::new(BY_RENAME) }
    }

    /// The name of the network file system that it is on, if it is on one.
    pub(crate) fn network(&self) -> Answer<Option<&'static str>> {
        network_file_system(&self.root)
    }

    #[cfg(test)]
    pub(crate) fn publish_by(&self, way: u8) {
        self.publishes.store(way, Ordering::Relaxed);
    }

    fn open_below(&self, path: &str, flags: OFlags, mode: u32) -> Answer<OwnedFd> {
        open_below(self.root.as_fd(), path, flags, Mode::from_raw_mode(mode as _))
    }

    fn open_lock(&self) -> Answer<LockFile> {
        let file = self.open_below(LOCK, OFlags::RDWR | OFlags::CREATE, 0o600)?;
        Ok(LockFile { process: std::process::id(), file: File::from(file) })
    }

    fn link(&self, temp: &str, directory: &OwnedFd, name: &str) -> Answer<()> {
        let temp = format!("{TEMPS}/{temp}");
        let linked = again(|| rustix::fs::linkat(&self.root, &temp, directory, name, AtFlags::empty()));
        if let Err(error) = linked {
            // A network file system may have done it, lost the answer, and failed when it asked again.
            let links = rustix::fs::statat(&self.root, &temp, AtFlags::SYMLINK_NOFOLLOW)?.st_nlink;
            if links != 2 {
                return Err(error);
            }
        }
        // The name is there: that the other one stays as well does no harm.
        let _ = again(|| rustix::fs::unlinkat(&self.root, &temp, AtFlags::empty()));
        Ok(())
    }
}

fn kind(of: FileType) -> Kind {
    match of {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Directory,
        _ => Kind::Other,
    }
}

#[allow(clippy::unnecessary_cast, reason = "the types differ among platforms")]
fn stat_of(stat: &rustix::fs::Stat) -> Stat {
    Stat {
        kind: kind(FileType::from_raw_mode(stat.st_mode)),
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        modified: i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec),
    }
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

/// Whether the file system or the kernel does not know a call.
fn is_unknown(error: Errno) -> bool {
    matches!(error, Errno::NOSYS | Errno::INVAL | Errno::OPNOTSUPP)
}

#[cfg(target_vendor = "apple")]
fn sync(descriptor: impl AsFd) -> Answer<()> {
    again(|| rustix::fs::fcntl_fullfsync(descriptor.as_fd()))
}

#[cfg(not(target_vendor = "apple"))]
fn sync(descriptor: impl AsFd) -> Answer<()> {
    again(|| rustix::fs::fsync(descriptor.as_fd()))
}

/// Renames unless the new name is taken, if the system knows how.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_new(root: &OwnedFd, from: &str, directory: &OwnedFd, name: &str) -> Answer<()> {
    use rustix::fs::RenameFlags;
    again(|| rustix::fs::renameat_with(root, from, directory, name, RenameFlags::NOREPLACE))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_new(_root: &OwnedFd, _from: &str, _directory: &OwnedFd, _name: &str) -> Answer<()> {
    Err(Errno::NOSYS)
}

impl Disk for RealDisk {
    type File = File;
    type Directory = OwnedFd;

    fn create_temp(&self, name: &str) -> Answer<File> {
        let path = format!("{TEMPS}/{name}");
        let create = || self.open_below(&path, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL, 0o600);
        let made = match create() {
            Err(Errno::NOENT) => {
                match again(|| rustix::fs::mkdirat(&self.root, TEMPS, Mode::from_raw_mode(0o700))) {
                    Ok(()) | Err(Errno::EXIST) => create(),
                    Err(error) => Err(error),
                }
            }
            made => made,
        };
        made.map(File::from)
    }

    fn write(&self, mut file: &File, bytes: &[u8]) -> Answer<()> {
        file.write_all(bytes).map_err(|error| errno(&error))
    }

    fn note(&self, file: &File, text: &str) -> Answer<()> {
        again(|| rustix::fs::fsetxattr(file, NOTE, text.as_bytes(), rustix::fs::XattrFlags::empty()))
    }

    fn noted(&self, file: &File) -> Option<String> {
        let mut text = vec![0; NOTE_BYTES_MAX];
        let bytes = again(|| rustix::fs::fgetxattr(file, NOTE, &mut text[..])).ok()?;
        text.truncate(bytes);
        String::from_utf8(text).ok()
    }

    fn sync_file(&self, file: &File) -> Answer<()> {
        sync(file)
    }

    fn remove_temp(&self, name: &str) -> Answer<()> {
        again(|| rustix::fs::unlinkat(&self.root, format!("{TEMPS}/{name}"), AtFlags::empty()))
    }

    fn temps(&self) -> Answer<Vec<(String, i128)>> {
        let directory = match self.open_below(TEMPS, OFlags::RDONLY | OFlags::DIRECTORY, 0) {
            Err(Errno::NOENT) => return Ok(Vec::new()),
            opened => opened?,
        };
        let mut temps = Vec::new();
        for entry in rustix::fs::Dir::read_from(&directory)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // One that went meanwhile, or that is no file, is nobody's to remove.
            if let Ok(stat) = rustix::fs::statat(&directory, name.as_str(), AtFlags::SYMLINK_NOFOLLOW)
                && stat_of(&stat).kind == Kind::File
            {
                temps.push((name, stat_of(&stat).modified));
            }
        }
        Ok(temps)
    }

    fn publish_new(&self, temp: &str, directory: &OwnedFd, name: &str) -> Answer<()> {
        if self.publishes.load(Ordering::Relaxed) == BY_RENAME {
            match rename_new(&self.root, &format!("{TEMPS}/{temp}"), directory, name) {
                Err(error) if is_unknown(error) => self.publishes.store(BY_LINK, Ordering::Relaxed),
                answer => return answer,
            }
        }
        if self.publishes.load(Ordering::Relaxed) == BY_LINK {
            match self.link(temp, directory, name) {
                Err(error) if is_unknown(error) || matches!(error, Errno::PERM | Errno::MLINK) => {
                    self.publishes.store(BY_LOOKING, Ordering::Relaxed);
                }
                answer => return answer,
            }
        }
        self.locked(|| match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(_) => Err(Errno::EXIST),
            Err(Errno::NOENT) => self.publish_over(temp, directory, name),
            Err(error) => Err(error),
        })?
    }

    fn publish_over(&self, temp: &str, directory: &OwnedFd, name: &str) -> Answer<()> {
        again(|| rustix::fs::renameat(&self.root, format!("{TEMPS}/{temp}"), directory, name))
    }

    fn remove(&self, path: &ObjectPath) -> Answer<()> {
        let (above, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let directory = self.open_below(above, OFlags::RDONLY | OFlags::DIRECTORY, 0)?;
        again(|| rustix::fs::unlinkat(&directory, name, AtFlags::empty()))
    }

    fn make_directory(&self, path: &ObjectPath) -> Answer<()> {
        let (above, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let directory = self.open_below(above, OFlags::RDONLY | OFlags::DIRECTORY, 0)?;
        match again(|| rustix::fs::mkdirat(&directory, name, Mode::from_raw_mode(0o777))) {
            Err(Errno::EXIST) => Ok(()),
            answer => answer,
        }
    }

    fn open_directory(&self, path: &ObjectPath) -> Answer<OwnedFd> {
        self.open_below(path.as_str(), OFlags::RDONLY | OFlags::DIRECTORY, 0)
    }

    fn sync_directory(&self, directory: &OwnedFd) -> Answer<()> {
        sync(directory)
    }

    fn stat(&self, path: &ObjectPath) -> Answer<Stat> {
        let found = again(|| rustix::fs::statat(&self.root, path.as_str(), AtFlags::SYMLINK_NOFOLLOW))?;
        Ok(stat_of(&found))
    }

    fn open(&self, path: &ObjectPath) -> Answer<File> {
        // Without NONBLOCK a pipe that somebody left there would hold the caller for ever.
        self.open_below(path.as_str(), OFlags::RDONLY | OFlags::NONBLOCK, 0).map(File::from)
    }

    fn stat_file(&self, file: &File) -> Answer<Stat> {
        Ok(stat_of(&again(|| rustix::fs::fstat(file))?))
    }

    fn read(&self, file: &File, offset: u64, bytes: usize) -> Answer<Vec<u8>> {
        let mut buffer = vec![0; bytes];
        file.read_exact_at(&mut buffer, offset).map_err(|error| errno(&error))?;
        Ok(buffer)
    }

    #[cfg(target_os = "linux")]
    fn read_cached(&self, file: &File, bytes: usize) -> Option<Vec<u8>> {
        use rustix::io::ReadWriteFlags;
        let mut buffer = vec![0; bytes];
        let mut into = [std::io::IoSliceMut::new(&mut buffer)];
        // A file system that cannot tell fails, and the bytes are read the other way.
        let read = again(|| rustix::io::preadv2(file, &mut into, 0, ReadWriteFlags::NOWAIT)).ok()?;
        (read == bytes).then_some(buffer)
    }

    #[cfg(not(target_os = "linux"))]
    fn read_cached(&self, _file: &File, _bytes: usize) -> Option<Vec<u8>> {
        None
    }

    fn entries(&self, path: &ObjectPath) -> Answer<Vec<(String, Kind)>> {
        let directory = self.open_directory(path)?;
        let mut entries = Vec::new();
        for entry in rustix::fs::Dir::read_from(&directory)? {
            let entry = entry?;
            // A name that is no text is no object's.
            let Ok(name) = entry.file_name().to_str() else { continue };
            let found = match entry.file_type() {
                FileType::Unknown => match rustix::fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => stat_of(&stat).kind,
                    Err(Errno::NOENT) => continue,
                    Err(error) => return Err(error),
                },
                known => kind(known),
            };
            entries.push((name.to_owned(), found));
        }
        Ok(entries)
    }

    fn locked<T>(&self, work: impl FnOnce() -> T) -> Answer<T> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.as_ref().is_none_or(|lock| lock.process != std::process::id()) {
            *lock = Some(self.open_lock()?);
        }
        let Some(LockFile { file, .. }) = lock.as_ref() else { return Err(Errno::NOLCK) };
        again(|| file.lock().map_err(|error| errno(&error)))?;
        let unlock = Unlock(file);
        let done = work();
        drop(unlock);
        Ok(done)
    }
}

/// Unlocks, also when the work panicked.
struct Unlock<'a>(&'a File);

impl Drop for Unlock<'_> {
    fn drop(&mut self) {
        // It fails only for a descriptor that is none.
        drop(self.0.unlock());
    }
}
