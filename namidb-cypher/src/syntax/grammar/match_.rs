//! MATCH and OPTIONAL MATCH.

use crate::syntax::ast::{Expr, Match};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `[OPTIONAL] MATCH [mode] pattern [WHERE predicate]`
    #[inline(never)]
    pub(super) fn match_clause(&mut self) -> Result<Match> {
        let start = self.start();
        let optional = self.eat_keyword(Keyword::Optional);
        self.expect_keyword(Keyword::Match)?;
        let repeatable = self.match_mode()?;
        let pattern = self.pattern()?;
        let predicate = self.opt_where()?;
        Ok(Match { optional, repeatable, pattern, predicate, span: self.span_from(start) })
    }

    /// `[REPEATABLE ELEMENT[S] [BINDINGS] | DIFFERENT RELATIONSHIP[S] [BINDINGS]]`: whether elements may repeat
    fn match_mode(&mut self) -> Result<bool> {
        let repeatable = self.at_word("REPEATABLE");
        if self.nth_is(1, TokenKind::Equal) || !(repeatable || self.at_word("DIFFERENT")) {
            return Ok(false);
        }
        self.bump();
        let words = if repeatable { ["ELEMENTS", "ELEMENT"] } else { ["RELATIONSHIPS", "RELATIONSHIP"] };
        if !words.iter().any(|word| self.at_word(word)) {
            return Err(self.unexpected(words[0]));
        }
        self.bump();
        self.eat_word("BINDINGS");
        Ok(repeatable)
    }

    /// `[WHERE predicate]`
    pub(super) fn opt_where(&mut self) -> Result<Option<Expr>> {
        if self.eat_keyword(Keyword::Where) { self.expr().map(Some) } else { Ok(None) }
    }
}
