//! openCypher's corner cases, and what its errors say.

use super::build::{
    arithmetic, batch, call, comparison, context, evaluate, evaluate_on, expr, list, literal, parameter,
    property, value, variable,
};
use crate::Error;
use crate::binder::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, StringOp, VarId};
use crate::eval::{CompileContext, EvalInput, compile};
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::graph::GraphState;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Point, Time};
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

fn fault(result: Result<impl std::fmt::Debug, Error>) -> (ErrorCode, &'static str, &'static str) {
    let error = result.unwrap_err();
    assert!(error.span().is_some(), "an error has its place");
    (error.code(), error.error_type(), error.detail())
}

fn divide(left: Expr, right: Expr) -> Expr {
    arithmetic(ArithmeticOp::Divide, left, right)
}

#[test]
fn integers_do_not_wrap_and_are_not_divided_by_zero() {
    let add = arithmetic(ArithmeticOp::Add, literal(i64::MAX), literal(1));
    assert_eq!(fault(value(&add)), (ErrorCode::Arithmetic, "ArithmeticError", "IntegerOverflow"));
    let modulo = arithmetic(ArithmeticOp::Modulo, literal(1), literal(0));
    assert_eq!(fault(value(&modulo)), (ErrorCode::Arithmetic, "ArithmeticError", "DivisionByZero"));
    let vector = divide(variable(0), literal(0));
    assert_eq!(
        fault(evaluate(&vector, &[vec![Value::Null, Value::Integer(1)]])),
        (ErrorCode::Arithmetic, "ArithmeticError", "DivisionByZero")
    );
    let nulls = evaluate(&divide(variable(0), literal(0)), &[vec![Value::Null, Value::Null]]);
    assert_eq!(nulls.unwrap(), [Value::Null, Value::Null]);
    let lowest = arithmetic(ArithmeticOp::Modulo, literal(i64::MIN), literal(-1));
    assert_eq!(value(&lowest).unwrap(), Value::Integer(0));
}

#[test]
fn floats_are_divided_by_zero_as_ieee_754_says() {
    assert_eq!(value(&divide(literal(1.0), literal(0))).unwrap(), Value::Float(f64::INFINITY));
    assert!(value(&divide(literal(0.0), literal(0.0))).unwrap().as_float().unwrap().is_nan());
    let columns = [vec![Value::Float(-1.0), Value::Null]];
    let found = evaluate(&divide(variable(0), literal(0.0)), &columns).unwrap();
    assert_eq!(found, [Value::Float(f64::NEG_INFINITY), Value::Null]);
}

#[test]
fn wrong_types_of_operands_are_refused() {
    let add = arithmetic(ArithmeticOp::Add, literal(true), literal(1));
    assert_eq!(fault(value(&add)), (ErrorCode::Type, "TypeError", "InvalidArgumentType"));
    let not = expr(ExprKind::Not(Box::new(literal(1))));
    assert_eq!(fault(value(&not)), (ErrorCode::Type, "TypeError", "InvalidArgumentType"));
    let within = expr(ExprKind::In { item: Box::new(literal(1)), list: Box::new(literal("a")) });
    assert_eq!(fault(value(&within)), (ErrorCode::Type, "TypeError", "InvalidArgumentType"));
}

#[test]
fn elements_are_taken_by_integers_and_keys_by_strings() {
    let index = |base: Expr, index: Expr| {
        value(&expr(ExprKind::Index { base: Box::new(base), index: Box::new(index) }))
    };
    let map = || literal(Map::from_iter([("name", "Apa")]));
    assert_eq!(index(map(), literal("name")).unwrap(), Value::from("Apa"));
    assert_eq!(index(map(), literal("none")).unwrap(), Value::Null);
    assert_eq!(fault(index(map(), literal(12.3))).2, "MapElementAccessByNonString");
    assert_eq!(fault(index(literal(100), literal(0))).2, "InvalidArgumentType");
    assert_eq!(fault(index(list(vec![literal(1)]), literal(true))).2, "InvalidArgumentType");
    assert_eq!(index(list(vec![literal(1), literal(2)]), literal(-1)).unwrap(), Value::Integer(2));
    assert_eq!(index(list(vec![literal(1)]), literal(i64::MIN)).unwrap(), Value::Null);
}

