//! A chunk that can be fetched.

use super::BlockPointer;
use crate::error::Result;

/// A chunk that is in the bucket, and has a place in memory to come to.
pub trait Absent: Send + Sync {
    /// Where its block is.
    fn pointer(&self) -> &BlockPointer;

    /// Whether it has come already.
    fn is_filled(&self) -> bool;

    /// Decodes the block, applies what has happened to the chunk since, and puts it in its place. Gives the bytes that
    /// the chunk takes in memory; 0 if it was there already.
    ///
    /// A chunk with such operations was derived from one without: that one is filled too, so that work which is begun
    /// again on the older state finds it.
    ///
    /// # Errors
    /// `Corruption` if the block is none of its kind; `FormatVersion` if a newer version wrote it.
    fn fill(&self, block: &[u8]) -> Result<usize>;

    /// The [time](super::now) of its last use.
    fn last_used(&self) -> u64;
}
