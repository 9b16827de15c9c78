//! What an index finds is what a filter keeps, whatever the values are: no filter asks again after a seek.

use super::{Graph, values};
use crate::params::Params;
use namidb_core::Value;

/// Values of every kind, among them some that sort alike and are not equal, and some that are equal and sort apart.
const STORED: &str = "[true, false, 0, 1, 1.0, 2, 2.5, -0.0, 9007199254740993, 9007199254740992.0, 0.0 / 0.0, \
    1.0 / 0.0, '', 'a', 'ab', 'b', '1', [], [1], [1.0], [1, 2], ['a'], [0.0 / 0.0], date('2020-01-01'), \
    date('2020-01-02'), localtime('10:00'), time('10:00+01:00'), time('09:00Z'), datetime('2020-01-01T10:00+01:00'), \
    datetime('2020-01-01T09:00Z'), localdatetime('2020-01-01T10:00'), duration('P1M'), duration('P30D'), \
    duration('PT720H')]";

/// The same nodes twice: `I` has an index, `N` has none.
fn graph() -> Graph {
    let text = format!("UNWIND {STORED} AS v CREATE (:I {{v: v, k: 1}}), (:N {{v: v, k: 1}})");
    let mut graph = Graph::with(&text);
    graph.write("CREATE (:I), (:N)").unwrap();
    graph.write("CREATE INDEX FOR (n:I) ON (n.v)").unwrap();
    graph.write("CREATE INDEX FOR (n:I) ON (n.k, n.v)").unwrap();
    graph
}

fn sought(graph: &mut Graph, condition: &str, params: &Params) -> (Vec<String>, Vec<String>) {
    graph.params(params.clone());
    let of = |label: &str| format!("MATCH (n:{label}) WHERE {condition} RETURN n.v AS v");
    (graph.sorted(&of("I")), graph.sorted(&of("N")))
}

#[test]
fn a_seek_by_any_value_finds_what_a_filter_keeps() {
    let mut graph = graph();
    let output = graph.read(&format!("UNWIND {STORED} + [null, {{a: 1}}] AS v RETURN v")).unwrap();
    let values: Vec<Value> = values(&output).into_iter().flatten().collect();
    assert!(values.len() > 33, "{}", values.len());
    let conditions = [
        "n.v = $a",
        "n.v IN [$a, $b]",
        "n.v > $a",
        "n.v >= $a",
        "n.v < $a",
        "n.v <= $a",
        "n.v > $a AND n.v <= $b",
        "n.v STARTS WITH $a",
        "n.k = 1 AND n.v = $a",
        "n.k = 1 AND n.v >= $a AND n.v < $b",
        "n.v = $a AND n.k = $b",
    ];
    let mut found = 0;
    for (at, a) in values.iter().enumerate() {
        for b in [&values[(at * 7 + 3) % values.len()], a] {
            let params = Params::from([("a", a.clone()), ("b", b.clone())]);
            for condition in conditions {
                let (seek, scan) = sought(&mut graph, condition, &params);
                assert_eq!(seek, scan, "{condition} with {a:?}, {b:?}");
                found += seek.len();
            }
        }
    }
    assert!(found > 500, "{found}");
}

#[test]
fn a_list_that_is_none_is_the_same_error_with_an_index() {
    let mut graph = graph();
    graph.params([("a", Value::Integer(1))]);
    for list in ["$a", "range(0, 'b')", "range(0, 1, 0)", "range(0, 1.5)"] {
        let code = |label: &str| {
            let text = format!("MATCH (n:{label}) WHERE n.v IN {list} RETURN n");
            graph.read(&text).map(|output| output.row_count()).unwrap_err().code()
        };
        assert_eq!(code("I"), code("N"), "{list}");
    }
}

#[test]
fn a_seek_by_a_range_of_integers_finds_what_a_filter_keeps_and_writes_none_of_them_out() {
    let mut graph = graph();
    graph.cx.memory_limit = Some(1 << 20);
    let (mut found, most) = (0, i64::MAX);
    for range in [
        "range(0, 2)",
        "range(2, 0)",
        "range(2, 0, -1)",
        "range(-5, 9, 3)",
        "range(9007199254740992, 9007199254740993)",
        "range(-1000000000000, 1000000000000)",
        "range(1000000000000, -1000000000000, -1)",
        &format!("range(1, {most})"),
        "range(null, 3)",
        "range($a, $b)",
        "range($b, $a, -2)",
    ] {
        for condition in [format!("n.v IN {range}"), format!("n.k = 1 AND n.v IN {range} AND n.v <> 0")] {
            let params = Params::from([("a", Value::Integer(1)), ("b", Value::Integer(3))]);
            let (seek, scan) = sought(&mut graph, &condition, &params);
            assert_eq!(seek, scan, "{condition}");
            found += seek.len();
        }
    }
    assert!(found > 40, "{found}");
}
