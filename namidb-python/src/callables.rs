//! Functions and procedures that Python computes: `Client.register_function` and `Client.register_procedure`.
//!
//! They are called on the thread that runs the statement, which takes the interpreter's lock for each call. Nodes and
//! relationships come as they do in rows.

use crate::convert::{FromPy, ToPy, Zones};
use crate::errors;
use namidb::functions::{FunctionResult, FunctionSignature, UserFunction};
use namidb::procedures::{Field, Procedure, ProcedureCall, ProcedureRows, ProcedureSignature};
use namidb_core::Value;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// Names and types of arguments or results.
pub(crate) type Fields = Vec<(String, String)>;

/// A function of Python as one of Cypher.
#[derive(Debug)]
struct PyFunction {
    signature: FunctionSignature,
    body: Py<PyAny>,
}

/// A function of Python as a procedure.
#[derive(Debug)]
struct PyProcedure {
    signature: ProcedureSignature,
    body: Py<PyAny>,
}

/// A function by its name, its arguments (those that the signature of `body` names, of any type, where they are not told)
/// and the type that it gives.
pub(crate) fn function(
    name: &str,
    body: &Bound<'_, PyAny>,
    arguments: Option<Fields>,
    returns: &str,
    deterministic: bool,
) -> PyResult<Arc<dyn UserFunction>> {
    let mut signature = FunctionSignature::new(name, &first_line(body)?);
    signature.inputs = fields(arguments.map_or_else(|| parameters(body), Ok)?)?;
    signature.returns = field(("result".to_owned(), returns.to_owned()))?.types;
    signature.deterministic = deterministic;
    Ok(Arc::new(PyFunction { signature, body: body.clone().unbind() }))
}

/// A procedure by its name, its arguments as for a function, and its results.
pub(crate) fn procedure(
    name: &str,
    body: &Bound<'_, PyAny>,
    arguments: Option<Fields>,
    results: Fields,
) -> PyResult<Arc<dyn Procedure>> {
    let mut signature = ProcedureSignature::new(name, &first_line(body)?);
    signature.inputs = fields(arguments.map_or_else(|| parameters(body), Ok)?)?;
    signature.outputs = fields(results)?;
    Ok(Arc::new(PyProcedure { signature, body: body.clone().unbind() }))
}

fn field((name, of): (String, String)) -> PyResult<Field> {
    let parsed = Field::parse(&name, &of);
    let mut field = parsed.ok_or_else(|| errors::argument(format!("there is no type {of}, of {name}")))?;
    field.nullable = true;
    Ok(field)
}

fn fields(fields: Fields) -> PyResult<Vec<Field>> {
    fields.into_iter().map(field).collect()
}

/// What it says of itself, in a line.
fn first_line(body: &Bound<'_, PyAny>) -> PyResult<String> {
    if !body.is_callable() {
        return Err(errors::argument("what is registered must be callable"));
    }
    let doc = body.getattr("__doc__").ok().and_then(|doc| doc.extract::<String>().ok());
    let line = doc.as_deref().and_then(|doc| doc.trim().lines().next()).unwrap_or_default();
    Ok(line.to_owned())
}

/// The positional parameters of a function, of any type.
fn parameters(body: &Bound<'_, PyAny>) -> PyResult<Fields> {
    let inspect = body.py().import("inspect")?;
    let signature = inspect.call_method1("signature", (body,))?;
    let mut fields = Fields::new();
    for parameter in signature.getattr("parameters")?.call_method0("values")?.try_iter()? {
        let parameter = parameter?;
        let kind: String = parameter.getattr("kind")?.getattr("name")?.extract()?;
        if kind != "POSITIONAL_ONLY" && kind != "POSITIONAL_OR_KEYWORD" {
            let message = "without arguments=.. a function has positional parameters alone";
            return Err(errors::argument(message));
        }
        fields.push((parameter.getattr("name")?.extract()?, "ANY".to_owned()));
    }
    Ok(fields)
}

/// Calls a function of Python with values of Cypher.
fn call<'py>(
    py: Python<'py>,
    body: &Py<PyAny>,
    arguments: &[Value],
    call: &ProcedureCall<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut convert = ToPy::new(py, call.state, Zones::Utc);
    let arguments = arguments.iter().map(|value| convert.value(value)).collect::<PyResult<Vec<_>>>()?;
    body.bind(py).call1(PyTuple::new(py, arguments)?)
}

fn value<'py>(convert: &mut FromPy<'py>, result: &Bound<'py, PyAny>) -> PyResult<Value> {
    convert.read(|convert| convert.value(result))
}

impl UserFunction for PyFunction {
    fn signature(&self) -> &FunctionSignature {
        &self.signature
    }

    fn call(&self, arguments: &[Value], context: &ProcedureCall<'_>) -> FunctionResult {
        Python::attach(|py| {
            let result = call(py, &self.body, arguments, context)?;
            value(&mut FromPy::new(py)?, &result)
        })
        .map_err(|error| Box::new(error) as _)
    }
}

impl Procedure for PyProcedure {
    fn signature(&self) -> &ProcedureSignature {
        &self.signature
    }

    fn call(&self, arguments: &[Value], context: &ProcedureCall<'_>) -> ProcedureRows {
        Python::attach(|py| {
            let result = call(py, &self.body, arguments, context)?;
            let mut convert = FromPy::new(py)?;
            let mut rows = Vec::new();
            if result.is_none() {
                return Ok(rows);
            }
            for row in result.try_iter()? {
                rows.push(self.row(value(&mut convert, &row?)?)?);
                context.cx.check().map_err(|error| errors::argument(error.to_string()))?;
            }
            Ok(rows)
        })
        .map_err(|error: PyErr| Box::new(error) as _)
    }
}

impl PyProcedure {
    /// A row: a mapping of results, or as many values as there are results.
    fn row(&self, row: Value) -> PyResult<Vec<Value>> {
        let outputs = &self.signature.outputs;
        match row {
            Value::Map(map) => {
                Ok(outputs.iter().map(|field| map.get(&field.name).cloned().unwrap_or_default()).collect())
            }
            Value::List(items) if items.len() == outputs.len() => Ok(items.to_vec()),
            _ => Err(errors::argument(format!(
                "a row of {} is a mapping of its results, or a tuple of {}",
                self.signature.name,
                outputs.len()
            ))),
        }
    }
}
