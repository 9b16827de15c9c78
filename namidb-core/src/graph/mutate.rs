//! Applying logical operations: the only way in which state changes.
//!
//! Operations were valid when they were written, against this very state, so replay does not judge them. It
//! does check that what they name exists: a log is bytes from outside.

use super::adjacency::Entry;
use super::index::Move;
use super::op::{NameKind, NameRef, NodeRef, Op, PropertyDelta, RelRef, TargetRef};
use super::radix::Directory;
use super::relationships::RelationshipRecord;
use super::schema::{ConstraintDefinition, IndexDefinition, SchemaTarget};
use super::{Adjacency, Bitmap, Column, GraphState};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{LabelId, NodeId, PropertyKeyId, RelId, RelTypeId, Seq};
use crate::value::Value;
use std::sync::Arc;

/// The numbering of one transaction: which id each entity and each name that it makes has got.
#[derive(Clone, Debug)]
pub struct ApplyContext {
    seq: u64,
    first_node: u64,
    first_relationship: u64,
    names: [Vec<u32>; 3],
    /// Relationships created and not yet in the lists, if lists are filled in batches.
    deferred: Option<Vec<(RelTypeId, Entry)>>,
    /// Whether the operations come from the log: then nothing is fetched in order to judge them.
    replaying: bool,
}

fn kind_index(kind: NameKind) -> usize {
    match kind {
        NameKind::Label => 0,
        NameKind::RelType => 1,
        NameKind::PropertyKey => 2,
    }
}

fn unknown(what: &str, number: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorCode::Corruption,
        format!("an operation names {what} {number}, which does not exist in the state it applies to"),
    )
}

impl ApplyContext {
    /// The context of a transaction that starts on `state` and is, or would be, committed as `seq`.
    pub fn new(state: &GraphState, seq: Seq) -> ApplyContext {
        ApplyContext {
            seq: seq.0,
            first_node: state.nodes.next,
            first_relationship: state.relationships.next,
            names: Default::default(),
            deferred: None,
            replaying: false,
        }
    }

    /// The context of a transaction that was committed as `seq`.
    pub(crate) fn replaying(state: &GraphState, seq: Seq) -> ApplyContext {
        ApplyContext { replaying: true, ..ApplyContext::new(state, seq) }
    }

    /// Lets new relationships wait from now on, until [`GraphState::fill_lists`].
    pub(crate) fn defer_lists(&mut self) {
        self.deferred.get_or_insert_default();
    }

    /// Lets new relationships enter their lists at once again. None may be waiting.
    pub(crate) fn stop_deferring(&mut self) {
        debug_assert!(self.deferred.as_ref().is_none_or(Vec::is_empty));
        self.deferred = None;
    }

    /// The dense id of a node that an operation names.
    pub fn node(&self, node: NodeRef) -> NodeId {
        match node {
            NodeRef::Existing(id) => id,
            NodeRef::New(n) => NodeId(self.first_node.saturating_add(n)),
        }
    }

    /// The dense id of a relationship that an operation names.
    pub fn relationship(&self, relationship: RelRef) -> RelId {
        match relationship {
            RelRef::Existing(id) => id,
            RelRef::New(n) => RelId(self.first_relationship.saturating_add(n)),
        }
    }

    /// How to name a node in an operation of this transaction.
    pub fn node_ref(&self, node: NodeId) -> NodeRef {
        match node.0.checked_sub(self.first_node) {
            Some(n) => NodeRef::New(n),
            None => NodeRef::Existing(node),
        }
    }

    /// How to name a relationship in an operation of this transaction.
    pub fn relationship_ref(&self, relationship: RelId) -> RelRef {
        match relationship.0.checked_sub(self.first_relationship) {
            Some(n) => RelRef::New(n),
            None => RelRef::Existing(relationship),
        }
    }

    /// How to name a label, relationship type or property key in an operation of this transaction.
    pub fn name_ref(&self, kind: NameKind, number: u32) -> NameRef {
        match self.names[kind_index(kind)].iter().position(|n| *n == number) {
            Some(n) => NameRef::New(n as u32),
            None => NameRef::Existing(number),
        }
    }

    fn name(&self, state: &GraphState, kind: NameKind, name: NameRef) -> Result<u32> {
        let (number, found) = match name {
            NameRef::Existing(number) => {
                (number, (number < state.catalog.name_count(kind)).then_some(number))
            }
            NameRef::New(n) => (n, self.names[kind_index(kind)].get(n as usize).copied()),
        };
        found.ok_or_else(|| {
            let what = match kind {
                NameKind::Label => "label",
                NameKind::RelType => "relationship type",
                NameKind::PropertyKey => "property key",
            };
            unknown(what, number)
        })
    }

