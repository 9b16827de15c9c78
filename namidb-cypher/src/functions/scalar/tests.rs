//! What all functions have in common: nulls, refused types, and whole vectors that give what single values give.

use crate::Error;
use crate::eval::tests::build::{batch, bound, call, context, evaluate_on, literal, variable};
use crate::exec::ExecutionContext;
use crate::exec::test_runtime::StillRuntime;
use crate::factor::Batch;
use crate::functions::{ScalarFunction, TypeSet, lookup, scalar_names};
use namidb_core::graph::GraphState;
use namidb_core::runtime::{BoxFuture, Runtime};
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::value::{self, Date, Map, Path};
use namidb_core::{ErrorCode, NodeId, RelId, Seq, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

fn functions() -> impl Iterator<Item = &'static ScalarFunction> {
    scalar_names().filter_map(|name| lookup(&name.to_ascii_lowercase()))
}

fn graph() -> GraphState {
    let empty = GraphState::empty();
    let context = StageContext { seq: Seq(1), time: 0, runtime: StillRuntime::shared(), may_wait: false };
    let mut changes = Changes::new(&empty, &context);
    let name = |name: &str| -> Arc<str> { Arc::from(name) };
    let key = [(name("k"), Value::Integer(1))];
    for n in 1..=2 {
        let uuid = namidb_core::Uuid::from_u128(n);
        changes.create_node(Some(uuid), &[name("A"), name("B")], &key).unwrap();
    }
    changes.create_relationship(&name("T"), NodeId(0), NodeId(1), &key).unwrap();
    changes.into_parts().0
}

/// Values of every type.
fn samples() -> Vec<(TypeSet, Value)> {
    let path = Path { nodes: vec![NodeId(0), NodeId(1)], relationships: vec![RelId(0)] };
    vec![
        (TypeSet::NULL, Value::Null),
        (TypeSet::BOOLEAN, Value::Boolean(true)),
        (TypeSet::INTEGER, Value::Integer(2)),
        (TypeSet::INTEGER, Value::Integer(-1)),
        (TypeSet::INTEGER, Value::Integer(i64::MIN)),
        (TypeSet::FLOAT, Value::Float(0.5)),
        (TypeSet::FLOAT, Value::Float(f64::NAN)),
        (TypeSet::FLOAT, Value::Float(f64::NEG_INFINITY)),
        (TypeSet::STRING, Value::from("")),
        (TypeSet::STRING, Value::from("Straße 2")),
        (TypeSet::LIST, Value::from(vec![1, 2])),
        (TypeSet::LIST, Value::from_iter([Value::Null, Value::from("a")])),
        (TypeSet::MAP, Value::from(Map::from_iter([("a", 1)]))),
        (TypeSet::NODE, Value::Node(NodeId(0))),
        (TypeSet::RELATIONSHIP, Value::Relationship(RelId(0))),
        (TypeSet::PATH, Value::from(path)),
        (TypeSet::TEMPORAL, Value::from(Date { days: 0 })),
        (TypeSet::DURATION, Value::from(value::Duration::ZERO)),
        (TypeSet::BYTES, Value::Bytes(Arc::from([1_u8].as_slice()))),
    ]
}

/// Whether null is a value like others to a function.
fn keeps_null(name: &str) -> bool {
    ["coalesce", "exists", "nullIf", "valueType", "coll.insert"].contains(&name)
}

/// Every combination of samples for every number of arguments that a function takes.
fn argument_lists(function: &ScalarFunction) -> Vec<Vec<(TypeSet, Value)>> {
    let most = function.signature.max_arguments().unwrap_or(2);
    let mut lists = Vec::new();
    for count in function.signature.min_arguments()..=most {
        let mut of_count: Vec<Vec<(TypeSet, Value)>> = vec![Vec::new()];
        for _ in 0..count {
            of_count = of_count
                .iter()
                .flat_map(|list| {
                    samples().into_iter().map(move |sample| {
                        let mut list = list.clone();
                        list.push(sample);
                        list
                    })
                })
                .collect();
        }
        lists.extend(of_count);
    }
    lists
}

