//! The store: each operation of the trait as a request to S3.

use crate::answered::{Answered, server_time};
use crate::condition::Headers;
use crate::config::S3Config;
use crate::error::Call;
use crate::upload::SINGLE_BYTES_MAX;
use crate::version::version;
use crate::{body, builder};
use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, RequestPayer, ServerSideEncryption};
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, Operation,
    PutOptions, PutReceipt, Result,
};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// The largest object of every kind of bucket that S3 has had.
const OBJECT_BYTES_MAX: u64 = 5 << 40;

/// A store in an S3 bucket. Clones are the same handle, and share its connections.
#[derive(Clone)]
pub struct S3Store {
    bucket: Arc<Bucket>,
}

/// Where the objects are, and who asks for them.
pub(crate) struct Bucket {
    /// For what may be done twice.
    pub(crate) again: Client,
    /// For what may not.
    pub(crate) once: Client,
    /// How often an answer is asked for again whose body was cut off: as often as the SDK repeats what it repeats.
    repeats: u32,
    /// How long the service may be silent in the middle of an answer.
    silence_max: Duration,
    pub(crate) name: String,
    pub(crate) prefix: ObjectPath,
    pub(crate) encryption: Option<ServerSideEncryption>,
    /// Of the parts of an upload. An upload has to say which before its first part; elsewhere the SDK adds it.
    pub(crate) checksum: Option<ChecksumAlgorithm>,
    pub(crate) payer: Option<RequestPayer>,
}

impl S3Store {
    /// A store in the bucket that a configuration names. What it leaves open is as the SDK finds it. Asks nothing of the
    /// bucket: whether it is there, and whether the credentials will do, the first operation tells.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if the configuration makes no sense, or there is no region.
    pub async fn connect(config: S3Config) -> Result<S3Store> {
        let client = builder::client(&config).await?;
        let mut bucket = Bucket::new(&client, config.bucket, config.prefix);
        bucket.encryption = config.encryption.map(|encryption| encryption.as_str().into());
        bucket.payer = config.requester_pays.then_some(RequestPayer::Requester);
        Ok(S3Store { bucket: Arc::new(bucket) })
    }

    /// A store that uses a client of the SDK that the program made itself, under a prefix of a bucket. Its retries are
    /// used for what may be done twice.
    pub fn from_client(client: Client, bucket: impl Into<String>, prefix: ObjectPath) -> S3Store {
        S3Store { bucket: Arc::new(Bucket::new(&client, bucket.into(), prefix)) }
    }
}

impl Bucket {
    fn new(client: &Client, name: String, prefix: ObjectPath) -> Bucket {
        let calculation = client.config().request_checksum_calculation();
        let checksum = (calculation != Some(&RequestChecksumCalculation::WhenRequired))
            .then_some(ChecksumAlgorithm::Crc32);
        let (repeats, silence_max) = builder::patience(client);
        Bucket {
            again: client.clone(),
            once: builder::without_retries(client),
            repeats,
            silence_max,
            name,
            prefix,
            encryption: None,
            checksum,
            payer: None,
        }
    }

    /// The key of a path.
    pub(crate) fn key(&self, path: &ObjectPath) -> String {
        match (self.prefix.is_root(), path.is_root()) {
            (true, _) => path.to_string(),
            (false, true) => self.prefix.to_string(),
            (false, false) => format!("{}/{path}", self.prefix),
        }
    }

    /// The path of a key, if it is one of ours.
    pub(crate) fn path(&self, key: &str) -> Option<ObjectPath> {
        let rest = if self.prefix.is_root() {
            key
        } else {
            key.strip_prefix(self.prefix.as_str())?.strip_prefix('/')?
        };
        ObjectPath::new(rest).ok().filter(|path| !path.is_root())
    }

    async fn put(
        self: &Arc<Bucket>,
        path: &ObjectPath,
        payload: Bytes,
        options: &PutOptions,
    ) -> Result<PutReceipt> {
        let call = Call::put(path, &options.condition);
        if path.is_root() {
            return Err(call.refused(ErrorKind::InvalidInput));
        }
        let headers = Headers::from(&options.condition);
        if payload.len() > SINGLE_BYTES_MAX {
            return self.put_in_parts(&call, &payload, headers).await;
        }
        let answered = Answered::not_yet();
        let request = self
            .once
            .put_object()
            .bucket(&self.name)
            .key(self.key(path))
            .body(ByteStream::from(payload))
            .set_if_none_match(headers.if_none_match)
            .set_if_match(headers.if_match)
            .set_server_side_encryption(self.encryption.clone())
            .set_request_payer(self.payer.clone());
        let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
            .await
            .map_err(|error| call.failed(&error, &answered))?;
        Ok(PutReceipt { version: version(answer.e_tag(), &call)?, server_time: answered.at() })
    }

