//! The row-at-a-time evaluator, and the property that the vectorised one agrees with it on random expressions
//! over random columns.

use super::build::{batch, boxed, evaluate, expr, literal, select_on, variable};
use crate::binder::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, QuantifierKind, StringOp, VarId};
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::value::order;
use proptest::prelude::*;

/// An evaluation fails, whatever the error.
#[derive(Debug)]
struct Failed;

type Answer = Result<Value, Failed>;

fn truth(value: &Value) -> Result<Option<bool>, Failed> {
    match value {
        Value::Null => Ok(None),
        Value::Boolean(b) => Ok(Some(*b)),
        _ => Err(Failed),
    }
}

fn answer(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Boolean)
}

fn of(e: &Expr, row: &mut Vec<Value>) -> Answer {
    Ok(match &e.kind {
        ExprKind::Literal(value) => value.clone(),
        ExprKind::Variable(v) => row[v.0 as usize].clone(),
        ExprKind::List(items) => items.iter().map(|i| of(i, row)).collect::<Result<_, _>>()?,
        ExprKind::Not(operand) => answer(truth(&of(operand, row)?)?.map(|b| !b)),
        ExprKind::Negate(operand) => match of(operand, row)? {
            Value::Null => Value::Null,
            Value::Integer(i) => Value::Integer(i64::try_from(-i128::from(i)).map_err(|_| Failed)?),
            Value::Float(f) => Value::Float(-f),
            _ => return Err(Failed),
        },
        ExprKind::And(terms) => {
            let mut all = Some(true);
            for term in terms {
                match truth(&of(term, row)?)? {
                    Some(false) => return Ok(Value::Boolean(false)),
                    Some(true) => {}
                    None => all = None,
                }
            }
            answer(all)
        }
        ExprKind::Or(terms) => {
            let mut any = Some(false);
            for term in terms {
                match truth(&of(term, row)?)? {
                    Some(true) => return Ok(Value::Boolean(true)),
                    Some(false) => {}
                    None => any = None,
                }
            }
            answer(any)
        }
        ExprKind::Xor(terms) => {
            let mut odd = Some(false);
            for term in terms {
                let next = truth(&of(term, row)?)?;
                odd = odd.zip(next).map(|(a, b)| a != b);
            }
            answer(odd)
        }
        ExprKind::Arithmetic { op, left, right } => {
            let (l, r) = (of(left, row)?, of(right, row)?);
            compute(*op, &l, &r)?
        }
        ExprKind::Concatenate { left, right } => match (of(left, row)?, of(right, row)?) {
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (Value::List(l), Value::List(r)) => l.iter().chain(r.iter()).cloned().collect(),
            (Value::String(l), Value::String(r)) => Value::from(format!("{l}{r}")),
            _ => return Err(Failed),
        },
        ExprKind::Compare { op, left, right } => {
            let (l, r) = (of(left, row)?, of(right, row)?);
            answer(match op {
                CompareOp::Equal => order::equals(&l, &r),
                CompareOp::NotEqual => order::equals(&l, &r).map(|b| !b),
                CompareOp::Less => order::less_than(&l, &r),
                CompareOp::LessOrEqual => order::less_or_equal(&l, &r),
                CompareOp::Greater => order::less_than(&r, &l),
                CompareOp::GreaterOrEqual => order::less_or_equal(&r, &l),
            })
        }
        ExprKind::In { item, list } => {
            let (item, list) = (of(item, row)?, of(list, row)?);
            let Value::List(items) = list else {
                return if list.is_null() { Ok(Value::Null) } else { Err(Failed) };
            };
            let answers: Vec<Option<bool>> = items.iter().map(|i| order::equals(&item, i)).collect();
            answer(if answers.contains(&Some(true)) {
                Some(true)
            } else if answers.contains(&None) {
                None
            } else {
                Some(false)
            })
        }
        ExprKind::StringMatch { op, text, pattern } => match (of(text, row)?, of(pattern, row)?) {
            (Value::String(text), Value::String(pattern)) => Value::Boolean(match op {
                StringOp::StartsWith => text.starts_with(&*pattern),
                StringOp::EndsWith => text.ends_with(&*pattern),
                StringOp::Contains => text.contains(&*pattern),
                StringOp::Regex => *text == *pattern,
            }),
            _ => Value::Null,
        },
        ExprKind::IsNull { operand, negated } => Value::Boolean(of(operand, row)?.is_null() != *negated),
        ExprKind::Case { operand, branches, otherwise } => {
            let operand = operand.as_ref().map(|o| of(o, row)).transpose()?;
            for (when, then) in branches {
                let when = of(when, row)?;
                let taken = match &operand {
                    None => truth(&when)?,
                    Some(operand) => order::equals(operand, &when),
                };
                if taken == Some(true) {
                    return of(then, row);
                }
            }
            otherwise.as_ref().map_or(Ok(Value::Null), |o| of(o, row))?
        }
        ExprKind::Index { base, index } => match (of(base, row)?, of(index, row)?) {
            (Value::Null, _) | (_, Value::Null) => Value::Null,
            (Value::List(items), Value::Integer(at)) => {
                let at = if at < 0 { at + items.len() as i64 } else { at };
                if at < 0 { Value::Null } else { items.get(at as usize).cloned().unwrap_or_default() }
            }
            _ => return Err(Failed),
        },
        ExprKind::Slice { base, from, to } => {
            let base = of(base, row)?;
            let from = from.as_ref().map(|e| of(e, row)).transpose()?;
            let to = to.as_ref().map(|e| of(e, row)).transpose()?;
            let items = match base {
                Value::Null => return Ok(Value::Null),
                Value::List(items) => items,
                _ => return Err(Failed),
            };
            let len = items.len() as i64;
            let bound = |bound: Option<Value>, absent: i64| match bound {
                None => Ok(Some(absent)),
                Some(Value::Null) => Ok(None),
                Some(Value::Integer(at)) => Ok(Some((if at < 0 { at + len } else { at }).clamp(0, len))),
                Some(_) => Err(Failed),
            };
            match (bound(from, 0)?, bound(to, len)?) {
                (Some(from), Some(to)) => {
                    items.iter().take(to as usize).skip(from as usize).cloned().collect()
                }
                _ => Value::Null,
            }
        }
        ExprKind::ListComprehension { variable, list, predicate, projection } => {
            // What is bound inside is not seen outside.
            let row = &mut row.clone();
            let Some(items) = elements(list, row)? else { return Ok(Value::Null) };
            let mut result = Vec::new();
            for item in items {
                bind(row, *variable, item.clone());
                let kept = predicate.as_ref().map_or(Ok(Some(true)), |p| truth(&of(p, row)?))?;
                if kept == Some(true) {
                    result.push(projection.as_ref().map_or(Ok(item), |p| of(p, row))?);
                }
            }
            Value::from_iter(result)
        }
        ExprKind::Quantifier { kind, variable, list, predicate } => {
            let row = &mut row.clone();
            let Some(items) = elements(list, row)? else { return Ok(Value::Null) };
            let (mut yes, mut unknown) = (0, 0);
            for item in items {
                bind(row, *variable, item);
                let found = truth(&of(predicate, row)?)?;
                match kind {
                    QuantifierKind::All if found == Some(false) => return Ok(Value::Boolean(false)),
                    QuantifierKind::Any if found == Some(true) => return Ok(Value::Boolean(true)),
                    QuantifierKind::None if found == Some(true) => return Ok(Value::Boolean(false)),
                    QuantifierKind::Single if found == Some(true) && yes == 1 => {
                        return Ok(Value::Boolean(false));
                    }
                    _ => {}
                }
                yes += usize::from(found == Some(true));
                unknown += usize::from(found.is_none());
            }
            let at_the_end = match kind {
                QuantifierKind::All | QuantifierKind::None => true,
                QuantifierKind::Any => false,
                QuantifierKind::Single => yes == 1,
            };
            answer((unknown == 0).then_some(at_the_end))
        }
        ExprKind::Let { variable, value, body } => {
            let row = &mut row.clone();
            let value = of(value, row)?;
            bind(row, *variable, value);
            of(body, row)?
        }
        ExprKind::Reduce { accumulator, initial, variable, list, body, predicate } => {
            let row = &mut row.clone();
            let mut result = of(initial, row)?;
            let Some(items) = elements(list, row)? else { return Ok(Value::Null) };
            let mut holds = Value::Boolean(true);
            for item in items {
                bind(row, *accumulator, result);
                bind(row, *variable, item);
                result = of(body, row)?;
                if let Some(predicate) = predicate {
                    bind(row, *accumulator, result.clone());
                    match of(predicate, row)? {
                        Value::Boolean(true) => {}
                        Value::Null => holds = Value::Null,
                        no => return Ok(no),
                    }
                }
            }
            if predicate.is_some() { holds } else { result }
        }
        other => panic!("the reference does not know {other:?}"),
    })
}