    /// The number of a label that an operation names.
    ///
    /// # Errors
    /// `Corruption` if there is no such label.
    pub fn label(&self, state: &GraphState, name: NameRef) -> Result<LabelId> {
        self.name(state, NameKind::Label, name).map(LabelId)
    }

    /// The number of a relationship type that an operation names.
    ///
    /// # Errors
    /// `Corruption` if there is no such type.
    pub fn rel_type(&self, state: &GraphState, name: NameRef) -> Result<RelTypeId> {
        self.name(state, NameKind::RelType, name).map(RelTypeId)
    }

    /// The number of a property key that an operation names.
    ///
    /// # Errors
    /// `Corruption` if there is no such key.
    pub fn property_key(&self, state: &GraphState, name: NameRef) -> Result<PropertyKeyId> {
        self.name(state, NameKind::PropertyKey, name).map(PropertyKeyId)
    }
}

impl GraphState {
    /// Applies one operation of the transaction that `cx` belongs to.
    ///
    /// # Errors
    /// `Corruption` if the operation names what does not exist; `UniqueViolation` if it creates a node
    /// whose public id is in use; `DeleteConnected` if it deletes a node that has relationships; `Schema`
    /// if it defines an index or constraint that exists, `SchemaNotFound` if it drops one that does not. The state is then of no use: apply
    /// to a clone.
    pub fn apply_op(&mut self, cx: &mut ApplyContext, op: &Op) -> Result<()> {
        match op {
            Op::DefineName { kind, name } => {
                let number = Arc::make_mut(&mut self.catalog).define(*kind, name);
                cx.names[kind_index(*kind)].push(number);
                Ok(())
            }
            Op::CreateNode { uuid, labels, properties } => self.create_node(cx, uuid, labels, properties),
            Op::DeleteNode { node, uuid, labels, properties } => {
                self.delete_node(cx, *node, uuid, labels, properties)
            }
            Op::CreateRelationship { rel_type, source, target, properties } => {
                self.create_relationship(cx, *rel_type, *source, *target, properties)
            }
            Op::DeleteRelationship { relationship, rel_type, source, target, properties } => {
                self.delete_relationship(cx, *relationship, *rel_type, *source, *target, properties)
            }
            Op::SetNodeProperty { node, key, old, new, indexed_labels, beside } => {
                let node = self.live_node(cx, *node)?;
                let key = cx.property_key(self, *key)?;
                let beside = self.known(cx, beside)?;
                for label in indexed_labels {
                    let target = SchemaTarget::Label(cx.label(self, *label)?);
                    self.index_move(target, node.0, Move { key, old, new, beside: &beside });
                }
                column(&mut self.nodes.columns, key).set(node.0, new.clone(), !old.is_null());
                self.nodes.seqs.set(node.0, cx.seq);
                Ok(())
            }
            Op::SetRelationshipProperty { relationship, key, old, new, indexed_type, beside } => {
                let relationship = cx.relationship(*relationship);
                if !self.is_alive(cx, &self.relationships.live, relationship.0) {
                    return Err(unknown("relationship", relationship));
                }
                let key = cx.property_key(self, *key)?;
                if let Some(rel_type) = indexed_type {
                    let target = SchemaTarget::RelType(cx.rel_type(self, *rel_type)?);
                    let beside = self.known(cx, beside)?;
                    self.index_move(target, relationship.0, Move { key, old, new, beside: &beside });
                }
                let column = column(&mut self.relationships.columns, key);
                column.set(relationship.0, new.clone(), !old.is_null());
                self.relationships.seqs.set(relationship.0, cx.seq);
                Ok(())
            }
            Op::AddLabel { node, label, indexed } => {
                let node = self.live_node(cx, *node)?;
                let label = cx.label(self, *label)?;
                self.nodes.labels.get_or_insert_with(u64::from(label.0), Default::default).insert(node.0);
                self.nodes.seqs.set(node.0, cx.seq);
                let indexed = self.known(cx, indexed)?;
                self.index_entity(SchemaTarget::Label(label), node.0, &indexed, true);
                Ok(())
            }
            Op::RemoveLabel { node, label, indexed } => {
                let node = self.live_node(cx, *node)?;
                let label = cx.label(self, *label)?;
                if let Some(nodes) = self.nodes.labels.get_mut(u64::from(label.0)) {
                    nodes.remove(node.0);
                }
                self.nodes.seqs.set(node.0, cx.seq);
                let indexed = self.known(cx, indexed)?;
                self.index_entity(SchemaTarget::Label(label), node.0, &indexed, false);
                Ok(())
            }
            Op::CreateIndex { name, kind, target, keys } => {
                self.fill_lists(cx);
                let (target, keys) = self.covered(cx, *target, keys)?;
                let (name, kind) = (Arc::clone(name), *kind);
                self.create_index(IndexDefinition { name, kind, target, keys, constraint: false })
            }
            Op::DropIndex { name } => self.drop_index(name),
            Op::CreateConstraint { name, kind, target, keys } => {
                self.fill_lists(cx);
                let (target, keys) = self.covered(cx, *target, keys)?;
                let (name, kind) = (Arc::clone(name), *kind);
                self.create_constraint(ConstraintDefinition { name, kind, target, keys })
            }
            Op::DropConstraint { name } => self.drop_constraint(name),
            Op::Remember { token, answer } => {
                self.tokens.insert(*token, Seq(cx.seq), answer);
                Ok(())
            }
        }
    }

