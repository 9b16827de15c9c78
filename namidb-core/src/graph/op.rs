//! Logical operations: what a transaction is made of, in the log and in memory.
//!
//! An operation is an effective delta. It carries old values wherever a counter or an index needs them,
//! so that replay touches no chunk that it does not change. Entities and names that the transaction makes
//! are numbered inside it ([`NodeRef::New`], [`RelRef::New`], names in order of their `DefineName`):
//! a rebase onto a newer state therefore changes no operation.

use super::schema::ConstraintKind;
use super::tokens::CommitToken;
use crate::ids::{NodeId, RelId};
use crate::value::Value;
use std::sync::Arc;
use uuid::Uuid;

/// A node, seen from inside a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NodeRef {
    /// A node that existed before the transaction, by dense id.
    Existing(NodeId),
    /// The n-th node (from 0) that the transaction creates.
    New(u64),
}

/// A relationship, seen from inside a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RelRef {
    /// A relationship that existed before the transaction, by dense id.
    Existing(RelId),
    /// The n-th relationship (from 0) that the transaction creates.
    New(u64),
}

/// A label, relationship type or property key, seen from inside a transaction: each kind is numbered
/// apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameRef {
    /// A name that the catalog held before the transaction, by its number.
    Existing(u32),
    /// The n-th name of this kind (from 0) that the transaction defines.
    New(u32),
}

/// The three kinds of names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameKind {
    /// A node's label.
    Label,
    /// A relationship's type.
    RelType,
    /// The key of a property.
    PropertyKey,
}

/// The kind of an index.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum IndexKind {
    /// An ordered map over properties of the nodes of one label, or of the relationships of one type: equality, range,
    /// prefix.
    Range,
}

/// The label or relationship type that an index or constraint is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TargetRef {
    /// The nodes with a label.
    Label(NameRef),
    /// The relationships of a type.
    RelType(NameRef),
}

/// One property of an entity.
pub type PropertyDelta = (NameRef, Value);

/// One logical operation. `==` compares representations, as that of values does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Adds a name to the catalog. If a racing commit has added it meanwhile, replay finds that one.
    DefineName {
        /// Which kind of name.
        kind: NameKind,
        /// The name.
        name: Arc<str>,
    },
    /// Creates the transaction's next node.
    CreateNode {
        /// Its public id.
        uuid: Uuid,
        /// Its labels, each once.
        labels: Vec<NameRef>,
        /// Its properties, each key once, none null.
        properties: Vec<PropertyDelta>,
    },
    /// Deletes a node that has no relationship left.
    DeleteNode {
        /// The node.
        node: NodeRef,
        /// Its public id.
        uuid: Uuid,
        /// The labels that it has.
        labels: Vec<NameRef>,
        /// The properties that it has.
        properties: Vec<PropertyDelta>,
    },
    /// Creates the transaction's next relationship.
    CreateRelationship {
        /// Its type.
        rel_type: NameRef,
        /// Where it starts.
        source: NodeRef,
        /// Where it ends.
        target: NodeRef,
        /// Its properties, each key once, none null.
        properties: Vec<PropertyDelta>,
    },
    /// Deletes a relationship.
    DeleteRelationship {
        /// The relationship.
        relationship: RelRef,
        /// Its type.
        rel_type: NameRef,
        /// Where it starts.
        source: NodeRef,
        /// Where it ends.
        target: NodeRef,
        /// The properties that it has.
        properties: Vec<PropertyDelta>,
    },
    /// Sets or removes a node's property.
    SetNodeProperty {
        /// The node.
        node: NodeRef,
        /// The property's key.
        key: NameRef,
        /// The value before, null if there was none.
        old: Value,
        /// The value from now on, null to remove it.
        new: Value,
        /// The node's labels that have an index on the key.
        indexed_labels: Vec<NameRef>,
        /// The node's other properties that these indexes cover together with the key.
        beside: Vec<PropertyDelta>,
    },
    /// Sets or removes a relationship's property.
    SetRelationshipProperty {
        /// The relationship.
        relationship: RelRef,
        /// The property's key.
        key: NameRef,
        /// The value before, null if there was none.
        old: Value,
        /// The value from now on, null to remove it.
        new: Value,
        /// Its type, if that has an index on the key.
        indexed_type: Option<NameRef>,
        /// Its other properties that these indexes cover together with the key.
        beside: Vec<PropertyDelta>,
    },
    /// Adds a label that the node does not have.
    AddLabel {
        /// The node.
        node: NodeRef,
        /// The label.
        label: NameRef,
        /// The node's properties that an index on this label covers.
        indexed: Vec<PropertyDelta>,
    },
    /// Removes a label that the node has.
    RemoveLabel {
        /// The node.
        node: NodeRef,
        /// The label.
        label: NameRef,
        /// The node's properties that an index on this label covers.
        indexed: Vec<PropertyDelta>,
    },
    /// Defines an index; every process builds it from its own state.
    CreateIndex {
        /// The index's name, unique among indexes and constraints.
        name: Arc<str>,
        /// Which kind.
        kind: IndexKind,
        /// Whose properties it covers.
        target: TargetRef,
        /// The properties that it orders, each once.
        keys: Vec<NameRef>,
    },
    /// Drops an index that belongs to no constraint.
    DropIndex {
        /// The index's name.
        name: Arc<str>,
    },
    /// Defines a constraint, and the index that it needs.
    CreateConstraint {
        /// The constraint's name, unique among indexes and constraints.
        name: Arc<str>,
        /// What it requires.
        kind: ConstraintKind,
        /// Whose properties it is about.
        target: TargetRef,
        /// The properties, each once.
        keys: Vec<NameRef>,
    },
    /// Drops a constraint with its index.
    DropConstraint {
        /// The constraint's name.
        name: Arc<str>,
    },
    /// Says under which token the transaction is committed, and what its client is answered.
    Remember {
        /// The token.
        token: CommitToken,
        /// The answer, at most [`ANSWER_BYTES_MAX`](super::ANSWER_BYTES_MAX) bytes.
        answer: Arc<[u8]>,
    },
}
