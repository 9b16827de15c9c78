//! Subqueries: CALL { }, and the braces of EXISTS, COUNT and COLLECT.

use super::union::QueryPlace;
use crate::syntax::ast::{CallSubquery, Imports, InTransactions, SubqueryBody};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `[(imports)] { query } [IN TRANSACTIONS [OF rows ROWS]]`, after CALL
    pub(super) fn call_subquery(&mut self, start: u32, optional: bool) -> Result<CallSubquery> {
        let imports = self.opt_imports()?;
        let query = self.nested(|p| {
            p.expect(TokenKind::LeftBrace)?;
            let query = p.query_at(QueryPlace::Statement)?;
            if !p.at(TokenKind::RightBrace) {
                return Err(p.unexpected("a clause or '}'"));
            }
            p.bump();
            Ok(Box::new(query))
        })?;
        let in_transactions = self.opt_in_transactions()?;
        Ok(CallSubquery { optional, imports, query, in_transactions, span: self.span_from(start) })
    }

    fn opt_imports(&mut self) -> Result<Option<Imports>> {
        let start = self.start();
        if !self.eat(TokenKind::LeftParen) {
            return Ok(None);
        }
        let star = self.eat(TokenKind::Star);
        let names = if star || self.at(TokenKind::RightParen) {
            Vec::new()
        } else {
            self.comma_separated(Self::variable)?
        };
        self.expect(TokenKind::RightParen)?;
        Ok(Some(Imports { star, names, span: self.span_from(start) }))
    }

    fn opt_in_transactions(&mut self) -> Result<Option<InTransactions>> {
        let start = self.start();
        if !self.eat_keyword(Keyword::In) {
            return Ok(None);
        }
        self.expect_keyword(Keyword::Transactions)?;
        let rows = if self.eat_keyword(Keyword::Of) {
            let rows = self.expr()?;
            if !self.eat_keyword(Keyword::Row) {
                self.expect_keyword(Keyword::Rows)?;
            }
            Some(rows)
        } else {
            None
        };
        Ok(Some(InTransactions { rows, span: self.span_from(start) }))
    }

    /// `{ pattern [WHERE predicate] }` or `{ query }`, after EXISTS, COUNT or COLLECT
    pub(super) fn subquery_body(&mut self, collect: bool) -> Result<SubqueryBody> {
        self.nested(|p| {
            p.expect(TokenKind::LeftBrace)?;
            let body = if !collect && p.at_pattern_of_subquery() {
                SubqueryBody::Pattern { pattern: p.pattern()?, predicate: p.opt_where()? }
            } else {
                let place = if collect { QueryPlace::Collect } else { QueryPlace::Predicate };
                SubqueryBody::Query(p.query_at(place)?)
            };
            if !p.at(TokenKind::RightBrace) {
                return Err(p.unexpected("a clause or '}'"));
            }
            p.bump();
            Ok(body)
        })
    }

    fn at_pattern_of_subquery(&self) -> bool {
        self.at(TokenKind::LeftParen)
            || (self.nth_is_variable(0)
                && matches!(self.nth(1).kind, TokenKind::Equal | TokenKind::LeftParen))
    }
}
