//! The node space: which ids are alive, and what each node has.

use super::bitmap::Bitmap;
use super::chunk::{CHUNK_BITS, CHUNK_IDS};
use super::column::Column;
use super::export::{BlockKey, Limits, decode, encode};
use super::packed::PackedColumn;
use super::radix::{Chunks, Directory};
use super::slot::{Access, ChunkKind};
use super::uuid_index::UuidIndex;
use crate::codec::Reader;
use crate::error::Result;
use std::sync::Arc;
use uuid::Uuid;

/// The public ids of 2,048 nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct UuidChunk(pub(crate) Vec<Uuid>);

impl UuidChunk {
    fn set(&mut self, offset: usize, uuid: Uuid) {
        if offset >= self.0.len() {
            self.0.resize(offset + 1, Uuid::nil());
        }
        self.0[offset] = uuid;
    }
}

impl ChunkKind for UuidChunk {
    type Summary = ();
    type Context = Arc<Limits>;
    /// The public id at an offset from now on.
    type Patch = (u16, Uuid);

    fn placeholder() -> &'static UuidChunk {
        static EMPTY: UuidChunk = UuidChunk(Vec::new());
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.0.is_empty()
    }

    fn decode(block: &[u8], _: BlockKey, _: &Arc<Limits>) -> Result<UuidChunk> {
        decode::uuids(block).map(UuidChunk)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::uuids(out, &self.0);
    }

    fn patch(&mut self, (offset, uuid): &(u16, Uuid)) {
        self.set(usize::from(*offset), *uuid);
    }

    fn summary(&self) {}

    fn put_summary((): &(), _: &mut Vec<u8>) {}

    fn read_summary(_: &mut Reader<'_>) -> Result<()> {
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        size_of::<UuidChunk>() + self.0.capacity() * size_of::<Uuid>()
    }
}

/// The public id of each node, by dense id.
#[derive(Clone, Debug, Default)]
pub(crate) struct UuidColumn {
    chunks: Chunks<UuidChunk>,
}

impl UuidColumn {
    pub(crate) fn get(&self, id: u64) -> Option<Uuid> {
        self.chunks.get(id >> CHUNK_BITS)?.0.get(id as usize & (CHUNK_IDS - 1)).copied()
    }

    /// The public id of a node, if it is in memory.
    fn get_here(&self, id: u64) -> Option<Uuid> {
        let chunk = self.chunks.place(id >> CHUNK_BITS)?.peek().ok()??;
        chunk.0.get(id as usize & (CHUNK_IDS - 1)).copied()
    }

    fn set(&mut self, id: u64, uuid: Uuid) {
        let offset = id as usize & (CHUNK_IDS - 1);
        match self.chunks.place_mut(id >> CHUNK_BITS).access_or_insert(UuidChunk::default) {
            Access::Chunk(chunk) => chunk.set(offset, uuid),
            Access::Away(stored) => stored.push((offset as u16, uuid), |()| {}),
            Access::Nothing => {}
        }
    }

    /// The slots of the chunks.
    pub(crate) fn slots(&self) -> &Chunks<UuidChunk> {
        &self.chunks
    }

    pub(crate) fn slots_mut(&mut self) -> &mut Chunks<UuidChunk> {
        &mut self.chunks
    }
}

/// Every node.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeSpace {
    /// One more than the highest id ever given.
    pub(crate) next: u64,
    pub(crate) live: Bitmap,
    pub(crate) uuids: UuidColumn,
    pub(crate) by_uuid: UuidIndex,
    pub(crate) seqs: PackedColumn,
    /// By label.
    pub(crate) labels: Directory<Bitmap>,
    /// By property key.
    pub(crate) columns: Directory<Column>,
}

impl NodeSpace {
    pub(crate) fn find(&self, uuid: &Uuid) -> Option<u64> {
        self.by_uuid.get(uuid, |id| self.uuids.get(id))
    }

    /// Whether a public id is in use, as far as what is in memory tells.
    pub(crate) fn holds(&self, uuid: &Uuid) -> bool {
        self.by_uuid.knows(uuid) && self.by_uuid.get(uuid, |id| self.uuids.get_here(id)).is_some()
    }

    /// Adds the next node; its public id is not in use.
    pub(crate) fn create(&mut self, uuid: Uuid, seq: u64) -> u64 {
        let id = self.next;
        self.next += 1;
        self.live.insert(id);
        self.uuids.set(id, uuid);
        self.seqs.set(id, seq);
        self.by_uuid.insert(&uuid, id);
        id
    }
}
