//! The indexes of a state, and how operations keep them.

use super::PropertyIndex;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::export::{BlockKey, BlockKind};
use crate::graph::op::{NameRef, PropertyDelta};
use crate::graph::schema::{ConstraintDefinition, IndexDefinition, SchemaTarget};
use crate::graph::{ApplyContext, Direction, GraphState};
use crate::ids::PropertyKeyId;
use crate::value::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Clone, Debug)]
struct Entry {
    target: SchemaTarget,
    keys: Arc<[PropertyKeyId]>,
    index: Arc<PropertyIndex>,
}

/// The indexes by what they cover. There are few, so they are searched in order.
#[derive(Clone, Debug, Default)]
pub(in crate::graph) struct Indexes {
    entries: Vec<Entry>,
    /// Blocks of dropped indexes that the bucket may still have.
    gone: BTreeSet<BlockKey>,
}

impl Indexes {
    /// All, in the order of their definitions.
    pub(super) fn all(&self) -> impl Iterator<Item = &PropertyIndex> {
        self.entries.iter().map(|entry| &*entry.index)
    }

    /// Those whose leaves are blocks of a kind.
    pub(super) fn of_kind(&self, kind: BlockKind) -> impl Iterator<Item = &PropertyIndex> {
        self.entries.iter().filter(move |entry| entry.target.leaf_kind() == kind).map(|entry| &*entry.index)
    }

    /// The index with a number.
    pub(in crate::graph) fn numbered(&self, kind: BlockKind, number: u32) -> Option<&PropertyIndex> {
        self.of_kind(kind).find(|index| index.number == number)
    }

    /// As [`Indexes::numbered`], for writing.
    pub(in crate::graph) fn numbered_mut(
        &mut self,
        kind: BlockKind,
        number: u32,
    ) -> Option<&mut PropertyIndex> {
        let mut entries = self.entries.iter_mut();
        let found = entries.find(|entry| entry.target.leaf_kind() == kind && entry.index.number == number);
        found.map(|entry| Arc::make_mut(&mut entry.index))
    }

    /// Blocks of dropped indexes that the bucket may still have.
    pub(super) fn gone_blocks(&self) -> impl Iterator<Item = BlockKey> {
        self.gone.iter().copied()
    }

    /// Notes that the bucket has a block of an index that is not there any more, or has it no more.
    pub(in crate::graph) fn note_gone(&mut self, key: BlockKey, is_stored: bool) {
        if is_stored {
            self.gone.insert(key)
        } else {
            self.gone.remove(&key)
        };
    }

    /// Adds an index after the others.
    pub(in crate::graph) fn push(&mut self, definition: &IndexDefinition, index: PropertyIndex) {
        let (target, keys) = (definition.target, Arc::clone(&definition.keys));
        self.entries.push(Entry { target, keys, index: Arc::new(index) });
    }

    fn next_number(&self) -> u32 {
        // Not one whose blocks are still to be taken away.
        let taken = self.all().map(|index| index.number).chain(self.gone.iter().map(|key| key.number));
        taken.map(|number| number.saturating_add(1)).max().unwrap_or(0)
    }

    fn find(&self, target: SchemaTarget, keys: &[PropertyKeyId]) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.target == target && *entry.keys == *keys)
    }

    fn covers(&self, target: SchemaTarget) -> bool {
        self.entries.iter().any(|entry| entry.target == target)
    }
}

/// What an index enters of somebody with these properties: the value, or the list of the values if it has several
/// keys. None if one of them is missing.
pub(crate) fn entry_of<'a>(
    keys: &[PropertyKeyId],
    value: impl Fn(PropertyKeyId) -> Option<Cow<'a, Value>>,
) -> Option<Cow<'a, Value>> {
    let value = |key: &PropertyKeyId| value(*key).filter(|value| !value.is_null());
    match keys {
        [key] => value(key),
        keys => {
            let values: Option<Vec<Value>> = keys.iter().map(|key| value(key).map(Cow::into_owned)).collect();
            Some(Cow::Owned(Value::List(values?.into())))
        }
    }
}

