//! The graph as immutable, shareable arrays.
//!
//! ```text
//!   GraphState ─ catalog          names, index and constraint definitions
//!              ─ nodes            live bitmap, label bitmaps, UUIDs, columns        by dense id
//!              ─ relationships    live bitmap, types, endpoints, columns            by dense id
//!              ─ adjacency        per type: outgoing and incoming lists             by node
//!              ─ indexes          ordered maps from values to nodes or relationships
//!              ─ tokens           what was committed under a token, and answered
//! ```
//!
//! Invariants:
//! - A state is a few reference counts; its clone is a snapshot that nothing changes any more. A change copies
//!   the chunks that it touches, and only if a snapshot shares them.
//! - State changes only by [`GraphState::apply_op`] and [`GraphState::apply_transaction`], which give the
//!   same result.
//! - Dense ids are given in order and never again.
//! - A relationship is in the outgoing list of its source, in the incoming list of its target, and in no other.
//! - Every live node has a UUID that leads back to it.
//! - A chunk is in memory, or its slot knows where its block is ([`slot::Slot`]). What reads one that is away runs inside of a
//!   collector ([`crate::residency`]); what changes one leaves a patch in its slot, and fetches nothing.

pub mod adjacency;
pub mod bitmap;
mod bulk;
pub mod catalog;
mod check;
pub mod chunk;
pub mod column;
mod constraint;
mod digest;
mod export;
pub mod index;
pub mod mutate;
mod nodes;
pub mod op;
pub mod op_codec;
mod ordered_set;
pub mod packed;
mod patches;
pub mod property_type;
pub mod radix;
mod relationships;
pub mod schema;
mod shared;
pub mod slot;
mod statistics;
pub mod strings;
#[cfg(test)]
mod tests;
mod tokens;
mod uuid_index;

pub use adjacency::{Adjacency, AdjacencyChunk, Direction, Neighbours, Segment};
pub use bitmap::{BITMAP_CHUNK_IDS, Bitmap, BitmapChunk};
pub use catalog::Catalog;
pub use chunk::{CHUNK_IDS, Chunk, ChunkData};
pub use column::Column;
pub use constraint::{Requirements, Violation};
pub use export::{BlockKey, BlockKind, DirectoryEntry, Exported};
pub use index::{IndexIter, PropertyIndex};
pub use mutate::ApplyContext;
pub use packed::{PackedChunk, PackedColumn};
pub use property_type::{PropertyType, ScalarType};
pub use relationships::RelationshipRecord;
pub use schema::{ConstraintDefinition, ConstraintKind, IndexDefinition, SchemaTarget};
pub use strings::{Dictionary, StringData, Strings};
pub use tokens::{ANSWER_BYTES_MAX, CommitToken, Remembered, TOKENS_KEPT};

use crate::ids::{LabelId, NodeId, PropertyKeyId, RelId, RelTypeId, Seq};
use crate::value::Value;
use nodes::NodeSpace;
use radix::Directory;
use relationships::RelationshipSpace;
use shared::Shared;
use smallvec::SmallVec;
use std::sync::Arc;
use uuid::Uuid;

/// The lists of one relationship type.
#[derive(Clone, Debug, Default)]
struct TypeAdjacency {
    outgoing: Adjacency,
    incoming: Adjacency,
}

/// One state of the graph. Cheap to clone; a clone never changes.
#[derive(Clone, Debug, Default)]
pub struct GraphState {
    catalog: Arc<Catalog>,
    nodes: Shared<NodeSpace>,
    relationships: Shared<RelationshipSpace>,
    /// By relationship type.
    adjacency: Directory<TypeAdjacency>,
    indexes: Arc<index::Indexes>,
    tokens: tokens::Tokens,
    partial: bool,
}

impl GraphState {
    /// The graph without anything.
    pub fn empty() -> GraphState {
        GraphState::default()
    }

    /// Whether another clone of this very state is alive, so that nothing but the clone is freed when this one goes.
    pub fn is_shared(&self) -> bool {
        self.nodes.is_shared() && self.relationships.is_shared()
    }

    /// Whether some of its chunks may be in the bucket only, so that it is to be read inside a
    /// [collector](crate::residency::collect).
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// The names, and the definitions of indexes and constraints.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// A number that grows with every name, index and constraint defined or dropped.
    pub fn schema_version(&self) -> u64 {
        self.catalog.version()
    }

    /// The id of the next node: every node's id is below it.
    pub fn next_node_id(&self) -> NodeId {
        NodeId(self.nodes.next)
    }

    /// The id of the next relationship: every relationship's id is below it.
    pub fn next_relationship_id(&self) -> RelId {
        RelId(self.relationships.next)
    }

    /// What was committed under a token, if that was one of the last [`TOKENS_KEPT`].
    pub fn remembered(&self, token: CommitToken) -> Option<Remembered> {
        self.tokens.get(token)
    }

    /// Whether a node exists.
    #[inline]
    pub fn has_node(&self, node: NodeId) -> bool {
        self.nodes.live.contains(node.0)
    }

    /// Whether a relationship exists.
    #[inline]
    pub fn has_relationship(&self, relationship: RelId) -> bool {
        self.relationships.live.contains(relationship.0)
    }

    /// Whether a node has a label.
    #[inline]
    pub fn has_label(&self, node: NodeId, label: LabelId) -> bool {
        self.nodes.labels.get(u64::from(label.0)).is_some_and(|nodes| nodes.contains(node.0))
    }

