//! Quantifiers, and EXISTS, COUNT and COLLECT with braces.

use crate::syntax::ast::{Expr, ExprKind, Quantifier, QuantifierKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `(ALL | ANY | NONE | SINGLE) (variable IN list WHERE predicate)`
    pub(super) fn quantifier(&mut self, keyword: Keyword) -> Result<Expr> {
        let start = self.start();
        let kind = match keyword {
            Keyword::All => QuantifierKind::All,
            Keyword::Any => QuantifierKind::Any,
            Keyword::None => QuantifierKind::None,
            _ => QuantifierKind::Single,
        };
        self.bump();
        self.expect(TokenKind::LeftParen)?;
        let variable = self.variable()?;
        self.expect_keyword(Keyword::In)?;
        let list = self.expr()?;
        self.expect_keyword(Keyword::Where)?;
        let predicate = self.expr()?;
        if !self.at(TokenKind::RightParen) {
            return Err(self.unexpected("an operator or ')'"));
        }
        self.bump();
        let quantifier = Quantifier { kind, variable, list, predicate };
        Ok(Expr { kind: ExprKind::Quantifier(Box::new(quantifier)), span: self.span_from(start) })
    }

    /// `(EXISTS | COUNT | COLLECT) { .. }`
    pub(super) fn subquery_expr(&mut self, keyword: Keyword) -> Result<Expr> {
        let start = self.start();
        self.bump();
        let body = Box::new(self.subquery_body(keyword == Keyword::Collect)?);
        let kind = match keyword {
            Keyword::Exists => ExprKind::Exists(body),
            Keyword::Count => ExprKind::Count(body),
            _ => ExprKind::Collect(body),
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }
}
