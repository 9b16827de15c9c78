//! Results as Arrow, through the C stream interface: columns leave as they are.

use crate::errors;
use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_schema::{ArrowError, Schema};
use namidb::arrow::{ArrowConversionError, MixedColumns};
use namidb_core::value::temporal::DAY_NANOS;
use namidb_core::{ErrorCode, Value};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use std::sync::Arc;

/// The name that the interface gives to capsules of streams.
const STREAM: &std::ffi::CStr = c"arrow_array_stream";

/// Reads what is to become of columns that mix kinds.
pub(crate) fn mixed(text: &str) -> PyResult<MixedColumns> {
    match text {
        "string" => Ok(MixedColumns::String),
        "union" => Ok(MixedColumns::Union),
        "error" => Ok(MixedColumns::Error),
        _ => Err(errors::argument(format!("mixed is \"string\", \"union\" or \"error\", not {text:?}"))),
    }
}

/// The rows of a result as a stream of batches.
pub(crate) fn capsule<'py>(
    py: Python<'py>,
    result: &namidb::QueryResult,
    mixed: MixedColumns,
) -> PyResult<Bound<'py, PyCapsule>> {
    let batches = py.detach(|| result.record_batches(mixed)).map_err(|error| refused(py, &error))?;
    stream(py, batches)
}

/// Batches of one schema as a stream.
pub(crate) fn stream(
    py: Python<'_>,
    batches: Vec<arrow_array::RecordBatch>,
) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), |batch| batch.schema());
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok::<_, ArrowError>), schema);
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// The error of columns that do not become Arrow.
pub(crate) fn refused(py: Python<'_>, error: &ArrowConversionError) -> PyErr {
    let code = match error {
        ArrowConversionError::Mixed { .. } => ErrorCode::Type,
        _ => ErrorCode::Internal,
    };
    errors::coded(py, code, &error.to_string())
}

/// The `pyarrow.Table` of a stream.
pub(crate) fn table<'py>(py: Python<'py>, stream: Bound<'py, PyCapsule>) -> PyResult<Bound<'py, PyAny>> {
    let pyarrow = py.import("pyarrow")?;
    // The public `from_stream` came later than the interface itself, and takes an object rather than a capsule.
    let reader = pyarrow.getattr("RecordBatchReader")?.call_method1("_import_from_c_capsule", (stream,))?;
    reader.call_method0("read_all")
}

/// The batches of anything that hands over Arrow: tables, batches, readers, frames, and capsules of streams. None of a
/// list or any other iterable.
pub(crate) fn reader(rows: &Bound<'_, PyAny>) -> PyResult<Option<RecordBatchStreamReader>> {
    if rows.is_instance_of::<PyList>() {
        return Ok(None);
    }
    let py = rows.py();
    let class = |name| py.import("pyarrow")?.getattr(name);
    let capsule = if rows.is_instance_of::<PyCapsule>() {
        rows.clone()
    } else if rows.hasattr("__arrow_c_stream__")? {
        rows.call_method0("__arrow_c_stream__")?
    } else if rows.hasattr("__arrow_c_array__")? {
        let batch = class("record_batch")?.call1((rows,))?;
        class("Table")?.call_method1("from_batches", ([batch],))?.call_method0("__arrow_c_stream__")?
    } else {
        return Ok(None);
    };
    let reader = class("RecordBatchReader")?.call_method1("_import_from_c_capsule", (capsule,))?;
    // pyarrow moves the stream to the address that it is given.
    let mut stream = FFI_ArrowArrayStream::empty();
    reader.call_method1("_export_to_c", (&raw mut stream as usize,))?;
    match RecordBatchStreamReader::try_new(stream) {
        Ok(reader) => Ok(Some(reader)),
        Err(error) => Err(errors::argument(format!("the stream of rows has no schema: {error}"))),
    }
}

/// The table with its columns of durations as `Duration(ns)` if none has months, else as ISO 8601 texts: what libraries without
/// an interval of months, days and nanoseconds can read.
pub(crate) fn without_intervals<'py>(
    table: Bound<'py, PyAny>,
    result: &namidb::QueryResult,
) -> PyResult<Bound<'py, PyAny>> {
    let py = table.py();
    let pyarrow = py.import("pyarrow")?;
    let interval = pyarrow.call_method0("month_day_nano_interval")?;
    let mut table = table;
    for (number, name) in result.columns().iter().enumerate() {
        let field = table.getattr("schema")?.call_method1("field", (number,))?;
        if !field.getattr("type")?.eq(&interval)? {
            continue;
        }
        let values: Vec<Value> = result.column(number).flat_map(|piece| piece.values()).collect();
        let lengths: Option<Vec<Option<i64>>> = values.iter().map(nanoseconds).collect();
        let column = match lengths {
            Some(lengths) => {
                pyarrow.call_method1("array", (lengths, pyarrow.call_method1("duration", ("ns",))?))?
            }
            None => {
                let texts: Vec<Option<String>> = values.iter().map(Value::to_text).collect();
                pyarrow.call_method1("array", (texts, pyarrow.call_method0("string")?))?
            }
        };
        table = table.call_method1("set_column", (number, &**name, column))?;
    }
    Ok(table)
}

/// The nanoseconds of a duration without months, if 64 bits hold them; for a null, none. Nothing for any other duration.
fn nanoseconds(value: &Value) -> Option<Option<i64>> {
    let Value::Duration(duration) = value else { return Some(None) };
    let days = i128::from(duration.days) * i128::from(DAY_NANOS);
    let total = i64::try_from(days + duration.total_nanos()).ok()?;
    (duration.months == 0).then_some(Some(total))
}
