//! Where a store is, and what it may be on.

use namidb_core::error::Result;
use namidb_core::uri::{Location, OpenMode, Uri};
use std::path::PathBuf;

/// What a [`FileStore`](crate::FileStore) is opened with.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FileConfig {
    /// The directory that holds the objects.
    pub root: PathBuf,
    /// Whether the directory, and those above it, are made if they are missing.
    pub create: bool,
    /// Whether it may be on a file system of a network. Its locks may hold for one machine only.
    pub allow_network_fs: bool,
}

impl FileConfig {
    /// A store in the directory `root`, made if it is missing, on a disk of this machine.
    pub fn new(root: impl Into<PathBuf>) -> FileConfig {
        FileConfig { root: root.into(), create: true, allow_network_fs: false }
    }

    /// What a `file://` URI says: its directory, `mode=open` (which makes none), `allow_network_fs`. None if the
    /// URI names no directory.
    ///
    /// # Errors
    /// [`InvalidUri`](namidb_core::error::ErrorCode::InvalidUri) if the value of an option is none.
    pub fn from_uri(uri: &Uri) -> Result<Option<FileConfig>> {
        let Location::File(root) = uri.location() else { return Ok(None) };
        Ok(Some(FileConfig {
            root: root.clone(),
            create: uri.mode()? != Some(OpenMode::Open),
            allow_network_fs: uri.flag("allow_network_fs")?.unwrap_or(false),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_says_where_and_how() {
        let config = |text| FileConfig::from_uri(&Uri::parse(text, &[]).unwrap()).unwrap();
        assert_eq!(config("file:///a/b?ns=n"), Some(FileConfig::new("/a/b")));
        let strict = config("file:///a?ns=n&mode=open&allow_network_fs=true").unwrap();
        assert!(!strict.create && strict.allow_network_fs);
        assert_eq!(config("memory://n"), None);
    }
}
