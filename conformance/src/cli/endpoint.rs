//! The same store behind a proxy, by its URI.

use namidb::Uri;
use std::net::SocketAddr;

/// Where Azurite listens, and its account, unless a URI says otherwise.
const AZURITE: &str = "http://127.0.0.1:10000/devstoreaccount1";

/// The server of a store that is asked over plain HTTP: its address, and the path that its endpoint ends with.
pub(crate) fn plain_http(uri: &Uri) -> Option<(String, String)> {
    let emulated = uri.flag("use_emulator").ok().flatten().unwrap_or(false);
    let endpoint = uri.option("endpoint").or(emulated.then_some(AZURITE))?;
    let rest = endpoint.strip_prefix("http://")?.trim_end_matches('/');
    let (authority, path) =
        rest.split_once('/').map_or((rest, String::new()), |(a, path)| (a, format!("/{path}")));
    let authority = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    Some((authority, path))
}

/// The text of a URI whose endpoint is a proxy, with the path of the endpoint before.
pub(crate) fn through(text: &str, proxy: SocketAddr, path: &str) -> String {
    let (place, options) = text.split_once('?').unwrap_or((text, ""));
    let is_ours = |option: &&str| option.starts_with("endpoint=") || option.starts_with("allow_http=");
    let others = options.split('&').filter(|option| !option.is_empty() && !is_ours(option));
    let ours = [format!("endpoint=http://{proxy}{path}"), "allow_http=true".to_owned()];
    let options: Vec<String> = others.map(str::to_owned).chain(ours).collect();
    format!("{place}?{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_takes_the_place_of_the_endpoint() {
        let text = "s3://b?ns=a&endpoint=http://127.0.0.1:9000&allow_http=true&region=x";
        let (server, path) = plain_http(&namidb::parse_uri(text).unwrap()).unwrap();
        assert_eq!((server.as_str(), path.as_str()), ("127.0.0.1:9000", ""));
        let proxy: SocketAddr = "127.0.0.1:4711".parse().unwrap();
        let behind = through(text, proxy, &path);
        assert_eq!(behind, "s3://b?ns=a&region=x&endpoint=http://127.0.0.1:4711&allow_http=true");
        let emulated = namidb::parse_uri("az://devstoreaccount1/c?ns=a&use_emulator=true").unwrap();
        let (server, path) = plain_http(&emulated).unwrap();
        assert_eq!((server.as_str(), path.as_str()), ("127.0.0.1:10000", "/devstoreaccount1"));
        for none in ["s3://b?ns=a&endpoint=https://host", "memory://a", "s3://b?ns=a"] {
            assert_eq!(plain_http(&namidb::parse_uri(none).unwrap()), None, "{none}");
        }
    }
}
