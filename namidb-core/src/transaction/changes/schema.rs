//! Names, indexes and constraints.

use super::Changes;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::ConstraintKind;
use crate::graph::op::{IndexKind, NameKind, NameRef, Op, TargetRef};
use std::sync::Arc;

/// The label or relationship type that an index or constraint is about, by name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TargetName {
    /// The nodes with a label.
    Label(Arc<str>),
    /// The relationships of a type.
    RelType(Arc<str>),
}

impl Changes {
    /// How operations name a label, which is defined if it is new.
    pub(in crate::transaction) fn label(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().label(name).map(|id| id.0);
        self.name(NameKind::Label, name, found)
    }

    /// How operations name a relationship type, which is defined if it is new.
    pub(in crate::transaction) fn rel_type(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().rel_type(name).map(|id| id.0);
        self.name(NameKind::RelType, name, found)
    }

    /// How operations name a property key, which is defined if it is new.
    pub(in crate::transaction) fn property_key(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().property_key(name).map(|id| id.0);
        self.name(NameKind::PropertyKey, name, found)
    }

    /// How operations name a number of the catalog.
    pub(super) fn known(&self, kind: NameKind, number: u32) -> NameRef {
        Changes::name_ref(number, self.base.catalog().name_count(kind))
    }

    fn name(&mut self, kind: NameKind, name: &Arc<str>, found: Option<u32>) -> Result<NameRef> {
        let number = match found {
            Some(number) => number,
            None => {
                let number = self.state.catalog().name_count(kind);
                self.record(Op::DefineName { kind, name: Arc::clone(name) })?;
                number
            }
        };
        Ok(self.known(kind, number))
    }

    /// Defines an index on properties of the nodes with a label or of the relationships of a type, and builds it.
    ///
    /// # Errors
    /// `Schema` if there is an index or constraint of that name, or an index on those properties; `InvalidArgument` if
    /// there is no property, or one twice.
    pub fn create_index(
        &mut self,
        name: &Arc<str>,
        kind: IndexKind,
        target: &TargetName,
        keys: &[Arc<str>],
    ) -> Result<()> {
        self.define(keys, |changes| {
            let (target, keys) = changes.covered(target, keys)?;
            changes.record(Op::CreateIndex { name: Arc::clone(name), kind, target, keys })?;
            changes.counters.indexes_added += 1;
            Ok(())
        })
    }

    /// Defines a constraint, which everything there meets.
    ///
    /// # Errors
    /// `Schema` if there is an index or constraint of that name, or one like it; `InvalidArgument` if the number of
    /// properties is wrong, or one is there twice; `UniqueViolation`, `KeyViolation`, `NotNullViolation` or `TypeViolation`,
    /// naming somebody, if not everything meets it.
    pub fn create_constraint(
        &mut self,
        name: &Arc<str>,
        kind: ConstraintKind,
        target: &TargetName,
        keys: &[Arc<str>],
    ) -> Result<()> {
        if kind.takes_one_key() && keys.len() > 1 {
            let message = format!("a constraint IS {kind} is about one property");
            return Err(Error::new(ErrorCode::InvalidArgument, message)
                .with_hint("Create one constraint for each property"));
        }
        self.define(keys, |changes| {
            let (target, keys) = changes.covered(target, keys)?;
            changes.record(Op::CreateConstraint { name: Arc::clone(name), kind, target, keys })?;
            changes.counters.constraints_added += 1;
            let definition = changes.state.catalog().constraint_named(name);
            match definition.and_then(|definition| changes.state.find_violation(definition)) {
                Some(violation) => Err(violation.into_error(&changes.state)),
                None => Ok(()),
            }
        })
    }

    /// Records a definition. Whoever fails leaves nothing: the names are of no use without it.
    fn define(&mut self, keys: &[Arc<str>], record: impl FnOnce(&mut Changes) -> Result<()>) -> Result<()> {
        if keys.is_empty() || keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key)) {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                "an index or constraint is about at least one property, and each only once",
            ));
        }
        let mark = self.mark();
        let result = record(self);
        if result.is_err() {
            self.rollback_to(mark);
        }
        result
    }

    fn covered(&mut self, target: &TargetName, keys: &[Arc<str>]) -> Result<(TargetRef, Vec<NameRef>)> {
        let target = match target {
            TargetName::Label(name) => TargetRef::Label(self.label(name)?),
            TargetName::RelType(name) => TargetRef::RelType(self.rel_type(name)?),
        };
        let keys: Result<Vec<NameRef>> = keys.iter().map(|key| self.property_key(key)).collect();
        Ok((target, keys?))
    }

    /// Drops an index.
    ///
    /// # Errors
    /// `SchemaNotFound` if there is none of that name; `Schema` if it belongs to a constraint.
    pub fn drop_index(&mut self, name: &str) -> Result<()> {
        self.record(Op::DropIndex { name: Arc::from(name) })?;
        self.counters.indexes_removed += 1;
        Ok(())
    }

    /// Drops a constraint, and its index.
    ///
    /// # Errors
    /// `SchemaNotFound` if there is none of that name.
    pub fn drop_constraint(&mut self, name: &str) -> Result<()> {
        self.record(Op::DropConstraint { name: Arc::from(name) })?;
        self.counters.constraints_removed += 1;
        Ok(())
    }
}