fn called(
    function: &ScalarFunction,
    arguments: &[(TypeSet, Value)],
    state: &GraphState,
) -> Result<Value, Error> {
    let arguments = arguments.iter().map(|(_, value)| literal(value.clone())).collect();
    let call = call(&function.name.to_ascii_lowercase(), arguments);
    evaluate_on(&call, &Batch::unit(), state, &context()).map(|mut values| values.remove(0))
}

#[test]
fn null_gives_null_and_other_types_are_refused() {
    let state = graph();
    for function in functions() {
        for arguments in argument_lists(function) {
            let result = called(function, &arguments, &state);
            let shown = format!("{}({arguments:?})", function.name);
            let has_null = arguments.iter().any(|(_, value)| value.is_null());
            let fits = arguments.iter().enumerate().all(|(at, (kind, _))| {
                function.signature.argument(at).is_some_and(|types| types.contains(*kind))
            });
            match result {
                Ok(value) if has_null && !keeps_null(function.name) => {
                    assert!(value.is_null(), "{shown} gave {value}");
                }
                Ok(_) => assert!(fits || has_null, "{shown} was taken"),
                Err(error) => {
                    assert!(!has_null || keeps_null(function.name), "{shown}: {error}");
                    assert!(error.span().is_some(), "{shown}: {error}");
                    let code = error.code();
                    let typed = code == ErrorCode::Type;
                    // They look into texts, lists and maps.
                    let refused_here =
                        ["to", "vector", "coll."].iter().any(|start| function.name.starts_with(start))
                            || matches!(function.name, "range" | "split" | "point");
                    assert!(!fits || !typed || refused_here, "{shown}: {error}");
                    let codes =
                        [ErrorCode::Type, ErrorCode::Argument, ErrorCode::Arithmetic, ErrorCode::MemoryLimit];
                    assert!(codes.contains(&code), "{shown}: {error}");
                }
            }
        }
    }
}

#[test]
fn whole_vectors_give_what_single_values_give() {
    let state = graph();
    for function in functions().filter(|function| function.deterministic) {
        let lists: Vec<Vec<(TypeSet, Value)>> = argument_lists(function);
        for count in function.signature.min_arguments().max(1)..=2 {
            // Rows that do not fail, as one column of mixed types and as columns of one type each.
            let good: Vec<(&Vec<(TypeSet, Value)>, Value)> = lists
                .iter()
                .filter(|list| list.len() == count)
                .filter_map(|list| Some((list, called(function, list, &state).ok()?)))
                .collect();
            let mut kinds: Vec<Option<TypeSet>> = vec![None];
            kinds.extend(samples().into_iter().map(|(kind, _)| Some(kind)));
            for kind in kinds {
                let fits = |list: &[(TypeSet, Value)]| {
                    kind.is_none_or(|kind| list[0].0 == kind || list[0].1.is_null())
                };
                let rows: Vec<_> = good.iter().filter(|(list, _)| fits(list)).collect();
                if rows.is_empty() {
                    continue;
                }
                let columns: Vec<Vec<Value>> =
                    (0..count).map(|at| rows.iter().map(|(list, _)| list[at].1.clone()).collect()).collect();
                let arguments = (0..count as u32).map(variable).collect();
                let call = call(&function.name.to_ascii_lowercase(), arguments);
                let found = evaluate_on(&call, &batch(&columns), &state, &context()).unwrap();
                let expected: Vec<&Value> = rows.iter().map(|(_, value)| value).collect();
                assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{}", function.name);
            }
        }
    }
}

fn gives(text: &str) -> String {
    let value = bound(text).and_then(|e| evaluate_on(&e, &Batch::unit(), &graph(), &context()));
    match value {
        Ok(values) => values[0].to_string(),
        Err(error) => format!("{}: {}", error.error_type(), error.detail()),
    }
}

