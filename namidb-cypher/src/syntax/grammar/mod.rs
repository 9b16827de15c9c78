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
mod show;
mod subquery;
mod union;
mod unwind;
mod with_all;
mod with_return;

use super::ast::{Clause, Finish, Statement, StatementKind, StatementMode};
use super::parser::{Parser, Result};
use super::token::{Keyword, TokenKind};

/// Why nothing of users, roles and rights is there.
const NO_USERS: &str = "There are no users: whoever can open the bucket is one";

/// `[CYPHER version] [EXPLAIN | PROFILE] (query | schema command | SHOW ..) [;]`
pub(super) fn statement(p: &mut Parser<'_>) -> Result<Statement> {
    let start = p.start();
    p.opt_version()?;
    let mode = if p.eat_keyword(Keyword::Explain) {
        StatementMode::Explain
    } else if p.eat_keyword(Keyword::Profile) {
        StatementMode::Profile
    } else {
        StatementMode::Run
    };
    if mode != StatementMode::Run {
        p.opt_version()?;
    }
    let kind = if let Some(command) = p.opt_schema_command()? {
        StatementKind::Schema(command)
    } else if p.at_keyword(Keyword::Show) {
        StatementKind::Show(Box::new(p.show()?))
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
    /// `[CYPHER (5 | 25)]`: what is written means the same in both
    fn opt_version(&mut self) -> Result<()> {
        if !self.at_word("CYPHER") {
            return Ok(());
        }
        self.bump();
        let token = self.token();
        let version = token.kind == TokenKind::Integer && matches!(self.text_of(token), "5" | "25");
        if version {
            self.bump();
        }
        let option = self.at(TokenKind::Word) && self.nth_is(1, TokenKind::Equal);
        if version && !option {
            return Ok(());
        }
        Err(self
            .unsupported("this prefix of a statement", self.token().span())
            .with_hint("CYPHER 5 and CYPHER 25 may stand here, and no options"))
    }

    /// Any clause of a query. None is inlined: clauses nest, and the stack of one would hold what all of them need.
    fn opt_clause(&mut self) -> Result<Option<Clause>> {
        let Some(keyword) = self.keyword() else { return self.opt_word_clause() };
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
            Keyword::Order if self.nth_is_keyword(1, Keyword::By) => self.order_by_clause()?,
            Keyword::Skip | Keyword::Offset | Keyword::Limit => self.order_by_clause()?,
            _ => return self.opt_word_clause(),
        }))
    }

    /// A clause that begins with a word which may name anything elsewhere.
    fn opt_word_clause(&mut self) -> Result<Option<Clause>> {
        if !self.at(TokenKind::Word) {
            return Ok(None);
        }
        if self.at_word("LET") {
            return self.let_clause().map(Some);
        }
        if self.at_word("FILTER") {
            return self.filter_clause().map(Some);
        }
        if self.at_word("FINISH") {
            let span = self.bump().span();
            return Ok(Some(Clause::Finish(Finish { span })));
        }
        if self.at_word("INSERT") {
            return self.create_clause().map(|clause| Some(Clause::Create(clause)));
        }
        if self.at_word("NODETACH") && self.nth_is_keyword(1, Keyword::Delete) {
            return self.delete_clause().map(|clause| Some(Clause::Delete(clause)));
        }
        self.refuse_known_clause()?;
        Ok(None)
    }

    /// The error for a clause of Neo4j that we know, and do not run.
    fn refuse_known_clause(&self) -> Result<()> {
        let (what, hint) = if self.at_word("USE") && self.nth_is_name(1) {
            ("USE", "Each handle has one database: open the other one by its URI")
        } else if self.at_word("NEXT") {
            ("NEXT", "Go on with WITH, or put what comes before into CALL { .. }")
        } else if self.at_word("USING") && self.nth_is_word(1, "PERIODIC") {
            ("USING PERIODIC COMMIT", "Put what writes into CALL { .. } IN TRANSACTIONS OF 1000 ROWS")
        } else if self.at_word("USING") {
            ("a hint for the planner", "Leave it out: statistics choose the plan, which EXPLAIN shows")
        } else if self.at_word("TERMINATE") {
            let hint = "Cancel what runs by the handle that runs it; a transaction ends with its handle";
            ("TERMINATE TRANSACTIONS", hint)
        } else if self.at_word("BEGIN") || self.at_word("COMMIT") || self.at_word("ROLLBACK") {
            let hint = "Call begin() of the handle: what it gives commits and rolls back";
            ("a statement that begins or ends a transaction", hint)
        } else if self.at_word("GRANT") || self.at_word("REVOKE") || self.at_word("DENY") {
            ("a change of rights", NO_USERS)
        } else if self.at_word("ALTER") || self.at_word("RENAME") {
            ("a change of users, servers and databases", NO_USERS)
        } else if self.nth_is_keyword(1, Keyword::Database) && (self.at_word("START") || self.at_word("STOP"))
        {
            ("START and STOP of databases", "A database runs while it is open")
        } else if self.at_word("START") {
            ("START", "Write MATCH (n) WHERE elementId(n) = $id")
        } else if self.at_keyword(Keyword::When) {
            ("WHEN", "Write CALL (*) { WITH * WHERE .. } for each case")
        } else {
            return Ok(());
        };
        Err(self.unsupported(what, self.token().span()).with_hint(hint))
    }
}
