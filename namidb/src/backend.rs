//! Which schemes there are, and who opens their stores.

use crate::connect;
use crate::error::{Error, Result};
use async_trait::async_trait;
use namidb_core::ErrorCode;
use namidb_core::object_store::{self, ObjectStore};
use namidb_core::uri::{CustomScheme, Uri};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Opens the stores of one scheme, or of several.
#[async_trait]
pub trait BackendFactory: Send + Sync + 'static {
    /// The schemes, in lower case.
    fn schemes(&self) -> &[&str];

    /// The options that a URI of these schemes may have, beyond those of every URI.
    fn options(&self) -> &[&str];

    /// Opens the store that a URI names. The namespace is not its concern.
    ///
    /// # Errors
    /// Whatever the store answers.
    async fn open(&self, uri: &Uri, options: &StorageOptions) -> object_store::Result<Arc<dyn ObjectStore>>;
}

/// What a backend needs and a URI must not hold: credentials, above all. `Debug` shows names only.
#[derive(Clone, Default)]
pub struct StorageOptions(BTreeMap<String, String>);

impl StorageOptions {
    /// No options.
    pub fn new() -> StorageOptions {
        StorageOptions::default()
    }

    /// Sets an option.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut StorageOptions {
        self.0.insert(name.into(), value.into());
        self
    }

    /// An option's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Every option, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A scheme, and whether this build opens it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scheme {
    /// The scheme, without `://`.
    pub name: String,
    /// Where its backend is.
    pub backend: Backend,
}

/// Where the backend of a scheme is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Backend {
    /// In this build.
    BuiltIn,
    /// The program registered it.
    Registered,
    /// In this crate, behind a cargo feature that is off.
    Feature(&'static str),
}

/// The schemes that URIs are written in, and where this crate has their backends.
const SCHEMES: [(&str, Backend); 5] = [
    ("memory", if cfg!(feature = "memory") { Backend::BuiltIn } else { Backend::Feature("memory") }),
    ("file", if cfg!(feature = "file") { Backend::BuiltIn } else { Backend::Feature("file") }),
    ("s3", if cfg!(feature = "s3") { Backend::BuiltIn } else { Backend::Feature("s3") }),
    ("gs", if cfg!(feature = "gcs") { Backend::BuiltIn } else { Backend::Feature("gcs") }),
    ("az", if cfg!(feature = "azure") { Backend::BuiltIn } else { Backend::Feature("azure") }),
];

type Registry = BTreeMap<String, Arc<dyn BackendFactory>>;

static REGISTERED: RwLock<Registry> = RwLock::new(BTreeMap::new());

fn registered<T>(read: impl FnOnce(&Registry) -> T) -> T {
    read(&REGISTERED.read().unwrap_or_else(PoisonError::into_inner))
}

/// Lets URIs of a backend's schemes be opened in this process.
///
/// # Errors
/// `InvalidArgument` if it has no scheme, or one that is not written as schemes are, or that has a backend already.
pub fn register_backend(factory: impl BackendFactory) -> Result<()> {
    let factory: Arc<dyn BackendFactory> = Arc::new(factory);
    if factory.schemes().is_empty() {
        return Err(Error::new(ErrorCode::InvalidArgument, "the backend has no scheme"));
    }
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    for scheme in factory.schemes() {
        let written = scheme.starts_with(|c: char| c.is_ascii_lowercase())
            && scheme.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
        if !written {
            let message = format!("'{scheme}' is not a scheme");
            return Err(Error::new(ErrorCode::InvalidArgument, message)
                .with_hint("Use a-z first, then a-z, 0-9, '+', '-' and '.'"));
        }
        if registered.contains_key(*scheme) || SCHEMES.contains(&(*scheme, Backend::BuiltIn)) {
            let message = format!("the scheme '{scheme}' has a backend already");
            return Err(Error::new(ErrorCode::InvalidArgument, message));
        }
    }
    for scheme in factory.schemes() {
        registered.insert((*scheme).to_owned(), Arc::clone(&factory));
    }
    Ok(())
}

/// Every scheme that this build knows, in the order of the documentation; registered ones last.
pub fn schemes() -> Vec<Scheme> {
    let mut schemes: Vec<Scheme> = SCHEMES
        .iter()
        .map(|(name, backend)| Scheme { name: (*name).to_owned(), backend: *backend })
        .collect();
    registered(|factories| {
        for name in factories.keys() {
            match schemes.iter_mut().find(|scheme| scheme.name == *name) {
                Some(scheme) => scheme.backend = Backend::Registered,
                None => schemes.push(Scheme { name: name.clone(), backend: Backend::Registered }),
            }
        }
    });
    schemes
}

/// The backend that the program registered for a scheme.
pub(crate) fn factory(scheme: &str) -> Option<Arc<dyn BackendFactory>> {
    registered(|factories| factories.get(scheme).cloned())
}

/// Parses a URI of any scheme that this build or the program knows, and the values of its options. Opens nothing.
///
/// # Errors
/// `InvalidUri`, with what is wrong and how it should be written.
pub fn parse_uri(text: &str) -> Result<Uri> {
    let uri = registered(|factories| {
        let custom: Vec<CustomScheme<'_>> = factories
            .iter()
            .map(|(scheme, factory)| CustomScheme { scheme, options: factory.options() })
            .collect();
        Uri::parse(text, &custom)
    })?;
    connect::check_options(&uri)?;
    Ok(uri)
}
