//! One property of every node, or of every relationship, by dense id.

use super::chunk::{CHUNK_BITS, CHUNK_IDS, Chunk};
use super::radix::Chunks;
use super::slot::{Access, Slot};
use crate::value::Value;

/// One property by dense id, in chunks of 2,048 ids.
#[derive(Clone, Debug, Default)]
pub struct Column {
    chunks: Chunks<Chunk>,
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

    /// How many of the ids from `2,048 * index` have a value. Needs no chunk.
    pub fn present_in(&self, index: u64) -> u32 {
        match self.chunks.place(index).map(Slot::peek) {
            Some(Ok(Some(chunk))) => chunk.present_count() as u32,
            Some(Err(stored)) => stored.summary().present,
            Some(Ok(None)) | None => 0,
        }
    }

    /// The bounds of the values of the ids from `2,048 * index`, as [`Chunk::bounds`] has them. Needs no chunk.
    pub fn bounds_in(&self, index: u64) -> Option<(Value, Value)> {
        match self.chunks.place(index)?.peek() {
            Ok(chunk) => chunk?.bounds(),
            Err(stored) => stored.summary().bounds(),
        }
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

    /// Sets the value of an id, or removes it if it is null. `had` says whether the id has one, and is believed if
    /// its chunk is away.
    pub(crate) fn set(&mut self, id: u64, value: Value, had: bool) {
        let (index, offset) = (id >> CHUNK_BITS, id as usize & (CHUNK_IDS - 1));
        let has = !value.is_null();
        if !has && !self.may_hold(index, offset) {
            return;
        }
        let slot = self.chunks.place_mut(index);
        let (had, left) = match slot.access_or_insert(Chunk::new) {
            Access::Chunk(chunk) => (chunk.set(offset, value), chunk.present_count() as u32),
            Access::Away(stored) => {
                let patch = (offset as u16, value);
                let kept = patch.1.clone();
                stored.push(patch, |summary| summary.change(&kept, had));
                (had, stored.summary().present)
            }
            Access::Nothing => return,
        };
        self.present = (self.present + u64::from(has)).saturating_sub(u64::from(had));
        if left == 0 {
            slot.clear();
        }
    }

    /// Whether there may be a value to remove.
    fn may_hold(&self, index: u64, offset: usize) -> bool {
        match self.chunks.place(index).map(Slot::peek) {
            Some(Ok(Some(chunk))) => chunk.is_present(offset),
            Some(Err(_)) => true,
            Some(Ok(None)) | None => false,
        }
    }

    /// The slots of the chunks.
    pub(crate) fn slots(&self) -> &Chunks<Chunk> {
        &self.chunks
    }

    pub(crate) fn slots_mut(&mut self) -> &mut Chunks<Chunk> {
        &mut self.chunks
    }

    /// Puts a chunk where there is none.
    pub(crate) fn add_slot(&mut self, index: u64, slot: Slot<Chunk>, present: u32) {
        self.present += u64::from(present);
        *self.chunks.place_mut(index) = slot;
    }
}
