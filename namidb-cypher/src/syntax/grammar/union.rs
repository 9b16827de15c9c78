//! Queries: clauses in a row, and UNION of such rows.

use crate::syntax::ast::{CallProcedure, CallSubquery, Clause, Query, SingleQuery, Union};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

/// Where a query stands, which says how it may end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryPlace {
    /// A statement, or the braces of CALL: it returns or writes.
    Statement,
    /// The braces of EXISTS and COUNT: any end will do.
    Predicate,
    /// The braces of COLLECT: it returns.
    Collect,
}

impl Parser<'_> {
    /// `single_query {UNION [ALL] single_query}`, as a statement.
    pub(super) fn query(&mut self) -> Result<Query> {
        self.query_at(QueryPlace::Statement)
    }

    /// `single_query {UNION [ALL] single_query}`.
    pub(super) fn query_at(&mut self, place: QueryPlace) -> Result<Query> {
        let start = self.start();
        let first = self.single_query(place)?;
        let mut unions: Vec<Union> = Vec::new();
        while self.at_keyword(Keyword::Union) {
            let start = self.start();
            self.bump();
            let all = self.eat_keyword(Keyword::All);
            let keyword = self.span_from(start);
            if !all {
                self.eat_keyword(Keyword::Distinct);
            }
            if unions.first().is_some_and(|union| union.all != all) {
                let message = "UNION and UNION ALL cannot stand in one query";
                return Err(self.syntax_error("InvalidClauseComposition", message, keyword));
            }
            let query = self.single_query(place)?;
            unions.push(Union { all, query, span: self.span_from(start) });
        }
        Ok(Query { first, unions, span: self.span_from(start) })
    }

    fn single_query(&mut self, place: QueryPlace) -> Result<SingleQuery> {
        let start = self.start();
        let mut clauses: Vec<Clause> = Vec::new();
        loop {
            // The order is judged when the next clause is read, so that of two errors the first is told.
            let Some(clause) = self.opt_clause()? else { break };
            if let Some(before) = clauses.last() {
                self.check_follows(before, &clause)?;
            }
            clauses.push(clause);
        }
        let Some(last) = clauses.last() else {
            return Err(self.unexpected("a clause such as MATCH, CREATE or RETURN"));
        };
        // Something else than an end is the error to tell: most often a misspelt clause.
        let ended = matches!(self.kind(), TokenKind::End | TokenKind::Semicolon | TokenKind::RightBrace)
            || self.at_keyword(Keyword::Union);
        if !ended {
            return Err(self.unexpected("a clause or the end of the query"));
        }
        self.check_last(last, clauses.len(), place)?;
        if clauses.len() > 1 {
            for clause in &clauses {
                if let Clause::CallProcedure(call) = clause {
                    self.check_call_in_query(call)?;
                }
            }
        }
        Ok(SingleQuery { clauses, span: self.span_from(start) })
    }

    fn check_follows(&self, before: &Clause, clause: &Clause) -> Result<()> {
        let (keyword, before_keyword) = (clause.keyword(), before.keyword());
        match (before, clause) {
            (Clause::Return(_), Clause::OrderBy(_)) => {
                let message = format!("{keyword} is too late here");
                Err(self
                    .syntax_error("UnexpectedSyntax", message, clause.span())
                    .with_hint("After RETURN stand ORDER BY, SKIP and LIMIT, in this order"))
            }
            (Clause::Return(_), _) => {
                let message = format!("{keyword} cannot follow RETURN");
                Err(self
                    .syntax_error("UnexpectedSyntax", message, clause.span())
                    .with_hint("To go on with the rows of a query, use WITH instead of RETURN"))
            }
            (Clause::Finish(_), _) => {
                let message = format!("{keyword} cannot follow FINISH");
                Err(self.syntax_error("UnexpectedSyntax", message, clause.span()))
            }
            // What is short for a WITH may follow what a WITH may.
            (
                _,
                Clause::With(_) | Clause::Return(_) | Clause::Let(_) | Clause::Filter(_) | Clause::OrderBy(_),
            ) => Ok(()),
            (_, Clause::Finish(_)) => Ok(()),
            _ if before.is_updating() && !clause.is_updating() => {
                let message = format!("{keyword} cannot directly follow {before_keyword}");
                Err(self
                    .syntax_error("InvalidClauseComposition", message, clause.span())
                    .with_hint(format!("Put a WITH between {before_keyword} and {keyword}")))
            }
            _ => Ok(()),
        }
    }

    fn check_last(&self, last: &Clause, clauses: usize, place: QueryPlace) -> Result<()> {
        let ends = match (place, last) {
            (QueryPlace::Predicate, Clause::Finish(_)) => false,
            (_, Clause::Return(_)) | (QueryPlace::Predicate, _) => true,
            (QueryPlace::Collect, _) => false,
            (QueryPlace::Statement, Clause::Finish(_)) => true,
            (QueryPlace::Statement, Clause::CallProcedure(CallProcedure { yields, .. })) => {
                yields.is_none() || clauses == 1
            }
            (QueryPlace::Statement, Clause::CallSubquery(CallSubquery { query, .. })) => {
                !matches!(query.first.clauses.last(), Some(Clause::Return(_)))
            }
            (QueryPlace::Statement, last) => last.is_updating(),
        };
        if ends {
            return Ok(());
        }
        let message = format!("a query cannot end with {}", last.keyword());
        Err(self
            .syntax_error("InvalidClauseComposition", message, last.span())
            .with_hint("End it with RETURN, or with a clause that writes"))
    }

    /// What a call may leave out, it may only where it is the whole query.
    fn check_call_in_query(&self, call: &CallProcedure) -> Result<()> {
        if call.arguments.is_none() {
            let message = format!("the call of {} needs its arguments in parentheses", call.name.text);
            return Err(self
                .syntax_error("InvalidArgumentPassingMode", message, call.name.span)
                .with_hint("Only a CALL that is the whole query takes them from the parameters"));
        }
        match &call.yields {
            Some(yields) if yields.star => {
                let message = "YIELD * is only possible where CALL is the whole query";
                Err(self
                    .syntax_error("UnexpectedSyntax", message, yields.span)
                    .with_hint("Name the results that are wanted"))
            }
            _ => Ok(()),
        }
    }
}
