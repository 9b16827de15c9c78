//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::AzureConfig;
use namidb_core::error::{Error, ErrorCode, Result};

impl AzureConfig {
    /// The names of the storage options; each may also begin with `azure_storage_`.
    pub const STORAGE_OPTIONS: &'static [&'static str] = &["access_key", "sas_token"];

    /// Sets a storage option.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let lower = name.to_ascii_lowercase();
        let place = match lower.strip_prefix("azure_storage_").unwrap_or(&lower) {
            "access_key" | "account_key" => &mut self.access_key,
            "sas_token" => &mut self.sas_token,
            _ => {
                let message = format!("az:// has no storage option '{}'", name.escape_default());
                let known = AzureConfig::STORAGE_OPTIONS.join(", ");
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
        let mut config = AzureConfig::new("acc", "con");
        config.set_storage_option("AZURE_STORAGE_ACCESS_KEY", "hunter2").unwrap();
        assert_eq!(config.access_key.as_deref(), Some("hunter2"));
        let error = config.set_storage_option("acess_key", "hunter2").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
