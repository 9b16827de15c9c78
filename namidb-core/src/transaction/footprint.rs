//! What changes wrote, and what they rely on: the ground on which two transactions may both commit.
//!
//! Only what existed before can conflict: nobody else knows the entities that a transaction makes. Their
//! endpoints existed, and so may the public ids that it gives out.
//!
//! Operations carry old values for the indexes. So to add or remove a label relies on the properties that indexes on
//! that label cover: else two transactions could commit of which one moves the node into an index and the other changes
//! its value there, each unaware of the other. The same holds for the properties that constraints on the label are about,
//! and for those that an index covers together with one that is set. Every change of an entity relies on its existence.
//!
//! Whoever comes to values that a constraint keeps unique writes these values: of two that come to the same, the second
//! conflicts.

use super::Conflict;
use crate::graph::op::{NameKind, NameRef, NodeRef, Op, PropertyDelta, RelRef, TargetRef};
use crate::graph::{GraphState, SchemaTarget};
use crate::hash::{FixedHasher, HashSet};
use crate::ids::{LabelId, NodeId, PropertyKeyId, RelId, RelTypeId};
use crate::value::Value;
use crate::value::hash::hash_into;
use std::hash::{BuildHasher, Hasher};
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
    /// Values that a constraint keeps unique, by their hash: two that share one by chance only conflict without need.
    Values(u64),
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
    /// Whether anybody has the values that the constraint of this name keeps unique.
    Unique(Arc<str>),
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
                .then(|| catalog.property_key_name(PropertyKeyId(n))),
            NameRef::New(n) => self.keys.get(n as usize).copied(),
        }
    }
}

