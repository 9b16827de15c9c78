//! Subqueries: CALL { }, and the braces of EXISTS, COUNT and COLLECT.

use super::union::QueryPlace;
use crate::syntax::ast::{CallSubquery, Imports, InTransactions, OnError, SubqueryBody};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `[(imports)] { query } [IN TRANSACTIONS ..]`, after CALL
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

    /// `[IN TRANSACTIONS {OF rows ROWS | ON ERROR what | REPORT STATUS AS variable}]`, each once
    fn opt_in_transactions(&mut self) -> Result<Option<InTransactions>> {
        let start = self.start();
        if !self.eat_keyword(Keyword::In) {
            return Ok(None);
        }
        if self.at_word("CONCURRENT") || self.nth_is_word(1, "CONCURRENT") {
            return Err(self
                .unsupported("CALL IN CONCURRENT TRANSACTIONS", self.token().span())
                .with_hint("Leave CONCURRENT out: writers commit one after the other anyway"));
        }
        self.expect_keyword(Keyword::Transactions)?;
        let mut transactions =
            InTransactions { rows: None, on_error: OnError::Fail, status: None, span: self.span_from(start) };
        let mut has_on_error = false;
        loop {
            if transactions.rows.is_none() && self.eat_keyword(Keyword::Of) {
                transactions.rows = Some(self.expr()?);
                if !self.eat_keyword(Keyword::Row) {
                    self.expect_keyword(Keyword::Rows)?;
                }
            } else if !has_on_error && self.at_keyword(Keyword::On) && self.nth_is_word(1, "ERROR") {
                self.bump();
                self.bump();
                has_on_error = true;
                transactions.on_error = self.on_error()?;
            } else if transactions.status.is_none() && self.at_word("REPORT") {
                self.bump();
                if !self.eat_word("STATUS") {
                    return Err(self.unexpected("STATUS"));
                }
                self.expect_keyword(Keyword::As)?;
                transactions.status = Some(self.variable()?);
            } else {
                break;
            }
        }
        transactions.span = self.span_from(start);
        Ok(Some(transactions))
    }

    /// `CONTINUE`, `BREAK` or `FAIL`
    fn on_error(&mut self) -> Result<OnError> {
        for (word, on_error) in
            [("CONTINUE", OnError::Continue), ("BREAK", OnError::Break), ("FAIL", OnError::Fail)]
        {
            if self.eat_word(word) {
                return Ok(on_error);
            }
        }
        if self.at_word("RETRY") {
            return Err(self
                .unsupported("ON ERROR RETRY", self.token().span())
                .with_hint("A transaction that lost a race is run again anyway"));
        }
        Err(self.unexpected("CONTINUE, BREAK or FAIL"))
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
        let selects = matches!(self.keyword(), Some(Keyword::All | Keyword::Any))
            || ["SHORTEST", "WALK", "TRAIL", "ACYCLIC"].iter().any(|word| self.at_word(word));
        self.at(TokenKind::LeftParen)
            || selects
            || (self.nth_is_variable(0)
                && matches!(self.nth(1).kind, TokenKind::Equal | TokenKind::LeftParen))
    }
}
