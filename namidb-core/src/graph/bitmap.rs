//! Sets of dense ids: plain bitmaps in chunks of 4,096 ids, with a count each.
//!
//! Plain words beat compressed bitmaps at every density that matters here, and a one-bit commit copies
//! half a kilobyte.

use super::radix::{self, Radix};

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
}

/// A set of ids.
#[derive(Clone, Debug, Default)]
pub struct Bitmap {
    chunks: Radix<BitmapChunk>,
    count: u64,
}

impl Bitmap {
    /// The empty set.
    pub const fn new() -> Bitmap {
        Bitmap { chunks: Radix::new(), count: 0 }
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
        self.chunks.get(id >> CHUNK_BITS).is_some_and(|chunk| chunk.contains((id & 4095) as usize))
    }

    /// The chunk that holds the ids from `4,096 * index`; none if no id there is in the set.
    #[inline]
    pub fn chunk(&self, index: u64) -> Option<&BitmapChunk> {
        self.chunks.get(index)
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

    /// Puts an id in; false if it was there.
    pub(crate) fn insert(&mut self, id: u64) -> bool {
        let chunk =
            self.chunks.get_or_insert_with(id >> CHUNK_BITS, || BitmapChunk { words: [0; WORDS], count: 0 });
        let (word, bit) = ((id >> 6 & 63) as usize, 1 << (id & 63));
        if chunk.words[word] & bit != 0 {
            return false;
        }
        chunk.words[word] |= bit;
        chunk.count += 1;
        self.count += 1;
        true
    }

    /// Takes an id out; false if it was not there.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        if !self.contains(id) {
            return false;
        }
        let Some(chunk) = self.chunks.get_mut(id >> CHUNK_BITS) else { return false };
        chunk.words[(id >> 6 & 63) as usize] &= !(1 << (id & 63));
        chunk.count -= 1;
        self.count -= 1;
        if chunk.count == 0 {
            self.chunks.remove(id >> CHUNK_BITS);
        }
        true
    }

    /// Puts a whole chunk in place of what was there.
    pub(crate) fn set_chunk(&mut self, index: u64, chunk: BitmapChunk) {
        self.count -= self.chunks.get(index).map_or(0, |old| u64::from(old.count));
        self.count += u64::from(chunk.count);
        if chunk.count == 0 {
            self.chunks.remove(index);
        } else {
            self.chunks.set(index, chunk);
        }
    }
}

/// The ids of a [`Bitmap`] in ascending order.
pub struct BitmapIter<'a> {
    chunks: radix::Iter<'a, BitmapChunk>,
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
