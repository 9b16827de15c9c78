//! `vector_dimension_count(vector)`.

use super::coordinates::{VECTORS, coordinates};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR_DIMENSION_COUNT: ScalarFunction = ScalarFunction {
    name: "vector_dimension_count",
    doc: "How many coordinates a vector has.",
    example: "RETURN vector_dimension_count(vector([1, 2, 3]))",
    answer: "3",
    signature: Signature::new(&[VECTORS], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(coordinates(call, &values[0])?.len() as i64))),
};
