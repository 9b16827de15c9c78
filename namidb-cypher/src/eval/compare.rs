//! `= <> < <= > >=` in ternary logic.

use super::bits::{self, Truth};
use crate::binder::bound::CompareOp;
use crate::vector::{Booleans, Primitive, Strings, Vector};
use arrow_buffer::ArrowNativeType;
use namidb_core::Value;
use namidb_core::value::order;
use std::cmp::Ordering;

/// `left op right` on two values; none where the answer is null.
pub(crate) fn scalar(op: CompareOp, left: &Value, right: &Value) -> Option<bool> {
    match op {
        CompareOp::Equal => order::equals(left, right),
        CompareOp::NotEqual => order::equals(left, right).map(|equal| !equal),
        CompareOp::Less => order::less_than(left, right),
        CompareOp::LessOrEqual => order::less_or_equal(left, right),
        CompareOp::Greater => order::greater_than(left, right),
        CompareOp::GreaterOrEqual => order::greater_or_equal(left, right),
    }
}

/// The comparison with its sides exchanged.
pub(crate) fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

/// Whether a comparison holds for an order.
fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessOrEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterOrEqual => order.is_ge(),
    }
}

/// `left op right`, row by row.
pub(crate) fn evaluate(op: CompareOp, left: &Vector, right: &Vector) -> Vector {
    let len = left.len();
    match (left, right) {
        (Vector::Constant(Value::Null, _), _) | (_, Vector::Constant(Value::Null, _)) => Vector::nulls(len),
        (Vector::Constant(l, _), Vector::Constant(r, _)) => {
            Vector::constant(scalar(op, l, r).map_or(Value::Null, Value::Boolean), len)
        }
        (Vector::Integer(l), Vector::Integer(r)) => pairs(op, l, r),
        (Vector::Float(l), Vector::Float(r)) => pairs(op, l, r),
        (Vector::Node(l), Vector::Node(r)) | (Vector::Relationship(l), Vector::Relationship(r))
            if is_equality(op) =>
        {
            pairs(op, l, r)
        }
        (Vector::Integer(l), Vector::Constant(Value::Integer(r), _)) => with_one(op, l, *r),
        (Vector::Constant(Value::Integer(l), _), Vector::Integer(r)) => with_one(flipped(op), r, *l),
        (Vector::Float(l), Vector::Constant(Value::Float(r), _)) => with_one(op, l, *r),
        (Vector::Constant(Value::Float(l), _), Vector::Float(r)) => with_one(flipped(op), r, *l),
        // Small integers are floats exactly, so that one loop does.
        (Vector::Float(l), Vector::Constant(Value::Integer(r), _)) if is_exact(*r) => {
            with_one(op, l, *r as f64)
        }
        (Vector::Constant(Value::Integer(l), _), Vector::Float(r)) if is_exact(*l) => {
            with_one(flipped(op), r, *l as f64)
        }
        (Vector::String(l), Vector::String(r)) => {
            let validity = bits::union(l.validity.as_ref(), r.validity.as_ref());
            bits::booleans_or_null(len, validity, |row| holds(op, l.bytes(row).cmp(r.bytes(row))))
        }
        (Vector::String(l), Vector::Constant(Value::String(r), _)) => with_text(op, l, r),
        (Vector::Constant(Value::String(l), _), Vector::String(r)) => with_text(flipped(op), r, l),
        (Vector::Boolean(l), Vector::Constant(Value::Boolean(r), _)) if is_equality(op) => {
            with_truth(op, l, *r)
        }
        _ => {
            let answers: Vec<Option<bool>> =
                (0..len).map(|row| scalar(op, &left.value(row), &right.value(row))).collect();
            Truth::from_answers(&answers).into_vector()
        }
    }
}

fn is_equality(op: CompareOp) -> bool {
    matches!(op, CompareOp::Equal | CompareOp::NotEqual)
}

/// Whether an integer is a float without rounding.
pub(crate) fn is_exact(i: i64) -> bool {
    i.unsigned_abs() <= 1 << 53
}

/// The comparison as the machine has it; for floats that is also what Cypher says of NaN.
#[inline]
pub(crate) fn native<T: PartialOrd>(op: CompareOp, l: &T, r: &T) -> bool {
    match op {
        CompareOp::Equal => l == r,
        CompareOp::NotEqual => l != r,
        CompareOp::Less => l < r,
        CompareOp::LessOrEqual => l <= r,
        CompareOp::Greater => l > r,
        CompareOp::GreaterOrEqual => l >= r,
    }
}

fn pairs<T: ArrowNativeType + PartialOrd>(
    op: CompareOp,
    left: &Primitive<T>,
    right: &Primitive<T>,
) -> Vector {
    let validity = bits::union(left.validity.as_ref(), right.validity.as_ref());
    let (l, r): (&[T], &[T]) = (&left.values, &right.values);
    bits::booleans_or_null(l.len(), validity, |row| native(op, &l[row], &r[row]))
}

fn with_one<T: ArrowNativeType + PartialOrd>(op: CompareOp, left: &Primitive<T>, right: T) -> Vector {
    let values: &[T] = &left.values;
    let validity = left.validity.clone();
    let len = values.len();
    // One loop each, so that the comparison is not looked up per row.
    match op {
        CompareOp::Equal => bits::booleans_or_null(len, validity, |row| values[row] == right),
        CompareOp::NotEqual => bits::booleans_or_null(len, validity, |row| values[row] != right),
        CompareOp::Less => bits::booleans_or_null(len, validity, |row| values[row] < right),
        CompareOp::LessOrEqual => bits::booleans_or_null(len, validity, |row| values[row] <= right),
        CompareOp::Greater => bits::booleans_or_null(len, validity, |row| values[row] > right),
        CompareOp::GreaterOrEqual => bits::booleans_or_null(len, validity, |row| values[row] >= right),
    }
}

fn with_text(op: CompareOp, left: &Strings, right: &str) -> Vector {
    let right = right.as_bytes();
    let (len, validity) = (left.len(), left.validity.clone());
    match op {
        CompareOp::Equal => bits::booleans_or_null(len, validity, |row| left.bytes(row) == right),
        CompareOp::NotEqual => bits::booleans_or_null(len, validity, |row| left.bytes(row) != right),
        op => bits::booleans_or_null(len, validity, |row| holds(op, left.bytes(row).cmp(right))),
    }
}

fn with_truth(op: CompareOp, left: &Booleans, right: bool) -> Vector {
    let keep = (op == CompareOp::Equal) == right;
    let values = if keep { left.values.clone() } else { !&left.values };
    Vector::Boolean(Booleans { values, validity: left.validity.clone() })
}
