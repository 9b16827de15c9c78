//! `+ - * / % ^` and negation.
//!
//! Integers stay exact and raise an error where they cannot; floats follow IEEE 754. `+` also joins texts and
//! lists, and shifts temporal values by durations.

use super::{bits, concatenate, errors};
use crate::Error;
use crate::binder::bound::ArithmeticOp;
use crate::vector::{Primitive, Vector, VectorBuilder};
use arrow_buffer::{ArrowNativeType, NullBuffer, ScalarBuffer};
use namidb_core::Value;
use namidb_core::value::Duration;
use namidb_core::value::temporal::zone::TimeZone;

/// `left op right`, row by row. No text or list that comes of it has more than `limit` bytes.
pub(crate) fn evaluate(op: ArithmeticOp, left: &Vector, right: &Vector, limit: u64) -> Result<Vector, Error> {
    let len = left.len();
    match (left, right) {
        (Vector::Constant(Value::Null, _), _) | (_, Vector::Constant(Value::Null, _)) => {
            Ok(Vector::nulls(len))
        }
        (Vector::Constant(l, _), Vector::Constant(r, _)) => {
            Ok(Vector::constant(scalar(op, l, r, limit)?, len))
        }
        _ => match (Operand::of(left), Operand::of(right)) {
            (Some(l), Some(r)) => numbers(op, &l, &r, len),
            _ => {
                let mut builder = VectorBuilder::with_capacity(len);
                for row in 0..len {
                    builder.push(scalar(op, &left.value(row), &right.value(row), limit)?);
                }
                Ok(builder.finish())
            }
        },
    }
}

/// A vector of numbers of one type.
enum Operand<'a> {
    Integers(&'a Primitive<i64>),
    Floats(&'a Primitive<f64>),
    Integer(i64),
    Float(f64),
}

impl<'a> Operand<'a> {
    fn of(vector: &'a Vector) -> Option<Operand<'a>> {
        match vector {
            Vector::Integer(v) => Some(Operand::Integers(v)),
            Vector::Float(v) => Some(Operand::Floats(v)),
            Vector::Constant(Value::Integer(i), _) => Some(Operand::Integer(*i)),
            Vector::Constant(Value::Float(f), _) => Some(Operand::Float(*f)),
            _ => None,
        }
    }

    fn validity(&self) -> Option<&'a NullBuffer> {
        match self {
            Operand::Integers(v) => v.validity.as_ref(),
            Operand::Floats(v) => v.validity.as_ref(),
            _ => None,
        }
    }
}

/// One side of a loop over numbers of one type.
enum Side<'a, T> {
    Slice(&'a [T]),
    Owned(Vec<T>),
    One(T),
}

impl<T: Copy> Side<'_, T> {
    fn get(&self, row: usize) -> T {
        match self {
            Side::Slice(values) => values[row],
            Side::Owned(values) => values[row],
            Side::One(value) => *value,
        }
    }
}

fn floats<'a>(operand: &Operand<'a>) -> Side<'a, f64> {
    match operand {
        Operand::Integers(v) => Side::Owned(v.values.iter().map(|i| *i as f64).collect()),
        Operand::Floats(v) => Side::Slice(&v.values),
        Operand::Integer(i) => Side::One(*i as f64),
        Operand::Float(f) => Side::One(*f),
    }
}

fn integers<'a>(operand: &Operand<'a>) -> Option<Side<'a, i64>> {
    match operand {
        Operand::Integers(v) => Some(Side::Slice(&v.values)),
        Operand::Integer(i) => Some(Side::One(*i)),
        _ => None,
    }
}

/// Maps both sides, with the match on their shapes outside the loop.
fn zip<A: Copy, T: ArrowNativeType>(
    left: &Side<'_, A>,
    right: &Side<'_, A>,
    len: usize,
    mut f: impl FnMut(A, A) -> T,
) -> Vec<T> {
    match (left, right) {
        (Side::Slice(l), Side::Slice(r)) => l.iter().zip(*r).map(|(l, r)| f(*l, *r)).collect(),
        (Side::Slice(l), Side::One(r)) => l.iter().map(|l| f(*l, *r)).collect(),
        (Side::One(l), Side::Slice(r)) => r.iter().map(|r| f(*l, *r)).collect(),
        _ => (0..len).map(|row| f(left.get(row), right.get(row))).collect(),
    }
}

fn numbers(op: ArithmeticOp, left: &Operand<'_>, right: &Operand<'_>, len: usize) -> Result<Vector, Error> {
    let validity = bits::union(left.validity(), right.validity());
    if let (Some(l), Some(r)) = (integers(left), integers(right))
        && let Some(values) = integer_values(op, &l, &r, validity.as_ref(), len)
    {
        return Ok(Vector::Integer(Primitive { values: ScalarBuffer::from(values?), validity }));
    }
    let (l, r) = (floats(left), floats(right));
    let values = match op {
        ArithmeticOp::Add => zip(&l, &r, len, |l, r| l + r),
        ArithmeticOp::Subtract => zip(&l, &r, len, |l, r| l - r),
        ArithmeticOp::Multiply => zip(&l, &r, len, |l, r| l * r),
        ArithmeticOp::Divide => zip(&l, &r, len, |l, r| l / r),
        ArithmeticOp::Modulo => zip(&l, &r, len, |l, r| l % r),
        ArithmeticOp::Power => zip(&l, &r, len, f64::powf),
    };
    Ok(Vector::Float(Primitive { values: ScalarBuffer::from(values), validity }))
}

