//! What goes wrong is told as what it is, and without a secret.

use crate::{config, on_each_server, path, store};
use bytes::Bytes;
use namidb_backend_s3::{S3Config, S3Store};
use namidb_core::object_store::{
    Effect, Error, ErrorKind, GetOptions, ObjectPath, ObjectStore, ObjectStoreExt, PutCondition,
};

const SECRET: &str = "hunter2hunter2hunter2";

fn kind(error: &Error) -> (ErrorKind, Effect) {
    (error.kind(), error.effect())
}

#[test]
fn a_bucket_that_is_not_there_is_no_missing_object() {
    on_each_server(async |server| {
        let mut config = config(server);
        config.bucket = "there-is-no-such-bucket".into();
        let store = S3Store::connect(config).await.unwrap();
        for error in [
            store.read(&path("a")).await.unwrap_err(),
            store.create(&path("a"), Bytes::from_static(b"a")).await.unwrap_err(),
            store.list(&ObjectPath::root(), None, 1).await.unwrap_err(),
        ] {
            assert_eq!(kind(&error), (ErrorKind::InvalidInput, Effect::NotApplied), "{error}");
            assert!(error.to_string().contains("404 NoSuchBucket"), "{error}");
            assert!(error.to_string().contains("; request "), "{error}");
        }
    });
}

#[test]
fn credentials_that_are_wrong_are_told_and_not_shown() {
    // LocalStack takes whatever it is given.
    let server = "NAMIDB_LIVE_MINIO";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for id in ["namidb-test", "nobody"] {
            let store = S3Store::connect(config(server).with_credentials(id, SECRET, None)).await.unwrap();
            for error in [
                store.read(&path("a")).await.unwrap_err(),
                store.create(&path("a"), Bytes::from_static(b"a")).await.unwrap_err(),
            ] {
                assert_eq!(kind(&error), (ErrorKind::Unauthenticated, Effect::NotApplied), "{error}");
                assert!(!format!("{error} {error:?} {store:?}").contains(SECRET), "{error}");
            }
        }
    });
}

#[test]
fn a_server_that_is_not_there_was_asked_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut config = S3Config::new("b").with_credentials("id", SECRET, None);
        // Nobody listens on the port of discarded bytes.
        config.remote.endpoint = Some("http://127.0.0.1:9".into());
        config.remote.allow_http = true;
        config.remote.max_retries = Some(0);
        let store = S3Store::connect(config).await.unwrap();
        for condition in [PutCondition::IfAbsent, PutCondition::Always] {
            let put = store.put(&path("a"), Bytes::from_static(b"a"), condition.into()).await;
            let error = put.unwrap_err();
            assert_eq!(kind(&error), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
            assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
        }
        let error = store.delete(&path("a")).await.unwrap_err();
        assert_eq!(kind(&error), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    });
}

#[test]
fn an_answer_that_does_not_come_in_time_leaves_the_effect_unknown() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // It takes connections and never answers.
        let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut config = S3Config::new("b").with_credentials("id", SECRET, None);
        config.remote.endpoint = Some(format!("http://{}", deaf.local_addr().unwrap()));
        config.remote.allow_http = true;
        config.remote.max_retries = Some(0);
        config.remote.timeout = std::time::Duration::from_millis(200);
        let store = S3Store::connect(config).await.unwrap();
        let error = store.create(&path("a"), Bytes::from_static(b"a")).await.unwrap_err();
        assert_eq!(kind(&error), (ErrorKind::TimedOut, Effect::Unknown), "{error}");
        let error = store.read(&path("a")).await.unwrap_err();
        assert_eq!(kind(&error), (ErrorKind::TimedOut, Effect::NotApplied), "{error}");
    });
}

#[test]
fn lost_races_and_missing_objects_are_told_without_an_explanation() {
    on_each_server(async |server| {
        let store = store(server).await;
        let made = store.create(&path("a"), Bytes::from_static(b"first")).await.unwrap();
        let lost = store.create(&path("a"), Bytes::from_static(b"second")).await.unwrap_err();
        assert_eq!(kind(&lost), (ErrorKind::AlreadyExists, Effect::NotApplied));
        assert!(lost.server_time().is_some());
        let unless = GetOptions::unless(made.version);
        let same = store.get(&path("a"), unless).await.unwrap_err();
        assert_eq!(same.kind(), ErrorKind::NotModified);
        assert!(same.server_time().is_some());
        let missing = store.read(&path("b")).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
        assert!(missing.server_time().is_some());
        store.delete(&path("a")).await.unwrap();
    });
}
