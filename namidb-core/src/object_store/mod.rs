//! The object store contract: the one thing that a backend implements.
//!
//! A store maps paths to immutable byte strings. Its one unusual power is the conditional put: the check
//! and the write are one atomic step, and all coordination between processes rests on it.
//!
//! The contract, each sentence a conformance case of the same name:
//!
//!  1. A put is atomic: readers see all of it or none.
//!  2. Of concurrent puts with [`PutCondition::IfAbsent`] to one path exactly one succeeds; the others get
//!     [`ErrorKind::AlreadyExists`].
//!  3. [`PutCondition::IfMatch`] succeeds only if the present version is the given one; otherwise the answer
//!     is [`ErrorKind::VersionMismatch`], also when the object is missing.
//!  4. After a successful put, `get` and `head` of that path see it, from any client.
//!  5. [`ObjectVersion`] identifies the stored bytes at least: different bytes, different version. Equal
//!     bytes may have equal versions, so whatever is replaced carries something unique in its bytes.
//!  6. `list` is in ascending byte order of the path, `start_after` is exclusive. It may lag behind puts:
//!     correctness never rests on it.
//!  7. `delete` of a missing object succeeds.
//!  8. A large put is invisible until it is complete, and leaves nothing visible if it fails.
//!  9. A range that passes the end is cut; a range that starts at or past the end is
//!     [`ErrorKind::InvalidInput`].
//! 10. If the future of a put or delete is dropped, its effect is unknown.
//! 11. `get` with `unless` answers [`ErrorKind::NotModified`] if the present version is the given one.
//! 12. `get` and `head` of a missing object answer [`ErrorKind::NotFound`], never anything else; and they
//!     answer it only if the store said so.
//!
//! This module imports nothing from the rest of the crate. There are no default methods: a decorator
//! cannot forget one. Conveniences are in [`ObjectStoreExt`].

mod capabilities;
mod error;
mod ext;
mod get;
pub mod layers;
mod list;
mod path;
mod put;
mod version;

pub use capabilities::Capabilities;
pub use error::{Effect, Error, ErrorKind, Operation, Result};
pub use ext::ObjectStoreExt;
pub use get::{GetOptions, Object, ObjectMeta};
pub use list::ListPage;
pub use path::ObjectPath;
pub use put::{PutCondition, PutOptions, PutReceipt};
pub use version::{ObjectVersion, ServerTime};

use async_trait::async_trait;
use bytes::Bytes;
use std::fmt;

/// A store of objects. See the module for the contract.
#[async_trait]
pub trait ObjectStore: fmt::Debug + Send + Sync + 'static {
    /// Writes an object. However large, it becomes visible at once and only if the condition holds at that
    /// moment.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] and [`ErrorKind::VersionMismatch`] if the condition does not hold. For
    /// every other kind the error's [`Effect`] says whether the write may have happened.
    ///
    /// # Cancel safety
    /// If the future is dropped, whether the write happens is unknown.
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt>;

    /// Reads an object, or a range of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]; [`ErrorKind::NotModified`] if `unless` names the present version;
    /// [`ErrorKind::InvalidInput`] if the range starts at or past the end.
    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object>;

    /// Reads what is known of an object without its bytes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`].
    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta>;

    /// Removes an object; a missing one is no error.
    ///
    /// # Errors
    /// Only those of the transport; their [`Effect`] says whether it may be gone.
    ///
    /// # Cancel safety
    /// If the future is dropped, whether the object is gone is unknown.
    async fn delete(&self, path: &ObjectPath) -> Result<()>;

    /// Lists the objects whose path is `prefix` followed by `/` and more, in byte order, after
    /// `start_after`, at most `limit` of them. An empty prefix is the whole store.
    ///
    /// # Errors
    /// Only those of the transport. A page is never cut short silently.
    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage>;

    /// What this store does beyond the contract.
    fn capabilities(&self) -> Capabilities;
}
