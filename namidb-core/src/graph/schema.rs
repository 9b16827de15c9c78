//! Definitions of indexes and constraints: what they cover, and which may stand beside each other.

use super::export::BlockKind;
use super::op::IndexKind;
use super::property_type::PropertyType;
use super::{Catalog, GraphState};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};
use std::fmt;
use std::sync::Arc;

/// The nodes with a label, or the relationships of a type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SchemaTarget {
    /// The nodes with a label.
    Label(LabelId),
    /// The relationships of a type.
    RelType(RelTypeId),
}

impl SchemaTarget {
    /// Whether it is about relationships.
    pub fn is_relationship(self) -> bool {
        matches!(self, SchemaTarget::RelType(_))
    }

    /// The kind of the blocks of the leaves of its indexes.
    pub(crate) fn leaf_kind(self) -> BlockKind {
        match self {
            SchemaTarget::Label(_) => BlockKind::NodeIndexLeaves,
            SchemaTarget::RelType(_) => BlockKind::RelationshipIndexLeaves,
        }
    }
}

/// What an index covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDefinition {
    /// Its name, unique among indexes and constraints.
    pub name: Arc<str>,
    /// Its kind.
    pub kind: IndexKind,
    /// Whose properties it orders.
    pub target: SchemaTarget,
    /// The properties that it orders, the first before the next, each once. Only who has all of them is in it.
    pub keys: Arc<[PropertyKeyId]>,
    /// Whether it belongs to the constraint of its name, and comes and goes with it.
    pub constraint: bool,
}

/// What a constraint requires of everything that it covers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ConstraintKind {
    /// No two have the same values, if they have all of them.
    Unique,
    /// Each has the property.
    NotNull,
    /// Each has all the properties, and no two have the same values.
    Key,
    /// The property, where it is there, is of a type.
    Type(PropertyType),
}

impl ConstraintKind {
    /// Whether it holds an index.
    pub fn is_unique(self) -> bool {
        matches!(self, ConstraintKind::Unique | ConstraintKind::Key)
    }

    /// Whether it takes only one property.
    pub fn takes_one_key(self) -> bool {
        !self.is_unique()
    }

    /// Whether both require the same sort of thing, so that no property may be under both.
    fn is_like(self, other: ConstraintKind) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl fmt::Display for ConstraintKind {
    /// As it is written after `IS`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstraintKind::Unique => f.write_str("UNIQUE"),
            ConstraintKind::NotNull => f.write_str("NOT NULL"),
            ConstraintKind::Key => f.write_str("KEY"),
            ConstraintKind::Type(of) => write!(f, ":: {of}"),
        }
    }
}

/// What a constraint covers and requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintDefinition {
    /// Its name, unique among indexes and constraints.
    pub name: Arc<str>,
    /// What it requires.
    pub kind: ConstraintKind,
    /// Whose properties it is about.
    pub target: SchemaTarget,
    /// The properties, each once.
    pub keys: Arc<[PropertyKeyId]>,
}

impl ConstraintDefinition {
    /// The index that keeps its values unique.
    pub fn index(&self) -> Option<IndexDefinition> {
        self.kind.is_unique().then(|| IndexDefinition {
            name: Arc::clone(&self.name),
            kind: IndexKind::Range,
            target: self.target,
            keys: Arc::clone(&self.keys),
            constraint: true,
        })
    }
}

fn refuse(message: String, hint: &str) -> Error {
    Error::new(ErrorCode::Schema, message).with_hint(hint)
}

impl Catalog {
    /// The name of a label or relationship type.
    ///
    /// # Panics
    /// If the number is from another graph.
    pub fn target_name(&self, target: SchemaTarget) -> &Arc<str> {
        match target {
            SchemaTarget::Label(label) => self.label_name(label),
            SchemaTarget::RelType(rel_type) => self.rel_type_name(rel_type),
        }
    }

    /// What a definition covers, as a person writes it: `(:Person {first, last})`, `()-[:KNOWS {since}]-()`.
    ///
    /// # Panics
    /// If the numbers are from another graph.
    pub fn covered(&self, target: SchemaTarget, keys: &[PropertyKeyId]) -> String {
        let keys: Vec<&str> = keys.iter().map(|key| &**self.property_key_name(*key)).collect();
        let (name, keys) = (self.target_name(target), keys.join(", "));
        match target {
            SchemaTarget::Label(_) => format!("(:{name} {{{keys}}})"),
            SchemaTarget::RelType(_) => format!("()-[:{name} {{{keys}}}]-()"),
        }
    }