fn elements(list: &Expr, row: &mut Vec<Value>) -> Result<Option<Vec<Value>>, Failed> {
    match of(list, row)? {
        Value::Null => Ok(None),
        Value::List(items) => Ok(Some(items.to_vec())),
        _ => Err(Failed),
    }
}

fn bind(row: &mut Vec<Value>, variable: VarId, value: Value) {
    let at = variable.0 as usize;
    if row.len() <= at {
        row.resize(at + 1, Value::Null);
    }
    row[at] = value;
}

fn compute(op: ArithmeticOp, l: &Value, r: &Value) -> Answer {
    let float = |l: f64, r: f64| match op {
        ArithmeticOp::Add => l + r,
        ArithmeticOp::Subtract => l - r,
        ArithmeticOp::Multiply => l * r,
        ArithmeticOp::Divide => l / r,
        ArithmeticOp::Modulo => l % r,
        ArithmeticOp::Power => l.powf(r),
    };
    Ok(match (l, r) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (Value::Integer(l), Value::Integer(r)) => {
            let (wide_l, wide_r) = (i128::from(*l), i128::from(*r));
            let exact = match op {
                ArithmeticOp::Add => wide_l + wide_r,
                ArithmeticOp::Subtract => wide_l - wide_r,
                ArithmeticOp::Multiply => wide_l * wide_r,
                ArithmeticOp::Divide => wide_l.checked_div(wide_r).ok_or(Failed)?,
                ArithmeticOp::Modulo => wide_l.checked_rem(wide_r).ok_or(Failed)?,
                ArithmeticOp::Power => return Ok(Value::Float(float(*l as f64, *r as f64))),
            };
            Value::Integer(i64::try_from(exact).map_err(|_| Failed)?)
        }
        (Value::Integer(l), Value::Float(r)) => Value::Float(float(*l as f64, *r)),
        (Value::Float(l), Value::Integer(r)) => Value::Float(float(*l, *r as f64)),
        (Value::Float(l), Value::Float(r)) => Value::Float(float(*l, *r)),
        _ if op != ArithmeticOp::Add => return Err(Failed),
        (Value::List(l), Value::List(r)) => l.iter().chain(r.iter()).cloned().collect(),
        (Value::List(l), r) => l.iter().cloned().chain([r.clone()]).collect(),
        (l, Value::List(r)) => [l.clone()].into_iter().chain(r.iter().cloned()).collect(),
        (
            Value::String(l),
            r @ (Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_)),
        ) => Value::from(format!("{l}{}", r.to_text().ok_or(Failed)?)),
        (l @ (Value::Integer(_) | Value::Float(_) | Value::Boolean(_)), Value::String(r)) => {
            Value::from(format!("{}{r}", l.to_text().ok_or(Failed)?))
        }
        _ => return Err(Failed),
    })
}