#[test]
fn results_are_those_that_opencypher_says() {
    let cases = [
        ("round(0.5)", "1.0"),
        ("round(-0.5)", "0.0"),
        ("round(-1.5)", "-1.0"),
        ("round(0.49999999999999994)", "0.0"),
        ("round(2.675, 2)", "2.68"),
        ("round(-2.675, 2)", "-2.68"),
        ("round(2.665, 2, 'HALF_EVEN')", "2.66"),
        ("round(2.675, 2, 'HALF_EVEN')", "2.68"),
        ("round(2.675, 2, 'HALF_DOWN')", "2.67"),
        ("round(1.21, 1, 'UP')", "1.3"),
        ("round(-1.21, 1, 'UP')", "-1.3"),
        ("round(1.29, 1, 'DOWN')", "1.2"),
        ("round(-1.21, 1, 'CEILING')", "-1.2"),
        ("round(-1.21, 1, 'FLOOR')", "-1.3"),
        ("round(9.99, 1)", "10.0"),
        ("round(0.04, 1)", "0.0"),
        ("round(0.06, 1)", "0.1"),
        ("round(0.004, 1, 'UP')", "0.1"),
        ("round(1234.5, -2)", "1200.0"),
        ("round(77.0, -3, 'UP')", "1000.0"),
        ("round(1.5, 400)", "1.5"),
        ("round(1.5, 1, 'SIDEWAYS')", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, z: 3})", "point({x: 1.0, y: 2.0, z: 3.0, crs: 'cartesian-3d'})"),
        ("point({longitude: 13.4, latitude: 52.5})", "point({x: 13.4, y: 52.5, crs: 'wgs-84'})"),
        ("point({x: 13, y: 52, height: 30, crs: 'WGS-84-3D'}).height", "30.0"),
        ("point({x: 1, y: 2, srid: 4326}).crs", "'wgs-84'"),
        ("point({x: 1, y: null})", "null"),
        ("point({x: 1})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: '1', y: 2})", "TypeError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, crs: 'mars'})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, srid: 9157})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, srid: 1})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, crs: 'cartesian', srid: 4326})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 0.0 / 0.0, y: 2})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2, z: 1.0 / 0.0})", "ArgumentError: InvalidArgumentValue"),
        ("point({longitude: 181, latitude: 0})", "ArgumentError: InvalidArgumentValue"),
        ("point({longitude: 1, latitude: 0, crs: 'cartesian'})", "ArgumentError: InvalidArgumentValue"),
        ("point({x: 1, y: 2}) = point({x: 1.0, y: 2.0})", "true"),
        ("point({x: 1, y: 2}) = point({longitude: 1, latitude: 2})", "false"),
        ("point.distance(point({x: 0, y: 0, z: 0}), point({x: 2, y: 3, z: 6}))", "7.0"),
        ("point.distance(point({x: 0, y: 0}), point({longitude: 0, latitude: 0}))", "null"),
        (
            "round(point.distance(point({longitude: 0, latitude: 0}), point({longitude: 180, latitude: 0})) / 1000)",
            "20038.0",
        ),
        ("point.withinBBox(point({x: 3, y: 1}), point({x: 0, y: 0}), point({x: 2, y: 2}))", "false"),
        (
            "point.withinBBox(point({longitude: -179, latitude: 1}), point({longitude: 178, latitude: 0}), \
             point({longitude: -178, latitude: 2}))",
            "true",
        ),
        ("vector.similarity.cosine([1, 2], [-1, -2])", "0.0"),
        ("vector.similarity.cosine([0, 0], [1, 2])", "ArgumentError: InvalidArgumentValue"),
        ("vector.similarity.cosine([1], [1, 2])", "ArgumentError: InvalidArgumentValue"),
        ("vector.similarity.euclidean([1, null], [1, 2])", "TypeError: InvalidArgumentValue"),
        ("vector.similarity.euclidean([1, 2], [1, 2])", "1.0"),
        ("valueType(null)", "'NULL'"),
        ("valueType([])", "'LIST<NOTHING> NOT NULL'"),
        ("valueType([1, null])", "'LIST<INTEGER> NOT NULL'"),
        (
            "valueType([[1], ['a']])",
            "'LIST<LIST<INTEGER NOT NULL> NOT NULL | LIST<STRING NOT NULL> NOT NULL> NOT NULL'",
        ),
        ("valueType(datetime('2026-01-01T00:00Z'))", "'ZONED DATETIME NOT NULL'"),
        ("nullIf(1, 1.0)", "null"),
        ("nullIf(null, 1)", "null"),
        ("nullIf(1, null)", "1"),
        ("toBooleanList(['true', 0, 'x', null, 1.5])", "[true, false, null, null, null]"),
        ("toIntegerList(null)", "null"),
        ("toIntegerList('a')", "SyntaxError: InvalidArgumentType"),
        ("trim(BOTH 'x' FROM 'xaxx')", "'a'"),
        ("trim(LEADING 'xy' FROM 'yxaxx')", "'axx'"),
        ("trim(TRAILING FROM ' a ')", "' a'"),
        ("trim('x' FROM 'xax')", "'a'"),
        ("trim(FROM ' a ')", "'a'"),
        ("rTrim('abb', 'b')", "'a'"),
        ("normalize('\\u0065\\u0301', NFC) = '\\u00e9'", "true"),
        ("normalize('a', NFX)", "ArgumentError: InvalidArgumentValue"),
        ("'\\u00e9' IS NORMALIZED", "true"),
        ("'\\u00e9' IS NFD NORMALIZED", "false"),
        ("'e\\u0301' IS NOT NFC NORMALIZED", "true"),
        ("1 IS NORMALIZED", "null"),
        ("null IS NOT NORMALIZED", "null"),
        ("1 IS :: INTEGER", "true"),
        ("1 IS :: FLOAT", "false"),
        ("1 :: INT", "true"),
        ("1 IS TYPED INTEGER NOT NULL", "true"),
        ("null IS :: INTEGER", "true"),
        ("null IS :: INTEGER NOT NULL", "false"),
        ("null IS NOT :: INTEGER", "false"),
        ("null IS :: NULL", "true"),
        ("null IS :: NOTHING", "false"),
        ("[1, 'a'] IS :: LIST<INTEGER | STRING>", "true"),
        ("[1, null] IS :: LIST<INTEGER NOT NULL>", "false"),
        ("[1, null] IS :: INTEGER LIST", "true"),
        ("[] IS :: LIST<NOTHING>", "true"),
        ("[[1]] IS :: ARRAY<LIST<ANY>>", "true"),
        ("'a' IS :: INTEGER | STRING", "true"),
        ("null IS :: ANY<INTEGER | STRING> NOT NULL", "false"),
        ("{a: 1} IS :: MAP", "true"),
        ("{a: 1} IS :: PROPERTY VALUE", "true"),
        ("date('2026-01-01') IS :: DATE", "true"),
        ("localtime('12:00') IS :: TIME WITHOUT TIME ZONE", "true"),
        ("datetime('2026-01-01T00:00Z') IS :: TIMESTAMP WITH TIMEZONE", "true"),
        ("[x IN [1, 'a'] WHERE x IS :: INTEGER | x]", "[1]"),
        ("1 IS :: INTEGER AND NOT 'a' IS :: INTEGER", "true"),
        ("coll.flatten([[1, [2]], 3])", "[1, [2], 3]"),
        ("coll.indexOf([1, 2], 5)", "-1"),
        ("coll.insert([1], 2, 3)", "ArgumentError: NumberOutOfRange"),
        ("coll.max([])", "null"),
        ("coll.sort(['b', null, 'a'])", "['a', 'b', null]"),
        ("vector_distance([1, 0], [0, 1], COSINE)", "1.0"),
        ("vector_distance([1, 2], [3, 4], DOT)", "-11.0"),
        ("vector_distance([1], [1, 2], DOT)", "ArgumentError: InvalidArgumentValue"),
        ("vector('[1, x]')", "ArgumentError: InvalidArgumentValue"),
        ("vector([1], 2)", "ArgumentError: InvalidArgumentValue"),
        ("abs(-9223372036854775808)", "ArithmeticError: IntegerOverflow"),
        ("sign(-0.0)", "0"),
        ("log(0)", "-Infinity"),
        ("isNaN(sqrt(-1))", "true"),
        ("substring('0123456789', 1)", "'123456789'"),
        ("substring('äöü', 1, 1)", "'ö'"),
        ("substring('abc', 5)", "''"),
        ("substring('abc', -1)", "ArgumentError: NegativeIntegerArgument"),
        ("left('äb', 1)", "'ä'"),
        ("right('äb', 5)", "'äb'"),
        ("split('a,b;c', [',', ';'])", "['a', 'b', 'c']"),
        ("split('', ',')", "['']"),
        ("split('äb', '')", "['ä', 'b']"),
        ("replace('abc', '', '-')", "'-a-b-c-'"),
        ("reverse([1, null])", "[null, 1]"),
        ("tail([])", "[]"),
        ("head([])", "null"),
        ("size('äöü')", "3"),
        ("range(10, 1)", "[]"),
        ("range(0, -2000, -1298)", "[0, -1298]"),
        ("range(9223372036854775806, 9223372036854775807)", "[9223372036854775806, 9223372036854775807]"),
        ("range(2, 8, 0)", "ArgumentError: NumberOutOfRange"),
        ("range(-0.0, 1)", "ArgumentError: InvalidArgumentType"),
        ("range(0, 9223372036854775807)", "TransientError: MemoryLimit"),
        ("toInteger('2.9')", "2"),
        ("toInteger('1e3')", "1000"),
        ("toInteger('foo')", "null"),
        ("toInteger('9223372036854775808')", "null"),
        ("toInteger(1e300)", "ArithmeticError: IntegerOverflow"),
        ("toInteger([])", "TypeError: InvalidArgumentValue"),
        ("toFloat('inf')", "null"),
        ("toFloat('-Infinity')", "-Infinity"),
        ("toFloat(true)", "TypeError: InvalidArgumentValue"),
        ("toBoolean(' tru ')", "null"),
        ("toBoolean(1.0)", "TypeError: InvalidArgumentValue"),
        ("toString(1 < 0)", "'false'"),
        ("toString({})", "TypeError: InvalidArgumentValue"),
        ("keys({a: 1, b: null})", "['a', 'b']"),
        ("coalesce(null, null)", "null"),
        ("atan2(1, 0) = pi() / 2", "true"),
    ];
    for (text, expected) in cases {
        assert_eq!(gives(text), expected, "{text}");
    }
}

