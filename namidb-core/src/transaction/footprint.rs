//! What changes wrote, and what they rely on: the ground on which two transactions may both commit.
//!
//! Only what existed before can conflict: nobody else knows the entities that a transaction makes. Their
//! endpoints existed, and so may the public ids that it gives out.
//!
//! Operations carry old values for the indexes. So to add or remove a label relies on the properties that indexes on
//! that label cover: else two transactions could commit of which one moves the node into an index and the other changes
//! its value there, each unaware of the other. Every change of an entity relies on its existence.

use super::Conflict;
use crate::graph::GraphState;
use crate::graph::op::{NameKind, NameRef, NodeRef, Op, RelRef};
use crate::hash::HashSet;
use crate::ids::{LabelId, NodeId, RelId};
use std::sync::Arc;
use uuid::Uuid;

/// What two transactions can both touch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Entity {
    /// A node, by dense id.
    Node(NodeId),
    /// A relationship, by dense id.
    Relationship(RelId),
    /// A public id that a node was, or is to be, created with.
    Key(Uuid),
}

/// The part of an entity that was touched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Aspect {
    /// Whether it exists.
    Existence,
    /// One property. By name: two transactions may each have defined it, under different numbers.
    Property(Arc<str>),
    /// Whether it has one label.
    Label(Arc<str>),
}

type Touched = HashSet<(Entity, Aspect)>;

/// What changes wrote, and what they rely on.
#[derive(Clone, Default, Debug)]
pub struct Footprint {
    written: Touched,
    relied: Touched,
    schema: bool,
}

/// The names that a transaction sees: those of the state before it, then its own.
struct NameTable<'a> {
    before: &'a GraphState,
    labels: Vec<&'a Arc<str>>,
    keys: Vec<&'a Arc<str>>,
}

impl<'a> NameTable<'a> {
    fn of(ops: &'a [Op], before: &'a GraphState) -> NameTable<'a> {
        let mut table = NameTable { before, labels: Vec::new(), keys: Vec::new() };
        for op in ops {
            match op {
                Op::DefineName { kind: NameKind::Label, name } => table.labels.push(name),
                Op::DefineName { kind: NameKind::PropertyKey, name } => table.keys.push(name),
                _ => {}
            }
        }
        table
    }

    fn label(&self, name: NameRef) -> Option<&'a Arc<str>> {
        let catalog = self.before.catalog();
        match name {
            NameRef::Existing(n) => {
                (n < catalog.name_count(NameKind::Label)).then(|| catalog.label_name(LabelId(n)))
            }
            NameRef::New(n) => self.labels.get(n as usize).copied(),
        }
    }

    fn key(&self, name: NameRef) -> Option<&'a Arc<str>> {
        let catalog = self.before.catalog();
        match name {
            NameRef::Existing(n) => (n < catalog.name_count(NameKind::PropertyKey))
                .then(|| catalog.property_key_name(crate::ids::PropertyKeyId(n))),
            NameRef::New(n) => self.keys.get(n as usize).copied(),
        }
    }
}

impl Footprint {
    /// The footprint of operations that apply to `before`.
    pub fn of_ops(ops: &[Op], before: &GraphState) -> Footprint {
        let mut footprint = Footprint::default();
        footprint.add(ops, before);
        footprint
    }

    /// Adds that of a later transaction, whose operations apply to `before`.
    pub fn add(&mut self, ops: &[Op], before: &GraphState) {
        let names = NameTable::of(ops, before);
        for op in ops {
            match op {
                Op::DefineName { .. } => {}
                Op::CreateNode { uuid, .. } => self.write(Entity::Key(*uuid), Aspect::Existence),
                Op::DeleteNode { node: NodeRef::Existing(node), .. } => {
                    self.write(Entity::Node(*node), Aspect::Existence);
                }
                Op::CreateRelationship { source, target, .. } => {
                    for end in [source, target] {
                        if let NodeRef::Existing(node) = end {
                            self.relied.insert((Entity::Node(*node), Aspect::Existence));
                        }
                    }
                }
                Op::DeleteRelationship { relationship: RelRef::Existing(relationship), .. } => {
                    self.write(Entity::Relationship(*relationship), Aspect::Existence);
                }
                Op::SetNodeProperty { node: NodeRef::Existing(node), key, .. } => {
                    if let Some(key) = names.key(*key) {
                        self.write(Entity::Node(*node), Aspect::Property(Arc::clone(key)));
                    }
                }
                Op::SetRelationshipProperty { relationship: RelRef::Existing(relationship), key, .. } => {
                    if let Some(key) = names.key(*key) {
                        self.write(Entity::Relationship(*relationship), Aspect::Property(Arc::clone(key)));
                    }
                }
                Op::AddLabel { node: NodeRef::Existing(node), label, .. }
                | Op::RemoveLabel { node: NodeRef::Existing(node), label, .. } => {
                    if let Some(name) = names.label(*label) {
                        self.write(Entity::Node(*node), Aspect::Label(Arc::clone(name)));
                        self.rely_on_indexed(*node, name, before);
                    }
                }
                Op::CreateIndex { .. } | Op::DropIndex { .. } => self.schema = true,
                // What the transaction made itself.
                Op::DeleteNode { .. }
                | Op::DeleteRelationship { .. }
                | Op::SetNodeProperty { .. }
                | Op::SetRelationshipProperty { .. }
                | Op::AddLabel { .. }
                | Op::RemoveLabel { .. } => {}
            }
        }
    }

    fn write(&mut self, entity: Entity, aspect: Aspect) {
        if aspect != Aspect::Existence {
            self.relied.insert((entity, Aspect::Existence));
        }
        self.written.insert((entity, aspect));
    }

    fn rely_on_indexed(&mut self, node: NodeId, label: &str, before: &GraphState) {
        let catalog = before.catalog();
        let Some(label) = catalog.label(label) else { return };
        for index in before.index_definitions().filter(|index| index.label == label) {
            let key = Arc::clone(catalog.property_key_name(index.key));
            self.relied.insert((Entity::Node(node), Aspect::Property(key)));
        }
    }

    /// Whether nothing was written and nothing relied on.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.relied.is_empty() && !self.schema
    }

    /// Whether an index was defined or dropped.
    pub fn touches_schema(&self) -> bool {
        self.schema
    }

    /// What was written. In no particular order.
    pub fn written(&self) -> impl Iterator<Item = &(Entity, Aspect)> {
        self.written.iter()
    }

    /// Why these changes cannot be applied after `theirs`, if they cannot: the least of the reasons, so that two
    /// runs name the same one.
    ///
    /// A change of the schema conflicts with everything: operations carry what the indexes of their time needed.
    pub fn conflict(&self, theirs: &Footprint) -> Option<Conflict> {
        if self.is_empty() || theirs.is_empty() {
            return None;
        }
        if self.schema || theirs.schema {
            return Some(Conflict::Schema);
        }
        let both = [
            (&self.written, &theirs.written),
            (&self.written, &theirs.relied),
            (&self.relied, &theirs.written),
        ];
        let least = both.into_iter().filter_map(|(one, two)| {
            let (small, large) = if one.len() <= two.len() { (one, two) } else { (two, one) };
            small.iter().filter(|touched| large.contains(*touched)).min()
        });
        least.min().map(|(entity, aspect)| Conflict::Touched { entity: *entity, aspect: aspect.clone() })
    }
}
