//! The steps of a put, in an order that keeps every promise wherever it is cut off.
//!
//! ```text
//!   renew what is in doubt
//!   sync what was read    nothing is built on what a power cut could take away
//!   directories           each level durable in the one above
//!   write a temporary     nobody sees it
//!   sync it               its bytes are durable before anybody sees them
//!   publish               one step of the file system: the condition holds at that moment
//!   sync the directory    the name is durable
//!   answer
//! ```
//!
//! If absent, the publishing step itself fails when the name is taken. For the other conditions one lock in the root
//! excludes every other replacement and removal, in this process and in others, from the look at what is there until
//! the directory is synced. Readers take no lock.

use crate::directories::directory_of;
use crate::disk::{Answer, Disk, Errno, Kind};
use crate::error::{failed, failed_before, refused};
use crate::objects::Objects;
use crate::upload::Temp;
use crate::version::version_of;
use bytes::Bytes;
use namidb_core::object_store::{
    Effect, Error, ErrorKind, GetOptions, ObjectPath, ObjectVersion, Operation, PutCondition, PutReceipt,
    Result,
};

const PUT: Operation = Operation::Put;

/// What became of the publishing step.
enum Published {
    Durable,
    /// The name is there; whether it is durable is unknown.
    NotSynced(Errno),
    /// Nothing was published.
    Refused(Error),
    /// Nobody can say whether the name is there.
    Unclear(Errno),
}

impl<D: Disk> Objects<D> {
    /// Writes an object if the condition holds.
    pub(crate) fn put(
        &self,
        path: &ObjectPath,
        payload: &Bytes,
        condition: &PutCondition,
    ) -> Result<PutReceipt> {
        if path.is_root() {
            return Err(refused(ErrorKind::InvalidInput, PUT, path));
        }
        self.renew_all(PUT, path)?;
        self.check(path, condition)?;
        let failed_before = |errno| failed_before(errno, PUT, path);
        self.seen.settle(|directory| self.directories.sync(&self.disk, directory)).map_err(failed_before)?;
        self.directories.get(&self.disk, &directory_of(path)).map_err(failed_before)?;
        let version = version_of(payload);
        let mut temp = Temp::write(&self.disk, payload, &version).map_err(failed_before)?;

        self.seen.begin_publishing(path);
        let published = match condition {
            PutCondition::IfAbsent => self.publish_new(path, &mut temp),
            PutCondition::Always => self.publish_over(path, &mut temp, None),
            PutCondition::IfMatch(version) => self.publish_over(path, &mut temp, Some(version)),
        };
        match published {
            Published::Durable => self.seen.is_durable(path, &version),
            Published::Refused(error) => {
                self.seen.end_publishing(path);
                return Err(error);
            }
            // A reader must not take what it may find for acknowledged.
            Published::Unclear(errno) | Published::NotSynced(errno) => {
                self.seen.end_in_doubt(path);
                return Err(failed(errno, PUT, path, Effect::Unknown));
            }
        }
        self.seen.end_publishing(path);
        if matches!(condition, PutCondition::IfMatch(_))
            && let Some(file) = temp.file.take()
            && let Ok(stat) = self.disk.stat_file(&file)
        {
            // What is replaced once is looked at often.
            self.hold(path, file, stat, &version);
        }
        Ok(PutReceipt { version, server_time: Some(self.now()) })
    }

    /// Answers at once, before anything is written, if the condition does not hold now.
    fn check(&self, path: &ObjectPath, condition: &PutCondition) -> Result<()> {
        match condition {
            PutCondition::Always => Ok(()),
            PutCondition::IfAbsent => match self.disk.stat(path) {
                Ok(_) => Err(self.exists(path)),
                Err(Errno::NOENT) => Ok(()),
                Err(errno) => Err(failed_before(errno, PUT, path)),
            },
            PutCondition::IfMatch(version) => self.check_version(path, version),
        }
    }

    fn check_version(&self, path: &ObjectPath, version: &ObjectVersion) -> Result<()> {
        let mismatch = || refused(ErrorKind::VersionMismatch, PUT, path);
        let looked = match self.look(PUT, path, &GetOptions::whole()) {
            Err(error) if error.is_not_found() => return Err(mismatch()),
            looked => looked?,
        };
        let held = match self.know(PUT, path, looked) {
            Err(error) if error.is_not_found() => return Err(mismatch()),
            held => held?,
        };
        if held.version == *version {
            return Ok(());
        }
        self.seen.saw(path, &held.version);
        Err(mismatch())
    }

    /// What to say when the name is taken. That a name is seen is no proof that it is durable, and the caller may
    /// act on it: so it is made durable first.
    fn exists(&self, path: &ObjectPath) -> Error {
        match self.disk.stat(path) {
            Ok(stat) if stat.kind == Kind::Directory => refused(ErrorKind::InvalidInput, PUT, path)
                .with_source("there are objects under this path: it cannot be one itself"),
            _ => match self.directories.sync(&self.disk, &directory_of(path)) {
                Ok(()) => refused(ErrorKind::AlreadyExists, PUT, path),
                Err(errno) => failed_before(errno, PUT, path),
            },
        }
    }

    fn publish_new(&self, path: &ObjectPath, temp: &mut Temp<'_, D>) -> Published {
        match self.publish(path, |directory| self.disk.publish_new(&temp.name, directory, path.name())) {
            Ok(()) => {
                temp.is_published();
                self.sync_published(path)
            }
            Err(Errno::EXIST) => Published::Refused(self.exists(path)),
            Err(errno) => not_published(errno, path),
        }
    }

    fn publish_over(
        &self,
        path: &ObjectPath,
        temp: &mut Temp<'_, D>,
        version: Option<&ObjectVersion>,
    ) -> Published {
        let published = self.disk.locked(|| {
            if let Some(version) = version
                && let Err(error) = self.check_version(path, version)
            {
                return Published::Refused(error);
            }
            match self.publish(path, |directory| self.disk.publish_over(&temp.name, directory, path.name())) {
                Ok(()) => {
                    temp.is_published();
                    self.sync_published(path)
                }
                Err(errno) => not_published(errno, path),
            }
        });
        published.unwrap_or_else(|errno| Published::Refused(failed_before(errno, PUT, path)))
    }

    /// Publishes in the directory of a path; once more if what is held is no longer the directory of that name.
    pub(crate) fn publish(
        &self,
        path: &ObjectPath,
        step: impl Fn(&D::Directory) -> Answer<()>,
    ) -> Answer<()> {
        let above = directory_of(path);
        match step(&*self.directories.get(&self.disk, &above)?) {
            Err(Errno::NOENT | Errno::STALE) => {
                self.directories.forget(&above);
                step(&*self.directories.get(&self.disk, &above)?)
            }
            answer => answer,
        }
    }

    fn sync_published(&self, path: &ObjectPath) -> Published {
        match self.directories.sync(&self.disk, &directory_of(path)) {
            Ok(()) => Published::Durable,
            Err(errno) => Published::NotSynced(errno),
        }
    }
}

/// An error of the publishing step: most say that it was not done.
fn not_published(errno: Errno, path: &ObjectPath) -> Published {
    match errno {
        Errno::IO | Errno::TIMEDOUT | Errno::STALE => Published::Unclear(errno),
        errno => Published::Refused(failed_before(errno, PUT, path)),
    }
}