    /// The index on exactly these properties.
    pub fn index_on(&self, target: SchemaTarget, keys: &[PropertyKeyId]) -> Option<&IndexDefinition> {
        self.indexes().iter().find(|index| index.target == target && *index.keys == *keys)
    }

    /// The constraint of this sort on exactly these properties.
    pub fn constraint_on(
        &self,
        kind: ConstraintKind,
        target: SchemaTarget,
        keys: &[PropertyKeyId],
    ) -> Option<&ConstraintDefinition> {
        let same = |c: &&ConstraintDefinition| c.kind.is_like(kind) && c.target == target && *c.keys == *keys;
        self.constraints().iter().find(same)
    }

    /// Whether any constraint is about a label or type.
    pub fn is_constrained(&self, target: SchemaTarget) -> bool {
        self.constraints().iter().any(|constraint| constraint.target == target)
    }

    fn check_name(&self, name: &str, hint: &str) -> Result<()> {
        if let Some(constraint) = self.constraint_named(name) {
            let covered = self.covered(constraint.target, &constraint.keys);
            return Err(refuse(
                format!("the constraint {name} on {covered} exists already"),
                "Choose another name",
            ));
        }
        match self.index_named(name) {
            Some(index) => {
                let covered = self.covered(index.target, &index.keys);
                Err(refuse(format!("the index {name} on {covered} exists already"), hint))
            }
            None => Ok(()),
        }
    }

    /// Whether an index may be added.
    ///
    /// # Errors
    /// `Schema` if its name is taken, or there is an index on the same properties.
    pub(crate) fn check_new_index(&self, new: &IndexDefinition) -> Result<()> {
        const HINT: &str = "Use CREATE INDEX ... IF NOT EXISTS, or choose another name";
        self.check_name(&new.name, HINT)?;
        let Some(index) = self.index_on(new.target, &new.keys) else { return Ok(()) };
        let covered = self.covered(index.target, &index.keys);
        Err(match index.constraint {
            true => refuse(
                format!("the constraint {} has an index on {covered} already", index.name),
                "Queries use the index of the constraint: no other one is needed",
            ),
            false => refuse(format!("the index {} on {covered} exists already", index.name), HINT),
        })
    }

    /// Whether a constraint may be added.
    ///
    /// # Errors
    /// `Schema` if its name is taken, or there is one of this sort on the same properties, or an index where it needs
    /// one of its own.
    pub(crate) fn check_new_constraint(&self, new: &ConstraintDefinition) -> Result<()> {
        const HINT: &str = "Use CREATE CONSTRAINT ... IF NOT EXISTS, or drop that one first";
        if let Some(constraint) = self.constraint_on(new.kind, new.target, &new.keys) {
            let covered = self.covered(new.target, &new.keys);
            let (name, kind) = (&constraint.name, constraint.kind);
            return Err(refuse(
                format!("the constraint {name} on {covered}, IS {kind}, exists already"),
                HINT,
            ));
        }
        self.check_name(&new.name, "Choose another name")?;
        if !new.kind.is_unique() {
            return Ok(());
        }
        let Some(index) = self.index_on(new.target, &new.keys) else { return Ok(()) };
        let covered = self.covered(index.target, &index.keys);
        let what = if index.constraint { "constraint" } else { "index" };
        Err(refuse(
            format!(
                "the {what} {} on {covered} exists, and the new constraint needs an index there",
                index.name
            ),
            &format!("Drop it first: DROP {} {}", what.to_uppercase(), index.name),
        ))
    }
}

impl GraphState {
    /// The definitions of the indexes, in the order of their creation.
    pub fn index_definitions(&self) -> impl Iterator<Item = &IndexDefinition> {
        self.catalog.indexes().iter()
    }

    /// The definitions of the constraints, in the order of their creation.
    pub fn constraint_definitions(&self) -> impl Iterator<Item = &ConstraintDefinition> {
        self.catalog.constraints().iter()
    }
}
