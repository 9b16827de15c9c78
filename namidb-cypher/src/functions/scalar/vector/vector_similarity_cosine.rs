//! `vector.similarity.cosine(a, b)`.

use super::coordinates::{VECTORS, of_two, wrong};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR_SIMILARITY_COSINE: ScalarFunction = ScalarFunction {
    name: "vector.similarity.cosine",
    doc: "How alike the directions of two vectors are: 1 of the same, 0 of opposite ones, 0.5 at a right angle.",
    example: "RETURN vector.similarity.cosine([1, 0], [0, 2])",
    answer: "0.5",
    signature: Signature::new(&[VECTORS, VECTORS], T::FLOAT),
    deterministic: true,
    kernel: cosine,
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
