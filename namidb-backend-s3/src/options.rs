//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::S3Config;
use namidb_core::error::Result;
use namidb_core::uri::set_storage_option;

impl S3Config {
    /// Sets a storage option: `access_key_id`, `secret_access_key`, `session_token`. Each may also begin with `aws_`.
    ///
    /// # Errors
    /// [`InvalidArgument`](namidb_core::ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let places: &mut [(&str, &mut Option<String>)] = &mut [
            ("access_key_id", &mut self.keys.access_key_id),
            ("secret_access_key", &mut self.keys.secret_access_key),
            ("session_token", &mut self.keys.session_token),
        ];
        set_storage_option("s3", "aws_", places, name, value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

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
