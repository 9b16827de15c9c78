//! Errors as Python exceptions. The classes are in `namidb/errors.py`; which code becomes which class is here, and
//! nowhere else.

use crate::convert::unmappable::{Refusal, Unmappable};
use namidb::Error;
use namidb_core::error::Class;
use namidb_core::{ErrorCode, Outcome};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule};

/// What an exception says beyond its message.
struct Facts<'a> {
    code: ErrorCode,
    error_type: &'a str,
    phase: &'a str,
    detail: &'a str,
    hint: Option<&'a str>,
    outcome: Outcome,
    retryable: bool,
    details: &'a [(&'static str, String)],
}

impl<'a> Facts<'a> {
    fn of_code(code: ErrorCode) -> Facts<'a> {
        Facts {
            code,
            error_type: error_type(code),
            phase: "runtime",
            detail: code.name(),
            hint: None,
            outcome: Outcome::NotApplied,
            retryable: code.is_retryable(),
            details: &[],
        }
    }
}

/// openCypher's word for errors that do not come from a query.
fn error_type(code: ErrorCode) -> &'static str {
    match code.class() {
        Class::Constraint => "ConstraintVerificationFailed",
        Class::Usage | Class::Type => "ArgumentError",
        Class::Conflict => "TransactionError",
        Class::Limit => "TransientError",
        _ => "DatabaseError",
    }
}

/// The class of an error's exception.
fn class_name(code: ErrorCode, compile_time: bool) -> &'static str {
    match code {
        ErrorCode::Syntax | ErrorCode::QueryTooComplex => "CypherSyntaxError",
        ErrorCode::Unsupported => "UnsupportedFeatureError",
        ErrorCode::Semantic => "CypherSemanticError",
        ErrorCode::Type | ErrorCode::Argument | ErrorCode::Arithmetic | ErrorCode::PropertyType
            if compile_time =>
        {
            "CypherSemanticError"
        }
        ErrorCode::MissingParameter => "MissingParameterError",
        ErrorCode::InvalidParameter | ErrorCode::InvalidArgument => "ParameterError",
        ErrorCode::Type | ErrorCode::Argument | ErrorCode::PropertyType => "CypherTypeError",
        ErrorCode::Arithmetic => "ArithmeticFault",
        ErrorCode::EntityNotFound => "ExecutionError",
        ErrorCode::Procedure => "ProcedureError",
        ErrorCode::UniqueViolation
        | ErrorCode::KeyViolation
        | ErrorCode::NotNullViolation
        | ErrorCode::TypeViolation
        | ErrorCode::SchemaNotFound
        | ErrorCode::DeleteConnected
        | ErrorCode::EndpointMissing
        | ErrorCode::Schema => "ConstraintError",
        ErrorCode::Conflict | ErrorCode::SnapshotExpired => "ConflictError",
        ErrorCode::Fenced => "FencedError",
        ErrorCode::CommitOutcomeUnknown => "TransactionError",
        ErrorCode::Closed => "ClosedError",
        ErrorCode::TransactionClosed => "TransactionClosed",
        ErrorCode::ReadOnly => "ReadOnlyError",
        ErrorCode::InvalidUri => "UriError",
        ErrorCode::QueueFull => "QueueFullError",
        ErrorCode::StoreUnavailable => "BackendUnavailable",
        ErrorCode::StorageFull => "StorageFullError",
        ErrorCode::StoreAuth => "BackendAuthError",
        ErrorCode::ConditionalPutUnsupported => "ConditionalPutUnsupported",
        ErrorCode::BackendInit => "BackendInitError",
        ErrorCode::Store => "BackendError",
        ErrorCode::Corruption | ErrorCode::ManifestMissing => "CorruptionError",
        ErrorCode::FormatVersion => "FormatVersionError",
        ErrorCode::Timeout => "QueryTimeout",
        ErrorCode::Cancelled => "QueryCancelled",
        ErrorCode::MemoryLimit => "ResourceLimit",
        _ => "InternalError",
    }
}

/// The module of the classes; the first call, at import, looks it up.
pub(crate) fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    Ok(MODULE.get_or_try_init(py, || py.import("namidb.errors").map(Bound::unbind))?.bind(py))
}

fn build<'py>(py: Python<'py>, class: &str, message: &str, facts: &Facts<'_>) -> PyResult<Bound<'py, PyAny>> {
    let exception = module(py)?.getattr(class)?.call1((message,))?;
    exception.setattr("code", format!("NAMI-{:04}", facts.code.number()))?;
    exception.setattr("name", facts.code.name())?;
    exception.setattr("gql_status", facts.code.gql_status())?;
    exception.setattr("neo4j_code", facts.code.neo4j_code())?;
    exception.setattr("type", facts.error_type)?;
    exception.setattr("phase", facts.phase)?;
    exception.setattr("detail", facts.detail)?;
    exception.setattr("hint", facts.hint)?;
    exception.setattr("outcome", facts.outcome.as_str())?;
    exception.setattr("retryable", facts.retryable)?;
    let details = PyDict::new(py);
    for (name, value) in facts.details {
        details.set_item(*name, value)?;
    }
    exception.setattr("_details", details)?;
    Ok(exception)
}

