//! The grammar, one file a clause and one function a production, by recursive descent.
//!
//! - A production `foo` is there, or it is an error; `opt_foo` may be absent.
//! - A production begins at the cursor and leaves it behind its last token; the first error ends the parse.
//! - Whatever can contain itself goes through [`Parser::nested`], which bounds the depth; whatever can be as
//!   long as the text is a loop.
//! - The parser judges form: which clause may follow which, and what a clause is made of. What a name means,
//!   and which expressions fit where, is the binder's.

mod call;
mod create;
mod delete;
mod expr;
mod foreach;
mod load;
mod match_;
mod merge;
mod path;
mod pattern;
mod remove;
mod schema;
mod set;
mod subquery;
mod union;
mod unwind;
mod with_return;

use super::ast::{Clause, Statement, StatementKind, StatementMode};
use super::parser::{Parser, Result};
use super::token::{Keyword, TokenKind};

/// `[EXPLAIN | PROFILE] (query | schema command | SHOW ..) [;]`
pub(super) fn statement(p: &mut Parser<'_>) -> Result<Statement> {
    let start = p.start();
    let mode = if p.eat_keyword(Keyword::Explain) {
        StatementMode::Explain
    } else if p.eat_keyword(Keyword::Profile) {
        StatementMode::Profile
    } else {
        StatementMode::Run
    };
    let kind = if let Some(command) = p.opt_schema_command()? {
        StatementKind::Schema(command)
    } else if p.at_keyword(Keyword::Show) {
        StatementKind::Show(p.show()?)
    } else {
        StatementKind::Query(p.query()?)
    };
    let span = p.span_from(start);
    let ended = p.eat(TokenKind::Semicolon);
    if !p.at(TokenKind::End) {
        let error =
            p.unexpected(if ended { "the end of the query" } else { "a clause or the end of the query" });
        return Err(if ended && error.hint().is_none() {
            error.with_hint("Run one statement at a time")
        } else {
            error
        });
    }
    Ok(Statement { mode, kind, span })
}

impl Parser<'_> {
    /// Any clause of a query. None is inlined: clauses nest, and the stack of one would hold what all of them need.
    fn opt_clause(&mut self) -> Result<Option<Clause>> {
        let Some(keyword) = self.keyword() else { return Ok(None) };
        Ok(Some(match keyword {
            Keyword::Match => Clause::Match(self.match_clause()?),
            Keyword::Optional if self.nth_is_keyword(1, Keyword::Call) => self.call_clause()?,
            Keyword::Optional => Clause::Match(self.match_clause()?),
            Keyword::Unwind => Clause::Unwind(self.unwind_clause()?),
            Keyword::With => Clause::With(self.with_clause()?),
            Keyword::Return => Clause::Return(self.return_clause()?),
            Keyword::Create => Clause::Create(self.create_clause()?),
            Keyword::Merge => Clause::Merge(self.merge_clause()?),
            Keyword::Set => Clause::Set(self.set_clause()?),
            Keyword::Remove => Clause::Remove(self.remove_clause()?),
            Keyword::Delete | Keyword::Detach => Clause::Delete(self.delete_clause()?),
            Keyword::Foreach => Clause::Foreach(self.foreach_clause()?),
            Keyword::Call => self.call_clause()?,
            Keyword::Load if self.nth_is_keyword(1, Keyword::Csv) || self.nth_is_word(1, "PARQUET") => {
                Clause::Load(self.load()?)
            }
            _ => return Ok(None),
        }))
    }
}
