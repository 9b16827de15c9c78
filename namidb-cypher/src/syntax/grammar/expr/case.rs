//! CASE.

use crate::syntax::ast::{CaseExpr, Expr, ExprKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `CASE [operand] WHEN expr THEN expr {WHEN ..} [ELSE expr] END`
    pub(super) fn case(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect_keyword(Keyword::Case)?;
        let operand = if self.at_keyword(Keyword::When) { None } else { Some(self.expr()?) };
        let mut branches = Vec::new();
        while self.eat_keyword(Keyword::When) {
            let when = self.expr()?;
            self.expect_keyword(Keyword::Then)?;
            branches.push((when, self.expr()?));
        }
        if branches.is_empty() {
            return Err(self.unexpected("WHEN"));
        }
        let otherwise = if self.eat_keyword(Keyword::Else) { Some(self.expr()?) } else { None };
        if !self.at_keyword(Keyword::End) {
            return Err(self.unexpected(if otherwise.is_some() { "END" } else { "WHEN, ELSE or END" }));
        }
        self.bump();
        let case = CaseExpr { operand, branches, otherwise };
        Ok(Expr { kind: ExprKind::Case(Box::new(case)), span: self.span_from(start) })
    }
}
