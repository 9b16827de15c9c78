//! A chunk that can be fetched.

use super::BlockPointer;
use crate::error::Result;
use std::sync::Arc;

/// A chunk that has come to memory, and the bytes that it takes there.
pub type Came = (Arc<dyn Absent>, usize);

/// A chunk that is in the bucket, and has a place in memory to come to.
pub trait Absent: Send + Sync {
    /// Where its block is.
    fn pointer(&self) -> &BlockPointer;

    /// Whether it has come already.
    fn is_filled(&self) -> bool;

    /// Decodes the block, applies what has happened to the chunk since, and puts it in its place. Adds to `came` each
    /// chunk that was not there before, and the bytes that it takes in memory.
    ///
    /// A chunk with such operations was derived from one without: that one is filled too, so that work which is begun
    /// again on the older state finds it.
    ///
    /// # Errors
    /// `Corruption` if the block is none of its kind; `FormatVersion` if a newer version wrote it.
    fn fill(self: Arc<Self>, block: &[u8], came: &mut Vec<Came>) -> Result<()>;

    /// The [time](super::now) of its last use.
    fn last_used(&self) -> u64;
}