fn on_entity(name: &str, entity: Value) -> Value {
    let call = call(&name.to_ascii_lowercase(), vec![literal(entity)]);
    evaluate_on(&call, &Batch::unit(), &graph(), &context()).unwrap().remove(0)
}

#[test]
fn entities_tell_what_they_are() {
    let (node, relationship) = (Value::Node(NodeId(1)), Value::Relationship(RelId(0)));
    assert_eq!(on_entity("id", node.clone()), Value::Integer(1));
    let uuid = namidb_core::Uuid::from_u128(2).to_string();
    assert_eq!(on_entity("elementId", node.clone()), Value::from(uuid));
    assert_eq!(on_entity("elementId", relationship.clone()), Value::from("r:0"));
    assert_eq!(on_entity("labels", node.clone()), Value::from(vec!["A", "B"]));
    assert_eq!(on_entity("type", relationship.clone()), Value::from("T"));
    assert_eq!(on_entity("keys", node.clone()), Value::from(vec!["k"]));
    assert_eq!(on_entity("properties", node), Value::from(Map::from_iter([("k", 1)])));
    assert_eq!(on_entity("startNode", relationship.clone()), Value::Node(NodeId(0)));
    assert_eq!(on_entity("endNode", relationship), Value::Node(NodeId(1)));
    let path = Value::from(Path { nodes: vec![NodeId(0), NodeId(1)], relationships: vec![RelId(0)] });
    assert_eq!(on_entity("length", path.clone()), Value::Integer(1));
    assert_eq!(on_entity("nodes", path.clone()).as_list().unwrap().len(), 2);
    assert_eq!(on_entity("relationships", path), Value::from(vec![RelId(0)]));
}

