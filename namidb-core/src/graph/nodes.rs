//! The node space: which ids are alive, and what each node has.

use super::bitmap::Bitmap;
use super::chunk::{CHUNK_BITS, CHUNK_IDS};
use super::column::Column;
use super::packed::PackedColumn;
use super::radix::Radix;
use super::uuid_index::UuidIndex;
use uuid::Uuid;

/// The public id of each node, by dense id.
#[derive(Clone, Debug, Default)]
pub(crate) struct UuidColumn {
    chunks: Radix<Vec<Uuid>>,
}

impl UuidColumn {
    pub(crate) fn get(&self, id: u64) -> Option<Uuid> {
        self.chunks.get(id >> CHUNK_BITS)?.get(id as usize & (CHUNK_IDS - 1)).copied()
    }

    fn set(&mut self, id: u64, uuid: Uuid) {
        let chunk = self.chunks.get_or_insert_with(id >> CHUNK_BITS, Vec::new);
        let offset = id as usize & (CHUNK_IDS - 1);
        if offset >= chunk.len() {
            chunk.resize(offset + 1, Uuid::nil());
        }
        chunk[offset] = uuid;
    }

    pub(crate) fn chunks(&self) -> impl Iterator<Item = (u64, &Vec<Uuid>)> {
        self.chunks.iter()
    }

    pub(crate) fn set_chunk(&mut self, index: u64, chunk: Vec<Uuid>) {
        self.chunks.set(index, chunk);
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
    pub(crate) labels: Radix<Bitmap>,
    /// By property key.
    pub(crate) columns: Radix<Column>,
}

impl NodeSpace {
    pub(crate) fn find(&self, uuid: &Uuid) -> Option<u64> {
        self.by_uuid.get(uuid, |id| self.uuids.get(id))
    }

    /// Adds the next node; its public id is not in use.
    pub(crate) fn create(&mut self, uuid: Uuid, seq: u64) -> u64 {
        let id = self.next;
        self.next += 1;
        self.live.insert(id);
        self.uuids.set(id, uuid);
        self.seqs.set(id, seq);
        let NodeSpace { uuids, by_uuid, .. } = self;
        by_uuid.insert(&uuid, id, |id| uuids.get(id));
        id
    }

    /// Enters every live node into the index of public ids. False if two have the same.
    pub(crate) fn index_uuids(&mut self) -> bool {
        let NodeSpace { live, uuids, by_uuid, .. } = self;
        *by_uuid = UuidIndex::default();
        for id in live.iter() {
            let Some(uuid) = uuids.get(id) else { return false };
            if by_uuid.get(&uuid, |id| uuids.get(id)).is_some() {
                return false;
            }
            by_uuid.insert(&uuid, id, |id| uuids.get(id));
        }
        true
    }
}
