//! Rows that are mappings, one at a time.

use super::{Property, ROWS_AT_A_TIME, id, in_row, missing};
use crate::convert::FromPy;
use crate::convert::unmappable::{Step, Unmappable};
use crate::errors;
use crate::runtime;
use namidb::{EdgeRecord, NodeRecord};
use namidb_core::{ErrorCode, Uuid};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// The properties of a record that is an argument of its own.
pub(super) fn argument(value: &Bound<'_, PyAny>, decimals: bool) -> PyResult<Vec<Property>> {
    let mut from = FromPy::new(value.py())?.decimals_as_floats(decimals);
    from.read(|from| Ok(record(from, value, &[])?.1))
}

/// The values of the keys that were looked for, where they are.
type Found<'py> = Vec<Option<Bound<'py, PyAny>>>;

/// Splits a record into the values of some keys, in their order, and the other entries.
fn record<'py>(
    from: &mut FromPy<'py>,
    row: &Bound<'py, PyAny>,
    keys: &[&str],
) -> Result<(Found<'py>, Vec<Property>), Unmappable> {
    let mut found = vec![None; keys.len()];
    let mut properties = Vec::new();
    let mut take = |from: &mut FromPy<'py>, key: Bound<'py, PyAny>, value: Bound<'py, PyAny>| {
        if !keys.is_empty()
            && let Ok(name) = key.cast::<PyString>()
        {
            let name = from.key(name)?;
            if let Some(at) = keys.iter().position(|key| *key == &*name) {
                found[at] = Some(value);
                return Ok(());
            }
        }
        properties.push(from.entry(&key, &value)?);
        Ok::<(), Unmappable>(())
    };
    if let Ok(dict) = row.cast::<PyDict>() {
        for (key, value) in dict.iter() {
            take(from, key, value)?;
        }
    } else if row.is_instance(from.classes.mapping.bind(row.py()))? {
        for pair in row.call_method0("items")?.try_iter()? {
            let (key, value) = pair?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
            take(from, key, value)?;
        }
    } else {
        let kind = row.get_type().qualname()?;
        return Err(Unmappable::new(format!("a record is a mapping of names to values, not {kind}")));
    }
    Ok((found, properties))
}

/// The rows of an iterable of mappings.
fn each_row<'py>(
    rows: &Bound<'py, PyAny>,
    mut row: impl FnMut(usize, &Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    for (number, record) in rows.try_iter()?.enumerate() {
        if number % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
            runtime::let_others_run(rows.py())?;
        }
        row(number, &record?)?;
    }
    Ok(())
}

fn needed<'py>(
    py: Python<'py>,
    number: usize,
    key: &str,
    value: Option<Bound<'py, PyAny>>,
) -> PyResult<Uuid> {
    let Some(value) = value else {
        return Err(errors::coded(py, ErrorCode::InvalidParameter, &missing(number, key)));
    };
    id(&value)
        .map_err(|error| errors::unmappable(py, in_row(number, error.within(Step::Name(key.to_owned())))))
}

/// The rows of `merge_nodes`.
pub(super) fn nodes(rows: &Bound<'_, PyAny>, id_key: &str, decimals: bool) -> PyResult<Vec<NodeRecord>> {
    let py = rows.py();
    let mut from = FromPy::new(py)?.decimals_as_floats(decimals);
    let mut records = Vec::new();
    each_row(rows, |number, row| {
        let (mut found, properties) =
            from.read(|from| record(from, row, &[id_key]).map_err(|error| in_row(number, error)))?;
        let id = needed(py, number, id_key, found.pop().flatten())?;
        records.push(NodeRecord { id, properties });
        Ok(())
    })?;
    Ok(records)
}

/// The rows of `merge_edges`.
pub(super) fn edges(
    rows: &Bound<'_, PyAny>,
    (src_key, dst_key): (&str, &str),
    decimals: bool,
) -> PyResult<Vec<EdgeRecord>> {
    let py = rows.py();
    let mut from = FromPy::new(py)?.decimals_as_floats(decimals);
    let mut records = Vec::new();
    each_row(rows, |number, row| {
        let (mut found, properties) =
            from.read(|from| record(from, row, &[src_key, dst_key]).map_err(|error| in_row(number, error)))?;
        let target = found.pop().flatten();
        let source = needed(py, number, src_key, found.pop().flatten())?;
        let target = needed(py, number, dst_key, target)?;
        records.push(EdgeRecord { source, target, properties });
        Ok(())
    })?;
    Ok(records)
}
