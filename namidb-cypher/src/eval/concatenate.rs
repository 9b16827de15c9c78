//! `||`: two texts or two lists, one behind the other. `+` joins them by the same rules, and other values to them.

use super::errors;
use crate::Error;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use std::sync::Arc;

/// `left || right`, row by row. No text or list that comes of it has more than `limit` bytes.
pub(crate) fn evaluate(left: &Vector, right: &Vector, limit: u64) -> Result<Vector, Error> {
    let len = left.len();
    if let (Vector::Constant(l, _), Vector::Constant(r, _)) = (left, right) {
        return Ok(Vector::constant(scalar(l, r, limit)?, len));
    }
    let mut builder = VectorBuilder::with_capacity(len);
    for row in 0..len {
        builder.push(scalar(&left.value(row), &right.value(row), limit)?);
    }
    Ok(builder.finish())
}

fn scalar(left: &Value, right: &Value, limit: u64) -> Result<Value, Error> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::List(l), Value::List(r)) => lists(l, r, limit),
        (Value::String(l), Value::String(r)) => texts(l, r, limit),
        _ => Err(errors::undefined("||", left, right)),
    }
}

/// The elements of two lists.
pub(super) fn lists(left: &[Value], right: &[Value], limit: u64) -> Result<Value, Error> {
    check((left.len() + right.len()) * size_of::<Value>(), limit)?;
    Ok(left.iter().chain(right).cloned().collect())
}

/// Two texts as one.
pub(super) fn texts(left: &str, right: &str, limit: u64) -> Result<Value, Error> {
    check(left.len() + right.len(), limit)?;
    let mut text = String::with_capacity(left.len() + right.len());
    text.push_str(left);
    text.push_str(right);
    Ok(Value::String(Arc::from(text)))
}

fn check(bytes: usize, limit: u64) -> Result<(), Error> {
    let bytes = bytes as u64;
    if bytes > limit { Err(errors::too_large("a text or list that is joined", bytes, limit)) } else { Ok(()) }
}
