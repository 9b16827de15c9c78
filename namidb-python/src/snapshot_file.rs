//! Snapshot files: paths, and binary file objects of Python.

use namidb::blocking::Database;
use namidb::{CancelToken, OpenOptions, Result, SnapshotMeta};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// What a snapshot is written to.
pub(crate) enum Target {
    Path(PathBuf),
    Object(FileObject),
}

/// What a snapshot is read from.
pub(crate) enum Source {
    File(File),
    Object(FileObject),
}

/// A file object, which is called with the interpreter's lock.
pub(crate) struct FileObject {
    object: Py<PyAny>,
    /// What it raised.
    raised: Option<PyErr>,
}

impl Target {
    pub(crate) fn new(given: &Bound<'_, PyAny>) -> PyResult<Target> {
        Ok(match FileObject::new(given, "write")? {
            Some(object) => Target::Object(object),
            None => Target::Path(given.extract()?),
        })
    }

    pub(crate) fn write(&mut self, database: &Database) -> Result<SnapshotMeta> {
        match self {
            Target::Path(path) => database.snapshot_to(path),
            Target::Object(object) => database.write_snapshot(object),
        }
    }

    /// What the file object raised comes before what became of it.
    pub(crate) fn outcome<T>(self, ended: PyResult<T>) -> PyResult<T> {
        match self {
            Target::Object(FileObject { raised: Some(raised), .. }) => Err(raised),
            _ => ended,
        }
    }
}

impl Source {
    /// A file that cannot be opened raises an `OSError`.
    pub(crate) fn new(given: &Bound<'_, PyAny>) -> PyResult<Source> {
        Ok(match FileObject::new(given, "read")? {
            Some(object) => Source::Object(object),
            None => {
                // Python's own `open` names the file in its exception.
                let path: PathBuf = given.extract()?;
                given.py().import("os")?.call_method1("stat", (&path,))?;
                Source::File(File::open(path)?)
            }
        })
    }

    pub(crate) fn open(&mut self, uri: &str, options: OpenOptions, cancel: CancelToken) -> Result<Database> {
        match self {
            Source::File(file) => Database::read_snapshot(file, uri, options, cancel),
            Source::Object(object) => Database::read_snapshot(object, uri, options, cancel),
        }
    }

    /// What the file object raised comes before what became of it.
    pub(crate) fn outcome<T>(self, ended: PyResult<T>) -> PyResult<T> {
        match self {
            Source::Object(FileObject { raised: Some(raised), .. }) => Err(raised),
            _ => ended,
        }
    }
}

impl FileObject {
    /// None if it is a path.
    fn new(given: &Bound<'_, PyAny>, method: &str) -> PyResult<Option<FileObject>> {
        if given.hasattr(method)? {
            return Ok(Some(FileObject { object: given.clone().unbind(), raised: None }));
        }
        if given.extract::<PathBuf>().is_ok() {
            return Ok(None);
        }
        let kind = given.get_type().name()?;
        Err(PyTypeError::new_err(format!("a snapshot file is a path or a binary file object, not {kind}")))
    }

    /// Calls it; keeps what it raises.
    fn call<T>(&mut self, call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> io::Result<T> {
        Python::attach(|py| {
            call(self.object.bind(py)).map_err(|raised| {
                let error = io::Error::other(raised.to_string());
                self.raised = Some(raised);
                error
            })
        })
    }
}

impl Write for FileObject {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.call(|file| {
            let written = file.call_method1("write", (PyBytes::new(file.py(), bytes),))?;
            // A file that is not buffered may take a part of it.
            if written.is_none() { Ok(bytes.len()) } else { written.extract() }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for FileObject {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.call(|file| {
            let read = file.call_method1("read", (into.len(),))?;
            let read = read.cast::<PyBytes>()?.as_bytes();
            let Some(place) = into.get_mut(..read.len()) else {
                return Err(PyTypeError::new_err("read(n) gave more than n bytes"));
            };
            place.copy_from_slice(read);
            Ok(read.len())
        })
    }
}
