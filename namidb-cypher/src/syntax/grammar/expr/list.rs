//! Lists and comprehensions. What a bracket opened is told by what follows the first element.

use super::OR;
use crate::syntax::ast::{
    CompareOp, Expr, ExprKind, ListComprehension, Name, PathPattern, PatternComprehension,
};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `[]`, `[expr {, expr}]`, `[variable IN list ..]` or `[[variable =] path .. | projection]`
    pub(super) fn list_or_comprehension(&mut self) -> Result<Expr> {
        self.nested(|p| {
            let start = p.start();
            p.expect(TokenKind::LeftBracket)?;
            let kind = if p.at(TokenKind::RightBracket) {
                ExprKind::List(Vec::new())
            } else if p.nth_is_variable(0) && p.nth_is_keyword(1, Keyword::In) {
                p.list_comprehension_or_elements()?
            } else {
                p.pattern_comprehension_or_elements()?
            };
            p.expect(TokenKind::RightBracket)?;
            Ok(Expr { kind, span: p.span_from(start) })
        })
    }

    /// `variable IN list [WHERE predicate] [| projection]`, or elements, whose first begins like that:
    /// `[x IN xs]` is a comprehension, `[x IN xs, y]` and `[x IN xs AND y]` are lists of conditions.
    fn list_comprehension_or_elements(&mut self) -> Result<ExprKind> {
        let start = self.start();
        let variable = self.variable()?;
        self.expect_keyword(Keyword::In)?;
        // What binds less than IN is never a list.
        let list = self.until_pipe(Self::operand_of_in)?;
        if !self.divides() && !self.at(TokenKind::RightBracket) {
            if self.operator().is_none() && !self.at(TokenKind::Comma) {
                return Err(self.unexpected("an operator, WHERE, '|', ',' or ']'"));
            }
            let item = Box::new(Expr { kind: ExprKind::Variable(variable.text), span: variable.span });
            let kind = ExprKind::In { item, list: Box::new(list) };
            self.stack_operator()?;
            let condition = Expr { kind, span: self.span_from(start) };
            let first = self.operators(OR, condition, start)?;
            return self.elements(first);
        }
        let predicate = self.until_pipe(Self::opt_where)?;
        let projection = if self.eat(TokenKind::Pipe) { Some(self.expr()?) } else { None };
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected(match projection {
                Some(_) => "an operator or ']'",
                None => "an operator, '|' or ']'",
            }));
        }
        let comprehension = ListComprehension { variable, list, predicate, projection };
        Ok(ExprKind::ListComprehension(Box::new(comprehension)))
    }

    /// `[variable =] path [WHERE predicate] | projection`, or elements.
    fn pattern_comprehension_or_elements(&mut self) -> Result<ExprKind> {
        let named = self.nth_is_variable(0) && self.nth_is(1, TokenKind::Equal);
        let first = self.expr()?;
        if !self.divides() {
            return self.elements(first);
        }
        let Some((variable, path)) = path_of(first, named) else {
            return Err(self.unexpected("an operator, ',' or ']'"));
        };
        let predicate = self.until_pipe(Self::opt_where)?;
        self.expect(TokenKind::Pipe)?;
        let projection = self.expr()?;
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected("an operator or ']'"));
        }
        let comprehension = PatternComprehension { variable, path, predicate, projection };
        Ok(ExprKind::PatternComprehension(Box::new(comprehension)))
    }

    /// The elements of a list, the first of which is taken.
    fn elements(&mut self, first: Expr) -> Result<ExprKind> {
        let mut elements = vec![first];
        while self.eat(TokenKind::Comma) {
            elements.push(self.expr()?);
        }
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected("an operator, ',' or ']'"));
        }
        Ok(ExprKind::List(elements))
    }

    /// Whether what follows belongs to a comprehension: a condition, or the bar before the projection.
    fn divides(&self) -> bool {
        self.at_keyword(Keyword::Where) || self.at(TokenKind::Pipe)
    }
}

/// The path that an expression is, without parentheses around it; with its name if it is a comparison of the two.
fn path_of(expr: Expr, named: bool) -> Option<(Option<Name>, PathPattern)> {
    let path = |expr: Expr| match expr.kind {
        ExprKind::Pattern(path) if path.span == expr.span => Some(*path),
        _ => None,
    };
    match expr.kind {
        ExprKind::Comparison { first, mut rest } if named => match (first.kind, rest.pop(), rest.pop()) {
            (ExprKind::Variable(text), Some((CompareOp::Equal, operand)), None) => {
                Some((Some(Name { text, span: first.span }), path(operand)?))
            }
            _ => None,
        },
        _ => Some((None, path(expr)?)),
    }
}
