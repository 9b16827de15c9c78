//! `vector_distance(a, b, metric)`.

use super::coordinates::{VECTORS, coordinates, wrong};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR_DISTANCE: ScalarFunction = ScalarFunction {
    name: "vector_distance",
    doc: "The distance between two vectors by a metric, a bare word: EUCLIDEAN, EUCLIDEAN_SQUARED, MANHATTAN, \
          COSINE (one minus the cosine), DOT (the product, negative) or HAMMING (how many coordinates differ).",
    example: "RETURN vector_distance([0, 0], [3, 4], EUCLIDEAN)",
    answer: "5.0",
    signature: Signature::new(&[VECTORS, VECTORS, T::STRING], T::FLOAT),
    deterministic: true,
    kernel: distance,
};

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
