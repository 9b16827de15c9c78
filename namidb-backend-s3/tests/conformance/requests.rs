//! Which requests the operations come to: those that four permissions allow, and no more than needed.

use crate::{config, on_each_server, path};
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3::config::{BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use bytes::Bytes;
use namidb_backend_s3::S3Store;
use namidb_core::object_store::{GetOptions, ObjectStore, ObjectStoreExt};
use std::sync::{Arc, Mutex};

/// Writes down the method and the path of every request, with the query as far as it says what the request is.
#[derive(Clone, Debug, Default)]
struct Watch(Arc<Mutex<Vec<String>>>);

impl Watch {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "watch"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let (_, query) = request.uri().split_once('?').unwrap_or_default();
        let parameter = |name: &str| query.split('&').any(|p| p.split('=').next() == Some(name));
        // The names that the service reference gives to what the request needs.
        let action = match request.method() {
            "GET" if parameter("list-type") => "ListBucket",
            "GET" => "GetObject",
            // A head is a get without its bytes; so are its permissions.
            "HEAD" => "GetObject head",
            "PUT" if parameter("partNumber") => "PutObject part",
            "PUT" => "PutObject",
            "POST" if parameter("uploads") => "PutObject begin",
            "POST" if parameter("uploadId") => "PutObject complete",
            "DELETE" if parameter("uploadId") => "AbortMultipartUpload",
            "DELETE" => "DeleteObject",
            other => other,
        };
        self.0.lock().unwrap().push(action.to_owned());
        Ok(())
    }
}

/// A store whose client the test made itself.
fn watched(server: &str, watch: &Watch) -> S3Store {
    let config = config(server);
    let client = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(config.remote.endpoint.unwrap())
        .force_path_style(true)
        .credentials_provider(Credentials::new("namidb-test", "namidb-test-secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .interceptor(watch.clone())
        .build();
    S3Store::from_client(aws_sdk_s3::Client::from_conf(client), config.bucket, config.prefix)
}

#[test]
fn an_operation_is_one_request_that_one_of_four_permissions_allows() {
    on_each_server(async |server| {
        let watch = Watch::default();
        let store = watched(server, &watch);
        let (small, large) = (Bytes::from_static(b"small"), Bytes::from(vec![7; 17 << 20]));
        let first = store.create(&path("a"), small.clone()).await.unwrap();
        store.create(&path("a"), small.clone()).await.unwrap_err();
        let second =
            store.replace(&path("a"), Bytes::from_static(b"other"), first.version.clone()).await.unwrap();
        store.replace(&path("a"), small.clone(), first.version).await.unwrap_err();
        store.overwrite(&path("a"), small).await.unwrap();
        assert_eq!(watch.take(), ["PutObject"; 5]);
        store.read(&path("a")).await.unwrap();
        store.get(&path("a"), GetOptions::range(0..2)).await.unwrap();
        store.get(&path("a"), GetOptions::unless(second.version)).await.unwrap();
        store.read(&path("missing")).await.unwrap_err();
        assert_eq!(watch.take(), ["GetObject"; 4]);
        store.head(&path("a")).await.unwrap();
        assert_eq!(watch.take(), ["GetObject head"]);
        store.list(&path("missing"), None, 10).await.unwrap();
        assert_eq!(watch.take(), ["ListBucket"]);
        store.delete(&path("a")).await.unwrap();
        store.delete(&path("missing")).await.unwrap();
        assert_eq!(watch.take(), ["DeleteObject"; 2]);
        // Three parts of at most eight mebibytes, between the request that begins and the one that completes.
        store.create(&path("large"), large).await.unwrap();
        let parts = ["PutObject part"; 3];
        let whole: Vec<&str> =
            ["PutObject begin"].into_iter().chain(parts).chain(["PutObject complete"]).collect();
        assert_eq!(watch.take(), whole);
        store.delete(&path("large")).await.unwrap();
    });
}
