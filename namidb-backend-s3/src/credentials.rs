//! Which credentials there are: those that were given, or those that the SDK finds by itself.
//!
//! Nothing here is an invention of ours: without any that were given the search is the SDK's own, with the first request.

use crate::config::S3Config;
use aws_sdk_s3::config::Credentials;

/// Where the SDK has looked, if it found none.
pub(crate) const NONE_FOUND: &str = "no credentials were found. Tried, in this order: AWS_ACCESS_KEY_ID and \
    AWS_SECRET_ACCESS_KEY; the profile in ~/.aws/config and ~/.aws/credentials (AWS_PROFILE), with SSO, roles and \
    credential_process; AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN; the container's endpoint \
    (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI); the metadata of the EC2 instance. A bucket that is open to all is \
    read with anonymous=true";

/// The credentials that were given, whole or not at all.
///
/// # Errors
/// What is wrong with half of them.
pub(crate) fn given(config: &S3Config) -> Result<Option<Credentials>, String> {
    let keys = &config.keys;
    match (&keys.access_key_id, &keys.secret_access_key) {
        (Some(id), Some(secret)) => {
            Ok(Some(Credentials::new(id, secret, keys.session_token.clone(), None, "namidb-storage-options")))
        }
        (None, None) if keys.session_token.is_none() => Ok(None),
        _ => {
            Err("access_key_id and secret_access_key go together, and a session_token only with them".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{S3Store, alone};
    use namidb_core::object_store::{Effect, ErrorKind, ObjectPath, ObjectStoreExt};
    use std::path::PathBuf;
    use std::time::Duration;

    #[test]
    fn credentials_are_given_whole_or_not_at_all() {
        assert!(given(&S3Config::new("b")).unwrap().is_none());
        assert!(given(&S3Config::new("b").with_credentials("id", "secret", None)).unwrap().is_some());
        let mut half = S3Config::new("b");
        half.set_storage_option("secret_access_key", "hunter2").unwrap();
        assert!(!given(&half).unwrap_err().contains("hunter2"));
    }

    /// Far longer than the SDK goes on asking where nobody listens.
    const SEARCH_MAX: Duration = Duration::from_secs(120);

    /// What a read says in this process.
    fn say_what_a_read_says() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let read = async {
            let store = S3Store::connect(S3Config::new("bucket")).await.unwrap();
            store.read(&ObjectPath::new("a").unwrap()).await
        };
        let read = runtime.block_on(async { tokio::time::timeout(SEARCH_MAX, read).await });
        let error = read.expect("the search waits for somebody").unwrap_err();
        assert_eq!(
            (error.kind(), error.effect()),
            (ErrorKind::Unauthenticated, Effect::NotApplied),
            "{error}"
        );
        println!("{error}\n{error:?}");
    }

    /// A file with this text, until the test ends.
    struct File(PathBuf);

    impl File {
        fn new(name: &str, text: &str) -> File {
            let path = std::env::temp_dir().join(format!("namidb-{}-{name}", std::process::id()));
            std::fs::write(&path, text).unwrap();
            File(path)
        }

        fn path(&self) -> &str {
            self.0.to_str().unwrap()
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0).ok();
        }
    }

    #[test]
    fn where_the_sdk_found_none_all_that_was_tried_is_named_and_no_secret_is_shown() {
        if alone::is_alone() {
            return say_what_a_read_says();
        }
        let name =
            "credentials::tests::where_the_sdk_found_none_all_that_was_tried_is_named_and_no_secret_is_shown";
        // The port of discarded bytes. One that was free a moment ago may be somebody's.
        let nobody = "http://127.0.0.1:9";
        let half = File::new("half", "[default]\naws_secret_access_key = hunter2\n");
        let odd = File::new("odd", "[default]\nhunter2\n");
        let talks = File::new("talks", "[default]\ncredential_process = echo hunter2\n");
        let cases: &[&[(&str, &str)]] = &[
            &[],
            &[("AWS_SECRET_ACCESS_KEY", "hunter2"), ("AWS_SESSION_TOKEN", "hunter2")],
            &[("AWS_PROFILE", "missing")],
            &[("AWS_SHARED_CREDENTIALS_FILE", half.path())],
            &[("AWS_SHARED_CREDENTIALS_FILE", odd.path())],
            &[("AWS_CONFIG_FILE", talks.path())],
            &[
                ("AWS_WEB_IDENTITY_TOKEN_FILE", half.path()),
                ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
                ("AWS_ENDPOINT_URL_STS", nobody),
            ],
            &[
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", nobody),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hunter2"),
            ],
        ];
        for variables in cases {
            let region = [("AWS_REGION", "eu-west-1")];
            let said = alone::run(name, &[&region, *variables].concat());
            for tried in [
                "AWS_ACCESS_KEY_ID",
                "~/.aws/credentials (AWS_PROFILE)",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "the metadata of the EC2 instance",
            ] {
                assert!(said.contains(tried), "{variables:?}: {said}");
            }
            assert!(!said.contains("hunter2") && !said.contains("DispatchFailure"), "{variables:?}: {said}");
        }
    }
}
