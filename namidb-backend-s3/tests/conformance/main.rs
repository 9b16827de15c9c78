//! On live servers: `make test-stores` starts them, and says in the environment where they are. A server that is not
//! named fails its tests.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod errors;
mod minimum;
mod refused;
mod requests;
mod suite;

use namidb_backend_s3::{S3Config, S3Store};
use namidb_core::object_store::ObjectPath;
use namidb_core::runtime::system;
use namidb_core::uri::Uri;

/// The servers, by the variables that name them.
const SERVERS: [&str; 2] = ["NAMIDB_LIVE_LOCALSTACK", "NAMIDB_LIVE_MINIO"];

/// What the URI of a server says, under a prefix that nobody else uses.
#[allow(clippy::disallowed_methods, reason = "tests are told where the servers are")]
fn config(server: &str) -> S3Config {
    let uri = std::env::var(server).unwrap_or_else(|_| panic!("{server} is not set: run make test-stores"));
    let uri = Uri::parse(&format!("{uri}&ns=live"), &[]).unwrap();
    let mut config = S3Config::from_uri(&uri).unwrap().unwrap();
    config.prefix = ObjectPath::new(format!("live/{:032x}", system::random_u128())).unwrap();
    config
}

async fn store(server: &str) -> S3Store {
    S3Store::connect(config(server)).await.unwrap()
}

fn path(text: &str) -> ObjectPath {
    ObjectPath::new(text).unwrap()
}

/// Runs a test on each server.
fn on_each_server<F: Future<Output = ()>>(test: impl Fn(&'static str) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for server in SERVERS {
        runtime.block_on(test(server));
    }
}
