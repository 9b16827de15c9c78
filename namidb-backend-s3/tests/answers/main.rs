//! What becomes of answers that are cut off, or fall silent.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use conformance::server::{Cut, Server, WHOLE, with_a_silence};
use namidb_backend_s3::{S3Config, S3Store};
use namidb_core::object_store::{Effect, ErrorKind, ObjectPath, ObjectStoreExt};
use std::time::Duration;

/// Of two versions of an object: one that is cut, and the one that is read in the end.
const VERSIONS: [&str; 2] = ["ETag: \"1\"\r\n", "ETag: \"2\"\r\n"];

/// Fails a test that would wait for ever.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bounded = async { tokio::time::timeout(Duration::from_secs(600), future).await };
    runtime.block_on(bounded).unwrap()
}

fn path() -> ObjectPath {
    ObjectPath::new("a/b").unwrap()
}

fn endpoint(server: &Server) -> String {
    format!("http://127.0.0.1:{}", server.port)
}

/// A store that bears so long a silence of the service.
async fn store(server: &Server, silence: Duration) -> S3Store {
    let mut config = S3Config::new("bucket").with_credentials("id", "secret", None);
    config.remote.endpoint = Some(endpoint(server));
    config.remote.allow_http = true;
    config.remote.max_retries = Some(1);
    config.remote.timeout = silence;
    S3Store::connect(config).await.unwrap()
}

#[test]
fn a_get_whose_body_falls_silent_ends_in_time_and_is_repeated() {
    with_a_silence(|silence| {
        let server = Server::cutting(usize::MAX, Cut::Silent, VERSIONS);
        let error = run(async { store(&server, silence).await.read(&path()).await }).unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::TimedOut, Effect::NotApplied), "{error}");
        assert!(error.is_transient() && error.to_string().contains("nothing more of it came"), "{error}");
        assert_eq!(server.requests("get /bucket/a/b").len(), 2);
        let server = Server::cutting(1, Cut::Silent, VERSIONS);
        let object = run(async { store(&server, silence).await.read(&path()).await }).unwrap();
        assert_eq!((&object.bytes[..], object.meta.version.as_str()), (WHOLE.as_bytes(), "\"2\""));
    });
}

#[test]
fn a_get_whose_body_is_cut_is_repeated_and_no_object() {
    let never = Duration::from_secs(120);
    let server = Server::cutting(usize::MAX, Cut::Closed, VERSIONS);
    let error = run(async { store(&server, never).await.read(&path()).await }).unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::NotApplied), "{error}");
    assert_eq!(server.requests("get /bucket/a/b").len(), 2);
    let server = Server::cutting(1, Cut::Closed, VERSIONS);
    let object = run(async { store(&server, never).await.read(&path()).await }).unwrap();
    assert_eq!((&object.bytes[..], object.meta.version.as_str()), (WHOLE.as_bytes(), "\"2\""));
}

#[test]
fn a_client_of_the_program_has_its_own_times_and_no_answer_is_waited_for_for_ever() {
    with_a_silence(|silence| {
        let server = Server::cutting(usize::MAX, Cut::Silent, VERSIONS);
        let client = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(endpoint(&server))
            .force_path_style(true)
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(silence).build())
            .build();
        let store = S3Store::from_client(aws_sdk_s3::Client::from_conf(client), "bucket", ObjectPath::root());
        let error = run(store.read(&path())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
        assert_eq!(server.requests("get /bucket/a/b").len(), 3, "as often as the SDK tries");
    });
}
