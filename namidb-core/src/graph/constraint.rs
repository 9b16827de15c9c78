//! Whether constraints hold.

use super::index::entry_of;
use super::schema::{ConstraintDefinition, ConstraintKind, SchemaTarget};
use super::{GraphState, PropertyIndex};
use crate::error::{Error, ErrorCode};
use crate::ids::{NodeId, PropertyKeyId, RelId};
use crate::value::Value;
use std::borrow::Cow;

/// Characters of a value that an error shows.
const SHOWN_MAX: usize = 80;

/// Somebody who does not meet a constraint.
#[derive(Clone, Debug)]
pub struct Violation {
    constraint: ConstraintDefinition,
    /// Who.
    id: u64,
    /// Who has the same values, if they are to be unique.
    other: Option<u64>,
}

/// Which part of what constraints require is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Requirements {
    /// All of it.
    All,
    /// What must hold after every statement: values are unique, and of their type. That they are there is asked of the
    /// whole transaction.
    OfStatement,
}

impl GraphState {
    /// The first of all that a constraint covers who does not meet it, if there is one.
    pub fn find_violation(&self, constraint: &ConstraintDefinition) -> Option<Violation> {
        let mut all = self.covered_ids(constraint.target);
        all.find_map(|id| self.violation(constraint, id, Requirements::All))
    }

    /// Whether somebody who is there does not meet a constraint. Whom the constraint does not cover meets it.
    pub fn violation(
        &self,
        constraint: &ConstraintDefinition,
        id: u64,
        asked: Requirements,
    ) -> Option<Violation> {
        if !self.is_covered(constraint.target, id) {
            return None;
        }
        let value = |key: &PropertyKeyId| self.value_of(constraint.target, id, *key);
        let missing = || asked == Requirements::All && constraint.keys.iter().any(|key| value(key).is_null());
        let (violated, other) = match constraint.kind {
            ConstraintKind::NotNull => (missing(), None),
            ConstraintKind::Type(of) => (!constraint.keys.iter().all(|key| of.allows(&value(key))), None),
            ConstraintKind::Unique | ConstraintKind::Key => {
                let other = self.same_values(constraint, id);
                (other.is_some() || constraint.kind == ConstraintKind::Key && missing(), other)
            }
        };
        violated.then(|| Violation { constraint: constraint.clone(), id, other })
    }

    fn is_covered(&self, target: SchemaTarget, id: u64) -> bool {
        match target {
            SchemaTarget::Label(label) => self.has_label(NodeId(id), label),
            SchemaTarget::RelType(rel_type) => {
                self.relationship(RelId(id)).is_some_and(|record| record.rel_type == rel_type)
            }
        }
    }

    fn value_of(&self, target: SchemaTarget, id: u64, key: PropertyKeyId) -> Value {
        match target {
            SchemaTarget::Label(_) => self.node_property(NodeId(id), key),
            SchemaTarget::RelType(_) => self.relationship_property(RelId(id), key),
        }
    }

    /// Somebody else with the same values. NaN is not the same as anything.
    fn same_values(&self, constraint: &ConstraintDefinition, id: u64) -> Option<u64> {
        let index = self.index(constraint.target, &constraint.keys)?;
        let value = |key| Some(Cow::Owned(self.value_of(constraint.target, id, key)));
        let entry = entry_of(&constraint.keys, value)?;
        if PropertyIndex::has_nan(&entry) {
            return None;
        }
        index.equal(&entry).find(|other| *other != id)
    }
}

impl Violation {
    /// What is not met.
    pub fn constraint(&self) -> &ConstraintDefinition {
        &self.constraint
    }

    /// Who does not meet it: a node or relationship, by dense id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The fact, in the user's words: `Person.name = 'Ada' exists already`.
    pub fn message(&self, state: &GraphState) -> String {
        let ConstraintDefinition { name, kind, target, keys } = &self.constraint;
        let catalog = state.catalog();
        let covered = catalog.target_name(*target);
        let key_name = |key: &PropertyKeyId| catalog.property_key_name(*key);
        let who = self.entity(state, self.id);
        let missing = keys.iter().find(|key| state.value_of(*target, self.id, **key).is_null());
        let rest = match (self.other, kind, missing) {
            (Some(other), ..) => {
                let values: Vec<String> = keys.iter().map(|key| self.shown(state, key)).collect();
                let other = self.entity(state, other);
                format!("{} exists already: {other} and {who} have it", values.join(", "))
            }
            (None, ConstraintKind::Type(of), _) => {
                let value = keys.first().map(|key| self.shown(state, key)).unwrap_or_default();
                format!("{value} is not of the type {of}: {who} has it")
            }
            (None, _, Some(key)) => format!("{covered}.{} is missing: {who} does not have it", key_name(key)),
            (None, _, None) => format!("{who} does not meet it"),
        };
        format!("the constraint {name} is violated: {rest}")
    }

    /// The error of a write that leaves this behind.
    pub fn into_error(self, state: &GraphState) -> Error {
        let kind = self.constraint.kind;
        let (code, hint) = match kind {
            ConstraintKind::Unique => {
                (ErrorCode::UniqueViolation, "MERGE finds what is there and creates only what is not")
            }
            ConstraintKind::Key if self.other.is_some() => {
                (ErrorCode::KeyViolation, "MERGE finds what is there and creates only what is not")
            }
            ConstraintKind::Key => (ErrorCode::KeyViolation, "Set every property of the key"),
            ConstraintKind::NotNull => {
                (ErrorCode::NotNullViolation, "Set the property in the same transaction")
            }
            ConstraintKind::Type(_) => (ErrorCode::TypeViolation, "Set a value of that type, or convert it"),
        };
        let catalog = state.catalog();
        let keys = &self.constraint.keys;
        let properties: Vec<&str> = keys.iter().map(|key| &**catalog.property_key_name(*key)).collect();
        let values: Vec<String> = keys.iter().map(|key| self.value(state, key)).collect();
        let error = Error::new(code, self.message(state))
            .with_hint(hint)
            .with_detail("constraint", &self.constraint.name)
            .with_detail("entity", self.entity(state, self.id))
            .with_detail("covers", catalog.target_name(self.constraint.target))
            .with_detail("properties", properties.join(", "))
            .with_detail("values", values.join(", "));
        match self.other {
            Some(other) => {
                let other = self.entity(state, other);
                error.with_detail("other_entity", other)
            }
            None => error,
        }
    }

    /// `Person.name = 'Ada'`.
    fn shown(&self, state: &GraphState, key: &PropertyKeyId) -> String {
        let catalog = state.catalog();
        let covered = catalog.target_name(self.constraint.target);
        format!("{covered}.{} = {}", catalog.property_key_name(*key), self.value(state, key))
    }

    /// A value as a query writes it, cut where it is long.
    fn value(&self, state: &GraphState, key: &PropertyKeyId) -> String {
        let text = state.value_of(self.constraint.target, self.id, *key).to_string();
        match text.char_indices().nth(SHOWN_MAX) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    fn entity(&self, state: &GraphState, id: u64) -> String {
        match self.constraint.target {
            SchemaTarget::Label(_) => match state.node_uuid(NodeId(id)) {
                Some(uuid) => format!("node {id} ({uuid})"),
                None => format!("node {id}"),
            },
            SchemaTarget::RelType(_) => format!("relationship r:{id}"),
        }
    }
}
