//! Random statements on random graphs give what the reference gives, in one order whatever the size of batches.

use super::reference::{gave_up, interpret};
use super::*;
use proptest::prelude::*;

/// What makes a small graph: nodes with labels and `x`, relationships with a type and `w`; and whether `x` is indexed.
pub(super) fn graph(relationships_max: usize) -> impl Strategy<Value = (String, bool)> {
    let node = (0_u8..4, prop::option::weighted(0.8, 0_i64..4));
    let relationship = (0_usize..7, 0_usize..7, 0_u8..2, 0_i64..3);
    (
        prop::collection::vec(node, 1..7),
        prop::collection::vec(relationship, 0..relationships_max),
        any::<bool>(),
    )
        .prop_map(|(nodes, relationships, index)| {
            let labels = ["", ":A", ":B", ":A:B"];
            let mut text = String::from("CREATE ");
            for (number, (label, x)) in nodes.iter().enumerate() {
                let x = x.map_or("null".to_owned(), |x| x.to_string());
                text += &format!("(n{number}{} {{x: {x}}}), ", labels[usize::from(*label)]);
            }
            for (from, to, rel_type, w) in relationships {
                let (from, to) = (from % nodes.len(), to % nodes.len());
                text += &format!("(n{from})-[:{} {{w: {w}}}]->(n{to}), ", ["R", "S"][usize::from(rel_type)]);
            }
            (text.trim_end_matches(", ").to_owned(), index)
        })
}

pub(super) fn pick(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices)
}

/// One step of a pattern: `-[r0:R]->(b:A)`.
fn step(number: usize) -> impl Strategy<Value = String> {
    let nodes = pick(&["(a)", "(b)", "(b)", "(c)", "(c:A)", "(d)", "(d:B)", "()", "(:A {x: 1})"]);
    let relationship = pick(&[
        "",
        ":R",
        ":S",
        ":R|S",
        ":R {w: 1}",
        ":R*",
        ":R*1..2",
        "*0..2",
        ":S*2",
        "*..2 {w: 1}",
        ":R*0..1",
    ]);
    (pick(&["-@->", "<-@-", "-@-"]), relationship, any::<bool>(), nodes).prop_map(
        move |(arrow, relationship, named, node)| {
            let name = if named { format!("r{number}") } else { String::new() };
            arrow.replace('@', &format!("[{name}{relationship}]")) + node
        },
    )
}

fn pattern(number: usize) -> impl Strategy<Value = String> {
    let start = pick(&["(a)", "(a:A)", "(a:B {x: 1})", "(a)", "(b)", "(d:A)"]);
    (start, prop::collection::vec(0_u8..1, 0..3)).prop_flat_map(move |(start, steps)| {
        let steps: Vec<_> = (0..steps.len()).map(|at| step(number * 10 + at)).collect();
        steps.prop_map(move |steps| start.to_owned() + &steps.concat())
    })
}

fn condition() -> impl Strategy<Value = &'static str> {
    pick(&[
        "",
        "",
        "",
        " WHERE a.x > 1",
        " WHERE a.x = 1 OR a.x IS NULL",
        " WHERE a.x IN [0, 2, 2]",
        " WHERE EXISTS { (a)-->(:B) }",
        " WHERE EXISTS { (a)-->()-->(:A) }",
        " WHERE NOT (a)--()",
        " WHERE COUNT { (a)-[:R]->() } > 1",
        " WHERE a.x < 3 AND a:A",
    ])
}

