//! The store keeps the contract between two handles, and through a proxy that loses answers.

use crate::config;
use crate::minimum::minimum;
use conformance::Clients;
use conformance::proxy::Proxy;
use namidb_backend_s3::{S3Config, S3Store};
use std::sync::Arc;

/// So large that it goes in parts.
const IN_PARTS: usize = 17 << 20;

/// The largest that goes in one request.
const IN_ONE: usize = 16 << 20;

async fn clients(config: S3Config, large_bytes: usize) -> Clients {
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
        .with_large_objects(large_bytes)
}

// Its conditions hold for single requests. Where an upload in parts is completed, LocalStack 4.13 looks first and assembles
// then, and of racers several win.
conformance::suite!(localstack, || clients(config("NAMIDB_LIVE_LOCALSTACK"), IN_ONE));
// With four permissions and no more: what a policy of MinIO does not allow is refused.
conformance::suite!(minio, async || clients(minimum().await, IN_PARTS).await);
