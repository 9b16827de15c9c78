//! `endNode(relationship)`.

use super::endpoint::endpoint;
use crate::functions::scalar::prelude::*;

pub(super) const END_NODE: ScalarFunction = ScalarFunction {
    name: "endNode",
    doc: "The node that a relationship ends at.",
    example: "MATCH ()-[r:KNOWS]->() RETURN endNode(r).name",
    answer: "'Charles'",
    signature: Signature::new(&[T::RELATIONSHIP], T::NODE),
    deterministic: true,
    kernel: |call| endpoint(call, call.state.relationship_targets()),
};