fn ending() -> impl Strategy<Value = &'static str> {
    pick(&[
        "RETURN a",
        "RETURN a, a.x AS x",
        "RETURN DISTINCT a",
        "RETURN DISTINCT a.x AS x",
        "RETURN count(*) AS n",
        "RETURN count(a) AS n, sum(a.x) AS s",
        "RETURN count(DISTINCT a) AS n",
        "RETURN a, count(*) AS n",
        "RETURN a.x AS x, count(*) AS n, min(id(a)) AS m",
        "RETURN count(DISTINCT a.x) AS n, avg(a.x) AS m",
        "RETURN a.x AS x, id(a) AS i ORDER BY x DESC, i LIMIT 3",
        "RETURN a.x AS x, id(a) AS i ORDER BY i, x SKIP 2",
        "WITH a, count(*) AS n WHERE n > 1 RETURN a, n",
        "WITH DISTINCT a MATCH (a)-[:R]-(z) RETURN a, count(z) AS n",
        "WITH DISTINCT a OPTIONAL MATCH (a)-[:S]->(z:A) RETURN a, z",
        "WITH DISTINCT a OPTIONAL MATCH (a)-[:R*1..2]->(z) RETURN a, count(DISTINCT z) AS n",
        "WITH a.x AS x, collect(DISTINCT id(a)) AS l RETURN x, size(l) AS n",
        "UNWIND [a.x, 1] AS y RETURN DISTINCT y",
        "RETURN a, COUNT { (a)-[:R]-(:B) } AS n",
        "RETURN a, COUNT { MATCH (a)-[:R]->(q)-->(z) RETURN DISTINCT z } AS n",
        "CALL { WITH a MATCH (a)--(q) RETURN count(q) AS n } RETURN a, n",
        "CALL { WITH a MATCH (a)--(q) RETURN q.x AS y ORDER BY y LIMIT 1 } RETURN a, y",
        "MATCH (y) WITH a, y WHERE y.x = a.x RETURN a, y",
    ])
}

fn statement() -> impl Strategy<Value = String> {
    let middle = prop_oneof![
        3 => Just(String::new()),
        1 => (pick(&["MATCH ", "OPTIONAL MATCH "]), pattern(1)).prop_map(|(clause, p)| format!("{clause}{p} ")),
        1 => pick(&["MATCH (b2), (a) ", "UNWIND [1, 2] AS u ", "WITH a ORDER BY id(a) SKIP 1 "]).prop_map(str::to_owned),
    ];
    (pattern(0), condition(), middle, ending()).prop_map(|(first, condition, middle, ending)| {
        let first = if first.contains("(a") { first } else { format!("(a), {first}") };
        format!("MATCH {first}{condition} {middle}{ending}")
    })
}

#[test]
fn the_reference_gives_up_where_there_are_more_rows_than_it_has_room_for() {
    let graph = Graph::with("UNWIND range(1, 7) AS x CREATE (:A {x: x})");
    let statement = prepare("MATCH (a), (b), (c), (d), (e), (f), (g) RETURN a", &graph.state).unwrap();
    assert!(gave_up(&interpret(&statement, &graph.state, &graph.cx).unwrap_err()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn operators_give_the_rows_of_the_reference((setup, index) in graph(14), text in statement()) {
        let mut graph = Graph::with(&setup);
        if index {
            graph.write("CREATE INDEX FOR (a:A) ON (a.x)").unwrap();
        }
        // Some compositions are no Cypher: a path bound as a node, a name used twice.
        let Ok(statement) = prepare(&text, &graph.state) else { return Ok(()) };
        let expected = interpret(&statement, &graph.state, &graph.cx);
        if expected.as_ref().is_err_and(gave_up) {
            return Ok(());
        }
        let mut first: Option<Vec<String>> = None;
        for batch_rows in [2048, 1, 2, 3] {
            graph.cx.batch_rows = batch_rows;
            let got = execute(&statement, graph.state.clone(), &graph.cx);
            match (&expected, got) {
                (Ok(expected), Ok(got)) => {
                    let got = values(&got);
                    let text_of = |row: &Vec<Value>| row.iter().map(show).collect::<Vec<_>>().join(" | ");
                    let in_order: Vec<String> = got.iter().map(text_of).collect();
                    let mut sorted = in_order.clone();
                    sorted.sort();
                    let mut wanted: Vec<String> = expected.iter().map(text_of).collect();
                    wanted.sort();
                    prop_assert_eq!(sorted, wanted, "{}\nbatches of {}\n{}", text, batch_rows, statement);
                    match &first {
                        Some(first) => prop_assert_eq!(&in_order, first, "{}\nbatches of {}", text, batch_rows),
                        None => first = Some(in_order),
                    }
                }
                (Err(_), Err(_)) => {}
                (expected, got) => prop_assert!(false, "{}: {:?} against {:?}", text, expected, got.map(|o| shown(&o))),
            }
        }
    }
}