    /// What a definition covers.
    fn covered(
        &self,
        cx: &ApplyContext,
        target: TargetRef,
        keys: &[NameRef],
    ) -> Result<(SchemaTarget, Arc<[PropertyKeyId]>)> {
        let target = match target {
            TargetRef::Label(label) => SchemaTarget::Label(cx.label(self, label)?),
            TargetRef::RelType(rel_type) => SchemaTarget::RelType(cx.rel_type(self, rel_type)?),
        };
        let keys: Result<Vec<PropertyKeyId>> = keys.iter().map(|key| cx.property_key(self, *key)).collect();
        let keys = keys?;
        if keys.is_empty() || keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key)) {
            return Err(Error::new(
                ErrorCode::Corruption,
                "an index or constraint covers no property, or one twice",
            ));
        }
        Ok((target, keys.into()))
    }

    fn live_node(&self, cx: &ApplyContext, node: NodeRef) -> Result<NodeId> {
        let node = cx.node(node);
        if self.is_alive(cx, &self.nodes.live, node.0) { Ok(node) } else { Err(unknown("node", node)) }
    }

    /// Whether an id is in use, as far as that has to be known.
    fn is_alive(&self, cx: &ApplyContext, live: &Bitmap, id: u64) -> bool {
        if cx.replaying { live.knows(id) != Some(false) } else { live.contains(id) }
    }

    fn create_node(
        &mut self,
        cx: &ApplyContext,
        uuid: &uuid::Uuid,
        labels: &[NameRef],
        properties: &[PropertyDelta],
    ) -> Result<()> {
        let is_taken = if cx.replaying { self.nodes.holds(uuid) } else { self.nodes.find(uuid).is_some() };
        if is_taken {
            return Err(Error::new(
                ErrorCode::UniqueViolation,
                format!("a node with the id {uuid} exists already"),
            ));
        }
        let node = NodeId(self.nodes.create(*uuid, cx.seq));
        for label in labels {
            let label = cx.label(self, *label)?;
            self.nodes.labels.get_or_insert_with(u64::from(label.0), Default::default).insert(node.0);
        }
        for (name, value) in properties {
            let key = cx.property_key(self, *name)?;
            column(&mut self.nodes.columns, key).set(node.0, value.clone(), false);
        }
        self.index_node(cx, node.0, labels, properties, true)
    }

    fn delete_node(
        &mut self,
        cx: &mut ApplyContext,
        node: NodeRef,
        uuid: &uuid::Uuid,
        labels: &[NameRef],
        properties: &[PropertyDelta],
    ) -> Result<()> {
        self.fill_lists(cx);
        let node = self.live_node(cx, node)?;
        for (_, both) in self.adjacency.iter() {
            let judged = |lists: &Adjacency| !cx.replaying || lists.knows(node);
            let degree = |lists: &Adjacency| if judged(lists) { lists.degree(node) } else { 0 };
            if degree(&both.outgoing) + degree(&both.incoming) > 0 {
                return Err(Error::new(
                    ErrorCode::DeleteConnected,
                    format!("node {node} still has relationships, so it cannot be deleted"),
                )
                .with_hint("Delete its relationships first, or use DETACH DELETE"));
            }
        }
        self.index_node(cx, node.0, labels, properties, false)?;
        for label in labels {
            let label = cx.label(self, *label)?;
            if let Some(nodes) = self.nodes.labels.get_mut(u64::from(label.0)) {
                nodes.remove(node.0);
            }
        }
        for (name, _) in properties {
            let key = cx.property_key(self, *name)?;
            column(&mut self.nodes.columns, key).set(node.0, Value::Null, true);
        }
        self.nodes.by_uuid.remove(uuid, node.0);
        self.nodes.live.remove(node.0);
        self.nodes.seqs.set(node.0, cx.seq);
        Ok(())
    }

    fn create_relationship(
        &mut self,
        cx: &mut ApplyContext,
        rel_type: NameRef,
        source: NodeRef,
        target: NodeRef,
        properties: &[PropertyDelta],
    ) -> Result<()> {
        let rel_type = cx.rel_type(self, rel_type)?;
        let source = self.live_node(cx, source)?;
        let target = self.live_node(cx, target)?;
        let id = self.relationships.create(RelationshipRecord { rel_type, source, target }, cx.seq);
        for (name, value) in properties {
            let key = cx.property_key(self, *name)?;
            column(&mut self.relationships.columns, key).set(id, value.clone(), false);
        }
        if self.has_indexes() {
            let properties = self.known(cx, properties)?;
            self.index_entity(SchemaTarget::RelType(rel_type), id, &properties, true);
        }
        let entry = Entry { source: source.0, node: target.0, relationship: id };
        match &mut cx.deferred {
            Some(deferred) => deferred.push((rel_type, entry)),
            None => {
                let lists = self.adjacency.get_or_insert_with(u64::from(rel_type.0), Default::default);
                lists.outgoing.insert(entry);
                lists.incoming.insert(reversed(entry));
            }
        }
        Ok(())
    }

    fn delete_relationship(
        &mut self,
        cx: &mut ApplyContext,
        relationship: RelRef,
        rel_type: NameRef,
        source: NodeRef,
        target: NodeRef,
        properties: &[PropertyDelta],
    ) -> Result<()> {
        self.fill_lists(cx);
        let id = cx.relationship(relationship);
        let rel_type = cx.rel_type(self, rel_type)?;
        let record = RelationshipRecord { rel_type, source: cx.node(source), target: cx.node(target) };
        let judged = !cx.replaying || self.relationships.knows(id.0);
        if judged && self.relationship(id) != Some(record) {
            return Err(unknown("relationship", id));
        }
        let properties = self.known(cx, properties)?;
        self.index_entity(SchemaTarget::RelType(rel_type), id.0, &properties, false);
        for (key, _) in properties {
            column(&mut self.relationships.columns, key).set(id.0, Value::Null, true);
        }
        if let Some(lists) = self.adjacency.get_mut(u64::from(rel_type.0)) {
            let entry = Entry { source: record.source.0, node: record.target.0, relationship: id.0 };
            lists.outgoing.remove(entry);
            lists.incoming.remove(reversed(entry));
        }
        self.relationships.live.remove(id.0);
        self.relationships.seqs.set(id.0, cx.seq);
        Ok(())
    }

    /// Puts relationships that wait into their lists.
    pub(crate) fn fill_lists(&mut self, cx: &mut ApplyContext) {
        let Some(deferred) = &mut cx.deferred else { return };
        let mut waiting = std::mem::take(deferred);
        if waiting.is_empty() {
            return;
        }
        waiting.sort_unstable();
        let mut entries = Vec::new();
        for run in waiting.chunk_by(|a, b| a.0 == b.0) {
            let lists = self.adjacency.get_or_insert_with(u64::from(run[0].0.0), Default::default);
            entries.clear();
            entries.extend(run.iter().map(|(_, entry)| *entry));
            lists.outgoing.insert_sorted(&entries);
            entries.iter_mut().for_each(|entry| *entry = reversed(*entry));
            entries.sort_unstable();
            lists.incoming.insert_sorted(&entries);
        }
    }
}

fn reversed(entry: Entry) -> Entry {
    Entry { source: entry.node, node: entry.source, relationship: entry.relationship }
}

fn column(columns: &mut Directory<Column>, key: PropertyKeyId) -> &mut Column {
    columns.get_or_insert_with(u64::from(key.0), Column::default)
}
