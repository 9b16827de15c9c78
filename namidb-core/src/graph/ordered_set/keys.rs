//! What a set holds, and the keys of a leaf.

use crate::codec::{Reader, put_varint};
use crate::error::Result;
use crate::graph::export::{BlockKey, Limits, decode, encode};
use crate::graph::slot::ChunkKind;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a set holds.
pub(crate) trait SetKey: Ord + Clone + fmt::Debug + Send + Sync + 'static {
    /// The part of the keys of the leaves' blocks.
    const CLASS: u32;

    /// Appends sorted keys.
    fn put(keys: &[Self], out: &mut Vec<u8>);

    /// Reads so many keys, in any order.
    ///
    /// # Errors
    /// `Corruption`; `FormatVersion`.
    fn read(reader: &mut Reader<'_>, count: usize, ids: u64) -> Result<Vec<Self>>;

    /// The bytes that the key takes outside of itself.
    fn heap_bytes(&self) -> usize;

    /// A short key that is greater than `self` and not greater than `next`, which is greater than `self`. None if
    /// there is no short one: then the two stay in one leaf.
    fn separator(&self, next: &Self) -> Option<Self>;
}

/// The keys of a leaf.
#[derive(Clone, Debug)]
pub(crate) struct Keys<K>(pub(super) Vec<K>);

impl<K: SetKey> Keys<K> {
    const EMPTY: &'static Keys<K> = &Keys(Vec::new());

    pub(crate) fn first(&self) -> Option<&K> {
        self.0.first()
    }
}

impl<K: SetKey> ChunkKind for Keys<K> {
    /// How many keys there are.
    type Summary = u64;
    type Context = Arc<Limits>;
    /// A key, and whether it is in the set from now on.
    type Patch = (K, bool);

    fn placeholder() -> &'static Keys<K> {
        Keys::EMPTY
    }

    fn is_void(&self) -> bool {
        self.0.is_empty()
    }

    fn decode(block: &[u8], key: BlockKey, limits: &Arc<Limits>) -> Result<Keys<K>> {
        decode::leaf(block, limits.indexed_ids(key.kind)).map(Keys)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::leaf(out, &self.0);
    }

    fn patch(&mut self, (key, is_in): &(K, bool)) {
        match (self.0.binary_search(key), is_in) {
            (Err(at), true) => self.0.insert(at, key.clone()),
            (Ok(at), false) => drop(self.0.remove(at)),
            _ => {}
        }
    }

    /// All at once: whoever fills an index in order sends everything to the last leaf.
    fn patch_all<'a>(&mut self, patches: impl Iterator<Item = &'a (K, bool)>) {
        let last: BTreeMap<&K, bool> = patches.map(|(key, is_in)| (key, *is_in)).collect();
        self.0.retain(|key| !last.contains_key(key));
        self.0.extend(last.into_iter().filter(|(_, is_in)| *is_in).map(|(key, _)| key.clone()));
        self.0.sort();
    }

    fn summary(&self) -> u64 {
        self.0.len() as u64
    }

    fn put_summary(len: &u64, out: &mut Vec<u8>) {
        put_varint(out, *len);
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<u64> {
        reader.varint()
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Keys<K>>()
            + self.0.capacity() * size_of::<K>()
            + self.0.iter().map(SetKey::heap_bytes).sum::<usize>()
    }
}
