//! Paths: nodes and relationships by turns, paths that are repeated among them, and which paths count.

use super::pattern::PATTERN_STEPS_MAX;
use crate::syntax::ast::{
    NodePattern, PathMode, PathPattern, PatternDirection, PatternStep, RelationshipPattern, Selector,
};
use crate::syntax::lexer::too_complex;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};
use crate::syntax::value;

impl Parser<'_> {
    /// `node {relationship node}`, in any number of parentheses, with paths that are repeated among its relationships
    pub(super) fn path(&mut self) -> Result<PathPattern> {
        let start = self.start();
        let mut path = if self.at_inner_path() {
            let (path, goes_on) = self.leading_path(start)?;
            if !goes_on {
                return Ok(path);
            }
            path
        } else {
            let first = self.node_pattern()?;
            PathPattern { start: first, steps: Vec::new(), predicate: None, span: self.span_from(start) }
        };
        while self.opt_step(&mut path.steps)? {}
        path.span = self.span_from(start);
        Ok(path)
    }

    /// What a path begins with that begins with a parenthesis too many: a path that is repeated, after which it goes on, or
    /// the whole. This and what follows are functions of their own for the sake of the stack: paths nest.
    #[inline(never)]
    fn leading_path(&mut self, start: u32) -> Result<(PathPattern, bool)> {
        let inner = self.inner_path()?;
        match self.repetition(inner, start)? {
            Ok(relationship) => {
                let first = self.nameless_node();
                let steps = vec![PatternStep { relationship, node: self.node_after_repetition()? }];
                let span = self.span_from(start);
                Ok((PathPattern { start: first, steps, predicate: None, span }, true))
            }
            Err(mut whole) => {
                whole.span = self.span_from(start);
                if self.at_relationship() {
                    let message = "a path in parentheses among others says how often it repeats";
                    return Err(self.syntax_error("UnexpectedSyntax", message, whole.span).with_hint(
                        "Write a quantifier behind it, such as {1,3}, + or *, or leave the parentheses out",
                    ));
                }
                Ok((whole, false))
            }
        }
    }

    /// `relationship node`, or `repeated path [node]`, if there is more of the path.
    #[inline(never)]
    fn opt_step(&mut self, steps: &mut Vec<PatternStep>) -> Result<bool> {
        let repeats = self.at_inner_path();
        if !repeats && !self.at_relationship() {
            return Ok(false);
        }
        if steps.len() == PATTERN_STEPS_MAX {
            let message = format!("the path has more than {PATTERN_STEPS_MAX} relationships");
            return Err(too_complex(message)
                .with_span(self.token().span())
                .with_hint("Write it as several paths that share a node"));
        }
        steps.push(if repeats {
            self.repeated_step()?
        } else {
            PatternStep { relationship: self.relationship_pattern()?, node: self.node_pattern()? }
        });
        Ok(true)
    }

    #[inline(never)]
    fn repeated_step(&mut self) -> Result<PatternStep> {
        let start = self.start();
        let inner = self.inner_path()?;
        let Ok(relationship) = self.repetition(inner, start)? else {
            return Err(self.unexpected("a quantifier, such as {1,3}, + or *"));
        };
        Ok(PatternStep { relationship, node: self.node_after_repetition()? })
    }

    fn at_inner_path(&self) -> bool {
        self.at(TokenKind::LeftParen) && self.nth_is(1, TokenKind::LeftParen)
    }

    /// `(path [WHERE predicate])`
    fn inner_path(&mut self) -> Result<PathPattern> {
        self.nested(|p| {
            p.expect(TokenKind::LeftParen)?;
            let mut path = p.path()?;
            if p.at_keyword(Keyword::Where) {
                if path.predicate.is_some() {
                    return Err(p.unexpected("')'"));
                }
                path.predicate = p.opt_inner_where()?;
            }
            p.expect(TokenKind::RightParen)?;
            Ok(path)
        })
    }

    /// A path with the quantifier behind it in the place of a relationship; the path itself without one.
    fn repetition(
        &mut self,
        path: PathPattern,
        start: u32,
    ) -> Result<std::result::Result<RelationshipPattern, PathPattern>> {
        let Some(length) = self.opt_quantifier()? else { return Ok(Err(path)) };
        if path.steps.is_empty() {
            let message = "a path that is repeated has a relationship";
            return Err(self.syntax_error("InvalidRelationshipPattern", message, path.span));
        }
        Ok(Ok(RelationshipPattern {
            direction: PatternDirection::Both,
            variable: None,
            types: None,
            length: Some(length),
            properties: None,
            predicate: None,
            repeated: Some(Box::new(path)),
            span: self.span_from(start),
        }))
    }

    /// The node that is written behind a repeated path, or one without anything.
    fn node_after_repetition(&mut self) -> Result<NodePattern> {
        if self.at(TokenKind::LeftParen) && !self.nth_is(1, TokenKind::LeftParen) {
            return self.node_pattern();
        }
        if self.at_relationship() {
            return Err(self
                .unexpected("a node, such as (n)")
                .with_hint("Between a repeated path and a relationship stands a node"));
        }
        Ok(self.nameless_node())
    }

    fn nameless_node(&self) -> NodePattern {
        let span = self.span_from(self.start());
        NodePattern { variable: None, labels: None, properties: None, predicate: None, span }
    }

    /// `[ALL | ANY [n] | ANY SHORTEST | ALL SHORTEST | SHORTEST [n]] [WALK | TRAIL | ACYCLIC] [PATH[S]] [GROUP[S]]`
    pub(super) fn path_prefix(&mut self) -> Result<(Selector, PathMode)> {
        if self.at(TokenKind::LeftParen) {
            return Ok((Selector::All, PathMode::Unspecified));
        }
        let mut selector = Selector::All;
        let mut shortest = false;
        let all = self.eat_keyword(Keyword::All);
        let any = !all && self.eat_keyword(Keyword::Any);
        if self.eat_word("SHORTEST") {
            shortest = true;
            selector = if all { Selector::ShortestGroups(1) } else { Selector::ShortestPaths(1) };
        } else if any {
            selector = Selector::Any(1);
        }
        if !all && (any != shortest) && self.at(TokenKind::Integer) {
            let token = self.bump();
            let count = value::integer(self.text_of(token), false, token.span())?.unsigned_abs();
            if count == 0 {
                let message = "the number of paths is at least 1";
                return Err(self.syntax_error("NumberOutOfRange", message, token.span()));
            }
            selector = if shortest { Selector::ShortestPaths(count) } else { Selector::Any(count) };
        } else if (any || shortest) && self.at(TokenKind::Parameter) {
            return Err(self.unsupported("a parameter for the number of paths", self.token().span()));
        }
        let mode = if self.eat_word("WALK") {
            PathMode::Walk
        } else if self.eat_word("TRAIL") {
            PathMode::Trail
        } else if self.eat_word("ACYCLIC") {
            PathMode::Acyclic
        } else {
            PathMode::Unspecified
        };
        let _ = self.eat_word("PATH") || self.eat_word("PATHS");
        if let Selector::ShortestPaths(count) = selector
            && !any
            && (self.eat_word("GROUP") || self.eat_word("GROUPS"))
        {
            selector = Selector::ShortestGroups(count);
        }
        if !self.at(TokenKind::LeftParen) {
            return Err(self.unexpected("a node, such as (n)"));
        }
        Ok((selector, mode))
    }
}
