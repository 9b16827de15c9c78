//! `vector.similarity.euclidean(a, b)`.

use super::coordinates::{VECTORS, of_two};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR_SIMILARITY_EUCLIDEAN: ScalarFunction = ScalarFunction {
    name: "vector.similarity.euclidean",
    doc: "How near two vectors are: 1 over 1 and the square of their distance.",
    example: "RETURN vector.similarity.euclidean([0, 0], [0, 1])",
    answer: "0.5",
    signature: Signature::new(&[VECTORS, VECTORS], T::FLOAT),
    deterministic: true,
    kernel: euclidean,
};

fn euclidean(call: &Call<'_>) -> Result<Vector, Error> {
    of_two(call, |a, b| {
        let square: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
        Ok(1.0 / (1.0 + square))
    })
}
