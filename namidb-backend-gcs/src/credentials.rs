//! Which credentials there are: those of the configuration, or those that Google's libraries find by themselves.
//!
//! Nothing here is an invention of ours: files are of the kinds that Google's own tools write, and without one the
//! search is that for application default credentials.

use crate::config::GcsConfig;
use crate::error::{STORE, innermost};
use google_cloud_auth::build_errors::Error as BuildError;
use google_cloud_auth::credentials::{
    self, CacheableResource, Credentials, CredentialsProvider, EntityTag, anonymous, external_account,
    impersonated, service_account, user_account,
};
use google_cloud_auth::errors::CredentialsError;
use http::{Extensions, HeaderMap, HeaderValue};
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, Result};
use namidb_core::runtime::{Runtime, TokioRuntime};
use reqwest::Url;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// How long a first token may take.
const TOKEN_MAX: Duration = Duration::from_secs(15);

/// The credentials for an endpoint.
///
/// # Errors
/// `Unauthenticated` if there are none that work, naming what was tried.
pub(crate) async fn find(config: &GcsConfig, endpoint: &Url) -> Result<Credentials> {
    if endpoint.scheme() == "http" {
        return Ok(Emulator::of(endpoint).into());
    }
    if config.anonymous {
        return Ok(anonymous::Builder::new().build());
    }
    let (from, built) = if let Some(key) = &config.service_account_key {
        ("the service account key that was given".to_owned(), from_json(key))
    } else if let Some(file) = &config.service_account {
        let from = format!("the file '{}'", file.display());
        match std::fs::read_to_string(file) {
            Ok(json) => (from, from_json(&json)),
            Err(error) => return Err(none_found(format!("{from} cannot be read: {error}"))),
        }
    } else {
        (default_places(), credentials::Builder::default().build().map_err(said))
    };
    let found = built.map_err(|why| none_found(format!("{from}: {why}")))?;
    // The first token shows whether the credentials are any. It is kept for the first request.
    match in_time(found.headers(Extensions::new())).await {
        Some(Ok(_)) => Ok(found),
        Some(Err(error)) if error.is_transient() && config.service_account_key.is_some() => {
            Err(Error::new(ErrorKind::Unavailable, STORE, Operation::Open)
                .with_path(&ObjectPath::root())
                .with_source(format!("{from}: {}", innermost(&error))))
        }
        Some(Err(error)) => Err(none_found(format!("{from}: {}", innermost(&error)))),
        None => Err(none_found(format!("{from}: no answer came in {} s", TOKEN_MAX.as_secs()))),
    }
}

/// Credentials of the kind that a text says it is.
fn from_json(text: &str) -> Result<Credentials, String> {
    let json: serde_json::Value = serde_json::from_str(text).map_err(|_| "it is not JSON".to_owned())?;
    let kind = json.get("type").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
    let built = match kind.as_str() {
        "service_account" => service_account::Builder::new(json).build(),
        "authorized_user" => user_account::Builder::new(json).build(),
        "external_account" => external_account::Builder::new(json).build(),
        "impersonated_service_account" => impersonated::Builder::new(json).build(),
        _ => return Err("its 'type' is none of the kinds of credentials".to_owned()),
    };
    built.map_err(said)
}

/// What an error in making credentials says, without what it quotes of them.
fn said(error: BuildError) -> String {
    let why = if error.is_loading() {
        "it cannot be read"
    } else if error.is_missing_field() {
        "a field is missing"
    } else if error.is_unknown_type() {
        "its 'type' is none of the kinds of credentials"
    } else if error.is_not_supported() {
        "its kind is not supported"
    } else {
        "it is not what credentials look like"
    };
    why.to_owned()
}

