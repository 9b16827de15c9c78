//! Bound expressions to evaluators.

use super::looped::Looped;
use super::membership::ListCache;
use super::range_call::{RangeCall, RangeQuestion};
use super::run::{Kind, Node};
use super::strings::RegexCache;
use super::{Evaluator, errors};
use crate::Error;
use crate::binder::bound::{Expr, ExprKind, SubqueryKind};
use crate::exec::ExecutionContext;
use crate::factor::Batch;
use crate::functions;
use crate::logical::LogicalPlan;
use crate::vector::Vector;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::value::Map;
use std::fmt;
use std::sync::Arc;

/// A subquery that the executor has made ready to run.
pub trait Subquery: fmt::Debug + Send + Sync {
    /// One value for each row of `outer`, a flat batch with the variables that the plan's argument names:
    /// whether there are rows, how many, or their list.
    ///
    /// # Errors
    /// Whatever running the plan raises.
    fn evaluate(&self, outer: &Batch, state: &GraphState, cx: &ExecutionContext) -> Result<Vector, Error>;
}

/// Makes subqueries ready to run; the executor implements it.
pub trait SubqueryCompiler {
    /// Makes one subquery ready.
    ///
    /// # Errors
    /// Whatever the plan's own compilation raises.
    fn compile(&self, kind: &SubqueryKind, plan: &LogicalPlan) -> Result<Arc<dyn Subquery>, Error>;
}

/// A compiler for expressions that have no subqueries.
#[derive(Clone, Copy, Debug)]
pub struct NoSubqueries;

impl SubqueryCompiler for NoSubqueries {
    fn compile(&self, _: &SubqueryKind, _: &LogicalPlan) -> Result<Arc<dyn Subquery>, Error> {
        Err(errors::unsupported("a subquery is not supported here"))
    }
}

/// What compilation needs beside the expression.
#[derive(Clone, Copy)]
pub struct CompileContext<'a> {
    /// Who compiles subqueries.
    pub subqueries: &'a dyn SubqueryCompiler,
}

impl CompileContext<'static> {
    /// A context for expressions that have no subqueries.
    pub fn without_subqueries() -> CompileContext<'static> {
        CompileContext { subqueries: &NoSubqueries }
    }
}

/// Makes an expression ready to run.
///
/// # Errors
/// [`ErrorCode::Unsupported`](namidb_core::ErrorCode::Unsupported) for a function that has no kernel, and what
/// the compilation of a subquery raises.
pub fn compile(expr: &Expr, cx: &CompileContext<'_>) -> Result<Evaluator, Error> {
    Ok(Evaluator { root: node(expr, cx)? })
}

fn boxed(expr: &Expr, cx: &CompileContext<'_>) -> Result<Box<Node>, Error> {
    node(expr, cx).map(Box::new)
}

fn optional(expr: &Option<Box<Expr>>, cx: &CompileContext<'_>) -> Result<Option<Box<Node>>, Error> {
    expr.as_ref().map(|e| boxed(e, cx)).transpose()
}

fn all(items: &[Expr], cx: &CompileContext<'_>) -> Result<Vec<Node>, Error> {
    items.iter().map(|item| node(item, cx)).collect()
}

/// What a loop goes over. Kept out of [`node`], which is called as deep as expressions nest.
#[inline(never)]
fn looped(list: &Expr, cx: &CompileContext<'_>) -> Result<Looped, Error> {
    Ok(match range_call(list, cx)? {
        Some(range) => Looped::Range(range),
        None => Looped::List(boxed(list, cx)?),
    })
}

/// The expression, if it is a call of `range()`.
fn range_call(expr: &Expr, cx: &CompileContext<'_>) -> Result<Option<RangeCall>, Error> {
    let Some(arguments) = expr.kind.as_range() else { return Ok(None) };
    Ok(Some(RangeCall { arguments: all(arguments, cx)?, span: expr.span }))
}

