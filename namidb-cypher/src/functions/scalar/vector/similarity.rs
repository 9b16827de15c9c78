//! `vector.similarity.cosine(a, b)` and `vector.similarity.euclidean(a, b)`.

use crate::functions::scalar::prelude::*;

/// What a vector may be given as.
const VECTORS: T = T::LIST.or(T::VECTOR);

/// `vector.similarity.cosine(a, b)`.
pub(in crate::functions) const COSINE: ScalarFunction = ScalarFunction {
    name: "vector.similarity.cosine",
    doc: "How alike the directions of two vectors are: 1 of the same, 0 of opposite ones, 0.5 at a right angle.",
    example: Some("vector.similarity.cosine([1, 0], [0, 2]) = 0.5"),
    signature: Signature::new(&[VECTORS, VECTORS], T::FLOAT),
    deterministic: true,
    kernel: cosine,
};

/// `vector.similarity.euclidean(a, b)`.
pub(in crate::functions) const EUCLIDEAN: ScalarFunction = ScalarFunction {
    name: "vector.similarity.euclidean",
    doc: "How near two vectors are: 1 over 1 and the square of their distance.",
    example: Some("vector.similarity.euclidean([0, 0], [0, 1]) = 0.5"),
    signature: Signature::new(&[VECTORS, VECTORS], T::FLOAT),
    deterministic: true,
    kernel: euclidean,
};

fn cosine(call: &Call<'_>) -> Result<Vector, Error> {
    of_two(call, |a, b| {
        let dot: f64 = a.iter().zip(b).map(|(x, y)| x * y).sum();
        let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
        let lengths = (square(a) * square(b)).sqrt();
        if lengths > 0.0 && lengths.is_finite() {
            Ok((1.0 + (dot / lengths).clamp(-1.0, 1.0)) / 2.0)
        } else {
            Err(wrong("a vector whose length is zero, or beyond all numbers, has no direction"))
        }
    })
}

fn euclidean(call: &Call<'_>) -> Result<Vector, Error> {
    of_two(call, |a, b| {
        let square: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
        Ok(1.0 / (1.0 + square))
    })
}

fn of_two(call: &Call<'_>, compute: impl Fn(&[f64], &[f64]) -> Result<f64, Error>) -> Result<Vector, Error> {
    call.strict(|values| {
        let (a, b) = (coordinates(call, &values[0])?, coordinates(call, &values[1])?);
        if a.len() != b.len() || a.is_empty() {
            let message = format!("vectors of {} and {} coordinates cannot be compared", a.len(), b.len());
            return Err(wrong(message));
        }
        compute(&a, &b).map(Value::Float)
    })
}

pub(super) fn coordinates(call: &Call<'_>, value: &Value) -> Result<Vec<f64>, Error> {
    match value {
        Value::Vector(coordinates) => Ok(coordinates.iter().map(|x| f64::from(*x)).collect()),
        Value::List(items) => items.iter().map(|item| call.number(item)).collect(),
        other => Err(call.refuse("a vector or a list of numbers", other)),
    }
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    errors::argument_error("InvalidArgumentValue", message)
}
