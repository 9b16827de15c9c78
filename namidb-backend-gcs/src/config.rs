//! Which bucket, how to reach it, and with which credentials.

use namidb_core::error::{Error, ErrorCode, Result};
use namidb_core::uri::{Location, Uri};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What a [`GcsStore`](crate::GcsStore) is opened with. `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcsConfig {
    /// The bucket, which must exist.
    pub bucket: String,
    /// Where the service is, instead of `https://storage.googleapis.com`. To an endpoint without TLS no credentials
    /// are sent: that is an emulator.
    pub endpoint: Option<String>,
    /// Whether the endpoint may be without TLS.
    pub allow_http: bool,
    /// Whether no credentials are sent, as to a public bucket.
    pub anonymous: bool,
    /// A file with credentials, instead of those that the environment names.
    pub service_account: Option<PathBuf>,
    /// The content of such a file. Before every other credential.
    pub service_account_key: Option<String>,
    /// How long the service may stay silent during a request.
    pub timeout: Duration,
    /// How often an upload in parts goes on after a failure. Nothing else is repeated here.
    pub max_retries: u32,
}

impl GcsConfig {
    /// A bucket, with the credentials that the environment has.
    pub fn new(bucket: impl Into<String>) -> GcsConfig {
        GcsConfig {
            bucket: bucket.into(),
            endpoint: None,
            allow_http: false,
            anonymous: false,
            service_account: None,
            service_account_key: None,
            timeout: Duration::from_secs(30),
            max_retries: 3,
        }
    }

    /// What a `gs://` URI says: the bucket, `service_account`, `endpoint`, `allow_http`, `anonymous`, `timeout`,
    /// `max_retries`. None if the URI is of another scheme.
    ///
    /// # Errors
    /// [`InvalidUri`](ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<GcsConfig>> {
        let Location::Bucket { bucket, .. } = uri.location() else { return Ok(None) };
        if uri.scheme() != "gs" {
            return Ok(None);
        }
        let mut config = GcsConfig::new(bucket);
        config.endpoint = uri.option("endpoint").map(str::to_owned);
        config.allow_http = uri.flag("allow_http")?.unwrap_or(false);
        config.anonymous = uri.flag("anonymous")?.unwrap_or(false);
        config.service_account = uri.option("service_account").map(PathBuf::from);
        if let Some(timeout) = uri.duration("timeout")? {
            config.timeout = timeout;
        }
        if let Some(retries) = uri.count("max_retries")? {
            config.max_retries = retries;
        }
        config.check()?;
        Ok(Some(config))
    }

    /// Whether the values make sense together.
    pub(crate) fn check(&self) -> Result<()> {
        if self.timeout.is_zero() {
            return Err(invalid("option 'timeout' is no time at all").with_hint("Write it like 10s"));
        }
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let (scheme, rest) = endpoint.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        // What was given is not repeated: it may be the place where somebody put a password.
        if !matches!(scheme, "http" | "https") || host.is_empty() {
            return Err(invalid("option 'endpoint' is not a URL")
                .with_hint("Write it like https://storage.googleapis.com or http://127.0.0.1:4443"));
        }
        if host.contains('@') || rest.contains(['?', '#']) {
            return Err(invalid("option 'endpoint' is more than a scheme, a host and a path")
                .with_hint("URIs end up in logs: set GOOGLE_APPLICATION_CREDENTIALS"));
        }
        if scheme == "http" && !self.allow_http {
            return Err(invalid("the endpoint is http://, which encrypts nothing")
                .with_hint("If that is what you want, add allow_http=true"));
        }
        Ok(())
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorCode::InvalidUri, what.to_owned())
}

impl fmt::Debug for GcsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GcsConfig")
            .field("bucket", &self.bucket)
            .field("endpoint", &self.endpoint)
            .field("allow_http", &self.allow_http)
            .field("anonymous", &self.anonymous)
            .field("service_account", &self.service_account)
            .field("service_account_key", &self.service_account_key.as_ref().map(|_| "hidden"))
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(all.allow_http && all.anonymous);
        assert_eq!(all.endpoint.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!(all.service_account, Some(PathBuf::from("/key.json")));
        assert_eq!((all.timeout, all.max_retries), (Duration::from_secs(2), 7));
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
        for option in [
            "endpoint=127.0.0.1:9000",
            "endpoint=https://user:hunter2@host",
            "endpoint=https://host?key=hunter2",
            "endpoint=ftp://hunter2",
            "endpoint=http://127.0.0.1:9000",
            "max_retries=hunter2",
            "timeout=0",
        ] {
            let uri = Uri::parse(&format!("gs://bucket?ns=n&{option}"), &[]).unwrap();
            let error = GcsConfig::from_uri(&uri).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
