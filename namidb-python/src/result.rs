//! The result of a query.

use crate::arrow;
use crate::convert::Zones;
use crate::errors;
use crate::plan::Plan;
use crate::reports;
use crate::rows::Cells;
use crate::runtime::{self, NoCollection};
use crate::staging::ROWS_AT_A_TIME;
use namidb_cypher::vector::Vector;
use pyo3::exceptions::{PyIndexError, PyKeyError, PyOverflowError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList, PySlice, PyString, PyTuple};

/// `_repr_html_` shows so many rows.
const HTML_ROWS_MAX: usize = 50;

/// The result of a query: rows in the order of the query, held in columns.
///
/// Iterating over it and indexing it give rows as dicts. `to_arrow()`, `to_polars()` and the Arrow C stream hand the
/// columns over without making an object for every value.
#[pyclass(frozen, sequence, weakref, module = "namidb._namidb")]
pub(crate) struct QueryResult {
    inner: namidb::QueryResult,
    /// Made when first asked for.
    names: PyOnceLock<Vec<Py<PyString>>>,
    query: Py<PyString>,
    zones: Zones,
}

impl QueryResult {
    pub(crate) fn new(inner: namidb::QueryResult, query: Py<PyString>, zones: Zones) -> QueryResult {
        QueryResult { inner, names: PyOnceLock::new(), query, zones }
    }

    fn names<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        let names = || self.inner.columns().iter().map(|name| PyString::new(py, name).unbind()).collect();
        self.names.get_or_init(py, names).iter().map(|name| name.bind(py).clone()).collect()
    }

    /// The rows from `from`, `count` of them.
    fn range<'py>(&self, py: Python<'py>, from: usize, count: usize) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.range_of(py, from, count, &mut self.cells(py))
    }

    fn cells<'py>(&self, py: Python<'py>) -> Cells<'py, '_> {
        Cells::new(py, self.inner.view().state(), self.zones)
    }

    fn range_of<'py>(
        &self,
        py: Python<'py>,
        from: usize,
        count: usize,
        cells: &mut Cells<'py, '_>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let _none = NoCollection::for_rows(py, count.min(self.inner.len().saturating_sub(from)))?;
        let names = self.names(py);
        let columns: Vec<Vec<&Vector>> =
            (0..names.len()).map(|column| self.inner.column(column).collect()).collect();
        let mut rows = Vec::with_capacity(count);
        let (mut skip, mut piece) = (from, 0);
        while rows.len() < count
            && let Some(length) =
                columns.first().and_then(|column| column.get(piece)).map(|vector| vector.len())
        {
            let taken = length.saturating_sub(skip).min(count - rows.len());
            for row in skip..skip + taken {
                if rows.len() % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                    runtime::let_others_run(py)?;
                }
                rows.push(cells.row(
                    &names,
                    columns.iter().filter_map(|column| column.get(piece).copied()),
                    row,
                )?);
            }
            skip = skip.saturating_sub(length);
            piece += 1;
        }
        Ok(rows)
    }

    /// The error of whoever wants the only row.
    fn not_one(&self, py: Python<'_>) -> PyErr {
        let count = self.inner.len();
        errors::result(py, &format!("the result has {count} rows, exactly one was expected"))
    }

    /// The number of a column by its name or number.
    fn column_number(&self, key: &Bound<'_, PyAny>) -> PyResult<usize> {
        let found = match key.cast::<PyString>() {
            Ok(name) => self.inner.column_index(&name.to_cow()?),
            Err(_) => Some(key.extract::<usize>()?).filter(|number| *number < self.inner.columns().len()),
        };
        found.ok_or_else(|| errors::result(key.py(), &format!("the result has no column {key}")))
    }

    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<Option<Bound<'py, PyDict>>> {
        Ok(self.range(py, index, 1)?.pop())
    }
}

impl Drop for QueryResult {
    fn drop(&mut self) {
        // To let go of the interpreter's lock takes longer than to free a few rows.
        if !self.inner.is_light() {
            runtime::free(self.inner.take());
        }
    }
}

