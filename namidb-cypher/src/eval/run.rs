//! Evaluators at work: one arm for each kind of expression.

use super::compile::Subquery;
use super::looped::Looped;
use super::membership::ListCache;
use super::range_call::{RangeCall, RangeQuestion};
use super::scope::Scope;
use super::strings::RegexCache;
use super::{
    Selection, arithmetic, bits, case, compare, comprehension, concatenate, container, labels, logic,
    membership, path, property, strings, value_test,
};
use crate::Error;
use crate::binder::bound::{ArithmeticOp, CompareOp, QuantifierKind, StringOp, ValueTest, VarId};
use crate::factor::Batch;
use crate::functions::procedures::ProcedureCall;
use crate::functions::{self, Call, ScalarFunction, UserFunction, value_bytes_limit};
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// A part of an evaluator.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What a part computes. The names are those of [`crate::binder::bound::ExprKind`].
#[derive(Debug)]
pub(crate) enum Kind {
    Constant(Value),
    Parameter(Arc<str>),
    Column(VarId),
    /// The same for every row, so that one row is enough.
    Invariant(Box<Node>),
    Property {
        base: Box<Node>,
        key: Arc<str>,
    },
    Index {
        base: Box<Node>,
        index: Box<Node>,
    },
    Slice {
        base: Box<Node>,
        from: Option<Box<Node>>,
        to: Option<Box<Node>>,
    },
    HasLabels {
        base: Box<Node>,
        labels: Vec<Arc<str>>,
    },
    HasComputedLabels {
        base: Box<Node>,
        names: Box<Node>,
        any: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Arc<str>, Node)>),
    MapProjection {
        base: Box<Node>,
        all_properties: bool,
        items: Vec<(Arc<str>, Node)>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Xor(Vec<Node>),
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Node>,
        right: Box<Node>,
    },
    Concatenate {
        left: Box<Node>,
        right: Box<Node>,
    },
    Compare {
        op: CompareOp,
        left: Box<Node>,
        right: Box<Node>,
    },
    In {
        item: Box<Node>,
        list: Box<Node>,
        cache: ListCache,
    },
    StringMatch {
        op: StringOp,
        text: Box<Node>,
        pattern: Box<Node>,
        cache: RegexCache,
    },
    IsNull {
        operand: Box<Node>,
        negated: bool,
    },
    Test {
        operand: Box<Node>,
        test: ValueTest,
        negated: bool,
    },
    Case {
        operand: Option<Box<Node>>,
        branches: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    Call {
        function: &'static ScalarFunction,
        arguments: Vec<Node>,
    },
    UserCall {
        function: Arc<dyn UserFunction>,
        arguments: Vec<Node>,
    },
    /// What is asked of a range that is not written out.
    OfRange {
        range: RangeCall,
        question: RangeQuestion,
    },
    ListComprehension {
        variable: VarId,
        list: Looped,
        predicate: Option<Box<Node>>,
        projection: Option<Box<Node>>,
    },
    Quantifier {
        kind: QuantifierKind,
        variable: VarId,
        list: Looped,
        predicate: Box<Node>,
    },
    Let {
        variable: VarId,
        value: Box<Node>,
        body: Box<Node>,
    },
    Reduce {
        accumulator: VarId,
        initial: Box<Node>,
        variable: VarId,
        list: Looped,
        body: Box<Node>,
        predicate: Option<Box<Node>>,
    },
    Path(Vec<VarId>),
    Subquery {
        subquery: Arc<dyn Subquery>,
        arguments: Vec<VarId>,
    },
}

