//! The URI of a namespace: which backend, where in it, which namespace, with which options.
//!
//! ```text
//! memory://<ns>[?options]
//! file:///abs/dir?ns=<ns>          file://./rel?ns=<ns>     file://localhost/abs/dir?ns=<ns>
//! s3://<bucket>[/<prefix>]?ns=<ns>[&region=..&endpoint=..]
//! gs://<bucket>[/<prefix>]?ns=<ns>
//! az://<account>/<container>[/<prefix>]?ns=<ns>
//! <scheme>://<anything>?ns=<ns>    a backend that the program registered
//! ```
//!
//! One parser serves every surface. It refuses what it does not know (a misspelt option would cost
//! money on a bucket), it refuses credentials (they belong in the provider's own variables), and what it
//! prints never holds an option's value other than the namespace.

#[cfg(test)]
mod fuzz;
mod options;
mod parse;
mod remote;
#[cfg(test)]
mod tests;

pub use options::{parse_duration, parse_size};
pub use remote::{Remote, RemoteHelp, set_storage_option};

use crate::error::{Error, ErrorCode, Result};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The place that a URI names, before its namespace.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// In the memory of this process.
    Memory,
    /// A directory, absolute or relative to the working directory.
    File(PathBuf),
    /// A bucket, and the path in it under which namespaces lie.
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// The path in it, without slashes at its ends; `tenants` if the URI gives none.
        prefix: String,
    },
    /// A container of an Azure storage account.
    Container {
        /// The account's name.
        account: String,
        /// The container's name.
        container: String,
        /// The path in it, without slashes at its ends; `tenants` if the URI gives none.
        prefix: String,
    },
    /// What stands between `://` and `?` of a registered scheme, percent-decoded.
    Custom(String),
}

/// How to open a namespace that may or may not exist.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OpenMode {
    /// Open it, and create it if it is not there.
    #[default]
    OpenOrCreate,
    /// Open it; it must be there.
    Open,
    /// Create it; it must not be there.
    Create,
}

/// When a commit is acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// When the store holds it durably.
    #[default]
    Durable,
    /// When this process has it; the store follows.
    Relaxed,
}

/// A parsed URI.
#[derive(Clone, PartialEq, Eq)]
pub struct Uri {
    scheme: String,
    location: Location,
    namespace: String,
    options: Vec<(String, String)>,
}

impl Uri {
    /// Parses `text`. Schemes other than the five built-in ones are accepted if `custom` names them;
    /// with the options that it lists for them.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`], with what is wrong and how it should be written.
    pub fn parse(text: &str, custom: &[CustomScheme]) -> Result<Uri> {
        parse::parse(text, custom)
    }

    /// The scheme, in lower case.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The place, before the namespace.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The path of the namespace inside the store that [`Uri::location`] names: `<ns>` in memory and in a
    /// directory, `<prefix>/<ns>` in a bucket.
    pub fn namespace_prefix(&self) -> String {
        match &self.location {
            Location::Bucket { prefix, .. } | Location::Container { prefix, .. } => {
                format!("{prefix}/{}", self.namespace)
            }
            _ => self.namespace.clone(),
        }
    }

    /// The value of a query option other than the namespace.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// A yes-or-no option.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is neither `true`, `1`, `yes` nor `false`, `0`, `no`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        self.option(name).map(|value| options::parse_flag(name, value)).transpose()
    }

    /// A duration option: `250ms`, `1s`, `24h`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is not a duration.
    pub fn duration(&self, name: &str) -> Result<Option<Duration>> {
        self.option(name).map(|value| parse_duration(name, value)).transpose()
    }

    /// A size option, in bytes: `64MB`, `1GiB`, `4096`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is not a size.
    pub fn size(&self, name: &str) -> Result<Option<u64>> {
        self.option(name).map(|value| parse_size(name, value)).transpose()
    }

    /// A number option: `0`, `3`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is not a whole number.
    pub fn count(&self, name: &str) -> Result<Option<u32>> {
        self.option(name).map(|value| options::parse_count(name, value)).transpose()
    }

    /// The `mode` option.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is not one of the three modes.
    pub fn mode(&self) -> Result<Option<OpenMode>> {
        self.option("mode").map(OpenMode::parse).transpose()
    }

    /// The `durability` option.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] if it is not one of the two.
    pub fn durability(&self) -> Result<Option<Durability>> {
        self.option("durability").map(Durability::parse).transpose()
    }
}

/// A scheme that the program registered, with the options that its URIs may have.
#[derive(Clone, Copy, Debug)]
pub struct CustomScheme<'a> {
    /// The scheme, in lower case.
    pub scheme: &'a str,
    /// Option names beyond those that every URI may have.
    pub options: &'a [&'a str],
}

impl OpenMode {
    /// Reads `open_or_create`, `open` or `create`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] for anything else.
    pub fn parse(text: &str) -> Result<OpenMode> {
        match text {
            "open_or_create" => Ok(OpenMode::OpenOrCreate),
            "open" => Ok(OpenMode::Open),
            "create" => Ok(OpenMode::Create),
            _ => Err(Error::new(ErrorCode::InvalidUri, format!("mode '{text}' is unknown"))
                .with_hint("The modes are open_or_create, open and create")),
        }
    }
}

impl Durability {
    /// Reads `durable` or `relaxed`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidUri`] for anything else.
    pub fn parse(text: &str) -> Result<Durability> {
        match text {
            "durable" => Ok(Durability::Durable),
            "relaxed" => Ok(Durability::Relaxed),
            _ => Err(Error::new(ErrorCode::InvalidUri, format!("durability '{text}' is unknown"))
                .with_hint("It is durable or relaxed")),
        }
    }
}

/// The URI without the values of its options: safe to log.
impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Location::Memory => return write!(f, "memory://{}", self.namespace),
            Location::File(path) => write!(f, "file://{}", path.display())?,
            Location::Bucket { bucket, prefix } => write!(f, "{}://{bucket}/{prefix}", self.scheme)?,
            Location::Container { account, container, prefix } => {
                write!(f, "{}://{account}/{container}/{prefix}", self.scheme)?;
            }
            Location::Custom(rest) => write!(f, "{}://{rest}", self.scheme)?,
        }
        write!(f, "?ns={}", self.namespace)
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({self})")
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Memory => write!(f, "Memory"),
            Location::File(path) => write!(f, "File({})", path.display()),
            Location::Bucket { bucket, prefix } => write!(f, "Bucket({bucket}/{prefix})"),
            Location::Container { account, container, prefix } => {
                write!(f, "Container({account}/{container}/{prefix})")
            }
            Location::Custom(rest) => write!(f, "Custom({rest})"),
        }
    }
}
