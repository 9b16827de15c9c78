//! Which bucket, how to reach it, and with which credentials.

use namidb_core::error::Result;
use namidb_core::uri::{Location, Remote, RemoteHelp, Uri};
use std::fmt;
use std::path::PathBuf;

const HELP: RemoteHelp<'_> = RemoteHelp {
    endpoint: "https://storage.googleapis.com or http://127.0.0.1:4443",
    credentials: "GOOGLE_APPLICATION_CREDENTIALS",
};

/// What a [`GcsStore`](crate::GcsStore) is opened with. `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcsConfig {
    /// The bucket, which must exist.
    pub bucket: String,
    /// How the service is reached, if not at `https://storage.googleapis.com`. To an endpoint without TLS no credentials
    /// are sent: that is an emulator. What is repeated, three times unless set, are uploads in parts, which go on after a
    /// failure, and nothing else.
    pub remote: Remote,
    /// Whether no credentials are sent, as to a public bucket.
    pub anonymous: bool,
    /// A file with credentials, instead of those that the environment names.
    pub service_account: Option<PathBuf>,
    /// The content of such a file. Before every other credential.
    pub service_account_key: Option<String>,
}

impl GcsConfig {
    /// A bucket, with the credentials that the environment has.
    pub fn new(bucket: impl Into<String>) -> GcsConfig {
        GcsConfig {
            bucket: bucket.into(),
            remote: Remote::default(),
            anonymous: false,
            service_account: None,
            service_account_key: None,
        }
    }

    /// What a `gs://` URI says: the bucket, `service_account`, `endpoint`, `allow_http`, `anonymous`, `timeout`,
    /// `max_retries`. None if the URI is of another scheme.
    ///
    /// # Errors
    /// [`InvalidUri`](namidb_core::ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<GcsConfig>> {
        let Location::Bucket { bucket, .. } = uri.location() else { return Ok(None) };
        if uri.scheme() != "gs" {
            return Ok(None);
        }
        let mut config = GcsConfig::new(bucket);
        config.remote = Remote::from_uri(uri)?;
        config.anonymous = uri.flag("anonymous")?.unwrap_or(false);
        config.service_account = uri.option("service_account").map(PathBuf::from);
        config.check()?;
        Ok(Some(config))
    }

    /// Whether the values make sense together.
    pub(crate) fn check(&self) -> Result<()> {
        self.remote.check(HELP)
    }
}

impl fmt::Debug for GcsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcsConfig")
            .field("bucket", &self.bucket)
            .field("remote", &self.remote)
            .field("anonymous", &self.anonymous)
            .field("service_account", &self.service_account)
            .field("service_account_key", &self.service_account_key.as_ref().map(|_| "hidden"))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

    fn config(text: &str) -> Option<GcsConfig> {
        GcsConfig::from_uri(&Uri::parse(text, &[]).unwrap()).unwrap()
    }

    #[test]
    fn a_uri_says_where_and_how() {
        assert_eq!(config("gs://bucket/prefix?ns=n"), Some(GcsConfig::new("bucket")));
        let all = config(
            "gs://bucket?ns=n&endpoint=http://127.0.0.1:9&allow_http=1&anonymous=yes&service_account=/key.json\
             &timeout=2s&max_retries=7",
        )
        .unwrap();
        assert!(all.anonymous);
        assert_eq!(all.remote.endpoint.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!(all.service_account, Some(PathBuf::from("/key.json")));
        assert_eq!(all.remote.max_retries, Some(7));
        assert_eq!(config("s3://bucket?ns=n"), None);
    }

    #[test]
    fn what_is_printed_of_it_holds_no_credential() {
        let mut config = GcsConfig::new("bucket");
        config.service_account_key = Some("{\"private_key\":\"hunter2\"}".to_owned());
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter2") && shown.contains("hidden"), "{shown}");
    }

    #[test]
    fn values_that_make_no_sense_are_refused_and_not_repeated() {
        for option in ["endpoint=https://user:hunter2@host", "max_retries=hunter2", "anonymous=hunter2"] {
            let uri = Uri::parse(&format!("gs://bucket?ns=n&{option}"), &[]).unwrap();
            let error = GcsConfig::from_uri(&uri).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
