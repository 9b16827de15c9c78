//! Plans of statements as Python's objects.

use namidb::Plan as Tree;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// An operator of a plan, and what is below it. `print(plan)` shows the whole of it.
#[pyclass(frozen, module = "namidb._namidb")]
pub(crate) struct Plan {
    tree: Tree,
}

impl Plan {
    pub(crate) fn new(tree: Tree) -> Plan {
        Plan { tree }
    }
}

#[pymethods]
impl Plan {
    /// What it is called.
    ///
    /// >>> client.explain("MATCH (n:Person) RETURN n.name AS name").operator
    /// 'Project'
    #[getter]
    fn operator(&self) -> &str {
        &self.tree.operator
    }

    /// What it works on.
    ///
    /// >>> client.explain("MATCH (n:Person) RETURN n.name AS name").details
    /// 'n.name AS name'
    #[getter]
    fn details(&self) -> &str {
        &self.tree.details
    }

    /// What it is to the operator above it: `"input"`, `"inner"` or `"subquery"`.
    ///
    /// >>> client.explain("RETURN 1 AS x").role
    /// 'input'
    #[getter]
    fn role(&self) -> &'static str {
        self.tree.role.as_str()
    }

    /// How many rows it was expected to give, by the statistics of the graph.
    ///
    /// >>> client.explain("RETURN 1 AS x").estimated_rows
    /// 1.0
    #[getter]
    fn estimated_rows(&self) -> f64 {
        self.tree.estimated_rows
    }

    /// The rows that it gave; None if it was not profiled, or another operator did its work.
    ///
    /// >>> client.explain("RETURN 1 AS x").rows is None
    /// True
    #[getter]
    fn rows(&self) -> Option<u64> {
        self.tree.profile.map(|profile| profile.rows)
    }

    /// The batches that its rows came in, or None.
    ///
    /// >>> client.explain("RETURN 1 AS x").batches is None
    /// True
    #[getter]
    fn batches(&self) -> Option<u64> {
        self.tree.profile.map(|profile| profile.batches)
    }

    /// The milliseconds that it took itself, on all threads, or None.
    ///
    /// >>> client.explain("RETURN 1 AS x").time_ms is None
    /// True
    #[getter]
    fn time_ms(&self) -> Option<f64> {
        self.tree.profile.map(|profile| profile.time.as_secs_f64() * 1e3)
    }

    /// What it gets rows from or runs for them; the input first.
    ///
    /// >>> [child.operator for child in client.explain("MATCH (n:Person) RETURN n.name AS name").children]
    /// ['NodeScan']
    #[getter]
    fn children(&self) -> Vec<Plan> {
        self.tree.children.iter().cloned().map(Plan::new).collect()
    }

    /// All of it as dicts and lists, for programs.
    ///
    /// >>> client.explain("MATCH (n:Person) RETURN n").to_dict()["children"][0]["details"]
    /// 'n:Person'
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        as_dict(py, &self.tree)
    }

    fn __str__(&self) -> String {
        self.tree.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<namidb.Plan {} {}>", self.tree.operator, self.tree.details)
    }
}

fn as_dict<'py>(py: Python<'py>, tree: &Tree) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("operator", &tree.operator)?;
    dict.set_item("details", &tree.details)?;
    dict.set_item("role", tree.role.as_str())?;
    dict.set_item("estimated_rows", tree.estimated_rows)?;
    if let Some(profile) = tree.profile {
        dict.set_item("rows", profile.rows)?;
        dict.set_item("batches", profile.batches)?;
        dict.set_item("time_ms", profile.time.as_secs_f64() * 1e3)?;
    }
    // Plans nest as deep as their text, which the parser limits.
    let children = tree.children.iter().map(|child| as_dict(py, child)).collect::<PyResult<Vec<_>>>()?;
    dict.set_item("children", children)?;
    Ok(dict)
}
