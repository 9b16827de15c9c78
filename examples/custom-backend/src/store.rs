//! The store. The check of a condition and the write are one statement in one transaction, which is what makes them
//! one step, for threads and for processes.

use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore,
    ObjectVersion, Operation, PutCondition, PutOptions, PutReceipt, Result,
};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

// A version is a number that no two writes of the file share: the counter goes on even if an object is deleted.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS objects (path TEXT PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS writes (number INTEGER NOT NULL);
    INSERT INTO writes SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM writes);";

/// Objects in an SQLite file. Clones share a connection.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Mutex<Connection>>);

impl SqliteStore {
    /// Opens a file, and makes it if it is not there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(file: impl AsRef<Path>) -> Result<SqliteStore> {
        let failed = |error| failed(error, Operation::Open, &ObjectPath::root());
        let connection = Connection::open(file).map_err(failed)?;
        connection.busy_timeout(Duration::from_secs(20)).map_err(failed)?;
        connection.execute_batch(SCHEMA).map_err(failed)?;
        Ok(SqliteStore(Arc::new(Mutex::new(connection))))
    }

    /// Runs work that waits for the disk where waiting is allowed.
    async fn run<T: Send + 'static>(
        &self,
        operation: Operation,
        path: &ObjectPath,
        work: impl FnOnce(&mut Connection, &ObjectPath) -> rusqlite::Result<Result<T, ErrorKind>> + Send + 'static,
    ) -> Result<T> {
        let (connection, path) = (Arc::clone(&self.0), path.clone());
        let done = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            match work(&mut connection, &path) {
                Ok(answer) => answer.map_err(|kind| Error::new(kind, "sqlite", operation).with_path(&path)),
                Err(error) => Err(failed(error, operation, &path)),
            }
        });
        done.await.unwrap_or_else(|gone| {
            Err(Error::new(ErrorKind::Unexpected, "sqlite", operation).with_source(gone))
        })
    }
}

/// An error of SQLite. Whether a commit that failed was applied is unknown, and [`Error::new`] says so.
fn failed(error: rusqlite::Error, operation: Operation, path: &ObjectPath) -> Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Throttled,
        Some(ErrorCode::DiskFull) => ErrorKind::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => ErrorKind::PermissionDenied,
        _ => ErrorKind::Unexpected,
    };
    Error::new(kind, "sqlite", operation).with_path(path).with_source(error)
}

fn version(number: i64) -> ObjectVersion {
    ObjectVersion::new(number.to_string())
}

/// What is known of an object, from its version and its size.
fn meta(row: &Row<'_>) -> rusqlite::Result<ObjectMeta> {
    let size = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
    Ok(ObjectMeta { version: version(row.get(0)?), size, last_modified: None, server_time: None })
}

#[async_trait]
impl ObjectStore for SqliteStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.run(Operation::Put, path, move |connection, path| {
            if path.is_root() {
                return Ok(Err(ErrorKind::InvalidInput));
            }
            // Immediate: the lock is taken before anything is read, so that nobody writes between check and write.
            let write = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let find = "SELECT version FROM objects WHERE path = ?1";
            let present: Option<i64> = write.query_row(find, [path.as_str()], |row| row.get(0)).optional()?;
            match options.condition {
                PutCondition::IfAbsent if present.is_some() => return Ok(Err(ErrorKind::AlreadyExists)),
                PutCondition::IfMatch(ref asked) if present.map(version).as_ref() != Some(asked) => {
                    return Ok(Err(ErrorKind::VersionMismatch));
                }
                _ => {}
            }
            let count = "UPDATE writes SET number = number + 1 RETURNING number";
            let number: i64 = write.query_row(count, [], |row| row.get(0))?;
            let put = "INSERT OR REPLACE INTO objects (path, version, bytes) VALUES (?1, ?2, ?3)";
            write.execute(put, params![path.as_str(), number, &payload[..]])?;
            write.commit()?;
            Ok(Ok(PutReceipt { version: version(number), server_time: None }))
        })
        .await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.run(Operation::Get, path, move |connection, path| {
            // One statement for what is there and one for the bytes must see the same object.
            let read = connection.transaction()?;
            let find = "SELECT version, length(bytes) FROM objects WHERE path = ?1";
            let Some(meta) = read.query_row(find, [path.as_str()], meta).optional()? else {
                return Ok(Err(ErrorKind::NotFound));
            };
            if options.unless.as_ref() == Some(&meta.version) {
                return Ok(Err(ErrorKind::NotModified));
            }
            let Some(range) = options.within(meta.size) else { return Ok(Err(ErrorKind::InvalidInput)) };
            // A part of no bytes would be NULL.
            let get = "SELECT coalesce(substr(bytes, ?2 + 1, ?3), x'') FROM objects WHERE path = ?1";
            let (start, length) = (range.start.cast_signed(), (range.end - range.start).cast_signed());
            let bytes: Vec<u8> =
                read.query_row(get, params![path.as_str(), start, length], |row| row.get(0))?;
            Ok(Ok(Object { bytes: bytes.into(), meta }))
        })
        .await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.run(Operation::Head, path, |connection, path| {
            let find = "SELECT version, length(bytes) FROM objects WHERE path = ?1";
            let found = connection.query_row(find, [path.as_str()], meta).optional()?;
            Ok(found.ok_or(ErrorKind::NotFound))
        })
        .await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.run(Operation::Delete, path, |connection, path| {
            connection.execute("DELETE FROM objects WHERE path = ?1", [path.as_str()])?;
            Ok(Ok(()))
        })
        .await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let after = start_after.map_or(String::new(), |path| path.as_str().to_owned());
        self.run(Operation::List, prefix, move |connection, prefix| {
            if limit == 0 {
                return Ok(Err(ErrorKind::InvalidInput));
            }
            // Under "a" lies what is between "a/" and "a0": '0' is the character after '/'.
            let (first, last) = match prefix.as_str() {
                "" => (String::new(), "~".to_owned()),
                prefix => (format!("{prefix}/"), format!("{prefix}0")),
            };
            let rows = i64::try_from(limit).unwrap_or(i64::MAX).min(1_000);
            let find = "SELECT path FROM objects WHERE path > ?1 AND path >= ?2 AND path < ?3 ORDER BY path LIMIT ?4";
            let mut find = connection.prepare(find)?;
            let found = find.query_map(params![after, first, last, rows], |row| row.get::<_, String>(0))?;
            let texts: Vec<String> = found.collect::<rusqlite::Result<_>>()?;
            let paths = texts.iter().map(ObjectPath::new).collect::<Result<Vec<_>, _>>();
            let more = i64::try_from(texts.len()).ok() == Some(rows);
            Ok(paths.map(|paths| ListPage { paths, more, server_time: None }).map_err(|_| ErrorKind::Unexpected))
        })
        .await
    }

    fn capabilities(&self) -> Capabilities {
        // A file tells no time of its own; a look at it costs next to nothing.
        let mut capabilities = Capabilities::local();
        capabilities.server_time = false;
        capabilities.object_bytes_max = 1_000_000_000;
        capabilities
    }
}
