//! Rows of a vector, picked, cut out, and put together.

use super::{Booleans, Primitive, Strings, Values, Vector, VectorBuilder};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use namidb_core::Value;

/// In a list of rows to take: a null instead of a row.
pub const NULL_ROW: u32 = u32::MAX;

fn take_validity(validity: Option<&NullBuffer>, rows: &[u32]) -> Option<NullBuffer> {
    let validity = validity?;
    let bits = BooleanBuffer::collect_bool(rows.len(), |i| validity.is_valid(rows[i] as usize));
    Some(NullBuffer::new(bits)).filter(|v| v.null_count() > 0)
}

fn take_primitive<T: ArrowNativeType>(from: &Primitive<T>, rows: &[u32]) -> Primitive<T> {
    let source: &[T] = &from.values;
    let values: Vec<T> = rows.iter().map(|&row| source[row as usize]).collect();
    Primitive { values: ScalarBuffer::from(values), validity: take_validity(from.validity.as_ref(), rows) }
}

fn take_strings(from: &Strings, rows: &[u32]) -> Option<Strings> {
    let mut total = 0_usize;
    let mut offsets = Vec::with_capacity(rows.len() + 1);
    offsets.push(0_i32);
    for &row in rows {
        let row = row as usize;
        total += (from.offsets[row + 1] - from.offsets[row]) as usize;
        offsets.push(i32::try_from(total).ok()?);
    }
    let mut bytes = Vec::with_capacity(total);
    for &row in rows {
        bytes.extend_from_slice(from.bytes(row as usize));
    }
    Some(Strings {
        offsets: OffsetBuffer::new(ScalarBuffer::from(offsets)),
        bytes: Buffer::from_vec(bytes),
        validity: take_validity(from.validity.as_ref(), rows),
    })
}

impl Vector {
    /// The given rows, in the given order; a row may come any number of times.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn take(&self, rows: &[u32]) -> Vector {
        match self {
            Vector::Constant(value, _) => Vector::Constant(value.clone(), rows.len()),
            Vector::Boolean(v) => Vector::Boolean(Booleans {
                values: BooleanBuffer::collect_bool(rows.len(), |i| v.values.value(rows[i] as usize)),
                validity: take_validity(v.validity.as_ref(), rows),
            }),
            Vector::Integer(v) => Vector::Integer(take_primitive(v, rows)),
            Vector::Float(v) => Vector::Float(take_primitive(v, rows)),
            Vector::String(v) => match take_strings(v, rows) {
                Some(strings) => Vector::String(strings),
                None => Vector::Any(Values::new(rows.iter().map(|&row| self.value(row as usize)).collect())),
            },
            Vector::Node(v) => Vector::Node(take_primitive(v, rows)),
            Vector::Relationship(v) => Vector::Relationship(take_primitive(v, rows)),
            Vector::Any(v) => {
                let source = v.as_slice();
                Vector::Any(Values::new(rows.iter().map(|&row| source[row as usize].clone()).collect()))
            }
        }
    }

    /// The given rows, with a null for each [`NULL_ROW`].
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn take_or_null(&self, rows: &[u32]) -> Vector {
        if !rows.contains(&NULL_ROW) {
            return self.take(rows);
        }
        let mut builder = VectorBuilder::with_capacity(rows.len());
        for &row in rows {
            if row == NULL_ROW {
                builder.push_null();
            } else {
                builder.push(self.value(row as usize));
            }
        }
        builder.finish()
    }

    /// `len` rows from `start` on, without a copy.
    ///
    /// # Panics
    /// If there are not so many.
    #[must_use]
    pub fn slice(&self, start: usize, len: usize) -> Vector {
        fn primitive<T: ArrowNativeType>(v: &Primitive<T>, start: usize, len: usize) -> Primitive<T> {
            Primitive {
                values: v.values.slice(start, len),
                validity: v.validity.as_ref().map(|n| n.slice(start, len)),
            }
        }
        if start == 0 && len == self.len() {
            return self.clone();
        }
        match self {
            Vector::Constant(value, _) => Vector::Constant(value.clone(), len),
            Vector::Boolean(v) => Vector::Boolean(Booleans {
                values: v.values.slice(start, len),
                validity: v.validity.as_ref().map(|n| n.slice(start, len)),
            }),
            Vector::Integer(v) => Vector::Integer(primitive(v, start, len)),
            Vector::Float(v) => Vector::Float(primitive(v, start, len)),
            Vector::String(v) => Vector::String(Strings {
                offsets: v.offsets.slice(start, len),
                bytes: v.bytes.clone(),
                validity: v.validity.as_ref().map(|n| n.slice(start, len)),
            }),
            Vector::Node(v) => Vector::Node(primitive(v, start, len)),
            Vector::Relationship(v) => Vector::Relationship(primitive(v, start, len)),
            Vector::Any(v) => Vector::Any(v.slice(start, len)),
        }
    }

    /// The rows of several vectors, one after the other.
    #[must_use]
    pub fn concat(parts: &[Vector]) -> Vector {
        match parts {
            [] => Vector::nulls(0),
            [one] => one.clone(),
            several => {
                if several.iter().all(|v| matches!(v, Vector::Constant(Value::Null, _))) {
                    return Vector::nulls(several.iter().map(Vector::len).sum());
                }
                let mut builder = VectorBuilder::with_capacity(several.iter().map(Vector::len).sum());
                for part in several {
                    builder.extend(part);
                }
                builder.finish()
            }
        }
    }
}
