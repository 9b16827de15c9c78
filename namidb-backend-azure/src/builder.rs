//! From a configuration to the clients of a store.

use crate::config::AzureConfig;
use crate::credentials::{Credentials, Variable, find};
use crate::error::{STORE, code_of, failed};
use azure_core::http::policies::Policy;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport, Url};
use azure_storage_blob::{BlobContainerClient, BlobContainerClientOptions};
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, Result};
use std::sync::Arc;
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How often the SDK repeats what may be done twice, unless set.
pub(crate) const RETRIES: u32 = 3;

/// Two clients of one container over the same connections. A client repeats all of its requests or none.
pub(crate) struct Clients {
    /// Never repeats anything: for whatever has a condition.
    pub(crate) once: BlobContainerClient,
    /// Repeats what may be done twice.
    pub(crate) again: BlobContainerClient,
    /// How often an answer is asked for again whose body was cut off.
    pub(crate) repeats: u32,
}

/// Connects to a container.
pub(crate) async fn connect(config: &AzureConfig, variable: Variable<'_>) -> Result<Clients> {
    config.check().map_err(refused)?;
    let mut url = container_url(config)?;
    // One provider of cryptography for the whole process; whoever installed another first keeps it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let credentials = find(config, url.scheme() == "https", variable).await?;
    let has_key = matches!(credentials, Credentials::Key(_));
    let (mut policies, mut token) = (Vec::<Arc<dyn Policy>>::new(), None);
    match credentials {
        Credentials::Key(key) => policies.push(key),
        Credentials::Sas(sas) => url.set_query(Some(sas.secret().trim_start_matches('?'))),
        Credentials::Token(source) => token = Some(source),
    }
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECT_MAX)
        .read_timeout(config.remote.timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|_| refused("the HTTP client could not be made; are there root certificates?"))?;
    let transport = Transport::new(Arc::new(http));
    let client = |retry| {
        let client_options = ClientOptions {
            per_try_policies: policies.clone(),
            retry,
            transport: Some(transport.clone()),
            ..Default::default()
        };
        let options = BlobContainerClientOptions { client_options, ..Default::default() };
        BlobContainerClient::new(url.clone(), token.clone(), Some(options))
            .map_err(|error| failed(&error, Operation::Open, &ObjectPath::root()))
    };
    let max_retries = config.remote.max_retries.unwrap_or(RETRIES);
    let retries = ExponentialRetryOptions { max_retries, ..Default::default() };
    let again = client(RetryOptions::exponential(retries))?;
    let clients = Clients { once: client(RetryOptions::none())?, again, repeats: max_retries };
    if config.use_emulator && has_key {
        make_container(&clients).await?;
    }
    Ok(clients)
}

/// An emulator begins empty, so its container is made by whoever needs it.
async fn make_container(clients: &Clients) -> Result<()> {
    match clients.again.create(None).await {
        Ok(_) => Ok(()),
        Err(error) if code_of(&error) == Some("ContainerAlreadyExists") => Ok(()),
        Err(error) => Err(failed(&error, Operation::Open, &ObjectPath::root())),
    }
}

/// Where the container is.
fn container_url(config: &AzureConfig) -> Result<Url> {
    let base = match (&config.remote.endpoint, config.use_emulator) {
        (Some(endpoint), _) => endpoint.clone(),
        (None, true) => "http://127.0.0.1:10000".to_owned(),
        (None, false) => format!("https://{}.blob.core.windows.net", config.account),
    };
    let unusable = || refused("the endpoint is not the URL of a host");
    let mut url = Url::parse(&base).map_err(|_| unusable())?;
    let in_path = config.use_emulator && url.path() == "/";
    let account = in_path.then_some(config.account.as_str());
    let parts = account.into_iter().chain([config.container.as_str()]);
    url.path_segments_mut().map_err(|()| unusable())?.pop_if_empty().extend(parts);
    Ok(url)
}

fn refused(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::InvalidInput, STORE, Operation::Open)
        .with_path(&ObjectPath::root())
        .with_source(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(change: impl FnOnce(&mut AzureConfig)) -> String {
        let mut config = AzureConfig::new("acc", "con");
        change(&mut config);
        container_url(&config).map_or_else(|error| error.to_string(), String::from)
    }

    #[test]
    fn the_account_is_in_the_host_or_with_the_emulator_in_the_path() {
        assert_eq!(url(|_| {}), "https://acc.blob.core.windows.net/con");
        assert_eq!(url(|config| config.use_emulator = true), "http://127.0.0.1:10000/acc/con");
        let emulator = url(|config| {
            config.use_emulator = true;
            config.remote.endpoint = Some("http://127.0.0.1:9/acc".to_owned());
        });
        assert_eq!(emulator, "http://127.0.0.1:9/acc/con");
        let own =
            |endpoint: &'static str| url(move |config| config.remote.endpoint = Some(endpoint.to_owned()));
        assert_eq!(own("https://blobs.example.org"), "https://blobs.example.org/con");
        assert_eq!(own("https://blobs.example.org/a/"), "https://blobs.example.org/a/con");
    }
}
