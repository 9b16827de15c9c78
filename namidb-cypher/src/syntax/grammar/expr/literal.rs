//! Constants and parameters.

use crate::syntax::ast::{Expr, ExprKind, Literal};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, Token, TokenKind};
use crate::syntax::value;
use std::sync::Arc;

impl Parser<'_> {
    /// The value of a number's token, with its sign.
    pub(super) fn number(&self, token: Token, negative: bool) -> Result<Literal> {
        let (text, span) = (self.text_of(token), token.span());
        match token.kind {
            TokenKind::Integer => value::integer(text, negative, span).map(Literal::Integer),
            TokenKind::Float => {
                let magnitude = value::float(text, span)?;
                Ok(Literal::Float(if negative { -magnitude } else { magnitude }))
            }
            _ => Err(value::invalid_number(text, span)),
        }
    }

    /// Text in quotes
    pub(super) fn string(&mut self) -> Result<Expr> {
        let token = self.expect(TokenKind::String)?;
        let text = value::string(self.text_of(token), token.start)?;
        Ok(Expr { kind: ExprKind::Literal(Literal::String(Arc::from(&*text))), span: token.span() })
    }

    /// `TRUE`, `FALSE` or `NULL`
    pub(super) fn word_literal(&mut self) -> Expr {
        let token = self.bump();
        let literal = match token.keyword {
            Some(Keyword::True) => Literal::Boolean(true),
            Some(Keyword::False) => Literal::Boolean(false),
            _ => Literal::Null,
        };
        Expr { kind: ExprKind::Literal(literal), span: token.span() }
    }

    /// `$name`, whose token is at the cursor
    pub(in crate::syntax::grammar) fn parameter(&mut self) -> Expr {
        let token = self.bump();
        let name = Arc::from(&*value::parameter_name(self.text_of(token)));
        Expr { kind: ExprKind::Parameter(name), span: token.span() }
    }
}
