//! `startNode(relationship)`.

use super::endpoint::endpoint;
use crate::functions::scalar::prelude::*;

pub(super) const START_NODE: ScalarFunction = ScalarFunction {
    name: "startNode",
    doc: "The node that a relationship starts at.",
    example: "MATCH ()-[r:KNOWS]->() RETURN startNode(r).name",
    answer: "'Ada'",
    signature: Signature::new(&[T::RELATIONSHIP], T::NODE),
    deterministic: true,
    kernel: |call| endpoint(call, call.state.relationship_sources()),
};
