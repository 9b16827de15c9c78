//! What becomes of answers that are lost, and of those that no emulator gives.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use bytes::Bytes;
use conformance::server::{Cut, Server, WHOLE, answer, with_a_silence};
use namidb_backend_gcs::{GcsConfig, GcsStore};
use namidb_core::object_store::{
    Effect, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion, ServerTime,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Of two versions of an object: one that is cut, and the one that is read in the end.
const VERSIONS: [&str; 2] = ["x-goog-generation: 1\r\n", "x-goog-generation: 2\r\n"];

/// The port of discarded bytes, where nobody listens. One that was free a moment ago may be somebody's.
const NOBODY: u16 = 9;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn path() -> ObjectPath {
    ObjectPath::new("a/b").unwrap()
}

fn config(port: u16) -> GcsConfig {
    let mut config = GcsConfig::new("bucket");
    config.remote.endpoint = Some(format!("http://127.0.0.1:{port}"));
    config.remote.allow_http = true;
    config.remote.max_retries = Some(2);
    config
}

async fn store(port: u16) -> GcsStore {
    GcsStore::connect(config(port)).await.unwrap()
}

/// Large enough for a session.
fn large() -> Bytes {
    Bytes::from(vec![7; 17 << 20])
}

fn object(generation: &str) -> String {
    let json = format!(
        r#"{{"name":"a/b","bucket":"bucket","generation":"{generation}","updated":"2026-11-26T06:00:00.250Z"}}"#
    );
    answer("200 OK", "Content-Type: application/json\r\n", &json)
}

fn session(port: u16) -> String {
    let place = format!("Location: http://127.0.0.1:{port}/upload/session?upload_id=hunter2\r\n");
    answer("200 OK", &place, "")
}

/// The port in the `Host` of a request.
fn port_of(head: &str) -> u16 {
    let host = head.split_once("host: ").and_then(|(_, rest)| rest.lines().next()).unwrap();
    host.rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_put_with_a_condition_whose_answer_is_cut_is_sent_once_and_its_effect_is_unknown() {
    let server = Server::start(|_| None);
    let error = run(async { store(server.port).await.create(&path(), Bytes::from("x")).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown), "{error}");
    let sent = server.requests("post /upload/storage/v1/b/bucket/o?");
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains("ifgenerationmatch=0") && sent[0].contains("name=a%2fb"), "{}", sent[0]);
    assert!(!sent[0].contains("authorization"), "{}", sent[0]);
}

#[test]
fn a_put_answers_with_its_generation_and_the_time_of_its_writing() {
    let server = Server::start(|_| Some(object("43")));
    let version = ObjectVersion::new("42");
    let receipt =
        run(async { store(server.port).await.replace(&path(), Bytes::from("x"), version).await }).unwrap();
    assert_eq!(receipt.version, ObjectVersion::new("43"));
    assert_eq!(receipt.server_time, Some(ServerTime(1_795_672_800_250_000)));
    assert!(server.requests("post")[0].contains("ifgenerationmatch=42"));
}

#[test]
fn a_version_of_another_store_is_a_mismatch_without_a_request() {
    let server = Server::start(|_| None);
    let version = ObjectVersion::new("\"an-etag\"");
    let error = run(async { store(server.port).await.replace(&path(), Bytes::from("x"), version).await })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::VersionMismatch);
    assert!(server.requests("").is_empty());
}

#[test]
fn a_session_whose_last_answer_is_cut_learns_what_became_of_it() {
    let server = Server::start(|head| match head {
        head if head.starts_with("post") => Some(session(port_of(head))),
        head if head.contains("content-range: bytes */*") => Some(object("42")),
        _ => None,
    });
    let receipt = run(async { store(server.port).await.create(&path(), large()).await }).unwrap();
    assert_eq!(receipt.version, ObjectVersion::new("42"));
    assert_eq!(server.requests("post").len(), 1, "one session");
    assert!(server.requests("post")[0].contains("ifgenerationmatch=0"));
    assert_eq!(server.requests("put /upload/session?").len(), 2);
}

