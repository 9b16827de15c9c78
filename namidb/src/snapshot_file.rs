//! A snapshot file as a file of the system: written beside its place and then moved there, so that it is whole or not there.

use crate::error::{Error, Result};
use crate::runtime;
use namidb_core::ErrorCode;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes that are read at a time.
const PIECE: u64 = 4 << 20;

/// Writes a file by `write`, so that nothing is at the path, or what was there, until all is durable.
pub(crate) fn create<T>(path: &Path, write: impl FnOnce(&mut File) -> Result<T>) -> Result<T> {
    let beside = beside(path)?;
    let failed = |error| io_error(&format!("write '{}'", path.display()), &error);
    let written = File::create_new(&beside).map_err(failed).and_then(|mut file| {
        let written = write(&mut file)?;
        file.sync_all().map_err(failed)?;
        drop(file);
        fs::rename(&beside, path).map_err(failed)?;
        sync_directory(path).map_err(failed)?;
        Ok(written)
    });
    if written.is_err() {
        fs::remove_file(&beside).ok();
    }
    written
}

/// A name of its own in the same directory.
fn beside(path: &Path) -> Result<PathBuf> {
    let Some(name) = path.file_name() else {
        let message = format!("'{}' is no path of a file", path.display());
        return Err(Error::new(ErrorCode::InvalidArgument, message));
    };
    let mut name = name.to_owned();
    name.push(format!(".{}.tmp", runtime::new_uuid()));
    Ok(path.with_file_name(name))
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(crate) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| io_error(&format!("open '{}'", path.display()), &error))
}

pub(crate) fn write_all(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    out.write_all(bytes).map_err(|error| io_error("write the snapshot", &error))
}

/// The next so many bytes; fewer at the end.
pub(crate) fn read_up_to(source: &mut dyn Read, wanted: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // Memory is taken as bytes come: what is wanted is what the file says.
    while (bytes.len() as u64) < wanted {
        let left = (wanted - bytes.len() as u64).min(PIECE);
        let read = source.take(left).read_to_end(&mut bytes);
        if read.map_err(|error| io_error("read the snapshot", &error))? == 0 {
            break;
        }
    }
    Ok(bytes)
}

fn io_error(what: &str, error: &io::Error) -> Error {
    let code = match error.kind() {
        ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::IsADirectory
        | ErrorKind::NotADirectory => ErrorCode::InvalidArgument,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
        _ => ErrorCode::Store,
    };
    Error::new(code, format!("could not {what}: {error}"))
}
