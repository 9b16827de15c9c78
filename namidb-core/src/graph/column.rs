//! One property of every node, or of every relationship, by dense id.

use super::chunk::{CHUNK_BITS, CHUNK_IDS, Chunk};
use super::radix::Radix;
use crate::value::Value;

/// One property by dense id, in chunks of 2,048 ids.
#[derive(Clone, Debug, Default)]
pub struct Column {
    chunks: Radix<Chunk>,
    present: u64,
}

impl Column {
    /// The chunk that holds the ids from `2,048 * index`; none if no id there has a value.
    #[inline]
    pub fn chunk(&self, index: u64) -> Option<&Chunk> {
        self.chunks.get(index)
    }

    /// One more than the index of the last chunk that may hold a value.
    pub fn chunk_count(&self) -> u64 {
        self.chunks.bound()
    }

    /// The chunks that hold a value, with their indexes, in ascending order.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, &Chunk)> {
        self.chunks.iter()
    }

    /// How many ids have a value.
    pub fn present_count(&self) -> u64 {
        self.present
    }

    /// The value of an id; null if it has none.
    pub fn get(&self, id: u64) -> Value {
        match self.chunks.get(id >> CHUNK_BITS) {
            Some(chunk) => chunk.get(id as usize & (CHUNK_IDS - 1)),
            None => Value::Null,
        }
    }

    /// Whether an id has a value.
    pub fn is_present(&self, id: u64) -> bool {
        self.chunks.get(id >> CHUNK_BITS).is_some_and(|chunk| chunk.is_present(id as usize & (CHUNK_IDS - 1)))
    }

    /// Sets the value of an id, or removes it if it is null.
    pub(crate) fn set(&mut self, id: u64, value: Value) {
        let (index, offset) = (id >> CHUNK_BITS, id as usize & (CHUNK_IDS - 1));
        if matches!(value, Value::Null) {
            self.remove(id);
        } else if !self.chunks.get_or_insert_with(index, Chunk::new).set(offset, value) {
            self.present += 1;
        }
    }

    fn remove(&mut self, id: u64) {
        if !self.is_present(id) {
            return;
        }
        let index = id >> CHUNK_BITS;
        if let Some(chunk) = self.chunks.get_mut(index) {
            chunk.remove(id as usize & (CHUNK_IDS - 1));
            self.present -= 1;
            if chunk.is_empty() {
                self.chunks.remove(index);
            }
        }
    }

    /// Puts a whole chunk in place of what was there.
    pub(crate) fn set_chunk(&mut self, index: u64, chunk: Chunk) {
        self.present -= self.chunks.get(index).map_or(0, |old| old.present_count() as u64);
        self.present += chunk.present_count() as u64;
        if chunk.is_empty() {
            self.chunks.remove(index);
        } else {
            self.chunks.set(index, chunk);
        }
    }
}
