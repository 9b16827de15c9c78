//! `vector(values, dimension, type)`.

use super::coordinates::{coordinates, wrong};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR: ScalarFunction = ScalarFunction {
    name: "vector",
    doc: "A vector of 32-bit floats from a list of numbers, or from a text of them in brackets. The second argument \
          is how many there must be, the third, a bare word, their type: FLOAT32.",
    example: "RETURN vector_dimension_count(vector([1, 2.5], 2, FLOAT32))",
    answer: "2",
    signature: Signature::new(&[T::LIST.or(T::STRING).or(T::VECTOR), T::INTEGER, T::STRING], T::VECTOR)
        .required(1),
    deterministic: true,
    kernel: vector,
};

fn vector(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let numbers = match &values[0] {
            Value::String(text) => read(text).ok_or_else(|| {
                wrong("vector() takes a text of numbers between brackets, such as '[1.0, 2.5]'")
            })?,
            value => coordinates(call, value)?,
        };
        let numbers: Vec<f32> = numbers.into_iter().map(|number| number as f32).collect();
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(wrong("the coordinates of a vector are finite 32-bit floats"));
        }
        if let Some(dimension) = values.get(1)
            && call.count(dimension)? != numbers.len()
        {
            let message = format!("vector() was given {} coordinates, not {dimension}", numbers.len());
            return Err(wrong(message));
        }
        if let Some(of) = values.get(2) {
            let of = call.text(of)?;
            if !["FLOAT32", "FLOAT"].iter().any(|known| of.eq_ignore_ascii_case(known)) {
                return Err(wrong(format!("vector() has coordinates of type FLOAT32, not {of}")));
            }
        }
        Ok(Value::Vector(numbers.into()))
    })
}

fn read(text: &str) -> Option<Vec<f64>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    if inner.is_empty() {
        return Some(Vec::new());
    }
    inner.split(',').map(|number| number.trim().parse().ok()).collect()
}