#[test]
fn branches_that_are_not_taken_raise_nothing() {
    // CASE x WHEN 0 THEN 0 ELSE 10 / x END
    let case = expr(ExprKind::Case {
        operand: Some(Box::new(variable(0))),
        branches: vec![(literal(0), literal(0))],
        otherwise: Some(Box::new(divide(literal(10), variable(0)))),
    });
    let columns = [vec![Value::Integer(0), Value::Integer(5), Value::Null, Value::Integer(-2)]];
    let expected = [Value::Integer(0), Value::Integer(2), Value::Null, Value::Integer(-5)];
    assert_eq!(evaluate(&case, &columns).unwrap(), expected);
    // x = 0 OR 10 / x > 1
    let or = expr(ExprKind::Or(vec![
        comparison(CompareOp::Equal, variable(0), literal(0)),
        comparison(CompareOp::Greater, divide(literal(10), variable(0)), literal(1)),
    ]));
    let expected = [Value::Boolean(true), Value::Boolean(true), Value::Null, Value::Boolean(false)];
    assert_eq!(evaluate(&or, &columns).unwrap(), expected);
}

#[test]
fn nothing_is_evaluated_for_no_rows() {
    let columns = [Vec::new()];
    assert!(evaluate(&divide(literal(1), literal(0)), &columns).unwrap().is_empty());
    let missing = comparison(CompareOp::Equal, parameter("p"), variable(0));
    assert!(evaluate(&missing, &columns).unwrap().is_empty());
}

#[test]
fn parameters_are_taken_from_the_context_or_missed() {
    let mut cx = context();
    cx.params.set("p", 7);
    let found = evaluate_on(&parameter("p"), &Batch::unit(), &GraphState::empty(), &cx).unwrap();
    assert_eq!(found, [Value::Integer(7)]);
    let (code, error_type, detail) = fault(value(&parameter("q")));
    assert_eq!(
        (code, error_type, detail),
        (ErrorCode::MissingParameter, "ParameterMissing", "MissingParameter")
    );
}

#[test]
fn membership_uses_tables_and_lists_alike() {
    let few: Vec<Value> = (0..4).map(Value::Integer).collect();
    let many: Vec<Value> = (0..100).map(Value::Integer).collect();
    let columns = [vec![Value::Integer(3), Value::Null, Value::Integer(-1), Value::Integer(99)]];
    for (items, last) in [(few, false), (many, true)] {
        let within = expr(ExprKind::In {
            item: Box::new(variable(0)),
            list: Box::new(literal(Value::from_iter(items))),
        });
        let expected = [Value::Boolean(true), Value::Null, Value::Boolean(false), Value::Boolean(last)];
        assert_eq!(evaluate(&within, &columns).unwrap(), expected);
        assert_eq!(evaluate(&within, &columns).unwrap(), expected, "the second time from the cache");
    }
}

#[test]
fn regular_expressions_match_whole_texts_and_are_bounded() {
    let matches = |text: &str, pattern: &str| {
        value(&expr(ExprKind::StringMatch {
            op: StringOp::Regex,
            text: Box::new(literal(text)),
            pattern: Box::new(literal(pattern)),
        }))
    };
    assert_eq!(matches("Andres", "And.*").unwrap(), Value::Boolean(true));
    assert_eq!(matches("Andres", "And").unwrap(), Value::Boolean(false));
    assert_eq!(matches("ANDRES", "(?i)andr|andres").unwrap(), Value::Boolean(true));
    assert_eq!(fault(matches("a", "(")).0, ErrorCode::Argument);
    assert_eq!(fault(matches("a", "(a{1000}){1000}")).0, ErrorCode::Argument);
}

