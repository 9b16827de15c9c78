//! Objects whose names could not be made durable: how a handle comes to trust the disk again.
//!
//! When the sync of a directory has failed, and has failed again on descriptors opened anew, the system may take what it
//! was to write for written: that a later sync succeeds proves nothing about it. So nothing is concluded from one. What
//! was published is read again, written into a new file, that file is synced and given the name in place of the old one,
//! and *this* change of the directory is synced, through a descriptor opened anew. Until that has succeeded the object is
//! not shown, and nothing is put or deleted through the handle; everything else can be read. Each put tries, so it ends
//! by itself when the disk works again.
//!
//! Whoever looks at the object meanwhile sees the same bytes, and so the same version, in one file or the other.

use crate::directories::directory_of;
use crate::disk::{Answer, Disk, Errno, Kind};
use crate::error::{failed_before, is_missing};
use crate::objects::Objects;
use crate::upload::Temp;
use crate::version::version_of;
use namidb_core::object_store::{Error, ObjectPath, Operation, Result};

impl<D: Disk> Objects<D> {
    /// Renews everything that is in doubt, before something is put at a path or deleted there.
    pub(crate) fn renew_all(&self, operation: Operation, path: &ObjectPath) -> Result<()> {
        for (doubtful, doubt) in self.seen.doubts() {
            self.renew(&doubtful, doubt).map_err(|errno| in_doubt(errno, operation, path))?;
        }
        Ok(())
    }

    /// Writes an object that is in doubt anew, and ends the doubt.
    pub(crate) fn renew(&self, path: &ObjectPath, doubt: u64) -> Answer<()> {
        // No descriptor from before is believed.
        self.directories.forget(&directory_of(path));
        self.held.release(path);
        // Under the lock: what is written anew must still be there.
        self.disk.locked(|| self.write_anew(path))??;
        self.seen.end_doubt(path, doubt);
        Ok(())
    }

    fn write_anew(&self, path: &ObjectPath) -> Answer<()> {
        let file = match self.disk.open(path) {
            // It was never published, or was deleted since.
            Err(errno) if is_missing(errno) => return Ok(()),
            file => file?,
        };
        let stat = self.disk.stat_file(&file)?;
        if stat.kind != Kind::File {
            return Ok(());
        }
        let bytes = self.disk.read(&file, 0, usize::try_from(stat.size).map_err(|_| Errno::FBIG)?)?;
        let version = version_of(&bytes);
        let mut temp = Temp::write(&self.disk, &bytes, &version)?;
        self.publish(path, |directory| self.disk.publish_over(&temp.name, directory, path.name()))?;
        temp.is_published();
        self.directories.sync(&self.disk, &directory_of(path))?;
        self.seen.is_durable(path, &version);
        Ok(())
    }
}

/// Something is in doubt, and could not be written anew.
pub(crate) fn in_doubt(errno: Errno, operation: Operation, path: &ObjectPath) -> Error {
    let cause = std::io::Error::from(errno);
    failed_before(errno, operation, path).with_source(format!(
        "an earlier put could not be made durable, and cannot be yet: look at the disk ({cause}); \
         it goes on by itself when the disk works again"
    ))
}
