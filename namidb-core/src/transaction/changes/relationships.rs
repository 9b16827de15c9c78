//! Creating, changing and deleting relationships.

use super::{Changes, check_storable, unless_missed};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::Direction;
use crate::graph::op::{NameKind, NameRef, Op, PropertyDelta};
use crate::ids::{NodeId, RelId};
use crate::value::Value;
use std::ops::Range;
use std::sync::Arc;

/// A relationship to be created.
#[derive(Clone, Debug)]
pub struct NewRelationship {
    /// Its type.
    pub rel_type: Arc<str>,
    /// Where it starts.
    pub source: NodeId,
    /// Where it ends.
    pub target: NodeId,
    /// Its properties. Nulls are left out; of a key given twice the last value counts.
    pub properties: Vec<(Arc<str>, Value)>,
}

impl Changes {
    /// Creates a relationship.
    ///
    /// # Errors
    /// `EndpointMissing` if an endpoint does not exist; `PropertyType` if a property cannot hold its value.
    pub fn create_relationship(
        &mut self,
        rel_type: &Arc<str>,
        source: NodeId,
        target: NodeId,
        properties: &[(Arc<str>, Value)],
    ) -> Result<RelId> {
        for (node, end) in [(source, "source"), (target, "target")] {
            if !self.state.has_node(node) {
                let message = format!("the {end} of a new relationship, node {node}, does not exist");
                return Err(Error::new(ErrorCode::EndpointMissing, message).with_detail("node", node));
            }
        }
        let rel_type = self.rel_type(rel_type)?;
        let properties = self.deltas(properties)?;
        self.create_named_relationship(rel_type, source, target, properties)
    }

    /// Creates relationships, whose ids follow each other. Faster than one by one: they enter the lists sorted.
    ///
    /// # Errors
    /// As [`Changes::create_relationship`]; the relationships before the one that failed are then there.
    pub fn create_relationships(&mut self, rows: &[NewRelationship]) -> Result<Range<u64>> {
        let first = self.state.next_relationship_id().0;
        self.in_bulk(|changes| {
            changes.ops.reserve(rows.len());
            for row in rows {
                let made =
                    changes.create_relationship(&row.rel_type, row.source, row.target, &row.properties);
                made.map(drop).or_else(unless_missed)?;
            }
            Ok(())
        })?;
        Ok(first..self.state.next_relationship_id().0)
    }

    /// Lets the relationships that `work` creates wait, and enter the lists at its end. `work` looks at no list.
    pub(in crate::transaction) fn in_bulk(
        &mut self,
        work: impl FnOnce(&mut Changes) -> Result<()>,
    ) -> Result<()> {
        self.context.defer_lists();
        let result = work(self);
        self.state.fill_lists(&mut self.context);
        self.context.stop_deferring();
        result
    }

    /// Creates a relationship from names as operations have them, each once, between nodes that exist.
    pub(in crate::transaction) fn create_named_relationship(
        &mut self,
        rel_type: NameRef,
        source: NodeId,
        target: NodeId,
        properties: Vec<PropertyDelta>,
    ) -> Result<RelId> {
        let id = self.state.next_relationship_id();
        let (source, target) = (self.context.node_ref(source), self.context.node_ref(target));
        let property_count = properties.len() as u64;
        self.record(Op::CreateRelationship { rel_type, source, target, properties })?;
        self.counters.relationships_created += 1;
        self.counters.properties_set += property_count;
        Ok(id)
    }

    /// Deletes a relationship. False if it was gone.
    ///
    /// # Errors
    /// Only defects.
    pub fn delete_relationship(&mut self, relationship: RelId) -> Result<bool> {
        let Some(record) = self.state.relationship(relationship) else { return Ok(false) };
        let properties = self.state.relationship_properties(relationship);
        let op = Op::DeleteRelationship {
            relationship: self.context.relationship_ref(relationship),
            rel_type: self.known(NameKind::RelType, record.rel_type.0),
            source: self.context.node_ref(record.source),
            target: self.context.node_ref(record.target),
            properties: self.known_properties(properties),
        };
        self.record(op)?;
        self.counters.relationships_deleted += 1;
        Ok(true)
    }

    /// Sets a property of a relationship, or removes it if the value is null. False if nothing changed.
    ///
    /// # Errors
    /// `EntityNotFound` if there is no such relationship; `PropertyType` if a property cannot hold the value.
    pub fn set_relationship_property(
        &mut self,
        relationship: RelId,
        key: &Arc<str>,
        value: Value,
    ) -> Result<bool> {
        self.live_relationship(relationship)?;
        check_storable(key, &value)?;
        let old = match self.state.catalog().property_key(key) {
            Some(known) => self.state.relationship_property(relationship, known),
            None => Value::Null,
        };
        if old == value {
            return Ok(false);
        }
        let name = self.property_key(key)?;
        let (indexed_type, beside) = self.indexes_of_relationship(relationship, key);
        let relationship = self.context.relationship_ref(relationship);
        self.record(Op::SetRelationshipProperty {
            relationship,
            key: name,
            old,
            new: value,
            indexed_type,
            beside,
        })?;
        self.counters.properties_set += 1;
        Ok(true)
    }

    /// The relationships that a node has in either direction, each once.
    pub(super) fn relationships_of(&self, node: NodeId) -> Vec<RelId> {
        let mut found = Vec::new();
        for direction in [Direction::Outgoing, Direction::Incoming] {
            for (_, lists) in self.state.adjacencies(direction) {
                let entries = lists.neighbours(node).iter();
                // A relationship from the node to itself is in both lists.
                let once = entries.filter(|(other, _)| direction == Direction::Outgoing || *other != node);
                found.extend(once.map(|(_, relationship)| relationship));
            }
        }
        found
    }
}
