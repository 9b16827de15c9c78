//! The store: puts through the SDK, everything else through the JSON API.

use crate::api::JsonApi;
use crate::config::GcsConfig;
use crate::error::{http_time, iso_seconds, refused, server_time, unanswered, unreadable};
use crate::upload::OBJECT_BYTES_MAX;
use crate::version::{generation_of, version_of};
use crate::{builder, list, upload};
use async_trait::async_trait;
use bytes::Bytes;
use google_cloud_auth::credentials::Credentials;
use google_cloud_storage::client::Storage;
use namidb_core::object_store::{
    Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, Operation,
    PutOptions, PutReceipt, Result,
};
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, LAST_MODIFIED, RANGE};
use reqwest::{Method, Response};
use serde::Deserialize;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

const GENERATION: &str = "x-goog-generation";

/// A store in a bucket of Google Cloud Storage. Clones are the same store.
#[derive(Clone)]
pub struct GcsStore {
    bucket: Arc<Bucket>,
}

/// Both ways to the objects of one bucket.
pub(crate) struct Bucket {
    pub(crate) storage: Storage,
    pub(crate) api: JsonApi,
    /// What the SDK calls the bucket.
    pub(crate) resource: String,
    pub(crate) timeout: Duration,
    pub(crate) max_retries: u32,
}

impl GcsStore {
    /// Connects to a bucket, with the credentials of the configuration or of the environment.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] if there are no credentials, naming what was tried;
    /// [`ErrorKind::InvalidInput`] if the configuration makes no sense. Whether the bucket is there shows at the first
    /// request.
    pub async fn connect(config: GcsConfig) -> Result<GcsStore> {
        Ok(GcsStore { bucket: Arc::new(builder::connect(&config).await?) })
    }

    /// A store over a client that the caller has made, and the credentials that it was made with: what the SDK does
    /// over gRPC only goes over HTTP here. Of the configuration the bucket, the endpoint and the times are used. What
    /// may be repeated is decided here with each request, whatever the client's own policy is.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the configuration makes no sense.
    pub fn from_client(storage: Storage, credentials: Credentials, config: &GcsConfig) -> Result<GcsStore> {
        Ok(GcsStore { bucket: Arc::new(builder::over(storage, credentials, config)?) })
    }

    /// Asks for what of an object was asked for: what the answer tells of the object, how long its body has to be, and the
    /// answer, whose body is still to come.
    async fn begin(&self, path: &ObjectPath, options: &GetOptions) -> Result<(ObjectMeta, u64, Response)> {
        const GET: Operation = Operation::Get;
        let mut request = self.bucket.api.request(Method::GET, path).query(&[("alt", "media")]);
        if let Some(range) = &options.range {
            request = request.header(RANGE, sent_range(range));
        }
        if let Some(generation) = options.unless.as_ref().and_then(generation_of) {
            request = request.query(&[("ifGenerationNotMatch", generation)]);
        }
        let answer = self.bucket.api.send(request, GET, path).await?;
        let meta = meta(answer.headers())
            .ok_or_else(|| unreadable("the answer has no generation, or no length", GET, path))?;
        // Emulators may know no such condition.
        if options.unless.as_ref() == Some(&meta.version) {
            return Err(refused(ErrorKind::NotModified, GET, path).with_server_time(meta.server_time));
        }
        let Some(range) = options.within(meta.size) else {
            return Err(refused(ErrorKind::InvalidInput, GET, path).with_server_time(meta.server_time));
        };
        Ok((meta, range.end - range.start, answer))
    }

