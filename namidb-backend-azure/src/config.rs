//! Which container, how to reach it, and with which credentials.

use namidb_core::error::Result;
use namidb_core::uri::{Location, Remote, RemoteHelp, Uri};
use std::fmt;

const HELP: RemoteHelp<'_> = RemoteHelp {
    endpoint: "https://account.blob.core.windows.net",
    credentials: "AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_ACCESS_KEY",
};

/// What an [`AzureStore`](crate::AzureStore) is opened with. `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AzureConfig {
    /// The storage account.
    pub account: String,
    /// The container, which must exist; with `use_emulator` it is made if it does not.
    pub container: String,
    /// How the account's blobs are reached, if not at `https://<account>.blob.core.windows.net`; with `use_emulator`, if
    /// not at `http://127.0.0.1:10000`, and then without TLS as well. What the SDK repeats, three times unless set, are
    /// reads, lists, deletes and blocks.
    pub remote: Remote,
    /// Whether this is Azurite: the account is then a part of the path, and its well-known key the default.
    pub use_emulator: bool,
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
            remote: Remote::default(),
            use_emulator: false,
            access_key: None,
            sas_token: None,
        }
    }

    /// What an `az://` URI says: account and container, `endpoint`, `use_emulator`, `allow_http`, `timeout`,
    /// `max_retries`. None if the URI names no container.
    ///
    /// # Errors
    /// [`InvalidUri`](namidb_core::ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<AzureConfig>> {
        let Location::Container { account, container, .. } = uri.location() else { return Ok(None) };
        let mut config = AzureConfig::new(account, container);
        config.remote = Remote::from_uri(uri)?;
        config.use_emulator = uri.flag("use_emulator")?.unwrap_or(false);
        config.check()?;
        Ok(Some(config))
    }

    /// Whether the values make sense together.
    pub(crate) fn check(&self) -> Result<()> {
        let mut remote = self.remote.clone();
        remote.allow_http |= self.use_emulator;
        remote.check(HELP)
    }
}

impl fmt::Debug for AzureConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |secret: &Option<String>| secret.as_ref().map(|_| "hidden");
        f.debug_struct("AzureConfig")
            .field("account", &self.account)
            .field("container", &self.container)
            .field("remote", &self.remote)
            .field("use_emulator", &self.use_emulator)
            .field("access_key", &hidden(&self.access_key))
            .field("sas_token", &hidden(&self.sas_token))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

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
        assert!(all.use_emulator);
        assert_eq!(all.remote.endpoint.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!(all.remote.max_retries, Some(7));
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
        for option in
            ["endpoint=https://user:hunter2@host", "endpoint=http://127.0.0.1:9000", "use_emulator=hunter2"]
        {
            let uri = Uri::parse(&format!("az://acc/con?ns=n&{option}"), &[]).unwrap();
            let error = AzureConfig::from_uri(&uri).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
