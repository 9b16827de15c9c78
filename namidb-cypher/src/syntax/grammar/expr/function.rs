//! Function calls and reduce.

use crate::syntax::ast::{Expr, ExprKind, FunctionCall, Name, Reduce};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};
use std::sync::Arc;

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
            if name.text.eq_ignore_ascii_case("trim")
                && let Some((function, arguments)) = p.opt_trim_from()?
            {
                let name = Name { text: Arc::from(function), span: name.span };
                let call = FunctionCall { name, distinct: false, arguments };
                return Ok(Expr { kind: ExprKind::Function(Box::new(call)), span: p.span_from(start) });
            }
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

    /// `([BOTH | LEADING | TRAILING] [characters] FROM text)`, which is a call of another function
    fn opt_trim_from(&mut self) -> Result<Option<(&'static str, Vec<Expr>)>> {
        let is_variable = matches!(
            self.nth(1).kind,
            TokenKind::RightParen
                | TokenKind::Dot
                | TokenKind::LeftParen
                | TokenKind::Plus
                | TokenKind::Comma
        );
        let side = match self.keyword() {
            _ if is_variable => None,
            Some(Keyword::Both) => Some("btrim"),
            Some(Keyword::Leading) => Some("ltrim"),
            Some(Keyword::Trailing) => Some("rtrim"),
            _ => None,
        };
        if side.is_some() {
            self.bump();
        } else {
            // `trim('x' FROM text)`: the word follows one operand, and `from` alone may be a variable.
            let from_ahead = self.nth_is_keyword(1, Keyword::From) || self.at_keyword(Keyword::From);
            if !from_ahead || is_variable {
                return Ok(None);
            }
        }
        let characters = if self.at_keyword(Keyword::From) { None } else { Some(self.expr()?) };
        self.expect_keyword(Keyword::From)?;
        let mut arguments = vec![self.expr()?];
        arguments.extend(characters);
        self.expect(TokenKind::RightParen)?;
        Ok(Some((side.unwrap_or("btrim"), arguments)))
    }

    /// `reduce(accumulator = initial, variable IN list | body)` or `allReduce(.. | body, predicate)`
    pub(super) fn reduce(&mut self) -> Result<Expr> {
        let start = self.start();
        let all = self.eat_keyword(Keyword::AllReduce);
        if !all {
            self.expect_keyword(Keyword::Reduce)?;
        }
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
        let predicate = if all {
            self.expect(TokenKind::Comma)?;
            Some(self.expr()?)
        } else {
            None
        };
        self.expect(TokenKind::RightParen)?;
        let reduce = Reduce { accumulator, initial, variable, list, body, predicate };
        Ok(Expr { kind: ExprKind::Reduce(Box::new(reduce)), span: self.span_from(start) })
    }
}