#[test]
fn a_value_of_another_type_is_a_wrong_value_of_the_argument() {
    let (node, relationship) = (Value::Node(NodeId(1)), Value::Relationship(RelId(0)));
    for (name, given) in [
        ("labels", Value::Integer(1)),
        ("labels", relationship.clone()),
        ("type", node.clone()),
        ("type", Value::from("T")),
        ("id", Value::from(true)),
        ("keys", Value::Integer(1)),
        ("properties", Value::Float(1.0)),
        ("startNode", node.clone()),
        ("length", relationship),
        ("size", node.clone()),
        ("head", Value::from("text")),
        ("toUpper", Value::Integer(1)),
        ("abs", Value::from("1")),
        ("reverse", node),
    ] {
        let call = call(&name.to_ascii_lowercase(), vec![literal(given.clone())]);
        let error = evaluate_on(&call, &Batch::unit(), &graph(), &context()).unwrap_err();
        let told = (error.error_type(), error.detail(), error.phase());
        assert_eq!(told, ("TypeError", "InvalidArgumentValue", "runtime"), "{name}({given:?})");
    }
}

/// A runtime whose random bytes ascend.
#[derive(Debug, Default)]
struct Ascending(AtomicU8);

impl Runtime for Ascending {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}

    fn spawn_blocking(&self, _: &'static str, _: Box<dyn FnOnce() + Send + 'static>) {}

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn unix_micros(&self) -> i64 {
        1_000_000
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = self.0.fetch_add(1, Ordering::Relaxed));
    }
}

