//! Numbers that every entity of a space has: types, endpoints, sequence numbers.
//!
//! Chunks of 2,048 numbers: one number for all, 32 bits each against a common upper half, or 64 bits each.

use super::export::{BlockKey, Limits, decode, encode};
use super::radix::Chunks;
use super::slot::{Access, ChunkKind, Slot};
use crate::codec::Reader;
use crate::error::Result;
use std::sync::Arc;

const CHUNK_IDS: usize = 2048;
const CHUNK_BITS: u32 = 11;
const LOW: u64 = 0xffff_ffff;

/// Up to 2,048 numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackedChunk {
    /// The same number, so many times.
    Constant {
        /// The number.
        value: u64,
        /// How many times.
        len: usize,
    },
    /// Numbers with the same upper half.
    Narrow {
        /// The upper half, shifted into place.
        high: u64,
        /// The lower halves.
        low: Vec<u32>,
    },
    /// Any numbers.
    Wide(Vec<u64>),
}

impl PackedChunk {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        match self {
            PackedChunk::Constant { len, .. } => *len,
            PackedChunk::Narrow { low, .. } => low.len(),
            PackedChunk::Wide(values) => values.len(),
        }
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at an offset.
    #[inline]
    pub fn get(&self, offset: usize) -> Option<u64> {
        match self {
            PackedChunk::Constant { value, len } => (offset < *len).then_some(*value),
            PackedChunk::Narrow { high, low } => low.get(offset).map(|low| high | u64::from(*low)),
            PackedChunk::Wide(values) => values.get(offset).copied(),
        }
    }

    /// Numbers in their smallest form.
    pub(crate) fn from_values(values: &[u64]) -> PackedChunk {
        let first = values.first().copied().unwrap_or(0);
        let high = first & !LOW;
        if values.iter().all(|v| *v == first) {
            PackedChunk::Constant { value: first, len: values.len() }
        } else if values.iter().all(|v| v & !LOW == high) {
            PackedChunk::Narrow { high, low: values.iter().map(|v| (v & LOW) as u32).collect() }
        } else {
            PackedChunk::Wide(values.to_vec())
        }
    }

    fn set(&mut self, offset: usize, value: u64) {
        if self.get(offset) == Some(value) {
            return;
        }
        match self {
            PackedChunk::Constant { value: old, len } if *old == value && offset == *len => *len += 1,
            PackedChunk::Narrow { high, low } if value & !LOW == *high => {
                if offset >= low.len() {
                    low.resize(offset + 1, 0);
                }
                low[offset] = (value & LOW) as u32;
            }
            PackedChunk::Wide(values) => {
                if offset >= values.len() {
                    values.resize(offset + 1, 0);
                }
                values[offset] = value;
            }
            _ => {
                let len = self.len();
                let mut values: Vec<u64> = (0..len).filter_map(|i| self.get(i)).collect();
                if offset >= len {
                    values.resize(offset + 1, value);
                }
                values[offset] = value;
                *self = PackedChunk::from_values(&values);
            }
        }
    }
}

impl ChunkKind for PackedChunk {
    type Summary = ();
    type Context = Arc<Limits>;
    /// The number at an offset from now on.
    type Patch = (u16, u64);

    fn placeholder() -> &'static PackedChunk {
        static EMPTY: PackedChunk = PackedChunk::Constant { value: 0, len: 0 };
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.is_empty()
    }

    fn decode(block: &[u8], key: BlockKey, limits: &Arc<Limits>) -> Result<PackedChunk> {
        decode::packed(block, limits.number_limit(key.kind))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::packed(out, self);
    }

    fn patch(&mut self, (offset, value): &(u16, u64)) {
        self.set(usize::from(*offset), *value);
    }

    fn summary(&self) {}

    fn put_summary((): &(), _: &mut Vec<u8>) {}

    fn read_summary(_: &mut Reader<'_>) -> Result<()> {
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        size_of::<PackedChunk>()
            + match self {
                PackedChunk::Constant { .. } => 0,
                PackedChunk::Narrow { low, .. } => low.capacity() * 4,
                PackedChunk::Wide(values) => values.capacity() * 8,
            }
    }
}

/// A number for each id of a space.
#[derive(Clone, Debug, Default)]
pub struct PackedColumn {
    chunks: Chunks<PackedChunk>,
}

impl PackedColumn {
    /// The number of an id; none beyond what was set.
    #[inline]
    pub fn get(&self, id: u64) -> Option<u64> {
        self.chunks.get(id >> CHUNK_BITS)?.get(id as usize & (CHUNK_IDS - 1))
    }

    /// The chunk that holds the ids from `2,048 * index`.
    pub fn chunk(&self, index: u64) -> Option<&PackedChunk> {
        self.chunks.get(index)
    }

    /// The chunks with their indexes, in ascending order.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, &PackedChunk)> {
        self.chunks.iter()
    }

    /// Whether the number of an id is in memory, or is known to be none.
    pub(crate) fn is_here(&self, id: u64) -> bool {
        !self.chunks.place(id >> CHUNK_BITS).is_some_and(Slot::is_away)
    }

    /// Sets the number of an id. Numbers between the last one set and this one are undefined.
    pub(crate) fn set(&mut self, id: u64, value: u64) {
        let offset = id as usize & (CHUNK_IDS - 1);
        let slot = self.chunks.place_mut(id >> CHUNK_BITS);
        match slot.access_or_insert(|| PackedChunk::Constant { value, len: 0 }) {
            Access::Chunk(chunk) => chunk.set(offset, value),
            Access::Away(stored) => stored.push((offset as u16, value), |()| {}),
            Access::Nothing => {}
        }
    }

    /// The slots of the chunks.
    pub(crate) fn slots(&self) -> &Chunks<PackedChunk> {
        &self.chunks
    }

    pub(crate) fn slots_mut(&mut self) -> &mut Chunks<PackedChunk> {
        &mut self.chunks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_packed_column_answers_like_an_array(
            values in prop::collection::vec(prop_oneof![Just(7u64), 0u64..10, any::<u64>()], 1..300),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 0..30),
        ) {
            let mut column = PackedColumn::default();
            let mut model = values.clone();
            for (id, value) in values.iter().enumerate() {
                column.set(id as u64 + 2000, *value);
            }
            for (at, value) in changes {
                let at = at.index(model.len());
                column.set(at as u64 + 2000, value);
                model[at] = value;
            }
            for (id, value) in model.iter().enumerate() {
                prop_assert_eq!(column.get(id as u64 + 2000), Some(*value));
            }
            prop_assert_eq!(column.get(model.len() as u64 + 2000), None);
        }
    }

    #[test]
    fn equal_numbers_take_no_room() {
        let mut column = PackedColumn::default();
        for id in 0..2048 {
            column.set(id, 1 << 40);
        }
        assert_eq!(column.chunk(0), Some(&PackedChunk::Constant { value: 1 << 40, len: 2048 }));
        column.set(5, 3);
        assert_eq!((column.get(4), column.get(5), column.get(6)), (Some(1 << 40), Some(3), Some(1 << 40)));
    }
}