    async fn meta_of(&self, operation: Operation, path: &ObjectPath) -> Result<ObjectMeta> {
        let request =
            self.bucket.api.request(Method::GET, path).query(&[("fields", "generation,size,updated")]);
        let answer = self.bucket.api.send(request, operation, path).await?;
        let time = server_time(answer.headers());
        let body = answer.bytes().await.map_err(|error| unanswered(&error, operation, path))?;
        let told = serde_json::from_slice::<Metadata>(&body).ok().and_then(|metadata| metadata.read());
        let meta =
            told.ok_or_else(|| unreadable("the answer has no generation, or no size", operation, path))?;
        Ok(ObjectMeta { server_time: time, ..meta })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for GcsStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        if path.is_root() {
            return Err(refused(ErrorKind::InvalidInput, Operation::Put, path));
        }
        upload::put(&self.bucket, path, payload, &options.condition).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        const GET: Operation = Operation::Get;
        if path.is_root() {
            return Err(refused(ErrorKind::NotFound, GET, path));
        }
        if options.range.as_ref().is_some_and(Range::is_empty) {
            // The service ignores such a range, so what is there decides.
            let meta = self.meta_of(GET, path).await?;
            let unchanged = options.unless.as_ref() == Some(&meta.version);
            let kind = if unchanged { ErrorKind::NotModified } else { ErrorKind::InvalidInput };
            return Err(refused(kind, GET, path).with_server_time(meta.server_time));
        }
        let mut repeats_left = self.bucket.max_retries;
        loop {
            let (meta, length, answer) = self.begin(path, &options).await?;
            match answer.bytes().await {
                Ok(bytes) if u64::try_from(bytes.len()).ok() == Some(length) => {
                    return Ok(Object { bytes, meta });
                }
                Ok(_) => return Err(unreadable("the answer is not as long as the range", GET, path)),
                // It was cut off, or fell silent. A get may be done twice.
                Err(_) if repeats_left > 0 => repeats_left -= 1,
                Err(error) => {
                    return Err(unanswered(&error, GET, path).with_server_time(meta.server_time));
                }
            }
        }
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        const HEAD: Operation = Operation::Head;
        if path.is_root() {
            return Err(refused(ErrorKind::NotFound, HEAD, path));
        }
        self.meta_of(HEAD, path).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        if path.is_root() {
            return Ok(());
        }
        let request = self.bucket.api.request(Method::DELETE, path);
        match self.bucket.api.send(request, Operation::Delete, path).await {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        list::page(&self.bucket.api, prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::remote(OBJECT_BYTES_MAX)
    }
}

impl fmt::Debug for GcsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GcsStore").field(&self.bucket.api.objects().as_str()).finish()
    }
}

/// A range as it is sent: both ends belong to it, and the service counts in 63 bits.
fn sent_range(range: &Range<u64>) -> String {
    let largest = i64::MAX.unsigned_abs();
    let start = range.start.min(largest - 1);
    let last = range.end.saturating_sub(1).clamp(start, largest);
    format!("bytes={start}-{last}")
}

/// What the headers of a download tell of an object.
fn meta(headers: &HeaderMap) -> Option<ObjectMeta> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let size = match text(CONTENT_RANGE.as_str()) {
        Some(range) => range.rsplit('/').next()?.parse().ok()?,
        None => text(CONTENT_LENGTH.as_str())?.parse().ok()?,
    };
    Some(ObjectMeta {
        version: version_of(text(GENERATION)?.parse().ok()?),
        size,
        last_modified: text(LAST_MODIFIED.as_str()).and_then(http_time),
        server_time: server_time(headers),
    })
}

/// What the JSON API tells of an object. Its numbers are texts.
#[derive(Deserialize)]
struct Metadata {
    generation: String,
    size: String,
    updated: String,
}

impl Metadata {
    fn read(&self) -> Option<ObjectMeta> {
        Some(ObjectMeta {
            version: version_of(self.generation.parse().ok()?),
            size: self.size.parse().ok()?,
            last_modified: iso_seconds(&self.updated),
            server_time: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ServerTime;
    use reqwest::header::HeaderValue;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        all.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_download_and_the_metadata_tell_the_same() {
        let whole = [("x-goog-generation", "42"), ("content-length", "10")];
        assert_eq!(meta(&headers(&whole)).unwrap().size, 10);
        let part = headers(&[
            ("x-goog-generation", "42"),
            ("content-length", "3"),
            ("content-range", "bytes 2-4/10"),
            ("last-modified", "Thu, 26 Nov 2026 05:59:59 GMT"),
        ]);
        let json = r#"{"generation":"42","size":"10","updated":"2026-11-26T05:59:59.123Z"}"#;
        let told = serde_json::from_str::<Metadata>(json).unwrap().read();
        assert_eq!(meta(&part), told);
        assert_eq!(told.unwrap().last_modified, Some(ServerTime(1_795_672_799_000_000)));
        assert_eq!(meta(&headers(&[("content-length", "10")])), None);
    }

    #[test]
    fn a_range_is_sent_with_its_last_byte() {
        assert_eq!(sent_range(&(2..5)), "bytes=2-4");
        assert_eq!(sent_range(&(0..u64::MAX)), format!("bytes=0-{}", i64::MAX));
        assert_eq!(sent_range(&(u64::MAX - 1..u64::MAX)), format!("bytes={}-{}", i64::MAX - 1, i64::MAX));
    }
}
