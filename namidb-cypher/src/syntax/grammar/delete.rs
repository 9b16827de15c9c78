//! DELETE and DETACH DELETE.

use crate::syntax::ast::Delete;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `[DETACH | NODETACH] DELETE expr {, expr}`
    #[inline(never)]
    pub(super) fn delete_clause(&mut self) -> Result<Delete> {
        let start = self.start();
        let detach = self.eat_keyword(Keyword::Detach);
        if !detach {
            self.eat_word("NODETACH");
        }
        self.expect_keyword(Keyword::Delete)?;
        let targets = self.comma_separated(Self::expr)?;
        Ok(Delete { detach, targets, span: self.span_from(start) })
    }
}
