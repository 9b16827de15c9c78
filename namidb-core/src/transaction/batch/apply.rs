//! Applying the rows of a batch to a state.
//!
//! Node rows go first, in order, each against what the rows before it left. Edge rows follow: those that are new
//! in bulk, and of several for one edge only the last.

use super::names::Resolver;
use super::{Action, EdgeRow, NodeRow, OnExisting, Properties, StagedBatch};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::PropertyDelta;
use crate::graph::{Direction, GraphState};
use crate::hash::HashMap;
use crate::ids::{LabelId, NodeId, PropertyKeyId, RelId, RelTypeId};
use crate::transaction::{Changes, Restage, StageContext};
use crate::value::Value;
use std::sync::Arc;
use uuid::Uuid;

/// An edge row whose endpoints have been found.
#[derive(Clone, Copy)]
struct Found {
    rel_type: u32,
    source: NodeId,
    target: NodeId,
    row: usize,
}

impl Restage for StagedBatch {
    fn restage(&mut self, state: &GraphState, context: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, context);
        self.apply(&mut changes)?;
        Ok(changes)
    }
}

impl StagedBatch {
    /// Applies the rows to changes that may hold others already.
    ///
    /// # Errors
    /// `EndpointMissing` if an edge's endpoint does not exist, naming the row and the id. The changes
    /// are then of no use: go back to a mark.
    pub fn apply(&self, changes: &mut Changes) -> Result<()> {
        let mut names = self.names.resolver();
        let mut removed = HashMap::default();
        for row in &self.nodes {
            self.apply_node(changes, &mut names, row, &mut removed)?;
        }
        let edges = self.last_edges(changes.state(), &removed)?;
        let catalog = changes.state().catalog();
        let types: Vec<Option<RelTypeId>> =
            self.names.rel_type_names().iter().map(|name| catalog.rel_type(name)).collect();
        let mut new = Vec::new();
        for edge in edges {
            let row = &self.edges[edge.row];
            let rel_type = types.get(edge.rel_type as usize).copied().flatten();
            let existing = rel_type.and_then(|rel_type| keyed_edge(changes.state(), rel_type, &edge));
            match (existing, row.action) {
                (Some(existing), Action::Upsert(properties)) => {
                    self.replace_edge(changes, existing, properties)?;
                }
                (Some(existing), Action::Tombstone) => {
                    changes.delete_relationship(existing)?;
                }
                (None, Action::Upsert(properties)) => new.push((edge, properties)),
                (None, Action::Tombstone) => {}
            }
        }
        changes.in_bulk(|changes| {
            for (edge, properties) in &new {
                let rel_type = names.rel_type(&self.names, changes, edge.rel_type)?;
                let properties = self.deltas(changes, &mut names, *properties)?;
                changes.create_named_relationship(rel_type, edge.source, edge.target, properties)?;
            }
            Ok(())
        })
    }

    fn deltas(
        &self,
        changes: &mut Changes,
        names: &mut Resolver,
        properties: Properties,
    ) -> Result<Vec<PropertyDelta>> {
        let named = self.properties_of(properties).iter();
        named.map(|(key, value)| Ok((names.key(&self.names, changes, *key)?, value.clone()))).collect()
    }

    fn apply_node(
        &self,
        changes: &mut Changes,
        names: &mut Resolver,
        row: &NodeRow,
        removed: &mut HashMap<Uuid, usize>,
    ) -> Result<()> {
        let existing = changes.state().node_by_uuid(&row.uuid);
        match (existing, row.action) {
            (None, Action::Upsert(properties)) => {
                let labels = names.label_set(&self.names, changes, row.labels)?;
                let properties = self.deltas(changes, names, properties)?;
                changes.create_named_node(row.uuid, labels, properties)?;
            }
            (Some(node), Action::Upsert(properties)) => match row.existing {
                OnExisting::Replace => self.replace_node(changes, node, row.labels, properties)?,
                OnExisting::Merge => self.add_to_node(changes, node, row.labels, properties)?,
                OnExisting::Skip => {}
                OnExisting::Error => return Err(already_there(row)),
            },
            (Some(node), Action::Tombstone) => {
                let state = changes.state();
                let has = |label: &Arc<str>| {
                    state.catalog().label(label).is_some_and(|label| state.has_label(node, label))
                };
                if self.names.labels_of(row.labels).all(has) {
                    changes.detach_delete_node(node)?;
                    removed.insert(row.uuid, row.position);
                }
            }
            (None, Action::Tombstone) => {}
        }
        Ok(())
    }

    /// Makes the labels and properties of a node these, and no others.
    fn replace_node(
        &self,
        changes: &mut Changes,
        node: NodeId,
        labels: u32,
        properties: Properties,
    ) -> Result<()> {
        let catalog = changes.state().catalog();
        let kept =
            |label: &LabelId| self.names.labels_of(labels).any(|name| name == catalog.label_name(*label));
        let old_labels = changes.state().labels(node);
        let gone: Vec<Arc<str>> = old_labels
            .iter()
            .filter(|label| !kept(label))
            .map(|label| Arc::clone(catalog.label_name(*label)))
            .collect();
        let old = self.keys_gone(changes.state(), changes.state().node_properties(node), properties);
        for label in &gone {
            changes.remove_label(node, label)?;
        }
        for key in &old {
            changes.set_node_property(node, key, Value::Null)?;
        }
        self.add_to_node(changes, node, labels, properties)
    }

