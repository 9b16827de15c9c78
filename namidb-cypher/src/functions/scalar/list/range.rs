//! `range(start, end, step)`. Wrong types are found when it runs: openCypher has no compile-time error for them.

use crate::eval::IntegerRange;
use crate::functions::scalar::prelude::*;

pub(super) const RANGE: ScalarFunction = ScalarFunction {
    name: "range",
    doc: "The integers from a start to an end, both included, in steps of 1 or of the third argument.",
    example: "RETURN range(2, 8, 3)",
    answer: "[2, 5, 8]",
    signature: Signature::new(&[T::ANY, T::ANY, T::ANY], T::LIST).required(2),
    deterministic: true,
    kernel: range,
};

/// Integers that are made between two looks at the context.
const BLOCK: usize = 1 << 16;

fn range(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let Some(range) = IntegerRange::of(values)? else { return Ok(Value::Null) };
        let count = range.len();
        call.check_bytes(count.saturating_mul(size_of::<Value>() as u64))?;
        let mut items = Vec::with_capacity(count as usize);
        for at in 0..count {
            if at as usize % BLOCK == BLOCK - 1 {
                call.cx.check()?;
            }
            items.push(Value::Integer(range.get(at)));
        }
        Ok(Value::List(items.into()))
    })
}
