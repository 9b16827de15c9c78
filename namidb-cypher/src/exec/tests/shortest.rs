//! shortestPath and allShortestPaths, against the walks that variable-length patterns give.

use super::paths::pairs;
use super::random::{graph, pick};
use super::*;
use namidb_core::ErrorCode;
use proptest::prelude::*;

fn arrow() -> impl Strategy<Value = String> {
    let relationship = pick(&[
        "[r:R*]",
        "[r*]",
        "[r*..3]",
        "[r*0..]",
        "[r:R|S*0..2]",
        "[r*2..]",
        "[r:R*2..4]",
        "[r:S*1..2 {w: 1}]",
        "[r* {w: a.x}]",
        "[r:R]",
    ]);
    (pick(&["-@->", "<-@-", "-@-"]), relationship).prop_map(|(arrow, r)| arrow.replace('@', r))
}

fn condition() -> impl Strategy<Value = &'static str> {
    pick(&[
        "",
        "",
        "",
        "WHERE a.x < 3",
        "WHERE b.x > 0",
        "WHERE all(y IN r WHERE y.w < 2)",
        "WHERE all(n IN nodes(p) WHERE n.x > 0)",
        "WHERE all(n IN nodes(p) WHERE n.x >= a.x)",
        "WHERE all(n IN nodes(p) WHERE n.x <= b.x)",
        "WHERE none(y IN relationships(p) WHERE y.w = 1)",
        "WHERE NOT any(n IN nodes(p) WHERE n:A) AND a.x < 3",
        "WHERE any(n IN nodes(p) WHERE n:B)",
        "WHERE length(p) > 1",
        "WHERE size(r) <> 2 AND all(y IN r WHERE y.w > 0)",
        "WHERE r[0].w = 1",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn shortest_paths_are_the_shortest_of_all_walks(
        (setup, _) in graph(8),
        arrow in arrow(),
        condition in condition(),
        (left, right) in (pick(&["(a)", "(a:A)", "(a:B)"]), pick(&["(b)", "(b:B)", "(b:A)"])),
        form in 0..3,
    ) {
        let mut graph = Graph::with(&setup);
        let naive = format!("MATCH p = {left}{arrow}{right} {condition} RETURN a, b, p");
        let Ok(expected) = graph.read(&naive) else { return Ok(()) };
        let mut expected = pairs(&expected);
        for paths in expected.values_mut() {
            let shortest = paths[0].0;
            paths.retain(|(length, _)| *length == shortest);
        }
        for function in ["allShortestPaths", "shortestPath"] {
            let text = match form {
                0 => format!("MATCH {left}, {right} MATCH p = {function}((a){arrow}(b)) {condition} RETURN a, b, p"),
                1 => format!("MATCH p = {function}({left}{arrow}{right}) {condition} RETURN a, b, p"),
                _ => format!("MATCH {right} MATCH p = {function}({left}{arrow}(b)) {condition} RETURN a, b, p"),
            };
            let mut first: Option<Vec<String>> = None;
            for batch_rows in [2048, 1, 3] {
                graph.cx.batch_rows = batch_rows;
                let output = graph.read(&text).unwrap();
                let got = pairs(&output);
                if function == "allShortestPaths" {
                    prop_assert_eq!(&got, &expected, "{}", text);
                } else {
                    prop_assert_eq!(got.len(), expected.len(), "{}: {:?} of {:?}", text, got, expected);
                    for (pair, paths) in &got {
                        prop_assert_eq!(paths.len(), 1, "{}", text);
                        prop_assert!(expected[pair].contains(&paths[0]), "{}: {:?}", text, paths);
                    }
                }
                let rows = shown(&output);
                prop_assert_eq!(first.get_or_insert_with(|| rows.clone()), &rows, "{}", text);
            }
        }
    }
}

fn square() -> Graph {
    Graph::with(
        "CREATE (a:P {n: 1})-[:R {w: 1}]->(b:P {n: 2})-[:R {w: 1}]->(c:P {n: 3}), \
         (a)-[:R {w: 5}]->(d:Q {n: 4})-[:R {w: 5}]->(c), (a)-[:S]->(c)",
    )
}

#[test]
fn an_expression_gives_a_path_a_list_of_paths_or_null() {
    let graph = square();
    let of = |part: &str| format!("MATCH (a {{n: 1}}), (c {{n: 3}}) RETURN {part} AS v");
    assert_eq!(graph.value(&of("length(shortestPath((a)-[*]->(c)))")), "1");
    assert_eq!(graph.value(&of("length(shortestPath((a)-[:R*]->(c)))")), "2");
    assert_eq!(graph.value(&of("size(allShortestPaths((a)-[:R*]->(c)))")), "2");
    assert_eq!(graph.value(&of("[n IN nodes(shortestPath((c)<-[:R* {w: 5}]-(a))) | n.n]")), "[3, 4, 1]");
    assert_eq!(graph.value(&of("shortestPath((c)-[*]->(a)) IS NULL")), "true");
    assert_eq!(graph.value(&of("shortestPath((c)-[*0..]->(a))")), "null");
    assert_eq!(graph.value(&of("allShortestPaths((c)-[*]->(a))")), "[]");
    assert_eq!(
        graph.rows("MATCH (a {n: 1}), (b) WHERE length(shortestPath((a)-[:R*..2]->(b))) = 2 RETURN b.n AS n"),
        ["3"]
    );
}

#[test]
fn an_optional_search_without_a_path_gives_nulls() {
    let graph = square();
    let text = "MATCH (a:P), (b:Q) OPTIONAL MATCH p = shortestPath((a)-[r:R*]->(b)) RETURN a.n AS n, length(p) AS l, size(r) AS s";
    assert_eq!(graph.sorted(text), ["1 | 1 | 1", "2 | null | null", "3 | null | null"]);
    let text = "OPTIONAL MATCH (x:Nowhere) MATCH p = shortestPath((x)-[*]-(y)) RETURN p";
    assert_eq!(graph.rows(text).len(), 0);
}

#[test]
fn paths_between_several_pairs_of_one_match_each_count_alone() {
    let graph = square();
    let text = "MATCH (a {n: 1}), (b {n: 2}), (c {n: 3}), p = shortestPath((a)-[:R*]->(b)), q = shortestPath((a)-[:R*]->(c)) \
                WHERE nodes(q)[1] <> b AND length(p) < length(q) RETURN [n IN nodes(q) | n.n] AS q, length(p) AS p";
    assert_eq!(graph.rows(text), ["[1, 4, 3] | 1"]);
}

#[test]
fn a_long_chain_is_searched_without_recursion() {
    let mut graph = Graph::new();
    graph.write("UNWIND range(0, 5000) AS i CREATE (:N {i: i})").unwrap();
    graph.write("MATCH (a:N), (b:N) WHERE id(b) = id(a) + 1 CREATE (a)-[:R]->(b)").unwrap();
    assert_eq!(
        graph.rows("MATCH (a:N {i: 0}), (b:N {i: 5000}) RETURN length(shortestPath((a)-[*]-(b))) AS l"),
        ["5000"]
    );
}

#[test]
fn more_shortest_paths_than_memory_holds_are_an_error_with_a_type() {
    let mut graph = Graph::new();
    graph.write("UNWIND range(0, 40) AS i CREATE (:N {i: i})").unwrap();
    for _ in 0..2 {
        graph.write("MATCH (a:N), (b:N) WHERE id(b) = id(a) + 1 CREATE (a)-[:R]->(b)").unwrap();
    }
    graph.cx.memory_limit = Some(10 << 20);
    let text =
        "MATCH (a:N {i: 0}), (b:N {i: 40}) MATCH p = allShortestPaths((a)-[*]-(b)) RETURN count(p) AS n";
    assert_eq!(graph.read(text).unwrap_err().code(), ErrorCode::MemoryLimit);
    assert_eq!(graph.rows(&text.replace("allShortestPaths", "shortestPath")), ["1"]);
}

#[test]
fn what_is_no_search_is_refused_where_it_stands() {
    let graph = square();
    for (text, detail) in [
        ("MATCH p = shortestPath((a)-->(b)-->(c)) RETURN p", "InvalidRelationshipPattern"),
        ("MATCH p = shortestPath((a)) RETURN p", "InvalidRelationshipPattern"),
        ("MATCH (a)-[r]->(b) MATCH p = shortestPath((a)-[r*]->(b)) RETURN p", "VariableAlreadyBound"),
        ("MATCH (a) RETURN shortestPath((a)-[*]->()) AS p", "UnexpectedSyntax"),
        ("MATCH (a) RETURN shortestPath((a)-[*]->(b)) AS p", "UndefinedVariable"),
    ] {
        let error = graph.read(text).unwrap_err();
        assert_eq!(error.detail(), detail, "{text}");
        assert!(error.span().is_some(), "{text}");
    }
}

#[test]
fn types_of_the_functions_are_named() {
    let graph = Graph::with("CREATE (a:A)-[:S]->(:C)-[:T]->(b:B), (a)-[:T]->(:C)-[:T]->(:C)-[:T]->(b)");
    for text in [
        "MATCH p = shortestPath((:A)-[:!S*]->(:B)) RETURN p",
        "OPTIONAL MATCH allShortestPaths((:A)-[a:$('T')*1..]->(:B)) RETURN a",
        "MATCH (a:A), (b:B) RETURN shortestPath((a)-[:T&!S*]->(b)) AS p",
    ] {
        let error = graph.read(text).map(|output| output.row_count()).unwrap_err();
        assert_eq!((error.code(), error.detail()), (ErrorCode::Unsupported, "UnsupportedFeature"), "{text}");
        assert!(error.hint().is_some_and(|hint| hint.contains("ANY SHORTEST")) && error.span().is_some());
    }
    for (path, length) in [
        ("shortestPath((:A)-[:%*]->(:B))", "[2]"),
        ("shortestPath((:A)-[:T|U*]->(:B))", "[3]"),
        ("shortestPath((:A)-[:!S]->(:C))", "[1]"),
        ("shortestPath((:A)-[:!S]->(:B))", "[]"),
        ("ANY SHORTEST (:A)-[:!S]->+(:B)", "[3]"),
    ] {
        assert_eq!(
            graph.value(&format!("MATCH p = {path} RETURN collect(length(p)) AS l")),
            length,
            "{path}"
        );
    }
}
