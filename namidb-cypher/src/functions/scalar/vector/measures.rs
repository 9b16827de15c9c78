//! Vectors as values: made of numbers, their size, their length, and the distance between two.

use super::similarity::{coordinates, wrong};
use crate::functions::scalar::prelude::*;

const VECTORS: T = T::LIST.or(T::VECTOR);

/// `vector(values, dimension, type)`.
pub(in crate::functions) const VECTOR: ScalarFunction = ScalarFunction {
    name: "vector",
    doc: "A vector of 32-bit floats from a list of numbers, or from a text of them in brackets. The second argument \
          is how many there must be, the third, a bare word, their type: FLOAT32.",
    example: Some("vector_dimension_count(vector([1, 2.5], 2, FLOAT32)) = 2"),
    signature: Signature::new(&[T::LIST.or(T::STRING).or(T::VECTOR), T::INTEGER, T::STRING], T::VECTOR)
        .required(1),
    deterministic: true,
    kernel: vector,
};

/// `vector_dimension_count(vector)`.
pub(in crate::functions) const DIMENSION_COUNT: ScalarFunction = ScalarFunction {
    name: "vector_dimension_count",
    doc: "How many coordinates a vector has.",
    example: Some("vector_dimension_count(vector([1, 2, 3])) = 3"),
    signature: Signature::new(&[VECTORS], T::INTEGER),
    deterministic: true,
    kernel: |call| call.strict(|values| Ok(Value::Integer(coordinates(call, &values[0])?.len() as i64))),
};

/// `vector_distance(a, b, metric)`.
pub(in crate::functions) const DISTANCE: ScalarFunction = ScalarFunction {
    name: "vector_distance",
    doc: "The distance between two vectors by a metric, a bare word: EUCLIDEAN, EUCLIDEAN_SQUARED, MANHATTAN, \
          COSINE (one minus the cosine), DOT (the product, negative) or HAMMING (how many coordinates differ).",
    example: Some("vector_distance([0, 0], [3, 4], EUCLIDEAN) = 5.0"),
    signature: Signature::new(&[VECTORS, VECTORS, T::STRING], T::FLOAT),
    deterministic: true,
    kernel: distance,
};

/// `vector_norm(vector, metric)`.
pub(in crate::functions) const NORM: ScalarFunction = ScalarFunction {
    name: "vector_norm",
    doc: "The distance of a vector from the origin by a metric, a bare word: EUCLIDEAN or MANHATTAN.",
    example: Some("vector_norm([3, -4], MANHATTAN) = 7.0"),
    signature: Signature::new(&[VECTORS, T::STRING], T::FLOAT),
    deterministic: true,
    kernel: norm,
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

fn distance(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let (a, b) = (coordinates(call, &values[0])?, coordinates(call, &values[1])?);
        if a.len() != b.len() {
            let message = format!("vectors of {} and {} coordinates cannot be compared", a.len(), b.len());
            return Err(wrong(message));
        }
        let metric = call.text(&values[2])?.to_ascii_uppercase();
        let pairs = || a.iter().zip(&b);
        let squared = || pairs().map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
        let dot = || pairs().map(|(x, y)| x * y).sum::<f64>();
        Ok(Value::Float(match &*metric {
            "EUCLIDEAN" => squared().sqrt(),
            "EUCLIDEAN_SQUARED" => squared(),
            "MANHATTAN" => pairs().map(|(x, y)| (x - y).abs()).sum(),
            "COSINE" => {
                let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
                let lengths = (square(&a) * square(&b)).sqrt();
                if !(lengths > 0.0 && lengths.is_finite()) {
                    let message = "a vector whose length is zero, or beyond all numbers, has no direction";
                    return Err(wrong(message));
                }
                1.0 - (dot() / lengths).clamp(-1.0, 1.0)
            }
            "DOT" => -dot(),
            "HAMMING" => pairs().filter(|(x, y)| x != y).count() as f64,
            _ => {
                let known = "EUCLIDEAN, EUCLIDEAN_SQUARED, MANHATTAN, COSINE, DOT and HAMMING";
                return Err(wrong(format!("the metrics of vector_distance() are {known}, not {metric}")));
            }
        }))
    })
}

fn norm(call: &Call<'_>) -> Result<Vector, Error> {
    call.strict(|values| {
        let coordinates = coordinates(call, &values[0])?;
        let metric = call.text(&values[1])?.to_ascii_uppercase();
        Ok(Value::Float(match &*metric {
            "EUCLIDEAN" => coordinates.iter().map(|x| x * x).sum::<f64>().sqrt(),
            "MANHATTAN" => coordinates.iter().map(|x| x.abs()).sum(),
            _ => {
                let message =
                    format!("the metrics of vector_norm() are EUCLIDEAN and MANHATTAN, not {metric}");
                return Err(wrong(message));
            }
        }))
    })
}
