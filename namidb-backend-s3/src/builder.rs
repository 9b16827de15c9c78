//! From a configuration to a client of the SDK.

use crate::config::S3Config;
use crate::credentials;
use crate::error::STORE;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Region, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use namidb_core::object_store::{Error, ErrorKind, Operation, Result};
use namidb_core::uri::Remote;
use std::time::Duration;

/// The region of services that have none.
const ANY_REGION: &str = "us-east-1";

/// A client, with everything that the configuration leaves open as the SDK finds it.
pub(crate) async fn client(config: &S3Config) -> Result<Client> {
    let refused = |why: String| Error::new(ErrorKind::InvalidInput, STORE, Operation::Open).with_source(why);
    config.check().map_err(|error| {
        refused(match error.hint() {
            Some(hint) => format!("{error}: {hint}"),
            None => error.to_string(),
        })
    })?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client())
        // It knows no time but its own. A body that falls silent is given up where it is read.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(config.remote.timeout).build());
    if let Some(retries) = config.remote.max_retries {
        loader = loader.retry_config(RetryConfig::standard().with_max_attempts(retries.saturating_add(1)));
    }
    if let Some(endpoint) = &config.remote.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader = match (&config.region, &config.remote.endpoint) {
        (Some(region), _) => loader.region(Region::new(region.clone())),
        // Nobody asks the metadata of a machine of AWS where a server of somebody else is.
        (None, Some(_)) => loader.region(
            RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
                .or_else(ProfileFileRegionProvider::new())
                .or_else(Region::new(ANY_REGION)),
        ),
        // The loader's own search has the HTTP client; the SDK's default chain by itself has none, and panics.
        (None, None) => loader,
    };
    if config.anonymous {
        loader = loader.no_credentials();
    } else if let Some(credentials) = credentials::given(config).map_err(refused)? {
        loader = loader.credentials_provider(credentials);
    }
    // The loader is a large future, and this is done once.
    let found = Box::pin(loader.load()).await;
    if found.region().is_none() {
        return Err(refused(
            "no region was found: set region=.. in the URI, AWS_REGION, or a region in the AWS profile"
                .into(),
        ));
    }
    let path_style = config
        .path_style
        .unwrap_or_else(|| config.remote.endpoint.is_some() || found.endpoint_url().is_some());
    Ok(Client::from_conf(aws_sdk_s3::config::Builder::from(&found).force_path_style(path_style).build()))
}

/// How often a read is repeated by what a client is set to, and how long it waits for the service.
pub(crate) fn patience(client: &Client) -> (u32, Duration) {
    let attempts = client
        .config()
        .retry_config()
        .map_or_else(|| RetryConfig::standard().max_attempts(), RetryConfig::max_attempts);
    let times = client.config().timeout_config();
    let silence = times.and_then(|times| times.operation_attempt_timeout().or(times.read_timeout()));
    (attempts.saturating_sub(1), silence.unwrap_or(Remote::default().timeout))
}

/// HTTP over rustls with ring, through the proxy that the environment names, if any.
fn http_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

/// The same client, which sends every request once. A repeated conditional put could lose to itself.
pub(crate) fn without_retries(client: &Client) -> Client {
    Client::from_conf(client.config().to_builder().retry_config(RetryConfig::disabled()).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alone;

    fn connect(region: Option<&str>) -> Result<Client> {
        let mut config = S3Config::new("bucket").with_credentials("id", "secret", None);
        config.region = region.map(str::to_owned);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(client(&config))
    }

    #[test]
    fn a_bucket_of_aws_needs_no_more_than_its_region_and_credentials() {
        let client = connect(Some("eu-west-1")).unwrap();
        assert_eq!(client.config().region().map(Region::as_ref), Some("eu-west-1"));
    }

    #[test]
    fn a_region_comes_from_the_environment_and_without_one_it_is_told_how_to_set_it() {
        if alone::is_alone() {
            match connect(None) {
                Ok(client) => println!("the region is {:?}", client.config().region()),
                Err(error) => println!("{:?}: {error}", error.kind()),
            }
            return;
        }
        let name =
            "builder::tests::a_region_comes_from_the_environment_and_without_one_it_is_told_how_to_set_it";
        let said = alone::run(name, &[("AWS_REGION", "eu-west-1")]);
        assert!(said.contains("the region is Some(Region(\"eu-west-1\"))"), "{said}");
        let said = alone::run(name, &[]);
        assert!(said.contains("InvalidInput") && said.contains("set region=.. in the URI"), "{said}");
    }
}