/// What comes of integers; nothing if that is no integer.
fn integer_values(
    op: ArithmeticOp,
    left: &Side<'_, i64>,
    right: &Side<'_, i64>,
    validity: Option<&NullBuffer>,
    len: usize,
) -> Option<Result<Vec<i64>, Error>> {
    // The loop only notes that something went wrong; which row it was, and whether that row is null, is
    // looked up afterwards.
    let mut wrong = false;
    let mut noted = |(value, overflowed): (i64, bool)| {
        wrong |= overflowed;
        value
    };
    let values = match op {
        ArithmeticOp::Add => zip(left, right, len, |l, r| noted(l.overflowing_add(r))),
        ArithmeticOp::Subtract => zip(left, right, len, |l, r| noted(l.overflowing_sub(r))),
        ArithmeticOp::Multiply => zip(left, right, len, |l, r| noted(l.overflowing_mul(r))),
        ArithmeticOp::Divide => {
            zip(left, right, len, |l, r| if r == 0 { noted((0, true)) } else { noted(l.overflowing_div(r)) })
        }
        ArithmeticOp::Modulo => {
            zip(left, right, len, |l, r| if r == 0 { noted((0, true)) } else { l.wrapping_rem(r) })
        }
        ArithmeticOp::Power => return None,
    };
    if wrong {
        let mut rows = (0..len).filter(|row| validity.is_none_or(|v| v.is_valid(*row)));
        if let Err(error) = rows.try_for_each(|row| integer(op, left.get(row), right.get(row)).map(drop)) {
            return Some(Err(error));
        }
    }
    Some(Ok(values))
}

fn integer(op: ArithmeticOp, left: i64, right: i64) -> Result<Value, Error> {
    let result = match op {
        ArithmeticOp::Add => left.checked_add(right),
        ArithmeticOp::Subtract => left.checked_sub(right),
        ArithmeticOp::Multiply => left.checked_mul(right),
        ArithmeticOp::Divide | ArithmeticOp::Modulo if right == 0 => return Err(errors::division_by_zero()),
        ArithmeticOp::Divide => left.checked_div(right),
        ArithmeticOp::Modulo => Some(left.wrapping_rem(right)),
        ArithmeticOp::Power => return Ok(Value::Float((left as f64).powf(right as f64))),
    };
    let result = result.ok_or_else(|| errors::overflow(format!("{left} {} {right}", op.symbol())))?;
    Ok(Value::Integer(result))
}

fn float(op: ArithmeticOp, left: f64, right: f64) -> f64 {
    match op {
        ArithmeticOp::Add => left + right,
        ArithmeticOp::Subtract => left - right,
        ArithmeticOp::Multiply => left * right,
        ArithmeticOp::Divide => left / right,
        ArithmeticOp::Modulo => left % right,
        ArithmeticOp::Power => left.powf(right),
    }
}

/// `left op right` on two values.
fn scalar(op: ArithmeticOp, left: &Value, right: &Value, limit: u64) -> Result<Value, Error> {
    Ok(match (left, right) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Integer(l), Value::Integer(r)) => integer(op, *l, *r)?,
        (Value::Float(l), Value::Float(r)) => Value::Float(float(op, *l, *r)),
        (Value::Integer(l), Value::Float(r)) => Value::Float(float(op, *l as f64, *r)),
        (Value::Float(l), Value::Integer(r)) => Value::Float(float(op, *l, *r as f64)),
        _ => match op {
            ArithmeticOp::Add => return add(left, right, limit),
            ArithmeticOp::Subtract => return subtract(left, right),
            ArithmeticOp::Multiply => return multiply(left, right),
            ArithmeticOp::Divide => return divide(left, right),
            ArithmeticOp::Modulo | ArithmeticOp::Power => return Err(refused(op, left, right)),
        },
    })
}

fn refused(op: ArithmeticOp, left: &Value, right: &Value) -> Error {
    errors::undefined(op.symbol(), left, right)
}

