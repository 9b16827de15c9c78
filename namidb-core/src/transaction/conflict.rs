//! Why a transaction cannot commit after another one.

use super::{Aspect, Entity};
use crate::error::{Error, ErrorCode};
use crate::graph::GraphState;

/// What two transactions both touched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Conflict {
    /// One of them wrote a part of an entity that the other one wrote or relied on.
    Touched {
        /// The entity.
        entity: Entity,
        /// The part of it.
        aspect: Aspect,
    },
    /// One of them changed the schema.
    Schema,
}

impl Conflict {
    /// The retryable error of the transaction that came second. The state, in which the first has been applied,
    /// gives nodes their public ids.
    pub fn into_error(self, state: &GraphState) -> Error {
        let (entity, aspect) = match self {
            Conflict::Touched { entity, aspect } => (entity, aspect),
            Conflict::Schema => {
                let message = "an index or constraint was created or dropped while this transaction was open";
                return Error::new(ErrorCode::Conflict, message).with_hint("Run the transaction again");
            }
        };
        let name = match entity {
            Entity::Node(node) => match state.node_uuid(node) {
                Some(uuid) => format!("node {node} ({uuid})"),
                None => format!("node {node}"),
            },
            Entity::Relationship(relationship) => format!("relationship r:{relationship}"),
            Entity::Key(uuid) => format!("a node with the id {uuid}"),
            Entity::Values(_) => String::from("somebody with the same values"),
        };
        let message = match (&entity, &aspect) {
            (Entity::Key(_), _) => format!("another commit created {name} while this transaction was open"),
            (_, Aspect::Unique(constraint)) => format!(
                "another commit took the values that this transaction gives, and the constraint {constraint} keeps unique, while it was open"
            ),
            (_, Aspect::Existence) => {
                format!("another commit deleted {name}, or depends on it, while this transaction was open")
            }
            (_, Aspect::Property(key)) => {
                format!("another commit changed the property {key} of {name} while this transaction was open")
            }
            (_, Aspect::Label(label)) => {
                format!("another commit changed the label {label} of {name} while this transaction was open")
            }
        };
        let error = Error::new(ErrorCode::Conflict, message)
            .with_hint("Run the transaction again")
            .with_detail("entity", name);
        match aspect {
            Aspect::Existence => error,
            Aspect::Property(key) => error.with_detail("property", key),
            Aspect::Label(label) => error.with_detail("label", label),
            Aspect::Unique(constraint) => error.with_detail("constraint", constraint),
        }
    }
}
