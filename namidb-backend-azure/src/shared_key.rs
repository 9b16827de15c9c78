//! Signing requests with a key of the account, which the SDK leaves to its caller.
//!
//! The rules are those of the service's documentation, "Authorize with Shared Key". A policy that runs at every try
//! signs what is really sent, so a request that is repeated carries its own date.

use azure_core::credentials::Secret;
use azure_core::hmac::hmac_sha256;
use azure_core::http::headers::HeaderName;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request};
use azure_core::time::{OffsetDateTime, to_rfc7231};
use namidb_core::runtime::system;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The headers whose values are signed by their place, in this order, after the method and before those of the
/// service. The length of the content is signed at the third place; the date is a header of the service.
const SIGNED: [&str; 11] = [
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

/// Signs each request. `Debug` hides the key.
pub(crate) struct SharedKey {
    account: String,
    key: Secret,
}

impl SharedKey {
    pub(crate) fn new(account: &str, key: Secret) -> SharedKey {
        SharedKey { account: account.to_owned(), key }
    }

    /// Whether the key is one: base64 of some bytes.
    pub(crate) fn is_usable(&self) -> bool {
        hmac_sha256("", &self.key).is_ok()
    }

    fn sign(&self, request: &mut Request, unix_seconds: i64) -> azure_core::Result<()> {
        let date = OffsetDateTime::from_unix_timestamp(unix_seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        request.insert_header("x-ms-date", to_rfc7231(&date));
        let signature = hmac_sha256(&self.text_to_sign(request), &self.key)?;
        request.insert_header("authorization", format!("SharedKey {}:{signature}", self.account));
        Ok(())
    }

    fn text_to_sign(&self, request: &Request) -> String {
        let mut text = format!("{}\n", request.method());
        for name in SIGNED {
            let value = match name {
                // A content of no bytes has no length here, whatever its header says.
                "content-length" => {
                    request.body().len().filter(|length| *length > 0).map(|length| length.to_string())
                }
                name => request.headers().get_optional_string(&HeaderName::from_static(name)),
            };
            text.push_str(value.as_deref().unwrap_or_default());
            text.push('\n');
        }
        let of_service: BTreeMap<&str, &str> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| name.starts_with("x-ms-"))
            .collect();
        for (name, value) in of_service {
            text.push_str(&format!("{name}:{}\n", value.trim()));
        }
        text.push_str(&format!("/{}{}", self.account, request.url().path()));
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in request.url().query_pairs() {
            query.entry(name.to_ascii_lowercase()).or_default().push(value.into_owned());
        }
        for (name, mut values) in query {
            values.sort_unstable();
            text.push_str(&format!("\n{name}:{}", values.join(",")));
        }
        text
    }
}

#[async_trait::async_trait]
impl Policy for SharedKey {
    async fn send(&self, ctx: &Context, request: &mut Request, next: &[Arc<dyn Policy>]) -> PolicyResult {
        let Some((first, rest)) = next.split_first() else {
            return Err(azure_core::Error::with_message(
                azure_core::error::ErrorKind::Other,
                "no policy sends the request",
            ));
        };
        self.sign(request, system::unix_micros() / 1_000_000)?;
        first.send(ctx, request, rest).await
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedKey").field("account", &self.account).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use azure_core::http::Method;

    fn signer() -> SharedKey {
        SharedKey::new("acc", Secret::new("a2V5"))
    }

    fn request(method: Method, url: &str) -> Request {
        Request::new(url.parse().unwrap(), method)
    }

    #[test]
    fn a_request_is_signed_by_its_method_its_headers_its_path_and_its_query() {
        let mut put =
            request(Method::Put, "https://acc.blob.core.windows.net/con/a%2Fb?comp=block&BlockId=x%3D");
        put.insert_header("content-type", "text/plain");
        put.insert_header("if-none-match", "*");
        put.insert_header("x-ms-version", "2026-04-06");
        put.insert_header("x-ms-blob-type", "BlockBlob");
        put.set_body(azure_core::Bytes::from_static(b"12345"));
        let expected = "PUT\n\n\n5\n\ntext/plain\n\n\n\n*\n\n\nx-ms-blob-type:BlockBlob\nx-ms-version:2026-04-06\n\
                        /acc/con/a%2Fb\nblockid:x=\ncomp:block";
        assert_eq!(signer().text_to_sign(&put), expected);
    }

    #[test]
    fn no_content_is_signed_without_a_length() {
        let mut put = request(Method::Put, "http://127.0.0.1:10000/acc/con?restype=container");
        put.insert_header("content-length", "0");
        assert_eq!(signer().text_to_sign(&put), "PUT\n\n\n\n\n\n\n\n\n\n\n\n/acc/acc/con\nrestype:container");
    }

    #[test]
    fn each_try_has_its_own_date_and_signature() {
        let mut get = request(Method::Get, "https://acc.blob.core.windows.net/con/a");
        let mut signed = |seconds| {
            signer().sign(&mut get, seconds).unwrap();
            let header = |name| get.headers().get_optional_string(&HeaderName::from_static(name)).unwrap();
            (header("x-ms-date"), header("authorization"))
        };
        let (first, again) = (signed(1_795_672_800), signed(1_795_672_801));
        assert_eq!(first.0, "Thu, 26 Nov 2026 06:00:00 GMT");
        assert!(first.1.starts_with("SharedKey acc:") && first.1 != again.1);
    }

    #[test]
    fn a_key_is_base64_and_is_not_printed() {
        assert!(signer().is_usable());
        assert!(!SharedKey::new("acc", Secret::new("not a key!")).is_usable());
        assert!(!format!("{:?}", signer()).contains("a2V5"));
    }
}
