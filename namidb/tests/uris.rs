//! Which stores can be opened, and how.

mod common;

use async_trait::async_trait;
use common::{Directory, NONE, id, open};
use namidb::blocking::Database;
use namidb::{
    Backend, BackendFactory, ErrorCode, OpenMode, OpenOptions, StorageOptions, Uri, register_backend, schemes,
};
use namidb_backend_memory::MemoryStore;
use namidb_core::object_store::{self, ObjectStore};
use std::sync::Arc;

#[test]
fn memory_is_private_unless_it_is_shared() {
    let one = open("memory://same");
    let mut batch = one.batch();
    batch.upsert_node(["L"], id(1), NONE).unwrap();
    batch.commit().unwrap();
    let nodes = |database: &Database| database.snapshot().unwrap().view().node_count();
    assert_eq!((nodes(&one), nodes(&open("memory://same"))), (1, 0));
    let shared = open("memory://same?shared=true");
    let mut batch = shared.batch();
    batch.upsert_node(["L"], id(1), NONE).unwrap();
    batch.commit().unwrap();
    assert_eq!(nodes(&open("memory://same?shared=true")), 1);
    assert_eq!(nodes(&open("memory://other?shared=true")), 0);
}

#[test]
fn a_mode_says_whether_a_namespace_may_be_made() {
    let directory = Directory::new();
    let missing = format!("file://{}/not/there?ns=test", directory.0.display());
    for only in ["&mode=open", "&read_only=true"] {
        let error = Database::open(format!("{missing}{only}")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
        assert!(error.message().contains("there is no database at"), "{error}");
        assert!(!directory.0.join("not").exists(), "{only} makes no directory");
    }
    assert_eq!(Database::open(directory.uri("&mode=open")).unwrap_err().code(), ErrorCode::InvalidArgument);
    open(&directory.uri("&mode=create")).close().unwrap();
    assert!(Database::open(directory.uri("&mode=create")).is_err());
    open(&directory.uri("&mode=open")).close().unwrap();
    let by_option = OpenOptions::new().mode(OpenMode::Open);
    Database::open_with(directory.uri("&mode=create"), by_option).unwrap();
}

#[test]
fn a_scheme_without_a_backend_says_so_and_an_unknown_one_lists_what_there_is() {
    // Which backends there are depends on what else is built with these tests.
    for scheme in schemes() {
        if let Backend::Feature(feature) = scheme.backend {
            let place = if scheme.name == "az" { "account/container" } else { "bucket" };
            let error = Database::open(format!("{}://{place}?ns=demo", scheme.name)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri);
            assert!(error.message().contains(&format!("no backend for {}://", scheme.name)), "{error}");
            assert!(error.hint().is_some_and(|hint| hint.contains(&format!("'{feature}'"))), "{error}");
        }
    }
    let error = Database::open("s4://bucket?ns=demo").unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("s3://")), "{error}");
    let built_in =
        |name: &str| schemes().into_iter().any(|s| s.name == name && s.backend == Backend::BuiltIn);
    assert!(built_in("memory") && built_in("file"));
}

struct Mine(Arc<MemoryStore>);

#[async_trait]
impl BackendFactory for Mine {
    fn schemes(&self) -> &[&str] {
        &["mine"]
    }

    fn options(&self) -> &[&str] {
        &["colour"]
    }

    async fn open(&self, uri: &Uri, options: &StorageOptions) -> object_store::Result<Arc<dyn ObjectStore>> {
        assert_eq!((uri.option("colour"), options.get("secret")), (Some("red"), Some("s")));
        let store: Arc<MemoryStore> = Arc::clone(&self.0);
        Ok(store)
    }
}

#[test]
fn a_program_can_register_a_backend_of_its_own() {
    assert!(Database::open("mine://x?ns=demo").is_err());
    register_backend(Mine(Arc::new(MemoryStore::new()))).unwrap();
    let twice = register_backend(Mine(Arc::new(MemoryStore::new()))).unwrap_err();
    assert_eq!(twice.code(), ErrorCode::InvalidArgument);
    let mut storage = StorageOptions::new();
    storage.set("secret", "s");
    let options = OpenOptions::new().storage_options(storage);
    let database = Database::open_with("mine://x?ns=demo&colour=red", options).unwrap();
    common::chain(&database);
    assert_eq!(database.uri().unwrap().to_string(), "mine://x?ns=demo");
    assert!(Database::open("mine://x?ns=demo&color=red").unwrap_err().hint().unwrap().contains("colour"));
    assert!(schemes().iter().any(|s| s.name == "mine" && s.backend == Backend::Registered));
}

#[test]
fn a_read_only_database_refuses_writes() {
    let directory = Directory::new();
    common::chain(&open(&directory.uri("")));
    let reader = open(&directory.uri("&read_only=true"));
    assert_eq!(reader.scan_label("L").unwrap().len(), 3);
    let mut batch = reader.batch();
    batch.upsert_node(["L"], id(9), NONE).unwrap();
    assert_eq!(batch.commit().unwrap_err().code(), ErrorCode::ReadOnly);
}

#[test]
fn a_store_of_the_program_is_a_database_too() {
    let store: Arc<MemoryStore> = Arc::new(MemoryStore::new());
    let open = || {
        let options = OpenOptions::new();
        let store: Arc<MemoryStore> = Arc::clone(&store);
        namidb::blocking::wait_for(options.open_store(store, "a/b")).unwrap().unwrap().blocking()
    };
    common::chain(&open());
    assert_eq!(open().scan_label("L").unwrap().len(), 3);
    assert_eq!((open().namespace_prefix(), open().uri().is_none()), ("a/b".to_owned(), true));
}
