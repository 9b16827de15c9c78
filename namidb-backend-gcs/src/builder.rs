//! From a configuration to the clients of a bucket.

use crate::api::JsonApi;
use crate::config::GcsConfig;
use crate::credentials::find;
use crate::error::{STORE, innermost};
use crate::store::Bucket;
use crate::upload::SESSION_BYTES_MIN;
use google_cloud_auth::credentials::Credentials;
use google_cloud_gax::retry_policy::NeverRetry;
use google_cloud_storage::client::Storage;
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, Result};
use reqwest::{Client, Url};
use std::time::Duration;

/// Where the service is for everybody.
const ENDPOINT: &str = "https://storage.googleapis.com";

/// How long a connection may take to come about.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How often an upload in parts goes on after a failure, unless set.
const RETRIES: u32 = 3;

/// Connects to a bucket.
pub(crate) async fn connect(config: &GcsConfig) -> Result<Bucket> {
    let endpoint = endpoint(config)?;
    // One provider of cryptography for the whole process; whoever installed another first keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let credentials = find(config, &endpoint).await?;
    let storage = Storage::builder()
        .with_endpoint(endpoint.as_str().trim_end_matches('/'))
        .with_credentials(credentials.clone())
        .with_resumable_upload_threshold(SESSION_BYTES_MIN)
        .with_retry_policy(NeverRetry)
        // The part of the SDK that speaks gRPC is not used.
        .with_grpc_subchannel_count(1)
        .build();
    let storage = Box::pin(storage)
        .await
        .map_err(|error| refused(format!("the SDK cannot be set up: {}", innermost(&error))))?;
    over(storage, credentials, config)
}

/// A bucket over a client of the SDK and the credentials that it was made with.
pub(crate) fn over(storage: Storage, credentials: Credentials, config: &GcsConfig) -> Result<Bucket> {
    let mut objects = endpoint(config)?;
    objects
        .path_segments_mut()
        .map_err(|()| refused("the endpoint is not the URL of a host"))?
        .pop_if_empty()
        .extend(["storage", "v1", "b", &config.bucket, "o"]);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder()
        .connect_timeout(CONNECT_MAX)
        .read_timeout(config.remote.timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|_| refused("the HTTP client could not be made; are there root certificates?"))?;
    Ok(Bucket {
        storage,
        api: JsonApi::new(http, objects, credentials),
        resource: format!("projects/_/buckets/{}", config.bucket),
        timeout: config.remote.timeout,
        max_retries: config.remote.max_retries.unwrap_or(RETRIES),
    })
}

/// Where the service is.
fn endpoint(config: &GcsConfig) -> Result<Url> {
    let base = config.remote.endpoint.as_deref().unwrap_or(ENDPOINT);
    config.check().map_err(refused)?;
    Url::parse(base).map_err(|_| refused("the endpoint is not the URL of a host"))
}

fn refused(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::InvalidInput, STORE, Operation::Open)
        .with_path(&ObjectPath::root())
        .with_source(why)
}
