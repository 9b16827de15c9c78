//! A namespace as one file: written whole or not at all, and opened elsewhere as the same graph.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

mod common;

use common::{Directory, chain, on_each_backend, open};
use namidb::blocking::{Database, wait_for};
use namidb::{CancelToken, ErrorCode, OpenOptions};
use std::io::{self, Write};

fn shown(database: &Database) -> String {
    format!("{:?} {:?}", database.scan_label("L").unwrap(), database.scan_edge_type("R").unwrap())
}

#[test]
fn a_snapshot_file_is_the_same_graph_on_every_backend_and_goes_its_own_way() {
    on_each_backend(|uri| {
        let (database, directory) = (open(uri), Directory::new());
        chain(&database);
        database.cypher("CREATE CONSTRAINT one FOR (n:L) REQUIRE n.k IS UNIQUE", ()).unwrap();
        let path = directory.0.join("graph.snapshot");
        let meta = database.snapshot_to(&path).unwrap();
        assert_eq!((meta.nodes, meta.relationships), (3, 2));
        assert_eq!(meta.seq, database.latest().unwrap().seq());
        assert_eq!(meta.bytes, std::fs::metadata(&path).unwrap().len());
        for target in ["memory://restored", &Directory::new().uri("")] {
            let copy = Database::from_snapshot(&path, target).unwrap();
            assert_eq!(shown(&copy), shown(&database));
            assert_eq!(copy.schema().unwrap(), database.schema().unwrap());
            assert!(copy.verify().unwrap().is_ok());
            copy.cypher("CREATE (:L {k: 4})", ()).unwrap();
            assert_eq!(copy.cypher("CREATE (:L {k: 4})", ()).unwrap_err().code(), ErrorCode::UniqueViolation);
        }
        assert_eq!(database.scan_label("L").unwrap().len(), 3);
        // It is replaced as a whole.
        database.cypher("CREATE (:L {k: 4})", ()).unwrap();
        assert_eq!(database.snapshot_to(&path).unwrap().nodes, 4);
        assert_eq!(std::fs::read_dir(&directory.0).unwrap().count(), 1);
    });
}

#[test]
fn a_namespace_that_holds_anything_is_refused_and_stays_as_it_is() {
    let (source, target) = (open("memory://demo"), Directory::new());
    chain(&source);
    let mut file = Vec::new();
    source.write_snapshot(&mut file).unwrap();
    let read = |bytes: &[u8]| {
        Database::read_snapshot(&mut &*bytes, target.uri(""), OpenOptions::new(), CancelToken::new())
    };
    // What is damaged leaves nothing that would be in the way.
    let error = read(&file[..file.len() - 1]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Corruption, "{error}");
    read(&file).unwrap().cypher("CREATE (:L {k: 4})", ()).unwrap();
    let error = read(&file).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.to_string().contains("Choose another namespace"), "{error}");
    assert_eq!(open(&target.uri("")).scan_label("L").unwrap().len(), 4);
}

/// Takes so many bytes and no more.
struct Small(usize);

impl Write for Small {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(io::ErrorKind::StorageFull.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_or_read_is_a_typed_error() {
    let (database, directory) = (open("memory://demo"), Directory::new());
    chain(&database);
    for room in [0, 100, 1_200] {
        let error = database.write_snapshot(&mut Small(room)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::StorageFull, "{error}");
    }
    let nowhere = directory.0.join("no/such/directory/graph.snapshot");
    assert_eq!(database.snapshot_to(&nowhere).unwrap_err().code(), ErrorCode::InvalidArgument);
    let error = Database::from_snapshot(&nowhere, "memory://restored").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.to_string().contains("graph.snapshot"), "{error}");
    let other = directory.0.join("text");
    std::fs::write(&other, "not a snapshot file, but longer than the head of one").unwrap();
    let error = Database::from_snapshot(&other, "memory://restored").unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidArgument);
    assert!(error.to_string().contains("no snapshot file"), "{error}");
    // A directory is in its place.
    assert!(database.snapshot_to(&directory.0).is_err());
    assert_eq!(std::fs::read_dir(&directory.0).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn asynchronous_callers_do_the_same() {
    let directory = Directory::new();
    let path = directory.0.join("graph.snapshot");
    let restored = async {
        let database = namidb::Database::open("memory://demo").await?;
        database.cypher("CREATE (:L), (:L)", ()).await?;
        assert_eq!(database.snapshot_to(&path).await?.nodes, 2);
        let copy = namidb::Database::from_snapshot(&path, "memory://restored").await?;
        copy.cypher("MATCH (n:L) RETURN count(*) AS n", ()).await?.scalar()
    };
    assert_eq!(wait_for(restored).unwrap().unwrap(), 2.into());
}
