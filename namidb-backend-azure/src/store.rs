//! The store: each operation of the trait as requests of the SDK.

use crate::builder::{self, Clients, RETRIES};
use crate::config::AzureConfig;
use crate::credentials::variable;
use crate::error::{STORE, failed, http_time, refused, server_time};
use crate::upload::OBJECT_BYTES_MAX;
use crate::version::{etag_of, version_of};
use crate::{list, upload};
use async_trait::async_trait;
use azure_core::error::ErrorKind as AzureKind;
use azure_core::http::headers::{CONTENT_LENGTH, ETAG, HeaderName, Headers as AnswerHeaders, LAST_MODIFIED};
use azure_storage_blob::BlobContainerClient;
use azure_storage_blob::models::{BlobClientDownloadOptions, HttpRange};
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore,
    Operation, PutOptions, PutReceipt, Result,
};
use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Arc;

const CONTENT_RANGE: HeaderName = HeaderName::from_static("content-range");

/// The SDK splits a download that is larger than this into several. It is larger than any object: what comes of
/// one request is of one version.
const ONE_REQUEST: usize = 1 << 42;

/// A store in a container of Azure Blob Storage. Clones are the same store.
#[derive(Clone)]
pub struct AzureStore {
    clients: Arc<Clients>,
}

impl AzureStore {
    /// Connects to a container, with the credentials of the configuration or of the environment.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] if there are no credentials, naming what was tried;
    /// [`ErrorKind::InvalidInput`] if the configuration makes no sense. Whether the container is there shows at the
    /// first request.
    pub async fn connect(config: AzureConfig) -> Result<AzureStore> {
        let clients = builder::connect(&config, &variable).await?;
        Ok(AzureStore { clients: Arc::new(clients) })
    }

    /// A store over a client that the caller has made. `once` must not repeat requests
    /// (`RetryOptions::none()`): a put with a condition whose answer is lost, and which is repeated, loses to itself.
    /// `again` may. Both are of the same container.
    pub fn from_clients(once: BlobContainerClient, again: BlobContainerClient) -> AzureStore {
        AzureStore { clients: Arc::new(Clients { once, again, repeats: RETRIES }) }
    }

    /// The answer to a get of a range that the service did not answer: what is there decides.
    async fn out_of_range(&self, path: &ObjectPath, options: &GetOptions) -> Error {
        let answer = |kind| refused(kind, Operation::Get, path);
        match self.meta_of(Operation::Get, path).await {
            Err(error) => error,
            Ok(meta) if options.unless.as_ref() == Some(&meta.version) => {
                answer(ErrorKind::NotModified).with_server_time(meta.server_time)
            }
            Ok(meta) if options.within(meta.size).is_none() => {
                answer(ErrorKind::InvalidInput).with_server_time(meta.server_time)
            }
            Ok(_) => answer(ErrorKind::Unexpected).with_source("the answer tells no range"),
        }
    }

    async fn meta_of(&self, operation: Operation, path: &ObjectPath) -> Result<ObjectMeta> {
        let blob = self.clients.again.blob_client(path.as_str());
        match Box::pin(blob.get_properties(None)).await {
            Ok(answer) => meta(answer.headers(), operation, path),
            Err(error) => Err(failed(&error, operation, path)),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for AzureStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        if path.is_root() {
            return Err(refused(ErrorKind::InvalidInput, Operation::Put, path));
        }
        upload::put(&self.clients, path, payload, &options.condition).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        const GET: Operation = Operation::Get;
        if path.is_root() {
            return Err(refused(ErrorKind::NotFound, GET, path));
        }
        let range = match &options.range {
            // The service has no word for it.
            Some(range) if range.is_empty() => return Err(self.out_of_range(path, &options).await),
            range => range.as_ref().map(sent_range).map(|(start, length)| HttpRange::new(start, length)),
        };
        let download = BlobClientDownloadOptions {
            range,
            if_none_match: options.unless.as_ref().map(etag_of),
            partition_size: NonZero::new(ONE_REQUEST),
            ..Default::default()
        };
        let mut repeats_left = self.clients.repeats;
        loop {
            let blob = self.clients.again.blob_client(path.as_str());
            let answer = match Box::pin(blob.download(Some(download.clone()))).await {
                Ok(answer) => answer,
                // Some emulators answer what starts at the end with a range that cannot be read.
                Err(error) if options.range.is_some() && *error.kind() == AzureKind::DataConversion => {
                    return Err(self.out_of_range(path, &options).await);
                }
                Err(error) => return Err(failed(&error, GET, path)),
            };
            let meta = meta(&answer.headers, GET, path)?;
            let Some(range) = options.within(meta.size) else {
                return Err(refused(ErrorKind::InvalidInput, GET, path).with_server_time(meta.server_time));
            };
            match Box::pin(answer.body.collect()).await {
                Ok(bytes) if u64::try_from(bytes.len()).ok() == Some(range.end - range.start) => {
                    return Ok(Object { bytes, meta });
                }
                Ok(_) => {
                    return Err(refused(ErrorKind::Unexpected, GET, path)
                        .with_source("the answer is not as long as the range"));
                }
                // It was cut off, or fell silent: the SDK repeats a request, and not an answer that has begun.
                Err(_) if repeats_left > 0 => repeats_left -= 1,
                Err(error) => {
                    return Err(failed(&error, GET, path).with_server_time(meta.server_time));
                }
            }
        }
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        if path.is_root() {
            return Err(refused(ErrorKind::NotFound, Operation::Head, path));
        }
        self.meta_of(Operation::Head, path).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        if path.is_root() {
            return Ok(());
        }
        let blob = self.clients.again.blob_client(path.as_str());
        match Box::pin(blob.delete(None)).await {
            Ok(_) => Ok(()),
            Err(error) => match failed(&error, Operation::Delete, path) {
                error if error.is_not_found() => Ok(()),
                error => Err(error),
            },
        }
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        list::page(&self.clients, prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::remote(OBJECT_BYTES_MAX)
    }
}

impl fmt::Debug for AzureStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query of the URL may be a shared access signature.
        let url = self.clients.once.url();
        let place = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
        f.debug_tuple("AzureStore").field(&place).finish()
    }
}

