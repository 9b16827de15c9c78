//! How far ids go: executors size arrays by it, so nothing in a state may lie beyond.

use super::{BlockKey, BlockKind};
use crate::graph::GraphState;
use crate::graph::op::NameKind;
use crate::graph::{tokens, uuid_index};

/// One more than the highest id of each kind when a block was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    pub(crate) nodes: u64,
    pub(crate) relationships: u64,
    pub(crate) labels: u32,
    pub(crate) rel_types: u32,
    pub(crate) property_keys: u32,
}

impl Limits {
    /// Those of a state.
    pub(crate) fn of(state: &GraphState) -> Limits {
        Limits {
            nodes: state.nodes.next,
            relationships: state.relationships.next,
            labels: state.catalog.name_count(NameKind::Label),
            rel_types: state.catalog.name_count(NameKind::RelType),
            property_keys: state.catalog.name_count(NameKind::PropertyKey),
        }
    }

    fn space(&self, kind: BlockKind) -> u64 {
        match kind {
            BlockKind::LiveRelationships
            | BlockKind::RelationshipTypes
            | BlockKind::RelationshipSources
            | BlockKind::RelationshipTargets
            | BlockKind::RelationshipSeqs
            | BlockKind::RelationshipProperties
            | BlockKind::RelationshipIndexLeaves => self.relationships,
            _ => self.nodes,
        }
    }

    /// The ids from the first one of a chunk that covers `2^bits` of them to the last one given.
    pub(crate) fn ids_in(&self, key: BlockKey, bits: u32) -> u64 {
        let ids = self.space(key.kind);
        ids - key.index.checked_shl(bits).unwrap_or(u64::MAX).min(ids)
    }

    /// Below what the numbers of a kind of blocks are.
    pub(crate) fn number_limit(&self, kind: BlockKind) -> u64 {
        match kind {
            BlockKind::RelationshipTypes => u64::from(self.rel_types),
            BlockKind::RelationshipSources | BlockKind::RelationshipTargets => self.nodes,
            _ => u64::MAX,
        }
    }

    /// Below what the ids in the leaves of an index are.
    pub(crate) fn indexed_ids(&self, kind: BlockKind) -> u64 {
        self.space(kind)
    }

    /// Whether a block with this key, whose chunks cover `2^bits` ids, belongs to ids and names that exist.
    pub(crate) fn allow(&self, key: BlockKey) -> bool {
        let (bits, numbers) = match key.kind {
            BlockKind::LiveNodes | BlockKind::LiveRelationships => (12, 1),
            BlockKind::LabelNodes => (12, self.labels),
            BlockKind::NodeProperties | BlockKind::RelationshipProperties => (11, self.property_keys),
            BlockKind::OutgoingLongLists | BlockKind::IncomingLongLists => (0, self.rel_types),
            // The narrowest lists; how wide these are stands in their summaries.
            BlockKind::OutgoingLists | BlockKind::IncomingLists => (4, self.rel_types),
            // Pages and leaves have names of their own.
            BlockKind::UuidPages => {
                return key.number <= uuid_index::DEPTH_MAX && key.index >> (4 * key.number) == 0;
            }
            BlockKind::NodeIndexLeaves | BlockKind::RelationshipIndexLeaves => return true,
            BlockKind::Tokens => return key.number == 0 && key.index < tokens::PAGES,
            _ => (11, 1),
        };
        key.number < numbers && key.index <= self.space(key.kind) >> bits
    }
}
