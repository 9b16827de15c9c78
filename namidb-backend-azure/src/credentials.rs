//! Which credentials there are: those of the configuration, those of the environment, an identity of the cloud.
//!
//! Nothing here is an invention of ours: keys and signatures have the names that Microsoft's own tools read, and
//! tokens come from `azure_identity`.

use crate::config::AzureConfig;
use crate::error::{STORE, innermost};
use crate::shared_key::SharedKey;
use azure_core::credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind as AzureKind;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_identity::{
    ClientSecretCredential, DeveloperToolsCredential, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, WorkloadIdentityCredential,
};
use namidb_core::object_store::{Error, ErrorKind, ObjectPath, Operation, Result};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The account of the emulator, and the key that everybody knows.
const EMULATOR_ACCOUNT: &str = "devstoreaccount1";
const EMULATOR_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The variables in which tools of Microsoft look for the account, for a key of it, and for a signature.
const ACCOUNT_VARIABLES: [&str; 2] = ["AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT"];
const KEY_VARIABLES: [&str; 3] =
    ["AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_KEY"];
const SAS_VARIABLE: &str = "AZURE_STORAGE_SAS_TOKEN";

const SCOPE: &str = "https://storage.azure.com/.default";

/// A way to be let in.
pub(crate) enum Credentials {
    Key(Arc<SharedKey>),
    Sas(Secret),
    Token(Arc<dyn TokenCredential>),
}

/// Reads a variable of the environment.
pub(crate) type Variable<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// The variables of this process.
#[allow(clippy::disallowed_methods, reason = "these are the provider's own variables, not settings of ours")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The first credentials that there are. A token is one only where requests are encrypted.
///
/// # Errors
/// `Unauthenticated` if there are none, naming all that was tried.
pub(crate) async fn find(
    config: &AzureConfig,
    encrypted: bool,
    variable: Variable<'_>,
) -> Result<Credentials> {
    let mut tried = Vec::new();
    if let Some(found) = given(config, variable, &mut tried)? {
        return Ok(found);
    }
    if !encrypted {
        tried.push("tokens are sent over https only".to_owned());
        return Err(no_way_in(config, &tried));
    }
    let chain = Chain::new(variable, &mut tried);
    match chain.get_token(&[SCOPE], None).await {
        Ok(_) => Ok(Credentials::Token(Arc::new(chain))),
        Err(error) => {
            tried.push(error.to_string());
            Err(no_way_in(config, &tried))
        }
    }
}

/// A key or a signature, of the configuration first.
fn given(
    config: &AzureConfig,
    variable: Variable<'_>,
    tried: &mut Vec<String>,
) -> Result<Option<Credentials>> {
    if let Some(key) = &config.access_key {
        return shared_key(config, key.clone(), "the access key that was given").map(Some);
    }
    if let Some(sas) = &config.sas_token {
        return Ok(Some(Credentials::Sas(Secret::new(sas.clone()))));
    }
    if config.use_emulator && config.account == EMULATOR_ACCOUNT {
        return shared_key(config, EMULATOR_KEY.to_owned(), "the emulator's key").map(Some);
    }
    let named = ACCOUNT_VARIABLES.iter().find_map(|name| Some((*name, variable(name)?)));
    if let Some((name, account)) = named.filter(|(_, account)| *account != config.account) {
        tried.push(format!("{name} is '{account}', so its key and its signature are not for this account"));
        return Ok(None);
    }
    if let Some((name, key)) = KEY_VARIABLES.iter().find_map(|name| Some((*name, variable(name)?))) {
        return shared_key(config, key, name).map(Some);
    }
    if let Some(sas) = variable(SAS_VARIABLE) {
        return Ok(Some(Credentials::Sas(Secret::new(sas))));
    }
    tried.push(format!("{} and {SAS_VARIABLE} are not set", KEY_VARIABLES.join(", ")));
    Ok(None)
}

fn shared_key(config: &AzureConfig, key: String, from: &str) -> Result<Credentials> {
    let key = SharedKey::new(&config.account, Secret::new(key));
    if !key.is_usable() {
        return Err(none_found(format!("{from} is not a key of a storage account: it is not base64")));
    }
    Ok(Credentials::Key(Arc::new(key)))
}

fn no_way_in(config: &AzureConfig, tried: &[String]) -> Error {
    none_found(format!(
        "no credentials let us into the storage account '{}': {}",
        config.account,
        tried.join("; ")
    ))
}

fn none_found(why: String) -> Error {
    Error::new(ErrorKind::Unauthenticated, STORE, Operation::Open)
        .with_path(&ObjectPath::root())
        .with_source(why)
}