/// The start and the length of a range as it is sent: the service counts in 63 bits, and no object is so large.
fn sent_range(range: &Range<u64>) -> (u64, u64) {
    let largest = (ONE_REQUEST / 2) as u64;
    let start = range.start.min(largest);
    let length = range.end.saturating_sub(start).clamp(1, largest);
    (start, length)
}

/// What the headers of an answer tell of an object.
fn meta(headers: &AnswerHeaders, operation: Operation, path: &ObjectPath) -> Result<ObjectMeta> {
    let told = || {
        let etag = headers.get_optional_str(&ETAG)?;
        let size = match headers.get_optional_str(&CONTENT_RANGE) {
            Some(range) => range.rsplit('/').next()?.parse().ok()?,
            None => headers.get_optional_str(&CONTENT_LENGTH)?.parse().ok()?,
        };
        Some(ObjectMeta {
            version: version_of(etag),
            size,
            last_modified: headers.get_optional_str(&LAST_MODIFIED).and_then(http_time),
            server_time: server_time(headers),
        })
    };
    told().ok_or_else(|| {
        Error::new(ErrorKind::Unexpected, STORE, operation)
            .with_path(path)
            .with_source("the answer has no ETag, or no length")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::{ObjectVersion, ServerTime};

    fn headers(all: &[(&'static str, &'static str)]) -> AnswerHeaders {
        let mut headers = AnswerHeaders::new();
        for (name, value) in all {
            headers.insert(*name, *value);
        }
        headers
    }

    #[test]
    fn the_size_of_an_object_is_that_of_the_whole_also_when_a_range_comes() {
        let path = ObjectPath::new("a").unwrap();
        let whole = headers(&[("etag", "\"1\""), ("content-length", "10")]);
        assert_eq!(meta(&whole, Operation::Head, &path).unwrap().size, 10);
        let part = headers(&[
            ("etag", "\"1\""),
            ("content-length", "3"),
            ("content-range", "bytes 2-4/10"),
            ("date", "Thu, 26 Nov 2026 06:00:00 GMT"),
            ("last-modified", "Thu, 26 Nov 2026 05:59:59 GMT"),
        ]);
        let told = meta(&part, Operation::Get, &path).unwrap();
        assert_eq!((told.size, told.version), (10, ObjectVersion::new("\"1\"")));
        assert_eq!(told.server_time, Some(ServerTime(1_795_672_800_000_000)));
        assert_eq!(told.last_modified, Some(ServerTime(1_795_672_799_000_000)));
        let unusable = meta(&headers(&[("content-length", "3")]), Operation::Get, &path).unwrap_err();
        assert_eq!(unusable.kind(), ErrorKind::Unexpected);
    }

    #[test]
    fn a_range_is_sent_in_numbers_that_the_service_can_read() {
        assert_eq!(sent_range(&(2..5)), (2, 3));
        assert_eq!(sent_range(&(0..u64::MAX)), (0, 1 << 41));
        assert_eq!(sent_range(&(u64::MAX - 1..u64::MAX)), (1 << 41, 1 << 41));
    }
}
