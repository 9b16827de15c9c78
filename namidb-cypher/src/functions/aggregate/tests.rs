//! Aggregates against lists of each group's values, whole and in parts, weighted and repeated.

use super::{Accumulator, Rows, accumulator};
use crate::functions::{aggregate, aggregate_names};
use crate::vector::Vector;
use namidb_core::value::{Duration, order};
use namidb_core::{ErrorCode, Value};
use proptest::prelude::*;

fn fresh(name: &str, distinct: bool) -> Box<dyn Accumulator> {
    accumulator(aggregate(name).expect("there is such a function"), distinct)
}

/// Rows of a value, a group and a weight.
type Row = (Value, u32, u64);

const GROUPS: usize = 3;

fn arguments(name: &str, rows: &[Row]) -> Vec<Vector> {
    let values = Vector::from_values(rows.iter().map(|(value, ..)| value.clone()).collect());
    if name.starts_with("percentile") {
        vec![values, Vector::constant(Value::Float(0.3), rows.len())]
    } else {
        vec![values]
    }
}

fn feed(accumulator: &mut dyn Accumulator, name: &str, rows: &[Row], weighted: bool) {
    let groups: Vec<u32> = rows.iter().map(|(_, group, _)| *group).collect();
    let weights: Vec<u64> = rows.iter().map(|(.., weight)| *weight).collect();
    let of = Rows::grouped(&groups, GROUPS).weighted(weighted.then_some(&weights));
    accumulator.update(&of, &arguments(name, rows)).unwrap();
}

fn finished(accumulator: Box<dyn Accumulator>) -> Vec<Value> {
    let result = accumulator.finish(GROUPS).unwrap();
    assert_eq!(result.len(), GROUPS);
    result.values().collect()
}

fn number(value: &Value) -> f64 {
    match value {
        Value::Integer(i) => *i as f64,
        Value::Float(f) => *f,
        other => panic!("{other} is no number"),
    }
}

/// What a function gives for a list of values.
fn model(name: &str, values: &[Value]) -> Value {
    let present: Vec<Value> = values.iter().filter(|value| !value.is_null()).cloned().collect();
    let mut sorted = present.clone();
    sorted.sort_by(order::compare);
    let floats = || sorted.iter().map(number);
    let len = present.len();
    let mean = || floats().sum::<f64>() / len as f64;
    let deviation = |divisor: usize| {
        if len < 2 {
            return Value::Float(0.0);
        }
        let squares: f64 = floats().map(|f| (f - mean()).powi(2)).sum();
        Value::Float((squares / divisor as f64).sqrt())
    };
    match name {
        "count" => Value::Integer(len as i64),
        "sum" if present.iter().all(|value| value.as_integer().is_some()) => {
            Value::Integer(present.iter().filter_map(Value::as_integer).sum())
        }
        "sum" => Value::Float(floats().sum()),
        "avg" if len == 0 => Value::Null,
        "avg" => Value::Float(mean()),
        "min" => sorted.first().cloned().unwrap_or_default(),
        "max" => sorted.last().cloned().unwrap_or_default(),
        "collect" | "collect_list" => Value::from_iter(present),
        "stdev" | "stdev_samp" => deviation(len.saturating_sub(1)),
        "stdevp" | "stdev_pop" => deviation(len),
        "percentiledisc" | "percentile_disc" if len == 0 => Value::Null,
        "percentiledisc" | "percentile_disc" => {
            sorted[((0.3 * len as f64).ceil() as usize).max(1) - 1].clone()
        }
        "percentilecont" | "percentile_cont" if len == 0 => Value::Null,
        "percentilecont" | "percentile_cont" => {
            let at = 0.3 * (len - 1) as f64;
            let (low, high) = (number(&sorted[at.floor() as usize]), number(&sorted[at.ceil() as usize]));
            Value::Float(low + (high - low) * at.fract())
        }
        other => panic!("there is no model of {other}"),
    }
}

/// Equal, floats nearly so; equivalent numbers of a different type share a place in the order.
fn close(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(x), Value::Float(y)) => (x - y).abs() <= 1e-9 * x.abs().max(1.0),
        (a, b) => order::equivalent(a, b),
    }
}

fn numeric() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        3 => (-20_i64..20).prop_map(Value::Integer),
        2 => (-40_i64..40).prop_map(|n| Value::Float(n as f64 / 4.0)),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let of = |value: BoxedStrategy<Value>| prop::collection::vec((value, 0..GROUPS as u32, 1_u64..4), 0..30);
    prop_oneof![
        of(numeric().boxed()),
        of((-20_i64..20).prop_map(Value::Integer).boxed()),
        of((-40_i64..40).prop_map(|n| Value::Float(n as f64 / 4.0)).boxed()),
    ]
}

