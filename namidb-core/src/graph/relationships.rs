//! The relationship space: which ids are alive, and what each relationship is.

use super::bitmap::Bitmap;
use super::column::Column;
use super::packed::PackedColumn;
use super::radix::Directory;
use crate::ids::{NodeId, RelTypeId};

/// What a relationship is, apart from its properties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RelationshipRecord {
    /// Its type.
    pub rel_type: RelTypeId,
    /// Where it starts.
    pub source: NodeId,
    /// Where it ends.
    pub target: NodeId,
}

/// Every relationship.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelationshipSpace {
    /// One more than the highest id ever given.
    pub(crate) next: u64,
    pub(crate) live: Bitmap,
    pub(crate) types: PackedColumn,
    pub(crate) sources: PackedColumn,
    pub(crate) targets: PackedColumn,
    pub(crate) seqs: PackedColumn,
    /// By property key.
    pub(crate) columns: Directory<Column>,
}

impl RelationshipSpace {
    /// Adds the next relationship.
    pub(crate) fn create(&mut self, record: RelationshipRecord, seq: u64) -> u64 {
        let id = self.next;
        self.next += 1;
        self.live.insert(id);
        self.types.set(id, u64::from(record.rel_type.0));
        self.sources.set(id, record.source.0);
        self.targets.set(id, record.target.0);
        self.seqs.set(id, seq);
        id
    }

    /// Whether all that is known of a relationship is in memory.
    pub(crate) fn knows(&self, id: u64) -> bool {
        self.live.knows(id).is_some()
            && self.types.is_here(id)
            && self.sources.is_here(id)
            && self.targets.is_here(id)
    }

    /// What a relationship is, alive or not.
    #[inline]
    pub(crate) fn record(&self, id: u64) -> Option<RelationshipRecord> {
        Some(RelationshipRecord {
            rel_type: RelTypeId(u32::try_from(self.types.get(id)?).ok()?),
            source: NodeId(self.sources.get(id)?),
            target: NodeId(self.targets.get(id)?),
        })
    }
}