fn integer() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (-4_i64..5).prop_map(Value::Integer),
        1 => prop::sample::select(vec![i64::MIN, i64::MAX, 1 << 53, (1 << 53) + 1]).prop_map(Value::Integer),
    ]
}

fn float() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (-4_i64..5).prop_map(|n| Value::Float(n as f64 / 2.0)),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, -0.0, 9_007_199_254_740_992.0])
            .prop_map(Value::Float),
    ]
}

fn string() -> impl Strategy<Value = Value> {
    "[abé]{0,3}".prop_map(Value::from)
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        integer(),
        float(),
        string(),
        any::<bool>().prop_map(Value::Boolean),
        prop::collection::vec(prop_oneof![Just(Value::Null), integer(), string()], 0..4)
            .prop_map(Value::from_iter),
    ]
}

/// A column of one type with nulls, or of anything.
fn column(len: usize) -> impl Strategy<Value = Vec<Value>> {
    fn nullable(value: impl Strategy<Value = Value> + 'static, len: usize) -> BoxedStrategy<Vec<Value>> {
        prop::collection::vec(prop_oneof![1 => Just(Value::Null), 6 => value], len..=len).boxed()
    }
    prop_oneof![
        prop::collection::vec(integer(), len..=len),
        nullable(integer(), len),
        nullable(float(), len),
        nullable(string(), len),
        nullable(any::<bool>().prop_map(Value::Boolean), len),
        nullable(any_value(), len),
        any_value().prop_map(move |value| vec![value; len]),
    ]
}

