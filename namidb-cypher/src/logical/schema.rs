//! Commands about indexes and constraints.

use super::display::name;
use crate::binder::bound::VarId;
use namidb_core::PropertyKeyId;
use namidb_core::graph::op::IndexKind;
use namidb_core::graph::{Catalog, ConstraintDefinition, ConstraintKind, IndexDefinition, SchemaTarget};
use namidb_core::transaction::TargetName;
use std::fmt::{self, Write};
use std::sync::Arc;

/// A change of the indexes or constraints.
#[derive(Clone, Debug)]
pub enum SchemaChange {
    /// CREATE INDEX.
    CreateIndex {
        /// The index's name; made of what it covers if absent.
        name: Option<Arc<str>>,
        /// Its kind.
        kind: IndexKind,
        /// Whose properties it covers.
        target: TargetName,
        /// The properties, in their order.
        keys: Vec<Arc<str>>,
        /// Whether one of that name, or on the same properties, is no error.
        if_not_exists: bool,
    },
    /// DROP INDEX.
    DropIndex {
        /// Which one.
        index: DroppedIndex,
        /// Whether its absence is no error.
        if_exists: bool,
    },
    /// CREATE CONSTRAINT.
    CreateConstraint {
        /// The constraint's name; made of what it covers and requires if absent.
        name: Option<Arc<str>>,
        /// What it requires.
        kind: ConstraintKind,
        /// Whose properties it is about.
        target: TargetName,
        /// The properties.
        keys: Vec<Arc<str>>,
        /// Whether one of that name, or like it on the same properties, is no error.
        if_not_exists: bool,
    },
    /// DROP CONSTRAINT.
    DropConstraint {
        /// The constraint's name.
        name: Arc<str>,
        /// Whether its absence is no error.
        if_exists: bool,
    },
}

/// How an index that is to be dropped is named.
#[derive(Clone, Debug)]
pub enum DroppedIndex {
    /// By its name.
    Name(Arc<str>),
    /// By what it covers.
    Covering(TargetName, Vec<Arc<str>>),
}

/// The definitions that SHOW lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// SHOW INDEXES.
    Indexes,
    /// SHOW CONSTRAINTS.
    Constraints,
    /// SHOW DATABASES: the one that is open.
    Databases,
}

/// A list of definitions as rows.
#[derive(Clone, Debug)]
pub struct Show {
    /// What is listed.
    pub shown: Shown,
    /// The columns that are read, by their places in [`Shown::columns`].
    pub columns: Vec<(usize, VarId)>,
}

impl Shown {
    /// The names of the columns, and whether SHOW has them without YIELD.
    pub fn columns(self) -> &'static [(&'static str, bool)] {
        match self {
            Shown::Indexes => &[
                ("id", true),
                ("name", true),
                ("state", true),
                ("populationPercent", true),
                ("type", true),
                ("entityType", true),
                ("labelsOrTypes", true),
                ("properties", true),
                ("indexProvider", true),
                ("owningConstraint", true),
                ("entries", false),
                ("createStatement", false),
            ],
            Shown::Databases => &[
                ("name", true),
                ("type", true),
                ("aliases", true),
                ("access", true),
                ("address", true),
                ("role", true),
                ("writer", true),
                ("requestedStatus", true),
                ("currentStatus", true),
                ("statusMessage", true),
                ("default", true),
                ("home", true),
                ("constituents", true),
            ],
            Shown::Constraints => &[
                ("id", true),
                ("name", true),
                ("type", true),
                ("entityType", true),
                ("labelsOrTypes", true),
                ("properties", true),
                ("ownedIndex", true),
                ("propertyType", true),
                ("createStatement", false),
            ],
        }
    }
}

