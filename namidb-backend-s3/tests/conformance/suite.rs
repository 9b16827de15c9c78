//! The store keeps the contract between two handles, and through a proxy that loses answers.

use crate::config;
use crate::minimum::minimum;
use conformance::Clients;
use conformance::proxy::Proxy;
use namidb_backend_s3::{S3Config, S3Store};
use std::sync::Arc;

/// So large that it goes in parts.
const LARGE_BYTES: usize = 17 << 20;

async fn clients(config: S3Config) -> Clients {
    let mut proxied = config.clone();
    let endpoint = config.remote.endpoint.clone().unwrap();
    let proxy = Arc::new(Proxy::before(endpoint.trim_start_matches("http://")).await.unwrap());
    proxied.remote.endpoint = Some(format!("http://{}", proxy.address()));
    // What the proxy does is for the suite to see, and not for the SDK to make good.
    proxied.remote.max_retries = Some(0);
    let one = S3Store::connect(config.clone()).await.unwrap();
    let other = S3Store::connect(config).await.unwrap();
    Clients::two(one, other)
        .through(S3Store::connect(proxied).await.unwrap(), proxy)
        .with_large_objects(LARGE_BYTES)
}

conformance::suite!(localstack, || clients(config("NAMIDB_LIVE_LOCALSTACK")));
// With four permissions and no more: what a policy of MinIO does not allow is refused.
conformance::suite!(minio, async || clients(minimum().await).await);