const COLUMNS: u32 = 3;

fn any_expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        3 => (0..COLUMNS).prop_map(variable),
        2 => any_value().prop_map(literal),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        let many = prop::collection::vec(inner.clone(), 2..4);
        let arithmetic_op = prop::sample::select(vec![
            ArithmeticOp::Add,
            ArithmeticOp::Subtract,
            ArithmeticOp::Multiply,
            ArithmeticOp::Divide,
            ArithmeticOp::Modulo,
            ArithmeticOp::Power,
        ]);
        let compare_op = prop::sample::select(vec![
            CompareOp::Equal,
            CompareOp::NotEqual,
            CompareOp::Less,
            CompareOp::LessOrEqual,
            CompareOp::Greater,
            CompareOp::GreaterOrEqual,
        ]);
        let string_op = prop::sample::select(vec![
            StringOp::StartsWith,
            StringOp::EndsWith,
            StringOp::Contains,
            StringOp::Regex,
        ]);
        let quantifier_kind = prop::sample::select(vec![
            QuantifierKind::All,
            QuantifierKind::Any,
            QuantifierKind::None,
            QuantifierKind::Single,
        ]);
        let b = |e: Expr| Box::new(e);
        prop_oneof![
            1 => pair.clone().prop_map(move |(l, r)| {
                expr(ExprKind::Concatenate { left: b(l), right: b(r) })
            }),
            2 => (arithmetic_op, pair.clone()).prop_map(move |(op, (l, r))| {
                expr(ExprKind::Arithmetic { op, left: b(l), right: b(r) })
            }),
            3 => (compare_op, pair.clone()).prop_map(move |(op, (l, r))| {
                expr(ExprKind::Compare { op, left: b(l), right: b(r) })
            }),
            1 => many.clone().prop_map(|terms| expr(ExprKind::And(predicates(terms)))),
            1 => many.clone().prop_map(|terms| expr(ExprKind::Or(predicates(terms)))),
            1 => many.clone().prop_map(|terms| expr(ExprKind::Xor(predicates(terms)))),
            1 => many.prop_map(|items| expr(ExprKind::List(items))),
            1 => inner.clone().prop_map(move |e| expr(ExprKind::Not(b(predicate(e))))),
            1 => inner.clone().prop_map(move |e| expr(ExprKind::Negate(b(e)))),
            1 => (inner.clone(), any::<bool>()).prop_map(move |(e, negated)| {
                expr(ExprKind::IsNull { operand: b(e), negated })
            }),
            1 => pair.clone().prop_map(move |(item, list)| expr(ExprKind::In { item: b(item), list: b(list) })),
            1 => (string_op, pair.clone()).prop_map(move |(op, (text, pattern))| {
                expr(ExprKind::StringMatch { op, text: b(text), pattern: b(pattern) })
            }),
            1 => (inner.clone(), pair.clone(), any::<bool>()).prop_map(move |(when, (then, other), simple)| {
                let operand = simple.then(|| Box::new(variable(0)));
                let when = if simple { when } else { predicate(when) };
                expr(ExprKind::Case { operand, branches: vec![(when, then)], otherwise: Some(b(other)) })
            }),
            1 => pair.clone().prop_map(move |(base, index)| {
                expr(ExprKind::Index { base: b(base), index: b(index) })
            }),
            1 => (inner.clone(), pair.clone()).prop_map(move |(base, (from, to))| {
                expr(ExprKind::Slice { base: b(base), from: Some(b(from)), to: Some(b(to)) })
            }),
            1 => (inner.clone(), pair.clone()).prop_map(move |(list, (p, q))| {
                let element = expr(ExprKind::Compare {
                    op: CompareOp::NotEqual,
                    left: Box::new(variable(COLUMNS)),
                    right: b(p),
                });
                let projection = expr(ExprKind::List(vec![variable(COLUMNS), q]));
                expr(ExprKind::ListComprehension {
                    variable: VarId(COLUMNS),
                    list: b(list),
                    predicate: Some(b(element)),
                    projection: Some(b(projection)),
                })
            }),
            1 => (quantifier_kind, pair.clone()).prop_map(move |(kind, (list, p))| {
                let predicate = expr(ExprKind::Compare {
                    op: CompareOp::Equal,
                    left: Box::new(variable(COLUMNS)),
                    right: b(p),
                });
                expr(ExprKind::Quantifier {
                    kind,
                    variable: VarId(COLUMNS),
                    list: b(list),
                    predicate: b(predicate),
                })
            }),
            1 => (pair, any::<bool>()).prop_map(move |((list, initial), all)| {
                let smaller = expr(ExprKind::Compare {
                    op: CompareOp::Less,
                    left: b(variable(COLUMNS + 1)),
                    right: b(variable(COLUMNS)),
                });
                let body = expr(ExprKind::Arithmetic {
                    op: ArithmeticOp::Add,
                    left: boxed(ExprKind::Variable(VarId(COLUMNS + 1))),
                    right: boxed(ExprKind::Variable(VarId(COLUMNS))),
                });
                expr(ExprKind::Reduce {
                    accumulator: VarId(COLUMNS + 1),
                    initial: b(initial),
                    variable: VarId(COLUMNS),
                    list: b(list),
                    body: b(body),
                    predicate: all.then(|| b(smaller)),
                })
            }),
        ]
    })
}

