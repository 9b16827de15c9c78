//! Sets of dense ids: plain bitmaps in chunks of 4,096 ids, with a count each.
//!
//! Plain words beat compressed bitmaps at every density that matters here, and a one-bit commit copies
//! half a kilobyte.

use super::export::{BlockKey, Limits, decode, encode};
use super::radix::{self, Chunks};
use super::slot::{Access, ChunkKind, Slot};
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use std::sync::Arc;

/// Ids per chunk.
pub const BITMAP_CHUNK_IDS: u64 = 4096;
const WORDS: usize = 64;
const CHUNK_BITS: u32 = 12;

/// 4,096 ids.
#[derive(Clone, Debug)]
pub struct BitmapChunk {
    words: [u64; WORDS],
    count: u32,
}

impl BitmapChunk {
    pub(crate) fn from_words(words: [u64; WORDS]) -> BitmapChunk {
        let count = words.iter().map(|w| w.count_ones()).sum();
        BitmapChunk { words, count }
    }

    /// How many of the ids are in the set.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// One bit per id, lowest id in the lowest bit of the first word.
    pub fn words(&self) -> &[u64; WORDS] {
        &self.words
    }

    /// Whether every id is in the set.
    pub fn is_full(&self) -> bool {
        u64::from(self.count) == BITMAP_CHUNK_IDS
    }

    /// Whether the id at an offset below 4,096 is in the set.
    #[inline]
    pub fn contains(&self, offset: usize) -> bool {
        self.words[offset >> 6] >> (offset & 63) & 1 != 0
    }

    /// False if it was there.
    #[inline]
    fn insert(&mut self, offset: usize) -> bool {
        let (word, bit) = (offset >> 6, 1 << (offset & 63));
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.count += u32::from(is_new);
        is_new
    }

    fn remove(&mut self, offset: usize) {
        let was_in = self.contains(offset);
        self.words[offset >> 6] &= !(1 << (offset & 63));
        self.count -= u32::from(was_in);
    }
}

impl ChunkKind for BitmapChunk {
    /// How many ids are in the set.
    type Summary = u32;
    type Context = Arc<Limits>;
    /// An offset, and whether it is in the set from now on.
    type Patch = (u16, bool);

    fn placeholder() -> &'static BitmapChunk {
        static EMPTY: BitmapChunk = BitmapChunk { words: [0; WORDS], count: 0 };
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.count == 0
    }

    fn decode(block: &[u8], key: BlockKey, limits: &Arc<Limits>) -> Result<BitmapChunk> {
        decode::bitmap(block, limits.ids_in(key, CHUNK_BITS))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::bitmap(out, self);
    }

    fn patch(&mut self, (offset, is_in): &(u16, bool)) {
        if *is_in {
            self.insert(usize::from(*offset));
        } else {
            self.remove(usize::from(*offset));
        }
    }

    fn summary(&self) -> u32 {
        self.count
    }

    fn put_summary(count: &u32, out: &mut Vec<u8>) {
        put_varint(out, u64::from(*count));
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<u32> {
        decode::small(reader, BITMAP_CHUNK_IDS)
    }

    fn heap_bytes(&self) -> usize {
        size_of::<BitmapChunk>()
    }
}

/// A set of ids.
#[derive(Clone, Debug, Default)]
pub struct Bitmap {
    chunks: Chunks<BitmapChunk>,
    count: u64,
}

impl Bitmap {
    /// The empty set.
    pub const fn new() -> Bitmap {
        Bitmap { chunks: Chunks::new(), count: 0 }
    }

    /// How many ids are in the set.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether no id is in the set.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether an id is in the set.
    #[inline]
    pub fn contains(&self, id: u64) -> bool {
        self.chunks.get(id >> CHUNK_BITS).is_some_and(|chunk| chunk.contains(offset(id)))
    }

    /// Whether an id is in the set, if that can be told without fetching anything.
    pub(crate) fn knows(&self, id: u64) -> Option<bool> {
        match self.chunks.place(id >> CHUNK_BITS).map(Slot::peek) {
            Some(Ok(Some(chunk))) => Some(chunk.contains(offset(id))),
            Some(Err(_)) => None,
            Some(Ok(None)) | None => Some(false),
        }
    }

    /// The chunk that holds the ids from `4,096 * index`; none if no id there is in the set.
    #[inline]
    pub fn chunk(&self, index: u64) -> Option<&BitmapChunk> {
        self.chunks.get(index)
    }

