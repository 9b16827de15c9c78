//! Rows that are columns of Arrow: read without an object for any value, and without the interpreter's lock.

use super::{id_of, in_row, missing, no_id};
use crate::convert::unmappable::{Step, Unmappable};
use crate::errors;
use crate::runtime;
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field};
use namidb::arrow::{UnreadableArrow, values_from_array};
use namidb::{CancelToken, Columns, Error};
use namidb_core::{ErrorCode, Uuid, Value};
use pyo3::prelude::*;
use std::sync::Arc;

/// Whether to stop is looked at after so many rows.
const ROWS_AT_A_TIME: usize = 8_192;
/// What pyarrow calls an index of pandas that has no name.
const NAMELESS_INDEX: &str = "__index_level_";

/// Why rows were refused.
enum Refused {
    /// A row lacks an id.
    Missing(String),
    /// A value, or the type of a column.
    Value(Unmappable),
    /// The stream itself failed, or the call was cancelled.
    Failed(Error),
}

impl From<Unmappable> for Refused {
    fn from(error: Unmappable) -> Refused {
        Refused::Value(error)
    }
}

/// Pieces of rows: the ids of each, and columns of properties.
type Pieces<const N: usize> = Vec<(Vec<[Uuid; N]>, Columns)>;

/// Reads rows whose ids are in the columns `keys`.
pub(super) fn read<const N: usize>(
    py: Python<'_>,
    reader: RecordBatchStreamReader,
    keys: [&str; N],
) -> PyResult<Pieces<N>> {
    let read = runtime::call(py, None, |cancel| Ok(stream(reader, keys, &cancel)))?;
    read.map_err(|refused| match refused {
        Refused::Missing(message) => errors::coded(py, ErrorCode::InvalidParameter, &message),
        Refused::Value(error) => errors::unmappable(py, error),
        Refused::Failed(error) => errors::exception(py, &error, None),
    })
}

fn stream<const N: usize>(
    reader: RecordBatchStreamReader,
    keys: [&str; N],
    cancel: &CancelToken,
) -> Result<Pieces<N>, Refused> {
    let (mut pieces, mut first) = (Vec::new(), 0);
    for batch in reader {
        let batch = batch.map_err(|error| {
            Refused::Failed(Error::new(
                ErrorCode::InvalidArgument,
                format!("the stream of rows failed: {error}"),
            ))
        })?;
        let mut from = 0;
        while from < batch.num_rows() {
            if cancel.is_cancelled() {
                return Err(Refused::Failed(Error::new(ErrorCode::Cancelled, "the call was cancelled")));
            }
            let piece = batch.slice(from, ROWS_AT_A_TIME.min(batch.num_rows() - from));
            from += piece.num_rows();
            pieces.push(rows(&piece, keys, first)?);
            first += piece.num_rows();
        }
    }
    Ok(pieces)
}

/// Reads a piece of a batch, whose first row has the number `first`.
fn rows<const N: usize>(
    batch: &RecordBatch,
    keys: [&str; N],
    first: usize,
) -> Result<(Vec<[Uuid; N]>, Columns), Refused> {
    let schema = batch.schema();
    let mut ids: [Option<Vec<Uuid>>; N] = [const { None }; N];
    let mut columns = Columns::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        match keys.iter().position(|key| key == field.name()) {
            Some(at) => ids[at] = Some(id_column(field, array, first)?),
            None if field.name().starts_with(NAMELESS_INDEX) => {}
            None if columns.iter().any(|(name, _)| **name == **field.name()) => {
                return Err(Unmappable::new(format!("two columns are named {:?}", field.name())).into());
            }
            None => columns.push((Arc::from(field.name().as_str()), column(field, array, first)?)),
        }
    }
    let mut found: [std::vec::IntoIter<Uuid>; N] = std::array::from_fn(|_| Vec::new().into_iter());
    for (at, column) in ids.into_iter().enumerate() {
        found[at] = column.ok_or_else(|| Refused::Missing(missing(first, keys[at])))?.into_iter();
    }
    // Each column has an id for every row.
    let of_row = |_| found.each_mut().map(|column| column.next().unwrap_or_default());
    Ok(((0..batch.num_rows()).map(of_row).collect(), columns))
}

/// The values of a column whose first row has the number `first`.
fn column(field: &Field, array: &dyn Array, first: usize) -> Result<Vec<Value>, Refused> {
    values_from_array(field, array).map_err(|UnreadableArrow { row, message }| {
        let of_column = Unmappable::new(message).within(Step::Name(field.name().clone()));
        Refused::Value(match row {
            Some(row) => in_row(first + row, of_column),
            None => of_column.within(Step::Name("rows".to_owned())),
        })
    })
}

/// The ids in a column: texts in any form of a UUID, or 16 bytes.
fn id_column(field: &Field, array: &dyn Array, first: usize) -> Result<Vec<Uuid>, Refused> {
    match array.data_type() {
        DataType::Utf8 => text_ids(field, array.as_string::<i32>().iter(), first),
        DataType::LargeUtf8 => text_ids(field, array.as_string::<i64>().iter(), first),
        DataType::Utf8View => text_ids(field, array.as_string_view().iter(), first),
        _ => other_ids(field, array, first),
    }
}

fn text_ids<'a>(
    field: &Field,
    texts: impl Iterator<Item = Option<&'a str>>,
    first: usize,
) -> Result<Vec<Uuid>, Refused> {
    let id = |(row, text): (usize, Option<&str>)| match text {
        Some(text) => id_of(text).map_err(|error| not_an_id(field, first + row, error)),
        None => Err(Refused::Missing(missing(first + row, field.name()))),
    };
    texts.enumerate().map(id).collect()
}

fn not_an_id(field: &Field, row: usize, error: Unmappable) -> Refused {
    in_row(row, error.within(Step::Name(field.name().clone()))).into()
}

fn other_ids(field: &Field, array: &dyn Array, first: usize) -> Result<Vec<Uuid>, Refused> {
    let values = column(field, array, first)?;
    let id = |(row, value): (usize, &Value)| {
        let found = match value {
            Value::String(text) => id_of(text),
            Value::Bytes(bytes) if bytes.len() == 16 => {
                Uuid::from_slice(bytes).map_err(|error| Unmappable::new(error.to_string()))
            }
            Value::Null => return Err(Refused::Missing(missing(first + row, field.name()))),
            other => Err(no_id(other.type_name())),
        };
        found.map_err(|error| not_an_id(field, first + row, error))
    };
    values.iter().enumerate().map(id).collect()
}