/// Most expressions are no predicates; as one, `e = column 0` serves.
fn predicate(e: Expr) -> Expr {
    match e.kind {
        ExprKind::And(_) | ExprKind::Compare { .. } | ExprKind::Not(_) | ExprKind::IsNull { .. } => e,
        _ => {
            expr(ExprKind::Compare { op: CompareOp::Equal, left: Box::new(e), right: Box::new(variable(0)) })
        }
    }
}

fn predicates(terms: Vec<Expr>) -> Vec<Expr> {
    terms.into_iter().map(predicate).collect()
}

fn columns() -> impl Strategy<Value = Vec<Vec<Value>>> {
    (1_usize..12).prop_flat_map(|len| prop::collection::vec(column(len), 3..=3))
}

fn rows_of(columns: &[Vec<Value>]) -> Vec<Vec<Value>> {
    (0..columns[0].len()).map(|row| columns.iter().map(|c| c[row].clone()).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn whole_vectors_give_what_single_rows_give(e in any_expr(), columns in columns()) {
        let expected: Result<Vec<Value>, Failed> =
            rows_of(&columns).iter_mut().map(|row| of(&e, row)).collect();
        match (evaluate(&e, &columns), expected) {
            (Ok(found), Ok(expected)) => prop_assert_eq!(format!("{found:?}"), format!("{expected:?}")),
            (Err(error), Err(Failed)) => prop_assert!(error.span().is_some(), "{:?}", error),
            (found, expected) => prop_assert!(false, "{:?} instead of {:?}", found, expected),
        }
    }

    #[test]
    fn a_filter_keeps_the_rows_where_the_predicate_is_true(e in any_expr().prop_map(predicate), columns in columns()) {
        let expected: Result<Vec<u32>, Failed> = rows_of(&columns)
            .iter_mut()
            .enumerate()
            .filter_map(|(at, row)| match of(&e, row).and_then(|value| truth(&value)) {
                Ok(Some(true)) => Some(Ok(at as u32)),
                Ok(_) => None,
                Err(failed) => Some(Err(failed)),
            })
            .collect();
        let found = select_on(&e, &batch(&columns), &GraphState::empty());
        match (found, expected) {
            (Ok(found), Ok(expected)) => prop_assert_eq!(found, expected),
            (Err(_), Err(Failed)) => {}
            // A filter stops at a term that is null, which a conjunction as a value does not.
            (Ok(_), Err(Failed)) if matches!(e.kind, ExprKind::And(_)) => {}
            (found, expected) => prop_assert!(false, "{:?} instead of {:?}", found, expected),
        }
    }
}