/// What the expression asks of a call of `range()`, if that can be told without writing its integers out.
#[inline(never)]
fn of_range(expr: &Expr, cx: &CompileContext<'_>) -> Result<Option<Box<Node>>, Error> {
    let place = |at: i64| {
        let kind = Kind::Constant(Value::Integer(at));
        RangeQuestion::Element(Box::new(Node { kind, span: expr.span }))
    };
    let (list, question) = match &expr.kind {
        ExprKind::Function { name, arguments } => match (&**name, &arguments[..]) {
            ("size", [list]) => (list, RangeQuestion::Size),
            ("isempty", [list]) => (list, RangeQuestion::IsEmpty),
            ("head", [list]) => (list, place(0)),
            ("last", [list]) => (list, place(-1)),
            _ => return Ok(None),
        },
        ExprKind::Index { base, index } if base.kind.as_range().is_some() => {
            (&**base, RangeQuestion::Element(boxed(index, cx)?))
        }
        ExprKind::In { item, list } if list.kind.as_range().is_some() => {
            (&**list, RangeQuestion::Contains(boxed(item, cx)?))
        }
        _ => return Ok(None),
    };
    let range = range_call(list, cx)?;
    Ok(range.map(|range| Box::new(once(expr, Kind::OfRange { range, question }))))
}

/// What is the same for every row runs for one row.
fn once(expr: &Expr, kind: Kind) -> Node {
    let node = Node { kind, span: expr.span };
    if expr.free_variables().is_empty() && !expr.is_volatile() {
        return Node { kind: Kind::Invariant(Box::new(node)), span: expr.span };
    }
    node
}

