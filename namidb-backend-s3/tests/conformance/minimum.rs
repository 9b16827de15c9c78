//! Credentials that may do what the README asks for, and nothing else.

use crate::{config, path};
use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use namidb_backend_s3::{S3Config, S3Store};
use namidb_core::object_store::{ErrorKind, ObjectStoreExt};

const SERVER: &str = "NAMIDB_LIVE_MINIO";

/// MinIO, as a session with a policy of its own: these actions on the bucket of the tests.
async fn session(actions: &str) -> S3Config {
    let config = config(SERVER);
    let bucket = &config.bucket;
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": [{actions}], "Resource": ["arn:aws:s3:::{bucket}/*"]}},
            {{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::{bucket}"]}}]}}"#
    );
    let keys = Credentials::new("namidb-test", "namidb-test-secret", None, None, "test");
    let asked = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(config.remote.endpoint.as_deref().unwrap())
        .credentials_provider(keys)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let asked = aws_sdk_sts::Client::from_conf(asked)
        .assume_role()
        .role_arn("arn:aws:iam::000000000000:role/namidb")
        .role_session_name("namidb-test")
        .policy(policy);
    let session = Box::pin(asked.send()).await.unwrap().credentials.unwrap();
    config.with_credentials(session.access_key_id, session.secret_access_key, Some(session.session_token))
}

/// The four permissions.
pub(crate) async fn minimum() -> S3Config {
    session(r#""s3:GetObject", "s3:PutObject", "s3:DeleteObject""#).await
}

#[test]
fn a_permission_that_is_missing_is_told_as_that() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = S3Store::connect(session(r#""s3:GetObject""#).await).await.unwrap();
        let error = store.create(&path("a"), Bytes::from_static(b"a")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
        assert!(error.to_string().contains("403 AccessDenied"), "{error}");
        assert_eq!(store.read(&path("a")).await.unwrap_err().kind(), ErrorKind::NotFound);
    });
}
