//! A persistent sorted set: leaves of up to 512 keys under branches of up to 32 children.
//!
//! A map from a value to ids is a set of (value, id). A clone is one reference count; a change after it copies
//! one leaf and the branches above it. The branches are always in memory; a leaf may be away. It keeps its number as
//! long as it lasts, and its place follows from its bound: a key that is not greater than any of its own, and greater
//! than all of the leaf before.

mod build;
mod edit;
mod iter;
mod keys;
mod leaves;
mod node;
#[cfg(test)]
mod tests;

pub(crate) use build::ArrivingLeaf;
pub(crate) use keys::{Keys, SetKey};

use node::Node;
use std::collections::BTreeSet;
use std::sync::Arc;

const LEAF_MAX: usize = 512;
const BRANCH_MAX: usize = 32;

/// A sorted set, cheap to clone and to change after a clone.
#[derive(Debug)]
pub(crate) struct OrderedSet<K: SetKey> {
    root: Option<Node<K>>,
    len: u64,
    /// The number of the next leaf.
    next: u64,
    /// The leaves that the bucket has.
    stored: Arc<BTreeSet<u64>>,
}

impl<K: SetKey> Clone for OrderedSet<K> {
    fn clone(&self) -> Self {
        OrderedSet {
            root: self.root.clone(),
            len: self.len,
            next: self.next,
            stored: Arc::clone(&self.stored),
        }
    }
}

impl<K: SetKey> Default for OrderedSet<K> {
    fn default() -> Self {
        OrderedSet { root: None, len: 0, next: 0, stored: Arc::default() }
    }
}

impl<K: SetKey> OrderedSet<K> {
    pub(crate) fn len(&self) -> u64 {
        self.len
    }
}
