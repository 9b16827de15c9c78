//! What operations have to carry for the indexes.

use super::Changes;
use crate::graph::op::{NameKind, NameRef, PropertyDelta};
use crate::graph::{IndexDefinition, SchemaTarget};
use crate::ids::{LabelId, NodeId, PropertyKeyId, RelId};
use crate::value::Value;

impl Changes {
    /// The labels of a node that have an index on a property, and its other properties that these indexes cover.
    pub(super) fn indexes_of_node(&self, node: NodeId, key: &str) -> (Vec<NameRef>, Vec<PropertyDelta>) {
        let Some(key) = self.state.catalog().property_key(key) else { return Default::default() };
        let mut labels = Vec::new();
        let beside = self.beside(key, |index| {
            let SchemaTarget::Label(label) = index.target else { return None };
            if !self.state.has_label(node, label) {
                return None;
            }
            let label = self.known(NameKind::Label, label.0);
            if !labels.contains(&label) {
                labels.push(label);
            }
            Some(|key| self.state.node_property(node, key))
        });
        (labels, beside)
    }

    /// The type of a relationship, if it has an index on a property, and its other properties that the type's indexes
    /// cover together with that one.
    pub(super) fn indexes_of_relationship(
        &self,
        relationship: RelId,
        key: &str,
    ) -> (Option<NameRef>, Vec<PropertyDelta>) {
        let catalog = self.state.catalog();
        let (Some(key), Some(record)) = (catalog.property_key(key), self.state.relationship(relationship))
        else {
            return Default::default();
        };
        let mut indexed = None;
        let beside = self.beside(key, |index| {
            (index.target == SchemaTarget::RelType(record.rel_type)).then(|| {
                indexed = Some(self.known(NameKind::RelType, record.rel_type.0));
                |key| self.state.relationship_property(relationship, key)
            })
        });
        (indexed, beside)
    }

    /// What indexes on a property cover beside it, of somebody whom `covered` gives the values of for each index that he
    /// is in.
    fn beside<V: Fn(PropertyKeyId) -> Value>(
        &self,
        key: PropertyKeyId,
        mut covered: impl FnMut(&IndexDefinition) -> Option<V>,
    ) -> Vec<PropertyDelta> {
        let mut beside: Vec<PropertyDelta> = Vec::new();
        for index in self.state.index_definitions().filter(|index| index.keys.contains(&key)) {
            let Some(value_of) = covered(index) else { continue };
            for other in index.keys.iter().filter(|other| **other != key) {
                self.add_delta(&mut beside, *other, value_of(*other));
            }
        }
        beside
    }

    /// The node's properties that an index on the label covers.
    pub(super) fn properties_in_index(&self, node: NodeId, label: LabelId) -> Vec<PropertyDelta> {
        let mut properties = Vec::new();
        let target = SchemaTarget::Label(label);
        for index in self.state.index_definitions().filter(|index| index.target == target) {
            for key in index.keys.iter() {
                self.add_delta(&mut properties, *key, self.state.node_property(node, *key));
            }
        }
        properties
    }

    fn add_delta(&self, deltas: &mut Vec<PropertyDelta>, key: PropertyKeyId, value: Value) {
        let name = self.known(NameKind::PropertyKey, key.0);
        if !value.is_null() && deltas.iter().all(|(key, _)| *key != name) {
            deltas.push((name, value));
        }
    }
}