/// Where the default search looks, and what of it there is.
#[allow(clippy::disallowed_methods, reason = "these are the provider's own variables, not settings of ours")]
fn default_places() -> String {
    let named = match std::env::var_os("GOOGLE_APPLICATION_CREDENTIALS") {
        Some(file) => {
            return format!("GOOGLE_APPLICATION_CREDENTIALS, which is '{}'", file.display());
        }
        None => "GOOGLE_APPLICATION_CREDENTIALS is not set",
    };
    format!(
        "no service_account was given, {named}, and neither gcloud's application_default_credentials.json nor the \
         metadata server helped"
    )
}

fn none_found(why: String) -> Error {
    Error::new(ErrorKind::Unauthenticated, STORE, Operation::Open)
        .with_path(&ObjectPath::root())
        .with_source(format!("no credentials let us in: {why}"))
}

async fn in_time<T>(call: impl Future<Output = T>) -> Option<T> {
    let (mut call, mut end) = (pin!(call), TokioRuntime::current()?.sleep(TOKEN_MAX));
    std::future::poll_fn(|context| match call.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// What is sent to an emulator: no credentials, and the host with its port. The SDK leaves the port out, and an
/// emulator builds the addresses of upload sessions from what it is called.
#[derive(Clone, Debug)]
struct Emulator {
    headers: HeaderMap,
    tag: EntityTag,
}

impl Emulator {
    fn of(endpoint: &Url) -> Emulator {
        let mut headers = HeaderMap::new();
        let host = endpoint.host_str().unwrap_or_default();
        let host = endpoint.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        if let Ok(host) = HeaderValue::from_str(&host) {
            headers.insert(http::header::HOST, host);
        }
        Emulator { headers, tag: EntityTag::new() }
    }
}

impl CredentialsProvider for Emulator {
    async fn headers(
        &self,
        _extensions: Extensions,
    ) -> std::result::Result<CacheableResource<HeaderMap>, CredentialsError> {
        Ok(CacheableResource::New { entity_tag: self.tag.clone(), data: self.headers.clone() })
    }

    async fn universe_domain(&self) -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn refusal(change: impl FnOnce(&mut GcsConfig)) -> String {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = GcsConfig::new("bucket");
        change(&mut config);
        let endpoint = "https://storage.googleapis.com".parse().unwrap();
        let error = run(find(&config, &endpoint)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        error.to_string()
    }

    #[test]
    fn what_does_not_work_is_named_and_nothing_of_it_is_shown() {
        let given = |json: &str| {
            let json = json.to_owned();
            refusal(move |config| config.service_account_key = Some(json))
        };
        for json in [
            "hunter2",
            r#"{"type":"hunter2"}"#,
            r#"{"private_key":"hunter2"}"#,
            r#"{"type":"service_account","private_key":"hunter2"}"#,
            r#"{"type":"service_account","client_email":"me","private_key":"hunter2","project_id":"p",
                "private_key_id":"hunter2"}"#,
        ] {
            let refusal = given(json);
            assert!(refusal.contains("the service account key that was given"), "{refusal}");
            assert!(!refusal.contains("hunter2"), "{refusal}");
        }
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let refusal = refusal(|config| config.service_account = Some("/nowhere/key.json".into()));
        assert!(refusal.contains("/nowhere/key.json"), "{refusal}");
    }

    #[test]
    fn the_default_places_are_named() {
        assert!(default_places().contains("GOOGLE_APPLICATION_CREDENTIALS"));
    }

    #[test]
    fn over_plain_http_nothing_is_sent_but_the_host_with_its_port() {
        let mut config = GcsConfig::new("bucket");
        config.service_account_key = Some("hunter2".to_owned());
        let sent = |endpoint: &str| {
            let found = run(find(&config, &endpoint.parse().unwrap())).unwrap();
            match run(found.headers(Extensions::new())).unwrap() {
                CacheableResource::New { data, .. } => data,
                CacheableResource::NotModified => HeaderMap::new(),
            }
        };
        let headers = sent("http://127.0.0.1:4443");
        assert_eq!(headers.len(), 1);
        assert_eq!(headers.get("host").unwrap(), "127.0.0.1:4443");
        assert_eq!(sent("http://emulator").get("host").unwrap(), "emulator");
    }
}
