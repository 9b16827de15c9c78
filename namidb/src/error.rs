//! The one error of this crate: the engine's, or a query's with its place in the text.

use namidb_core::{ErrorCode, Outcome};
use namidb_cypher::diagnostic::{self, Location};
use std::fmt;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed. One pointer in size.
pub struct Error(Box<Inner>);

enum Inner {
    Engine(namidb_core::Error),
    Query { error: namidb_cypher::Error, place: Option<Place>, outcome: Outcome },
}

/// Where a query's error stands.
struct Place {
    position: Position,
    excerpt: String,
}

/// A place in the text of a query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// The byte, from 0.
    pub offset: usize,
}

impl Position {
    /// The place of a byte; the end of the text if it lies beyond.
    fn of(text: &str, offset: u32) -> Position {
        let Location { line, column, .. } = Location::of(text, offset);
        let mut offset = text.len().min(offset as usize);
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        Position { line, column, offset }
    }
}

impl Error {
    /// An error with a code and a message that states the fact.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        namidb_core::Error::new(code, message).into()
    }

    /// The error of a query, whose text tells lines and columns.
    pub(crate) fn of_query(error: namidb_cypher::Error, text: &str) -> Error {
        // What the engine said through the query is the engine's error still: it knows outcome and details.
        let place = error.span().map(|span| Place {
            position: Position::of(text, span.start),
            excerpt: diagnostic::excerpt(&error, text).unwrap_or_default(),
        });
        let outcome = error.engine_error().map_or(Outcome::NotApplied, namidb_core::Error::outcome);
        Error(Box::new(Inner::Query { error, place, outcome }))
    }

    /// The error that a write came back with: the query's own, if that is what failed.
    pub(crate) fn of_write(error: namidb_core::Error, text: &str) -> Error {
        match error.into_work::<namidb_cypher::Error>() {
            Ok(query) => Error::of_query(query, text),
            Err(engine) => engine.into(),
        }
    }

    /// Adds the way out to an error of the engine.
    #[must_use]
    pub(crate) fn with_hint(self, hint: &str) -> Error {
        match *self.0 {
            Inner::Engine(error) => error.with_hint(hint).into(),
            query => Error(Box::new(query)),
        }
    }

    /// Says what became of the write.
    #[must_use]
    pub(crate) fn with_outcome(self, now: Outcome) -> Error {
        Error(Box::new(match *self.0 {
            Inner::Engine(error) => Inner::Engine(error.with_outcome(now)),
            Inner::Query { error, place, .. } => Inner::Query { error, place, outcome: now },
        }))
    }

    /// What happened.
    pub fn code(&self) -> ErrorCode {
        match &*self.0 {
            Inner::Engine(error) => error.code(),
            Inner::Query { error, .. } => error.code(),
        }
    }

    /// The fact, without the hint.
    pub fn message(&self) -> &str {
        match &*self.0 {
            Inner::Engine(error) => error.message(),
            Inner::Query { error, .. } => error.message(),
        }
    }

    /// The way out, where there is one to name.
    pub fn hint(&self) -> Option<&str> {
        match &*self.0 {
            Inner::Engine(error) => error.hint(),
            Inner::Query { error, .. } => error.hint(),
        }
    }

    /// Whether the write took effect.
    pub fn outcome(&self) -> Outcome {
        match &*self.0 {
            Inner::Engine(error) => error.outcome(),
            Inner::Query { outcome, .. } => *outcome,
        }
    }

    /// Whether trying the same again can help.
    pub fn is_retryable(&self) -> bool {
        self.code().is_retryable() && self.outcome() == Outcome::NotApplied
    }

    /// Named facts, for programs: `("row", "3")`.
    pub fn details(&self) -> &[(&'static str, String)] {
        match &*self.0 {
            Inner::Engine(error) => error.details(),
            Inner::Query { error, .. } => error.engine_error().map_or(&[], namidb_core::Error::details),
        }
    }

    /// One named fact.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details().iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// The query's error, which knows openCypher's words for it; none if something else failed.
    pub fn query_error(&self) -> Option<&namidb_cypher::Error> {
        match &*self.0 {
            Inner::Query { error, .. } => Some(error),
            Inner::Engine(_) => None,
        }
    }

    /// Where in the text of the query.
    pub fn position(&self) -> Option<Position> {
        match &*self.0 {
            Inner::Query { place, .. } => place.as_ref().map(|place| place.position),
            Inner::Engine(_) => None,
        }
    }

    /// The line of the query that the error is about, with carets under the place.
    pub fn excerpt(&self) -> Option<&str> {
        match &*self.0 {
            Inner::Query { place, .. } => place.as_ref().map(|place| place.excerpt.as_str()),
            Inner::Engine(_) => None,
        }
    }
}

impl From<namidb_core::Error> for Error {
    fn from(error: namidb_core::Error) -> Error {
        Error(Box::new(Inner::Engine(error)))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Engine(error) => error.fmt(f),
            Inner::Query { error, place, .. } => {
                f.write_str(error.message())?;
                if let Some(Position { line, column, .. }) = place.as_ref().map(|place| place.position) {
                    write!(f, " (line {line}, column {column})")?;
                }
                match error.hint() {
                    Some(hint) => write!(f, ". {hint}"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Engine(error) => error.fmt(f),
            Inner::Query { error, .. } => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Inner::Engine(error) => error.source(),
            Inner::Query { error, .. } => error.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_cypher::syntax::span::Span;

    #[test]
    fn a_place_is_told_in_lines_and_in_characters() {
        let text = "MATCH (ä)\nRETURN ö, x";
        let error = namidb_cypher::Error::compile_time(
            ErrorCode::Semantic,
            "SyntaxError",
            "UndefinedVariable",
            "the variable x is not defined",
        )
        .with_span(Span { start: 22, end: 23 })
        .with_hint("Define it");
        let error = Error::of_query(error, text);
        assert_eq!(error.position(), Some(Position { line: 2, column: 11, offset: 22 }));
        assert_eq!(error.to_string(), "the variable x is not defined (line 2, column 11). Define it");
        assert_eq!(Position::of(text, 8), Position { line: 1, column: 8, offset: 7 });
        assert_eq!(Position::of(text, 999).offset, text.len());
    }

    #[test]
    fn the_error_of_a_query_comes_back_through_the_engine_as_it_went_in() {
        let inner =
            namidb_core::Error::new(ErrorCode::DeleteConnected, "still connected").with_detail("node", 3);
        let through = namidb_core::Error::from_work(namidb_cypher::Error::from(inner));
        let error = Error::of_write(through, "MATCH (n) DELETE n");
        assert_eq!(error.code(), ErrorCode::DeleteConnected);
        assert_eq!(error.detail("node"), Some("3"));
        assert_eq!(error.outcome(), Outcome::NotApplied);
        let conflict = namidb_core::Error::new(ErrorCode::Conflict, "changed");
        let error = Error::of_write(conflict, "");
        assert!(error.is_retryable() && error.query_error().is_none());
        assert!(!error.with_outcome(Outcome::Unknown).is_retryable());
    }
}