/// Sources of tokens, in the order in which Microsoft's libraries ask them. The first that gives one is asked from
/// then on.
struct Chain {
    sources: Vec<(&'static str, Arc<dyn TokenCredential>)>,
    used: OnceLock<usize>,
}

impl Chain {
    fn new(variable: Variable<'_>, tried: &mut Vec<String>) -> Chain {
        let mut sources: Vec<(&'static str, Arc<dyn TokenCredential>)> = Vec::new();
        let mut add = |name, made: azure_core::Result<Arc<dyn TokenCredential>>| match made {
            Ok(source) => sources.push((name, source)),
            Err(error) => tried.push(format!("{name}: {}", innermost(&error))),
        };
        let [tenant, client, secret] =
            ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"].map(variable);
        if let (Some(tenant), Some(client), Some(secret)) = (tenant, client, secret) {
            let made = ClientSecretCredential::new(&tenant, client, Secret::new(secret), None);
            add("service principal", made.map(|source| source as Arc<dyn TokenCredential>));
        }
        if variable("AZURE_FEDERATED_TOKEN_FILE").is_some() {
            let made = WorkloadIdentityCredential::new(None);
            add("workload identity", made.map(|source| source as Arc<dyn TokenCredential>));
        }
        let made = ManagedIdentityCredential::new(Some(ManagedIdentityCredentialOptions {
            client_options: near(),
            ..Default::default()
        }));
        add("managed identity", made.map(|source| source as Arc<dyn TokenCredential>));
        let made = DeveloperToolsCredential::new(None);
        add("az login", made.map(|source| source as Arc<dyn TokenCredential>));
        Chain { sources, used: OnceLock::new() }
    }
}

/// The service of identities is on the machine itself or nowhere: then the wait must be short.
fn near() -> ClientOptions {
    let client = reqwest::Client::builder()
        .connect_timeout(std::time::Duration::from_secs(1))
        .read_timeout(std::time::Duration::from_secs(10))
        .no_proxy()
        .build();
    ClientOptions {
        retry: RetryOptions::exponential(ExponentialRetryOptions { max_retries: 1, ..Default::default() }),
        transport: client.ok().map(|client| Transport::new(Arc::new(client))),
        ..Default::default()
    }
}

#[async_trait::async_trait]
impl TokenCredential for Chain {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        if let Some((name, source)) = self.used.get().and_then(|used| self.sources.get(*used)) {
            return source.get_token(scopes, options).await.map_err(|error| no_token(&error, name));
        }
        let mut failures = Vec::new();
        for (number, (name, source)) in self.sources.iter().enumerate() {
            match source.get_token(scopes, options.clone()).await {
                Ok(token) => {
                    let _ = self.used.set(number);
                    return Ok(token);
                }
                Err(error) => failures.push(format!("{name}: {}", brief(&innermost(&error)))),
            }
        }
        Err(azure_core::Error::with_message(AzureKind::Credential, failures.join("; ")))
    }
}

/// A source that gave tokens gives none now. Nothing was sent to the store, and if the source cannot be reached
/// that may pass.
fn no_token(error: &azure_core::Error, name: &str) -> azure_core::Error {
    let passing = match error.kind() {
        AzureKind::Io | AzureKind::Connection => true,
        AzureKind::HttpResponse { status, .. } => u16::from(*status) >= 500,
        _ => false,
    };
    let kind = if passing { AzureKind::Connection } else { AzureKind::Credential };
    azure_core::Error::with_message(kind, format!("{name}: {}", brief(&innermost(error))))
}

/// A text in one line, cut where it gets long.
fn brief(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(400).collect()
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(config: &AzureConfig, set: &[(&str, &str)]) -> (Option<&'static str>, Vec<String>) {
        let variable =
            |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let mut tried = Vec::new();
        let kind = given(config, &variable, &mut tried).unwrap().map(|credentials| match credentials {
            Credentials::Key(_) => "key",
            Credentials::Sas(_) => "sas",
            Credentials::Token(_) => "token",
        });
        (kind, tried)
    }

    #[test]
    fn what_is_given_comes_before_what_the_environment_has() {
        let mut config = AzureConfig::new("acc", "con");
        assert_eq!(found(&config, &[("AZURE_STORAGE_ACCESS_KEY", "a2V5")]).0, Some("key"));
        assert_eq!(found(&config, &[(SAS_VARIABLE, "sig=x")]).0, Some("sas"));
        config.sas_token = Some("sig=x".to_owned());
        assert_eq!(found(&config, &[("AZURE_STORAGE_ACCESS_KEY", "a2V5")]).0, Some("sas"));
        config.access_key = Some("a2V5".to_owned());
        assert_eq!(found(&config, &[]).0, Some("key"));
    }

    #[test]
    fn the_emulator_needs_no_credentials() {
        let mut config = AzureConfig::new(EMULATOR_ACCOUNT, "con");
        assert_eq!(found(&config, &[]).0, None);
        config.use_emulator = true;
        assert_eq!(found(&config, &[]).0, Some("key"));
    }

    #[test]
    fn a_key_of_another_account_is_left_alone_and_what_was_tried_is_told() {
        let config = AzureConfig::new("acc", "con");
        let set = [("AZURE_STORAGE_ACCOUNT_NAME", "other"), ("AZURE_STORAGE_ACCESS_KEY", "a2V5")];
        let (kind, tried) = found(&config, &set);
        assert_eq!(kind, None);
        assert!(tried[0].contains("AZURE_STORAGE_ACCOUNT_NAME is 'other'"), "{tried:?}");
        let (_, tried) = found(&config, &[]);
        assert!(tried[0].contains("AZURE_STORAGE_ACCESS_KEY") && tried[0].contains("SAS_TOKEN"), "{tried:?}");
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        let mut config = AzureConfig::new("acc", "con");
        config.access_key = Some("hunter2!".to_owned());
        let error = given(&config, &|_| None, &mut Vec::new()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }

    #[test]
    fn without_encryption_no_token_is_looked_for() {
        let config = AzureConfig::new("acc", "con");
        let looked = find(&config, false, &|_| None);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let error = runtime.block_on(looked).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        let shown = error.to_string();
        assert!(shown.contains("AZURE_STORAGE_ACCESS_KEY") && shown.contains("over https only"), "{shown}");
    }
}
