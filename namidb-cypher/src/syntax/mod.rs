//! Text to syntax tree.
//!
//! ```text
//! text -> tokens -> syntax tree -> text
//!      `lexer`    `grammar`     `printer`
//! ```
//!
//! - [`parse`] never panics and never recurses deeper than [`parser::NESTING_MAX`] levels, whatever the text.
//! - The first error in the order of the text is the one that is told.

pub mod ast;
mod grammar;
mod habits;
pub mod lexer;
pub mod parser;
pub mod printer;
pub mod span;
pub mod token;
mod value;

pub use span::Span;

use crate::Error;
use token::TokenKind;

/// The syntax tree of a statement.
///
/// # Errors
///
/// [`namidb_core::ErrorCode::Syntax`] with openCypher's word for what is wrong and its place;
/// [`namidb_core::ErrorCode::QueryTooComplex`] over one of the limits; [`namidb_core::ErrorCode::Unsupported`] for
/// Cypher that we know and do not run.
pub fn parse(text: &str) -> Result<ast::Statement, Error> {
    let tokens = lexer::tokenize(text)?;
    grammar::statement(&mut parser::Parser::new(text, tokens))
}

/// Where a text names a parameter first, by its name without the dollar sign.
pub(crate) fn parameter_span(text: &str, name: &str) -> Option<Span> {
    let tokens = lexer::tokenize(text).ok()?.tokens;
    let parameters = tokens.into_iter().filter(|token| token.kind == TokenKind::Parameter);
    let named = |span: Span| text.get(span.start as usize..span.end as usize).map(value::parameter_name);
    parameters.map(|token| token.span()).find(|span| named(*span).as_deref() == Some(name))
}

#[cfg(test)]
mod tests;
