//! The JSON API of the service, for what the SDK does over gRPC only, or does without telling the time.
//!
//! Its reader of objects hides the headers of an answer, in which the service tells its own time and the time of
//! writing; listing and deleting it does over gRPC. So all of these are requests of ours, with the SDK's credentials.

use crate::error::{Answer, answered, no_credentials, unanswered};
use google_cloud_auth::credentials::{CacheableResource, Credentials};
use namidb_core::object_store::{ObjectPath, Operation, PutCondition, Result};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde::Deserialize;

/// As much of an answer that tells a failure as is read.
const FAILURE_BYTES_MAX: usize = 64 << 10;

/// The way to the objects of one bucket.
pub(crate) struct JsonApi {
    http: Client,
    objects: Url,
    credentials: Credentials,
}

impl JsonApi {
    /// `objects` is the URL of the bucket's objects.
    pub(crate) fn new(http: Client, objects: Url, credentials: Credentials) -> JsonApi {
        JsonApi { http, objects, credentials }
    }

    pub(crate) fn objects(&self) -> &Url {
        &self.objects
    }

    /// A request about an object; about all of them if the path is the root.
    pub(crate) fn request(&self, method: Method, path: &ObjectPath) -> RequestBuilder {
        let mut url = self.objects.clone();
        if !path.is_root()
            && let Ok(mut parts) = url.path_segments_mut()
        {
            // One part of the URL, with its slashes written as %2F.
            parts.push(path.as_str());
        }
        self.http.request(method, url)
    }

    /// Sends a request. What is returned says that it succeeded.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        operation: Operation,
        path: &ObjectPath,
    ) -> Result<Response> {
        let headers = match self.credentials.headers(http::Extensions::new()).await {
            Ok(CacheableResource::New { data, .. }) => data,
            // It is said only to who has named what it has.
            Ok(CacheableResource::NotModified) => HeaderMap::new(),
            Err(error) => return Err(no_credentials(&error, operation, path)),
        };
        let answer =
            request.headers(headers).send().await.map_err(|error| unanswered(&error, operation, path))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = beginning(answer).await;
        let told = Told::from(&*body);
        let answer = Answer { status, reason: &told.reason, message: &told.message, headers: Some(&headers) };
        Err(answered(&answer, operation, path, &PutCondition::Always))
    }
}

/// As much of the body of an answer as came. A failure is one without its text too.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= FAILURE_BYTES_MAX {
            break;
        }
    }
    body
}

/// Why the service says that something did not work.
#[derive(PartialEq, Eq, Debug, Default)]
struct Told {
    reason: String,
    message: String,
}

#[derive(Deserialize)]
struct Failure {
    error: FailureBody,
}

#[derive(Deserialize)]
struct FailureBody {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<FailureItem>,
}

#[derive(Deserialize)]
struct FailureItem {
    #[serde(default)]
    reason: String,
}

impl From<&[u8]> for Told {
    fn from(body: &[u8]) -> Told {
        match serde_json::from_slice::<Failure>(body) {
            Ok(Failure { error }) => Told {
                reason: error.errors.into_iter().next().map(|item| item.reason).unwrap_or_default(),
                message: error.message,
            },
            // Downloads fail with bare text.
            Err(_) => {
                Told { reason: String::new(), message: String::from_utf8_lossy(body).trim().to_owned() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use google_cloud_auth::credentials::anonymous;

    #[test]
    fn a_failure_is_told_in_json_or_in_bare_text() {
        let told = |body: &str| {
            let told = Told::from(body.as_bytes());
            (told.reason, told.message)
        };
        let json = r#"{"error":{"code":404,"message":"gone","errors":[{"reason":"notFound","domain":"x"}]}}"#;
        assert_eq!(told(json), ("notFound".to_owned(), "gone".to_owned()));
        assert_eq!(told(r#"{"error":{"code":500}}"#), (String::new(), String::new()));
        assert_eq!(told("No such object: b/a\n"), (String::new(), "No such object: b/a".to_owned()));
    }

    #[test]
    fn an_object_is_one_part_of_the_url() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let objects = "https://host/storage/v1/b/bucket/o".parse().unwrap();
        let api = JsonApi::new(Client::new(), objects, anonymous::Builder::new().build());
        let url = |path: &str| {
            let path = ObjectPath::new(path).unwrap();
            api.request(Method::GET, &path).build().unwrap().url().path().to_owned()
        };
        assert_eq!(url("a/b.c"), "/storage/v1/b/bucket/o/a%2Fb.c");
        assert_eq!(url(""), "/storage/v1/b/bucket/o");
    }
}
