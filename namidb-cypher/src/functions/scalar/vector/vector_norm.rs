//! `vector_norm(vector, metric)`.

use super::coordinates::{VECTORS, coordinates, wrong};
use crate::functions::scalar::prelude::*;

pub(super) const VECTOR_NORM: ScalarFunction = ScalarFunction {
    name: "vector_norm",
    doc: "The distance of a vector from the origin by a metric, a bare word: EUCLIDEAN or MANHATTAN.",
    example: "RETURN vector_norm([3, -4], MANHATTAN)",
    answer: "7.0",
    signature: Signature::new(&[VECTORS, T::STRING], T::FLOAT),
    deterministic: true,
    kernel: norm,
};

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
