//! Results that come while they are taken.

use crate::client::Client;
use crate::convert::{Text, Zones};
use crate::errors;
use crate::options;
use crate::result::QueryResult;
use crate::runtime;
use namidb::{QueryOptions, RowStream};
use namidb_core::ErrorCode;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use std::sync::{Mutex, PoisonError};

/// The rows of a query that reads, piece by piece.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct ResultStream {
    stream: Mutex<Option<RowStream>>,
    columns: Vec<String>,
    query: Py<PyString>,
    generation: u64,
    zones: Zones,
}

#[pymethods]
impl ResultStream {
    #[new]
    #[pyo3(signature = (client, query, params = None, *, batch_rows = 65_536, timeout = None))]
    fn new(
        py: Python<'_>,
        client: &Client,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        batch_rows: usize,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<ResultStream> {
        let params = client.converter(py)?.params(params)?;
        let options =
            QueryOptions { timeout: options::timeout(timeout)?, read_only: true, ..QueryOptions::default() };
        let database = client.database(py)?;
        let begin = |_| database.stream(&query, params, &options, batch_rows);
        let stream = runtime::call(py, Some(&query), begin)?;
        Ok(ResultStream {
            columns: stream.columns().iter().map(ToString::to_string).collect(),
            stream: Mutex::new(Some(stream)),
            query: query.object(),
            generation: runtime::generation(),
            zones: client.zones(),
        })
    }

    /// The names of the columns, in the order of the query.
    ///
    /// >>> client.stream("RETURN 1 AS x, 2 AS y").columns
    /// ['x', 'y']
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.columns)
    }

    /// The next rows as a result of their own; None at the end, and after `close`.
    ///
    /// >>> stream = client.stream("UNWIND range(1, 3) AS x RETURN x", batch_rows=2)
    /// >>> [len(piece) for piece in iter(stream.next_piece, None)]
    /// [2, 1]
    fn next_piece(&self, py: Python<'_>) -> PyResult<Option<QueryResult>> {
        if self.generation != runtime::generation() {
            let message = "the stream belongs to the process that forked";
            return Err(errors::coded(py, ErrorCode::Closed, message));
        }
        let text = self.query.bind(py).to_cow()?;
        let piece = runtime::call(py, Some(&text), |cancel| {
            let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(open) = &mut *stream else { return Ok(None) };
            let piece = open.next_piece(&cancel);
            if !matches!(piece, Ok(Some(_))) {
                *stream = None;
            }
            piece
        })?;
        Ok(piece.map(|piece| QueryResult::new(piece, self.query.clone_ref(py), self.zones)))
    }

    /// Stops the query; twice is fine.
    ///
    /// >>> client.stream("UNWIND range(1, 3) AS x RETURN x").close()
    fn close(&self, py: Python<'_>) {
        py.detach(|| *self.stream.lock().unwrap_or_else(PoisonError::into_inner) = None);
    }
}

impl Drop for ResultStream {
    fn drop(&mut self) {
        if self.generation != runtime::generation() {
            // A thread of the parent may have held its locks.
            std::mem::forget(std::mem::take(&mut self.stream));
        }
    }
}
