//! The engine's error: one struct, one catalogue of codes.
//!
//! A code says what happened and never changes its meaning; its class says who should act; the
//! outcome says whether a write took effect. Every surface (Rust, Python, Bolt, HTTP) shows the same
//! three. Messages state the fact, then the way out; they never hold a credential.

mod code;
mod from_store;

pub use code::{Class, ErrorCode};

use std::fmt;

/// What became of the write that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Outcome {
    /// Nothing of it happened, and nothing of it ever will.
    NotApplied,
    /// It may have been applied: the answer was lost and could not be found out in time.
    Unknown,
}

impl Outcome {
    /// `not_applied` or `unknown`, as the surfaces spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::NotApplied => "not_applied",
            Outcome::Unknown => "unknown",
        }
    }
}

/// The result of an engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the engine. One pointer in size.
pub struct Error(Box<Inner>);

struct Inner {
    code: ErrorCode,
    message: String,
    hint: Option<String>,
    outcome: Outcome,
    details: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a code and a message that states the fact.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            code,
            message: message.into(),
            hint: None,
            outcome: Outcome::NotApplied,
            details: Vec::new(),
            source: None,
        }))
    }

    /// Wraps an error of the code that the engine called back (a [`crate::transaction::Restage`]), so
    /// that it comes out at the other end as it went in. See [`Error::into_work`].
    pub fn from_work(error: impl std::error::Error + Send + Sync + 'static) -> Error {
        Error::new(ErrorCode::Work, error.to_string()).with_source(error)
    }

    /// The error that [`Error::from_work`] wrapped, if it is a `T`; else this error again.
    ///
    /// # Errors
    /// This error itself, when it does not wrap a `T`.
    pub fn into_work<T: std::error::Error + Send + Sync + 'static>(mut self) -> Result<T, Error> {
        match self.0.source.take().map(|s| s.downcast::<T>()) {
            Some(Ok(work)) => Ok(*work),
            Some(Err(other)) => {
                self.0.source = Some(other);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// Adds the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Error {
        self.0.source = Some(Box::new(source));
        self
    }

    /// Says what became of the write.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Error {
        self.0.outcome = outcome;
        self
    }

    /// Adds a named fact, for programs: `("object", "wal/00000000000000000007")`.
    #[must_use]
    pub fn with_detail(mut self, name: &'static str, value: impl fmt::Display) -> Error {
        self.0.details.push((name, value.to_string()));
        self
    }

    /// What happened.
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The fact, without the hint.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref().or(match self.0.code {
            ErrorCode::Corruption => Some("Verify the database: the report names all that is damaged"),
            ErrorCode::ReadOnly => Some("Open it without read_only to write"),
            _ => None,
        })
    }

    /// Whether the write took effect.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Named facts, for programs.
    pub fn details(&self) -> &[(&'static str, String)] {
        &self.0.details
    }

    /// One named fact.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.0.details.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    /// The object that is not what was written, which the message leaves out.
    pub fn damaged_object(&self) -> Option<&str> {
        let damage = self.0.code.class() == Class::Corruption;
        damage.then(|| self.detail("object")).flatten().filter(|object| !self.0.message.contains(object))
    }

    /// Whether trying the same again can help.
    pub fn is_retryable(&self) -> bool {
        self.0.code.is_retryable() && self.0.outcome == Outcome::NotApplied
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(object) = self.damaged_object() {
            write!(f, ", in '{object}'")?;
        }
        if let Some(hint) = self.hint() {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("hint", &self.0.hint)
            .field("outcome", &self.0.outcome)
            .field("details", &self.0.details)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|s| s as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_told_with_its_object_and_the_way_out() {
        let error = Error::new(ErrorCode::Corruption, "a line of the manifest cannot be read");
        let error = error.with_detail("object", "ns/manifest");
        assert_eq!(
            error.to_string(),
            "a line of the manifest cannot be read, in 'ns/manifest'. Verify the database: the report names all that is \
            damaged"
        );
        let told = Error::new(ErrorCode::Corruption, "'a/b' is cut off").with_detail("object", "a/b");
        assert_eq!(told.damaged_object(), None);
        let refused = Error::new(ErrorCode::Store, "no").with_detail("object", "a/b");
        assert_eq!(refused.to_string(), "no");
    }
}
