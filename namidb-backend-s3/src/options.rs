//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::S3Config;
use namidb_core::error::{Error, ErrorCode, Result};

impl S3Config {
    /// The names of the storage options; each may also begin with `aws_`.
    pub const STORAGE_OPTIONS: &'static [&'static str] =
        &["access_key_id", "secret_access_key", "session_token"];

    /// Sets a storage option.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let lower = name.to_ascii_lowercase();
        let place = match lower.strip_prefix("aws_").unwrap_or(&lower) {
            "access_key_id" => &mut self.keys.access_key_id,
            "secret_access_key" => &mut self.keys.secret_access_key,
            "session_token" => &mut self.keys.session_token,
            _ => {
                let message = format!("s3:// has no storage option '{}'", name.escape_default());
                let known = S3Config::STORAGE_OPTIONS.join(", ");
                return Err(Error::new(ErrorCode::InvalidArgument, message)
                    .with_hint(format!("There are {known}; everything else is an option of the URI")));
            }
        };
        *place = Some(value.into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_options_are_credentials_and_nothing_else() {
        let mut config = S3Config::new("b");
        config.set_storage_option("AWS_ACCESS_KEY_ID", "id").unwrap();
        config.set_storage_option("secret_access_key", "hunter2").unwrap();
        assert_eq!(config.keys.access_key_id.as_deref(), Some("id"));
        assert_eq!(config.keys.secret_access_key.as_deref(), Some("hunter2"));
        let error = config.set_storage_option("secret_acess_key", "hunter2").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
