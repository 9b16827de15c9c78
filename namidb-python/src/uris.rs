//! What is asked of a URI without opening it.

use crate::errors;
use namidb::Backend;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The schemes of URIs, and whether this build opens them.
#[pyfunction]
pub(crate) fn schemes(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    for scheme in namidb::schemes() {
        let what = match scheme.backend {
            Backend::BuiltIn => "built in",
            Backend::Registered => "registered",
            _ => "not in this build",
        };
        dict.set_item(scheme.name, what)?;
    }
    Ok(dict)
}

/// Verifies what a URI names, whether or not it can be opened.
#[pyfunction]
#[pyo3(name = "_verify")]
pub(crate) fn verify<'py>(py: Python<'py>, uri: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let text = crate::options::uri(uri)?;
    let verified = || namidb::blocking::wait_for(namidb::OpenOptions::new().verify(&text))?;
    let report = crate::runtime::call(py, None, |_| verified())?;
    crate::reports::verified(py, &report)
}

/// Scheme, namespace, prefix, and the URI written the one way.
#[pyfunction]
#[pyo3(name = "_parse_uri")]
pub(crate) fn parse_uri(
    py: Python<'_>,
    uri: &Bound<'_, PyAny>,
) -> PyResult<(String, String, String, String)> {
    let text = crate::options::uri(uri)?;
    let uri = namidb::parse_uri(&text).map_err(|error| errors::exception(py, &error, None))?;
    Ok((uri.scheme().to_owned(), uri.namespace().to_owned(), uri.namespace_prefix(), uri.to_string()))
}
