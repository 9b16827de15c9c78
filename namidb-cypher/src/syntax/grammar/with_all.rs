//! LET, FILTER, and ORDER BY, SKIP and LIMIT as clauses of their own.

use crate::syntax::ast::{Clause, Expr, Filter, Let, Name, OrderBy, SortItem};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `LET variable = expr {, variable = expr}`
    #[inline(never)]
    pub(super) fn let_clause(&mut self) -> Result<Clause> {
        let start = self.start();
        self.bump();
        let items = self.comma_separated(Self::let_item)?;
        Ok(Clause::Let(Let { items, span: self.span_from(start) }))
    }

    fn let_item(&mut self) -> Result<(Name, Expr)> {
        let name = self.variable()?;
        self.expect(TokenKind::Equal)?;
        Ok((name, self.expr()?))
    }

    /// `FILTER [WHERE] predicate`
    #[inline(never)]
    pub(super) fn filter_clause(&mut self) -> Result<Clause> {
        let start = self.start();
        self.bump();
        self.eat_keyword(Keyword::Where);
        let predicate = self.expr()?;
        Ok(Clause::Filter(Filter { predicate, span: self.span_from(start) }))
    }

    /// `[ORDER BY ..] [SKIP ..] [LIMIT ..]`, of which the first is at the cursor
    #[inline(never)]
    pub(super) fn order_by_clause(&mut self) -> Result<Clause> {
        let start = self.start();
        let (items, skip, limit) = self.order_skip_limit()?;
        Ok(Clause::OrderBy(OrderBy { items, skip, limit, span: self.span_from(start) }))
    }

    /// `[ORDER BY item {, item}] [(SKIP | OFFSET) expr] [LIMIT expr]`
    pub(super) fn order_skip_limit(&mut self) -> Result<(Vec<SortItem>, Option<Expr>, Option<Expr>)> {
        let order_by = if self.at_keyword(Keyword::Order) {
            self.bump();
            self.expect_keyword(Keyword::By)?;
            self.comma_separated(Self::sort_item)?
        } else {
            Vec::new()
        };
        let skip = if self.eat_keyword(Keyword::Skip) || self.eat_keyword(Keyword::Offset) {
            Some(self.expr()?)
        } else {
            None
        };
        let limit = if self.eat_keyword(Keyword::Limit) { Some(self.expr()?) } else { None };
        Ok((order_by, skip, limit))
    }
}
