//! Lists and comprehensions.

use crate::syntax::ast::{Expr, ExprKind, ListComprehension, PatternComprehension};
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
        let (mut comma, mut cases) = (false, 0_usize);
        // Whether what follows the END that closed a CASE could make it the name of a function: `end.of(`.
        let (mut ended, mut after_dot) = (false, false);
        // Behind a dot, and in labels, stand names.
        let mut names = false;
        let closed = self.after_brackets(0, |token| {
            let may_be_name = ended && (token.kind == TokenKind::Dot || after_dot);
            // A WHEN has commas of its own.
            ended = match token.keyword.filter(|_| !names) {
                Some(Keyword::Case) => {
                    cases += 1;
                    false
                }
                Some(Keyword::End) if cases > 0 => {
                    cases -= 1;
                    true
                }
                _ => {
                    cases += usize::from(ended && token.kind == TokenKind::LeftParen);
                    comma |= token.kind == TokenKind::Comma && cases == 0;
                    may_be_name
                }
            };
            after_dot = token.kind == TokenKind::Dot;
            names = match token.kind {
                TokenKind::Dot | TokenKind::Colon | TokenKind::Ampersand => true,
                TokenKind::Exclamation => names,
                _ => false,
            };
        });
        closed.is_none() || !comma
    }

    fn at_pattern_comprehension(&self) -> bool {
        let path = if self.nth_is_variable(1) && self.nth_is(2, TokenKind::Equal) { 3 } else { 1 };
        if !self.nth_is_path(path) {
            return false;
        }
        let (mut divided, mut before) = (false, TokenKind::LeftBracket);
        // Where the bar before ends.
        let mut bar = None;
        // A union of types, as in `x IS :: ANY<A | B>`, divides nothing.
        let (mut begins_type, mut opens_type, mut within_types) = (false, false, 0_usize);
        self.after_brackets(0, |token| {
            match token.kind {
                TokenKind::Less if opens_type || within_types > 0 => within_types += 1,
                TokenKind::Greater if within_types > 0 => within_types -= 1,
                // Two bars without a space between are an operator.
                TokenKind::Pipe if bar == Some(token.start) => bar = None,
                TokenKind::Pipe if within_types == 0 => bar = Some(token.end),
                _ => divided |= bar.is_some() || token.keyword == Some(Keyword::Where),
            }
            let text = self.text_of(token);
            opens_type = begins_type && ["ANY", "LIST", "ARRAY"].iter().any(|w| text.eq_ignore_ascii_case(w));
            let colons = token.kind == TokenKind::Colon && before == TokenKind::Colon;
            begins_type = colons || token.keyword == Some(Keyword::Typed);
            before = token.kind;
        });
        divided || bar.is_some()
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