#[test]
fn chance_differs_from_row_to_row_and_time_does_not() {
    let rows = batch(&[vec![Value::Integer(1); 3]]);
    let cx = ExecutionContext::new(Arc::new(Ascending::default()));
    let drawn = |name: &str| evaluate_on(&call(name, Vec::new()), &rows, &GraphState::empty(), &cx).unwrap();
    let numbers: Vec<f64> = drawn("rand").iter().map(|value| value.as_float().unwrap()).collect();
    assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
    assert!(numbers[0] != numbers[1] && numbers[1] != numbers[2]);
    let ids = drawn("randomuuid");
    assert!(ids[0] != ids[1] && ids[0].as_str().unwrap().len() == 36);
    assert_eq!(drawn("timestamp"), vec![Value::Integer(1_000); 3]);
}

#[test]
fn large_results_are_refused_before_they_are_built() {
    let mut cx: ExecutionContext = context();
    cx.memory_limit = Some(10_000);
    let refused = |text: &str| {
        let result = evaluate_on(&bound(text).unwrap(), &Batch::unit(), &GraphState::empty(), &cx);
        assert_eq!(result.unwrap_err().code(), ErrorCode::MemoryLimit, "{text}");
    };
    refused("reduce(text = 'a', n IN range(1, 60) | text + text)");
    refused("reduce(list = [1], n IN range(1, 60) | list + list)");
    refused("range(1, 1000)");
    refused(
        "replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '', replace('aaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbb'))",
    );
    refused("split(replace('aaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbb'), '')");
}
