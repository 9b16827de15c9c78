//! Function calls and reduce.

use crate::syntax::ast::{Expr, ExprKind, FunctionCall, Reduce};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// Whether `name.name(` follows, with any number of names.
    pub(super) fn at_function_with_namespace(&self) -> bool {
        let mut at = 1;
        while self.nth_is(at, TokenKind::Dot) && self.nth_is_name(at + 1) {
            at += 2;
        }
        self.nth_is(at, TokenKind::LeftParen)
    }

    /// `name {.name} ([DISTINCT] [expr {, expr}])`
    pub(super) fn function_call(&mut self) -> Result<Expr> {
        let start = self.start();
        let name = self.dotted_name()?;
        self.nested(|p| {
            p.expect(TokenKind::LeftParen)?;
            let distinct = p.eat_keyword(Keyword::Distinct);
            let arguments = if p.at(TokenKind::RightParen) && !distinct {
                Vec::new()
            } else {
                p.comma_separated(Self::expr)?
            };
            if !p.at(TokenKind::RightParen) {
                return Err(p.unexpected("an operator, ',' or ')'"));
            }
            p.bump();
            let call = FunctionCall { name, distinct, arguments };
            Ok(Expr { kind: ExprKind::Function(Box::new(call)), span: p.span_from(start) })
        })
    }

    /// `reduce(accumulator = initial, variable IN list | body)`
    pub(super) fn reduce(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect_keyword(Keyword::Reduce)?;
        self.expect(TokenKind::LeftParen)?;
        let accumulator = self.variable()?;
        self.expect(TokenKind::Equal)?;
        let initial = self.expr()?;
        self.expect(TokenKind::Comma)?;
        let variable = self.variable()?;
        self.expect_keyword(Keyword::In)?;
        let list = self.until_pipe(Self::expr)?;
        self.expect(TokenKind::Pipe)?;
        let body = self.expr()?;
        self.expect(TokenKind::RightParen)?;
        let reduce = Reduce { accumulator, initial, variable, list, body };
        Ok(Expr { kind: ExprKind::Reduce(Box::new(reduce)), span: self.span_from(start) })
    }
}
