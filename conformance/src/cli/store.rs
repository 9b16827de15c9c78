//! The store of a run: its clients, the prefix that everything is put under, and how it is left.

use crate::endpoint::{plain_http, through};
use conformance::proxy::Proxy;
use conformance::{Clients, Level, clean};
use namidb::{StorageOptions, Uri, open_store, parse_uri};
use namidb_core::object_store::{ObjectPath, ObjectStore};
use namidb_core::runtime::system;
use namidb_core::uri::Location;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Larger than what any backend of ours sends in one request.
const LARGE_BYTES: usize = (16 << 20) + (1 << 20);

/// A store under test.
pub(crate) struct Target {
    pub(crate) uri: Uri,
    one: Arc<dyn ObjectStore>,
    other: Arc<dyn ObjectStore>,
    proxied: Option<(Arc<dyn ObjectStore>, Arc<Proxy>)>,
    prefix: ObjectPath,
    /// The directory of a store on files, and whether it was there before.
    directory: Option<(PathBuf, bool)>,
}

impl Target {
    /// Opens the store that a URI names, twice, as two processes do; and once more behind a proxy where that can be.
    ///
    /// # Errors
    /// What is wrong with the URI, or what the store answers.
    pub(crate) async fn open(text: &str) -> Result<Target, Box<dyn Error>> {
        let text = with_namespace(text);
        let uri = parse_uri(&text)?;
        let directory = match uri.location() {
            Location::File(path) => Some((path.clone(), path.exists())),
            _ => None,
        };
        let options = StorageOptions::new();
        let one = open_store(&uri, &options).await?;
        // Each opening of memory:// is a store of its own.
        let in_memory = matches!(uri.location(), Location::Memory);
        let other = if in_memory { Arc::clone(&one) } else { open_store(&uri, &options).await? };
        let proxied = match plain_http(&uri) {
            None => None,
            Some((server, path)) => {
                let proxy = Proxy::before(server).await?;
                let behind = parse_uri(&through(&text, proxy.address(), &path))?;
                Some((open_store(&behind, &options).await?, Arc::new(proxy)))
            }
        };
        let namespace = uri.namespace_prefix();
        let above = namespace.rsplit_once('/').map_or("", |(above, _)| above);
        let name = format!("conformance-run-{:016x}", system::random_u128() & u128::from(u64::MAX));
        let prefix = ObjectPath::new(above)?.join(name)?;
        Ok(Target { uri, one, other, proxied, prefix, directory })
    }

    /// Clients for one case.
    pub(crate) fn clients(&self, level: Level) -> Clients {
        let clients = Clients::shared(Arc::clone(&self.one), Arc::clone(&self.other))
            .under(self.prefix.clone())
            .with_large_objects(LARGE_BYTES)
            .at_level(level);
        match &self.proxied {
            Some((store, proxy)) => clients.through_shared(Arc::clone(store), Arc::clone(proxy)),
            None => clients,
        }
    }

    /// Removes what the run has put. Gives how many objects are still listed.
    ///
    /// # Errors
    /// What the store answers.
    pub(crate) async fn leave(&self) -> Result<usize, Box<dyn Error>> {
        clean(&*self.one, &self.prefix).await?;
        let left = self.one.list(&self.prefix, None, 1_000).await?.paths.len();
        if let Some((root, was_there)) = &self.directory {
            remove_empty(&root.join(self.prefix.as_str()));
            if !was_there {
                // What the backend keeps beside the objects. Whoever else has come meanwhile keeps the directory.
                drop(fs::remove_dir(root.join(".tmp")));
                let is_lock_only = fs::read_dir(root).is_ok_and(|entries| entries.count() == 1);
                if is_lock_only && fs::remove_file(root.join(".lock")).is_ok() {
                    drop(fs::remove_dir(root));
                }
            }
        }
        Ok(left)
    }

    /// How many objects lie in the whole store, for a test of [`Target::leave`].
    #[cfg(test)]
    async fn objects(&self) -> usize {
        use namidb_core::object_store::ObjectStoreExt;
        self.one.list_all(&ObjectPath::root()).await.map_or(usize::MAX, |paths| paths.len())
    }
}

/// Every URI has a namespace; here any will do, because nothing is put into it.
fn with_namespace(text: &str) -> String {
    let (place, options) = text.split_once('?').unwrap_or((text, ""));
    if place.starts_with("memory:") || options.split('&').any(|option| option.starts_with("ns=")) {
        return text.to_owned();
    }
    let joint = if options.is_empty() { "" } else { "&" };
    format!("{place}?{options}{joint}ns=conformance")
}

/// Removes directories that are empty, from the leaves up. Nobody else puts anything under a prefix of a run.
fn remove_empty(directory: &Path) {
    if let Ok(entries) = fs::read_dir(directory) {
        for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
            remove_empty(&entry.path());
        }
        drop(fs::remove_dir(directory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use namidb_core::object_store::ObjectStoreExt;

    #[test]
    fn a_directory_is_left_as_it_was() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let root = std::env::temp_dir().join(format!("namidb-conformance-{:032x}", system::random_u128()));
        let text = format!("file://{}", root.display());
        runtime.block_on(async {
            for was_there in [false, true] {
                if was_there {
                    fs::create_dir(&root).unwrap();
                    fs::write(root.join("theirs"), "theirs").unwrap();
                }
                let target = Target::open(&text).await.unwrap();
                let path = target.prefix.join("a/b/c").unwrap();
                target.other.create(&path, Bytes::new()).await.unwrap();
                assert_eq!(target.leave().await.unwrap(), 0);
                assert_eq!(target.objects().await, usize::from(was_there));
                assert!(!root.join(target.prefix.as_str()).exists());
                drop(target);
            }
        });
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_uri_needs_no_namespace_here() {
        assert_eq!(with_namespace("file:///a"), "file:///a?ns=conformance");
        assert_eq!(with_namespace("s3://b?region=x"), "s3://b?region=x&ns=conformance");
        assert_eq!(with_namespace("s3://b?ns=y"), "s3://b?ns=y");
        assert_eq!(with_namespace("memory://a"), "memory://a");
    }
}