/// An exception that could not even be built is raised instead.
fn raise(built: PyResult<Bound<'_, PyAny>>) -> PyErr {
    match built {
        Ok(exception) => PyErr::from_value(exception),
        Err(raised) => raised,
    }
}

/// An error as an exception; `text` is the query's, if there is one.
pub(crate) fn exception(py: Python<'_>, error: &Error, text: Option<&str>) -> PyErr {
    let facts = Facts {
        hint: error.hint(),
        outcome: error.outcome(),
        retryable: error.is_retryable(),
        details: error.details(),
        ..Facts::of_code(error.code())
    };
    let Some(query) = error.query_error() else {
        return raise(build(py, class_name(error.code(), false), &error.to_string(), &facts));
    };
    let facts =
        Facts { error_type: query.error_type(), phase: query.phase(), detail: query.detail(), ..facts };
    let class = class_name(error.code(), query.phase() == "compile time");
    let built = build(py, class, &error.to_string(), &facts).and_then(|exception| {
        exception.setattr("query", text)?;
        if let (Some(place), Some(text)) = (error.position(), text) {
            let offset = text.char_indices().take_while(|(start, _)| *start < place.offset).count();
            let position = py.import("namidb.reports")?.getattr("Position")?;
            exception.setattr("position", position.call1((place.line, place.column, offset))?)?;
        }
        if let Some(excerpt) = error.excerpt() {
            exception.setattr("excerpt", excerpt)?;
            exception.call_method1("add_note", (excerpt,))?;
        }
        Ok(exception)
    });
    raise(built)
}

/// The error of a call that panicked.
pub(crate) fn panicked(message: &str) -> Error {
    namidb_core::Error::new(ErrorCode::Internal, format!("NamiDB has a defect: {message}"))
        .with_hint("Please report it with what led here; the client goes on")
        .with_outcome(Outcome::Unknown)
        .into()
}

/// An exception for a wrong argument.
pub(crate) fn argument(message: impl Into<String>) -> PyErr {
    Python::attach(|py| coded(py, ErrorCode::InvalidArgument, &message.into()))
}

/// An exception for a result that is not what was asked of it.
pub(crate) fn result(py: Python<'_>, message: &str) -> PyErr {
    raise(build(py, "ResultError", message, &Facts::of_code(ErrorCode::InvalidArgument)))
}

/// An exception with a code and a message.
pub(crate) fn coded(py: Python<'_>, code: ErrorCode, message: &str) -> PyErr {
    exception(py, &Error::new(code, message), None)
}

/// An exception for a value that cannot become a Cypher value; `root` names where it was given.
pub(crate) fn unmappable(py: Python<'_>, error: Unmappable) -> PyErr {
    match error {
        Unmappable::Raised(raised) => raised,
        Unmappable::Refused(refusal) => raise(build_refusal(py, &refusal)),
    }
}

fn build_refusal<'py>(py: Python<'py>, refusal: &Refusal) -> PyResult<Bound<'py, PyAny>> {
    let path = refusal.path();
    let mut message = match path.as_str() {
        "" => refusal.message.clone(),
        path => format!("{path}: {}", refusal.message),
    };
    if let Some(hint) = refusal.hint {
        message = format!("{message}. {hint}");
    }
    let facts = Facts { hint: refusal.hint, ..Facts::of_code(ErrorCode::InvalidParameter) };
    let exception = build(py, "ParameterError", &message, &facts)?;
    exception.setattr("path", (!path.is_empty()).then_some(path))?;
    Ok(exception)
}

/// The exception for an optional library that is not there, in the words of the package's first version.
pub(crate) fn missing_extra(py: Python<'_>, library: &str, what: &str, cause: PyErr) -> PyErr {
    let message = format!(
        "{library} is required for {what}. Install it with `pip install 'namidb[{library}]'`. Original error: {}",
        cause.value(py)
    );
    let facts = Facts::of_code(ErrorCode::Unsupported);
    let raised = raise(build(py, "MissingExtraError", &message, &facts));
    raised.set_cause(py, Some(cause));
    raised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_class() {
        for code in ErrorCode::ALL {
            let expected = matches!(code, ErrorCode::Work | ErrorCode::Internal);
            assert_eq!(class_name(*code, false) == "InternalError", expected, "{code:?}");
        }
    }
}
