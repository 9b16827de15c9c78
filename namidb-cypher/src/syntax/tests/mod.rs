//! Tables of texts with their trees, their errors and the limits that they meet.

mod clauses;
mod errors;
mod expressions;
mod fuzz;
mod limits;
mod patterns;

use super::*;
use crate::syntax::ast::*;
use crate::syntax::span::Span;

/// The only clause of a query that has one, or the first.
fn clause(text: &str) -> Clause {
    clauses(text).remove(0)
}

fn clauses(text: &str) -> Vec<Clause> {
    match parse(text) {
        Ok(Statement { kind: StatementKind::Query(query), .. }) => query.first.clauses,
        Ok(other) => panic!("{text}: {other:?}"),
        Err(error) => panic!("{text}: {error:?}"),
    }
}

fn expr(text: &str) -> Expr {
    match clause(&format!("RETURN {text}")) {
        Clause::Return(mut clause) => clause.projection.items.remove(0).expr,
        other => panic!("{text}: {other:?}"),
    }
}

/// The part of the text that a span covers.
fn cut(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// Both texts have the same tree.
fn same(text: &str, other: &str) {
    let parsed = |text: &str| parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    assert_eq!(parsed(text), parsed(other), "{text}");
}

fn same_expr(text: &str, other: &str) {
    assert_eq!(expr(text), expr(other), "{text}");
}
