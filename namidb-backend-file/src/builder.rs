//! From a configuration to a store: the root is made, checked and cleaned.

use crate::config::FileConfig;
use crate::disk::{Answer, Errno, RealDisk};
use crate::error::{STORE, failed_before};
use crate::upload::remove_abandoned;
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, Result};
use std::fs::File;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

/// Opens the root of a store.
pub(crate) fn open(config: &FileConfig) -> Result<RealDisk> {
    let failed = |errno| {
        failed_before(errno, Operation::Open, &ObjectPath::root()).with_source(format!(
            "{}: {}",
            config.root.display(),
            std::io::Error::from(errno)
        ))
    };
    if config.create {
        make_root(&config.root).map_err(failed)?;
    }
    let root = match File::open(&config.root) {
        Err(error) if error.kind() == IoErrorKind::NotFound => {
            return Err(Error::new(ErrorKind::NotFound, STORE, Operation::Open)
                .with_path(&ObjectPath::root())
                .with_source(format!("there is no directory {}", config.root.display())));
        }
        opened => opened.map_err(|error| failed(errno(&error)))?,
    };
    if !root.metadata().map_err(|error| failed(errno(&error)))?.is_dir() {
        return Err(failed(Errno::NOTDIR));
    }
    let disk = RealDisk::new(root.into());
    if let Some(name) = disk.network().map_err(failed)?
        && !config.allow_network_fs
    {
        let why = format!(
            "{} is on {name}, where processes on two machines may both believe that they hold a lock; \
             allow_network_fs=true opens it all the same",
            config.root.display()
        );
        return Err(Error::new(ErrorKind::Unsupported, STORE, Operation::Open)
            .with_path(&ObjectPath::root())
            .with_source(why));
    }
    match remove_abandoned(&disk) {
        // Reading is possible where nothing may be written.
        Ok(()) | Err(Errno::ROFS | Errno::ACCESS | Errno::PERM) => Ok(disk),
        Err(errno) => Err(failed(errno)),
    }
}

/// Makes the root, and every directory above it that is missing, each durable in the one above.
fn make_root(root: &Path) -> Answer<()> {
    let mut missing: Vec<&Path> = Vec::new();
    let mut level = Some(root);
    while let Some(path) = level.filter(|path| !path.as_os_str().is_empty() && !path.exists()) {
        missing.push(path);
        level = path.parent();
    }
    for path in missing.iter().rev() {
        match std::fs::create_dir(path) {
            Ok(()) => {}
            Err(error) if error.kind() == IoErrorKind::AlreadyExists => {}
            Err(error) => return Err(errno(&error)),
        }
        sync_above(path)?;
    }
    if missing.is_empty() {
        // Another process may have made it a moment ago. Where one may not even read the directory above, it was
        // made by somebody else long before.
        let _ = sync_above(root);
    }
    Ok(())
}

fn sync_above(path: &Path) -> Answer<()> {
    let above = match path.parent() {
        None => return Ok(()),
        Some(above) if above.as_os_str().is_empty() => PathBuf::from("."),
        Some(above) => above.to_path_buf(),
    };
    File::open(above).and_then(|directory| directory.sync_all()).map_err(|error| errno(&error))
}

fn errno(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
