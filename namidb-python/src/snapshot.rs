//! A view of the database that stays as it is.

use crate::client::Client;
use crate::convert::{FromPy, Text, Zones};
use crate::errors;
use crate::options;
use crate::result::QueryResult;
use crate::running::Running;
use crate::runtime;
use crate::state::State;
use namidb::QueryOptions;
use namidb_core::ErrorCode;
use pyo3::prelude::*;

/// The graph as it was at one commit, for any number of reads.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct Snapshot {
    snapshot: namidb::Snapshot,
    generation: u64,
    zones: Zones,
    decimals_as_floats: bool,
    running: Running,
}

#[pymethods]
impl Snapshot {
    #[new]
    fn new(py: Python<'_>, client: &Client) -> PyResult<Snapshot> {
        let snapshot = client.snapshot(py)?;
        let (zones, running) = (client.zones(), client.running());
        let decimals_as_floats = client.decimals_as_floats();
        Ok(Snapshot { snapshot, generation: runtime::generation(), zones, decimals_as_floats, running })
    }

    /// The sequence number of the newest commit in it.
    ///
    /// >>> client.snapshot().sequence
    /// 0
    #[getter]
    fn sequence(&self) -> u64 {
        self.snapshot.seq().0
    }

    /// Runs a statement that reads, on the graph as it was.
    #[pyo3(signature = (query, params = None, *, timeout = None))]
    fn cypher(
        &self,
        py: Python<'_>,
        query: Text<'_>,
        params: Option<&Bound<'_, PyAny>>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<QueryResult> {
        if self.generation != runtime::generation() {
            let message = "the snapshot belongs to the process that forked";
            return Err(errors::coded(py, ErrorCode::Closed, message));
        }
        let params = FromPy::new(py)?.decimals_as_floats(self.decimals_as_floats).params(params)?;
        let timeout = options::timeout(timeout)?;
        let result = runtime::call(py, Some(&query), |cancel| {
            let _running = self.running.enter(&cancel);
            let options = QueryOptions { timeout, read_only: true, ..QueryOptions::cancelled_by(cancel) };
            self.snapshot.cypher_here(&query, params, &options)
        })?;
        Ok(QueryResult::new(result, query.object(), self.zones))
    }

    fn _state(&self) -> State {
        State::new(self.snapshot.view(), self.zones)
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if self.generation != runtime::generation() {
            // It counts on threads of the parent, and its locks may be held for ever.
            std::mem::forget(self.snapshot.clone());
        }
    }
}
