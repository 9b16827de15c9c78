//! A staging area of its own.

use crate::client::Client;
use crate::convert::Text;
use crate::runtime;
use crate::staging::{StagedRows, Staging};
use namidb::blocking::Database;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// Rows that are staged apart from those of the client.
#[pyclass(frozen, subclass, weakref, module = "namidb._namidb")]
pub(crate) struct Batch {
    database: Database,
    staging: Staging,
    decimals_as_floats: bool,
}

#[pymethods]
impl Batch {
    #[new]
    fn new(py: Python<'_>, client: &Client) -> PyResult<Batch> {
        let decimals_as_floats = client.decimals_as_floats();
        Ok(Batch { database: client.database(py)?, staging: Staging::default(), decimals_as_floats })
    }

    #[getter]
    fn _decimals(&self) -> bool {
        self.decimals_as_floats
    }

    fn _stage(&self, py: Python<'_>, rows: &StagedRows) -> PyResult<usize> {
        self.staging.stage(py, rows.take()?)
    }

    /// Commits what is staged, as `Client.commit` does.
    #[pyo3(signature = (*, token = None))]
    fn commit(&self, py: Python<'_>, token: Option<Text<'_>>) -> PyResult<Option<u64>> {
        let token = token.as_deref();
        let seq = runtime::call(py, None, |cancel| {
            self.staging.commit(&self.database.cancelled_by(cancel), token)
        })?;
        Ok(seq.map(|seq| seq.0))
    }

    /// Discards what is staged; gives how many rows that was.
    fn rollback(&self, py: Python<'_>) -> usize {
        self.staging.rollback(py)
    }

    /// How many rows are staged.
    #[getter]
    fn pending(&self, py: Python<'_>) -> usize {
        self.staging.pending(py)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*exception))]
    fn __exit__(&self, py: Python<'_>, exception: &Bound<'_, PyTuple>) -> PyResult<()> {
        if exception.get_item(0)?.is_none() {
            self.commit(py, None)?;
        } else {
            self.rollback(py);
        }
        Ok(())
    }
}
