//! Any text is a URI or a typed error, and what is shown of it holds no value of an option.

use super::*;
use crate::testing::{Mutator, fuzz};

const SEEDS: &[&str] = &[
    "memory://demo?shared=true&max_staleness=250ms",
    "memory:///demo",
    "file:///var/lib/graphs?ns=demo&mode=open&cache_bytes=64MB",
    "file:///tmp/d%C3%A9j%C3%A0?namespace=x&allow_network_fs=yes",
    "file://relative/path?ns=a.b-c_d",
    "s3://bucket/prefix/deep?ns=demo&region=eu-west-1&endpoint=http://127.0.0.1:9000&path_style=true",
    "s3://key:secret@bucket/prefix?ns=demo",
    "gs://bucket?ns=demo&service_account=/run/key.json",
    "az://account/container/prefix?ns=demo&use_emulator=1",
    "sqlite://graph.db?ns=demo&table=objects",
    "redis://host:6379/0?ns=demo",
];

fn try_one(mutator: &mut Mutator) {
    let mut pick = || SEEDS[mutator.below(SEEDS.len())];
    let (seed, other) = (pick(), pick());
    let text = mutator.change(seed, other);
    let custom = [CustomScheme { scheme: "sqlite", options: &["table"] }];
    match Uri::parse(&text, &custom) {
        Err(error) => {
            assert_eq!(error.code(), ErrorCode::InvalidUri, "{text:?}");
            assert!(!error.to_string().is_empty());
        }
        Ok(uri) => {
            let shown = uri.to_string();
            assert!(shown.starts_with(uri.scheme()), "{text:?}");
            assert!(!uri.namespace().is_empty() && !uri.namespace_prefix().is_empty(), "{text:?}");
            let again = shown.replace('%', "%25").replace(' ', "%20");
            if let Ok(again) = Uri::parse(&again, &custom) {
                assert_eq!(
                    (again.namespace(), again.location()),
                    (uri.namespace(), uri.location()),
                    "{text:?}"
                );
            }
        }
    }
}

#[test]
fn fuzz_uris() {
    fuzz("URIs", try_one);
}
