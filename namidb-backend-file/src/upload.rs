//! Writing a file that has no name of its own yet.

use crate::disk::{Answer, Disk, Errno};
use crate::version::{is_noted, note};
use namidb_core::object_store::ObjectVersion;
use namidb_core::runtime::system;

/// How often the bytes are written anew when the disk fails.
const TRIES_MAX: usize = 3;

/// What a process that died left in the temporary directory may be removed when it is this old, in nanoseconds.
const TEMP_AGE_MIN: i128 = 3_600 * 1_000_000_000;

/// A file whose bytes are durable, and which nobody sees. It is removed unless it is published.
#[derive(Debug)]
pub(crate) struct Temp<'a, D: Disk> {
    disk: &'a D,
    pub(crate) name: String,
    pub(crate) file: Option<D::File>,
    published: bool,
}

impl<'a, D: Disk> Temp<'a, D> {
    /// Writes `bytes` and makes them durable. After a sync that failed nobody can say which of a file's bytes are on
    /// the disk, and a second sync would not tell: so they are written again, from memory, into another file.
    pub(crate) fn write(disk: &'a D, bytes: &[u8], version: &ObjectVersion) -> Answer<Temp<'a, D>> {
        let mut tries = 1;
        loop {
            match Temp::write_once(disk, bytes, version) {
                Err(Errno::IO) if tries < TRIES_MAX => tries += 1,
                answer => return answer,
            }
        }
    }

    fn write_once(disk: &'a D, bytes: &[u8], version: &ObjectVersion) -> Answer<Temp<'a, D>> {
        let name = format!("{:032x}", system::random_u128());
        let file = disk.create_temp(&name)?;
        let mut temp = Temp { disk, name, file: None, published: false };
        disk.write(&file, bytes)?;
        if u64::try_from(bytes.len()).is_ok_and(is_noted) {
            let stat = disk.stat_file(&file)?;
            // Without a note the version is read from the bytes: slower, and the same.
            let _ = disk.note(&file, &note(version, &stat));
        }
        disk.sync_file(&file)?;
        temp.file = Some(file);
        Ok(temp)
    }

    /// The file has a name of its own now.
    pub(crate) fn is_published(&mut self) {
        self.published = true;
    }
}

impl<D: Disk> Drop for Temp<'_, D> {
    fn drop(&mut self) {
        if !self.published {
            // What stays is removed when a store is opened after an hour.
            let _ = self.disk.remove_temp(&self.name);
        }
    }
}

/// Removes what processes that died have left. Others may be writing: what is young is left alone.
pub(crate) fn remove_abandoned<D: Disk>(disk: &D) -> Answer<()> {
    let now = i128::from(system::unix_micros()) * 1_000;
    let temps = disk.temps()?;
    if temps.iter().all(|(_, written)| now - written < TEMP_AGE_MIN) {
        return Ok(());
    }
    disk.locked(|| {
        for (name, written) in temps {
            if now - written >= TEMP_AGE_MIN {
                let _ = disk.remove_temp(&name);
            }
        }
    })
}
