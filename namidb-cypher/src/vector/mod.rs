//! Typed vectors: one column of a batch.
//!
//! Values of one type lie side by side in `arrow-buffer` buffers, so that loops over them are loops over
//! arrays and results leave as Arrow without a copy. A null's place in `values` holds an arbitrary value.
//! What has no typed form (lists, maps, temporals, mixed columns) is a vector of [`Value`].

mod builder;
mod take;

pub use builder::VectorBuilder;
pub use take::NULL_ROW;

use arrow_buffer::{ArrowNativeType, BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use namidb_core::{NodeId, RelId, Value};
use std::sync::Arc;

/// A column of values.
#[derive(Clone, Debug)]
pub enum Vector {
    /// One value, as often as there are rows.
    Constant(Value, usize),
    /// Booleans.
    Boolean(Booleans),
    /// Integers.
    Integer(Primitive<i64>),
    /// Floats.
    Float(Primitive<f64>),
    /// Text.
    String(Strings),
    /// Nodes, by dense id.
    Node(Primitive<u64>),
    /// Relationships, by dense id.
    Relationship(Primitive<u64>),
    /// Values of any type.
    Any(Values),
}

/// Numbers and which of them are there.
#[derive(Clone, Debug)]
pub struct Primitive<T: ArrowNativeType> {
    /// The numbers.
    pub values: ScalarBuffer<T>,
    /// Which rows are not null; none if all are.
    pub validity: Option<NullBuffer>,
}

/// Booleans, a bit each, and which of them are there.
#[derive(Clone, Debug)]
pub struct Booleans {
    /// The booleans.
    pub values: BooleanBuffer,
    /// Which rows are not null; none if all are.
    pub validity: Option<NullBuffer>,
}

/// Texts in one piece.
#[derive(Clone, Debug)]
pub struct Strings {
    /// Where each text begins and, one place on, ends.
    pub offsets: OffsetBuffer<i32>,
    /// The texts, one after the other, in UTF-8.
    pub bytes: Buffer,
    /// Which rows are not null; none if all are.
    pub validity: Option<NullBuffer>,
}

/// Values of any type, shared.
#[derive(Clone, Debug)]
pub struct Values {
    values: Arc<Vec<Value>>,
    start: usize,
    len: usize,
}

impl Values {
    /// All of a vector.
    pub fn new(values: Vec<Value>) -> Values {
        let len = values.len();
        Values { values: Arc::new(values), start: 0, len }
    }

    /// The values.
    pub fn as_slice(&self) -> &[Value] {
        &self.values[self.start..self.start + self.len]
    }

    fn slice(&self, start: usize, len: usize) -> Values {
        assert!(start + len <= self.len, "the slice lies in the vector");
        Values { values: Arc::clone(&self.values), start: self.start + start, len }
    }
}

impl<T: ArrowNativeType> Primitive<T> {
    /// Numbers, none of them null.
    pub fn new(values: Vec<T>) -> Primitive<T> {
        Primitive { values: ScalarBuffer::from(values), validity: None }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.validity.as_ref().is_some_and(|v| v.is_null(row))
    }

    /// The number of a row, if it is not null.
    pub fn get(&self, row: usize) -> Option<T> {
        if self.is_null(row) { None } else { Some(self.values[row]) }
    }

    /// Whether any row is null.
    pub fn has_nulls(&self) -> bool {
        has_nulls(self.validity.as_ref())
    }
}

impl Booleans {
    /// Booleans, none of them null.
    pub fn new(values: BooleanBuffer) -> Booleans {
        Booleans { values, validity: None }
    }

    /// The boolean of a row, if it is not null.
    pub fn get(&self, row: usize) -> Option<bool> {
        if self.validity.as_ref().is_some_and(|v| v.is_null(row)) {
            None
        } else {
            Some(self.values.value(row))
        }
    }
}

impl Strings {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.validity.as_ref().is_some_and(|v| v.is_null(row))
    }

    /// The bytes of a row's text; of a null, no bytes or any.
    pub fn bytes(&self, row: usize) -> &[u8] {
        &self.bytes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// A row's text, if it is not null.
    pub fn get(&self, row: usize) -> Option<&str> {
        if self.is_null(row) { None } else { Some(self.text(row)) }
    }

    /// A row's text, which is not null.
    pub fn text(&self, row: usize) -> &str {
        // The builder only ever appends whole texts, so this cannot fail; an empty text beats a panic.
        std::str::from_utf8(self.bytes(row)).unwrap_or_default()
    }
}

pub(crate) fn has_nulls(validity: Option<&NullBuffer>) -> bool {
    validity.is_some_and(|v| v.null_count() > 0)
}

impl Vector {
    /// The same value in every row.
    pub fn constant(value: Value, len: usize) -> Vector {
        Vector::Constant(value, len)
    }

    /// Null in every row.
    pub fn nulls(len: usize) -> Vector {
        Vector::Constant(Value::Null, len)
    }

    /// Booleans, none of them null.
    pub fn booleans(values: BooleanBuffer) -> Vector {
        Vector::Boolean(Booleans::new(values))
    }

    /// Integers, none of them null.
    pub fn integers(values: Vec<i64>) -> Vector {
        Vector::Integer(Primitive::new(values))
    }

    /// Floats, none of them null.
    pub fn floats(values: Vec<f64>) -> Vector {
        Vector::Float(Primitive::new(values))
    }

    /// Nodes, none of them null.
    pub fn nodes(ids: Vec<u64>) -> Vector {
        Vector::Node(Primitive::new(ids))
    }

    /// Relationships, none of them null.
    pub fn relationships(ids: Vec<u64>) -> Vector {
        Vector::Relationship(Primitive::new(ids))
    }

    /// Values, in the typed form that holds them all.
    pub fn from_values(values: Vec<Value>) -> Vector {
        if values.iter().any(|v| !builder::has_typed_form(v)) {
            return Vector::Any(Values::new(values));
        }
        let mut builder = VectorBuilder::with_capacity(values.len());
        for value in values {
            builder.push(value);
        }
        builder.finish()
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match self {
            Vector::Constant(_, len) => *len,
            Vector::Boolean(v) => v.values.len(),
            Vector::Integer(v) => v.values.len(),
            Vector::Float(v) => v.values.len(),
            Vector::String(v) => v.len(),
            Vector::Node(v) | Vector::Relationship(v) => v.values.len(),
            Vector::Any(v) => v.len,
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which rows are not null, of a typed vector that may have nulls.
    pub fn validity(&self) -> Option<&NullBuffer> {
        match self {
            Vector::Constant(..) | Vector::Any(_) => None,
            Vector::Boolean(v) => v.validity.as_ref(),
            Vector::Integer(v) => v.validity.as_ref(),
            Vector::Float(v) => v.validity.as_ref(),
            Vector::String(v) => v.validity.as_ref(),
            Vector::Node(v) | Vector::Relationship(v) => v.validity.as_ref(),
        }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Vector::Constant(value, _) => value.is_null(),
            Vector::Any(v) => v.as_slice()[row].is_null(),
            typed => typed.validity().is_some_and(|v| v.is_null(row)),
        }
    }

    /// Whether any row is null.
    pub fn has_nulls(&self) -> bool {
        match self {
            Vector::Constant(value, len) => *len > 0 && value.is_null(),
            Vector::Any(v) => v.as_slice().iter().any(Value::is_null),
            typed => has_nulls(typed.validity()),
        }
    }

    /// The value of a row.
    pub fn value(&self, row: usize) -> Value {
        match self {
            Vector::Constant(value, _) => value.clone(),
            Vector::Boolean(v) => v.get(row).map_or(Value::Null, Value::Boolean),
            Vector::Integer(v) => v.get(row).map_or(Value::Null, Value::Integer),
            Vector::Float(v) => v.get(row).map_or(Value::Null, Value::Float),
            Vector::String(v) => v.get(row).map_or(Value::Null, |s| Value::String(Arc::from(s))),
            Vector::Node(v) => v.get(row).map_or(Value::Null, |id| Value::Node(NodeId(id))),
            Vector::Relationship(v) => v.get(row).map_or(Value::Null, |id| Value::Relationship(RelId(id))),
            Vector::Any(v) => v.as_slice()[row].clone(),
        }
    }

    /// The node of a row, if it holds one.
    pub fn node(&self, row: usize) -> Option<NodeId> {
        match self {
            Vector::Node(v) => v.get(row).map(NodeId),
            Vector::Constant(Value::Node(id), _) => Some(*id),
            Vector::Any(v) => match &v.as_slice()[row] {
                Value::Node(id) => Some(*id),
                _ => None,
            },
            _ => None,
        }
    }

    /// The values of all rows.
    pub fn values(&self) -> impl Iterator<Item = Value> + '_ {
        (0..self.len()).map(|row| self.value(row))
    }

    /// How many bytes it holds, for the books of a query's memory.
    pub fn size_bytes(&self) -> u64 {
        let bytes = match self {
            Vector::Constant(..) => size_of::<Vector>(),
            Vector::Boolean(v) => v.values.len() / 8,
            Vector::Integer(v) => v.values.len() * 8,
            Vector::Float(v) => v.values.len() * 8,
            Vector::String(v) => {
                let text = v.offsets[v.len()] - v.offsets[0];
                v.len() * 4 + text as usize
            }
            Vector::Node(v) | Vector::Relationship(v) => v.values.len() * 8,
            Vector::Any(v) => return v.as_slice().iter().map(value_bytes).sum(),
        };
        bytes as u64
    }
}

/// How many bytes a value holds, itself included. Shared parts count where they are met.
pub fn value_bytes(value: &Value) -> u64 {
    // Lists and maps nest, so the way down is a stack of our own: no recursion by the size of data.
    let mut total = 0;
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        total += size_of::<Value>() as u64;
        match value {
            Value::String(text) => total += 16 + text.len() as u64,
            Value::Bytes(bytes) => total += 16 + bytes.len() as u64,
            Value::Vector(floats) => total += 16 + 4 * floats.len() as u64,
            Value::Path(path) => total += 64 + 16 * path.nodes.len() as u64,
            Value::DateTime(_) | Value::Duration(_) | Value::Point(_) => total += 64,
            Value::List(items) => {
                total += 16;
                stack.extend(items.iter());
            }
            Value::Map(map) => {
                for (key, value) in map.iter() {
                    total += 32 + key.len() as u64;
                    stack.push(value);
                }
            }
            _ => {}
        }
    }
    total
}

#[cfg(test)]
mod tests;
