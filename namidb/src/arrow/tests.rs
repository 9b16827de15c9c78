//! Values become the Arrow type that the table of the module says.

use super::*;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use namidb_core::Value;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Point, Time};

fn array(values: Vec<Value>) -> ArrayRef {
    array_from_values("c", &values, MixedColumns::String).unwrap()
}

fn instant(seconds: i64, nanos: u32) -> Value {
    Value::from(DateTime { seconds, nanos, offset_seconds: 3600, zone: None })
}

#[test]
fn each_kind_has_its_type() {
    let utc = |unit| DataType::Timestamp(unit, Some("UTC".into()));
    let duration = Duration { months: 1, days: 2, seconds: 3, nanos: 4 };
    let cases: [(Value, DataType); 12] = [
        (Value::Null, DataType::Null),
        (true.into(), DataType::Boolean),
        (1.into(), DataType::Int64),
        (1.5.into(), DataType::Float64),
        ("a".into(), DataType::Utf8),
        (Value::Bytes([1u8, 2].as_slice().into()), DataType::Binary),
        (Date { days: 1 }.into(), DataType::Date32),
        (LocalTime { nanos: 5 }.into(), DataType::Time64(TimeUnit::Nanosecond)),
        (Time::new(LocalTime { nanos: 5 }, 0).unwrap().into(), DataType::Utf8),
        (instant(7, 1_000), utc(TimeUnit::Microsecond)),
        (instant(7, 1), utc(TimeUnit::Nanosecond)),
        (duration.into(), DataType::Interval(IntervalUnit::MonthDayNano)),
    ];
    for (value, expected) in cases {
        let array = array(vec![value.clone(), Value::Null]);
        assert_eq!(array.data_type(), &expected, "{value:?}");
        assert_eq!(array.len(), 2);
        assert!(array.is_null(1) || expected == DataType::Null);
    }
    let local = LocalDateTime::new(Date { days: 0 }, LocalTime { nanos: 1 }).unwrap();
    assert_eq!(array(vec![local.into()]).data_type(), &DataType::Timestamp(TimeUnit::Nanosecond, None));
}

#[test]
fn integers_and_floats_in_one_column_are_floats() {
    let mixed = array(vec![1.into(), 2.5.into(), Value::Null]);
    let floats = mixed.as_primitive::<Float64Type>();
    assert_eq!((floats.value(0), floats.value(1), floats.null_count()), (1.0, 2.5, 1));
}

#[test]
fn other_kinds_in_one_column_are_text_or_an_error() {
    let values = vec![Value::from("a"), 1.into(), Date { days: 0 }.into(), Value::from(vec![Value::from(2)])];
    let text = array(values.clone());
    let text: Vec<&str> = text.as_string::<i32>().iter().flatten().collect();
    assert_eq!(text, ["a", "1", "1970-01-01", "[2]"]);
    let error = array_from_values("c", &values, MixedColumns::Error).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column 'c' holds both STRING and INTEGER, which have no common Arrow type"
    );
}

#[test]
fn a_list_is_a_list_of_what_its_elements_have_in_common() {
    let lists =
        array(vec![Value::from(vec![1.into(), Value::Null]), Value::Null, Value::from(Vec::<Value>::new())]);
    let lists = lists.as_list::<i32>();
    assert!(lists.is_null(1));
    assert_eq!(lists.value_length(2), 0);
    let first = lists.value(0);
    assert_eq!(first.as_primitive::<Int64Type>().value(0), 1);
    assert!(first.is_null(1));
}

#[test]
fn a_map_is_a_struct_of_all_the_keys_that_occur() {
    let map = |entries: &[(&str, Value)]| {
        Value::from(entries.iter().map(|(k, v)| (*k, v.clone())).collect::<Map>())
    };
    let maps = array(vec![map(&[("a", 1.into())]), Value::Null, map(&[("b", "x".into())])]);
    let maps = maps.as_struct();
    assert_eq!(maps.column_names(), ["a", "b"]);
    assert!(maps.is_null(1) && maps.column(1).is_null(0));
    assert_eq!(maps.column(1).as_string::<i32>().value(2), "x");
    assert_eq!(array(vec![map(&[])]).as_struct().num_columns(), 0);
}

#[test]
fn points_and_vectors_are_structs_and_lists() {
    let point = Point { srid: 7203, x: 1.0, y: 2.0, z: 0.0 };
    let points = array(vec![point.into(), Value::Null]);
    assert_eq!(points.as_struct().column_names(), ["srid", "x", "y", "z"]);
    let vectors = array(vec![Value::Vector([1.0f32, 2.0].as_slice().into()), Value::Null]);
    assert_eq!(vectors.as_list::<i32>().value_length(0), 2);
    assert!(vectors.is_null(1));
}

#[test]
fn what_arrow_cannot_hold_is_text() {
    let far = Value::from(Date { days: i64::from(i32::MAX) + 1 });
    assert_eq!(array(vec![far]).data_type(), &DataType::Utf8);
    let long = Duration { months: 0, days: 0, seconds: i64::MIN, nanos: 0 };
    assert_eq!(array(vec![long.into()]).data_type(), &DataType::Utf8);
    let far = instant(9_300_000_000_000, 0);
    assert_eq!(array(vec![far]).data_type(), &DataType::Utf8);
}
