//! The coordinates of vectors, and of lists that stand for them.

use crate::functions::scalar::prelude::*;

/// What a vector may be given as.
pub(super) const VECTORS: T = T::LIST.or(T::VECTOR);

pub(super) fn coordinates(call: &Call<'_>, value: &Value) -> Result<Vec<f64>, Error> {
    match value {
        Value::Vector(coordinates) => Ok(coordinates.iter().map(|x| f64::from(*x)).collect()),
        Value::List(items) => items.iter().map(|item| call.number(item)).collect(),
        other => Err(call.refuse("a vector or a list of numbers", other)),
    }
}

pub(super) fn of_two(
    call: &Call<'_>,
    compute: impl Fn(&[f64], &[f64]) -> Result<f64, Error>,
) -> Result<Vector, Error> {
    call.strict(|values| {
        let (a, b) = (coordinates(call, &values[0])?, coordinates(call, &values[1])?);
        if a.len() != b.len() || a.is_empty() {
            let message = format!("vectors of {} and {} coordinates cannot be compared", a.len(), b.len());
            return Err(wrong(message));
        }
        compute(&a, &b).map(Value::Float)
    })
}

pub(super) fn wrong(message: impl Into<String>) -> Error {
    errors::argument_error("InvalidArgumentValue", message)
}
