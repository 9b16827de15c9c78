//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::GcsConfig;
use namidb_core::error::Result;
use namidb_core::uri::set_storage_option;

impl GcsConfig {
    /// Sets a storage option: `service_account_key`, which may also begin with `google_`.
    ///
    /// # Errors
    /// [`InvalidArgument`](namidb_core::ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let places: &mut [(&str, &mut Option<String>)] =
            &mut [("service_account_key", &mut self.service_account_key)];
        set_storage_option("gs", "google_", places, name, value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

    #[test]
    fn storage_options_are_credentials_and_nothing_else() {
        let mut config = GcsConfig::new("bucket");
        config.set_storage_option("GOOGLE_SERVICE_ACCOUNT_KEY", "hunter2").unwrap();
        assert_eq!(config.service_account_key.as_deref(), Some("hunter2"));
        let error = config.set_storage_option("service_acount_key", "hunter2").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
