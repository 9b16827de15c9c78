//! The store: each operation of the trait over [`Objects`].
//!
//! What syncs, or may have to wait for a disk, goes to a thread where blocking is allowed. A look-up of a name, and a
//! small object that the system has in memory, take a few microseconds: less than the way to another thread.

use crate::blocking::blocking;
use crate::builder;
use crate::config::FileConfig;
use crate::disk::RealDisk;
use crate::error::{failed_before, refused};
use crate::list::page;
use crate::objects::Objects;
use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath, ObjectStore, Operation,
    PutOptions, PutReceipt, Result,
};
use std::sync::Arc;

/// A store in a directory. Clones are the same handle; see the crate for what a handle remembers.
#[derive(Clone, Debug)]
pub struct FileStore {
    objects: Arc<Objects<RealDisk>>,
}

impl FileStore {
    /// Opens the store in a directory. Blocks for a few system calls.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the directory is missing and is not to be made, [`ErrorKind::Unsupported`] if it is
    /// on a network and that is not allowed, otherwise what the operating system says.
    pub fn open(config: FileConfig) -> Result<FileStore> {
        Ok(FileStore { objects: Arc::new(Objects::new(builder::open(&config)?)) })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for FileStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        blocking(Operation::Put, path, move || objects.put(&at, &payload, &options.condition)).await
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let looked = self.objects.look(Operation::Get, path, &options)?;
        if self.objects.is_ready(path, &looked, options.glance) {
            return self.objects.get(path, looked, &options);
        }
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        blocking(Operation::Get, path, move || objects.get(&at, looked, &options)).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let looked = self.objects.look(Operation::Head, path, &GetOptions::whole())?;
        if self.objects.is_ready(path, &looked, false) {
            return self.objects.head(path, looked);
        }
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        blocking(Operation::Head, path, move || objects.head(&at, looked)).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        let (objects, at) = (Arc::clone(&self.objects), path.clone());
        blocking(Operation::Delete, path, move || objects.delete(&at)).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        if limit == 0 {
            return Err(refused(ErrorKind::InvalidInput, Operation::List, prefix));
        }
        let (objects, under, after) = (Arc::clone(&self.objects), prefix.clone(), start_after.cloned());
        let list = move || {
            let (paths, more) = page(&objects.disk, &under, after.as_ref(), limit)
                .map_err(|errno| failed_before(errno, Operation::List, &under))?;
            Ok(ListPage { paths, more, server_time: Some(objects.now()) })
        };
        blocking(Operation::List, prefix, list).await
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::local()
    }
}
