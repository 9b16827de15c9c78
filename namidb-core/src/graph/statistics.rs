//! Counters that are part of the fold: every process that applied the same records has the same ones.
//!
//! Each is the count that a bitmap or an adjacency keeps for itself, so none can disagree with the data.

use super::{Direction, GraphState};
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};

impl GraphState {
    /// How many nodes exist.
    pub fn node_count(&self) -> u64 {
        self.live_nodes().count()
    }

    /// How many relationships exist.
    pub fn relationship_count(&self) -> u64 {
        self.live_relationships().count()
    }

    /// How many nodes have a label.
    pub fn label_count(&self, label: LabelId) -> u64 {
        self.label_nodes(label).map_or(0, |nodes| nodes.count())
    }

    /// How many relationships have a type.
    pub fn rel_type_count(&self, rel_type: RelTypeId) -> u64 {
        self.adjacency(rel_type, Direction::Outgoing).map_or(0, |lists| lists.relationship_count())
    }

    /// How many nodes have a property.
    pub fn node_property_count(&self, key: PropertyKeyId) -> u64 {
        self.node_column(key).map_or(0, |column| column.present_count())
    }

    /// How many relationships have a property.
    pub fn relationship_property_count(&self, key: PropertyKeyId) -> u64 {
        self.relationship_column(key).map_or(0, |column| column.present_count())
    }
}
