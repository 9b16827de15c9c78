//! MATCH and OPTIONAL MATCH.

use crate::syntax::ast::{Expr, Match};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `[OPTIONAL] MATCH pattern [WHERE predicate]`
    pub(super) fn match_clause(&mut self) -> Result<Match> {
        let start = self.start();
        let optional = self.eat_keyword(Keyword::Optional);
        self.expect_keyword(Keyword::Match)?;
        let pattern = self.pattern()?;
        let predicate = self.opt_where()?;
        Ok(Match { optional, pattern, predicate, span: self.span_from(start) })
    }

    /// `[WHERE predicate]`
    pub(super) fn opt_where(&mut self) -> Result<Option<Expr>> {
        if self.eat_keyword(Keyword::Where) { self.expr().map(Some) } else { Ok(None) }
    }
}