/// `(n:Label)` or `()-[n:TYPE]-()`, and the properties of `n` between brackets.
fn pattern(target: &TargetName, keys: &[Arc<str>]) -> (String, String) {
    let keys: Vec<String> = keys.iter().map(|key| format!("n.{}", name(key))).collect();
    let entity = match target {
        TargetName::Label(label) => format!("(n:{})", name(label)),
        TargetName::RelType(rel_type) => format!("()-[n:{}]-()", name(rel_type)),
    };
    (entity, format!("({})", keys.join(", ")))
}

/// What a definition covers, by names.
fn by_name(catalog: &Catalog, target: SchemaTarget, keys: &[PropertyKeyId]) -> (TargetName, Vec<Arc<str>>) {
    let name = Arc::clone(catalog.target_name(target));
    let target = match target {
        SchemaTarget::Label(_) => TargetName::Label(name),
        SchemaTarget::RelType(_) => TargetName::RelType(name),
    };
    (target, keys.iter().map(|key| Arc::clone(catalog.property_key_name(*key))).collect())
}

/// The statement that makes a constraint of this catalog again.
pub fn constraint_statement(catalog: &Catalog, definition: &ConstraintDefinition) -> String {
    let ConstraintDefinition { name: constraint, kind, target, keys } = definition;
    let (target, keys) = by_name(catalog, *target, keys);
    let (entity, keys) = pattern(&target, &keys);
    format!("CREATE CONSTRAINT {} FOR {entity} REQUIRE {keys} IS {kind}", name(constraint))
}

/// The statement that makes an index of this catalog again, or the constraint that it belongs to.
pub fn index_statement(catalog: &Catalog, definition: &IndexDefinition) -> String {
    let IndexDefinition { name: index, target, keys, constraint, .. } = definition;
    if let Some(constraint) = catalog.constraint_named(index).filter(|_| *constraint) {
        return constraint_statement(catalog, constraint);
    }
    let (target, keys) = by_name(catalog, *target, keys);
    let (entity, keys) = pattern(&target, &keys);
    format!("CREATE RANGE INDEX {} FOR {entity} ON {keys}", name(index))
}

impl fmt::Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            |index: &Option<Arc<str>>| index.as_ref().map(|n| format!("{} ", name(n))).unwrap_or_default();
        let unless = |condition: bool, text: &'static str| if condition { text } else { "" };
        match self {
            SchemaChange::CreateIndex { name, target, keys, if_not_exists, .. } => {
                let (entity, keys) = pattern(target, keys);
                let unless = unless(*if_not_exists, " if not exists");
                write!(f, "CreateIndex {}for {entity} on {keys}{unless}", named(name))
            }
            SchemaChange::DropIndex { index, if_exists } => {
                f.write_str("DropIndex ")?;
                match index {
                    DroppedIndex::Name(index) => write!(f, "{}", name(index))?,
                    DroppedIndex::Covering(target, keys) => {
                        let (entity, keys) = pattern(target, keys);
                        write!(f, "for {entity} on {keys}")?;
                    }
                }
                f.write_str(unless(*if_exists, " if exists"))
            }
            SchemaChange::CreateConstraint { name, kind, target, keys, if_not_exists } => {
                let (entity, keys) = pattern(target, keys);
                let unless = unless(*if_not_exists, " if not exists");
                write!(f, "CreateConstraint {}for {entity} require {keys} is {kind}{unless}", named(name))
            }
            SchemaChange::DropConstraint { name: constraint, if_exists } => {
                write!(f, "DropConstraint {}{}", name(constraint), unless(*if_exists, " if exists"))
            }
        }
    }
}

impl fmt::Display for Show {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.shown {
            Shown::Indexes => "ShowIndexes",
            Shown::Constraints => "ShowConstraints",
            Shown::Databases => "ShowDatabases",
        })?;
        let mut between = ' ';
        for (column, _) in &self.columns {
            f.write_char(between)?;
            f.write_str(self.shown.columns().get(*column).map_or("", |(name, _)| name))?;
            between = ',';
        }
        Ok(())
    }
}
