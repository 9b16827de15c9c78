//! CASE.

use super::bound::{CompareOp, Expr, ExprKind, VarId};
use super::errors::semantic;
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::syntax::ast;
use crate::syntax::span::Span;
use std::sync::Arc;

impl Binder<'_> {
    #[inline(never)]
    pub(super) fn case(&mut self, case: &ast::CaseExpr) -> Result<(ExprKind, Type), Error> {
        // What is asked of the operand more than once, or is more than whether it equals a value, reads it by a name.
        let asks = |branch: &ast::CaseBranch| {
            branch.when.len() > 1 || branch.when.iter().any(ast::Expr::asks_case_operand)
        };
        match &case.operand {
            Some(operand) if case.branches.iter().any(asks) => self.case_of(operand, case),
            Some(operand) => {
                let operand = Some(Box::new(self.expr(operand)?.expr));
                self.branches(case, operand, |b, when| Ok(b.expr(when)?.expr))
            }
            None => self.branches(case, None, |b, when| b.predicate(when)),
        }
    }

    /// Conditions on a value that has a name.
    #[inline(never)]
    fn case_of(&mut self, operand: &ast::Expr, case: &ast::CaseExpr) -> Result<(ExprKind, Type), Error> {
        let value = self.expr(operand)?;
        let held = self.value_variable(&Arc::from("  "), value.kind);
        let span = value.expr.span;
        let (body, of) = self.branches(case, None, |b, when| b.case_test(held, when, span))?;
        let body = Box::new(Expr { kind: body, span });
        Ok((ExprKind::Let { variable: held, value: Box::new(value.expr), body }, of))
    }

    fn case_test(&mut self, held: VarId, when: &ast::Expr, span: Span) -> Result<Expr, Error> {
        if when.asks_case_operand() {
            let outer = self.case_operand.replace(held);
            let test = self.predicate(when);
            self.case_operand = outer;
            return test;
        }
        let (left, right) = (Box::new(variable(held, span)), Box::new(self.expr(when)?.expr));
        Ok(Expr { kind: ExprKind::Compare { op: CompareOp::Equal, left, right }, span: when.span })
    }

    /// The left side of an operator that has none of its own.
    pub(super) fn case_operand(&mut self, span: Span) -> Result<(ExprKind, Type), Error> {
        match self.case_operand {
            Some(held) => Ok((ExprKind::Variable(held), self.type_of(held))),
            None => Err(semantic("UnexpectedSyntax", span, "an operator has something on its left")),
        }
    }

    fn branches(
        &mut self,
        case: &ast::CaseExpr,
        operand: Option<Box<Expr>>,
        mut test: impl FnMut(&mut Self, &ast::Expr) -> Result<Expr, Error>,
    ) -> Result<(ExprKind, Type), Error> {
        let mut of = Type::NULL;
        let mut branches = Vec::with_capacity(case.branches.len());
        for branch in &case.branches {
            let mut tests = Vec::with_capacity(branch.when.len());
            for when in &branch.when {
                tests.push(test(self, when)?);
            }
            let Some(last) = tests.pop() else { continue };
            let when = match tests.is_empty() {
                true => last,
                false => {
                    let span = last.span;
                    tests.push(last);
                    Expr { kind: ExprKind::Or(tests), span }
                }
            };
            let then = self.expr(&branch.then)?;
            of = of.union(then.kind);
            branches.push((when, then.expr));
        }
        let otherwise = match &case.otherwise {
            Some(otherwise) => {
                let otherwise = self.expr(otherwise)?;
                of = of.union(otherwise.kind);
                Some(Box::new(otherwise.expr))
            }
            None => None,
        };
        Ok((ExprKind::Case { operand, branches, otherwise }, of))
    }
}
