//! Rows that are columns of Arrow: read without an object for any value, and without the interpreter's lock.

use super::{Property, id_of, in_row, missing};
use crate::convert::unmappable::{Step, Unmappable};
use crate::errors;
use crate::runtime;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::{Array, RecordBatch};
use arrow_schema::Field;
use namidb::arrow::{UnreadableArrow, values_from_array};
use namidb::{CancelToken, EdgeRecord, Error, NodeRecord};
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

/// The rows of `merge_nodes`.
pub(super) fn nodes(
    py: Python<'_>,
    reader: RecordBatchStreamReader,
    id_key: &str,
) -> PyResult<Vec<NodeRecord>> {
    read(py, reader, &[id_key], |ids, properties| match ids {
        [id] => Some(NodeRecord { id: *id, properties }),
        _ => None,
    })
}

/// The rows of `merge_edges`.
pub(super) fn edges(
    py: Python<'_>,
    reader: RecordBatchStreamReader,
    src_key: &str,
    dst_key: &str,
) -> PyResult<Vec<EdgeRecord>> {
    read(py, reader, &[src_key, dst_key], |ids, properties| match ids {
        [source, target] => Some(EdgeRecord { source: *source, target: *target, properties }),
        _ => None,
    })
}

/// Reads rows whose ids are in the columns `keys`; `record` makes one of its ids and properties.
fn read<T: Send>(
    py: Python<'_>,
    reader: RecordBatchStreamReader,
    keys: &[&str],
    record: impl Fn(&[Uuid], Vec<Property>) -> Option<T> + Sync,
) -> PyResult<Vec<T>> {
    let read = runtime::call(py, None, |cancel| {
        let mut records = Vec::new();
        Ok(stream(reader, keys, &cancel, &record, &mut records).map(|()| records))
    })?;
    read.map_err(|refused| match refused {
        Refused::Missing(message) => errors::coded(py, ErrorCode::InvalidParameter, &message),
        Refused::Value(error) => errors::unmappable(py, error),
        Refused::Failed(error) => errors::exception(py, &error, None),
    })
}

fn stream<T>(
    reader: RecordBatchStreamReader,
    keys: &[&str],
    cancel: &CancelToken,
    record: &impl Fn(&[Uuid], Vec<Property>) -> Option<T>,
    records: &mut Vec<T>,
) -> Result<(), Refused> {
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
            rows(&piece, keys, record, records)?;
        }
    }
    Ok(())
}

/// Reads a piece of a batch.
fn rows<T>(
    batch: &RecordBatch,
    keys: &[&str],
    record: &impl Fn(&[Uuid], Vec<Property>) -> Option<T>,
    records: &mut Vec<T>,
) -> Result<(), Refused> {
    let first = records.len();
    let schema = batch.schema();
    let mut ids: Vec<Option<Vec<Uuid>>> = vec![None; keys.len()];
    let mut columns: Vec<(Arc<str>, std::vec::IntoIter<Value>)> = Vec::new();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        match keys.iter().position(|key| key == field.name()) {
            Some(at) => ids[at] = Some(id_column(field, array, first)?),
            None if field.name().starts_with(NAMELESS_INDEX) => {}
            None if columns.iter().any(|(name, _)| **name == **field.name()) => {
                return Err(Unmappable::new(format!("two columns are named {:?}", field.name())).into());
            }
            None => {
                let values = column(field, array, first)?;
                columns.push((Arc::from(field.name().as_str()), values.into_iter()));
            }
        }
    }
    let mut of_row = Vec::with_capacity(keys.len());
    for row in 0..batch.num_rows() {
        of_row.clear();
        for (key, column) in keys.iter().zip(&ids) {
            let id = column.as_ref().and_then(|column| column.get(row));
            of_row.push(*id.ok_or_else(|| Refused::Missing(missing(first + row, key)))?);
        }
        let mut properties = Vec::with_capacity(columns.len());
        for (name, values) in &mut columns {
            if let Some(value) = values.next().filter(|value| !value.is_null()) {
                properties.push((Arc::clone(name), value));
            }
        }
        records.extend(record(&of_row, properties));
    }
    Ok(())
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

fn id_column(field: &Field, array: &dyn Array, first: usize) -> Result<Vec<Uuid>, Refused> {
    let key = field.name();
    let values = column(field, array, first)?;
    let id = |(row, value): (usize, &Value)| {
        let found = match value {
            Value::String(text) => id_of(text),
            Value::Bytes(bytes) if bytes.len() == 16 => {
                Uuid::from_slice(bytes).map_err(|error| Unmappable::new(error.to_string()))
            }
            Value::Null => return Err(Refused::Missing(missing(first + row, key))),
            other => Err(Unmappable::new(format!("an id is a UUID, not {}", other.type_name()))),
        };
        found.map_err(|error| in_row(first + row, error.within(Step::Name(key.clone()))).into())
    };
    values.iter().enumerate().map(id).collect()
}
