//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::AzureConfig;
use namidb_core::error::Result;
use namidb_core::uri::set_storage_option;

impl AzureConfig {
    /// Sets a storage option: `access_key`, which is `account_key` as well, or `sas_token`. Each may also begin with
    /// `azure_storage_`.
    ///
    /// # Errors
    /// [`InvalidArgument`](namidb_core::ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let is_key = name.to_ascii_lowercase().ends_with("account_key");
        let key = if is_key { "account_key" } else { "access_key" };
        let places: &mut [(&str, &mut Option<String>)] =
            &mut [(key, &mut self.access_key), ("sas_token", &mut self.sas_token)];
        set_storage_option("az", "azure_storage_", places, name, value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::ErrorCode;

    #[test]
    fn storage_options_are_credentials_and_nothing_else() {
        let mut config = AzureConfig::new("acc", "con");
        config.set_storage_option("AZURE_STORAGE_ACCESS_KEY", "hunter2").unwrap();
        assert_eq!(config.access_key.as_deref(), Some("hunter2"));
        let error = config.set_storage_option("acess_key", "hunter2").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
