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
//!  4. After a successful put, `get` and `head` of that path see it, from any client, and it is durable.
//!  5. [`ObjectVersion`] identifies the stored bytes at least: different bytes, different version. Equal
//!     bytes may have equal versions, so whatever is replaced carries something unique in its bytes.
//!  6. `list` is in ascending byte order of the path, `start_after` is exclusive. It may lag behind puts:
//!     correctness never rests on it. Following pages leaves nothing out and repeats nothing: a page that says
//!     that more may follow holds at least one path. A limit of 0 is [`ErrorKind::InvalidInput`].
//!  7. `delete` of a missing object succeeds.
//!  8. A large put is invisible until it is complete, and leaves nothing visible if it fails.
//!  9. A range that passes the end is cut; a range that is empty, or starts at or past the end, is
//!     [`ErrorKind::InvalidInput`]. A range tells the version and the size of the whole object.
//! 10. If the future of a put or delete is dropped, its effect is unknown.
//! 11. `get` with `unless` answers [`ErrorKind::NotModified`] if the present version is the given one.
//! 12. `get` and `head` of a missing object answer [`ErrorKind::NotFound`], never anything else; and they
//!     answer it only if the store said so.
//! 13. Every error names its operation and its path. One that says that a condition does not hold, or that the
//!     request is wrong, changed nothing.
//! 14. A store that claims [`Capabilities::server_time`] gives its own time with every answer, also with the
//!     answers that nothing is there, or nothing new, or another version; and the time of writing with every
//!     object.
//!
//! Two things are for the caller to keep. No object lies under the path of another (`a` and `a/b`): a store may
//! answer [`ErrorKind::InvalidInput`]. And whatever the caller builds on an object that somebody else wrote,
//! it puts through the same store handle that it read that object with: on files an object is visible shortly
//! before it is durable, and a handle makes what it has read durable before it puts anything else.
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
pub use path::{InvalidPath, ObjectPath};
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
    /// `start_after`, at most `limit` of them. An empty prefix is the whole store. A page may be shorter than
    /// `limit` and still say that more follows.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `limit` is 0, otherwise only those of the transport. A page is never cut
    /// short silently.
    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage>;

    /// What this store does beyond the contract.
    fn capabilities(&self) -> Capabilities;
}
