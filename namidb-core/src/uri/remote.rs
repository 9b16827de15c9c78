//! What the URIs of services have in common that are reached over a network, and what is given beside them.

use super::Uri;
use crate::error::{Error, ErrorCode, Result};
use std::time::Duration;

/// The most that `max_retries` may be.
const RETRIES_MAX: u32 = 100;

/// How a service is reached: the options `endpoint`, `allow_http`, `timeout` and `max_retries`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Remote {
    /// Another place than the provider's own: a URL with scheme and host, and no credentials in it.
    pub endpoint: Option<String>,
    /// Whether the endpoint may be `http://`.
    pub allow_http: bool,
    /// How long the service may be silent before a request is given up; half a minute unless set.
    pub timeout: Duration,
    /// How often what may be done twice is repeated, never a step with a condition; as the backend does unless set.
    pub max_retries: Option<u32>,
}

impl Default for Remote {
    fn default() -> Remote {
        Remote { endpoint: None, allow_http: false, timeout: Duration::from_secs(30), max_retries: None }
    }
}

/// How a mistake in them is explained.
#[derive(Clone, Copy, Debug)]
pub struct RemoteHelp<'a> {
    /// An endpoint as it should be written.
    pub endpoint: &'a str,
    /// The environment variables that credentials belong in.
    pub credentials: &'a str,
}

impl Remote {
    /// What a URI says, not checked yet.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if a value is none of its option.
    pub fn from_uri(uri: &Uri) -> Result<Remote> {
        let unless_set = Remote::default();
        Ok(Remote {
            endpoint: uri.option("endpoint").map(str::to_owned),
            allow_http: uri.flag("allow_http")?.unwrap_or(unless_set.allow_http),
            timeout: uri.duration("timeout")?.unwrap_or(unless_set.timeout),
            max_retries: uri.count("max_retries")?,
        })
    }

    /// Whether the values make sense. What was given is never repeated: an endpoint may be the place where somebody put a
    /// password.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if not, with the way out.
    pub fn check(&self, help: RemoteHelp<'_>) -> Result<()> {
        if self.timeout.is_zero() {
            return Err(invalid("option 'timeout' is no time at all").with_hint("Write it like 10s"));
        }
        if self.max_retries.is_some_and(|retries| retries > RETRIES_MAX) {
            return Err(
                invalid("option 'max_retries' is not a number from 0 to 100").with_hint("Write it like 3")
            );
        }
        let Some(endpoint) = &self.endpoint else { return Ok(()) };
        let (scheme, rest) = endpoint.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        if !matches!(scheme, "http" | "https") || host.is_empty() {
            return Err(invalid("option 'endpoint' is not a URL")
                .with_hint(format!("Write it like {}", help.endpoint)));
        }
        if host.contains('@') || rest.contains(['?', '#']) {
            return Err(invalid("option 'endpoint' is more than a scheme, a host and a path")
                .with_hint(format!("URIs end up in logs: credentials belong in {}", help.credentials)));
        }
        if scheme == "http" && !self.allow_http {
            return Err(invalid("the endpoint is http://, which encrypts nothing")
                .with_hint("If that is what you want, add allow_http=true"));
        }
        Ok(())
    }
}

/// Sets one of the storage options of a scheme: `places` has them by name, and each may also begin with `prefix`, as
/// the provider's own variables do.
///
/// # Errors
/// [`ErrorCode::InvalidArgument`] if there is none of this name. The value is not repeated.
pub fn set_storage_option(
    scheme: &str,
    prefix: &str,
    places: &mut [(&str, &mut Option<String>)],
    name: &str,
    value: String,
) -> Result<()> {
    let lower = name.to_ascii_lowercase();
    let bare = lower.strip_prefix(prefix).unwrap_or(&lower);
    if let Some((_, place)) = places.iter_mut().find(|(known, _)| *known == bare) {
        **place = Some(value);
        return Ok(());
    }
    let known: Vec<&str> = places.iter().map(|(known, _)| *known).collect();
    let message = format!("{scheme}:// has no storage option '{}'", name.escape_default());
    Err(Error::new(ErrorCode::InvalidArgument, message)
        .with_hint(format!("There are {}; everything else is an option of the URI", known.join(", "))))
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorCode::InvalidUri, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELP: RemoteHelp<'_> =
        RemoteHelp { endpoint: "https://storage.example.com", credentials: "THEIR_KEY" };

    fn remote(options: &str) -> Result<Remote> {
        let uri = Uri::parse(&format!("s3://b?ns=n{options}"), &[]).unwrap();
        let remote = Remote::from_uri(&uri)?;
        remote.check(HELP)?;
        Ok(remote)
    }

    #[test]
    fn a_uri_says_how_a_service_is_reached() {
        assert_eq!(remote("").unwrap(), Remote::default());
        let all = remote("&endpoint=http://127.0.0.1:9000/a&allow_http=1&timeout=2s&max_retries=7").unwrap();
        assert_eq!(all.endpoint.as_deref(), Some("http://127.0.0.1:9000/a"));
        assert_eq!((all.allow_http, all.timeout, all.max_retries), (true, Duration::from_secs(2), Some(7)));
    }

    #[test]
    fn an_endpoint_that_encrypts_nothing_must_be_asked_for() {
        let error = remote("&endpoint=http://127.0.0.1:9000").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidUri);
        assert!(error.hint().unwrap().contains("add allow_http=true"), "{error}");
        assert!(remote("&endpoint=https://127.0.0.1:9000").is_ok());
    }

    #[test]
    fn values_that_make_no_sense_are_refused_and_not_repeated() {
        for option in [
            "endpoint=127.0.0.1:9000",
            "endpoint=https://user:hunter2@host",
            "endpoint=https://host?key=hunter2",
            "endpoint=ftp://hunter2",
            "max_retries=hunter2",
            "max_retries=101",
            "timeout=0",
        ] {
            let error = remote(&format!("&{option}")).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{option}");
            assert!(error.hint().is_some() && !format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_storage_option_is_known_by_its_name_or_by_that_of_the_variable() {
        let (mut id, mut secret) = (None, None);
        let mut set = |name: &str| {
            let places: &mut [(&str, &mut Option<String>)] =
                &mut [("key_id", &mut id), ("secret", &mut secret)];
            set_storage_option("s3", "aws_", places, name, "hunter2".to_owned())
        };
        set("AWS_KEY_ID").unwrap();
        set("secret").unwrap();
        let error = set("secrt").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(error.hint().unwrap().contains("key_id, secret"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        assert_eq!((id.as_deref(), secret.as_deref()), (Some("hunter2"), Some("hunter2")));
    }
}