#[test]
fn components_of_temporal_values_and_points_are_properties() {
    let of = |value_: Value, key: &str| value(&property(literal(value_), key));
    let at = LocalDateTime::new(
        Date::new(1984, 11, 11).unwrap(),
        LocalTime::new(12, 31, 14, 645_876_123).unwrap(),
    )
    .unwrap();
    let instant = at.at_offset(3_600, Some(Arc::from("Europe/Stockholm"))).unwrap();
    let expected = [
        ("year", 1984),
        ("quarter", 4),
        ("month", 11),
        ("week", 45),
        ("weekYear", 1984),
        ("day", 11),
        ("ordinalDay", 316),
        ("weekDay", 7),
        ("dayOfQuarter", 42),
        ("hour", 12),
        ("minute", 31),
        ("second", 14),
        ("millisecond", 645),
        ("microsecond", 645_876),
        ("nanosecond", 645_876_123),
        ("offsetMinutes", 60),
        ("offsetSeconds", 3_600),
        ("epochSeconds", 469_020_674),
        ("epochMillis", 469_020_674_645),
    ];
    for (key, number) in expected {
        assert_eq!(of(Value::from(instant.clone()), key).unwrap(), Value::Integer(number), "{key}");
    }
    assert_eq!(of(Value::from(instant.clone()), "timezone").unwrap(), Value::from("Europe/Stockholm"));
    assert_eq!(of(Value::from(instant), "offset").unwrap(), Value::from("+01:00"));
    let duration = Duration::new(16, 10, 3_661, 111_111_111).unwrap();
    let expected = [
        ("years", 1),
        ("quarters", 5),
        ("months", 16),
        ("weeks", 1),
        ("days", 10),
        ("hours", 1),
        ("minutes", 61),
        ("seconds", 3_661),
        ("milliseconds", 3_661_111),
        ("microseconds", 3_661_111_111),
        ("nanoseconds", 3_661_111_111_111),
        ("quartersOfYear", 1),
        ("monthsOfQuarter", 1),
        ("monthsOfYear", 4),
        ("daysOfWeek", 3),
        ("minutesOfHour", 1),
        ("secondsOfMinute", 1),
        ("millisecondsOfSecond", 111),
        ("microsecondsOfSecond", 111_111),
        ("nanosecondsOfSecond", 111_111_111),
    ];
    for (key, number) in expected {
        assert_eq!(of(Value::from(duration), key).unwrap(), Value::Integer(number), "{key}");
    }
    let time = Time::new(LocalTime::MIDNIGHT, -5_400).unwrap();
    assert_eq!(of(Value::from(time), "timezone").unwrap(), Value::from("-01:30"));
    let point = Point::new(namidb_core::value::spatial::WGS_84, 1.5, 2.5, None).unwrap();
    assert_eq!(of(Value::from(point), "latitude").unwrap(), Value::Float(2.5));
    assert_eq!(of(Value::from(point), "z").unwrap(), Value::Null);
    assert_eq!(fault(of(Value::from(time), "year")).0, ErrorCode::Argument);
    assert_eq!(fault(of(Value::Integer(1), "x")).2, "InvalidArgumentType");
    let long = Duration::new(0, 0, i64::MAX, 0).unwrap();
    assert_eq!(fault(of(Value::from(long), "nanoseconds")).2, "IntegerOverflow");
    let early = LocalDateTime::new(Date::MIN, LocalTime::MIDNIGHT).unwrap().at_offset(0, None).unwrap();
    assert_eq!(fault(of(Value::from(early), "epochMillis")).2, "IntegerOverflow");
}

