//! Whether a state keeps its invariants: for tests, and for the verification of what was read back.

use super::adjacency::Entry;
use super::radix::Directory;
use super::{Bitmap, Column, Direction, GraphState, RelationshipRecord};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{NodeId, RelId};
use crate::value::Value;
use std::ops::Bound;

fn wrong(what: impl Into<String>) -> Error {
    Error::new(ErrorCode::Corruption, what)
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(wrong(what())) }
}

impl GraphState {
    /// Reads everything and compares every structure with those it must agree with.
    ///
    /// # Errors
    /// `Corruption`, naming the first thing that disagrees.
    pub fn check(&self) -> Result<()> {
        self.check_nodes()?;
        self.check_relationships()?;
        self.check_lists()?;
        self.check_indexes()?;
        self.check_constraints()?;
        let kept = self.tokens.iter().find(|entry| entry.number >= self.tokens.next);
        ensure(kept.is_none(), || "a token has a number that was never given".to_owned())
    }

    fn check_nodes(&self) -> Result<()> {
        for node in self.nodes.live.iter() {
            ensure(node < self.nodes.next, || format!("node {node} is not below the next id"))?;
            let uuid =
                self.nodes.uuids.get(node).ok_or_else(|| wrong(format!("node {node} has no public id")))?;
            ensure(self.node_by_uuid(&uuid) == Some(NodeId(node)), || {
                format!("the public id {uuid} does not lead to node {node}")
            })?;
        }
        for (label, nodes) in self.nodes.labels.iter() {
            ensure(label < self.catalog.labels().count() as u64, || format!("label {label} has no name"))?;
            check_alive(nodes, &self.nodes.live, "node")?;
        }
        let keys = self.catalog.property_keys().count() as u64;
        check_columns(&self.nodes.columns, &self.nodes.live, keys, "node")
    }

    fn check_relationships(&self) -> Result<()> {
        let types = self.catalog.rel_types().count();
        for id in self.relationships.live.iter() {
            ensure(id < self.relationships.next, || format!("relationship {id} is not below the next id"))?;
            let record = self
                .relationship(RelId(id))
                .ok_or_else(|| wrong(format!("relationship {id} has no type or endpoints")))?;
            ensure(record.rel_type.index() < types, || {
                format!("relationship {id} has a type without a name")
            })?;
            ensure(self.has_node(record.source) && self.has_node(record.target), || {
                format!("relationship {id} has an endpoint that does not exist")
            })?;
        }
        let keys = self.catalog.property_keys().count() as u64;
        check_columns(&self.relationships.columns, &self.relationships.live, keys, "relationship")
    }

    fn check_lists(&self) -> Result<()> {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let mut total = 0;
            for (rel_type, lists) in self.adjacencies(direction) {
                let mut count = 0;
                let mut last = None;
                for entry in lists.entries() {
                    ensure(last < Some(entry), || {
                        format!("the list of node {} is not sorted", entry.source)
                    })?;
                    last = Some(entry);
                    count += 1;
                    let Entry { source, node, relationship } = entry;
                    let (source, target) = match direction {
                        Direction::Outgoing => (source, node),
                        Direction::Incoming => (node, source),
                    };
                    let record =
                        RelationshipRecord { rel_type, source: NodeId(source), target: NodeId(target) };
                    ensure(self.relationship(RelId(relationship)) == Some(record), || {
                        format!("relationship {relationship} is in a list that it does not belong to")
                    })?;
                }
                ensure(count == lists.relationship_count(), || {
                    format!(
                        "the lists of type {rel_type} hold {count} relationships, their counter disagrees"
                    )
                })?;
                total += count;
            }
            // Each was found in its right place, so equal numbers mean that none is missing.
            ensure(total == self.relationship_count(), || {
                format!("{total} relationships are in lists, {} exist", self.relationship_count())
            })?;
        }
        Ok(())
    }

    fn check_indexes(&self) -> Result<()> {
        for definition in self.index_definitions() {
            let expected = self.index_from_state(definition.target, &definition.keys);
            let index = self
                .index(definition.target, &definition.keys)
                .ok_or_else(|| wrong(format!("the index {} is missing", definition.name)))?;
            let all = (Bound::Unbounded::<&Value>, Bound::Unbounded);
            let same = index.range(all.0, all.1).eq(expected.range(all.0, all.1));
            ensure(same && index.len() == expected.len(), || {
                let (len, right) = (index.len(), expected.len());
                format!(
                    "the index {} disagrees with the entities: it has {len}, they are {right}",
                    definition.name
                )
            })?;
            let (distinct, right, blind) = (index.distinct(), expected.distinct(), index.blind_changes());
            ensure(distinct.abs_diff(right) <= blind, || {
                format!(
                    "the index {} counts {distinct} values and {blind} unseen changes, they have {right}",
                    definition.name
                )
            })?;
        }
        Ok(())
    }

    fn check_constraints(&self) -> Result<()> {
        for definition in self.constraint_definitions() {
            let index = definition.index();
            ensure(index.is_none_or(|index| self.catalog.index_named(&index.name) == Some(&index)), || {
                format!("the constraint {} has no index", definition.name)
            })?;
            if let Some(violation) = self.find_violation(definition) {
                return Err(wrong(violation.message(self)));
            }
        }
        Ok(())
    }
}

fn check_alive(some: &Bitmap, live: &Bitmap, what: &str) -> Result<()> {
    match some.iter().find(|id| !live.contains(*id)) {
        Some(id) => Err(wrong(format!("{what} {id} has a label, but does not exist"))),
        None => Ok(()),
    }
}

fn check_columns(columns: &Directory<Column>, live: &Bitmap, keys: u64, what: &str) -> Result<()> {
    for (key, column) in columns.iter() {
        ensure(key < keys, || format!("property key {key} has no name"))?;
        let mut count = 0;
        for (index, chunk) in column.chunks() {
            for offset in (0..chunk.len()).filter(|offset| chunk.is_present(*offset)) {
                count += 1;
                let id = index * super::CHUNK_IDS as u64 + offset as u64;
                ensure(live.contains(id), || format!("{what} {id} has a property, but does not exist"))?;
            }
        }
        ensure(count == column.present_count(), || {
            format!("property key {key} has {count} values, its counter disagrees")
        })?;
    }
    Ok(())
}
