//! The relations between values, one sentence each, and their laws over values of every kind.

use super::order::{Comparison, compare, comparison, equals, equivalent, less_than};
use super::*;
use crate::testing::strategies::values;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::hash::BuildHasher;

fn hash(value: &Value) -> u64 {
    crate::hash::FixedHasher::default().hash_one(hash::GroupKey(value.clone()))
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn list<T: Into<Value>, const N: usize>(items: [T; N]) -> Value {
    Value::from(items)
}

const NAN: Value = Value::Float(f64::NAN);
const NULL: Value = Value::Null;

#[test]
fn every_kind_has_its_place_in_the_order() {
    let map = |key: &str, value: i64| Value::from([(key, value)].into_iter().collect::<Map>());
    let path = Path { nodes: vec![NodeId(1)], relationships: vec![] };
    let ascending = [
        Value::from(Map::new()),
        map("a", 1),
        map("a", 2),
        map("b", 0),
        Value::Node(NodeId(1)),
        Value::Relationship(RelId(0)),
        list::<i64, 0>([]),
        list([text("a")]),
        list([Value::from(1)]),
        list([1, 2]),
        list([NULL]),
        Value::from(path),
        Value::from(DateTime::parse("2000-01-01T00:00Z").unwrap()),
        Value::from(LocalDateTime::parse("1999-01-01T00:00").unwrap()),
        Value::from(Date::parse("1998-01-01").unwrap()),
        Value::from(Time::parse("12:00Z").unwrap()),
        Value::from(LocalTime::parse("11:00").unwrap()),
        Value::from(Duration::parse("PT1S").unwrap()),
        Value::from(Point::new(4326, 1.0, 2.0, None).unwrap()),
        Value::Vector([1.0f32].as_slice().into()),
        Value::Bytes([1u8].as_slice().into()),
        text(""),
        text("a"),
        text("aa"),
        text("\u{ffff}"),
        text("\u{10000}"),
        Value::from(false),
        Value::from(true),
        Value::from(f64::NEG_INFINITY),
        Value::from(i64::MIN),
        Value::from(-1),
        Value::from(-0.5),
        Value::from(0),
        Value::from(1.5),
        Value::from(i64::MAX),
        Value::from(9.3e18),
        Value::from(f64::INFINITY),
        NAN,
        NULL,
    ];
    for (at, one) in ascending.iter().enumerate() {
        for (before, two) in ascending.iter().enumerate() {
            assert_eq!(compare(one, two), at.cmp(&before), "{one} and {two}");
        }
    }
}

#[test]
fn integers_and_floats_are_compared_exactly() {
    let big = 1i64 << 53;
    assert_eq!(compare(&Value::from(big + 1), &Value::from(big as f64)), Ordering::Greater);
    assert!(equivalent(&Value::from(big), &Value::from(big as f64)));
    assert_eq!(compare(&Value::from(i64::MAX), &Value::from(9_223_372_036_854_775_808.0)), Ordering::Less);
    assert!(equivalent(&Value::from(i64::MIN), &Value::from(-9_223_372_036_854_775_808.0)));
    assert_eq!(equals(&Value::from(big + 1), &Value::from(big as f64)), Some(false));
    assert_eq!(equals(&Value::from(1), &Value::from(1.0)), Some(true));
    assert_eq!(compare(&Value::from(-1), &Value::from(-1.5)), Ordering::Greater);
    assert_eq!(compare(&Value::from(1), &Value::from(1.5)), Ordering::Less);
}

#[test]
fn equality_is_unknown_where_a_null_hides_the_answer() {
    let cases = [
        (NULL, NULL, None),
        (NULL, Value::from(1), None),
        (list([1]), NULL, None),
        (list([Value::from(1), NULL]), list([Value::from(1), NULL]), None),
        (list([Value::from(1), NULL]), list([Value::from(2), NULL]), Some(false)),
        (list([NULL]), list([Value::from(1), NULL]), Some(false)),
        (list([list([NULL])]), list([list([1])]), None),
        (list([1, 2]), list([1, 2]), Some(true)),
        (list([1]), Value::from(1), Some(false)),
        (NAN, NAN, Some(false)),
        (list([NAN]), list([NAN]), Some(false)),
        (text("1"), Value::from(1), Some(false)),
        (Value::from(-0.0), Value::from(0), Some(true)),
        (Value::from(true), Value::from(1), Some(false)),
    ];
    for (one, two, expected) in cases {
        assert_eq!(equals(&one, &two), expected, "{one} = {two}");
        assert_eq!(equals(&two, &one), expected, "{two} = {one}");
    }
    let map = |key: &str, value: Value| Value::from([(key, value)].into_iter().collect::<Map>());
    assert_eq!(equals(&map("a", NULL), &map("a", Value::from(1))), None);
    assert_eq!(equals(&map("a", NULL), &map("b", NULL)), Some(false));
    assert_eq!(equals(&map("a", Value::from(1)), &map("a", Value::from(1.0))), Some(true));
}

#[test]
fn only_like_compares_with_like() {
    let greater_or_equal = |a: Value, b: Value| order::greater_or_equal(&a, &b);
    assert_eq!(greater_or_equal(list([1, 0]), list([1])), Some(true));
    assert_eq!(greater_or_equal(list([Value::from(1), NULL]), list([1])), Some(true));
    assert_eq!(greater_or_equal(list([1, 2]), list([Value::from(1), NULL])), None);
    assert_eq!(greater_or_equal(list([Value::from(1), text("a")]), list([Value::from(1), NULL])), None);
    assert_eq!(greater_or_equal(list([1, 2]), list([Value::from(3), NULL])), Some(false));
    assert_eq!(less_than(&Value::from(1), &NAN), Some(false));
    assert_eq!(comparison(&NAN, &NAN), Comparison::Unordered);
    assert_eq!(less_than(&text("1"), &NAN), None);
    assert_eq!(less_than(&text("1"), &Value::from(2)), None);
    assert_eq!(less_than(&NULL, &Value::from(2)), None);
    assert_eq!(less_than(&Value::from(false), &Value::from(true)), Some(true));
    let duration = |text: &str| Value::from(Duration::parse(text).unwrap());
    assert_eq!(less_than(&duration("P1D"), &duration("P2D")), None, "how long a day is depends on the day");
    assert_eq!(equals(&duration("PT60S"), &duration("PT1M")), Some(true));
    assert_eq!(equals(&duration("PT24H"), &duration("P1D")), Some(false));
}

#[test]
fn instants_are_ordered_by_time_then_by_offset_then_by_zone() {
    let instant = |text: &str| Value::from(DateTime::parse(text).unwrap());
    let time = |text: &str| Value::from(Time::parse(text).unwrap());
    let ascending = [
        instant("2020-01-01T00:30+01:00"),
        instant("2020-01-01T00:00Z"),
        instant("2020-01-01T01:00+01:00"),
        instant("2020-01-01T01:00+01:00[Europe/Berlin]"),
        instant("2020-01-01T01:00+01:00[Europe/Paris]"),
        time("23:00+18:00"),
        time("10:00+01:00"),
        time("09:35Z"),
    ];
    for pair in ascending.windows(2) {
        assert_eq!(compare(&pair[0], &pair[1]), Ordering::Less, "{pair:?}");
        assert_ne!(equals(&pair[0], &pair[1]), Some(true));
    }
    assert_eq!(less_than(&ascending[0], &ascending[1]), Some(true));
}

#[test]
fn grouping_takes_for_one_what_no_order_tells_apart() {
    for (one, two) in [
        (Value::from(1), Value::from(1.0)),
        (Value::from(0.0), Value::from(-0.0)),
        (NAN, Value::from(f64::from_bits(0xfff8_0000_0000_0001))),
        (NULL, NULL),
        (list([1]), list([1.0])),
        (list([NAN]), list([NAN])),
    ] {
        assert!(equivalent(&one, &two), "{one} and {two}");
        assert_eq!(hash(&one), hash(&two));
    }
    assert!(!equivalent(&text("1"), &Value::from(1)));
    assert!(!equivalent(&NULL, &NAN));
    assert!(!equivalent(&Value::from(true), &Value::from(1)));
}

#[test]
fn values_are_shown_as_a_query_writes_them() {
    let map: Map =
        [("b c", text("it's\n")), ("a", list([1.0, 1e300, f64::NEG_INFINITY]))].into_iter().collect();
    assert_eq!(Value::from(map).to_string(), r"{a: [1.0, 1e300, -Infinity], `b c`: 'it\'s\n'}");
    assert_eq!(Value::from(Date::parse("2015-07-21").unwrap()).to_string(), "date('2015-07-21')");
    assert_eq!(format!("{:?}", list([NULL, Value::from(true), Value::from(-7)])), "[null, true, -7]");
    let path = Path { nodes: vec![NodeId(1), NodeId(2)], relationships: vec![RelId(3)] };
    assert_eq!(Value::from(path).to_string(), "(#1)-[#3]-(#2)");
    assert_eq!(text("it's").to_text().as_deref(), Some("it's"));
    assert_eq!(Value::from(1.0).to_text().as_deref(), Some("1.0"));
    assert_eq!(Value::from(Date::parse("2015-07-21").unwrap()).to_text().as_deref(), Some("2015-07-21"));
    assert_eq!(NULL.to_text(), None);
}

#[test]
fn a_map_keeps_the_last_of_equal_keys_and_sorts_them() {
    let mut map: Map = [("b", 1), ("a", 2), ("b", 3)].into_iter().collect();
    assert_eq!(map.to_string(), "{a: 2, b: 3}");
    assert_eq!(map.insert("aa".into(), NULL), None);
    assert_eq!(map.insert("a".into(), Value::from(5)), Some(Value::from(2)));
    assert_eq!((map.get("a"), map.get("c")), (Some(&Value::from(5)), None));
    assert_eq!(map.remove("b"), Some(Value::from(3)));
    assert_eq!(map.to_string(), "{a: 5, aa: null}");
    assert!(map.contains_key("aa") && !map.contains_key("b"));
}

#[test]
fn a_property_holds_lists_and_maps_and_nothing_of_a_query() {
    use storable::{DEPTH_MAX, NotStorable, check};
    let map = |value: Value| Value::from([("a", value)].into_iter().collect::<Map>());
    assert_eq!(check(&map(list([list([NULL]), list([NAN])]))), Ok(()));
    assert_eq!(check(&map(map(list([NULL])))), Ok(()));
    assert_eq!(check(&map(list([NULL, map(NULL)]))), Ok(()));
    for held in [list([map(NULL)]), list([list([map(NULL)])])] {
        assert_eq!(check(&held), Err(NotStorable::MapInList));
    }
    let entity = check(&map(list([Value::Node(NodeId(1))])));
    assert_eq!(entity, Err(NotStorable::Entity("NODE")));
    let nested = |depth: usize| (0..depth).fold(Value::from(1), |inner, _| list([inner]));
    assert_eq!(check(&nested(DEPTH_MAX)), Ok(()));
    assert_eq!(check(&nested(DEPTH_MAX + 1)), Err(NotStorable::Depth));
    assert_eq!(check(&Value::Date(Date { days: i64::MAX })), Err(NotStorable::Range("DATE")));
    let error = crate::Error::from(NotStorable::Entity("PATH"));
    assert_eq!(error.code(), crate::ErrorCode::PropertyType);
}

#[test]
fn a_value_is_three_words() {
    assert_eq!(size_of::<Value>(), 24);
}

proptest! {
    #[test]
    fn the_order_is_total(a in values(), b in values(), c in values()) {
        prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
        prop_assert!(equivalent(&a, &a));
        let mut three = [a, b, c];
        three.sort_by(compare);
        prop_assert!(compare(&three[0], &three[1]).is_le());
        prop_assert!(compare(&three[1], &three[2]).is_le());
        prop_assert!(compare(&three[0], &three[2]).is_le());
    }

    #[test]
    fn the_relations_agree(a in values(), b in values()) {
        prop_assert_eq!(equals(&a, &b), equals(&b, &a));
        if equals(&a, &b) == Some(true) {
            prop_assert!(equivalent(&a, &b));
        }
        if equivalent(&a, &b) {
            prop_assert_eq!(hash(&a), hash(&b));
            prop_assert_ne!(less_than(&a, &b), Some(true));
        }
        if a == b {
            prop_assert!(equivalent(&a, &b));
        }
        match comparison(&a, &b) {
            Comparison::Ordered(order) if !matches!(a, Value::List(_)) => {
                prop_assert_eq!(order, compare(&a, &b));
                prop_assert_eq!(equals(&a, &b), Some(order.is_eq()));
            }
            _ => {}
        }
    }
}
