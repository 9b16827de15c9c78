//! `labels(node)`.

use crate::eval::check_node;
use crate::functions::scalar::prelude::*;
use std::sync::Arc;

pub(super) const LABELS: ScalarFunction = ScalarFunction {
    name: "labels",
    doc: "The labels of a node.",
    example: "MATCH (p {name: 'Ada'}) RETURN labels(p)",
    answer: "['Person']",
    signature: Signature::new(&[T::NODE], T::LIST),
    deterministic: true,
    kernel: labels,
};

fn labels(call: &Call<'_>) -> Result<Vector, Error> {
    let catalog = call.state.catalog();
    call.strict(|values| match &values[0] {
        Value::Node(node) => {
            check_node(call.state, *node)?;
            let labels = call.state.labels(*node);
            Ok(labels.iter().map(|label| Value::String(Arc::clone(catalog.label_name(*label)))).collect())
        }
        other => Err(call.refuse("a node", other)),
    })
}
