//! Creating, changing and deleting nodes.

use super::{Changes, check_storable, unless_missed};
use crate::error::Result;
use crate::graph::op::{NameKind, NameRef, Op, PropertyDelta};
use crate::ids::{NodeId, PropertyKeyId};
use crate::runtime::uuid_v7;
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;
use uuid::Uuid;

/// A node to be created.
#[derive(Clone, Debug, Default)]
pub struct NewNode {
    /// Its public id; none for a new one.
    pub uuid: Option<Uuid>,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// Its properties. Nulls are left out; of a key given twice the last value counts.
    pub properties: Vec<(Arc<str>, Value)>,
}

impl Changes {
    /// Creates a node; without a public id it gets a new one of version 7.
    ///
    /// # Errors
    /// `UniqueViolation` if the public id is in use; `PropertyType` if a property cannot hold its value.
    pub fn create_node(
        &mut self,
        uuid: Option<Uuid>,
        labels: &[Arc<str>],
        properties: &[(Arc<str>, Value)],
    ) -> Result<NodeId> {
        let mut names: Vec<NameRef> = Vec::with_capacity(labels.len());
        for label in labels {
            let name = self.label(label)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let properties = self.deltas(properties)?;
        let uuid = uuid.unwrap_or_else(|| uuid_v7(&*self.runtime));
        self.create_named_node(uuid, names, properties)
    }

    /// Creates nodes, whose ids follow each other.
    ///
    /// # Errors
    /// As [`Changes::create_node`]; the nodes before the one that failed are then there.
    pub fn create_nodes(&mut self, rows: &[NewNode]) -> Result<Range<u64>> {
        let first = self.state.next_node_id().0;
        self.ops.reserve(rows.len());
        for row in rows {
            self.create_node(row.uuid, &row.labels, &row.properties).map(drop).or_else(unless_missed)?;
        }
        Ok(first..self.state.next_node_id().0)
    }

    /// Creates a node from names as operations have them, each once, and values that are neither null nor unstorable.
    pub(in crate::transaction) fn create_named_node(
        &mut self,
        uuid: Uuid,
        labels: Vec<NameRef>,
        properties: Vec<PropertyDelta>,
    ) -> Result<NodeId> {
        let node = self.state.next_node_id();
        let (label_count, property_count) = (labels.len() as u64, properties.len() as u64);
        self.record(Op::CreateNode { uuid, labels, properties })?;
        self.counters.nodes_created += 1;
        self.counters.labels_added += label_count;
        self.counters.properties_set += property_count;
        Ok(node)
    }

    /// Deletes a node. False if it was gone.
    ///
    /// # Errors
    /// `DeleteConnected` if it still has relationships.
    pub fn delete_node(&mut self, node: NodeId) -> Result<bool> {
        let Some(uuid) = self.state.node_uuid(node) else { return Ok(false) };
        let labels = self.state.labels(node);
        let labels = labels.iter().map(|label| self.known(NameKind::Label, label.0)).collect();
        let properties = self.state.node_properties(node);
        let properties = self.known_properties(properties);
        let node = self.context.node_ref(node);
        self.record(Op::DeleteNode { node, uuid, labels, properties })?;
        self.counters.nodes_deleted += 1;
        Ok(true)
    }

    /// Deletes a node and every relationship that it has. False if it was gone.
    ///
    /// # Errors
    /// Only defects.
    pub fn detach_delete_node(&mut self, node: NodeId) -> Result<bool> {
        for relationship in self.relationships_of(node) {
            self.delete_relationship(relationship)?;
        }
        self.delete_node(node)
    }

    /// Sets a property of a node, or removes it if the value is null. False if nothing changed.
    ///
    /// # Errors
    /// `EntityNotFound` if there is no such node; `PropertyType` if a property cannot hold the value.
    pub fn set_node_property(&mut self, node: NodeId, key: &Arc<str>, value: Value) -> Result<bool> {
        self.live_node(node)?;
        check_storable(key, &value)?;
        let old = match self.state.catalog().property_key(key) {
            Some(known) => self.state.node_property(node, known),
            None => Value::Null,
        };
        if old == value {
            return Ok(false);
        }
        let name = self.property_key(key)?;
        let (indexed_labels, beside) = self.indexes_of_node(node, key);
        let node = self.context.node_ref(node);
        self.record(Op::SetNodeProperty { node, key: name, old, new: value, indexed_labels, beside })?;
        self.counters.properties_set += 1;
        Ok(true)
    }

    /// Adds a label to a node. False if it has it.
    ///
    /// # Errors
    /// `EntityNotFound` if there is no such node.
    pub fn add_label(&mut self, node: NodeId, label: &Arc<str>) -> Result<bool> {
        self.live_node(node)?;
        let known = self.state.catalog().label(label);
        if known.is_some_and(|label| self.state.has_label(node, label)) {
            return Ok(false);
        }
        let indexed = known.map_or_else(Vec::new, |label| self.properties_in_index(node, label));
        let label = self.label(label)?;
        let node = self.context.node_ref(node);
        self.record(Op::AddLabel { node, label, indexed })?;
        self.counters.labels_added += 1;
        Ok(true)
    }

    /// Removes a label from a node. False if it does not have it.
    ///
    /// # Errors
    /// `EntityNotFound` if there is no such node.
    pub fn remove_label(&mut self, node: NodeId, label: &Arc<str>) -> Result<bool> {
        self.live_node(node)?;
        let Some(label) =
            self.state.catalog().label(label).filter(|label| self.state.has_label(node, *label))
        else {
            return Ok(false);
        };
        let indexed = self.properties_in_index(node, label);
        let label = self.known(NameKind::Label, label.0);
        let node = self.context.node_ref(node);
        self.record(Op::RemoveLabel { node, label, indexed })?;
        self.counters.labels_removed += 1;
        Ok(true)
    }

    pub(super) fn known_properties(&self, properties: Vec<(PropertyKeyId, Value)>) -> Vec<PropertyDelta> {
        let named = |(key, value): (PropertyKeyId, Value)| (self.known(NameKind::PropertyKey, key.0), value);
        properties.into_iter().map(named).collect()
    }
}