    /// Gives a node these labels and properties.
    fn add_to_node(
        &self,
        changes: &mut Changes,
        node: NodeId,
        labels: u32,
        properties: Properties,
    ) -> Result<()> {
        for label in self.names.labels_of(labels) {
            changes.add_label(node, label)?;
        }
        for (key, value) in self.named_properties(properties) {
            changes.set_node_property(node, key, value.clone())?;
        }
        Ok(())
    }

    /// Makes the properties of a relationship these, and no others.
    fn replace_edge(&self, changes: &mut Changes, edge: RelId, properties: Properties) -> Result<()> {
        let old = self.keys_gone(changes.state(), changes.state().relationship_properties(edge), properties);
        for key in &old {
            changes.set_relationship_property(edge, key, Value::Null)?;
        }
        for (key, value) in self.named_properties(properties) {
            changes.set_relationship_property(edge, key, value.clone())?;
        }
        Ok(())
    }

    fn named_properties(&self, properties: Properties) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        let staged = self.properties_of(properties).iter();
        staged.filter_map(|(key, value)| Some((self.names.key_name(*key)?, value)))
    }

    /// The keys that an entity has, and its new record has not.
    fn keys_gone(
        &self,
        state: &GraphState,
        old: Vec<(PropertyKeyId, Value)>,
        properties: Properties,
    ) -> Vec<Arc<str>> {
        let names = old.into_iter().map(|(key, _)| state.catalog().property_key_name(key));
        let gone = names.filter(|name| self.named_properties(properties).all(|(key, _)| key != *name));
        gone.cloned().collect()
    }

    /// Finds the endpoints of the edge rows; keeps of each edge the last row, in the order of the rows.
    fn last_edges(&self, state: &GraphState, removed: &HashMap<Uuid, usize>) -> Result<Vec<Found>> {
        let mut found = Vec::with_capacity(self.edges.len());
        let mut missing = Vec::new();
        // Rows often come in runs of one source.
        let mut last_source: Option<(Uuid, NodeId)> = None;
        for (row, edge) in self.edges.iter().enumerate() {
            let later = |end: &Uuid| removed.get(end).is_some_and(|removal| *removal > edge.position);
            if !removed.is_empty() && (later(&edge.source) || later(&edge.target)) {
                continue;
            }
            let source = match last_source {
                Some((uuid, node)) if uuid == edge.source => Some(node),
                _ => state.node_by_uuid(&edge.source),
            };
            let target = state.node_by_uuid(&edge.target);
            match (source, target) {
                (Some(source), Some(target)) => {
                    last_source = Some((edge.source, source));
                    found.push(Found { rel_type: edge.rel_type, source, target, row });
                }
                // What does not exist need not be taken away.
                _ if matches!(edge.action, Action::Tombstone) => {}
                (None, _) => missing.push((row, "source", edge.source)),
                (_, None) => missing.push((row, "target", edge.target)),
            }
        }
        self.check_missing(&missing)?;
        found.sort_unstable_by_key(|f| (f.rel_type, f.source, f.target, f.row));
        let mut last: Vec<Found> = found
            .chunk_by(|a, b| (a.rel_type, a.source, a.target) == (b.rel_type, b.source, b.target))
            .filter_map(|rows| rows.last().copied())
            .collect();
        last.sort_unstable_by_key(|f| f.row);
        Ok(last)
    }

    /// An edge without its endpoint is an error, unless a later row takes the edge away again.
    fn check_missing(&self, missing: &[(usize, &str, Uuid)]) -> Result<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let key = |edge: &EdgeRow| (edge.rel_type, edge.source, edge.target);
        let removals = self.edges.iter().enumerate().filter(|(_, e)| matches!(e.action, Action::Tombstone));
        let removed: HashMap<_, usize> = removals.map(|(row, edge)| (key(edge), row)).collect();
        let stays =
            |(row, ..): &&(usize, &str, Uuid)| removed.get(&key(&self.edges[*row])).is_none_or(|at| at < row);
        match missing.iter().find(stays) {
            Some((row, end, id)) => Err(self.endpoint_missing(*row, &self.edges[*row], end, *id)),
            None => Ok(()),
        }
    }

    fn endpoint_missing(&self, row: usize, edge: &EdgeRow, end: &str, id: Uuid) -> Error {
        let rel_type = self.names.rel_type_names().get(edge.rel_type as usize).map_or("", |name| name);
        Error::new(
            ErrorCode::EndpointMissing,
            format!("edge row {row} ({rel_type}): its {end}, the node {id}, does not exist; the batch was not applied"),
        )
        .with_hint("Stage the node in the same batch, or leave the edge out")
        .with_detail("row", row)
        .with_detail("end", end)
        .with_detail("id", id)
    }
}

fn already_there(row: &NodeRow) -> Error {
    let message =
        format!("node row {}: the node {} exists already; the batch was not applied", row.position, row.uuid);
    Error::new(ErrorCode::UniqueViolation, message)
        .with_hint("Leave the row out, or say on_existing=\"replace\", \"merge\" or \"skip\"")
        .with_detail("row", row.position)
        .with_detail("id", row.uuid)
}

/// The relationship that a row addresses: the one with the lowest id, where there are several.
fn keyed_edge(state: &GraphState, rel_type: RelTypeId, edge: &Found) -> Option<RelId> {
    let lists = state.adjacency(rel_type, Direction::Outgoing)?;
    lists.neighbours(edge.source).find(edge.target).next()
}
