//! The Python classes that conversion compares with, looked up once a process.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// The classes of `namidb.values` and `namidb.objects`, and those of the standard library that have a place in the table.
pub(crate) struct Classes {
    pub(crate) duration: Py<PyType>,
    pub(crate) date: Py<PyType>,
    pub(crate) local_time: Py<PyType>,
    pub(crate) time: Py<PyType>,
    pub(crate) local_datetime: Py<PyType>,
    pub(crate) datetime: Py<PyType>,
    pub(crate) point: Py<PyType>,
    pub(crate) uuid: Py<PyType>,
    pub(crate) decimal: Py<PyType>,
    pub(crate) fraction: Py<PyType>,
    pub(crate) array: Py<PyType>,
    pub(crate) mapping: Py<PyAny>,
    pub(crate) sequence: Py<PyAny>,
    pub(crate) zone_info: Py<PyType>,
    pub(crate) utc: Py<PyAny>,
    pub(crate) node: Py<PyType>,
    pub(crate) relationship: Py<PyType>,
    pub(crate) path: Py<PyType>,
}

impl Classes {
    /// The classes; the first call, at import, looks them up.
    pub(crate) fn get(py: Python<'_>) -> PyResult<&'static Classes> {
        static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();
        CLASSES.get_or_try_init(py, || Classes::import(py))
    }

    fn import(py: Python<'_>) -> PyResult<Classes> {
        let values = py.import("namidb.values")?;
        let class = |module: &Bound<'_, PyModule>, name: &str| -> PyResult<Py<PyType>> {
            Ok(module.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        let objects = py.import("namidb.objects")?;
        let abc = py.import("collections.abc")?;
        Ok(Classes {
            duration: class(&values, "Duration")?,
            date: class(&values, "Date")?,
            local_time: class(&values, "LocalTime")?,
            time: class(&values, "Time")?,
            local_datetime: class(&values, "LocalDateTime")?,
            datetime: class(&values, "DateTime")?,
            point: class(&values, "Point")?,
            uuid: class(&py.import("uuid")?, "UUID")?,
            decimal: class(&py.import("decimal")?, "Decimal")?,
            fraction: class(&py.import("fractions")?, "Fraction")?,
            array: class(&py.import("array")?, "array")?,
            mapping: abc.getattr("Mapping")?.unbind(),
            sequence: abc.getattr("Sequence")?.unbind(),
            zone_info: class(&py.import("zoneinfo")?, "ZoneInfo")?,
            utc: py.import("datetime")?.getattr("timezone")?.getattr("utc")?.unbind(),
            node: class(&objects, "Node")?,
            relationship: class(&objects, "Relationship")?,
            path: class(&objects, "Path")?,
        })
    }
}
