//! The errors of binding, in openCypher's words.

use crate::Error;
use crate::syntax::span::Span;
use namidb_core::ErrorCode;

/// A rule of the language is broken: `SyntaxError` with the detail that openCypher gives it.
pub(super) fn semantic(detail: &'static str, span: Span, message: impl Into<String>) -> Error {
    Error::compile_time(ErrorCode::Semantic, "SyntaxError", detail, message).with_span(span)
}

/// A value can never have the type that is needed.
pub(super) fn wrong_type(span: Span, message: impl Into<String>) -> Error {
    Error::compile_time(ErrorCode::Type, "SyntaxError", "InvalidArgumentType", message).with_span(span)
}

/// Cypher that this version does not run.
pub(super) fn unsupported(span: Span, what: &str) -> Error {
    Error::compile_time(
        ErrorCode::Unsupported,
        "SyntaxError",
        "UnsupportedFeature",
        format!("{what} is not supported yet"),
    )
    .with_span(span)
}

/// The name that was probably meant.
pub(crate) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let near = known.map(|k| (strsim::jaro_winkler(&name, &k.to_lowercase()), k));
    let best = near.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 > 0.8).then_some(best.1)
}

/// Adds the name that was probably meant.
pub(super) fn did_you_mean<'a>(error: Error, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    match closest(name, known) {
        Some(near) => error.with_hint(format!("Did you mean {near}?")),
        None => error,
    }
}
