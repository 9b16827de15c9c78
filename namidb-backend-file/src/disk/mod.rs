//! What the store asks of a file system, one step a method.
//!
//! Every method is a step that may fail, and after any of which the power may go. The store is written over this
//! trait so that a test can let each step fail, and look at every state that a power cut may leave.

mod network;
mod real;
#[cfg(test)]
pub(crate) mod sim;
mod walk;

pub(crate) use real::RealDisk;

use namidb_core::object_store::ObjectPath;
pub(crate) use rustix::io::Errno;
use std::fmt;

/// The answer to a step.
pub(crate) type Answer<T> = Result<T, Errno>;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    File,
    Directory,
    /// A symbolic link, a socket, a device: never an object.
    Other,
}

/// What a look-up tells. While a descriptor of a file is open its inode is not given to another, so equal
/// [`Stat`]s then mean the same file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stat {
    pub(crate) kind: Kind,
    pub(crate) device: u64,
    pub(crate) inode: u64,
    /// In bytes.
    pub(crate) size: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub(crate) modified: i128,
}

/// A file system below one root. Paths are relative to the root, symbolic links are never followed, and a call
/// that a signal interrupts is made again.
pub(crate) trait Disk: fmt::Debug + Send + Sync + 'static {
    /// An open file.
    type File: fmt::Debug + Send + Sync + 'static;
    /// An open directory.
    type Directory: fmt::Debug + Send + Sync + 'static;

    /// Makes a file that nothing but its temporary name stands for; the name must be new.
    fn create_temp(&self, name: &str) -> Answer<Self::File>;
    /// Writes all bytes at the end of a file.
    fn write(&self, file: &Self::File, bytes: &[u8]) -> Answer<()>;
    /// Notes a short text beside the bytes of a file, where the file system can.
    fn note(&self, file: &Self::File, text: &str) -> Answer<()>;
    /// What was noted; none if nothing was, or the file system cannot say.
    fn noted(&self, file: &Self::File) -> Option<String>;
    /// Makes the bytes, and what is noted beside them, durable; but no name.
    fn sync_file(&self, file: &Self::File) -> Answer<()>;
    /// Takes a temporary name away.
    fn remove_temp(&self, name: &str) -> Answer<()>;
    /// The temporary names, and when their files were last written, in nanoseconds since 1970.
    fn temps(&self) -> Answer<Vec<(String, i128)>>;

    /// Gives a file with a temporary name its own; [`Errno::EXIST`] if something has that name.
    fn publish_new(&self, temp: &str, directory: &Self::Directory, name: &str) -> Answer<()>;
    /// Gives a file with a temporary name its own, in the place of whatever file has that name.
    fn publish_over(&self, temp: &str, directory: &Self::Directory, name: &str) -> Answer<()>;
    /// Takes the name of an object away.
    fn remove(&self, path: &ObjectPath) -> Answer<()>;
    /// Makes a directory; one that is there is no error.
    fn make_directory(&self, path: &ObjectPath) -> Answer<()>;
    /// Opens a directory.
    fn open_directory(&self, path: &ObjectPath) -> Answer<Self::Directory>;
    /// Makes the names in a directory durable; not its own name.
    fn sync_directory(&self, directory: &Self::Directory) -> Answer<()>;

    /// Looks a name up.
    fn stat(&self, path: &ObjectPath) -> Answer<Stat>;
    /// Opens for reading. What is opened may be no file.
    fn open(&self, path: &ObjectPath) -> Answer<Self::File>;
    /// What a file is.
    fn stat_file(&self, file: &Self::File) -> Answer<Stat>;
    /// Reads exactly these many bytes.
    fn read(&self, file: &Self::File, offset: u64, bytes: usize) -> Answer<Vec<u8>>;
    /// The same from the start of a file, if that takes no waiting: the bytes are in memory.
    fn read_cached(&self, file: &Self::File, bytes: usize) -> Option<Vec<u8>>;
    /// The names in a directory and what they stand for, in any order.
    fn entries(&self, path: &ObjectPath) -> Answer<Vec<(String, Kind)>>;

    /// Does `work` while no other process, and no other thread, does any.
    fn locked<T>(&self, work: impl FnOnce() -> T) -> Answer<T>;
}
