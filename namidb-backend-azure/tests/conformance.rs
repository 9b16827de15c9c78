//! The store keeps the contract, over a server that runs: `NAMIDB_LIVE_AZURITE` is its URI, as `scripts/stores env` prints it.

use conformance::Clients;
use conformance::proxy::Proxy;
use namidb_backend_azure::{AzureConfig, AzureStore};
use namidb_core::uri::Uri;
use std::sync::Arc;

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "this is a test")]
async fn clients() -> Clients {
    let uri = std::env::var("NAMIDB_LIVE_AZURITE").expect("NAMIDB_LIVE_AZURITE is the URI of a server");
    let uri = Uri::parse(&format!("{uri}&ns=conformance"), &[]).unwrap();
    let config = AzureConfig::from_uri(&uri).unwrap().expect("the URI is of az://");
    let server = config.remote.endpoint.as_deref().unwrap_or("http://127.0.0.1:10000");
    let address = server.trim_start_matches("http://").split('/').next().unwrap();
    let proxy = Arc::new(Proxy::before(address).await.unwrap());
    let mut lossy = config.clone();
    lossy.remote.endpoint = Some(format!("http://{}/devstoreaccount1", proxy.address()));
    lossy.remote.allow_http = true;
    let connect = async |config: &AzureConfig| AzureStore::connect(config.clone()).await.unwrap();
    Clients::two(connect(&config).await, connect(&config).await)
        // Large enough to go in blocks.
        .with_large_objects(9 << 20)
        .through(connect(&lossy).await, proxy)
}

conformance::suite!(azurite, clients);