#[test]
fn temporal_values_are_shifted_by_durations() {
    let date = || literal(Date::new(1984, 10, 11).unwrap());
    let by = || literal(Duration::new(149, 14, 58_390, 2).unwrap());
    let shifted = |op, left, right| value(&arithmetic(op, left, right)).unwrap();
    let sum = shifted(ArithmeticOp::Add, date(), by());
    assert_eq!(sum, Value::Date(Date::new(1997, 3, 25).unwrap()));
    assert_eq!(shifted(ArithmeticOp::Add, by(), date()), sum);
    let difference = shifted(ArithmeticOp::Subtract, date(), by());
    assert_eq!(difference, Value::Date(Date::new(1972, 4, 27).unwrap()));
    let double = shifted(ArithmeticOp::Multiply, literal(2), literal(Duration::new(1, 1, 1, 1).unwrap()));
    assert_eq!(double, Value::from(Duration::new(2, 2, 2, 2).unwrap()));
    let half = shifted(ArithmeticOp::Divide, literal(Duration::new(2, 2, 2, 2).unwrap()), literal(2));
    assert_eq!(half, Value::from(Duration::new(1, 1, 1, 1).unwrap()));
    let beyond =
        arithmetic(ArithmeticOp::Add, literal(Date::MAX), literal(Duration::new(0, 1, 0, 0).unwrap()));
    assert_eq!(fault(value(&beyond)), (ErrorCode::Argument, "ArgumentError", "NumberOutOfRange"));
    let zoned = |name: &str| DateTime { zone: Some(Arc::from(name)), ..DateTime::from_epoch(0, 0).unwrap() };
    let summer = literal(Duration::new(6, 0, 0, 0).unwrap());
    let later = shifted(ArithmeticOp::Add, literal(zoned("Europe/Berlin")), summer);
    assert_eq!(later.to_string(), "datetime('1970-07-01T00:00+01:00[Europe/Berlin]')");
    let unknown = arithmetic(ArithmeticOp::Add, literal(zoned("Some/Zone")), literal(Duration::ZERO));
    assert_eq!(fault(value(&unknown)), (ErrorCode::Argument, "ArgumentError", "InvalidArgumentValue"));
}

#[test]
fn what_is_the_same_for_every_row_is_one_value() {
    let cx = context();
    let batch = batch(&[vec![Value::Integer(1); 5]]);
    let state = GraphState::empty();
    let constant = |e: &Expr| {
        let evaluator = compile(e, &CompileContext::without_subqueries()).unwrap();
        let vector =
            evaluator.evaluate(&EvalInput { batch: &batch, group: 0, state: &state, cx: &cx }).unwrap();
        assert_eq!(vector.len(), 5);
        matches!(vector, Vector::Constant(..))
    };
    assert!(constant(&arithmetic(ArithmeticOp::Add, literal(1), literal(2))));
    assert!(constant(&call("range", vec![literal(1), literal(3)])));
    let squares = |list: Expr| {
        expr(ExprKind::ListComprehension {
            variable: VarId(9),
            list: Box::new(list),
            predicate: None,
            projection: Some(Box::new(arithmetic(ArithmeticOp::Multiply, variable(9), variable(9)))),
        })
    };
    assert!(constant(&squares(list(vec![literal(1), literal(2)]))));
    assert!(!constant(&squares(list(vec![variable(0)]))));
    assert!(!constant(&call("rand", Vec::new())));
}

#[test]
fn reduce_does_not_nest_lists_without_end() {
    let nest = |count: i64| {
        expr(ExprKind::Reduce {
            accumulator: VarId(1),
            initial: Box::new(list(vec![])),
            variable: VarId(0),
            list: Box::new(literal(Value::from((0..count).map(Value::Integer).collect::<Vec<_>>()))),
            body: Box::new(list(vec![variable(1)])),
            predicate: None,
        })
    };
    assert!(matches!(value(&nest(500)), Ok(Value::List(_))));
    assert_eq!(fault(value(&nest(300_000))), (ErrorCode::Argument, "ArgumentError", "NumberOutOfRange"));
}
