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

/// What comes back of a column.
fn again(values: &[Value], mixed: MixedColumns) -> Vec<Value> {
    let array = array_from_values("c", values, mixed).unwrap();
    let field = arrow_schema::Field::new("c", array.data_type().clone(), true);
    values_from_array(&field, &array).unwrap()
}

#[test]
fn what_became_arrow_comes_back() {
    let columns: [Vec<Value>; 13] = [
        vec![true.into(), Value::Null, false.into()],
        vec![i64::MIN.into(), Value::Null],
        vec![f64::INFINITY.into(), (-0.0).into()],
        vec!["ä".into(), Value::Null, "".into()],
        vec![Value::Bytes([0u8, 255].as_slice().into())],
        vec![Date { days: -719_162 }.into()],
        vec![LocalTime { nanos: 86_399_999_999_999 }.into()],
        vec![LocalDateTime { seconds: -1, nanos: 999_999_999 }.into(), Value::Null],
        vec![Duration { months: -1, days: 2, seconds: -3, nanos: 4 }.into()],
        vec![Value::Vector([0.5f32, -0.0].as_slice().into()), Value::Vector([].as_slice().into())],
        vec![Value::from(vec![Value::from(1), Value::Null]), Value::from(Vec::<Value>::new())],
        vec![
            Point::new(7203, 1.0, 2.0, None).unwrap().into(),
            Point::new(4979, 1.0, 2.0, Some(3.0)).unwrap().into(),
        ],
        vec![Map::from_entries(vec![("a".into(), 1.into()), ("b".into(), "x".into())]).into()],
    ];
    for column in columns {
        assert_eq!(again(&column, MixedColumns::Error), column);
        assert_eq!(again(&column, MixedColumns::Union), column);
    }
    let mixed =
        vec![1.into(), "a".into(), 2.5.into(), Value::Null, Value::from(vec![Value::from(1), "b".into()])];
    assert_eq!(again(&mixed, MixedColumns::Union), mixed);
}

#[test]
fn an_instant_comes_back_in_the_zone_of_its_column() {
    let column = [instant(0, 0)];
    let Value::DateTime(found) = &again(&column, MixedColumns::Error)[0] else { panic!("an instant") };
    assert_eq!((found.seconds, found.offset_seconds), (0, 0));
    for (zone, offset, name) in
        [("+05:30", 19_800, None), ("-0330", -12_600, None), ("Europe/Berlin", 3_600, Some("Europe/Berlin"))]
    {
        let array = arrow_array::TimestampSecondArray::from(vec![0]).with_timezone(zone);
        let field = arrow_schema::Field::new("c", array.data_type().clone(), true);
        let Value::DateTime(found) = &values_from_array(&field, &array).unwrap()[0] else {
            panic!("an instant")
        };
        assert_eq!((found.offset_seconds, found.zone.as_deref()), (offset, name));
    }
}

#[test]
fn what_has_no_value_is_refused_with_its_row() {
    let refused = |array: ArrayRef| {
        let field = arrow_schema::Field::new("c", array.data_type().clone(), true);
        values_from_array(&field, &array).unwrap_err()
    };
    let big =
        refused(std::sync::Arc::new(arrow_array::UInt64Array::from(vec![Some(1), None, Some(u64::MAX)])));
    assert_eq!(big.row, Some(2));
    let decimal = refused(std::sync::Arc::new(arrow_array::Decimal128Array::from(vec![1])));
    assert!(decimal.row.is_none() && decimal.message.contains("float64"), "{decimal}");
}
