//! A namespace as one file: see [`Database::snapshot_to`].

use super::{Database, wait, wait_for};
use crate::backend::parse_uri;
use crate::connect;
use crate::error::{Error, Result};
use crate::opened::path;
use crate::options::OpenOptions;
use crate::query::stopped_error;
use crate::runtime;
use crate::snapshot_file::{create, open, read_up_to, write_all};
use namidb_core::Outcome;
use namidb_core::engine::{SnapshotExport, SnapshotImport, SnapshotMeta};
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::OpenMode;
use namidb_cypher::exec::CancelToken;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

impl Database {
    /// Writes what is committed now to one file, to be carried elsewhere; others may write meanwhile. The file is there as a
    /// whole or not at all.
    ///
    /// ```
    /// # use namidb::blocking::Database;
    /// # let database = Database::open("memory://demo")?;
    /// # let path = std::env::temp_dir().join(format!("{}.snapshot", namidb::new_uuid()));
    /// database.cypher("CREATE (:Person {name: 'Ada'})", ())?;
    /// assert_eq!(database.snapshot_to(&path)?.nodes, 1);
    /// let copy = Database::from_snapshot(&path, "memory://restored")?;
    /// assert_eq!(copy.cypher("MATCH (p:Person) RETURN p.name", ())?.scalar()?, "Ada".into());
    /// # std::fs::remove_file(path).ok();
    /// # Ok::<(), namidb::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidArgument` if there can be no file; `StorageFull`; `Store` if it cannot be written otherwise; `ReadOnly`; what
    /// the store of the database answers.
    pub fn snapshot_to(&self, path: impl AsRef<Path>) -> Result<SnapshotMeta> {
        create(path.as_ref(), |file| self.write_snapshot(file))
    }

    /// As [`Database::snapshot_to`], to anything that bytes can be written to, in pieces of a few MiB.
    ///
    /// # Errors
    /// As [`Database::snapshot_to`].
    pub fn write_snapshot(&self, out: &mut dyn Write) -> Result<SnapshotMeta> {
        let opened = self.opened()?;
        let mut export = wait(&self.cancel, Outcome::NotApplied, opened.engine.export_snapshot())?;
        let meta = export.meta();
        let written = self.write_pieces(&mut export, out).and_then(|()| {
            out.flush().map_err(|error| Error::new(namidb_core::ErrorCode::Store, error.to_string()))
        });
        match written {
            Ok(()) => wait(&self.cancel, Outcome::NotApplied, export.finish())?,
            // Nobody waits for it any more.
            Err(_) => drop(runtime::handle()?.spawn(export.finish())),
        }
        written.map(|()| meta)
    }

    fn write_pieces(&self, export: &mut SnapshotExport, out: &mut dyn Write) -> Result<()> {
        while let Some(piece) = wait(&self.cancel, Outcome::NotApplied, export.next())? {
            write_all(out, &piece)?;
        }
        Ok(())
    }

    /// Opens the database that a URI names, with what is in a snapshot file. There must be nothing yet.
    ///
    /// # Errors
    /// `InvalidArgument` if there is anything, or no file; `FormatVersion` if another version wrote it; `Corruption` if it is
    /// damaged, with the name of the part; otherwise as [`Database::open`].
    pub fn from_snapshot(path: impl AsRef<Path>, uri: impl AsRef<str>) -> Result<Database> {
        let mut file = open(path.as_ref())?;
        Database::read_snapshot(&mut file, uri, OpenOptions::new(), CancelToken::new())
    }

    /// As [`Database::from_snapshot`], from anything that bytes can be read from, with options, for a caller that may give up
    /// meanwhile. One object of the file at a time is in memory.
    ///
    /// # Errors
    /// As [`Database::from_snapshot`]; `Cancelled` if it was.
    pub fn read_snapshot(
        source: &mut dyn Read,
        uri: impl AsRef<str>,
        options: OpenOptions,
        cancel: CancelToken,
    ) -> Result<Database> {
        let uri = parse_uri(uri.as_ref())?;
        // It is there when it is opened.
        let (resolved, storage) = options.mode(OpenMode::Open).parts(&uri)?;
        let stopped = |stopped| stopped_error(stopped, Outcome::NotApplied);
        let opening = connect::open_store(&uri, OpenMode::OpenOrCreate, &storage);
        let store = runtime::wait(&cancel, None, opening)?.map_err(stopped)??;
        restore(&store, &uri.namespace_prefix(), source, &cancel)?;
        let opening = crate::Database::open_over(store, uri, storage, resolved);
        Ok(Database::new(runtime::wait(&cancel, None, opening)?.map_err(stopped)??))
    }
}

fn restore(
    store: &Arc<dyn ObjectStore>,
    prefix: &str,
    source: &mut dyn Read,
    cancel: &CancelToken,
) -> Result<()> {
    let begun = SnapshotImport::begin(Arc::clone(store), path(prefix)?, runtime::shared()?);
    let mut import = wait(cancel, Outcome::NotApplied, begun)?;
    let read = read_pieces(&mut import, source, cancel);
    if read.is_err() {
        // What cannot be taken away now harms nobody: no database names it.
        wait_for(import.abandon())?.ok();
    }
    read
}

fn read_pieces(import: &mut SnapshotImport, source: &mut dyn Read, cancel: &CancelToken) -> Result<()> {
    while let Some(wanted) = import.wants() {
        let piece = read_up_to(source, wanted)?;
        wait(cancel, Outcome::NotApplied, import.give(piece.into()))?;
    }
    let more = read_up_to(source, 1)?;
    if !more.is_empty() {
        wait(cancel, Outcome::NotApplied, import.give(more.into()))?;
    }
    wait(cancel, Outcome::NotApplied, import.finish()).map(|_| ())
}
