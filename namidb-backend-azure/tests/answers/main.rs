//! What becomes of answers that are lost, and of those that no emulator gives.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use bytes::Bytes;
use conformance::server::{Cut, Server, WHOLE, answer, with_a_silence};
use namidb_backend_azure::{AzureConfig, AzureStore};
use namidb_core::object_store::{Effect, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ServerTime};
use std::time::Duration;

/// Of two versions of an object: one that is cut, and the one that is read in the end.
const VERSIONS: [&str; 2] = ["ETag: \"1\"\r\n", "ETag: \"2\"\r\n"];

/// The port of discarded bytes, where nobody listens. One that was free a moment ago may be somebody's.
const NOBODY: u16 = 9;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn path() -> ObjectPath {
    ObjectPath::new("a/b").unwrap()
}

/// A store on a port, let in by a signature.
fn config(port: u16) -> AzureConfig {
    let mut config = AzureConfig::new("acc", "con");
    config.remote.endpoint = Some(format!("http://127.0.0.1:{port}/acc"));
    config.remote.allow_http = true;
    config.remote.max_retries = Some(1);
    config.sas_token = Some("?sv=1&sig=hunter2".to_owned());
    config
}

async fn store(port: u16) -> AzureStore {
    AzureStore::connect(config(port)).await.unwrap()
}

#[test]
fn a_put_with_a_condition_whose_answer_is_cut_is_sent_once_and_its_effect_is_unknown() {
    let server = Server::start(|_| None);
    let error = run(async { store(server.port).await.create(&path(), Bytes::from("x")).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::Unknown), "{error}");
    let sent = server.requests("put /acc/con/a%2fb?");
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].contains("if-none-match: *"), "{}", sent[0]);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}

#[test]
fn a_large_put_repeats_its_blocks_and_not_the_step_that_has_the_condition() {
    let server = Server::start(|head| head.contains("comp=block&").then(|| answer("201 Created", "", "")));
    let large = Bytes::from(vec![7; 9 << 20]);
    let error = run(async { store(server.port).await.create(&path(), large).await }).unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "{error}");
    let puts = server.requests("put ");
    let commits: Vec<_> = puts.iter().filter(|head| head.contains("comp=blocklist")).collect();
    assert_eq!((puts.len(), commits.len()), (4, 1), "{puts:?}");
    assert!(commits[0].contains("if-none-match: *"), "{commits:?}");
    assert!(puts.iter().filter(|head| head.contains("if-none-match")).count() == 1, "{puts:?}");
    // Now the blocks are cut too.
    let server = Server::start(|_| None);
    let one_block_more = Bytes::from(vec![7; (4 << 20) + 1]);
    let error = run(async { store(server.port).await.create(&path(), one_block_more).await }).unwrap_err();
    assert_eq!(error.effect(), Effect::NotApplied, "no list was committed: {error}");
    assert!(server.requests("put ").len() > 1);
    assert!(server.requests("put ").iter().all(|head| !head.contains("comp=blocklist")));
}

#[test]
fn a_get_whose_answer_is_cut_is_repeated() {
    let server = Server::start(|_| None);
    let error = run(async { store(server.port).await.read(&path()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    assert_eq!(server.requests("get /acc/con/a%2fb?").len(), 2);
}

#[test]
fn a_get_whose_body_is_cut_is_repeated_and_no_object() {
    let server = Server::cutting(usize::MAX, Cut::Closed, VERSIONS);
    let error = run(async { store(server.port).await.read(&path()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    assert_eq!(server.requests("get ").len(), 2);
    let server = Server::cutting(1, Cut::Closed, VERSIONS);
    let object = run(async { store(server.port).await.read(&path()).await }).unwrap();
    assert_eq!((&object.bytes[..], object.meta.version.as_str()), (WHOLE.as_bytes(), "\"2\""));
}

#[test]
fn a_get_whose_body_falls_silent_ends_in_time_and_is_repeated() {
    let read = async |server: &Server, silence: Duration| {
        let mut config = config(server.port);
        config.remote.timeout = silence;
        AzureStore::connect(config).await.unwrap().read(&path()).await
    };
    with_a_silence(|silence| {
        let server = Server::cutting(usize::MAX, Cut::Silent, VERSIONS);
        let error = run(read(&server, silence)).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::TimedOut, Effect::NotApplied), "{error}");
        assert_eq!(server.requests("get ").len(), 2);
        let server = Server::cutting(1, Cut::Silent, VERSIONS);
        assert_eq!(run(read(&server, silence)).unwrap().bytes, WHOLE);
    });
}

#[test]
fn a_put_to_nobody_changed_nothing() {
    let error = run(async { store(NOBODY).await.create(&path(), Bytes::from("x")).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
}

#[test]
fn an_answer_is_read_by_its_code_and_not_by_its_status() {
    let refuse = |code: &'static str| {
        Server::start(move |_| {
            let headers = format!("x-ms-error-code: {code}\r\nx-ms-request-id: 5f2c\r\n");
            Some(answer("409 Conflict", &headers, "<Error>the signature hunter2</Error>"))
        })
    };
    let put = |code| {
        let server = refuse(code);
        run(async { store(server.port).await.create(&path(), Bytes::from("x")).await }).unwrap_err()
    };
    let lost = put("BlobAlreadyExists");
    assert_eq!((lost.kind(), lost.effect()), (ErrorKind::AlreadyExists, Effect::NotApplied));
    assert_eq!(lost.server_time(), Some(ServerTime(1_795_672_800_000_000)));
    assert!(lost.to_string().contains("request 5f2c") && !lost.to_string().contains("hunter2"), "{lost}");
    let deleted = put("ContainerBeingDeleted");
    assert_eq!((deleted.kind(), deleted.effect()), (ErrorKind::Unexpected, Effect::NotApplied));
}

#[test]
fn what_is_printed_of_a_store_holds_no_signature() {
    let shown = run(async { format!("{:?}", store(NOBODY).await) });
    assert_eq!(shown, "AzureStore(\"127.0.0.1/acc/con\")");
}

#[test]
fn a_list_of_a_server_that_ignores_the_start_goes_on_in_large_steps_to_what_was_asked_for() {
    let page = |names: &[&str], next: &str| {
        let blobs: String = names.iter().map(|name| format!("<Blob><Name>{name}</Name></Blob>")).collect();
        let body = format!(
            "<?xml version=\"1.0\"?><EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{next}</NextMarker>\
             </EnumerationResults>"
        );
        answer("200 OK", "Content-Type: application/xml\r\n", &body)
    };
    let server = Server::start(move |head| {
        let second = head.contains("marker=two");
        Some(if second { page(&["p/c", "p/d"], "") } else { page(&["p/a", "p/b"], "two") })
    });
    let prefix = ObjectPath::new("p").unwrap();
    let after = ObjectPath::new("p/b").unwrap();
    let listed = run(async { store(server.port).await.list(&prefix, Some(&after), 10).await }).unwrap();
    let paths: Vec<_> = listed.paths.iter().map(ObjectPath::as_str).collect();
    assert_eq!((paths, listed.more), (vec!["p/c", "p/d"], false));
    let sent = server.requests("get ");
    let steps: Vec<_> = sent.iter().map(|head| head.contains("maxresults=5000")).collect();
    assert_eq!(steps, [false, true, true], "{sent:?}");
    assert!(
        sent.iter().all(|head| head.contains("startfrom=p%2fb") && head.contains("prefix=p%2f")),
        "{sent:?}"
    );
}
