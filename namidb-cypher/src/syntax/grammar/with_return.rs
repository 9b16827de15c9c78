//! WITH and RETURN.

use crate::syntax::ast::{Expr, Projection, ProjectionItem, Return, SortItem, With};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `WITH projection [WHERE predicate]`
    pub(super) fn with_clause(&mut self) -> Result<With> {
        let start = self.start();
        self.expect_keyword(Keyword::With)?;
        let projection = self.projection()?;
        let predicate = self.opt_where()?;
        Ok(With { projection, predicate, span: self.span_from(start) })
    }

    /// `RETURN projection`
    pub(super) fn return_clause(&mut self) -> Result<Return> {
        let start = self.start();
        self.expect_keyword(Keyword::Return)?;
        let projection = self.projection()?;
        Ok(Return { projection, span: self.span_from(start) })
    }

    /// `[DISTINCT] (* | item) {, item} [ORDER BY ..] [SKIP ..] [LIMIT ..]`
    fn projection(&mut self) -> Result<Projection> {
        let start = self.start();
        let distinct = self.eat_keyword(Keyword::Distinct);
        let star = self.eat(TokenKind::Star);
        let mut items = Vec::new();
        if !star {
            items.push(self.projection_item()?);
        }
        while self.eat(TokenKind::Comma) {
            items.push(self.projection_item()?);
        }
        let (order_by, skip, limit) = self.order_skip_limit()?;
        Ok(Projection { distinct, star, items, order_by, skip, limit, span: self.span_from(start) })
    }

    /// `expr [AS alias]`
    fn projection_item(&mut self) -> Result<ProjectionItem> {
        let start = self.start();
        let expr: Expr = self.expr()?;
        let alias = if self.eat_keyword(Keyword::As) { Some(self.variable()?) } else { None };
        Ok(ProjectionItem { expr, alias, span: self.span_from(start) })
    }

    /// `expr [ASC | ASCENDING | DESC | DESCENDING]`
    pub(super) fn sort_item(&mut self) -> Result<SortItem> {
        let start = self.start();
        let expr = self.expr()?;
        let descending = match self.keyword() {
            Some(Keyword::Desc | Keyword::Descending) => {
                self.bump();
                true
            }
            Some(Keyword::Asc | Keyword::Ascending) => {
                self.bump();
                false
            }
            _ => false,
        };
        Ok(SortItem { expr, descending, span: self.span_from(start) })
    }
}
