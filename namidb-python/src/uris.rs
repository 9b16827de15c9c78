//! URIs without opening anything.

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