#[test]
fn a_condition_that_breaks_after_a_lost_answer_of_a_session_is_reported_as_unknown() {
    let puts = AtomicUsize::new(0);
    let server = Server::start(move |head| {
        if head.starts_with("post") {
            return Some(session(port_of(head)));
        }
        match puts.fetch_add(1, Ordering::Relaxed) {
            0 => None,
            _ => Some(answer("412 Precondition Failed", "", r#"{"error":{"code":412}}"#)),
        }
    });
    let error = run(async { store(server.port).await.create(&path(), large()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[test]
fn a_session_whose_condition_does_not_hold_is_a_lost_race() {
    let server = Server::start(|head| match head {
        head if head.starts_with("post") => Some(session(port_of(head))),
        _ => Some(answer("412 Precondition Failed", "", r#"{"error":{"code":412}}"#)),
    });
    let error = run(async { store(server.port).await.create(&path(), large()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::AlreadyExists, Effect::NotApplied), "{error}");
}

#[test]
fn a_put_to_nobody_changed_nothing() {
    let error = run(async { store(NOBODY).await.create(&path(), Bytes::from("x")).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    let error = run(async { store(NOBODY).await.delete(&path()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
}

#[test]
fn too_many_writes_of_one_name_are_not_applied_and_wait_a_second() {
    let body = r#"{"error":{"code":429,"errors":[{"reason":"rateLimitExceeded"}]}}"#;
    let server =
        Server::start(move |_| Some(answer("429 Too Many Requests", "x-guploader-uploadid: 5f2c\r\n", body)));
    let error = run(async { store(server.port).await.create(&path(), Bytes::from("x")).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Throttled, Effect::NotApplied));
    assert!(error.retry_after().unwrap() >= Duration::from_secs(1));
    assert!(error.to_string().contains("429 rateLimitExceeded, request 5f2c"), "{error}");
    assert_eq!(error.server_time(), Some(ServerTime(1_795_672_800_000_000)));
    assert_eq!(server.requests("post").len(), 1);
}

#[test]
fn a_get_whose_body_is_cut_is_repeated_and_no_object() {
    let server = Server::cutting(usize::MAX, Cut::Closed, VERSIONS);
    let error = run(async { store(server.port).await.read(&path()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    assert_eq!(server.requests("get ").len(), 3);
    let server = Server::cutting(2, Cut::Closed, VERSIONS);
    let object = run(async { store(server.port).await.read(&path()).await }).unwrap();
    assert_eq!((&object.bytes[..], object.meta.version.as_str()), (WHOLE.as_bytes(), "2"));
}

#[test]
fn a_get_whose_body_falls_silent_ends_in_time_and_is_repeated() {
    let read = async |server: &Server, silence: Duration| {
        let mut config = config(server.port);
        config.remote.timeout = silence;
        GcsStore::connect(config).await.unwrap().read(&path()).await
    };
    with_a_silence(|silence| {
        let server = Server::cutting(usize::MAX, Cut::Silent, VERSIONS);
        let error = run(read(&server, silence)).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::TimedOut, Effect::NotApplied), "{error}");
        assert_eq!(server.requests("get ").len(), 3);
        let server = Server::cutting(1, Cut::Silent, VERSIONS);
        assert_eq!(run(read(&server, silence)).unwrap().bytes, WHOLE);
    });
}

#[test]
fn a_list_whose_first_pages_hold_nothing_that_was_asked_for_goes_on() {
    let server = Server::start(|head| {
        let page = if head.contains("pagetoken=two") {
            r#"{"items":[{"name":"p/c"},{"name":"p/d"}]}"#
        } else {
            r#"{"items":[{"name":"p/b"}],"nextPageToken":"two"}"#
        };
        Some(answer("200 OK", "", page))
    });
    let (prefix, after) = (ObjectPath::new("p").unwrap(), ObjectPath::new("p/b").unwrap());
    let listed = run(async { store(server.port).await.list(&prefix, Some(&after), 10).await }).unwrap();
    let paths: Vec<_> = listed.paths.iter().map(ObjectPath::as_str).collect();
    assert_eq!((paths, listed.more), (vec!["p/c", "p/d"], false));
    let sent = server.requests("get /storage/v1/b/bucket/o?");
    assert!(sent[0].contains("prefix=p%2f") && sent[0].contains("startoffset=p%2fb"), "{sent:?}");
}

#[test]
fn a_missing_bucket_is_told_apart_from_a_missing_object() {
    let read = |text: &'static str| {
        let server = Server::start(move |_| Some(answer("404 Not Found", "", text)));
        run(async { store(server.port).await.read(&path()).await }).unwrap_err().kind()
    };
    assert_eq!(read("No such object: bucket/a/b"), ErrorKind::NotFound);
    assert_eq!(read("The specified bucket does not exist."), ErrorKind::InvalidInput);
}

#[test]
fn what_is_printed_of_a_store_is_where_it_is() {
    let shown = run(async { format!("{:?}", store(NOBODY).await) });
    assert_eq!(shown, "GcsStore(\"http://127.0.0.1:9/storage/v1/b/bucket/o\")");
}
