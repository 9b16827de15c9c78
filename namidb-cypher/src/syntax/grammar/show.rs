//! SHOW.

use super::NO_USERS;
use super::schema::index_type;
use crate::syntax::ast::{
    Clause, CompareOp, Expr, ExprKind, Literal, OrderBy, Show, ShowKind, ShowOnly, ShownConstraint, Yield,
};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;
use std::sync::Arc;

impl Parser<'_> {
    /// `SHOW [ALL | only] kind [EXECUTABLE [BY CURRENT USER]] [YIELD .. [ORDER BY ..] [SKIP ..] [LIMIT ..]] [WHERE predicate] [RETURN ..]`
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
        let only = self.opt_show_only()?;
        let kind = match self.keyword() {
            Some(Keyword::Index | Keyword::Indexes) => ShowKind::Indexes,
            Some(Keyword::Constraint | Keyword::Constraints) => ShowKind::Constraints,
            Some(Keyword::Function | Keyword::Functions) => ShowKind::Functions,
            Some(Keyword::Procedure | Keyword::Procedures) => ShowKind::Procedures,
            Some(Keyword::Database | Keyword::Databases) => ShowKind::Databases,
            _ if only.is_some() => return Err(self.unexpected("INDEXES, CONSTRAINTS or FUNCTIONS")),
            _ => {
                self.refuse_known_listing()?;
                return Err(self.unexpected("INDEXES, CONSTRAINTS, FUNCTIONS, PROCEDURES or DATABASES"));
            }
        };
        let fits = match only {
            None => true,
            Some(ShowOnly::Index(_)) => kind == ShowKind::Indexes,
            Some(ShowOnly::Constraint { .. }) => kind == ShowKind::Constraints,
            Some(ShowOnly::Function { .. }) => kind == ShowKind::Functions,
        };
        if !fits {
            return Err(self.unexpected("what has such a kind"));
        }
        self.bump();
        if matches!(kind, ShowKind::Functions | ShowKind::Procedures) {
            self.opt_executable()?;
        }
        if kind != ShowKind::Databases && (self.at_word("BRIEF") || self.at_word("VERBOSE")) {
            let error = self.unsupported("SHOW .. BRIEF and VERBOSE", self.token().span());
            return Err(error.with_hint("Name the columns after YIELD, or write YIELD *"));
        }
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
        Ok(Show { kind, only, yields, order_by, predicate, returns, span: self.span_from(start) })
    }

    /// `RANGE` and the like before INDEXES; `[NODE | RELATIONSHIP] (UNIQUE | KEY | [PROPERTY] EXISTENCE | PROPERTY TYPE)`
    /// before CONSTRAINTS; `BUILT IN` or `USER DEFINED` before FUNCTIONS
    fn opt_show_only(&mut self) -> Result<Option<ShowOnly>> {
        for (first, second, built_in) in [("BUILT", "IN", true), ("USER", "DEFINED", false)] {
            if self.at_word(first) && self.nth_is_word(1, second) {
                self.bump();
                self.bump();
                return Ok(Some(ShowOnly::Function { built_in }));
            }
        }
        if let Some(index) = index_type(self.keyword()) {
            self.bump();
            return Ok(Some(ShowOnly::Index(index)));
        }
        let relationship = if self.eat_keyword(Keyword::Node) {
            Some(false)
        } else if self.eat_keyword(Keyword::Relationship) || self.eat_word("REL") {
            Some(true)
        } else {
            None
        };
        let property = self.eat_word("PROPERTY");
        let of = if self.eat_keyword(Keyword::Unique) || self.eat_word("UNIQUENESS") {
            ShownConstraint::Unique
        } else if self.eat_keyword(Keyword::Key) {
            ShownConstraint::Key
        } else if self.eat_word("EXIST") || self.eat_word("EXISTENCE") || self.eat_keyword(Keyword::Exists) {
            ShownConstraint::Existence
        } else if property && self.eat_word("TYPE") {
            ShownConstraint::Type
        } else if property || relationship.is_some() {
            return Err(self.unexpected("UNIQUE, KEY, EXISTENCE or PROPERTY TYPE"));
        } else {
            return Ok(None);
        };
        Ok(Some(ShowOnly::Constraint { of, relationship }))
    }

    /// `[EXECUTABLE [BY CURRENT USER]]`, which everything is
    fn opt_executable(&mut self) -> Result<()> {
        if !self.eat_word("EXECUTABLE") || !self.at_keyword(Keyword::By) {
            return Ok(());
        }
        if !(self.nth_is_word(1, "CURRENT") && self.nth_is_word(2, "USER")) {
            let error = self.unsupported("EXECUTABLE BY a user", self.token().span());
            return Err(error.with_hint(NO_USERS));
        }
        for _ in 0..3 {
            self.bump();
        }
        Ok(())
    }

    /// The databases for which something is true.
    fn databases(&self, predicate: Expr, start: u32) -> Show {
        let span = self.span_from(start);
        let (kind, predicate) = (ShowKind::Databases, Some(predicate));
        Show { kind, only: None, yields: None, order_by: None, predicate, returns: None, span }
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
        const TRANSACTIONS: &str =
            "A transaction belongs to the handle that began it, and nobody else sees it";
        const SETTINGS: &str = "What a database was opened with stands in its URI and its options";
        const SERVERS: &str = "There are none: a process opens its database itself, by its URI";
        const KNOWN: [(&[&str], &str); 4] = [
            (&["TRANSACTION", "TRANSACTIONS"], TRANSACTIONS),
            (&["SETTING", "SETTINGS"], SETTINGS),
            (
                &[
                    "USER",
                    "USERS",
                    "CURRENT",
                    "ROLE",
                    "ROLES",
                    "PRIVILEGE",
                    "PRIVILEGES",
                    "POPULATED",
                    "SUPPORTED",
                ],
                NO_USERS,
            ),
            (&["SERVER", "SERVERS", "ALIAS", "ALIASES"], SERVERS),
        ];
        match KNOWN.iter().find(|(words, _)| words.iter().any(|word| self.at_word(word))) {
            None => Ok(()),
            Some((_, hint)) => {
                let word = self.text_of(self.token()).to_uppercase();
                Err(self.unsupported(format!("SHOW {word}"), self.token().span()).with_hint(*hint))
            }
        }
    }
}