    /// How many of the ids from `4,096 * index` are in the set. Needs no chunk.
    pub fn count_in(&self, index: u64) -> u32 {
        match self.chunks.place(index).map(Slot::peek) {
            Some(Ok(Some(chunk))) => chunk.count,
            Some(Err(stored)) => *stored.summary(),
            Some(Ok(None)) | None => 0,
        }
    }

    /// One more than the index of the last chunk that may hold an id.
    pub fn chunk_count(&self) -> u64 {
        self.chunks.bound()
    }

    /// The chunks that hold an id, with their indexes, in ascending order.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, &BitmapChunk)> {
        self.chunks.iter()
    }

    /// The ids in ascending order.
    pub fn iter(&self) -> BitmapIter<'_> {
        BitmapIter { chunks: self.chunks.iter(), words: &[], word: 0, base: 0 }
    }

    /// Puts an id in; false if it was there. It must not be there if its chunk is away.
    pub(crate) fn insert(&mut self, id: u64) -> bool {
        let slot = self.chunks.place_mut(id >> CHUNK_BITS);
        let inserted = match slot.access_or_insert(|| BitmapChunk { words: [0; WORDS], count: 0 }) {
            Access::Chunk(chunk) => chunk.insert(offset(id)),
            Access::Away(stored) => {
                stored.push((offset(id) as u16, true), |count| *count = count.saturating_add(1));
                true
            }
            Access::Nothing => false,
        };
        self.count += u64::from(inserted);
        inserted
    }

    /// Takes an id out; false if it was not there. It must be there if its chunk is away.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        if self.knows(id) == Some(false) {
            return false;
        }
        let slot = self.chunks.place_mut(id >> CHUNK_BITS);
        let left = match slot.access() {
            Access::Chunk(chunk) => {
                chunk.remove(offset(id));
                chunk.count
            }
            Access::Away(stored) => {
                stored.push((offset(id) as u16, false), |count| *count = count.saturating_sub(1));
                *stored.summary()
            }
            Access::Nothing => return false,
        };
        if left == 0 {
            slot.clear();
        }
        self.count = self.count.saturating_sub(1);
        true
    }

    /// The slots of the chunks.
    pub(crate) fn slots(&self) -> &Chunks<BitmapChunk> {
        &self.chunks
    }

    pub(crate) fn slots_mut(&mut self) -> &mut Chunks<BitmapChunk> {
        &mut self.chunks
    }

    /// Puts a chunk where there is none.
    pub(crate) fn add_slot(&mut self, index: u64, slot: Slot<BitmapChunk>, count: u32) {
        self.count += u64::from(count);
        *self.chunks.place_mut(index) = slot;
    }
}

#[inline]
fn offset(id: u64) -> usize {
    (id & 4095) as usize
}

/// The ids of a [`Bitmap`] in ascending order.
pub struct BitmapIter<'a> {
    chunks: radix::Items<'a, Slot<BitmapChunk>>,
    words: &'a [u64],
    word: u64,
    base: u64,
}

impl Iterator for BitmapIter<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        while self.word == 0 {
            if let Some((first, rest)) = self.words.split_first() {
                self.base += 64;
                self.word = *first;
                self.words = rest;
            } else {
                let (index, chunk) = self.chunks.next()?;
                self.base = index << CHUNK_BITS;
                self.word = chunk.words[0];
                self.words = &chunk.words[1..];
            }
        }
        let id = self.base + u64::from(self.word.trailing_zeros());
        self.word &= self.word - 1;
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_bitmap_answers_like_a_set(steps in prop::collection::vec((any::<bool>(), 0u64..20_000), 1..300)) {
            let mut bitmap = Bitmap::new();
            let mut model = BTreeSet::new();
            for (insert, id) in steps {
                if insert {
                    prop_assert_eq!(bitmap.insert(id), model.insert(id));
                } else {
                    prop_assert_eq!(bitmap.remove(id), model.remove(&id));
                }
                prop_assert_eq!(bitmap.contains(id), model.contains(&id));
                prop_assert_eq!(bitmap.count(), model.len() as u64);
            }
            prop_assert!(bitmap.iter().eq(model.into_iter()));
            prop_assert_eq!(bitmap.chunks().map(|(_, c)| u64::from(c.count())).sum::<u64>(), bitmap.count());
        }
    }

    #[test]
    fn a_full_chunk_yields_every_id() {
        let mut bitmap = Bitmap::new();
        for id in 4096..8192 {
            bitmap.insert(id);
        }
        assert!(bitmap.chunk(1).is_some_and(BitmapChunk::is_full));
        assert!(bitmap.iter().eq(4096..8192));
    }
}
