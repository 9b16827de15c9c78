//! Storage options: what a program may give beside the URI, because a URI must not hold it.

use crate::config::GcsConfig;
use namidb_core::error::{Error, ErrorCode, Result};

impl GcsConfig {
    /// The names of the storage options; each may also begin with `google_`.
    pub const STORAGE_OPTIONS: &'static [&'static str] = &["service_account_key"];

    /// Sets a storage option.
    ///
    /// # Errors
    /// [`InvalidArgument`](ErrorCode::InvalidArgument) if there is none of this name.
    pub fn set_storage_option(&mut self, name: &str, value: impl Into<String>) -> Result<()> {
        let lower = name.to_ascii_lowercase();
        let place = match lower.strip_prefix("google_").unwrap_or(&lower) {
            "service_account_key" => &mut self.service_account_key,
            _ => {
                let message = format!("gs:// has no storage option '{}'", name.escape_default());
                let known = GcsConfig::STORAGE_OPTIONS.join(", ");
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
        let mut config = GcsConfig::new("bucket");
        config.set_storage_option("GOOGLE_SERVICE_ACCOUNT_KEY", "hunter2").unwrap();
        assert_eq!(config.service_account_key.as_deref(), Some("hunter2"));
        let error = config.set_storage_option("service_acount_key", "hunter2").unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
