//! CREATE.

use crate::syntax::ast::Create;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `(CREATE | INSERT) pattern`
    #[inline(never)]
    pub(super) fn create_clause(&mut self) -> Result<Create> {
        let start = self.start();
        if !self.eat_word("INSERT") {
            self.expect_keyword(Keyword::Create)?;
        }
        if self.at_keyword(Keyword::Database) || self.at_keyword(Keyword::Or) {
            let hint = "A database is made where it is opened: its URI names it";
            return Err(self.unsupported("CREATE DATABASE", self.token().span()).with_hint(hint));
        }
        let pattern = self.pattern()?;
        Ok(Create { pattern, span: self.span_from(start) })
    }
}
