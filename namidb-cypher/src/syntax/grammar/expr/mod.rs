//! Expressions, by precedence climbing.
//!
//! | binds | operators | associates |
//! |---|---|---|
//! | 1 | `OR` | terms of one list |
//! | 2 | `XOR` | terms of one list |
//! | 3 | `AND` | terms of one list |
//! | 4 | `NOT` | prefix |
//! | 5 | `= <> < <= > >=` | one chain |
//! | 6 | `IN`, `IS NULL`, `IS :: TYPE`, `IS NORMALIZED`, `STARTS WITH`, `ENDS WITH`, `CONTAINS`, `=~` | left |
//! | 7 | `+ -`, `\|\|` | left |
//! | 8 | `* / %` | left |
//! | 9 | `^` | left |
//! | 10 | `+ -` before an operand | prefix |
//! | 11 | `.key`, `[index]`, `[from..to]`, `:Label` | postfix |

mod case;
mod function;
mod list;
mod literal;
mod map;
mod predicate;
mod value_type;

use super::pattern::LabelPlace;
use crate::syntax::ast::{ArithmeticOp, CompareOp, Expr, ExprKind, NormalForm, StringOp, ValueTest};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

const OR: u8 = 1;
const XOR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const PREDICATE: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;
const POWER: u8 = 9;

/// An operator after an operand.
enum Operator {
    Or,
    Xor,
    And,
    Compare(CompareOp),
    Arithmetic(ArithmeticOp),
    Concatenate,
    String(StringOp),
    In,
    IsNull {
        negated: bool,
    },
    /// `IS [NOT] ::`, `IS [NOT] TYPED` or `::`, of so many tokens, before a type.
    Typed {
        negated: bool,
        tokens: usize,
    },
    Normalized {
        negated: bool,
        form: NormalForm,
        tokens: usize,
    },
}

impl Operator {
    fn precedence(&self) -> u8 {
        match self {
            Operator::Or => OR,
            Operator::Xor => XOR,
            Operator::And => AND,
            Operator::Compare(_) => COMPARISON,
            Operator::String(_)
            | Operator::In
            | Operator::IsNull { .. }
            | Operator::Typed { .. }
            | Operator::Normalized { .. } => PREDICATE,
            Operator::Concatenate | Operator::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Subtract) => SUM,
            Operator::Arithmetic(ArithmeticOp::Multiply | ArithmeticOp::Divide | ArithmeticOp::Modulo) => {
                PRODUCT
            }
            Operator::Arithmetic(ArithmeticOp::Power) => POWER,
        }
    }

    /// How many tokens write it.
    fn tokens(&self) -> usize {
        match self {
            Operator::String(StringOp::StartsWith | StringOp::EndsWith)
            | Operator::IsNull { negated: false } => 2,
            Operator::Concatenate => 2,
            Operator::IsNull { negated: true } => 3,
            Operator::Typed { tokens, .. } | Operator::Normalized { tokens, .. } => *tokens,
            _ => 1,
        }
    }
}