#[pymethods]
impl QueryResult {
    /// The names of the columns, in the order of the query, also where there are no rows.
    ///
    /// >>> client.cypher("MATCH (p:Person) RETURN p.name AS name, p.age AS age").columns
    /// ['name', 'age']
    #[getter]
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.names(py))
    }

    /// What is known beside the rows: see `namidb.reports.Summary`.
    ///
    /// >>> summary = client.cypher("CREATE (:Person {name: 'Ada'})").summary
    /// >>> summary.kind, summary.counters.nodes_created, summary.bookmark
    /// ('w', 1, 1)
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::summary(py, self.inner.summary(), self.query.bind(py), &self.inner.notifications())
    }

    /// What the store was asked while the statement ran, by this client: see `Client.request_stats`. Statements that ran at
    /// the same time count as well.
    ///
    /// >>> client.cypher("CREATE (:Person)").stats["put"] >= 1
    /// True
    #[getter]
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::requests(py, &self.inner.summary().requests)
    }

    /// What is worth knowing of the statement, though it is no error: labels, types and properties that nothing in the graph has,
    /// and whether the rows of a repeated call are gone.
    ///
    /// >>> [note.code for note in client.cypher("MATCH (p:Persn) RETURN p").notifications]
    /// ['UnknownLabel']
    #[getter]
    fn notifications<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        reports::notifications(py, &self.inner.notifications())
    }

    /// The plan of a statement that begins with EXPLAIN or PROFILE, or that `Client.profile` ran; otherwise None.
    ///
    /// >>> client.cypher("PROFILE MATCH (p:Person) RETURN p").plan.rows
    /// 0
    #[getter]
    fn plan(&self) -> Option<Plan> {
        self.inner.plan().cloned().map(Plan::new)
    }

    /// All rows, as a new list of dicts.
    ///
    /// >>> client.cypher("UNWIND [1, 2] AS x RETURN x").rows()
    /// [{'x': 1}, {'x': 2}]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.range(py, 0, self.inner.len())?)
    }

    /// The first row, or None.
    ///
    /// >>> client.cypher("UNWIND [1, 2] AS x RETURN x").first()
    /// {'x': 1}
    fn first<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        self.row(py, 0)
    }

    /// The only row; a `ResultError` if there is not exactly one.
    ///
    /// >>> client.cypher("RETURN 1 AS x, 2 AS y").single()
    /// {'x': 1, 'y': 2}
    fn single<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        match self.row(py, 0)? {
            Some(row) if self.inner.len() == 1 => Ok(row),
            _ => Err(self.not_one(py)),
        }
    }

    /// The first column of the only row; a `ResultError` if there is not exactly one.
    ///
    /// >>> client.cypher("MATCH (p:Person) RETURN count(*) AS n").scalar()
    /// 0
    fn scalar<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Some(column) = self.inner.column(0).next().filter(|_| self.inner.len() == 1) else {
            return Err(self.not_one(py));
        };
        self.cells(py).get(column, 0)
    }

    /// The rows as tuples, of all columns or of those that are named or numbered.
    ///
    /// >>> client.cypher("UNWIND [1, 2] AS x RETURN x, x * x AS y").values("y", 0)
    /// [(1, 1), (4, 2)]
    #[pyo3(signature = (*keys))]
    fn values<'py>(&self, py: Python<'py>, keys: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyList>> {
        let _none = NoCollection::for_rows(py, self.inner.len())?;
        let numbers = match keys.len() {
            0 => (0..self.inner.columns().len()).collect(),
            _ => keys.iter().map(|key| self.column_number(&key)).collect::<PyResult<Vec<_>>>()?,
        };
        let columns: Vec<Vec<&Vector>> =
            numbers.iter().map(|number| self.inner.column(*number).collect()).collect();
        let mut cells = self.cells(py);
        let (list, mut found) = (PyList::empty(py), Vec::with_capacity(columns.len()));
        for piece in 0..columns.first().map_or(0, Vec::len) {
            for row in 0..columns.first().and_then(|column| column.get(piece)).map_or(0, |v| v.len()) {
                if list.len() % ROWS_AT_A_TIME == ROWS_AT_A_TIME - 1 {
                    runtime::let_others_run(py)?;
                }
                for column in columns.iter().filter_map(|column| column.get(piece)) {
                    found.push(cells.get(column, row)?);
                }
                list.append(PyTuple::new(py, found.drain(..))?)?;
            }
        }
        Ok(list)
    }

    /// The columns with the Cypher types of what is in them: `ANY` where they are mixed or nothing is there.
    ///
    /// >>> [(column.name, column.type) for column in client.cypher("RETURN 1 AS x, 'a' AS y").schema]
    /// [('x', 'INTEGER'), ('y', 'STRING')]
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let columns = self.names(py).into_iter().enumerate().map(|(number, name)| {
            let (kind, nullable) = self.inner.column_type(number);
            (name, kind, nullable)
        });
        reports::columns(py, columns)
    }

    /// The distinct nodes and relationships of the rows, also those in lists, maps and paths.
    ///
    /// >>> found = client.cypher("CREATE (a:Person)-[k:KNOWS]->(b:Person) RETURN a, k, b").graph()
    /// >>> len(found.nodes), len(found.relationships)
    /// (2, 1)
    fn graph<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reports::graph(self.rows(py)?)
    }

    /// The rows, in which nodes, relationships and paths are objects: see `namidb.objects`.
    ///
    /// >>> node = client.cypher("CREATE (p:Person {name: 'Ada'}) RETURN p").objects()[0]["p"]
    /// >>> node.label, node.properties["name"], node["name"] if "name" in node else None
    /// ('Person', 'Ada', None)
    fn objects<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut cells = self.cells(py).with_objects()?;
        PyList::new(py, self.range_of(py, 0, self.inner.len(), &mut cells)?)
    }

    /// The distinct nodes and relationships of the rows as a `networkx.MultiDiGraph`. Nodes are named by their public ids;
    /// they have `label` and `labels` beside their properties, and edges `edge_type`. A property of such a name has
    /// it after `properties.`.
    ///
    /// >>> found = client.cypher("CREATE (a:Person)-[k:KNOWS {since: 2020}]->(b:Person) RETURN a, k, b").to_networkx()
    /// >>> [(data["edge_type"], data["since"]) for _, _, data in found.edges(data=True)]
    /// [('KNOWS', 2020)]
    fn to_networkx<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let networkx = py
            .import("networkx")
            .map_err(|cause| errors::missing_extra(py, "networkx", "QueryResult.to_networkx()", cause))?;
        self.graph(py)?.call_method1("_to_networkx", (networkx,))
    }

    /// The same as `rows()`.
    ///
    /// >>> client.cypher("RETURN 1 AS x").to_dicts()
    /// [{'x': 1}]
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.rows(py)
    }

    /// The rows as a `pyarrow.Table`. Of a column that mixes kinds, strings stay and other values become their JSON
    /// text; with `mixed="union"` it is a union of its kinds, and with `mixed="error"` an error.
    ///
    /// >>> client.cypher("UNWIND [1, 2] AS x RETURN x").to_arrow()["x"].to_pylist()
    /// [1, 2]
    #[pyo3(signature = (*, mixed = "string"))]
    fn to_arrow<'py>(&self, py: Python<'py>, mixed: &str) -> PyResult<Bound<'py, PyAny>> {
        arrow::table(py, arrow::capsule(py, &self.inner, arrow::mixed(mixed)?)?)
    }

    /// The rows as a `pandas.DataFrame`. Keywords go to `pyarrow.Table.to_pandas`.
    ///
    /// >>> client.cypher("RETURN 1 AS x").to_pandas()["x"].tolist()
    /// [1]
    #[pyo3(signature = (**kwargs))]
    fn to_pandas<'py>(
        &self,
        py: Python<'py>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")
            .map_err(|cause| errors::missing_extra(py, "pandas", "QueryResult.to_pandas()", cause))?;
        self.to_arrow(py, "string")?.call_method("to_pandas", (), kwargs)
    }

    /// The rows as a `polars.DataFrame`. Durations with months come as text, since polars has none.
    ///
    /// >>> client.cypher("RETURN 1 AS x").to_polars()["x"].to_list()
    /// [1]
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let polars = py
            .import("polars")
            .map_err(|cause| errors::missing_extra(py, "polars", "QueryResult.to_polars()", cause))?;
        let table = arrow::without_intervals(self.to_arrow(py, "string")?, &self.inner)?;
        polars.call_method1("from_arrow", (table,))
    }

    /// The rows for any library that knows the Arrow PyCapsule interface, in one pass and without a copy.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A request is a wish: a consumer that cannot take another schema casts by itself.
        let _ = requested_schema;
        arrow::capsule(py, &self.inner, namidb::arrow::MixedColumns::default())
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let rows = Rows { result: slf.clone().unbind(), next: 0, made: Vec::new().into_iter() };
        Ok(Bound::new(slf.py(), rows)?.into_any())
    }

    fn __reversed__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let rows = self.rows(py)?;
        rows.reverse()?;
        rows.try_iter()
    }

    /// A row by number, rows by slice; `result["rows"]` and `result["columns"]` are `rows()` and `columns`.
    fn __getitem__<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(name) = key.cast::<PyString>() {
            return match name.to_str()? {
                "rows" => Ok(self.rows(py)?.into_any()),
                "columns" => Ok(self.columns(py)?.into_any()),
                other => {
                    let message = format!(
                        "{other}: a result has the keys 'rows' and 'columns'; a column is values({other:?})"
                    );
                    Err(PyKeyError::new_err(message))
                }
            };
        }
        if let Ok(slice) = key.cast::<PySlice>() {
            let bounds = slice.indices(self.inner.len() as isize)?;
            if bounds.step == 1 {
                let rows = self.range(py, bounds.start as usize, bounds.slicelength)?;
                return Ok(PyList::new(py, rows)?.into_any());
            }
            return self.rows(py)?.as_any().get_item(key);
        }
        let index = key.extract::<isize>().map_err(|error| {
            let beyond = error.is_instance_of::<PyOverflowError>(py);
            if beyond { PyIndexError::new_err("the result has no such row") } else { error }
        })?;
        let index = if index < 0 { index + self.inner.len() as isize } else { index };
        let row = usize::try_from(index).ok().filter(|index| *index < self.inner.len());
        match row {
            Some(row) => Ok(self.row(py, row)?.into_pyobject(py)?.into_any()),
            None => Err(PyIndexError::new_err("the result has no such row")),
        }
    }

    /// How many rows are equal to this one.
    ///
    /// >>> client.cypher("UNWIND [1, 2, 1] AS x RETURN x").count({"x": 1})
    /// 2
    fn count(&self, py: Python<'_>, row: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.rows(py)?.call_method1("count", (row,))?.extract()
    }

    /// The number of the first row that is equal to this one.
    ///
    /// >>> client.cypher("UNWIND [1, 2, 1] AS x RETURN x").index({"x": 2})
    /// 1
    #[pyo3(signature = (row, *range))]
    fn index(&self, py: Python<'_>, row: &Bound<'_, PyAny>, range: &Bound<'_, PyTuple>) -> PyResult<usize> {
        let arguments = [row.clone()].into_iter().chain(range.iter());
        self.rows(py)?.call_method1("index", PyTuple::new(py, arguments.collect::<Vec<_>>())?)?.extract()
    }

    fn __repr__(&self) -> String {
        let rows = self.inner.len();
        let noun = if rows == 1 { "row" } else { "rows" };
        format!("<QueryResult: {rows} {noun} of {}>", self.inner.columns().join(", "))
    }

    /// A table for notebooks.
    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let escape = py.import("html")?.getattr("escape")?;
        let escaped = |text: Bound<'_, PyAny>| -> PyResult<String> { escape.call1((text,))?.extract() };
        let mut html = String::from("<table><thead><tr>");
        for name in self.names(py) {
            html += &format!("<th>{}</th>", escaped(name.into_any())?);
        }
        html += "</tr></thead><tbody>";
        for row in self.range(py, 0, HTML_ROWS_MAX)? {
            html += "<tr>";
            for value in row.values() {
                // What holds other values shows which are texts; all else is shown as people read it.
                let holds = value.is_instance_of::<PyDict>() || value.is_instance_of::<PyList>();
                let shown = if holds { value.repr()? } else { value.str()? }.into_any();
                html += &format!("<td>{}</td>", escaped(shown)?);
            }
            html += "</tr>";
        }
        html += "</tbody></table>";
        if self.inner.len() > HTML_ROWS_MAX {
            html += &format!("<p>{HTML_ROWS_MAX} of {} rows</p>", self.inner.len());
        }
        Ok(html)
    }

    /// What a notebook may show.
    #[pyo3(signature = (include = None, exclude = None))]
    fn _repr_mimebundle_<'py>(
        &self,
        py: Python<'py>,
        include: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        // The notebook chooses among what it is given.
        let _ = (include, exclude);
        let bundle = PyDict::new(py);
        bundle.set_item("text/plain", self.__repr__())?;
        bundle.set_item("text/html", self._repr_html_(py)?)?;
        Ok(bundle)
    }
}

/// Goes over the rows, and makes the objects of a few at a time.
#[pyclass(module = "namidb._namidb")]
struct Rows {
    result: Py<QueryResult>,
    next: usize,
    made: std::vec::IntoIter<Py<PyDict>>,
}

#[pymethods]
impl Rows {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyDict>>> {
        if self.made.len() == 0 {
            let rows = self.result.get().range(py, self.next, ROWS_AT_A_TIME)?;
            self.next += rows.len();
            self.made = rows.into_iter().map(Bound::unbind).collect::<Vec<_>>().into_iter();
        }
        Ok(self.made.next())
    }

    fn __length_hint__(&self) -> usize {
        self.result.get().inner.len().saturating_sub(self.next) + self.made.len()
    }
}
