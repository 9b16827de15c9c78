//! `range(start, end, step)`. Wrong types are found when it runs: openCypher has no compile-time error for

use crate::functions::scalar::prelude::*;

/// them.
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
        let bound = |at: usize| {
            values[at].as_integer().ok_or_else(|| {
                let found = values[at].type_name();
                errors::argument_error("InvalidArgumentType", format!("range() takes integers, not {found}"))
            })
        };
        let (start, end) = (bound(0)?, bound(1)?);
        let step = if values.len() > 2 { bound(2)? } else { 1 };
        if step == 0 {
            return Err(errors::argument_error("NumberOutOfRange", "the step of range() must not be zero"));
        }
        let span = i128::from(end) - i128::from(start);
        let count = if span != 0 && (span > 0) != (step > 0) { 0 } else { span / i128::from(step) + 1 };
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        call.check_bytes(count.saturating_mul(size_of::<Value>() as u64))?;
        let mut items = Vec::with_capacity(count as usize);
        let mut next = start;
        for at in 0..count {
            if at as usize % BLOCK == BLOCK - 1 {
                call.cx.check()?;
            }
            items.push(Value::Integer(next));
            // Wraps only after the last element.
            next = next.wrapping_add(step);
        }
        Ok(Value::List(items.into()))
    })
}
