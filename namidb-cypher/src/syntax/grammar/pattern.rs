//! Patterns: nodes, relationships, paths, and what their labels and types must be.

use crate::syntax::ast::{
    Expr, LabelExpr, LabelExprKind, Name, NodePattern, PathLength, PathMode, PatternDirection, PatternPart,
    RelationshipPattern, Selector,
};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};
use crate::syntax::value;

/// The most relationships of one path: a plan has an operator for each, on top of each other.
pub(super) const PATTERN_STEPS_MAX: usize = 1_000;

/// Where a condition on labels stands, which says what a colon between names means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelPlace {
    /// In a node pattern: `A:B` asks for both.
    Node,
    /// In an expression: as in a node pattern, but the expression may end at a `|`.
    Expression,
    /// In a relationship pattern: `A|:B` is `A|B`.
    Relationship,
}

impl Parser<'_> {
    /// `part {, part}`
    pub(super) fn pattern(&mut self) -> Result<Vec<PatternPart>> {
        self.comma_separated(Self::pattern_part)
    }

    /// `[variable =] (path | shortestPath(path) | allShortestPaths(path))`
    pub(super) fn pattern_part(&mut self) -> Result<PatternPart> {
        let start = self.start();
        let variable = if self.nth_is_variable(0) && self.nth_is(1, TokenKind::Equal) {
            let variable = self.variable()?;
            self.bump();
            Some(variable)
        } else {
            None
        };
        let mut part = match self.opt_shortest_path()? {
            Some(part) => part,
            None => {
                let (selector, mode) = self.path_prefix()?;
                let path = self.path()?;
                PatternPart { variable: None, selector, mode, span: path.span, path }
            }
        };
        part.variable = variable;
        part.span = self.span_from(start);
        Ok(part)
    }

    /// `shortestPath(path)` or `allShortestPaths(path)`
    pub(super) fn opt_shortest_path(&mut self) -> Result<Option<PatternPart>> {
        let selector = match self.keyword() {
            Some(Keyword::ShortestPath) => Selector::Shortest,
            Some(Keyword::AllShortestPaths) => Selector::AllShortest,
            _ => return Ok(None),
        };
        if !self.nth_is(1, TokenKind::LeftParen) {
            return Ok(None);
        }
        let start = self.start();
        self.bump();
        self.bump();
        let path = self.path()?;
        self.expect(TokenKind::RightParen)?;
        let mode = PathMode::Unspecified;
        Ok(Some(PatternPart { variable: None, selector, mode, path, span: self.span_from(start) }))
    }

    fn nth_ends_node(&self, ahead: usize) -> bool {
        self.nth_is(ahead, TokenKind::RightParen) || self.nth_is_keyword(ahead, Keyword::Where)
    }

    pub(super) fn at_relationship(&self) -> bool {
        self.at(TokenKind::Minus) || (self.at(TokenKind::Less) && self.nth_is(1, TokenKind::Minus))
    }

    /// `([variable] [:labels] [properties] [WHERE predicate])`
    pub(super) fn node_pattern(&mut self) -> Result<NodePattern> {
        let start = self.start();
        if !self.at(TokenKind::LeftParen) {
            return Err(self.unexpected("a node, such as (n)"));
        }
        self.bump();
        let variable = if self.nth_is_variable(0) { Some(self.variable()?) } else { None };
        let labels = if self.eat(TokenKind::Colon) || self.eat_keyword(Keyword::Is) {
            Some(self.label_expr(LabelPlace::Node)?)
        } else {
            None
        };
        let properties = self.opt_properties()?;
        let predicate = self.opt_inner_where()?;
        if !self.at(TokenKind::RightParen) {
            return Err(self.unexpected(match (&variable, &labels, &properties, &predicate) {
                (None, None, None, None) => "a variable, ':', '{' or ')'",
                (_, None, None, None) => "':', '{', WHERE or ')'",
                (_, _, None, None) => "'{', WHERE or ')'",
                _ => "')'",
            }));
        }
        self.bump();
        Ok(NodePattern { variable, labels, properties, predicate, span: self.span_from(start) })
    }

    /// `<-[..]-`, `-[..]->`, `-[..]-`, `<-[..]->` with or without brackets, and a quantifier after it
    pub(super) fn relationship_pattern(&mut self) -> Result<RelationshipPattern> {
        let start = self.start();
        let to_left = self.eat(TokenKind::Less);
        self.expect(TokenKind::Minus)?;
        let mut relationship = RelationshipPattern {
            direction: PatternDirection::Both,
            variable: None,
            types: None,
            length: None,
            properties: None,
            predicate: None,
            repeated: None,
            span: Default::default(),
        };
        if self.eat(TokenKind::LeftBracket) {
            self.relationship_detail(&mut relationship)?;
            self.expect(TokenKind::RightBracket)?;
        }
        self.expect(TokenKind::Minus)?;
        let to_right = self.eat(TokenKind::Greater);
        relationship.direction = match (to_left, to_right) {
            (true, false) => PatternDirection::Incoming,
            (false, true) => PatternDirection::Outgoing,
            _ => PatternDirection::Both,
        };
        relationship.span = self.span_from(start);
        if let Some(length) = self.opt_quantifier()? {
            if relationship.length.is_some() {
                let message = "a relationship has either a length or a quantifier";
                return Err(self.syntax_error("InvalidRelationshipPattern", message, length.span));
            }
            relationship.length = Some(length);
            relationship.span = self.span_from(start);
        }
        Ok(relationship)
    }

    /// `[variable] [:types] [*length] [properties] [WHERE predicate]`
    fn relationship_detail(&mut self, relationship: &mut RelationshipPattern) -> Result<()> {
        if self.nth_is_variable(0) {
            relationship.variable = Some(self.variable()?);
        }
        if self.eat(TokenKind::Colon) || self.eat_keyword(Keyword::Is) {
            relationship.types = Some(self.label_expr(LabelPlace::Relationship)?);
        }
        if matches!(self.kind(), TokenKind::DotDot | TokenKind::Integer) {
            let message = "the length of a relationship begins with '*'";
            return Err(self
                .syntax_error("InvalidRelationshipPattern", message, self.token().span())
                .with_hint("A length is written *, *2, *1..3, *..3 or *1.."));
        }
        if self.at(TokenKind::Star) {
            relationship.length = Some(self.path_length()?);
        }
        relationship.properties = self.opt_properties()?;
        relationship.predicate = self.opt_inner_where()?;
        if !self.at(TokenKind::RightBracket) {
            return Err(self.unexpected("':', '*', '{', WHERE or ']'"));
        }
        Ok(())
    }

    /// `*`, `*2`, `*1..3`, `*..3`, `*1..`
    fn path_length(&mut self) -> Result<PathLength> {
        let start = self.start();
        self.expect(TokenKind::Star)?;
        let min = self.opt_bound()?;
        let max = if self.eat(TokenKind::DotDot) { self.opt_bound()? } else { min };
        Ok(PathLength { min, max, span: self.span_from(start) })
    }

    /// One end of a length.
    fn opt_bound(&mut self) -> Result<Option<u64>> {
        let token = self.token();
        match token.kind {
            TokenKind::Integer => {
                self.bump();
                let bound = value::integer(self.text_of(token), false, token.span())?;
                Ok(Some(bound.unsigned_abs()))
            }
            TokenKind::Minus | TokenKind::Float | TokenKind::MalformedNumber => {
                let message = "the bounds of a length are whole numbers in the text, and not negative";
                Err(self.syntax_error("InvalidRelationshipPattern", message, token.span()))
            }
            _ => Ok(None),
        }
    }

    /// `{n}`, `{n,m}`, `{n,}`, `{,m}`, `+` or `*` after a relationship
    pub(super) fn opt_quantifier(&mut self) -> Result<Option<PathLength>> {
        let start = self.start();
        let (min, max) = match self.kind() {
            TokenKind::Plus => {
                self.bump();
                (1, None)
            }
            TokenKind::Star => {
                self.bump();
                (0, None)
            }
            TokenKind::LeftBrace => {
                self.bump();
                let min = self.opt_bound()?;
                let max = if self.eat(TokenKind::Comma) {
                    self.opt_bound()?
                } else if min.is_none() {
                    return Err(self.unexpected("a whole number or ','"));
                } else {
                    min
                };
                self.expect(TokenKind::RightBrace)?;
                (min.unwrap_or(0), max)
            }
            _ => return Ok(None),
        };
        Ok(Some(PathLength { min: Some(min), max, span: self.span_from(start) }))
    }

    /// A map or a parameter
    fn opt_properties(&mut self) -> Result<Option<Expr>> {
        match self.kind() {
            TokenKind::LeftBrace => self.measured(Self::map_literal).map(Some),
            TokenKind::Parameter => Ok(Some(self.parameter())),
            _ => Ok(None),
        }
    }

    /// `[WHERE predicate]` inside a node or relationship
    pub(super) fn opt_inner_where(&mut self) -> Result<Option<Expr>> {
        if self.eat_keyword(Keyword::Where) { self.nested(Self::expr).map(Some) } else { Ok(None) }
    }

    /// `term {| term}`, after the colon
    pub(super) fn label_expr(&mut self, place: LabelPlace) -> Result<LabelExpr> {
        let start = self.start();
        let first = self.label_conjunction(place)?;
        let mut terms = Vec::new();
        // In an expression a bar may end what is around it, and two bars join texts.
        while self.at(TokenKind::Pipe)
            && !(place == LabelPlace::Expression && (self.pipe_ends || self.at_double_pipe()))
        {
            self.bump();
            if place == LabelPlace::Relationship {
                self.eat(TokenKind::Colon);
            }
            terms.push(self.label_conjunction(place)?);
        }
        Ok(self.combine(first, terms, start, LabelExprKind::Or))
    }

    /// `factor {& factor}`; on nodes also `factor:factor`
    fn label_conjunction(&mut self, place: LabelPlace) -> Result<LabelExpr> {
        let start = self.start();
        let first = self.label_factor(place)?;
        let mut terms = Vec::new();
        while self.at(TokenKind::Ampersand)
            || (place != LabelPlace::Relationship && self.at(TokenKind::Colon))
        {
            self.bump();
            terms.push(self.label_factor(place)?);
        }
        Ok(self.combine(first, terms, start, LabelExprKind::And))
    }

    fn combine(
        &self,
        first: LabelExpr,
        mut terms: Vec<LabelExpr>,
        start: u32,
        kind: fn(Vec<LabelExpr>) -> LabelExprKind,
    ) -> LabelExpr {
        if terms.is_empty() {
            return first;
        }
        terms.insert(0, first);
        LabelExpr { kind: kind(terms), span: self.span_from(start) }
    }

    /// `!factor`, `(label_expr)`, `%`, `$(expr)`, `$all(expr)`, `$any(expr)` or a name
    fn label_factor(&mut self, place: LabelPlace) -> Result<LabelExpr> {
        let start = self.start();
        match self.kind() {
            TokenKind::Exclamation => {
                let inner = self.nested(|p| {
                    p.bump();
                    p.label_factor(place)
                })?;
                Ok(LabelExpr { kind: LabelExprKind::Not(Box::new(inner)), span: self.span_from(start) })
            }
            TokenKind::LeftParen => self.nested(|p| {
                p.bump();
                let mut inner = p.label_expr(place)?;
                p.expect(TokenKind::RightParen)?;
                inner.span = p.span_from(start);
                Ok(inner)
            }),
            TokenKind::Percent => {
                let token = self.bump();
                Ok(LabelExpr { kind: LabelExprKind::Any, span: token.span() })
            }
            TokenKind::Dollar | TokenKind::Parameter => {
                let any = self.computed_names()?;
                let names = Box::new(self.in_parentheses()?);
                let kind = LabelExprKind::Computed { any, names };
                Ok(LabelExpr { kind, span: self.span_from(start) })
            }
            _ => {
                let name = self.name(if place == LabelPlace::Relationship { "a type" } else { "a label" })?;
                Ok(LabelExpr { span: name.span, kind: LabelExprKind::Name(name) })
            }
        }
    }

    /// `$`, `$all` or `$any` before a parenthesis: whether any of the names will do
    fn computed_names(&mut self) -> Result<bool> {
        let token = self.token();
        let any = token.kind == TokenKind::Parameter && self.text_of(token).eq_ignore_ascii_case("$any");
        let all = token.kind == TokenKind::Dollar || self.text_of(token).eq_ignore_ascii_case("$all");
        if !(any || all) || !self.nth_is(1, TokenKind::LeftParen) {
            return Err(self
                .unexpected("a name")
                .with_hint("A name that is computed is written $(expression)"));
        }
        self.bump();
        Ok(any)
    }

    /// `(expr)`
    #[inline(never)]
    fn in_parentheses(&mut self) -> Result<Expr> {
        self.nested(|p| {
            p.expect(TokenKind::LeftParen)?;
            let inner = p.expr()?;
            p.expect(TokenKind::RightParen)?;
            Ok(inner)
        })
    }

    /// `:label {:label}`, each a name or `$(expr)`: the names, and what computes the others
    pub(super) fn labels(&mut self) -> Result<(Vec<Name>, Vec<Expr>)> {
        let (mut labels, mut computed) = (Vec::new(), Vec::new());
        self.expect(TokenKind::Colon)?;
        loop {
            if self.at(TokenKind::Dollar) || self.at(TokenKind::Parameter) {
                if self.computed_names()? {
                    return Err(self
                        .unexpected("a label")
                        .with_hint("Which label is set is written $(expression)"));
                }
                computed.push(self.in_parentheses()?);
            } else {
                labels.push(self.name("a label")?);
            }
            if !self.eat(TokenKind::Colon) {
                return Ok((labels, computed));
            }
        }
    }

    /// Whether a path with a relationship begins so many tokens after the cursor, and no expression in
    /// parentheses: `(a)-->(b)`, `(:A)<-[r]-()`, but `(a)-(b)`.
    pub(super) fn nth_is_path(&self, ahead: usize) -> bool {
        if !self.nth_is(ahead, TokenKind::LeftParen) {
            return false;
        }
        let first = if self.nth_is_variable(ahead + 1) { ahead + 2 } else { ahead + 1 };
        let like_node = match self.nth(first).kind {
            TokenKind::RightParen => true,
            TokenKind::Colon => !self.nth_is(first + 1, TokenKind::Colon),
            // A map or a parameter is the properties of a node only at its end.
            TokenKind::LeftBrace => self.after_brackets(first).is_some_and(|after| self.nth_ends_node(after)),
            TokenKind::Parameter => self.nth_ends_node(first + 1),
            TokenKind::Word => {
                self.nth_is_keyword(first, Keyword::Where) || self.nth_is_label_condition(first)
            }
            _ => false,
        };
        if !like_node {
            return false;
        }
        let Some(after) = self.after_brackets(ahead) else { return false };
        if self.nth_is(after, TokenKind::LeftParen) && self.nth_is(after + 1, TokenKind::LeftParen) {
            return true;
        }
        let dash = if self.nth_is(after, TokenKind::Less) { after + 1 } else { after };
        if !self.nth_is(dash, TokenKind::Minus) {
            return false;
        }
        let second_dash = match self.nth(dash + 1).kind {
            TokenKind::Minus => dash + 1,
            TokenKind::LeftBracket => match self.after_brackets(dash + 1) {
                Some(at) if self.nth_is(at, TokenKind::Minus) => at,
                _ => return false,
            },
            _ => return false,
        };
        let node =
            if self.nth_is(second_dash + 1, TokenKind::Greater) { second_dash + 2 } else { second_dash + 1 };
        // A quantifier may come before the node.
        matches!(
            self.nth(node).kind,
            TokenKind::LeftParen | TokenKind::LeftBrace | TokenKind::Plus | TokenKind::Star
        )
    }
}
