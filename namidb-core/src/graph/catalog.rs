//! The names of the graph, and the definitions of its indexes and constraints.

use super::op::NameKind;
use super::schema::{ConstraintDefinition, IndexDefinition};
use crate::hash::HashMap;
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};
use std::sync::Arc;

/// Names of one kind. A name keeps its number for ever.
#[derive(Clone, Debug, Default)]
struct Names {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Names {
    fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    fn define(&mut self, name: &Arc<str>) -> u32 {
        if let Some(number) = self.find(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.names.push(Arc::clone(name));
        self.numbers.insert(Arc::clone(name), number);
        number
    }
}

/// The names of the graph, and the definitions of its indexes and constraints.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    labels: Names,
    rel_types: Names,
    property_keys: Names,
    indexes: Vec<IndexDefinition>,
    constraints: Vec<ConstraintDefinition>,
    version: u64,
}

impl Catalog {
    /// The number of a label.
    pub fn label(&self, name: &str) -> Option<LabelId> {
        self.labels.find(name).map(LabelId)
    }

    /// The number of a relationship type.
    pub fn rel_type(&self, name: &str) -> Option<RelTypeId> {
        self.rel_types.find(name).map(RelTypeId)
    }

    /// The number of a property key.
    pub fn property_key(&self, name: &str) -> Option<PropertyKeyId> {
        self.property_keys.find(name).map(PropertyKeyId)
    }

    /// The name of a label that this catalog numbered.
    ///
    /// # Panics
    /// If the number is from another graph.
    pub fn label_name(&self, id: LabelId) -> &Arc<str> {
        &self.labels.names[id.index()]
    }

    /// The name of a relationship type that this catalog numbered.
    ///
    /// # Panics
    /// If the number is from another graph.
    pub fn rel_type_name(&self, id: RelTypeId) -> &Arc<str> {
        &self.rel_types.names[id.index()]
    }

    /// The name of a property key that this catalog numbered.
    ///
    /// # Panics
    /// If the number is from another graph.
    pub fn property_key_name(&self, id: PropertyKeyId) -> &Arc<str> {
        &self.property_keys.names[id.index()]
    }

    /// The labels ever used, in order of their numbers.
    pub fn labels(&self) -> impl Iterator<Item = (LabelId, &Arc<str>)> {
        self.labels.names.iter().enumerate().map(|(i, name)| (LabelId(i as u32), name))
    }

    /// The relationship types ever used, in order of their numbers.
    pub fn rel_types(&self) -> impl Iterator<Item = (RelTypeId, &Arc<str>)> {
        self.rel_types.names.iter().enumerate().map(|(i, name)| (RelTypeId(i as u32), name))
    }

    /// The property keys ever used, in order of their numbers.
    pub fn property_keys(&self) -> impl Iterator<Item = (PropertyKeyId, &Arc<str>)> {
        self.property_keys.names.iter().enumerate().map(|(i, name)| (PropertyKeyId(i as u32), name))
    }

    /// How many names of a kind there are; the number of the next one.
    pub fn name_count(&self, kind: NameKind) -> u32 {
        match kind {
            NameKind::Label => self.labels.names.len() as u32,
            NameKind::RelType => self.rel_types.names.len() as u32,
            NameKind::PropertyKey => self.property_keys.names.len() as u32,
        }
    }

    /// The definitions of the indexes, in the order of their creation.
    pub fn indexes(&self) -> &[IndexDefinition] {
        &self.indexes
    }

    /// The definition of an index by name.
    pub fn index_named(&self, name: &str) -> Option<&IndexDefinition> {
        self.indexes.iter().find(|index| &*index.name == name)
    }

    /// The definitions of the constraints, in the order of their creation.
    pub fn constraints(&self) -> &[ConstraintDefinition] {
        &self.constraints
    }

    /// The definition of a constraint by name.
    pub fn constraint_named(&self, name: &str) -> Option<&ConstraintDefinition> {
        self.constraints.iter().find(|constraint| &*constraint.name == name)
    }

    /// How often names, indexes or constraints were defined or dropped.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn define(&mut self, kind: NameKind, name: &Arc<str>) -> u32 {
        self.version += 1;
        match kind {
            NameKind::Label => self.labels.define(name),
            NameKind::RelType => self.rel_types.define(name),
            NameKind::PropertyKey => self.property_keys.define(name),
        }
    }

    pub(crate) fn add_index(&mut self, definition: IndexDefinition) {
        self.version += 1;
        self.indexes.push(definition);
    }

    pub(crate) fn drop_index(&mut self, name: &str) -> Option<IndexDefinition> {
        let at = self.indexes.iter().position(|index| &*index.name == name)?;
        self.version += 1;
        Some(self.indexes.remove(at))
    }

    pub(crate) fn add_constraint(&mut self, definition: ConstraintDefinition) {
        self.version += 1;
        self.constraints.push(definition);
    }

    pub(crate) fn drop_constraint(&mut self, name: &str) -> Option<ConstraintDefinition> {
        let at = self.constraints.iter().position(|constraint| &*constraint.name == name)?;
        self.version += 1;
        Some(self.constraints.remove(at))
    }

    pub(crate) fn set_version(&mut self, version: u64) {
        self.version = version;
    }
}
