//! CREATE.

use super::NO_USERS;
use crate::syntax::ast::Create;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `(CREATE | INSERT) pattern`
    #[inline(never)]
    pub(super) fn create_clause(&mut self) -> Result<Create> {
        let start = self.start();
        if !self.eat_word("INSERT") {
            self.expect_keyword(Keyword::Create)?;
        }
        self.refuse_known_creation()?;
        let pattern = self.pattern()?;
        Ok(Create { pattern, span: self.span_from(start) })
    }

    /// The error for what Neo4j and others create, and we do not.
    fn refuse_known_creation(&self) -> Result<()> {
        const NO_TABLES: &str =
            "There are no tables: a label or type is there with the first node or relationship that has it";
        // Each of the words can also be the variable of a path.
        if self.nth_is(1, TokenKind::Equal) {
            return Ok(());
        }
        let (what, hint) = if self.at_keyword(Keyword::Or) && !self.nth_is_word(2, "DATABASE") {
            ("OR REPLACE", "Drop the old one first, or write IF NOT EXISTS")
        } else if self.at_keyword(Keyword::Or)
            || self.at_keyword(Keyword::Database)
            || self.at_word("ALIAS")
            || self.at_word("COMPOSITE")
        {
            ("CREATE DATABASE", "A database is made where it is opened: its URI names it")
        } else if self.at_word("USER") || self.at_word("ROLE") {
            ("CREATE of users and roles", NO_USERS)
        } else if self.at_word("BTREE") {
            ("a BTREE index", "A range index does its work: CREATE INDEX")
        } else if self.at_word("TABLE") || self.nth_is_word(1, "TABLE") {
            ("CREATE TABLE", NO_TABLES)
        } else {
            return Ok(());
        };
        Err(self.unsupported(what, self.token().span()).with_hint(hint))
    }
}
