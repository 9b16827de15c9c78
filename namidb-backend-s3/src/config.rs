//! Where a store is, and how to ask it.

use namidb_core::error::{Error, ErrorCode, Result};
use namidb_core::object_store::ObjectPath;
use namidb_core::uri::{Location, Remote, RemoteHelp, Uri};
use std::fmt;

const HELP: RemoteHelp<'_> = RemoteHelp {
    endpoint: "https://storage.example.com or http://127.0.0.1:9000",
    credentials: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
};

/// How the service encrypts what is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Encryption {
    /// With keys of S3: `AES256`.
    S3,
    /// With a key of KMS, the one of the bucket: `aws:kms`.
    Kms,
    /// Twice, with a key of KMS: `aws:kms:dsse`.
    KmsTwice,
}

impl Encryption {
    /// What S3 calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Encryption::S3 => "AES256",
            Encryption::Kms => "aws:kms",
            Encryption::KmsTwice => "aws:kms:dsse",
        }
    }
}

/// Credentials that were given, and not found by the SDK.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    pub(crate) access_key_id: Option<String>,
    pub(crate) secret_access_key: Option<String>,
    pub(crate) session_token: Option<String>,
}

/// What an [`S3Store`](crate::S3Store) is connected with. What is not set is as the SDK finds it in the environment and
/// in the files of the user. `Debug` shows no credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct S3Config {
    /// The bucket. It must exist.
    pub bucket: String,
    /// The path in it under which the store's objects lie; the root unless set.
    pub prefix: ObjectPath,
    /// The region of the bucket. With an endpoint, `us-east-1` if neither this nor the environment says.
    pub region: Option<String>,
    /// How the service is reached: with an endpoint it is another one than AWS. The time is that of one attempt of one
    /// request; unless the retries are set, they are as the SDK finds them.
    pub remote: Remote,
    /// Whether the bucket is the first part of the path, and not of the host name; with an endpoint it is unless set.
    pub path_style: Option<bool>,
    /// Whether to ask without credentials.
    pub anonymous: bool,
    /// How to encrypt what is put; as the bucket does unless set.
    pub encryption: Option<Encryption>,
    /// Whether who asks pays, and not the owner of the bucket.
    pub requester_pays: bool,
    pub(crate) keys: Keys,
}

impl S3Config {
    /// A bucket, and everything else as the SDK finds it.
    pub fn new(bucket: impl Into<String>) -> S3Config {
        S3Config {
            bucket: bucket.into(),
            prefix: ObjectPath::root(),
            region: None,
            remote: Remote::default(),
            path_style: None,
            anonymous: false,
            encryption: None,
            requester_pays: false,
            keys: Keys::default(),
        }
    }

    /// Uses these credentials, and does not look for others.
    #[must_use]
    pub fn with_credentials(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> S3Config {
        self.keys = Keys {
            access_key_id: Some(access_key_id.into()),
            secret_access_key: Some(secret_access_key.into()),
            session_token,
        };
        self
    }

    /// What an `s3://` URI says: its bucket and its options. The path of a URI's namespace begins at the root of the
    /// bucket, so the prefix is not set. None if the URI is none of S3.
    ///
    /// # Errors
    /// [`InvalidUri`](ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<S3Config>> {
        let Location::Bucket { bucket, .. } = uri.location() else { return Ok(None) };
        if uri.scheme() != "s3" {
            return Ok(None);
        }
        let mut config = S3Config::new(bucket);
        config.region = uri.option("region").map(str::to_owned);
        config.remote = Remote::from_uri(uri)?;
        config.path_style = uri.flag("path_style")?;
        config.anonymous = uri.flag("anonymous")?.unwrap_or(false);
        config.encryption = uri.option("sse").map(encryption).transpose()?;
        config.requester_pays = uri.flag("requester_pays")?.unwrap_or(false);
        config.check()?;
        Ok(Some(config))
    }

    /// Whether the values make sense together.
    pub(crate) fn check(&self) -> Result<()> {
        self.remote.check(HELP)
    }
}

fn encryption(text: &str) -> Result<Encryption> {
    [Encryption::S3, Encryption::Kms, Encryption::KmsTwice]
        .into_iter()
        .find(|encryption| encryption.as_str().eq_ignore_ascii_case(text))
        .ok_or_else(|| {
            Error::new(ErrorCode::InvalidUri, "option 'sse' names no encryption")
                .with_hint("It is AES256, aws:kms or aws:kms:dsse")
        })
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Config")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("region", &self.region)
            .field("remote", &self.remote)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Option<S3Config>> {
        S3Config::from_uri(&Uri::parse(text, &[]).unwrap())
    }

    #[test]
    fn a_uri_says_where_and_how() {
        let config = config(
            "s3://bucket/some/where?ns=n&region=eu-west-1&endpoint=http://127.0.0.1:9000&allow_http=true\
             &path_style=false&anonymous=yes&sse=aws:kms&requester_pays=1&timeout=2s&max_retries=7",
        );
        let config = config.unwrap().unwrap();
        assert_eq!((config.bucket.as_str(), config.region.as_deref()), ("bucket", Some("eu-west-1")));
        assert_eq!(config.remote.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert!(config.anonymous && config.requester_pays && config.prefix.is_root());
        assert_eq!((config.path_style, config.encryption), (Some(false), Some(Encryption::Kms)));
        assert_eq!(config.remote.max_retries, Some(7));
    }

    #[test]
    fn uris_of_other_stores_are_not_ours() {
        for other in ["memory://n", "file:///a?ns=n", "gs://bucket?ns=n"] {
            assert!(config(other).unwrap().is_none(), "{other}");
        }
    }

    #[test]
    fn values_that_make_no_sense_are_refused_and_not_repeated() {
        for option in
            ["endpoint=https://user:hunter2@host", "sse=hunter2", "max_retries=101", "path_style=perhaps"]
        {
            let error = config(&format!("s3://b?ns=n&{option}")).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        let config = S3Config::new("b").with_credentials("id", "hunter2", Some("token2".into()));
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("token2"), "{shown}");
    }
}
