//! Errors as Python exceptions. The classes are in `namidb/errors.py`; which code becomes which class is here, and
//! nowhere else.

use crate::convert::unmappable::{Refusal, Unmappable};
use namidb_core::error::Class;
use namidb_core::{ErrorCode, Outcome};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule};

/// Why an operation failed, before anybody needs the interpreter to say so.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The engine said no.
    Engine(namidb_core::Error),
    /// The query is wrong, or failed while it ran.
    Query(namidb_cypher::Error),
    /// A defect: something panicked.
    Panicked(String),
}

impl From<namidb_core::Error> for Failure {
    fn from(error: namidb_core::Error) -> Failure {
        Failure::Engine(error)
    }
}

impl From<namidb_cypher::Error> for Failure {
    fn from(error: namidb_cypher::Error) -> Failure {
        Failure::Query(error)
    }
}

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
        | ErrorCode::DeleteConnected
        | ErrorCode::EndpointMissing
        | ErrorCode::Schema => "ConstraintError",
        ErrorCode::Conflict => "ConflictError",
        ErrorCode::Fenced => "FencedError",
        ErrorCode::CommitOutcomeUnknown => "TransactionError",
        ErrorCode::Closed => "ClosedError",
        ErrorCode::TransactionClosed => "TransactionClosed",
        ErrorCode::ReadOnly => "ReadOnlyError",
        ErrorCode::InvalidUri => "UriError",
        ErrorCode::QueueFull => "QueueFullError",
        ErrorCode::StoreUnavailable => "BackendUnavailable",
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

fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
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

fn query_outcome(error: &namidb_cypher::Error) -> Outcome {
    error.engine_error().map_or(Outcome::NotApplied, namidb_core::Error::outcome)
}

/// An exception that could not even be built is raised instead.
fn raise(built: PyResult<Bound<'_, PyAny>>) -> PyErr {
    match built {
        Ok(exception) => PyErr::from_value(exception),
        Err(raised) => raised,
    }
}

/// An error of the engine as an exception.
pub(crate) fn engine(py: Python<'_>, error: &namidb_core::Error) -> PyErr {
    let facts = Facts {
        hint: error.hint(),
        outcome: error.outcome(),
        retryable: error.is_retryable(),
        details: error.details(),
        ..Facts::of_code(error.code())
    };
    raise(build(py, class_name(error.code(), false), &error.to_string(), &facts))
}

/// An error of a query as an exception, with the place in the text.
pub(crate) fn query(py: Python<'_>, error: &namidb_cypher::Error, text: &str) -> PyErr {
    let compile_time = error.phase() == "compile time";
    let facts = Facts {
        error_type: error.error_type(),
        phase: error.phase(),
        detail: error.detail(),
        hint: error.hint(),
        outcome: query_outcome(error),
        retryable: error.engine_error().map_or(error.code().is_retryable(), namidb_core::Error::is_retryable),
        details: error.engine_error().map_or(&[], namidb_core::Error::details),
        ..Facts::of_code(error.code())
    };
    let built =
        build(py, class_name(error.code(), compile_time), &error.to_string(), &facts).and_then(|exception| {
            exception.setattr("query", text)?;
            if let Some(span) = error.span() {
                exception.setattr("position", position(text, span.start as usize))?;
            }
            Ok(exception)
        });
    raise(built)
}

impl Failure {
    /// What became of the write.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Failure::Engine(error) => error.outcome(),
            Failure::Query(error) => query_outcome(error),
            Failure::Panicked(_) => Outcome::Unknown,
        }
    }

    /// The exception; `text` is the query's, if there is one.
    pub(crate) fn into_exception(self, py: Python<'_>, text: Option<&str>) -> PyErr {
        match self {
            Failure::Engine(error) => engine(py, &error),
            Failure::Query(error) => query(py, &error, text.unwrap_or_default()),
            Failure::Panicked(message) => {
                let error =
                    namidb_core::Error::new(ErrorCode::Internal, format!("NamiDB has a defect: {message}"))
                        .with_hint("Please report it with the statement that led here; the client goes on")
                        .with_outcome(Outcome::Unknown);
                engine(py, &error)
            }
        }
    }
}

/// Line and column from 1, offset from 0, in characters, of a place in bytes.
fn position(text: &str, at: usize) -> (usize, usize, usize) {
    let before = text.char_indices().take_while(|(start, _)| *start < at).map(|(_, c)| c);
    let (mut line, mut column, mut offset) = (1, 1, 0);
    for character in before {
        offset += 1;
        column += 1;
        if character == '\n' {
            line += 1;
            column = 1;
        }
    }
    (line, column, offset)
}

/// An exception for a wrong argument.
pub(crate) fn argument(message: impl Into<String>) -> PyErr {
    Python::attach(|py| coded(py, ErrorCode::InvalidArgument, &message.into()))
}

/// An exception for something that this version does not do.
pub(crate) fn unsupported(py: Python<'_>, message: &str) -> PyErr {
    coded(py, ErrorCode::Unsupported, message)
}

/// An exception with a code and a message.
pub(crate) fn coded(py: Python<'_>, code: ErrorCode, message: &str) -> PyErr {
    engine(py, &namidb_core::Error::new(code, message))
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
    fn a_place_is_counted_in_characters_and_lines() {
        assert_eq!(position("RETURN x", 7), (1, 8, 7));
        assert_eq!(position("RETURN 'é' AS a,\n  x", 20), (2, 3, 19));
        assert_eq!(position("", 5), (1, 1, 0));
    }

    #[test]
    fn every_code_has_a_class() {
        for code in ErrorCode::ALL {
            let expected = matches!(code, ErrorCode::Work | ErrorCode::Internal);
            assert_eq!(class_name(*code, false) == "InternalError", expected, "{code:?}");
        }
    }
}
