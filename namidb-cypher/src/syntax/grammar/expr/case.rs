//! CASE.

use super::{COMPARISON, PREDICATE};
use crate::syntax::ast::{CaseBranch, CaseExpr, Expr, ExprKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::span::Span;
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `CASE [operand] WHEN when {, when} THEN expr {WHEN ..} [ELSE expr] END`
    pub(super) fn case(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect_keyword(Keyword::Case)?;
        let operand = if self.at_keyword(Keyword::When) { None } else { Some(self.expr()?) };
        let mut branches = Vec::new();
        while self.eat_keyword(Keyword::When) {
            branches.push(self.case_branch(operand.is_some())?);
        }
        if branches.is_empty() {
            return Err(self.unexpected("WHEN"));
        }
        let otherwise = if self.eat_keyword(Keyword::Else) { Some(self.expr()?) } else { None };
        if !self.at_keyword(Keyword::End) {
            return Err(self.unexpected(if otherwise.is_some() { "END" } else { "WHEN, ELSE or END" }));
        }
        self.bump();
        let case = CaseExpr { operand, branches, otherwise };
        Ok(Expr { kind: ExprKind::Case(Box::new(case)), span: self.span_from(start) })
    }

    /// `when {, when} THEN expr`, several only about an operand
    #[inline(never)]
    fn case_branch(&mut self, about_operand: bool) -> Result<CaseBranch> {
        let mut when = Vec::new();
        loop {
            when.push(if about_operand { self.case_when()? } else { self.expr()? });
            if !about_operand || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect_keyword(Keyword::Then)?;
        Ok(CaseBranch { when, then: self.expr()? })
    }

    /// `expr`, or an operator and its right side: `> 5`, `IS NULL`, `STARTS WITH 'a'`
    #[inline(never)]
    fn case_when(&mut self) -> Result<Expr> {
        let operator = self.operator().filter(|o| (COMPARISON..=PREDICATE).contains(&o.precedence()));
        let Some(operator) = operator else { return self.expr() };
        self.measured(|p| {
            let start = p.start();
            let hole = Expr { kind: ExprKind::CaseOperand, span: Span { start, end: start } };
            p.infix(hole, operator, start)
        })
    }
}
