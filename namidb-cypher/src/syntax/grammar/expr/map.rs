//! Maps and map projections.

use crate::syntax::ast::{Expr, ExprKind, MapItem, MapProjection, Name};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::TokenKind;

impl Parser<'_> {
    /// `{[key: expr {, key: expr}]}`
    pub(in crate::syntax::grammar) fn map_literal(&mut self) -> Result<Expr> {
        let start = self.start();
        self.nested(|p| {
            p.expect(TokenKind::LeftBrace)?;
            let entries =
                if p.at(TokenKind::RightBrace) { Vec::new() } else { p.comma_separated(Self::map_entry)? };
            if !p.at(TokenKind::RightBrace) {
                return Err(p.unexpected("an operator, ',' or '}'"));
            }
            p.bump();
            Ok(Expr { kind: ExprKind::Map(entries), span: p.span_from(start) })
        })
    }

    /// `key: expr`
    fn map_entry(&mut self) -> Result<(Name, Expr)> {
        let key = self.name("a key, such as {key: value}")?;
        self.expect(TokenKind::Colon)?;
        Ok((key, self.expr()?))
    }

    /// `variable {item {, item}}`
    pub(super) fn map_projection(&mut self) -> Result<Expr> {
        let start = self.start();
        let variable = self.variable()?;
        self.nested(|p| {
            p.expect(TokenKind::LeftBrace)?;
            let items =
                if p.at(TokenKind::RightBrace) { Vec::new() } else { p.comma_separated(Self::map_item)? };
            if !p.at(TokenKind::RightBrace) {
                return Err(p.unexpected("an operator, ',' or '}'"));
            }
            p.bump();
            let projection = MapProjection { variable, items };
            Ok(Expr { kind: ExprKind::MapProjection(Box::new(projection)), span: p.span_from(start) })
        })
    }

    /// `.*`, `.key`, `key: expr` or `variable`
    fn map_item(&mut self) -> Result<MapItem> {
        if self.eat(TokenKind::Dot) {
            return if self.eat(TokenKind::Star) {
                Ok(MapItem::AllProperties)
            } else {
                self.name("a property key or '*'").map(MapItem::Property)
            };
        }
        if self.nth_is_name(0) && self.nth_is(1, TokenKind::Colon) {
            let (key, value) = self.map_entry()?;
            return Ok(MapItem::Entry(key, value));
        }
        if !self.nth_is_variable(0) {
            return Err(self.unexpected("'.*', '.key', 'key: value' or a variable"));
        }
        self.variable().map(MapItem::Variable)
    }
}
