//! Whether what was changed meets the constraints.
//!
//! Nothing is judged while a statement runs: values may pass from one entity to another, and a property that must be there
//! may be set by a later clause. After every statement values must be unique and of their types; at the end of the
//! transaction everything must hold.

use super::{Changes, Mark};
use crate::error::{Error, Result};
use crate::graph::op::{NameKind, NameRef, Op};
use crate::graph::{ConstraintDefinition, Requirements, SchemaTarget, Violation};
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};
use crate::residency::missed;

/// What an operation did that may break a constraint.
#[derive(Clone, Copy)]
enum Touched {
    /// An entity that came under a label or type.
    Entity(SchemaTarget, u64),
    /// A property of a node, or of a relationship, that was set or removed.
    Property { relationship: bool, id: u64, key: PropertyKeyId },
}

impl Touched {
    fn concerns(self, constraint: &ConstraintDefinition) -> Option<u64> {
        match self {
            Touched::Entity(target, id) => (target == constraint.target).then_some(id),
            Touched::Property { relationship, id, key } => {
                let same = relationship == constraint.target.is_relationship();
                (same && constraint.keys.contains(&key)).then_some(id)
            }
        }
    }
}

impl Changes {
    /// Checks what a statement changed, which began at a mark: values are unique, and of their types. Whether required
    /// properties are there is asked at the end.
    ///
    /// # Errors
    /// `UniqueViolation`, `KeyViolation` or `TypeViolation`. Go back to the mark.
    pub fn check_statement(&mut self, since: &Mark) -> Result<()> {
        self.checked_ops(since.ops, Requirements::OfStatement)
    }

    /// The number of the operation that the last check was not content with, if it was not.
    pub fn violated(&self) -> Option<usize> {
        self.violated
    }

    fn checked_ops(&mut self, from: usize, asked: Requirements) -> Result<()> {
        let checked = self.check_ops(from, asked);
        self.violated = checked.as_ref().err().map(|(operation, _)| *operation);
        checked.map_err(|(_, error)| error)
    }

    /// Checks all that was changed, before it is committed.
    ///
    /// # Errors
    /// `UniqueViolation`, `KeyViolation`, `NotNullViolation` or `TypeViolation`. The changes cannot be committed so.
    pub fn check_constraints(&mut self) -> Result<()> {
        if self.checked == Some(self.ops.len()) {
            return Ok(());
        }
        self.checked_ops(0, Requirements::All)?;
        // A check that has missed something is made again.
        self.checked = (!missed()).then_some(self.ops.len());
        Ok(())
    }

    /// Checks operations; an error comes with the number of the last one that touched what it is about.
    fn check_ops(&self, from: usize, asked: Requirements) -> Result<(), (usize, Error)> {
        let state = &self.state;
        if state.catalog().constraints().is_empty() {
            return Ok(());
        }
        let mut found: Option<(usize, Violation)> = None;
        self.each_touched(from, |operation, touched| match &mut found {
            Some((last, violation)) => {
                if touched.concerns(violation.constraint()) == Some(violation.id()) {
                    *last = operation;
                }
            }
            None => {
                let violated = state
                    .constraint_definitions()
                    .find_map(|constraint| state.violation(constraint, touched.concerns(constraint)?, asked));
                found = violated.map(|violation| (operation, violation));
            }
        });
        match found {
            None => Ok(()),
            Some((operation, violation)) => Err((operation, violation.into_error(state))),
        }
    }

    /// Calls `check` with all that operations did that may break a constraint, and their numbers.
    fn each_touched(&self, from: usize, mut check: impl FnMut(usize, Touched)) {
        let before = self.ops.get(..from).unwrap_or_default();
        let created = |is: fn(&Op) -> bool| before.iter().filter(|op| is(op)).count() as u64;
        let mut node = self.base.next_node_id().0 + created(|op| matches!(op, Op::CreateNode { .. }));
        let mut relationship =
            self.base.next_relationship_id().0 + created(|op| matches!(op, Op::CreateRelationship { .. }));
        for (operation, op) in self.ops.iter().enumerate().skip(from) {
            match op {
                Op::CreateNode { labels, .. } => {
                    for label in labels {
                        check(operation, Touched::Entity(self.label_target(*label), node));
                    }
                    node += 1;
                }
                Op::CreateRelationship { rel_type, .. } => {
                    let number = self.number(NameKind::RelType, *rel_type);
                    check(operation, Touched::Entity(SchemaTarget::RelType(RelTypeId(number)), relationship));
                    relationship += 1;
                }
                Op::SetNodeProperty { node, key, .. } => {
                    let (id, key) = (self.context.node(*node).0, self.key(*key));
                    check(operation, Touched::Property { relationship: false, id, key });
                }
                Op::SetRelationshipProperty { relationship, key, .. } => {
                    let (id, key) = (self.context.relationship(*relationship).0, self.key(*key));
                    check(operation, Touched::Property { relationship: true, id, key });
                }
                Op::AddLabel { node, label, .. } => {
                    check(operation, Touched::Entity(self.label_target(*label), self.context.node(*node).0));
                }
                // These take away what constraints are about. A new constraint was checked when it was defined.
                Op::DefineName { .. }
                | Op::DeleteNode { .. }
                | Op::DeleteRelationship { .. }
                | Op::RemoveLabel { .. }
                | Op::CreateIndex { .. }
                | Op::DropIndex { .. }
                | Op::CreateConstraint { .. }
                | Op::DropConstraint { .. }
                | Op::Remember { .. } => {}
            }
        }
    }

    fn label_target(&self, label: NameRef) -> SchemaTarget {
        SchemaTarget::Label(LabelId(self.number(NameKind::Label, label)))
    }

    fn key(&self, key: NameRef) -> PropertyKeyId {
        PropertyKeyId(self.number(NameKind::PropertyKey, key))
    }

    /// The catalog's number of a name: see [`Changes::name_ref`].
    fn number(&self, kind: NameKind, name: NameRef) -> u32 {
        match name {
            NameRef::Existing(number) => number,
            NameRef::New(n) => self.base.catalog().name_count(kind).saturating_add(n),
        }
    }
}
