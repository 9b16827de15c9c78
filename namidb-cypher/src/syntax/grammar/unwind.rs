//! UNWIND.

use crate::syntax::ast::Unwind;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `UNWIND list AS variable`
    #[inline(never)]
    pub(super) fn unwind_clause(&mut self) -> Result<Unwind> {
        let start = self.start();
        self.expect_keyword(Keyword::Unwind)?;
        let list = self.expr()?;
        self.expect_keyword(Keyword::As)?;
        let variable = self.variable()?;
        Ok(Unwind { list, variable, span: self.span_from(start) })
    }
}
