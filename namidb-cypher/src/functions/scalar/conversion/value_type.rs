//! `valueType(value)`.

use crate::eval::value_test;
use crate::functions::scalar::prelude::*;

pub(super) const VALUE_TYPE: ScalarFunction = ScalarFunction {
    name: "valueType",
    doc: "The most precise type of a value, as `IS ::` takes it.",
    example: "RETURN valueType([1, 'a'])",
    answer: "'LIST<STRING NOT NULL | INTEGER NOT NULL> NOT NULL'",
    signature: Signature::new(&[T::ANY], T::STRING),
    deterministic: true,
    kernel: |call| call.each(|values| Ok(Value::from(value_test::type_of(&values[0]).to_string()))),
};
