//! Builds a vector value by value, in the typed form that holds them all.

use super::{Booleans, Primitive, Strings, Values, Vector, has_nulls};
use arrow_buffer::{BooleanBuffer, Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use namidb_core::Value;

/// Whether a value has a typed form: null has every one.
pub(super) fn has_typed_form(value: &Value) -> bool {
    matches!(
        value,
        Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Node(_)
            | Value::Relationship(_)
    )
}

/// Builds a vector. It starts without a type, takes the first value's, and gives types up when a
/// value of another type arrives.
#[derive(Debug)]
pub struct VectorBuilder {
    data: Data,
    validity: NullBufferBuilder,
    capacity: usize,
}

#[derive(Debug)]
enum Data {
    Nulls(usize),
    Boolean(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    String { offsets: Vec<i32>, bytes: Vec<u8> },
    Node(Vec<u64>),
    Relationship(Vec<u64>),
    Any(Vec<Value>),
}

impl Default for VectorBuilder {
    fn default() -> VectorBuilder {
        VectorBuilder::with_capacity(0)
    }
}

impl VectorBuilder {
    /// A builder with room for so many rows.
    pub fn with_capacity(capacity: usize) -> VectorBuilder {
        VectorBuilder { data: Data::Nulls(0), validity: NullBufferBuilder::new(capacity), capacity }
    }

    /// How many rows it holds.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Nulls(len) => *len,
            Data::Boolean(v) => v.len(),
            Data::Integer(v) => v.len(),
            Data::Float(v) => v.len(),
            Data::String { offsets, .. } => offsets.len() - 1,
            Data::Node(v) | Data::Relationship(v) => v.len(),
            Data::Any(v) => v.len(),
        }
    }

    /// Whether it holds no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends a null.
    pub fn push_null(&mut self) {
        match &mut self.data {
            Data::Nulls(len) => {
                *len += 1;
                return;
            }
            Data::Any(v) => {
                v.push(Value::Null);
                return;
            }
            Data::Boolean(v) => v.push(false),
            Data::Integer(v) => v.push(0),
            Data::Float(v) => v.push(0.0),
            Data::String { offsets, .. } => {
                let end = offsets.last().copied().unwrap_or(0);
                offsets.push(end);
            }
            Data::Node(v) | Data::Relationship(v) => v.push(0),
        }
        self.validity.append_null();
    }

    /// Appends an integer.
    pub fn push_integer(&mut self, value: i64) {
        match &mut self.data {
            Data::Integer(v) => {
                v.push(value);
                self.validity.append_non_null();
            }
            _ => self.push(Value::Integer(value)),
        }
    }

    /// Appends a text.
    pub fn push_str(&mut self, text: &str) {
        if let Data::Nulls(len) = self.data {
            self.start_strings(len);
        }
        match &mut self.data {
            Data::String { offsets, bytes } => {
                // Arrow's offsets are 32 bits wide; what does not fit gives the typed form up.
                if let Ok(end) = i32::try_from(bytes.len() + text.len()) {
                    bytes.extend_from_slice(text.as_bytes());
                    offsets.push(end);
                    self.validity.append_non_null();
                } else {
                    self.push_any(Value::String(text.into()));
                }
            }
            _ => self.push_any(Value::String(text.into())),
        }
    }

    fn start_strings(&mut self, nulls: usize) {
        let mut offsets = Vec::with_capacity(self.capacity.max(nulls) + 1);
        offsets.resize(nulls + 1, 0);
        self.data = Data::String { offsets, bytes: Vec::new() };
        self.validity.append_n_nulls(nulls);
    }

    /// Appends a value.
    pub fn push(&mut self, value: Value) {
        if let Value::String(text) = &value
            && !matches!(self.data, Data::Any(_))
        {
            let text = std::sync::Arc::clone(text);
            return self.push_str(&text);
        }
        if value.is_null() {
            return self.push_null();
        }
        if let Data::Nulls(len) = self.data {
            self.start(len, &value);
        }
        match (&mut self.data, &value) {
            (Data::Boolean(v), Value::Boolean(x)) => v.push(*x),
            (Data::Integer(v), Value::Integer(x)) => v.push(*x),
            (Data::Float(v), Value::Float(x)) => v.push(*x),
            (Data::Node(v), Value::Node(x)) => v.push(x.0),
            (Data::Relationship(v), Value::Relationship(x)) => v.push(x.0),
            _ => return self.push_any(value),
        }
        self.validity.append_non_null();
    }

    /// Takes the form of the first value that is not null.
    fn start(&mut self, nulls: usize, value: &Value) {
        fn filled<T: Clone>(nulls: usize, capacity: usize, fill: T) -> Vec<T> {
            let mut values = Vec::with_capacity(capacity.max(nulls));
            values.resize(nulls, fill);
            values
        }
        let capacity = self.capacity;
        self.data = match value {
            Value::Boolean(_) => Data::Boolean(filled(nulls, capacity, false)),
            Value::Integer(_) => Data::Integer(filled(nulls, capacity, 0)),
            Value::Float(_) => Data::Float(filled(nulls, capacity, 0.0)),
            Value::Node(_) => Data::Node(filled(nulls, capacity, 0)),
            Value::Relationship(_) => Data::Relationship(filled(nulls, capacity, 0)),
            _ => {
                self.data = Data::Any(filled(nulls, capacity, Value::Null));
                return;
            }
        };
        self.validity.append_n_nulls(nulls);
    }

    fn push_any(&mut self, value: Value) {
        if !matches!(self.data, Data::Any(_)) {
            let capacity = self.capacity;
            let so_far = std::mem::replace(self, VectorBuilder::with_capacity(0)).finish();
            let mut values = Vec::with_capacity(capacity.max(so_far.len() + 1));
            values.extend(so_far.values());
            *self = VectorBuilder { data: Data::Any(values), validity: NullBufferBuilder::new(0), capacity };
        }
        if let Data::Any(values) = &mut self.data {
            values.push(value);
        }
    }

    /// Appends the rows of a vector.
    pub fn extend(&mut self, vector: &Vector) {
        match (&mut self.data, vector) {
            (_, Vector::Constant(value, len)) => {
                for _ in 0..*len {
                    self.push(value.clone());
                }
            }
            (Data::Integer(to), Vector::Integer(from)) => {
                to.extend_from_slice(&from.values);
                append_validity(&mut self.validity, from.validity.as_ref(), from.values.len());
            }
            (Data::Float(to), Vector::Float(from)) => {
                to.extend_from_slice(&from.values);
                append_validity(&mut self.validity, from.validity.as_ref(), from.values.len());
            }
            (Data::Node(to), Vector::Node(from)) | (Data::Relationship(to), Vector::Relationship(from)) => {
                to.extend_from_slice(&from.values);
                append_validity(&mut self.validity, from.validity.as_ref(), from.values.len());
            }
            (_, Vector::String(from)) => {
                for row in 0..from.len() {
                    match from.get(row) {
                        Some(text) => self.push_str(text),
                        None => self.push_null(),
                    }
                }
            }
            (
                Data::Nulls(0),
                Vector::Integer(_) | Vector::Float(_) | Vector::Node(_) | Vector::Relationship(_),
            ) => {
                let capacity = self.capacity.max(vector.len());
                self.data = match vector {
                    Vector::Integer(_) => Data::Integer(Vec::with_capacity(capacity)),
                    Vector::Float(_) => Data::Float(Vec::with_capacity(capacity)),
                    Vector::Node(_) => Data::Node(Vec::with_capacity(capacity)),
                    _ => Data::Relationship(Vec::with_capacity(capacity)),
                };
                self.extend(vector);
            }
            _ => {
                for value in vector.values() {
                    self.push(value);
                }
            }
        }
    }

    /// The vector.
    pub fn finish(mut self) -> Vector {
        let validity = self.validity.finish().filter(|v| has_nulls(Some(v)));
        match self.data {
            Data::Nulls(len) => Vector::nulls(len),
            Data::Boolean(v) => Vector::Boolean(Booleans { values: BooleanBuffer::from(v), validity }),
            Data::Integer(v) => Vector::Integer(Primitive { values: ScalarBuffer::from(v), validity }),
            Data::Float(v) => Vector::Float(Primitive { values: ScalarBuffer::from(v), validity }),
            Data::String { offsets, bytes } => Vector::String(Strings {
                offsets: OffsetBuffer::new(ScalarBuffer::from(offsets)),
                bytes: Buffer::from_vec(bytes),
                validity,
            }),
            Data::Node(v) => Vector::Node(Primitive { values: ScalarBuffer::from(v), validity }),
            Data::Relationship(v) => {
                Vector::Relationship(Primitive { values: ScalarBuffer::from(v), validity })
            }
            Data::Any(v) => Vector::Any(Values::new(v)),
        }
    }
}

fn append_validity(to: &mut NullBufferBuilder, from: Option<&arrow_buffer::NullBuffer>, len: usize) {
    match from {
        Some(nulls) => to.append_buffer(nulls),
        None => to.append_n_non_nulls(len),
    }
}
