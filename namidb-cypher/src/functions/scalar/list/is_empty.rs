//! `isEmpty(container)`.

use super::size::{CONTAINER, size};
use crate::functions::scalar::prelude::*;

pub(super) const IS_EMPTY: ScalarFunction = ScalarFunction {
    name: "isEmpty",
    doc: "Whether a list has no elements, a text no characters, a map no entries.",
    example: "RETURN isEmpty('')",
    answer: "true",
    signature: Signature::new(&[CONTAINER], T::BOOLEAN),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Boolean(size(call, &values[0])? == 0))),
};