fn node(expr: &Expr, cx: &CompileContext<'_>) -> Result<Node, Error> {
    if let Some(node) = of_range(expr, cx)? {
        return Ok(*node);
    }
    let kind = match &expr.kind {
        ExprKind::Literal(value) => Kind::Constant(value.clone()),
        ExprKind::Parameter(name) => Kind::Parameter(Arc::clone(name)),
        ExprKind::Variable(variable) => Kind::Column(*variable),
        ExprKind::Property { base, key } => Kind::Property { base: boxed(base, cx)?, key: Arc::clone(key) },
        ExprKind::Index { base, index } => Kind::Index { base: boxed(base, cx)?, index: boxed(index, cx)? },
        ExprKind::Slice { base, from, to } => {
            Kind::Slice { base: boxed(base, cx)?, from: optional(from, cx)?, to: optional(to, cx)? }
        }
        ExprKind::HasLabels { base, labels } => {
            Kind::HasLabels { base: boxed(base, cx)?, labels: labels.clone() }
        }
        ExprKind::HasComputedLabels { base, names, any } => {
            Kind::HasComputedLabels { base: boxed(base, cx)?, names: boxed(names, cx)?, any: *any }
        }
        ExprKind::List(items) => list(all(items, cx)?),
        ExprKind::Map(entries) => map(named(entries, cx)?),
        ExprKind::MapProjection { base, all_properties, items } => Kind::MapProjection {
            base: boxed(base, cx)?,
            all_properties: *all_properties,
            items: named(items, cx)?,
        },
        ExprKind::Not(operand) => Kind::Not(boxed(operand, cx)?),
        ExprKind::Negate(operand) => Kind::Negate(boxed(operand, cx)?),
        ExprKind::And(terms) => Kind::And(all(terms, cx)?),
        ExprKind::Or(terms) => Kind::Or(all(terms, cx)?),
        ExprKind::Xor(terms) => Kind::Xor(all(terms, cx)?),
        ExprKind::Arithmetic { op, left, right } => {
            Kind::Arithmetic { op: *op, left: boxed(left, cx)?, right: boxed(right, cx)? }
        }
        ExprKind::Concatenate { left, right } => {
            Kind::Concatenate { left: boxed(left, cx)?, right: boxed(right, cx)? }
        }
        ExprKind::Compare { op, left, right } => {
            Kind::Compare { op: *op, left: boxed(left, cx)?, right: boxed(right, cx)? }
        }
        ExprKind::In { item, list } => {
            Kind::In { item: boxed(item, cx)?, list: boxed(list, cx)?, cache: ListCache::default() }
        }
        ExprKind::StringMatch { op, text, pattern } => Kind::StringMatch {
            op: *op,
            text: boxed(text, cx)?,
            pattern: boxed(pattern, cx)?,
            cache: RegexCache::default(),
        },
        ExprKind::IsNull { operand, negated } => {
            Kind::IsNull { operand: boxed(operand, cx)?, negated: *negated }
        }
        ExprKind::Test { operand, test, negated } => {
            Kind::Test { operand: boxed(operand, cx)?, test: test.clone(), negated: *negated }
        }
        ExprKind::Case { operand, branches, otherwise } => Kind::Case {
            operand: optional(operand, cx)?,
            branches: branches
                .iter()
                .map(|(when, then)| Ok((node(when, cx)?, node(then, cx)?)))
                .collect::<Result<_, Error>>()?,
            otherwise: optional(otherwise, cx)?,
        },
        ExprKind::Function { name, arguments } => {
            let function = functions::lookup(name).ok_or_else(|| {
                errors::unsupported(format!("function {name}() is not supported")).with_span(expr.span)
            })?;
            Kind::Call { function, arguments: all(arguments, cx)? }
        }
        ExprKind::UserFunction { function, arguments } => {
            Kind::UserCall { function: Arc::clone(function), arguments: all(arguments, cx)? }
        }
        ExprKind::ListComprehension { variable, list, predicate, projection } => Kind::ListComprehension {
            variable: *variable,
            list: looped(list, cx)?,
            predicate: optional(predicate, cx)?,
            projection: optional(projection, cx)?,
        },
        ExprKind::Quantifier { kind, variable, list, predicate } => Kind::Quantifier {
            kind: *kind,
            variable: *variable,
            list: looped(list, cx)?,
            predicate: boxed(predicate, cx)?,
        },
        ExprKind::Let { variable, value, body } => {
            Kind::Let { variable: *variable, value: boxed(value, cx)?, body: boxed(body, cx)? }
        }
        ExprKind::Reduce { accumulator, initial, variable, list, body, predicate } => Kind::Reduce {
            accumulator: *accumulator,
            initial: boxed(initial, cx)?,
            variable: *variable,
            list: looped(list, cx)?,
            body: boxed(body, cx)?,
            predicate: optional(predicate, cx)?,
        },
        ExprKind::Path(variables) => Kind::Path(variables.clone()),
        ExprKind::Subquery { kind, plan } => {
            let mut arguments = Vec::new();
            plan.for_each_argument(&mut |variable| {
                if !arguments.contains(&variable) {
                    arguments.push(variable);
                }
            });
            Kind::Subquery { subquery: cx.subqueries.compile(kind, plan)?, arguments }
        }
    };
    let costs_a_loop = matches!(
        kind,
        Kind::ListComprehension { .. }
            | Kind::Quantifier { .. }
            | Kind::Reduce { .. }
            | Kind::Let { .. }
            | Kind::Case { .. }
    );
    Ok(if costs_a_loop { once(expr, kind) } else { Node { kind, span: expr.span } })
}

fn named(entries: &[(Arc<str>, Expr)], cx: &CompileContext<'_>) -> Result<Vec<(Arc<str>, Node)>, Error> {
    entries.iter().map(|(key, item)| Ok((Arc::clone(key), node(item, cx)?))).collect()
}

/// A list of constants is a constant, and keeps its identity from batch to batch.
fn list(items: Vec<Node>) -> Kind {
    let constants: Option<Vec<Value>> = items.iter().map(Node::as_constant).collect();
    match constants {
        Some(values) => Kind::Constant(values.into_iter().collect()),
        None => Kind::List(items),
    }
}

fn map(entries: Vec<(Arc<str>, Node)>) -> Kind {
    let constants: Option<Vec<(Arc<str>, Value)>> =
        entries.iter().map(|(key, item)| Some((Arc::clone(key), item.as_constant()?))).collect();
    match constants {
        Some(entries) => Kind::Constant(Value::from(Map::from_entries(entries))),
        None => Kind::Map(entries),
    }
}
