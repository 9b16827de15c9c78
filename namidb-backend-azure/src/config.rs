//! Which container, how to reach it, and with which credentials.

use namidb_core::error::{Error, ErrorCode, Result};
use namidb_core::uri::{Location, Uri};
use std::fmt;
use std::time::Duration;

/// What an [`AzureStore`](crate::AzureStore) is opened with. `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AzureConfig {
    /// The storage account.
    pub account: String,
    /// The container, which must exist; with `use_emulator` it is made if it does not.
    pub container: String,
    /// Where the account's blobs are, instead of `https://<account>.blob.core.windows.net`. With `use_emulator` where
    /// the emulator is, instead of `http://127.0.0.1:10000`.
    pub endpoint: Option<String>,
    /// Whether this is Azurite: the account is then a part of the path, and its well-known key the default.
    pub use_emulator: bool,
    /// Whether the endpoint may be without TLS. An emulator may.
    pub allow_http: bool,
    /// How long the service may stay silent during a request.
    pub timeout: Duration,
    /// How often the SDK repeats a read, a list, a delete or a block. Never a step with a condition.
    pub max_retries: u32,
    /// A key of the account, in base64. Before every other credential.
    pub access_key: Option<String>,
    /// A shared access signature, with or without its question mark.
    pub sas_token: Option<String>,
}

impl AzureConfig {
    /// A container of an account, with the credentials that the environment has.
    pub fn new(account: impl Into<String>, container: impl Into<String>) -> AzureConfig {
        AzureConfig {
            account: account.into(),
            container: container.into(),
            endpoint: None,
            use_emulator: false,
            allow_http: false,
            timeout: Duration::from_secs(30),
            max_retries: 3,
            access_key: None,
            sas_token: None,
        }
    }

    /// What an `az://` URI says: account and container, `endpoint`, `use_emulator`, `allow_http`, `timeout`,
    /// `max_retries`. None if the URI names no container.
    ///
    /// # Errors
    /// [`InvalidUri`](ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<AzureConfig>> {
        let Location::Container { account, container, .. } = uri.location() else { return Ok(None) };
        let mut config = AzureConfig::new(account, container);
        config.endpoint = uri.option("endpoint").map(str::to_owned);
        config.use_emulator = uri.flag("use_emulator")?.unwrap_or(false);
        config.allow_http = uri.flag("allow_http")?.unwrap_or(false);
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
                .with_hint("Write it like https://account.blob.core.windows.net"));
        }
        if host.contains('@') || rest.contains(['?', '#']) {
            return Err(invalid("option 'endpoint' is more than a scheme, a host and a path")
                .with_hint("URIs end up in logs: set AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_ACCESS_KEY"));
        }
        if scheme == "http" && !(self.allow_http || self.use_emulator) {
            return Err(invalid("the endpoint is http://, which encrypts nothing")
                .with_hint("If that is what you want, add allow_http=true"));
        }
        Ok(())
    }
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorCode::InvalidUri, what.to_owned())
}

impl fmt::Debug for AzureConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |secret: &Option<String>| secret.as_ref().map(|_| "hidden");
        f.debug_struct("AzureConfig")
            .field("account", &self.account)
            .field("container", &self.container)
            .field("endpoint", &self.endpoint)
            .field("use_emulator", &self.use_emulator)
            .field("allow_http", &self.allow_http)
            .field("timeout", &self.timeout)
            .field("max_retries", &self.max_retries)
            .field("access_key", &hidden(&self.access_key))
            .field("sas_token", &hidden(&self.sas_token))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Option<AzureConfig> {
        AzureConfig::from_uri(&Uri::parse(text, &[]).unwrap()).unwrap()
    }

    #[test]
    fn a_uri_says_where_and_how() {
        assert_eq!(config("az://acc/con/prefix?ns=n"), Some(AzureConfig::new("acc", "con")));
        let all = config(
            "az://acc/con?ns=n&use_emulator=true&endpoint=http://127.0.0.1:9&allow_http=1&timeout=2s&max_retries=7",
        )
        .unwrap();
        assert!(all.use_emulator && all.allow_http);
        assert_eq!(all.endpoint.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!((all.timeout, all.max_retries), (Duration::from_secs(2), 7));
        assert_eq!(config("s3://bucket?ns=n"), None);
    }

    #[test]
    fn what_is_printed_of_it_holds_no_credential() {
        let mut config = AzureConfig::new("acc", "con");
        config.access_key = Some("c2VjcmV0".to_owned());
        config.sas_token = Some("sv=1&sig=secret".to_owned());
        let shown = format!("{config:?}");
        assert!(!shown.contains("c2VjcmV0") && !shown.contains("sig"), "{shown}");
        assert!(shown.contains("hidden"), "{shown}");
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
            let uri = Uri::parse(&format!("az://acc/con?ns=n&{option}"), &[]).unwrap();
            let error = AzureConfig::from_uri(&uri).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