fn of_group(rows: &[Row], group: usize) -> Vec<Value> {
    rows.iter().filter(|(_, g, _)| *g as usize == group).map(|(value, ..)| value.clone()).collect()
}

fn repeated(rows: &[Row]) -> Vec<Row> {
    rows.iter().flat_map(|(v, g, w)| std::iter::repeat_n((v.clone(), *g, 1), *w as usize)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn aggregates_give_what_lists_of_values_give(rows in rows(), cut in any::<prop::sample::Index>()) {
        for name in aggregate_names().map(str::to_ascii_lowercase) {
            let mut whole = fresh(&name, false);
            feed(&mut *whole, &name, &rows, false);
            let whole = finished(whole);
            for (group, found) in whole.iter().enumerate() {
                let expected = model(&name, &of_group(&rows, group));
                prop_assert!(close(found, &expected), "{name}: {found} instead of {expected}");
            }
            // In two parts, whose groups have other numbers.
            let (front, back) = rows.split_at(cut.index(rows.len() + 1));
            let mut first = fresh(&name, false);
            feed(&mut *first, &name, front, false);
            let renamed: Vec<Row> =
                back.iter().map(|(v, g, w)| (v.clone(), GROUPS as u32 - 1 - g, *w)).collect();
            let mut second = fresh(&name, false);
            feed(&mut *second, &name, &renamed, false);
            first.merge(second, &[2, 1, 0], GROUPS).unwrap();
            for (found, expected) in finished(first).iter().zip(&whole) {
                prop_assert!(close(found, expected), "{name} merged: {found} instead of {expected}");
            }
        }
    }

    #[test]
    fn a_weight_counts_as_so_many_rows(rows in rows()) {
        for name in aggregate_names().map(str::to_ascii_lowercase) {
            let mut weighted = fresh(&name, false);
            feed(&mut *weighted, &name, &rows, true);
            let mut plain = fresh(&name, false);
            feed(&mut *plain, &name, &repeated(&rows), false);
            for (found, expected) in finished(weighted).iter().zip(&finished(plain)) {
                prop_assert!(close(found, expected), "{name}: {found} instead of {expected}");
            }
        }
    }

    #[test]
    fn distinct_values_count_once(rows in rows(), cut in any::<prop::sample::Index>()) {
        for name in aggregate_names().map(str::to_ascii_lowercase) {
            let (front, back) = rows.split_at(cut.index(rows.len() + 1));
            let mut found = fresh(&name, true);
            feed(&mut *found, &name, front, true);
            let mut later = fresh(&name, true);
            feed(&mut *later, &name, back, true);
            found.merge(later, &[0, 1, 2], GROUPS).unwrap();
            for (group, found) in finished(found).iter().enumerate() {
                let mut distinct: Vec<Value> = Vec::new();
                for value in of_group(&rows, group) {
                    if !distinct.iter().any(|known| order::equivalent(known, &value)) {
                        distinct.push(value);
                    }
                }
                let expected = model(&name, &distinct);
                prop_assert!(close(found, &expected), "{name}: {found} instead of {expected}");
            }
        }
    }
}

fn over(name: &str, values: Vec<Value>) -> Result<Value, crate::Error> {
    let mut accumulator = fresh(name, false);
    let len = values.len();
    let mut arguments = vec![Vector::from_values(values)];
    if name.starts_with("percentile") {
        arguments.push(Vector::constant(Value::Float(0.5), len));
    }
    accumulator.update(&Rows::ungrouped(len), &arguments)?;
    Ok(accumulator.finish(1)?.value(0))
}

#[test]
fn sums_of_integers_are_exact_or_an_error() {
    let sum = over("sum", vec![Value::Integer(i64::MAX), Value::Integer(5), Value::Integer(-6)]);
    assert_eq!(sum.unwrap(), Value::Integer(i64::MAX - 1));
    let error = over("sum", vec![Value::Integer(i64::MAX), Value::Integer(1)]).unwrap_err();
    assert_eq!((error.code(), error.detail()), (ErrorCode::Arithmetic, "IntegerOverflow"));
    let avg = over("avg", vec![Value::Integer(i64::MAX); 4]).unwrap();
    assert_eq!(avg, Value::Float(i64::MAX as f64));
}

#[test]
fn sums_of_floats_lose_nothing_to_cancellation() {
    let sum = over("sum", [1.0, 1e100, 1.0, -1e100].map(Value::Float).to_vec());
    assert_eq!(sum.unwrap(), Value::Float(2.0));
    let sum = over("sum", [1.0, f64::INFINITY, 2.0].map(Value::Float).to_vec());
    assert_eq!(sum.unwrap(), Value::Float(f64::INFINITY));
    assert!(over("avg", vec![Value::Float(f64::NAN)]).unwrap().as_float().unwrap().is_nan());
}

#[test]
fn nothing_has_a_count_and_a_sum_of_zero_and_else_null() {
    let expected = [
        ("count", "0"),
        ("sum", "0"),
        ("avg", "null"),
        ("min", "null"),
        ("max", "null"),
        ("collect", "[]"),
        ("stdev", "0.0"),
        ("stdevp", "0.0"),
        ("percentilecont", "null"),
        ("percentiledisc", "null"),
        ("collect_list", "[]"),
        ("stdev_samp", "0.0"),
        ("stdev_pop", "0.0"),
        ("percentile_cont", "null"),
        ("percentile_disc", "null"),
    ];
    assert_eq!(expected.len(), aggregate_names().count());
    for (name, expected) in expected {
        let none = fresh(name, false).finish(1).unwrap();
        assert_eq!(none.value(0).to_string(), expected, "{name} of no rows");
        assert_eq!(over(name, vec![Value::Null; 2]).unwrap().to_string(), expected, "{name} of nulls");
        let none = fresh(name, true).finish(1).unwrap();
        assert_eq!(none.value(0).to_string(), expected, "{name} of no distinct rows");
    }
}

#[test]
fn rows_are_counted_with_their_nulls() {
    let mut count = fresh("count", false);
    let weights = [2, 3];
    count.update(&Rows::ungrouped(2).weighted(Some(&weights)), &[]).unwrap();
    count.update(&Rows::ungrouped(2), &[]).unwrap();
    count.update(&Rows::grouped(&[1, 0], 2), &[]).unwrap();
    let counts: Vec<Value> = count.finish(2).unwrap().values().collect();
    assert_eq!(counts, [Value::Integer(8), Value::Integer(1)]);
}

#[test]
fn extremes_of_mixed_values_follow_order_by() {
    let mixed = || vec![1.into(), "a".into(), Value::Null, vec![1, 2].into(), 0.2.into(), "b".into()];
    assert_eq!(over("max", mixed()).unwrap(), Value::Integer(1));
    assert_eq!(over("min", mixed()).unwrap(), Value::from(vec![1, 2]));
    let strings = || ["a", "b", "B", "abc", "abc1"].map(Value::from).to_vec();
    assert_eq!(over("max", strings()).unwrap(), Value::from("b"));
    assert_eq!(over("min", strings()).unwrap(), Value::from("B"));
}

#[test]
fn durations_are_summed_and_averaged_but_not_with_numbers() {
    let duration = |days| Value::from(Duration::new(1, days, 10, 0).unwrap());
    let sum = over("sum", vec![duration(1), Value::Null, duration(3)]).unwrap();
    assert_eq!(sum, Value::from(Duration::new(2, 4, 20, 0).unwrap()));
    let avg = over("avg", vec![duration(1), duration(3)]).unwrap();
    assert_eq!(avg, duration(2));
    for mixed in [vec![duration(1), Value::Integer(1)], vec![Value::Integer(1), duration(1)]] {
        assert_eq!(over("sum", mixed.clone()).unwrap_err().code(), ErrorCode::Type);
        let mut first = fresh("sum", false);
        first.update(&Rows::ungrouped(1), &[Vector::from_values(vec![mixed[0].clone()])]).unwrap();
        let mut second = fresh("sum", false);
        second.update(&Rows::ungrouped(1), &[Vector::from_values(vec![mixed[1].clone()])]).unwrap();
        assert_eq!(first.merge(second, &[0], 1).unwrap_err().code(), ErrorCode::Type);
    }
}

#[test]
fn types_that_an_aggregate_does_not_take_are_refused() {
    for name in ["sum", "avg", "stdev", "stdevp", "percentilecont", "percentiledisc"] {
        for value in [Value::from("a"), Value::Boolean(true), Value::from(vec![1])] {
            assert_eq!(over(name, vec![value]).unwrap_err().code(), ErrorCode::Type, "{name}");
        }
    }
}

#[test]
fn percentiles_lie_between_zero_and_one() {
    let prices = || Vector::floats(vec![30.0, 10.0, 20.0]);
    let disc = |percentile: Value| {
        let mut accumulator = fresh("percentiledisc", false);
        accumulator.update(&Rows::ungrouped(3), &[prices(), Vector::constant(percentile, 3)])?;
        accumulator.finish(1).map(|result| result.value(0))
    };
    for (percentile, expected) in [(0.0, 10.0), (0.5, 20.0), (1.0, 30.0)] {
        assert_eq!(disc(Value::Float(percentile)).unwrap(), Value::Float(expected));
    }
    for outside in [Value::Integer(1000), Value::Integer(-1), Value::Float(1.1), Value::Float(f64::NAN)] {
        let error = disc(outside).unwrap_err();
        assert_eq!((error.error_type(), error.detail()), ("ArgumentError", "NumberOutOfRange"));
    }
}