    /// The labels of a node, in order of their numbers.
    pub fn labels(&self, node: NodeId) -> SmallVec<[LabelId; 4]> {
        let with = self.nodes.labels.iter().filter(|(_, nodes)| nodes.contains(node.0));
        with.map(|(label, _)| LabelId(label as u32)).collect()
    }

    /// The public id of a node that exists.
    pub fn node_uuid(&self, node: NodeId) -> Option<Uuid> {
        if self.has_node(node) { self.nodes.uuids.get(node.0) } else { None }
    }

    /// The node with a public id.
    pub fn node_by_uuid(&self, uuid: &Uuid) -> Option<NodeId> {
        self.nodes.find(uuid).map(NodeId)
    }

    /// The nodes that exist.
    pub fn live_nodes(&self) -> &Bitmap {
        &self.nodes.live
    }

    /// The nodes that have a label; none if no node ever had it.
    pub fn label_nodes(&self, label: LabelId) -> Option<&Bitmap> {
        self.nodes.labels.get(u64::from(label.0))
    }

    /// The relationships that exist.
    pub fn live_relationships(&self) -> &Bitmap {
        &self.relationships.live
    }

    /// What a relationship that exists is.
    #[inline]
    pub fn relationship(&self, relationship: RelId) -> Option<RelationshipRecord> {
        if self.has_relationship(relationship) { self.relationships.record(relationship.0) } else { None }
    }

    /// The type of every relationship id ever given, as the number of the type.
    pub fn relationship_types(&self) -> &PackedColumn {
        &self.relationships.types
    }

    /// The source of every relationship id ever given.
    pub fn relationship_sources(&self) -> &PackedColumn {
        &self.relationships.sources
    }

    /// The target of every relationship id ever given.
    pub fn relationship_targets(&self) -> &PackedColumn {
        &self.relationships.targets
    }

    /// A property of a node; null if there is none.
    pub fn node_property(&self, node: NodeId, key: PropertyKeyId) -> Value {
        self.node_column(key).map_or(Value::Null, |column| column.get(node.0))
    }

    /// A property of a relationship; null if there is none.
    pub fn relationship_property(&self, relationship: RelId, key: PropertyKeyId) -> Value {
        self.relationship_column(key).map_or(Value::Null, |column| column.get(relationship.0))
    }

    /// The properties of a node, in order of their keys' numbers.
    pub fn node_properties(&self, node: NodeId) -> Vec<(PropertyKeyId, Value)> {
        properties(&self.nodes.columns, node.0)
    }

    /// The properties of a relationship, in order of their keys' numbers.
    pub fn relationship_properties(&self, relationship: RelId) -> Vec<(PropertyKeyId, Value)> {
        properties(&self.relationships.columns, relationship.0)
    }

    /// A property of all nodes; none if no node ever had it.
    pub fn node_column(&self, key: PropertyKeyId) -> Option<&Column> {
        self.nodes.columns.get(u64::from(key.0))
    }

    /// A property of all relationships; none if no relationship ever had it.
    pub fn relationship_column(&self, key: PropertyKeyId) -> Option<&Column> {
        self.relationships.columns.get(u64::from(key.0))
    }

    /// The sequence number of the commit that last changed a node; 0 if the id was never given.
    pub fn node_seq(&self, node: NodeId) -> Seq {
        Seq(self.nodes.seqs.get(node.0).unwrap_or(0))
    }

    /// The sequence number of the commit that last changed a relationship; 0 if the id was never given.
    pub fn relationship_seq(&self, relationship: RelId) -> Seq {
        Seq(self.relationships.seqs.get(relationship.0).unwrap_or(0))
    }

    /// The lists of a relationship type in one direction; none if there never was such a relationship.
    pub fn adjacency(&self, rel_type: RelTypeId, direction: Direction) -> Option<&Adjacency> {
        let both = self.adjacency.get(u64::from(rel_type.0))?;
        Some(match direction {
            Direction::Outgoing => &both.outgoing,
            Direction::Incoming => &both.incoming,
        })
    }

    /// The relationship types that have or had a relationship, with their lists in one direction.
    pub fn adjacencies(&self, direction: Direction) -> impl Iterator<Item = (RelTypeId, &Adjacency)> {
        self.adjacency.iter().map(move |(rel_type, both)| {
            let lists = match direction {
                Direction::Outgoing => &both.outgoing,
                Direction::Incoming => &both.incoming,
            };
            (RelTypeId(rel_type as u32), lists)
        })
    }

    /// How many relationships of one type, or of all, a node has in one direction. A relationship from a
    /// node to itself counts once in each direction.
    pub fn degree(&self, node: NodeId, rel_type: Option<RelTypeId>, direction: Direction) -> u64 {
        match rel_type {
            Some(rel_type) => self.adjacency(rel_type, direction).map_or(0, |lists| lists.degree(node)),
            None => self.adjacencies(direction).map(|(_, lists)| lists.degree(node)).sum(),
        }
    }
}

fn properties(columns: &Directory<Column>, id: u64) -> Vec<(PropertyKeyId, Value)> {
    let present = columns.iter().filter(|(_, column)| column.is_present(id));
    present.map(|(key, column)| (PropertyKeyId(key as u32), column.get(id))).collect()
}
