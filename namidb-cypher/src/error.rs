//! The error of a query: what openCypher calls it, where it stands in the text, and our own code.

use crate::syntax::span::Span;
use namidb_core::ErrorCode;
use std::fmt;

/// When an error was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Phase {
    /// Before anything ran.
    CompileTime,
    /// While the query ran.
    Runtime,
}

impl Phase {
    /// `compile time` or `runtime`, as openCypher spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::CompileTime => "compile time",
            Phase::Runtime => "runtime",
        }
    }
}

/// An error of a query. One pointer in size.
pub struct Error(Box<Inner>);

struct Inner {
    code: ErrorCode,
    error_type: &'static str,
    phase: Phase,
    detail: &'static str,
    message: String,
    hint: Option<String>,
    span: Option<Span>,
    source: Option<namidb_core::Error>,
}

impl Error {
    /// An error of the text itself: `error_type` and `detail` are openCypher's words.
    pub fn compile_time(
        code: ErrorCode,
        error_type: &'static str,
        detail: &'static str,
        message: impl Into<String>,
    ) -> Error {
        Error::new(code, error_type, Phase::CompileTime, detail, message)
    }

    /// An error of a running query: `error_type` and `detail` are openCypher's words.
    pub fn runtime(
        code: ErrorCode,
        error_type: &'static str,
        detail: &'static str,
        message: impl Into<String>,
    ) -> Error {
        Error::new(code, error_type, Phase::Runtime, detail, message)
    }

    fn new(
        code: ErrorCode,
        error_type: &'static str,
        phase: Phase,
        detail: &'static str,
        message: impl Into<String>,
    ) -> Error {
        let message = message.into();
        Error(Box::new(Inner {
            code,
            error_type,
            phase,
            detail,
            message,
            hint: None,
            span: None,
            source: None,
        }))
    }

    /// Adds the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(hint.into());
        self
    }

    /// Says where in the text.
    #[must_use]
    pub fn with_span(mut self, span: Span) -> Error {
        self.0.span = Some(span);
        self
    }

    /// What happened.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// openCypher's type: `SyntaxError`, `TypeError`.
    pub fn error_type(&self) -> &'static str {
        self.0.error_type
    }

    /// When it was found: `compile time` or `runtime`.
    pub fn phase(&self) -> &'static str {
        self.0.phase.as_str()
    }

    /// openCypher's detail: `UndefinedVariable`.
    pub fn detail(&self) -> &'static str {
        self.0.detail
    }

    /// The fact, without the hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Where in the text.
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The engine's error that this one passes on.
    pub fn engine_error(&self) -> Option<&namidb_core::Error> {
        self.0.source.as_ref()
    }
}

impl From<namidb_core::Error> for Error {
    fn from(source: namidb_core::Error) -> Error {
        // What openCypher has words for is said in them.
        let (error_type, detail) = match source.code() {
            ErrorCode::PropertyType => ("TypeError", "InvalidPropertyType"),
            ErrorCode::UniqueViolation
            | ErrorCode::KeyViolation
            | ErrorCode::NotNullViolation
            | ErrorCode::TypeViolation => ("ConstraintValidationFailed", "CreateBlockedByConstraint"),
            ErrorCode::DeleteConnected => ("ConstraintVerificationFailed", "DeleteConnectedNode"),
            ErrorCode::EntityNotFound => ("EntityNotFound", "DeletedEntityAccess"),
            code => ("DatabaseError", code.name()),
        };
        let message = match source.damaged_object() {
            Some(object) => format!("{}, in '{object}'", source.message()),
            None => source.message().to_owned(),
        };
        let mut error = Error::runtime(source.code(), error_type, detail, message);
        error.0.hint = source.hint().map(str::to_owned);
        error.0.source = Some(source);
        error
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(hint) = &self.0.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("error_type", &self.0.error_type)
            .field("phase", &self.0.phase)
            .field("detail", &self.0.detail)
            .field("message", &self.0.message)
            .field("hint", &self.0.hint)
            .field("span", &self.0.span)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}