impl Parser<'_> {
    /// An expression.
    pub(in crate::syntax::grammar) fn expr(&mut self) -> Result<Expr> {
        self.climb(OR)
    }

    /// What SET and REMOVE name: an expression of operands and accesses, without conditions on labels.
    pub(in crate::syntax::grammar) fn property_target(&mut self) -> Result<Expr> {
        self.measured(|p| p.postfix(false))
    }

    /// An expression whose operators bind at least so.
    fn climb(&mut self, least: u8) -> Result<Expr> {
        self.measured(|p| {
            let start = p.start();
            let left = p.prefix(least)?;
            p.operators(least, left, start)
        })
    }

    /// What stands behind IN.
    fn operand_of_in(&mut self) -> Result<Expr> {
        self.climb(PREDICATE + 1)
    }

    /// The operators that follow an operand and bind at least so, with what is on their right.
    fn operators(&mut self, least: u8, mut left: Expr, start: u32) -> Result<Expr> {
        while let Some(operator) = self.operator() {
            if operator.precedence() < least {
                break;
            }
            left = self.infix(left, operator, start)?;
        }
        Ok(left)
    }

    /// `NOT` before an operand, or an operand with its sign.
    fn prefix(&mut self, least: u8) -> Result<Expr> {
        if !self.at_keyword(Keyword::Not) {
            return self.signed();
        }
        let start = self.start();
        if least > NOT {
            return Err(self.unexpected("an operand").with_hint("Put NOT and its operand in parentheses"));
        }
        let operand = self.nested_same_pipe(|p| {
            p.bump();
            p.climb(NOT)
        })?;
        Ok(Expr { kind: ExprKind::Not(Box::new(operand)), span: self.span_from(start) })
    }

    /// A level of nesting that is no bracket, so that a `|` means what it did outside.
    fn nested_same_pipe<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let pipe_ends = self.pipe_ends;
        self.nested(|p| {
            p.pipe_ends = pipe_ends;
            inner(p)
        })
    }

    /// The operator at the cursor.
    fn operator(&self) -> Option<Operator> {
        Some(match self.kind() {
            TokenKind::Equal => Operator::Compare(CompareOp::Equal),
            TokenKind::NotEqual => Operator::Compare(CompareOp::NotEqual),
            TokenKind::Less => Operator::Compare(CompareOp::Less),
            TokenKind::LessEqual => Operator::Compare(CompareOp::LessOrEqual),
            TokenKind::Greater => Operator::Compare(CompareOp::Greater),
            TokenKind::GreaterEqual => Operator::Compare(CompareOp::GreaterOrEqual),
            TokenKind::Plus => Operator::Arithmetic(ArithmeticOp::Add),
            TokenKind::Minus => Operator::Arithmetic(ArithmeticOp::Subtract),
            TokenKind::Star => Operator::Arithmetic(ArithmeticOp::Multiply),
            TokenKind::Slash => Operator::Arithmetic(ArithmeticOp::Divide),
            TokenKind::Percent => Operator::Arithmetic(ArithmeticOp::Modulo),
            TokenKind::Caret => Operator::Arithmetic(ArithmeticOp::Power),
            TokenKind::Pipe if self.at_double_pipe() => Operator::Concatenate,
            TokenKind::RegexMatch => Operator::String(StringOp::Regex),
            TokenKind::Colon if self.nth_is(1, TokenKind::Colon) => {
                Operator::Typed { negated: false, tokens: 2 }
            }
            TokenKind::Word => match self.keyword()? {
                Keyword::Or => Operator::Or,
                Keyword::Xor => Operator::Xor,
                Keyword::And => Operator::And,
                Keyword::In => Operator::In,
                Keyword::Contains => Operator::String(StringOp::Contains),
                Keyword::Starts if self.nth_is_keyword(1, Keyword::With) => {
                    Operator::String(StringOp::StartsWith)
                }
                Keyword::Ends if self.nth_is_keyword(1, Keyword::With) => {
                    Operator::String(StringOp::EndsWith)
                }
                Keyword::Is if self.nth_is_keyword(1, Keyword::Null) => Operator::IsNull { negated: false },
                Keyword::Is
                    if self.nth_is_keyword(1, Keyword::Not) && self.nth_is_keyword(2, Keyword::Null) =>
                {
                    Operator::IsNull { negated: true }
                }
                Keyword::Is => return self.value_test(0),
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Whether two pipes follow with nothing between: one alone divides a comprehension.
    pub(in crate::syntax::grammar) fn at_double_pipe(&self) -> bool {
        let next = self.nth(1);
        next.kind == TokenKind::Pipe && self.token().end == next.start
    }

    /// `IS [NOT] (:: | TYPED | [form] NORMALIZED)`
    fn value_test(&self, ahead: usize) -> Option<Operator> {
        let negated = self.nth_is_keyword(ahead + 1, Keyword::Not);
        let length = if negated { 2 } else { 1 };
        let at = ahead + length;
        if self.nth_is_keyword(at, Keyword::Typed) {
            return Some(Operator::Typed { negated, tokens: length + 1 });
        }
        if self.nth_is(at, TokenKind::Colon) && self.nth_is(at + 1, TokenKind::Colon) {
            return Some(Operator::Typed { negated, tokens: length + 2 });
        }
        if self.nth_is_keyword(at, Keyword::Normalized) {
            return Some(Operator::Normalized { negated, form: NormalForm::Nfc, tokens: length + 1 });
        }
        let form = NormalForm::of(self.text_of(self.nth(at)))?;
        self.nth_is_keyword(at + 1, Keyword::Normalized).then_some(Operator::Normalized {
            negated,
            form,
            tokens: length + 2,
        })
    }

    /// Takes an operator and what is on its right.
    fn infix(&mut self, left: Expr, operator: Operator, start: u32) -> Result<Expr> {
        let precedence = operator.precedence();
        for _ in 0..operator.tokens() {
            self.bump();
        }
        let kind = match operator {
            Operator::Or => ExprKind::Or(self.terms(left, Keyword::Or, precedence)?),
            Operator::Xor => ExprKind::Xor(self.terms(left, Keyword::Xor, precedence)?),
            Operator::And => ExprKind::And(self.terms(left, Keyword::And, precedence)?),
            Operator::Compare(op) => {
                let mut rest = vec![(op, self.climb(precedence + 1)?)];
                while let Some(Operator::Compare(op)) = self.operator() {
                    self.bump();
                    rest.push((op, self.climb(precedence + 1)?));
                }
                ExprKind::Comparison { first: Box::new(left), rest }
            }
            Operator::Arithmetic(op) => {
                let right = if precedence == POWER { self.signed()? } else { self.climb(precedence + 1)? };
                ExprKind::Arithmetic { op, left: Box::new(left), right: Box::new(right) }
            }
            Operator::Concatenate => {
                let right = Box::new(self.climb(precedence + 1)?);
                ExprKind::Concatenate { left: Box::new(left), right }
            }
            Operator::String(op) => {
                let pattern = Box::new(self.climb(precedence + 1)?);
                ExprKind::StringMatch { op, text: Box::new(left), pattern }
            }
            Operator::In => {
                let list = Box::new(self.operand_of_in()?);
                ExprKind::In { item: Box::new(left), list }
            }
            Operator::IsNull { negated } => ExprKind::IsNull { operand: Box::new(left), negated },
            Operator::Typed { negated, .. } => {
                let test = ValueTest::Typed(self.value_type()?);
                ExprKind::Test { operand: Box::new(left), test, negated }
            }
            Operator::Normalized { negated, form, .. } => {
                ExprKind::Test { operand: Box::new(left), test: ValueTest::Normalized(form), negated }
            }
        };
        self.stack_operator()?;
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// The terms of a chain of one operator, the first of which has been taken.
    fn terms(&mut self, first: Expr, keyword: Keyword, precedence: u8) -> Result<Vec<Expr>> {
        let mut terms = vec![first, self.climb(precedence + 1)?];
        while self.eat_keyword(keyword) {
            terms.push(self.climb(precedence + 1)?);
        }
        Ok(terms)
    }

    /// `{+ | -} operand`; a minus before a number is part of the number.
    fn signed(&mut self) -> Result<Expr> {
        let start = self.start();
        match self.kind() {
            TokenKind::Minus if self.at_negative_number() => {
                self.bump();
                let token = self.bump();
                let literal = self.number(token, true)?;
                Ok(Expr { kind: ExprKind::Literal(literal), span: self.span_from(start) })
            }
            TokenKind::Minus | TokenKind::Plus => {
                let negative = self.at(TokenKind::Minus);
                let operand = self.nested_same_pipe(|p| {
                    p.bump();
                    p.signed()
                })?;
                let operand = Box::new(operand);
                let kind = if negative { ExprKind::Negate(operand) } else { ExprKind::Plus(operand) };
                Ok(Expr { kind, span: self.span_from(start) })
            }
            _ => self.postfix(true),
        }
    }

    /// Whether a minus and a number follow, and nothing that binds tighter than the minus.
    fn at_negative_number(&self) -> bool {
        matches!(self.nth(1).kind, TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber)
            && !matches!(self.nth(2).kind, TokenKind::Dot | TokenKind::LeftBracket | TokenKind::Colon)
    }

    /// `operand {.key | [index] | [from..to] | :Label}`
    fn postfix(&mut self, labels: bool) -> Result<Expr> {
        let start = self.start();
        let mut base = self.operand()?;
        loop {
            let kind = match self.kind() {
                TokenKind::Dot => {
                    self.bump();
                    let key = self.name("a property key")?;
                    ExprKind::Property { base: Box::new(base), key }
                }
                TokenKind::LeftBracket => self.nested(|p| p.subscript(base))?,
                TokenKind::Word if labels && self.nth_is_label_condition(0) => {
                    self.bump();
                    let labels = self.label_expr(LabelPlace::Expression)?;
                    ExprKind::HasLabels { base: Box::new(base), labels }
                }
                TokenKind::Colon if labels && !self.nth_is(1, TokenKind::Colon) => {
                    self.bump();
                    let labels = self.label_expr(LabelPlace::Expression)?;
                    ExprKind::HasLabels { base: Box::new(base), labels }
                }
                _ => return Ok(base),
            };
            self.stack_operator()?;
            base = Expr { kind, span: self.span_from(start) };
        }
    }

    /// Whether `IS` and a condition on labels stand so many tokens ahead: `n IS Person`.
    pub(in crate::syntax::grammar) fn nth_is_label_condition(&self, ahead: usize) -> bool {
        if !self.nth_is_keyword(ahead, Keyword::Is) {
            return false;
        }
        match self.nth(ahead + 1).kind {
            TokenKind::QuotedName
            | TokenKind::Exclamation
            | TokenKind::Percent
            | TokenKind::LeftParen
            | TokenKind::Dollar => true,
            TokenKind::Parameter => self.nth_is(ahead + 2, TokenKind::LeftParen),
            TokenKind::Word => {
                let other = [Keyword::Null, Keyword::Not, Keyword::Typed, Keyword::Normalized];
                !self.nth(ahead + 1).keyword.is_some_and(|word| other.contains(&word))
                    && self.value_test(ahead).is_none()
            }
            _ => false,
        }
    }

    /// `[index]`, `[from..to]`, `[from..]`, `[..to]`, `[..]`
    fn subscript(&mut self, base: Expr) -> Result<ExprKind> {
        let base = Box::new(base);
        self.expect(TokenKind::LeftBracket)?;
        let from = if self.at(TokenKind::DotDot) { None } else { Some(Box::new(self.expr()?)) };
        let kind = match (self.eat(TokenKind::DotDot), from) {
            (false, Some(index)) => ExprKind::Index { base, index },
            (_, from) => {
                let to = if self.at(TokenKind::RightBracket) { None } else { Some(Box::new(self.expr()?)) };
                ExprKind::Slice { base, from, to }
            }
        };
        self.expect(TokenKind::RightBracket)?;
        Ok(kind)
    }

    /// What operators apply to.
    fn operand(&mut self) -> Result<Expr> {
        let start = self.start();
        match self.kind() {
            TokenKind::Integer | TokenKind::Float | TokenKind::MalformedNumber => {
                let token = self.bump();
                let literal = self.number(token, false)?;
                Ok(Expr { kind: ExprKind::Literal(literal), span: token.span() })
            }
            TokenKind::String => self.string(),
            TokenKind::Parameter => Ok(self.parameter()),
            TokenKind::LeftParen if self.nth_is_path(0) => {
                let path = Box::new(self.path()?);
                Ok(Expr { span: path.span, kind: ExprKind::Pattern(path) })
            }
            TokenKind::LeftParen => self.nested(|p| {
                p.bump();
                let mut inner = p.expr()?;
                if !p.at(TokenKind::RightParen) {
                    return Err(p.unexpected("an operator or ')'"));
                }
                p.bump();
                inner.span = p.span_from(start);
                Ok(inner)
            }),
            TokenKind::LeftBracket => self.list_or_comprehension(),
            TokenKind::LeftBrace => self.map_literal(),
            TokenKind::Word | TokenKind::QuotedName => self.named_operand(),
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// What begins with a word: a constant, CASE, a function or one of its special forms, a variable.
    fn named_operand(&mut self) -> Result<Expr> {
        let token = self.token();
        match token.keyword {
            Some(Keyword::True | Keyword::False | Keyword::Null) => return Ok(self.word_literal()),
            Some(Keyword::Case) => return self.nested(Self::case),
            Some(keyword) => {
                if let Some(special) = self.opt_special_form(keyword)? {
                    return Ok(special);
                }
                if keyword.is_reserved() {
                    return Err(self.unexpected("an expression"));
                }
            }
            None => {}
        }
        match self.nth(1).kind {
            TokenKind::LeftBrace => self.map_projection(),
            TokenKind::LeftParen => self.function_call(),
            TokenKind::Dot if self.at_function_with_namespace() => self.function_call(),
            _ => {
                self.bump();
                Ok(Expr { kind: ExprKind::Variable(self.name_text(token)), span: token.span() })
            }
        }
    }

    /// The forms that a keyword and a bracket begin.
    fn opt_special_form(&mut self, keyword: Keyword) -> Result<Option<Expr>> {
        match (keyword, self.nth(1).kind) {
            (Keyword::Exists | Keyword::Count | Keyword::Collect, TokenKind::LeftBrace) => {
                self.subquery_expr(keyword).map(Some)
            }
            (Keyword::Count, TokenKind::LeftParen)
                if self.nth_is(2, TokenKind::Star) && self.nth_is(3, TokenKind::RightParen) =>
            {
                let start = self.start();
                for _ in 0..4 {
                    self.bump();
                }
                Ok(Some(Expr { kind: ExprKind::CountStar, span: self.span_from(start) }))
            }
            (Keyword::All | Keyword::Any | Keyword::None | Keyword::Single, TokenKind::LeftParen)
                if self.nth_is_variable(2) && self.nth_is_keyword(3, Keyword::In) =>
            {
                self.nested(|p| p.quantifier(keyword)).map(Some)
            }
            (Keyword::Reduce | Keyword::AllReduce, TokenKind::LeftParen)
                if self.nth_is_variable(2) && self.nth_is(3, TokenKind::Equal) =>
            {
                self.nested(Self::reduce).map(Some)
            }
            (Keyword::ShortestPath | Keyword::AllShortestPaths, TokenKind::LeftParen) => {
                let part = self.opt_shortest_path()?;
                Ok(part.map(|part| Expr { span: part.span, kind: ExprKind::ShortestPath(Box::new(part)) }))
            }
            _ => Ok(None),
        }
    }
}
