//! Short calls over [`ObjectStore`].

use super::{GetOptions, Object, ObjectPath, ObjectStore, ObjectVersion, PutCondition, PutReceipt, Result};
use async_trait::async_trait;
use bytes::Bytes;

/// Conveniences that every store has.
#[async_trait]
pub trait ObjectStoreExt {
    /// Puts if nothing is there.
    ///
    /// # Errors
    /// As [`ObjectStore::put`].
    async fn create(&self, path: &ObjectPath, payload: Bytes) -> Result<PutReceipt>;

    /// Puts if `version` is there.
    ///
    /// # Errors
    /// As [`ObjectStore::put`].
    async fn replace(&self, path: &ObjectPath, payload: Bytes, version: ObjectVersion) -> Result<PutReceipt>;

    /// Puts whatever is there.
    ///
    /// # Errors
    /// As [`ObjectStore::put`].
    async fn overwrite(&self, path: &ObjectPath, payload: Bytes) -> Result<PutReceipt>;

    /// Gets the whole object.
    ///
    /// # Errors
    /// As [`ObjectStore::get`].
    async fn read(&self, path: &ObjectPath) -> Result<Object>;

    /// Lists every path under a prefix, page by page.
    ///
    /// # Errors
    /// As [`ObjectStore::list`].
    async fn list_all(&self, prefix: &ObjectPath) -> Result<Vec<ObjectPath>>;
}

/// Paths in one page of [`ObjectStoreExt::list_all`].
const PAGE: usize = 1_000;

#[async_trait]
impl<S: ObjectStore + ?Sized> ObjectStoreExt for S {
    async fn create(&self, path: &ObjectPath, payload: Bytes) -> Result<PutReceipt> {
        self.put(path, payload, PutCondition::IfAbsent.into()).await
    }

    async fn replace(&self, path: &ObjectPath, payload: Bytes, version: ObjectVersion) -> Result<PutReceipt> {
        self.put(path, payload, PutCondition::IfMatch(version).into()).await
    }

    async fn overwrite(&self, path: &ObjectPath, payload: Bytes) -> Result<PutReceipt> {
        self.put(path, payload, PutCondition::Always.into()).await
    }

    async fn read(&self, path: &ObjectPath) -> Result<Object> {
        self.get(path, GetOptions::whole()).await
    }

    async fn list_all(&self, prefix: &ObjectPath) -> Result<Vec<ObjectPath>> {
        let mut all: Vec<ObjectPath> = Vec::new();
        loop {
            let page = self.list(prefix, all.last(), PAGE).await?;
            all.extend(page.paths);
            if !page.more {
                return Ok(all);
            }
        }
    }
}
