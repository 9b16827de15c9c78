//! Expressions: names to variables, chains to conjunctions, and what can never be right refused.
//!
//! Each kind has a function of its own, so that the frames of nested expressions stay small.

use super::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, StringOp, VarId};
use super::errors::{semantic, wrong_type};
use super::types::{HAS_PROPERTIES, Type, arithmetic_type, concatenation_type};
use super::{Binder, Typed, variable};
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast::{self, LabelExpr, MapItem};
use crate::syntax::span::Span;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

impl Binder<'_> {
    /// An expression.
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Result<Typed, Error> {
        // Whoever allows a bare pattern allows it for the next expression alone.
        let pattern_allowed = std::mem::take(&mut self.pattern_allowed);
        let span = expr.span;
        let (kind, of) = match &expr.kind {
            ast::ExprKind::Literal(value) => literal(value),
            ast::ExprKind::Parameter(name) => self.parameter(name),
            ast::ExprKind::Variable(name) => self.named(name, span)?,
            ast::ExprKind::Property { base, key } => self.property(base, key, span)?,
            ast::ExprKind::Index { base, index } => self.index(base, index)?,
            ast::ExprKind::Slice { base, from, to } => self.slice(base, from.as_deref(), to.as_deref())?,
            ast::ExprKind::HasLabels { base, labels } => {
                let base = self.expr(base)?;
                return self.labelled(base, labels, span);
            }
            ast::ExprKind::List(items) => self.list(items)?,
            ast::ExprKind::Map(entries) => self.map(entries)?,
            ast::ExprKind::MapProjection(projection) => self.map_projection(projection)?,
            ast::ExprKind::Not(operand) => {
                let operand = self.boolean(operand, pattern_allowed)?;
                (ExprKind::Not(Box::new(operand)), Type::BOOLEAN)
            }
            ast::ExprKind::And(terms) => {
                (ExprKind::And(self.booleans(terms, pattern_allowed)?), Type::BOOLEAN)
            }
            ast::ExprKind::Or(terms) => (ExprKind::Or(self.booleans(terms, pattern_allowed)?), Type::BOOLEAN),
            ast::ExprKind::Xor(terms) => {
                (ExprKind::Xor(self.booleans(terms, pattern_allowed)?), Type::BOOLEAN)
            }
            ast::ExprKind::Negate(operand) => self.negate(operand)?,
            ast::ExprKind::Plus(operand) => {
                let mut operand = self.expr(operand)?;
                expect(&operand, TypeSet::NUMBER | TypeSet::DURATION, "a number")?;
                operand.expr.span = span;
                return Ok(operand);
            }
            ast::ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, span)?,
            ast::ExprKind::Concatenate { left, right } => self.concatenation(left, right, span)?,
            ast::ExprKind::Comparison { first, rest } => self.comparison(first, rest)?,
            ast::ExprKind::In { item, list } => self.contains(item, list)?,
            ast::ExprKind::StringMatch { op, text, pattern } => self.string_match(*op, text, pattern)?,
            ast::ExprKind::IsNull { operand, negated } => {
                let operand = Box::new(self.expr(operand)?.expr);
                (ExprKind::IsNull { operand, negated: *negated }, Type::BOOLEAN)
            }
            ast::ExprKind::Test { operand, test, negated } => {
                let operand = Box::new(self.expr(operand)?.expr);
                (ExprKind::Test { operand, test: test.clone(), negated: *negated }, Type::BOOLEAN)
            }
            ast::ExprKind::CaseOperand => self.case_operand(span)?,
            ast::ExprKind::Case(case) => self.case(case)?,
            ast::ExprKind::Function(call) => return self.function(call, span),
            ast::ExprKind::CountStar => return self.count_star(span),
            ast::ExprKind::ListComprehension(list) => self.list_comprehension(list)?,
            ast::ExprKind::Quantifier(quantifier) => self.quantifier(quantifier)?,
            ast::ExprKind::Reduce(reduce) => self.reduce(reduce)?,
            ast::ExprKind::PatternComprehension(comprehension) => {
                self.without_aggregates(|b| b.pattern_comprehension(comprehension))?
            }
            ast::ExprKind::Pattern(path) if pattern_allowed => {
                self.without_aggregates(|b| b.pattern_predicate(path))?
            }
            ast::ExprKind::Pattern(path) => {
                return Err(semantic(
                    "UnexpectedSyntax",
                    path.span,
                    "a pattern can stand here only as a condition",
                )
                .with_hint("Write EXISTS { .. } for whether it matches, or COUNT { .. } for how often"));
            }
            ast::ExprKind::ShortestPath(part) => self.without_aggregates(|b| b.shortest_path(part))?,
            ast::ExprKind::Exists(body) => self.without_aggregates(|b| b.exists(body, span))?,
            ast::ExprKind::Count(body) => self.without_aggregates(|b| b.count(body, span))?,
            ast::ExprKind::Collect(body) => self.without_aggregates(|b| b.collect(body, span))?,
        };
        Ok(Typed { expr: Expr { kind, span }, kind: of })
    }

    /// A condition: a boolean, in which bare patterns stand for whether they match.
    pub(super) fn predicate(&mut self, expr: &ast::Expr) -> Result<Expr, Error> {
        self.boolean(expr, true)
    }

    fn boolean(&mut self, expr: &ast::Expr, pattern_allowed: bool) -> Result<Expr, Error> {
        self.pattern_allowed = pattern_allowed;
        let typed = self.expr(expr)?;
        expect(&typed, TypeSet::BOOLEAN, "a boolean")?;
        Ok(typed.expr)
    }

    fn booleans(&mut self, terms: &[ast::Expr], pattern_allowed: bool) -> Result<Vec<Expr>, Error> {
        terms.iter().map(|term| self.boolean(term, pattern_allowed)).collect()
    }

    fn parameter(&mut self, name: &Arc<str>) -> (ExprKind, Type) {
        if !self.parameters.contains(name) {
            self.parameters.push(Arc::clone(name));
        }
        (ExprKind::Parameter(Arc::clone(name)), Type::ANY)
    }

    #[inline(never)]
    fn property(&mut self, base: &ast::Expr, key: &ast::Name, span: Span) -> Result<(ExprKind, Type), Error> {
        let base = self.expr(base)?;
        if base.kind.is_never(HAS_PROPERTIES) {
            let message = format!("{} has no properties", base.kind.describe());
            // openCypher calls this a TypeError, but for paths a SyntaxError.
            return Err(if base.kind.set == TypeSet::PATH {
                wrong_type(base.expr.span, message)
                    .with_hint("length(p), nodes(p) and relationships(p) tell what a path is made of")
            } else {
                Error::compile_time(ErrorCode::Type, "TypeError", "InvalidArgumentType", message)
                    .with_span(span)
            });
        }
        if &*key.text == "_id" && base.kind.is_always(TypeSet::NODE) {
            return Ok((call("elementid", vec![base.expr]), Type::of(TypeSet::STRING)));
        }
        let base = Box::new(base.expr);
        Ok((ExprKind::Property { base, key: Arc::clone(&key.text) }, Type::ANY))
    }

    #[inline(never)]
    fn index(&mut self, base: &ast::Expr, index: &ast::Expr) -> Result<(ExprKind, Type), Error> {
        let base = self.expr(base)?;
        let index = self.expr(index)?;
        let of = base.kind.element();
        Ok((ExprKind::Index { base: Box::new(base.expr), index: Box::new(index.expr) }, of))
    }

    #[inline(never)]
    fn slice(
        &mut self,
        base: &ast::Expr,
        from: Option<&ast::Expr>,
        to: Option<&ast::Expr>,
    ) -> Result<(ExprKind, Type), Error> {
        let base = self.expr(base)?;
        expect(&base, TypeSet::LIST, "a list")?;
        let mut end = |end: Option<&ast::Expr>| -> Result<Option<Box<Expr>>, Error> {
            let Some(end) = end else { return Ok(None) };
            let end = self.expr(end)?;
            expect(&end, TypeSet::INTEGER, "an integer")?;
            Ok(Some(Box::new(end.expr)))
        };
        let from = end(from)?;
        let to = end(to)?;
        Ok((
            ExprKind::Slice { base: Box::new(base.expr), from, to },
            Type { set: TypeSet::LIST, ..base.kind },
        ))
    }

    /// A condition on the labels or the type of a value.
    #[inline(never)]
    pub(super) fn labelled(&mut self, base: Typed, labels: &LabelExpr, span: Span) -> Result<Typed, Error> {
        expect(&base, super::types::ENTITY, "a node or a relationship")?;
        let of_relationship = base.kind.is_always(TypeSet::RELATIONSHIP);
        let expr = self.label_condition(&base.expr, labels, span, of_relationship)?;
        Ok(Typed { expr, kind: Type::BOOLEAN })
    }

    #[inline(never)]
    fn list(&mut self, items: &[ast::Expr]) -> Result<(ExprKind, Type), Error> {
        let mut bound = Vec::with_capacity(items.len());
        let mut element = TypeSet::NULL;
        for item in items {
            let item = self.expr(item)?;
            element = element | item.kind.set;
            bound.push(item.expr);
        }
        if items.is_empty() {
            element = TypeSet::ANY;
        }
        Ok((ExprKind::List(bound), Type::list(element)))
    }

    #[inline(never)]
    fn map(&mut self, entries: &[(ast::Name, ast::Expr)]) -> Result<(ExprKind, Type), Error> {
        let mut bound = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            bound.push((Arc::clone(&key.text), self.expr(value)?.expr));
        }
        Ok((ExprKind::Map(bound), Type::of(TypeSet::MAP)))
    }

    #[inline(never)]
    fn map_projection(&mut self, projection: &ast::MapProjection) -> Result<(ExprKind, Type), Error> {
        let name = &projection.variable;
        let source = self.resolve(&name.text, name.span)?;
        let base = Typed { expr: variable(source, name.span), kind: self.type_of(source) };
        expect(&base, super::types::ENTITY | TypeSet::MAP, "a node, a relationship or a map")?;
        let is_node = base.kind.is_always(TypeSet::NODE);
        let mut all_properties = false;
        let mut items = Vec::new();
        for item in &projection.items {
            match item {
                MapItem::AllProperties => all_properties = true,
                MapItem::Property(key) => {
                    let base = base.expr.clone();
                    let kind = if is_node && &*key.text == "_id" {
                        call("elementid", vec![base])
                    } else {
                        ExprKind::Property { base: Box::new(base), key: Arc::clone(&key.text) }
                    };
                    items.push((Arc::clone(&key.text), Expr { kind, span: key.span }));
                }
                MapItem::Variable(key) => {
                    let value = self.resolve(&key.text, key.span)?;
                    items.push((Arc::clone(&key.text), variable(value, key.span)));
                }
                MapItem::Entry(key, value) => items.push((Arc::clone(&key.text), self.expr(value)?.expr)),
            }
        }
        let base = Box::new(base.expr);
        Ok((ExprKind::MapProjection { base, all_properties, items }, Type::of(TypeSet::MAP)))
    }

    #[inline(never)]
    fn negate(&mut self, operand: &ast::Expr) -> Result<(ExprKind, Type), Error> {
        let operand = self.expr(operand)?;
        expect(&operand, TypeSet::NUMBER | TypeSet::DURATION, "a number")?;
        Ok((ExprKind::Negate(Box::new(operand.expr)), operand.kind))
    }

    #[inline(never)]
    fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Result<(ExprKind, Type), Error> {
        let left = self.expr(left)?;
        let right = self.expr(right)?;
        let Some(of) = arithmetic_type(op, left.kind, right.kind) else {
            let (l, r) = (left.kind.describe(), right.kind.describe());
            return Err(wrong_type(span, format!("this cannot be computed from {l} and {r}")));
        };
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        Ok((ExprKind::Arithmetic { op, left, right }, of))
    }

    #[inline(never)]
    fn concatenation(
        &mut self,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Result<(ExprKind, Type), Error> {
        let left = self.expr(left)?;
        let right = self.expr(right)?;
        let Some(of) = concatenation_type(left.kind, right.kind) else {
            let (l, r) = (left.kind.describe(), right.kind.describe());
            let hint = if left.kind.is_always(TypeSet::BOOLEAN) {
                "Disjunction is written OR"
            } else {
                "|| joins texts or lists; toString() makes a text of other values"
            };
            let error = wrong_type(span, format!("this cannot be computed from {l} and {r}"));
            return Err(error.with_hint(hint));
        };
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        Ok((ExprKind::Concatenate { left, right }, of))
    }

    #[inline(never)]
    fn comparison(
        &mut self,
        first: &ast::Expr,
        rest: &[(CompareOp, ast::Expr)],
    ) -> Result<(ExprKind, Type), Error> {
        let mut left = self.expr(first)?.expr;
        let mut terms = Vec::with_capacity(rest.len());
        for (op, right) in rest {
            let right = self.expr(right)?.expr;
            let span = Span { start: left.span.start, end: right.span.end };
            let next = right.clone();
            let kind = ExprKind::Compare { op: *op, left: Box::new(left), right: Box::new(right) };
            terms.push(Expr { kind, span });
            left = next;
        }
        let kind = match terms.pop() {
            Some(last) if terms.is_empty() => last.kind,
            last => {
                terms.extend(last);
                ExprKind::And(terms)
            }
        };
        Ok((kind, Type::BOOLEAN))
    }

    #[inline(never)]
    fn contains(&mut self, item: &ast::Expr, list: &ast::Expr) -> Result<(ExprKind, Type), Error> {
        let item = Box::new(self.expr(item)?.expr);
        let list = self.expr(list)?;
        expect(&list, TypeSet::LIST, "a list")?;
        Ok((ExprKind::In { item, list: Box::new(list.expr) }, Type::BOOLEAN))
    }

    #[inline(never)]
    fn string_match(
        &mut self,
        op: StringOp,
        text: &ast::Expr,
        pattern: &ast::Expr,
    ) -> Result<(ExprKind, Type), Error> {
        let text = Box::new(self.expr(text)?.expr);
        let pattern = Box::new(self.expr(pattern)?.expr);
        Ok((ExprKind::StringMatch { op, text, pattern }, Type::BOOLEAN))
    }

    /// A variable, or the constant that a name stands for where it is none.
    fn named(&mut self, name: &Arc<str>, span: Span) -> Result<(ExprKind, Type), Error> {
        match (self.scope.get(name), float_constant(name)) {
            (None, Some(value)) => Ok((ExprKind::Literal(Value::Float(value)), Type::of(TypeSet::FLOAT))),
            _ => {
                let variable = self.resolve(name, span)?;
                Ok((ExprKind::Variable(variable), self.type_of(variable)))
            }
        }
    }

    /// Runs `f` with a name that only it sees.
    fn with_local<T>(
        &mut self,
        name: &ast::Name,
        kind: Type,
        f: impl FnOnce(&mut Self, VarId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let local = self.value_variable(&name.text, kind);
        let before = self.scope.insert(&name.text, local);
        let result = f(self, local);
        self.scope.restore(&name.text, before);
        result
    }

    fn elements(&mut self, list: &ast::Expr) -> Result<(Box<Expr>, Type), Error> {
        let list = self.expr(list)?;
        expect(&list, TypeSet::LIST, "a list")?;
        Ok((Box::new(list.expr), list.kind.element()))
    }

    #[inline(never)]
    fn list_comprehension(
        &mut self,
        comprehension: &ast::ListComprehension,
    ) -> Result<(ExprKind, Type), Error> {
        let (list, element) = self.elements(&comprehension.list)?;
        self.without_aggregates(|b| {
            b.with_local(&comprehension.variable, element, |b, variable| {
                let predicate = match &comprehension.predicate {
                    Some(predicate) => Some(Box::new(b.predicate(predicate)?)),
                    None => None,
                };
                let mut of = element.set;
                let projection = match &comprehension.projection {
                    Some(projection) => {
                        let projection = b.expr(projection)?;
                        of = projection.kind.set;
                        Some(Box::new(projection.expr))
                    }
                    None => None,
                };
                let kind = ExprKind::ListComprehension { variable, list, predicate, projection };
                Ok((kind, Type::list(of)))
            })
        })
    }

    #[inline(never)]
    fn quantifier(&mut self, quantifier: &ast::Quantifier) -> Result<(ExprKind, Type), Error> {
        let (list, element) = self.elements(&quantifier.list)?;
        let kind = quantifier.kind;
        self.without_aggregates(|b| {
            b.with_local(&quantifier.variable, element, |b, variable| {
                let predicate = Box::new(b.predicate(&quantifier.predicate)?);
                Ok((ExprKind::Quantifier { kind, variable, list, predicate }, Type::BOOLEAN))
            })
        })
    }

    #[inline(never)]
    fn reduce(&mut self, reduce: &ast::Reduce) -> Result<(ExprKind, Type), Error> {
        let initial = Box::new(self.expr(&reduce.initial)?.expr);
        let (list, element) = self.elements(&reduce.list)?;
        self.without_aggregates(|b| {
            b.with_local(&reduce.accumulator, Type::ANY, |b, accumulator| {
                b.with_local(&reduce.variable, element, |b, variable| {
                    let body = Box::new(b.expr(&reduce.body)?.expr);
                    let (predicate, of) = match &reduce.predicate {
                        Some(predicate) => (Some(Box::new(b.predicate(predicate)?)), Type::BOOLEAN),
                        None => (None, Type::ANY),
                    };
                    Ok((ExprKind::Reduce { accumulator, initial, variable, list, body, predicate }, of))
                })
            })
        })
    }
}

/// What a name means that names no variable: floats that no digits write.
fn float_constant(name: &str) -> Option<f64> {
    let is = |word: &str| name.eq_ignore_ascii_case(word);
    if is("NaN") { Some(f64::NAN) } else { (is("INF") || is("INFINITY")).then_some(f64::INFINITY) }
}

/// Fails if an expression can only have another type.
pub(super) fn expect(typed: &Typed, set: TypeSet, wanted: &str) -> Result<(), Error> {
    if !typed.kind.is_never(set) {
        return Ok(());
    }
    Err(wrong_type(
        typed.expr.span,
        format!("{wanted} is needed here, and this is {}", typed.kind.describe()),
    ))
}

/// A function of the registry, by its lower-case name.
pub(super) fn call(name: &str, arguments: Vec<Expr>) -> ExprKind {
    ExprKind::Function { name: Arc::from(name), arguments }
}

fn literal(literal: &ast::Literal) -> (ExprKind, Type) {
    let (value, of) = match literal {
        ast::Literal::Null => (Value::Null, TypeSet::NULL),
        ast::Literal::Boolean(value) => (Value::Boolean(*value), TypeSet::BOOLEAN),
        ast::Literal::Integer(value) => (Value::Integer(*value), TypeSet::INTEGER),
        ast::Literal::Float(value) => (Value::Float(*value), TypeSet::FLOAT),
        ast::Literal::String(value) => (Value::String(Arc::clone(value)), TypeSet::STRING),
    };
    (ExprKind::Literal(value), Type::of(of))
}