impl Node {
    /// The value, if it is written in the text.
    pub(crate) fn as_constant(&self) -> Option<Value> {
        match &self.kind {
            Kind::Constant(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// One value a row.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Vector, Error> {
        if scope.len() == 0 {
            return Ok(Vector::nulls(0));
        }
        self.compute(scope).map_err(|error| self.placed(error))
    }

    /// The rows for which this, a predicate, is true.
    pub(crate) fn select(&self, scope: &Scope<'_>) -> Result<Selection, Error> {
        if scope.len() == 0 {
            return Ok(Selection::All);
        }
        match &self.kind {
            Kind::And(terms) => select_all(terms, scope),
            Kind::Compare { op, left, right } => {
                if let Some(rows) = self.select_property(*op, left, right, scope)? {
                    return Ok(Selection::of(rows, scope.len()));
                }
                self.select_true(scope)
            }
            _ => self.select_true(scope),
        }
    }

    fn select_true(&self, scope: &Scope<'_>) -> Result<Selection, Error> {
        let answers = self.evaluate(scope)?;
        if let Vector::Constant(Value::Boolean(true), _) = answers {
            return Ok(Selection::All);
        }
        let truth = bits::Truth::of(&answers, "a predicate").map_err(|error| self.placed(error))?;
        Ok(Selection::of(truth.true_rows(), scope.len()))
    }

    /// The rows of a comparison of a property with a constant, read from the property's chunks.
    fn select_property(
        &self,
        op: CompareOp,
        left: &Node,
        right: &Node,
        scope: &Scope<'_>,
    ) -> Result<Option<Vec<u32>>, Error> {
        let (op, base, key, other) = match (&left.kind, &right.kind) {
            (Kind::Property { base, key }, Kind::Constant(_) | Kind::Parameter(_)) => (op, base, key, right),
            (Kind::Constant(_) | Kind::Parameter(_), Kind::Property { base, key }) => {
                (compare::flipped(op), base, key, left)
            }
            _ => return Ok(None),
        };
        let Vector::Constant(constant, _) = other.evaluate(scope)? else { return Ok(None) };
        let base = base.evaluate(scope)?;
        Ok(property::select(&base, key, op, &constant, scope.input().state))
    }

    /// The error with this place, unless it has one further in.
    fn placed(&self, error: Error) -> Error {
        if error.span().is_some() { error } else { error.with_span(self.span) }
    }

    fn compute(&self, scope: &Scope<'_>) -> Result<Vector, Error> {
        let len = scope.len();
        let input = scope.input();
        Ok(match &self.kind {
            Kind::Constant(value) => Vector::constant(value.clone(), len),
            Kind::Parameter(name) => {
                let value = input.cx.params.get(name).ok_or_else(|| missing_parameter(name))?;
                Vector::constant(value.clone(), len)
            }
            Kind::Column(variable) => scope.column(*variable)?,
            Kind::Invariant(node) => Vector::constant(node.evaluate(&scope.subset(&[0]))?.value(0), len),
            Kind::Property { base, key } => property::evaluate(&base.evaluate(scope)?, key, input.state)?,
            Kind::Index { base, index } => {
                container::index(&base.evaluate(scope)?, &index.evaluate(scope)?, input.state)?
            }
            Kind::Slice { base, from, to } => {
                let bound = |node: &Option<Box<Node>>| node.as_ref().map(|n| n.evaluate(scope)).transpose();
                container::slice(&base.evaluate(scope)?, bound(from)?.as_ref(), bound(to)?.as_ref())?
            }
            Kind::HasLabels { base, labels } => {
                labels::has_labels(&base.evaluate(scope)?, labels, input.state)?
            }
            Kind::HasComputedLabels { base, names, any } => {
                labels::has_computed(&base.evaluate(scope)?, &names.evaluate(scope)?, *any, input.state)?
            }
            Kind::List(items) => container::list(&evaluate_all(items, scope)?, len),
            Kind::Map(entries) => container::map(&evaluate_named(entries, scope)?, len),
            Kind::MapProjection { base, all_properties, items } => {
                let items = evaluate_named(items, scope)?;
                container::projection(&base.evaluate(scope)?, *all_properties, &items, input.state)?
            }
            Kind::Not(operand) => bits::Truth::of(&operand.evaluate(scope)?, "NOT")?.not().into_vector(),
            Kind::Negate(operand) => arithmetic::negate(&operand.evaluate(scope)?)?,
            Kind::And(terms) => logic::and(terms, scope)?,
            Kind::Or(terms) => logic::or(terms, scope)?,
            Kind::Xor(terms) => logic::xor(terms, scope)?,
            Kind::Arithmetic { op, left, right } => {
                let limit = value_bytes_limit(input.cx);
                arithmetic::evaluate(*op, &left.evaluate(scope)?, &right.evaluate(scope)?, limit)?
            }
            Kind::Concatenate { left, right } => {
                let limit = value_bytes_limit(input.cx);
                concatenate::evaluate(&left.evaluate(scope)?, &right.evaluate(scope)?, limit)?
            }
            Kind::Compare { op, left, right } => {
                compare::evaluate(*op, &left.evaluate(scope)?, &right.evaluate(scope)?)
            }
            Kind::In { item, list, cache } => {
                membership::evaluate(&item.evaluate(scope)?, &list.evaluate(scope)?, cache)?
            }
            Kind::StringMatch { op, text, pattern, cache } => {
                strings::evaluate(*op, &text.evaluate(scope)?, &pattern.evaluate(scope)?, cache)?
            }
            Kind::IsNull { operand, negated } => logic::is_null(&operand.evaluate(scope)?, *negated),
            Kind::Test { operand, test, negated } => {
                value_test::evaluate(&operand.evaluate(scope)?, test, *negated)
            }
            Kind::Case { operand, branches, otherwise } => {
                case::evaluate(operand.as_deref(), branches, otherwise.as_deref(), scope)?
            }
            Kind::Call { function, arguments } => {
                let arguments = evaluate_all(arguments, scope)?;
                call(function, arguments, scope)?
            }
            Kind::UserCall { function, arguments } => {
                let arguments = evaluate_all(arguments, scope)?;
                call_user(&**function, &arguments, scope, self.span)?
            }
            Kind::OfRange { range, question } => question.evaluate(range, scope)?,
            Kind::ListComprehension { variable, list, predicate, projection } => {
                let lists = list.evaluate(scope, "a list comprehension")?;
                comprehension::list(*variable, &lists, predicate.as_deref(), projection.as_deref(), scope)?
            }
            Kind::Quantifier { kind, variable, list, predicate } => {
                let lists = list.evaluate(scope, "a quantifier")?;
                comprehension::quantifier(*kind, *variable, &lists, predicate, scope)?
            }
            Kind::Let { variable, value, body } => {
                let value = value.evaluate(scope)?;
                body.evaluate(&scope.with_local(*variable, value))?
            }
            Kind::Reduce { accumulator, initial, variable, list, body, predicate } => {
                let initial = initial.evaluate(scope)?;
                let lists = list.evaluate(scope, "reduce()")?;
                let step = comprehension::Step { body, predicate: predicate.as_deref() };
                comprehension::reduce((*accumulator, initial), (*variable, &lists), step, scope)?
            }
            Kind::Path(variables) => {
                let columns =
                    variables.iter().map(|v| scope.column(*v)).collect::<Result<Vec<Vector>, Error>>()?;
                path::build(&columns, len, input.state)?
            }
            Kind::Subquery { subquery, arguments } => {
                let columns = arguments
                    .iter()
                    .map(|v| Ok((*v, scope.column(*v)?)))
                    .collect::<Result<Vec<_>, Error>>()?;
                subquery.evaluate(&Batch::flat(len, columns), input.state, input.cx)?
            }
        })
    }
}

/// A conjunction: each term sees the rows that all before it kept.
fn select_all(terms: &[Node], scope: &Scope<'_>) -> Result<Selection, Error> {
    let mut kept: Option<Vec<u32>> = None;
    for term in terms {
        let selected = match &kept {
            None => term.select(scope)?,
            Some(rows) if rows.is_empty() => break,
            Some(rows) => term.select(&scope.subset(rows))?,
        };
        if let Selection::Rows(selected) = selected {
            kept = Some(match kept {
                None => selected,
                Some(rows) => selected.iter().map(|&row| rows[row as usize]).collect(),
            });
        }
    }
    Ok(kept.map_or(Selection::All, Selection::Rows))
}

/// Calls a function; for constants once.
fn call(
    function: &'static ScalarFunction,
    mut arguments: Vec<Vector>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let len = scope.len();
    let input = scope.input();
    let once = function.deterministic && arguments.iter().all(|a| matches!(a, Vector::Constant(..)));
    let rows = if once { 1 } else { len };
    if once {
        for argument in &mut arguments {
            *argument = argument.slice(0, 1);
        }
    }
    let call = Call { function, arguments: &arguments, len: rows, state: input.state, cx: input.cx };
    let result = (function.kernel)(&call)?;
    if result.len() != rows {
        return Err(super::errors::internal(format!("{}() lost rows", function.name)));
    }
    Ok(if once { Vector::constant(result.value(0), len) } else { result })
}

/// Calls a function of a program row by row; for constants once.
fn call_user(
    function: &dyn UserFunction,
    arguments: &[Vector],
    scope: &Scope<'_>,
    span: Span,
) -> Result<Vector, Error> {
    let input = scope.input();
    let constant = arguments.iter().all(|a| matches!(a, Vector::Constant(..)));
    let once = function.signature().deterministic && constant;
    let call = ProcedureCall { state: input.state, cx: input.cx };
    let rows = if once { 1 } else { scope.len() };
    let mut results = Vec::with_capacity(rows);
    for row in 0..rows {
        input.cx.check()?;
        let values = arguments.iter().map(|argument| argument.value(row)).collect();
        results.push(functions::call_user_function(function, values, &call, span)?);
    }
    match results.pop() {
        Some(value) if once => Ok(Vector::constant(value, scope.len())),
        last => {
            results.extend(last);
            Ok(Vector::from_values(results))
        }
    }
}

fn evaluate_all(nodes: &[Node], scope: &Scope<'_>) -> Result<Vec<Vector>, Error> {
    nodes.iter().map(|node| node.evaluate(scope)).collect()
}

fn evaluate_named(nodes: &[(Arc<str>, Node)], scope: &Scope<'_>) -> Result<Vec<(Arc<str>, Vector)>, Error> {
    nodes.iter().map(|(key, node)| Ok((Arc::clone(key), node.evaluate(scope)?))).collect()
}

fn missing_parameter(name: &str) -> Error {
    Error::compile_time(
        ErrorCode::MissingParameter,
        "ParameterMissing",
        "MissingParameter",
        format!("parameter ${name} was not given"),
    )
}
