//! CREATE and DROP of indexes and constraints.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;
use crate::logical::schema::{DroppedIndex, SchemaChange};
use namidb_core::graph::{Catalog, ConstraintKind, SchemaTarget};
use namidb_core::transaction::TargetName;
use namidb_core::{ErrorCode, PropertyKeyId};
use std::sync::Arc;

/// Changes the schema, and gives no rows.
pub(crate) struct SchemaOperator<'p> {
    change: &'p SchemaChange,
    done: bool,
}

impl<'p> SchemaOperator<'p> {
    pub(crate) fn new(change: &'p SchemaChange) -> SchemaOperator<'p> {
        SchemaOperator { change, done: false }
    }
}

impl Operator for SchemaOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if !std::mem::replace(&mut self.done, true) {
            change(self.change, run)?;
        }
        Ok(None)
    }
}

fn change(change: &SchemaChange, run: &mut Run<'_>) -> Result<(), Error> {
    match change {
        SchemaChange::CreateIndex { name, kind, target, keys, if_not_exists } => {
            if *if_not_exists && has_index(run.state().catalog(), name.as_deref(), target, keys) {
                return Ok(());
            }
            let name = name.clone().unwrap_or_else(|| generated("index", target, keys, ""));
            run.changes()?.create_index(&name, *kind, target, keys)?;
        }
        SchemaChange::DropIndex { index: DroppedIndex::Name(name), if_exists } => {
            if *if_exists && run.state().catalog().index_named(name).is_none() {
                return Ok(());
            }
            run.changes()?.drop_index(name)?;
        }
        SchemaChange::DropIndex { index: DroppedIndex::Covering(target, keys), if_exists } => {
            let catalog = run.state().catalog();
            let found = covered(catalog, target, keys)
                .and_then(|(target, keys)| catalog.index_on(target, &keys))
                .map(|index| Arc::clone(&index.name));
            match found {
                Some(name) => run.changes()?.drop_index(&name)?,
                None if *if_exists => {}
                None => {
                    let (TargetName::Label(on) | TargetName::RelType(on)) = target;
                    let message = format!("there is no index on :{on}({})", keys.join(", "));
                    return Err(namidb_core::Error::new(ErrorCode::SchemaNotFound, message)
                        .with_hint("SHOW INDEXES lists them")
                        .into());
                }
            }
        }
        SchemaChange::CreateConstraint { name, kind, target, keys, if_not_exists } => {
            if *if_not_exists && has_constraint(run.state().catalog(), name.as_deref(), *kind, target, keys) {
                return Ok(());
            }
            let suffix = match kind {
                ConstraintKind::Unique => "_unique",
                ConstraintKind::NotNull => "_not_null",
                ConstraintKind::Key => "_key",
                ConstraintKind::Type(_) => "_type",
            };
            let name = name.clone().unwrap_or_else(|| generated("constraint", target, keys, suffix));
            run.changes()?.create_constraint(&name, *kind, target, keys)?;
        }
        SchemaChange::DropConstraint { name, if_exists } => {
            if *if_exists && run.state().catalog().constraint_named(name).is_none() {
                return Ok(());
            }
            run.changes()?.drop_constraint(name)?;
        }
    }
    Ok(())
}

/// The name of a definition that was given none.
fn generated(what: &str, target: &TargetName, keys: &[Arc<str>], suffix: &str) -> Arc<str> {
    let (TargetName::Label(on) | TargetName::RelType(on)) = target;
    format!("{what}_{on}_{}{suffix}", keys.join("_")).into()
}

/// What names stand for, if the catalog has all of them.
fn covered(
    catalog: &Catalog,
    target: &TargetName,
    keys: &[Arc<str>],
) -> Option<(SchemaTarget, Vec<PropertyKeyId>)> {
    let target = match target {
        TargetName::Label(name) => SchemaTarget::Label(catalog.label(name)?),
        TargetName::RelType(name) => SchemaTarget::RelType(catalog.rel_type(name)?),
    };
    let keys: Option<Vec<PropertyKeyId>> = keys.iter().map(|key| catalog.property_key(key)).collect();
    Some((target, keys?))
}

fn has_name(catalog: &Catalog, name: Option<&str>) -> bool {
    name.is_some_and(|n| catalog.index_named(n).is_some() || catalog.constraint_named(n).is_some())
}

fn has_index(catalog: &Catalog, name: Option<&str>, target: &TargetName, keys: &[Arc<str>]) -> bool {
    let same = || covered(catalog, target, keys).is_some_and(|(t, k)| catalog.index_on(t, &k).is_some());
    has_name(catalog, name) || same()
}

fn has_constraint(
    catalog: &Catalog,
    name: Option<&str>,
    kind: ConstraintKind,
    target: &TargetName,
    keys: &[Arc<str>],
) -> bool {
    let same = || {
        let found = covered(catalog, target, keys).and_then(|(t, k)| catalog.constraint_on(kind, t, &k));
        found.is_some_and(|constraint| constraint.kind == kind)
    };
    has_name(catalog, name) || same()
}
