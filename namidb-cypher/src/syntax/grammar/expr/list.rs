//! Lists and comprehensions.

use crate::syntax::ast::{Expr, ExprKind, ListComprehension, PatternComprehension};
use crate::syntax::grammar::pattern::divides_comprehension;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `[expr {, expr}]`, `[variable IN list ..]` or `[path | projection]`
    pub(super) fn list_or_comprehension(&mut self) -> Result<Expr> {
        if self.at_list_comprehension() {
            self.nested(Self::list_comprehension)
        } else if self.at_pattern_comprehension() {
            self.nested(Self::pattern_comprehension)
        } else {
            self.nested(Self::list)
        }
    }

    /// `[x IN xs, ..]` is a list of conditions; without a comma, `[x IN xs]` is a comprehension.
    fn at_list_comprehension(&self) -> bool {
        if !self.nth_is_variable(1) || !self.nth_is_keyword(2, Keyword::In) {
            return false;
        }
        let (mut comma, mut cases, mut before) = (false, 0_usize, TokenKind::LeftBracket);
        // Whether what follows the END that closed a CASE could make it the name of a function: `end.of(`.
        let mut ended = false;
        let closed = self.after_brackets(0, |token| {
            let may_be_name = ended && (token.kind == TokenKind::Dot || before == TokenKind::Dot);
            // A WHEN has commas of its own; after a dot stand names.
            match token.keyword.filter(|_| before != TokenKind::Dot) {
                Some(Keyword::Case) => cases += 1,
                Some(Keyword::End) if cases > 0 => {
                    cases -= 1;
                    ended = true;
                    before = token.kind;
                    return;
                }
                _ if ended && token.kind == TokenKind::LeftParen => cases += 1,
                _ => comma |= token.kind == TokenKind::Comma && cases == 0,
            }
            ended = may_be_name;
            before = token.kind;
        });
        closed.is_none() || !comma
    }

    fn at_pattern_comprehension(&self) -> bool {
        let path = if self.nth_is_variable(1) && self.nth_is(2, TokenKind::Equal) { 3 } else { 1 };
        if !self.nth_is_path(path) {
            return false;
        }
        let mut divided = false;
        self.after_brackets(0, |token| divided |= divides_comprehension(token));
        divided
    }

    fn list(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect(TokenKind::LeftBracket)?;
        let elements =
            if self.at(TokenKind::RightBracket) { Vec::new() } else { self.comma_separated(Self::expr)? };
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected("an operator, ',' or ']'"));
        }
        self.bump();
        Ok(Expr { kind: ExprKind::List(elements), span: self.span_from(start) })
    }

    /// `[variable IN list [WHERE predicate] [| projection]]`
    fn list_comprehension(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect(TokenKind::LeftBracket)?;
        let variable = self.variable()?;
        self.expect_keyword(Keyword::In)?;
        let list = self.until_pipe(Self::expr)?;
        let predicate = self.until_pipe(Self::opt_where)?;
        let projection = if self.eat(TokenKind::Pipe) { Some(self.expr()?) } else { None };
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected(match (&predicate, &projection) {
                (_, Some(_)) => "an operator or ']'",
                (Some(_), None) => "an operator, '|' or ']'",
                (None, None) => "an operator, WHERE, '|' or ']'",
            }));
        }
        self.bump();
        let comprehension = ListComprehension { variable, list, predicate, projection };
        let kind = ExprKind::ListComprehension(Box::new(comprehension));
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// `[[variable =] path [WHERE predicate] | projection]`
    fn pattern_comprehension(&mut self) -> Result<Expr> {
        let start = self.start();
        self.expect(TokenKind::LeftBracket)?;
        let variable = if self.nth_is_variable(0) {
            let variable = self.variable()?;
            self.expect(TokenKind::Equal)?;
            Some(variable)
        } else {
            None
        };
        let path = self.path()?;
        let predicate = self.until_pipe(Self::opt_where)?;
        self.expect(TokenKind::Pipe)?;
        let projection = self.expr()?;
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected("an operator or ']'"));
        }
        self.bump();
        let comprehension = PatternComprehension { variable, path, predicate, projection };
        let kind = ExprKind::PatternComprehension(Box::new(comprehension));
        Ok(Expr { kind, span: self.span_from(start) })
    }
}