/// What indexes and constraints may be on; none if the transaction made the name itself.
fn schema_target(target: TargetRef) -> Option<SchemaTarget> {
    match target {
        TargetRef::Label(NameRef::Existing(number)) => Some(SchemaTarget::Label(LabelId(number))),
        TargetRef::RelType(NameRef::Existing(number)) => Some(SchemaTarget::RelType(RelTypeId(number))),
        TargetRef::Label(NameRef::New(_)) | TargetRef::RelType(NameRef::New(_)) => None,
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
                Op::CreateNode { uuid, labels, properties } => {
                    self.write(Entity::Key(*uuid), Aspect::Existence);
                    labels
                        .iter()
                        .for_each(|label| self.take(before, TargetRef::Label(*label), properties, None));
                }
                Op::DeleteNode { node: NodeRef::Existing(node), .. } => {
                    self.write(Entity::Node(*node), Aspect::Existence);
                }
                Op::CreateRelationship { rel_type, source, target, properties } => {
                    self.take(before, TargetRef::RelType(*rel_type), properties, None);
                    for end in [source, target] {
                        if let NodeRef::Existing(node) = end {
                            self.relied.insert((Entity::Node(*node), Aspect::Existence));
                        }
                    }
                }
                Op::DeleteRelationship { relationship: RelRef::Existing(relationship), .. } => {
                    self.write(Entity::Relationship(*relationship), Aspect::Existence);
                }
                Op::SetNodeProperty { node, key, old: _, new, indexed_labels, beside } => {
                    let targets = indexed_labels.iter().map(|label| TargetRef::Label(*label));
                    targets.clone().for_each(|target| self.take(before, target, beside, Some((*key, new))));
                    if let NodeRef::Existing(node) = node {
                        self.set_property(Entity::Node(*node), *key, targets, before, &names);
                    }
                }
                Op::SetRelationshipProperty { relationship, key, old: _, new, indexed_type, beside } => {
                    let targets = indexed_type.iter().map(|rel_type| TargetRef::RelType(*rel_type));
                    targets.clone().for_each(|target| self.take(before, target, beside, Some((*key, new))));
                    if let RelRef::Existing(relationship) = relationship {
                        self.set_property(Entity::Relationship(*relationship), *key, targets, before, &names);
                    }
                }
                Op::AddLabel { node, label, indexed } => {
                    self.take(before, TargetRef::Label(*label), indexed, None);
                    if let (NodeRef::Existing(node), Some(name)) = (node, names.label(*label)) {
                        self.write(Entity::Node(*node), Aspect::Label(Arc::clone(name)));
                        self.rely_on_indexed(*node, name, before);
                    }
                }
                Op::RemoveLabel { node: NodeRef::Existing(node), label, .. } => {
                    if let Some(name) = names.label(*label) {
                        self.write(Entity::Node(*node), Aspect::Label(Arc::clone(name)));
                        self.rely_on_indexed(*node, name, before);
                    }
                }
                Op::CreateIndex { .. }
                | Op::DropIndex { .. }
                | Op::CreateConstraint { .. }
                | Op::DropConstraint { .. } => self.schema = true,
                // What the transaction made itself; and of two with one token the second is not applied.
                Op::DeleteNode { .. }
                | Op::DeleteRelationship { .. }
                | Op::RemoveLabel { .. }
                | Op::Remember { .. } => {}
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
        let target = SchemaTarget::Label(label);
        let indexes = before.index_definitions().filter(|i| i.target == target).map(|i| &i.keys);
        let constraints = before.constraint_definitions().filter(|c| c.target == target).map(|c| &c.keys);
        for key in indexes.chain(constraints).flat_map(|keys| keys.iter()) {
            let key = Arc::clone(catalog.property_key_name(*key));
            self.relied.insert((Entity::Node(node), Aspect::Property(key)));
        }
    }

    /// A property that was set of somebody who is in indexes on these labels or this type. What they cover together with
    /// it is relied on, also what nobody has: who gives a second property beside this one makes an entry of both.
    fn set_property(
        &mut self,
        entity: Entity,
        key: NameRef,
        targets: impl Iterator<Item = TargetRef>,
        before: &GraphState,
        names: &NameTable<'_>,
    ) {
        if let Some(key) = names.key(key) {
            self.write(entity, Aspect::Property(Arc::clone(key)));
        }
        for target in targets.filter_map(schema_target) {
            let indexes = before.index_definitions().filter(|index| index.target == target);
            for index in indexes.filter(|index| index.keys.iter().any(|k| NameRef::Existing(k.0) == key)) {
                for other in index.keys.iter().filter(|other| NameRef::Existing(other.0) != key) {
                    let other = Arc::clone(before.catalog().property_key_name(*other));
                    self.relied.insert((entity, Aspect::Property(other)));
                }
            }
        }
    }

    /// Somebody under a label or type comes to these properties, and to the one that is set. Constraints and what they are
    /// about were there before: a transaction that defines one conflicts with everything.
    fn take(
        &mut self,
        before: &GraphState,
        target: TargetRef,
        properties: &[PropertyDelta],
        set: Option<(NameRef, &Value)>,
    ) {
        let Some(target) = schema_target(target) else { return };
        for constraint in before.constraint_definitions() {
            let number = |key: PropertyKeyId| NameRef::Existing(key.0);
            let moved = set.is_none_or(|(key, _)| constraint.keys.iter().any(|k| number(*k) == key));
            if constraint.target != target || !constraint.kind.is_unique() || !moved {
                continue;
            }
            let mut hasher = FixedHasher::default().build_hasher();
            let complete = constraint.keys.iter().all(|key| {
                let given = || properties.iter().find(|(k, _)| *k == number(*key)).map(|(_, value)| value);
                let value = set.filter(|(k, _)| *k == number(*key)).map(|(_, value)| value).or_else(given);
                value
                    .filter(|value| !value.is_null())
                    .inspect(|value| hash_into(value, &mut hasher))
                    .is_some()
            });
            if complete {
                let aspect = Aspect::Unique(Arc::clone(&constraint.name));
                self.written.insert((Entity::Values(hasher.finish()), aspect));
            }
        }
    }

    /// Whether nothing was written and nothing relied on.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.relied.is_empty() && !self.schema
    }

    /// Whether an index or constraint was defined or dropped.
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
