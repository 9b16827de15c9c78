//! The columns of a result as Arrow arrays: typed vectors leave as the buffers that they are.

use super::build::array_from_values;
use super::{ArrowConversionError, MixedColumns};
use crate::view::StateView;
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, new_null_array};
use arrow_buffer::{BooleanBuffer, OffsetBuffer};
use arrow_schema::DataType;
use namidb_core::Value;
use namidb_cypher::vector::Vector;
use std::sync::Arc;

/// What a vector holds, as far as Arrow shares its form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Only nulls: they have every form.
    Null,
    Boolean,
    Integer,
    Float,
    String,
    /// Anything else goes by way of values.
    Values,
}

fn form(vector: &Vector) -> Form {
    match vector {
        Vector::Constant(_, 0) => Form::Null,
        Vector::Constant(value, _) => match value {
            Value::Null => Form::Null,
            Value::Boolean(_) => Form::Boolean,
            Value::Integer(_) => Form::Integer,
            Value::Float(_) => Form::Float,
            Value::String(_) => Form::String,
            _ => Form::Values,
        },
        Vector::Boolean(_) => Form::Boolean,
        Vector::Integer(_) => Form::Integer,
        Vector::Float(_) => Form::Float,
        Vector::String(_) => Form::String,
        Vector::Node(_) | Vector::Relationship(_) | Vector::Any(_) => Form::Values,
    }
}

/// One column, which comes in pieces, as arrays of one type, piece by piece. Nodes and relationships become maps, and
/// paths lists.
///
/// # Errors
/// [`ArrowConversionError::Mixed`] if the values have no common type and `mixed` says so.
pub(crate) fn column_arrays(
    name: &str,
    pieces: &[&Vector],
    view: StateView<'_>,
    mixed: MixedColumns,
) -> Result<Vec<ArrayRef>, ArrowConversionError> {
    let forms = pieces.iter().map(|piece| form(piece));
    let common = forms.fold(Form::Null, |common, form| match (common, form) {
        (Form::Null, form) | (form, Form::Null) => form,
        (a, b) if a == b => a,
        _ => Form::Values,
    });
    match common {
        Form::Null => Ok(pieces.iter().map(|p| new_null_array(&DataType::Null, p.len())).collect()),
        Form::Values => by_values(name, pieces, view, mixed),
        typed => pieces.iter().map(|piece| typed_array(piece, typed)).collect(),
    }
}

fn by_values(
    name: &str,
    pieces: &[&Vector],
    view: StateView<'_>,
    mixed: MixedColumns,
) -> Result<Vec<ArrayRef>, ArrowConversionError> {
    let all: Vec<Value> = pieces.iter().flat_map(|p| p.values()).map(|v| view.resolve(v)).collect();
    let array = array_from_values(name, &all, mixed)?;
    let mut start = 0;
    let slices = pieces.iter().map(|piece| {
        let slice = array.slice(start, piece.len());
        start += piece.len();
        slice
    });
    Ok(slices.collect())
}

/// An array over the very buffers of the vector; a constant is written out.
fn typed_array(vector: &Vector, form: Form) -> Result<ArrayRef, ArrowConversionError> {
    Ok(match vector {
        Vector::Boolean(v) => Arc::new(BooleanArray::new(v.values.clone(), v.validity.clone())),
        Vector::Integer(v) => Arc::new(Int64Array::try_new(v.values.clone(), v.validity.clone())?),
        Vector::Float(v) => Arc::new(Float64Array::try_new(v.values.clone(), v.validity.clone())?),
        Vector::String(v) => {
            Arc::new(StringArray::try_new(v.offsets.clone(), v.bytes.clone(), v.validity.clone())?)
        }
        Vector::Constant(value, len) => constant_array(value, *len, form)?,
        Vector::Node(_) | Vector::Relationship(_) | Vector::Any(_) => {
            new_null_array(&data_type(form), vector.len())
        }
    })
}

fn constant_array(value: &Value, len: usize, form: Form) -> Result<ArrayRef, ArrowConversionError> {
    Ok(match value {
        Value::Boolean(true) => Arc::new(BooleanArray::new(BooleanBuffer::new_set(len), None)),
        Value::Boolean(false) => Arc::new(BooleanArray::new(BooleanBuffer::new_unset(len), None)),
        Value::Integer(v) => Arc::new(Int64Array::from_value(*v, len)),
        Value::Float(v) => Arc::new(Float64Array::from_value(*v, len)),
        Value::String(text) => {
            let offsets = OffsetBuffer::<i32>::from_lengths(std::iter::repeat_n(text.len(), len));
            Arc::new(StringArray::try_new(offsets, text.repeat(len).into_bytes().into(), None)?)
        }
        _ => new_null_array(&data_type(form), len),
    })
}

fn data_type(form: Form) -> DataType {
    match form {
        Form::Boolean => DataType::Boolean,
        Form::Integer => DataType::Int64,
        Form::Float => DataType::Float64,
        Form::String => DataType::Utf8,
        Form::Null | Form::Values => DataType::Null,
    }
}