    async fn get(&self, path: &ObjectPath, options: &GetOptions) -> Result<Object> {
        let call = Call::new(Operation::Get, path);
        if path.is_root() {
            return Err(call.refused(ErrorKind::NotFound));
        }
        if options.range.as_ref().is_some_and(|range| range.start >= range.end) {
            // There is no header for no bytes, but a missing object is missing all the same.
            self.head(&call).await?;
            return Err(call.refused(ErrorKind::InvalidInput));
        }
        let mut repeats_left = self.repeats;
        let (answer, answered, bytes) = loop {
            let answered = Answered::not_yet();
            let request = self
                .again
                .get_object()
                .bucket(&self.name)
                .key(self.key(path))
                .set_range(options.range.as_ref().map(header))
                .set_if_none_match(options.unless.as_ref().map(|version| version.as_str().to_owned()))
                .set_request_payer(self.payer.clone());
            let mut answer = Box::pin(request.customize().interceptor(answered.clone()).send())
                .await
                .map_err(|error| call.failed(&error, &answered))?;
            match body::whole(&call, std::mem::take(&mut answer.body), self.silence_max).await {
                Ok(bytes) => break (answer, answered, bytes),
                Err(_) if repeats_left > 0 => repeats_left -= 1,
                Err(error) => return Err(error.with_server_time(answered.at())),
            }
        };
        let last_modified = answer.last_modified().map(server_time);
        let version = version(answer.e_tag(), &call)?;
        let size = answer.content_range().map(size_of_whole);
        let (bytes, size) = match size {
            Some(Some(size)) => (bytes, size),
            Some(None) => {
                return Err(call.refused(ErrorKind::Unexpected).with_source("the range has no size"));
            }
            // The whole object, asked for or not.
            None => {
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let range = options.within(size).ok_or_else(|| call.refused(ErrorKind::InvalidInput))?;
                let place = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
                (bytes.slice(place(range.start)..place(range.end)), size)
            }
        };
        Ok(Object { bytes, meta: ObjectMeta { version, size, last_modified, server_time: answered.at() } })
    }

    async fn head(&self, call: &Call<'_>) -> Result<ObjectMeta> {
        if call.path.is_root() {
            return Err(call.refused(ErrorKind::NotFound));
        }
        let answered = Answered::not_yet();
        let request = self
            .again
            .head_object()
            .bucket(&self.name)
            .key(self.key(call.path))
            .set_request_payer(self.payer.clone());
        let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
            .await
            .map_err(|error| call.failed(&error, &answered))?;
        let size =
            answer.content_length().and_then(|length| u64::try_from(length).ok()).ok_or_else(|| {
                call.refused(ErrorKind::Unexpected)
                    .with_source("the answer does not say how large the object is")
            })?;
        Ok(ObjectMeta {
            version: version(answer.e_tag(), call)?,
            size,
            last_modified: answer.last_modified().map(server_time),
            server_time: answered.at(),
        })
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        let call = Call::new(Operation::Delete, path);
        if path.is_root() {
            return Ok(());
        }
        let answered = Answered::not_yet();
        let request = self
            .once
            .delete_object()
            .bucket(&self.name)
            .key(self.key(path))
            .set_request_payer(self.payer.clone());
        match Box::pin(request.customize().interceptor(answered.clone()).send()).await {
            Ok(_) => Ok(()),
            Err(error) => Err(call.failed(&error, &answered)).or_else(|error| {
                // Some servers say so.
                if error.is_not_found() { Ok(()) } else { Err(error) }
            }),
        }
    }
}

/// A range that is not empty, as S3 reads it: both ends included. Servers read signed numbers.
fn header(range: &Range<u64>) -> String {
    const LAST: u64 = i64::MAX as u64;
    format!("bytes={}-{}", range.start.min(LAST), range.end.saturating_sub(1).min(LAST))
}

/// The size of the whole object: `bytes 0-9/100`.
fn size_of_whole(content_range: &str) -> Option<u64> {
    content_range.rsplit('/').next()?.trim().parse().ok()
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for S3Store {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        self.bucket.put(path, payload, &options).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.bucket.get(path, &options).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.bucket.head(&Call::new(Operation::Head, path)).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.bucket.delete(path).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.bucket.list(prefix, start_after, limit).await
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::remote(OBJECT_BYTES_MAX)
    }
}

impl fmt::Debug for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3Store({:?})", self.bucket)
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        if self.prefix.is_root() { Ok(()) } else { write!(f, "/{}", self.prefix) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::config::BehaviorVersion;

    fn bucket(prefix: &str) -> Bucket {
        let config = aws_sdk_s3::Config::builder().behavior_version(BehaviorVersion::latest()).build();
        Bucket::new(&Client::from_conf(config), "b".into(), ObjectPath::new(prefix).unwrap())
    }

    #[test]
    fn a_key_is_the_prefix_and_the_path() {
        for (prefix, path, key) in
            [("", "a/b", "a/b"), ("p/q", "a/b", "p/q/a/b"), ("p", "", "p"), ("", "", "")]
        {
            let path = ObjectPath::new(path).unwrap();
            assert_eq!(bucket(prefix).key(&path), key);
            assert_eq!(bucket(prefix).path(key), Some(path).filter(|path| !path.is_root()));
        }
        assert_eq!(bucket("p").path("pq/a"), None);
        assert_eq!(bucket("p").path("p/A"), None);
    }

    #[test]
    fn ranges_include_their_last_byte() {
        assert_eq!(header(&(0..1)), "bytes=0-0");
        assert_eq!(header(&(5..u64::MAX)), "bytes=5-9223372036854775807");
        assert_eq!(size_of_whole("bytes 0-9/100"), Some(100));
        assert_eq!(size_of_whole("bytes */*"), None);
    }
}