/// Properties of an entity by the numbers of their keys.
pub(in crate::graph) type Known<'a> = Vec<(PropertyKeyId, &'a Value)>;

fn known<'a>(properties: &[(PropertyKeyId, &'a Value)], key: PropertyKeyId) -> Option<Cow<'a, Value>> {
    properties.iter().find(|(k, _)| *k == key).map(|(_, value)| Cow::Borrowed(*value))
}

/// One property of an entity that moves from one value to another.
#[derive(Clone, Copy)]
pub(in crate::graph) struct Move<'a> {
    pub(in crate::graph) key: PropertyKeyId,
    pub(in crate::graph) old: &'a Value,
    pub(in crate::graph) new: &'a Value,
    /// The other properties that indexes cover together with it.
    pub(in crate::graph) beside: &'a [(PropertyKeyId, &'a Value)],
}

impl GraphState {
    /// The index on exactly these properties, in this order.
    pub fn index(&self, target: SchemaTarget, keys: &[PropertyKeyId]) -> Option<&PropertyIndex> {
        self.indexes.find(target, keys).map(|entry| &*entry.index)
    }

    /// Whether there is any index at all.
    pub(in crate::graph) fn has_indexes(&self) -> bool {
        !self.indexes.entries.is_empty()
    }

    /// The properties of an operation by the numbers of their keys.
    pub(in crate::graph) fn known<'a>(
        &self,
        cx: &ApplyContext,
        properties: &'a [PropertyDelta],
    ) -> Result<Known<'a>> {
        properties.iter().map(|(key, value)| Ok((cx.property_key(self, *key)?, value))).collect()
    }

    /// Enters an entity that comes with these properties into the indexes on a label or type, or takes it out.
    pub(in crate::graph) fn index_entity(
        &mut self,
        target: SchemaTarget,
        id: u64,
        properties: &[(PropertyKeyId, &Value)],
        enter: bool,
    ) {
        if !self.indexes.covers(target) {
            return;
        }
        let entries = Arc::make_mut(&mut self.indexes).entries.iter_mut();
        for entry in entries.filter(|entry| entry.target == target) {
            if let Some(value) = entry_of(&entry.keys, |key| known(properties, key)) {
                let index = Arc::make_mut(&mut entry.index);
                if enter {
                    index.insert(&value, id);
                } else {
                    index.remove(&value, id);
                }
            }
        }
    }

    /// Enters a node with these labels into their indexes, or takes it out.
    pub(in crate::graph) fn index_node(
        &mut self,
        cx: &ApplyContext,
        node: u64,
        labels: &[NameRef],
        properties: &[PropertyDelta],
        enter: bool,
    ) -> Result<()> {
        if !self.has_indexes() {
            return Ok(());
        }
        let properties = self.known(cx, properties)?;
        for label in labels {
            let label = cx.label(self, *label)?;
            self.index_entity(SchemaTarget::Label(label), node, &properties, enter);
        }
        Ok(())
    }

    /// Moves an entity in the indexes on a label or type that cover a property.
    pub(in crate::graph) fn index_move(&mut self, target: SchemaTarget, id: u64, moved: Move<'_>) {
        let covers = |entry: &Entry| entry.target == target && entry.keys.contains(&moved.key);
        if !self.indexes.entries.iter().any(covers) {
            return;
        }
        let side = |value| {
            move |key| {
                if key == moved.key { Some(Cow::Borrowed(value)) } else { known(moved.beside, key) }
            }
        };
        for entry in Arc::make_mut(&mut self.indexes).entries.iter_mut().filter(|entry| covers(entry)) {
            let index = Arc::make_mut(&mut entry.index);
            if let Some(old) = entry_of(&entry.keys, side(moved.old)) {
                index.remove(&old, id);
            }
            if let Some(new) = entry_of(&entry.keys, side(moved.new)) {
                index.insert(&new, id);
            }
        }
    }

    pub(in crate::graph) fn create_index(&mut self, definition: IndexDefinition) -> Result<()> {
        self.catalog.check_new_index(&definition)?;
        self.build_index(&definition);
        Arc::make_mut(&mut self.catalog).add_index(definition);
        Ok(())
    }

    pub(in crate::graph) fn create_constraint(&mut self, definition: ConstraintDefinition) -> Result<()> {
        self.catalog.check_new_constraint(&definition)?;
        if let Some(index) = definition.index() {
            self.build_index(&index);
            Arc::make_mut(&mut self.catalog).add_index(index);
        }
        Arc::make_mut(&mut self.catalog).add_constraint(definition);
        Ok(())
    }

    /// Builds an index from the state as it is.
    pub(in crate::graph) fn build_index(&mut self, definition: &IndexDefinition) {
        let mut index = self.index_from_state(definition.target, &definition.keys);
        index.number = self.indexes.next_number();
        Arc::make_mut(&mut self.indexes).push(definition, index);
    }

    /// What an index holds if it is right.
    pub(in crate::graph) fn index_from_state(
        &self,
        target: SchemaTarget,
        keys: &[PropertyKeyId],
    ) -> PropertyIndex {
        PropertyIndex::build(
            self.covered_ids(target).filter_map(|id| Some((self.entry(target, keys, id)?, id))),
        )
    }

    /// What an index on these properties enters of somebody who is there: see [`GraphState::index`].
    pub fn entry(&self, target: SchemaTarget, keys: &[PropertyKeyId], id: u64) -> Option<Value> {
        let column = |key| match target {
            SchemaTarget::Label(_) => self.node_column(key),
            SchemaTarget::RelType(_) => self.relationship_column(key),
        };
        entry_of(keys, |key| Some(Cow::Owned(column(key)?.get(id)))).map(Cow::into_owned)
    }

    /// The nodes with a label in order of id, or the relationships of a type in no particular order.
    pub fn covered_ids(&self, target: SchemaTarget) -> impl Iterator<Item = u64> {
        let (nodes, lists) = match target {
            SchemaTarget::Label(label) => (self.label_nodes(label), None),
            SchemaTarget::RelType(rel_type) => (None, self.adjacency(rel_type, Direction::Outgoing)),
        };
        let nodes = nodes.into_iter().flat_map(|nodes| nodes.iter());
        nodes.chain(lists.into_iter().flat_map(|lists| lists.entries().map(|entry| entry.relationship)))
    }

    pub(in crate::graph) fn drop_index(&mut self, name: &str) -> Result<()> {
        let Some(definition) = self.catalog.index_named(name) else {
            return Err(Error::new(ErrorCode::SchemaNotFound, format!("there is no index {name}"))
                .with_hint("SHOW INDEXES lists them; DROP INDEX ... IF EXISTS does not mind"));
        };
        if definition.constraint {
            return Err(Error::new(
                ErrorCode::Schema,
                format!("the index {name} belongs to the constraint of that name"),
            )
            .with_hint(format!("Use DROP CONSTRAINT {name}")));
        }
        self.forget_index(name);
        Ok(())
    }

    pub(in crate::graph) fn drop_constraint(&mut self, name: &str) -> Result<()> {
        let Some(definition) = Arc::make_mut(&mut self.catalog).drop_constraint(name) else {
            return Err(Error::new(ErrorCode::SchemaNotFound, format!("there is no constraint {name}"))
                .with_hint("SHOW CONSTRAINTS lists them; DROP CONSTRAINT ... IF EXISTS does not mind"));
        };
        if definition.kind.is_unique() {
            self.forget_index(name);
        }
        Ok(())
    }

    fn forget_index(&mut self, name: &str) {
        if let Some(definition) = Arc::make_mut(&mut self.catalog).drop_index(name) {
            let indexes = Arc::make_mut(&mut self.indexes);
            let is_it = |e: &Entry| e.target == definition.target && *e.keys == *definition.keys;
            if let Some(at) = indexes.entries.iter().position(is_it) {
                let entry = indexes.entries.remove(at);
                indexes.gone.extend(entry.index.stored_leaves(entry.target.leaf_kind()));
            }
        }
    }
}
