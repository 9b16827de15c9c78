//! SHOW.

use crate::syntax::ast::{Clause, CompareOp, Expr, ExprKind, Literal, OrderBy, Show, ShowKind, Yield};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;
use std::sync::Arc;

impl Parser<'_> {
    /// `SHOW [ALL] kind [YIELD .. [ORDER BY ..] [SKIP ..] [LIMIT ..]] [WHERE predicate] [RETURN ..]`
    pub(super) fn show(&mut self) -> Result<Show> {
        let start = self.start();
        self.expect_keyword(Keyword::Show)?;
        self.eat_keyword(Keyword::All);
        for column in ["default", "home"] {
            if self.at_word(column) && self.nth_is_keyword(1, Keyword::Database) {
                self.bump();
                self.bump();
                let kind = ExprKind::Variable(Arc::from(column));
                let predicate = Expr { kind, span: self.span_from(start) };
                return Ok(self.databases(predicate, start));
            }
        }
        let kind = match self.keyword() {
            Some(Keyword::Index | Keyword::Indexes) => ShowKind::Indexes,
            Some(Keyword::Constraint | Keyword::Constraints) => ShowKind::Constraints,
            Some(Keyword::Function | Keyword::Functions) => ShowKind::Functions,
            Some(Keyword::Procedure | Keyword::Procedures) => ShowKind::Procedures,
            Some(Keyword::Database | Keyword::Databases) => ShowKind::Databases,
            _ => {
                self.refuse_known_listing()?;
                return Err(self.unexpected("INDEXES, CONSTRAINTS, FUNCTIONS, PROCEDURES or DATABASES"));
            }
        };
        self.bump();
        let named =
            self.nth_is_name(0) && !self.at_keyword(Keyword::Yield) && !self.at_keyword(Keyword::Where);
        if kind == ShowKind::Databases && named {
            let name = self.name("the name of a database")?;
            let expr = |kind| Expr { kind, span: name.span };
            let column = Box::new(expr(ExprKind::Variable(Arc::from("name"))));
            let wanted = expr(ExprKind::Literal(Literal::String(Arc::clone(&name.text))));
            let equal = ExprKind::Comparison { first: column, rest: vec![(CompareOp::Equal, wanted)] };
            return Ok(self.databases(expr(equal), start));
        }
        let (yields, order_by) = self.opt_shown()?;
        let predicate = self.opt_where()?;
        let returns = if yields.is_some() && self.at_keyword(Keyword::Return) {
            Some(self.return_clause()?)
        } else {
            None
        };
        Ok(Show { kind, yields, order_by, predicate, returns, span: self.span_from(start) })
    }

    /// The databases for which something is true.
    fn databases(&self, predicate: Expr, start: u32) -> Show {
        let span = self.span_from(start);
        let (kind, predicate) = (ShowKind::Databases, Some(predicate));
        Show { kind, yields: None, order_by: None, predicate, returns: None, span }
    }

    /// `[YIELD (* | item {, item}) [ORDER BY ..] [SKIP ..] [LIMIT ..]]`
    fn opt_shown(&mut self) -> Result<(Option<Yield>, Option<OrderBy>)> {
        let Some(yields) = self.opt_yield_items()? else { return Ok((None, None)) };
        let ordered =
            matches!(self.keyword(), Some(Keyword::Order | Keyword::Skip | Keyword::Offset | Keyword::Limit));
        let order_by = match ordered {
            true => match self.order_by_clause()? {
                Clause::OrderBy(order_by) => Some(order_by),
                _ => None,
            },
            false => None,
        };
        Ok((Some(yields), order_by))
    }

    /// The error for what Neo4j lists, and we do not.
    fn refuse_known_listing(&self) -> Result<()> {
        const KNOWN: [(&str, &str); 9] = [
            ("TRANSACTION", "A transaction belongs to the handle that began it, and nobody else sees it"),
            ("TRANSACTIONS", "A transaction belongs to the handle that began it, and nobody else sees it"),
            ("SETTING", "What a database was opened with stands in its URI and its options"),
            ("SETTINGS", "What a database was opened with stands in its URI and its options"),
            ("USER", "There are no users: whoever can open the bucket is one"),
            ("USERS", "There are no users: whoever can open the bucket is one"),
            ("CURRENT", "There are no users: whoever can open the bucket is one"),
            ("ROLES", "There are no users: whoever can open the bucket is one"),
            ("PRIVILEGES", "There are no users: whoever can open the bucket is one"),
        ];
        match KNOWN.iter().find(|(word, _)| self.at_word(word)) {
            None => Ok(()),
            Some((word, hint)) => {
                Err(self.unsupported(format!("SHOW {word}"), self.token().span()).with_hint(*hint))
            }
        }
    }
}
