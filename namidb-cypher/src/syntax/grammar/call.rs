//! CALL of a procedure.

use crate::syntax::ast::{CallProcedure, Clause, Name, Yield, YieldItem};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};
use std::sync::Arc;

impl Parser<'_> {
    /// `[OPTIONAL] CALL (procedure | subquery)`
    #[inline(never)]
    pub(super) fn call_clause(&mut self) -> Result<Clause> {
        let start = self.start();
        let optional = self.eat_keyword(Keyword::Optional);
        self.expect_keyword(Keyword::Call)?;
        if matches!(self.kind(), TokenKind::LeftBrace | TokenKind::LeftParen) {
            self.call_subquery(start, optional).map(Clause::CallSubquery)
        } else {
            self.call_procedure(start, optional).map(Clause::CallProcedure)
        }
    }

    /// `name[(expr {, expr})] [YIELD ..]`
    fn call_procedure(&mut self, start: u32, optional: bool) -> Result<CallProcedure> {
        if !self.nth_is_name(0) {
            return Err(self.unexpected("the name of a procedure, or '{'"));
        }
        let name = self.dotted_name()?;
        let arguments = if self.at(TokenKind::LeftParen) {
            Some(self.nested(|p| {
                p.expect(TokenKind::LeftParen)?;
                let arguments =
                    if p.at(TokenKind::RightParen) { Vec::new() } else { p.comma_separated(Self::expr)? };
                p.expect(TokenKind::RightParen)?;
                Ok(arguments)
            })?)
        } else {
            None
        };
        let yields = self.opt_yield()?;
        Ok(CallProcedure { optional, name, arguments, yields, span: self.span_from(start) })
    }

    /// `name {.name}`
    pub(super) fn dotted_name(&mut self) -> Result<Name> {
        let first = self.name("a name")?;
        if !self.at(TokenKind::Dot) {
            return Ok(first);
        }
        let mut text = first.text.to_string();
        while self.eat(TokenKind::Dot) {
            text.push('.');
            text.push_str(&self.name("a name")?.text);
        }
        Ok(Name { text: Arc::from(text), span: self.span_from(first.span.start) })
    }

    /// `[YIELD (* | - | item {, item}) [WHERE predicate]]`
    pub(super) fn opt_yield(&mut self) -> Result<Option<Yield>> {
        let start = self.start();
        let Some(mut yields) = self.opt_yield_items()? else { return Ok(None) };
        yields.predicate = self.opt_where()?;
        yields.span = self.span_from(start);
        Ok(Some(yields))
    }

    /// `[YIELD (* | - | item {, item})]`
    pub(super) fn opt_yield_items(&mut self) -> Result<Option<Yield>> {
        let start = self.start();
        if !self.eat_keyword(Keyword::Yield) {
            return Ok(None);
        }
        let star = self.eat(TokenKind::Star);
        let items = if star || self.eat(TokenKind::Minus) {
            Vec::new()
        } else {
            self.comma_separated(Self::yield_item)?
        };
        Ok(Some(Yield { star, items, predicate: None, span: self.span_from(start) }))
    }

    /// `field [AS alias]`
    fn yield_item(&mut self) -> Result<YieldItem> {
        let start = self.start();
        let field = self.name("the name of a result, or '*'")?;
        let alias = if self.eat_keyword(Keyword::As) { Some(self.variable()?) } else { None };
        Ok(YieldItem { field, alias, span: self.span_from(start) })
    }
}