fn add(left: &Value, right: &Value, limit: u64) -> Result<Value, Error> {
    use std::slice::from_ref;
    Ok(match (left, right) {
        (Value::List(l), Value::List(r)) => return concatenate::lists(l, r, limit),
        (Value::List(l), r) => return concatenate::lists(l, from_ref(r), limit),
        (l, Value::List(r)) => return concatenate::lists(from_ref(l), r, limit),
        (Value::String(l), Value::String(r)) => return concatenate::texts(l, r, limit),
        (Value::String(l), Value::Integer(_) | Value::Float(_) | Value::Boolean(_)) => {
            return concatenate::texts(l, &right.to_string(), limit);
        }
        (Value::Integer(_) | Value::Float(_) | Value::Boolean(_), Value::String(r)) => {
            return concatenate::texts(&left.to_string(), r, limit);
        }
        (Value::Duration(l), Value::Duration(r)) => {
            l.plus(r).map(Value::from).ok_or_else(|| errors::temporal_overflow("the sum"))?
        }
        (temporal, Value::Duration(by)) | (Value::Duration(by), temporal) => {
            return shifted(temporal, by).unwrap_or_else(|| Err(refused(ArithmeticOp::Add, left, right)));
        }
        _ => return Err(refused(ArithmeticOp::Add, left, right)),
    })
}

fn subtract(left: &Value, right: &Value) -> Result<Value, Error> {
    let Value::Duration(by) = right else { return Err(refused(ArithmeticOp::Subtract, left, right)) };
    let by = by.negated().ok_or_else(|| errors::temporal_overflow("the negated duration"))?;
    match left {
        Value::Duration(from) => {
            from.plus(&by).map(Value::from).ok_or_else(|| errors::temporal_overflow("the difference"))
        }
        temporal => {
            shifted(temporal, &by).unwrap_or_else(|| Err(refused(ArithmeticOp::Subtract, left, right)))
        }
    }
}

fn multiply(left: &Value, right: &Value) -> Result<Value, Error> {
    let (duration, factor) = match (left, right) {
        (Value::Duration(d), Value::Integer(i)) | (Value::Integer(i), Value::Duration(d)) => (d, *i as f64),
        (Value::Duration(d), Value::Float(f)) | (Value::Float(f), Value::Duration(d)) => (d, *f),
        _ => return Err(refused(ArithmeticOp::Multiply, left, right)),
    };
    duration.times(factor).map(Value::from).ok_or_else(|| errors::temporal_overflow("the product"))
}

fn divide(left: &Value, right: &Value) -> Result<Value, Error> {
    let Value::Duration(duration) = left else {
        return Err(refused(ArithmeticOp::Divide, left, right));
    };
    let divisor = match right {
        Value::Integer(0) => return Err(errors::division_by_zero()),
        Value::Integer(i) => *i as f64,
        Value::Float(f) => *f,
        _ => return Err(refused(ArithmeticOp::Divide, left, right)),
    };
    let divided = duration.divided(divisor);
    divided.map(Value::from).ok_or_else(|| errors::temporal_overflow("the quotient"))
}

/// A temporal value later by a duration; none if the value is not temporal.
fn shifted(temporal: &Value, by: &Duration) -> Option<Result<Value, Error>> {
    let result = match temporal {
        Value::Date(date) => date.plus(by).map(Value::Date),
        Value::LocalTime(time) => Some(Value::LocalTime(time.plus(by))),
        Value::Time(time) => Some(Value::Time(time.plus(by))),
        Value::LocalDateTime(at) => at.plus(by).map(Value::LocalDateTime),
        Value::DateTime(at) => match TimeZone::of(at) {
            Some(_) => at.plus(by).map(Value::from),
            None => return Some(Err(errors::unknown_zone(at.zone.as_deref().unwrap_or_default()))),
        },
        _ => return None,
    };
    Some(result.ok_or_else(|| errors::temporal_overflow("the shifted value")))
}

/// `-operand`, row by row.
pub(crate) fn negate(operand: &Vector) -> Result<Vector, Error> {
    let len = operand.len();
    Ok(match operand {
        Vector::Constant(value, _) => Vector::constant(negated(value)?, len),
        Vector::Integer(v) => {
            let mut wrong = false;
            let values: Vec<i64> = v
                .values
                .iter()
                .map(|value| {
                    let (value, overflowed) = value.overflowing_neg();
                    wrong |= overflowed;
                    value
                })
                .collect();
            if wrong && (0..len).any(|row| v.get(row) == Some(i64::MIN)) {
                return Err(errors::overflow(format!("-({})", i64::MIN)));
            }
            Vector::Integer(Primitive { values: ScalarBuffer::from(values), validity: v.validity.clone() })
        }
        Vector::Float(v) => {
            let values: Vec<f64> = v.values.iter().map(|value| -value).collect();
            Vector::Float(Primitive { values: ScalarBuffer::from(values), validity: v.validity.clone() })
        }
        other => {
            let mut builder = VectorBuilder::with_capacity(len);
            for value in other.values() {
                builder.push(negated(&value)?);
            }
            builder.finish()
        }
    })
}

fn negated(value: &Value) -> Result<Value, Error> {
    Ok(match value {
        Value::Null => Value::Null,
        Value::Integer(i) => {
            Value::Integer(i.checked_neg().ok_or_else(|| errors::overflow(format!("-({i})")))?)
        }
        Value::Float(f) => Value::Float(-f),
        Value::Duration(d) => {
            Value::from(d.negated().ok_or_else(|| errors::temporal_overflow("the negated duration"))?)
        }
        other => return Err(errors::unexpected_type("negation", "a number", other)),
    })
}
