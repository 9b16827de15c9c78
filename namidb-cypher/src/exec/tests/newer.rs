//! What Neo4j 5 and Cypher 25 have beyond openCypher: the same as what it is short for, or a typed error.

use super::*;
use namidb_core::ErrorCode;

fn people() -> Graph {
    Graph::with(
        "CREATE (:P {name: 'a', age: 1}), (:P {name: 'b', age: 7}), (:P {name: 'c', age: 30}), (:P {name: 'd'})",
    )
}

/// Both statements give the same rows.
#[track_caller]
fn same(graph: &Graph, text: &str, longer: &str) {
    assert_eq!(graph.rows(text), graph.rows(longer), "{text}");
}

#[track_caller]
fn refused(graph: &Graph, text: &str, detail: &str) -> Error {
    let error = graph.read(text).map(|_| ()).expect_err(text);
    assert_eq!(error.detail(), detail, "{text}: {error}");
    assert!(error.span().is_some(), "{text}");
    error
}

#[test]
fn let_filter_and_order_by_are_short_for_a_with_of_everything() {
    let graph = people();
    for (text, longer) in [
        (
            "MATCH (p:P) LET x = p.age, y = p.name RETURN x, y",
            "MATCH (p:P) WITH *, p.age AS x, p.name AS y RETURN x, y",
        ),
        ("MATCH (p:P) FILTER p.age > 1 RETURN p.name AS n", "MATCH (p:P) WHERE p.age > 1 RETURN p.name AS n"),
        (
            "MATCH (p:P) FILTER WHERE p.age > 1 RETURN p.name AS n",
            "MATCH (p:P) WHERE p.age > 1 RETURN p.name AS n",
        ),
        (
            "MATCH (p:P) ORDER BY p.age DESC SKIP 1 LIMIT 2 RETURN p.name AS n",
            "MATCH (p:P) WITH * ORDER BY p.age DESC SKIP 1 LIMIT 2 RETURN p.name AS n",
        ),
        ("MATCH () LIMIT 3 RETURN count(*) AS n", "RETURN 3 AS n"),
        ("UNWIND range(1, 9) AS x LIMIT 5 OFFSET 3 RETURN x", "UNWIND [4, 5] AS x RETURN x"),
        ("LET x = 1 LET y = x + 1 RETURN x, y", "RETURN 1 AS x, 2 AS y"),
        ("FILTER false RETURN 1 AS x", "UNWIND [] AS x RETURN x"),
        (
            "MATCH (p:P) CALL (p) { FILTER p.age > 1 LET n = p.name RETURN n } RETURN n ORDER BY n",
            "UNWIND ['b', 'c'] AS n RETURN n",
        ),
        ("RETURN COUNT { MATCH (p:P) FILTER p.age > 1 } AS n", "RETURN 2 AS n"),
    ] {
        same(&graph, text, longer);
    }
    refused(&graph, "LET x = 1 LET x = 2 RETURN x", "VariableAlreadyBound");
    refused(&graph, "LET x = 1, y = x RETURN y", "UndefinedVariable");
    refused(&graph, "MATCH (p) LET n = count(p) RETURN n", "InvalidAggregation");
    refused(&graph, "MATCH (p) FILTER count(p) > 1 RETURN p", "InvalidAggregation");
    refused(&graph, "MATCH (p) LET x = 1", "InvalidClauseComposition");
    refused(&graph, "RETURN 1 AS x LIMIT 1 SKIP 1", "UnexpectedSyntax");
    same(&graph, "CYPHER 25 MATCH (p:P) RETURN count(*) AS n", "RETURN 4 AS n");
    assert_eq!(graph.rows("CYPHER 5 EXPLAIN RETURN 1 AS x"), graph.rows("EXPLAIN CYPHER 25 RETURN 1 AS x"));
    // They are words like any other elsewhere.
    same(
        &graph,
        "WITH 1 AS let, 2 AS filter, 3 AS finish RETURN let + filter + finish AS x",
        "RETURN 6 AS x",
    );
}

#[test]
fn finish_ends_a_statement_that_returns_nothing() {
    let mut graph = people();
    let written = graph.write("MATCH (p:P) SET p.seen = true FINISH").unwrap();
    assert_eq!((written.counters.properties_set, written.row_count(), written.columns.len()), (4, 0, 0));
    assert_eq!(graph.read("MATCH (p:P) FINISH").unwrap().row_count(), 0);
    assert_eq!(
        graph.counters("UNWIND [1, 2] AS x CALL (x) { CREATE (:Q {x: x}) FINISH } FINISH").nodes_created,
        2
    );
    assert_eq!(graph.counters("INSERT (a:R)-[:T]->(b:R)").relationships_created, 1);
    assert_eq!(graph.counters("MATCH (q:Q) NODETACH DELETE q").nodes_deleted, 2);
    refused(&graph, "MATCH (p) FINISH RETURN p", "UnexpectedSyntax");
    refused(&graph, "RETURN COUNT { MATCH (p) FINISH } AS n", "InvalidClauseComposition");
}

#[test]
fn case_asks_more_than_whether_values_are_equal() {
    let graph = people();
    let text = "MATCH (p:P) RETURN p.name AS n, CASE p.age WHEN IS NULL THEN 'none' WHEN 1, 2 THEN 'small' WHEN > 20, < 0 THEN 'far' \
                ELSE 'usual' END AS s ORDER BY n";
    assert_eq!(graph.rows(text), ["'a' | 'small'", "'b' | 'usual'", "'c' | 'far'", "'d' | 'none'"]);
    for (case, value) in [
        ("CASE 'abc' WHEN STARTS WITH 'b' THEN 1 WHEN ENDS WITH 'c' THEN 2 END", "2"),
        ("CASE 'abc' WHEN =~ 'a.c' THEN 1 END", "1"),
        ("CASE 3 WHEN IN [1, 2] THEN 1 WHEN IN [3] THEN 2 END", "2"),
        ("CASE 1.5 WHEN IS :: INTEGER THEN 'i' WHEN IS NOT :: STRING THEN 'n' END", "'n'"),
        ("CASE 5 WHEN 1 < 2 < 3, = 5 THEN 'x' END", "'x'"),
        ("CASE null WHEN null, > 1 THEN 'x' ELSE 'y' END", "'y'"),
        ("CASE null WHEN IS NULL THEN CASE 1 WHEN > 0 THEN 'in' END END", "'in'"),
        ("CASE 2 WHEN > CASE 1 WHEN > 0 THEN 1 END THEN 'x' END", "'x'"),
        ("[x IN [1, 5] | CASE x WHEN 1, 2 THEN 'a' ELSE 'b' END]", "['a', 'b']"),
        ("CASE -1 WHEN -1 THEN 'minus' END", "'minus'"),
    ] {
        assert_eq!(graph.value(&format!("RETURN {case} AS x")), value, "{case}");
    }
    // The operand is computed once, and may be what rows are grouped by.
    let once = "UNWIND range(1, 200) AS i WITH CASE rand() WHEN < 0.5 THEN 1 WHEN >= 0.5 THEN 2 END AS x RETURN count(x) AS n";
    assert_eq!(graph.value(once), "200");
    let grouped =
        "MATCH (p:P) RETURN CASE p.age WHEN > 5 THEN 'old' ELSE 'young' END AS k, count(*) AS n ORDER BY k";
    assert_eq!(graph.rows(grouped), ["'old' | 2", "'young' | 2"]);
    refused(&graph, "RETURN CASE WHEN > 5 THEN 1 END AS x", "UnexpectedSyntax");
    refused(&graph, "RETURN CASE WHEN true, false THEN 1 END AS x", "UnexpectedSyntax");
}

#[test]
fn two_bars_join_texts_or_lists_and_nothing_else() {
    let graph = people();
    for (text, value) in [
        ("'a' || 'b' || 'c'", "'abc'"),
        ("[1] || [] || [[2]]", "[1, [2]]"),
        ("'a' || null", "null"),
        ("[x IN ['a'] | x || '!']", "['a!']"),
        ("[x IN [1] || [2] | x]", "[1, 2]"),
        ("'a' || toString(1 + 2)", "'a3'"),
        ("'a' + 1 || 'b'", "'a1b'"),
    ] {
        assert_eq!(graph.value(&format!("RETURN {text} AS x")), value, "{text}");
    }
    let error = refused(&graph, "RETURN true || false AS x", "InvalidArgumentType");
    assert_eq!(error.hint(), Some("Disjunction is written OR"));
    refused(&graph, "RETURN 'a' || 1 AS x", "InvalidArgumentType");
    refused(&graph, "RETURN [1] || 'a' AS x", "InvalidArgumentType");
    let late = graph.read("UNWIND ['a', 1] AS x RETURN x || 'b' AS y").map(|_| ()).unwrap_err();
    assert_eq!((late.code(), late.detail()), (ErrorCode::Type, "InvalidArgumentType"));
}

#[test]
fn a_condition_may_be_asked_of_each_result_of_a_reduction() {
    let graph = people();
    for (text, value) in [
        ("allReduce(a = 0, x IN [1, 2, 3] | a + x, a < 7)", "true"),
        ("allReduce(a = 0, x IN [1, 2, 3] | a + x, a < 6)", "false"),
        ("allReduce(a = 9, x IN [] | a + x, a < 6)", "true"),
        ("allReduce(a = 0, x IN null | a + x, a < 6)", "null"),
        ("allReduce(a = 0, x IN [1, null] | a + x, a < 6)", "null"),
        ("allReduce(a = 0, x IN [null, 9] | coalesce(x, a), a > 5)", "false"),
        ("allReduce(a = 0, x IN [1, 2] | a + x, a >= x)", "true"),
    ] {
        assert_eq!(graph.value(&format!("RETURN {text} AS x")), value, "{text}");
    }
    // What comes after the first false is not computed.
    assert_eq!(graph.value("RETURN allReduce(a = 0, x IN [3, 0] | 6 / x, a > 2) AS x"), "false");
    let rows = "UNWIND [[1, 2], [5], null, []] AS l RETURN allReduce(a = 0, x IN l | a + x, a < 4) AS x";
    assert_eq!(graph.rows(rows), ["true", "false", "null", "true"]);
    refused(&graph, "RETURN allReduce(a = 0, x IN [1] | a, 'no') AS x", "InvalidArgumentType");
}

#[test]
fn floats_that_no_digits_write_have_names() {
    let graph = people();
    assert_eq!(
        graph.rows("RETURN NaN AS a, INF AS b, -Infinity AS c, nan = nan AS d"),
        ["NaN | inf | -inf | false"]
    );
    assert_eq!(graph.value("WITH 1 AS inf RETURN inf AS x"), "1");
}

#[test]
fn an_index_on_one_property_needs_no_parentheses() {
    let mut graph = people();
    graph.write("CREATE INDEX one FOR (p:P) ON p.age").unwrap();
    assert_eq!(graph.rows("SHOW INDEXES YIELD name, properties"), ["'one' | ['age']"]);
    let vector =
        graph.write("CREATE VECTOR INDEX v FOR (p:P) ON p.e OPTIONS {a: 1}").map(|_| ()).unwrap_err();
    assert_eq!(vector.code(), ErrorCode::Unsupported);
}

#[test]
fn what_show_lists_is_sorted_cut_and_returned() {
    let mut graph = people();
    graph.write("CREATE INDEX one FOR (p:P) ON (p.a)").unwrap();
    graph.write("CREATE INDEX two FOR (p:P) ON (p.b)").unwrap();
    for (text, rows) in [
        ("SHOW INDEXES YIELD name ORDER BY name DESC", &["'two'", "'one'"][..]),
        ("SHOW INDEXES YIELD name ORDER BY name LIMIT 1", &["'one'"]),
        (
            "SHOW INDEXES YIELD name, type ORDER BY name SKIP 1 WHERE type = 'RANGE' RETURN name AS n",
            &["'two'"],
        ),
        ("SHOW INDEXES YIELD * RETURN count(*) AS n", &["2"]),
        ("SHOW INDEXES YIELD name AS n WHERE n STARTS WITH 'o' RETURN n, size(n) AS s", &["'one' | 3"]),
        ("SHOW FUNCTIONS YIELD name WHERE name = 'abs' RETURN name", &["'abs'"]),
    ] {
        assert_eq!(graph.rows(text), rows, "{text}");
    }
    refused(&graph, "SHOW INDEXES YIELD name RETURN type", "UndefinedVariable");
    refused(&graph, "SHOW INDEXES RETURN name", "UnexpectedSyntax");
}

#[test]
fn what_is_known_and_not_run_is_refused_with_the_way_out() {
    let graph = people();
    for (text, hint) in [
        ("USE other MATCH (n) RETURN n", "by its URI"),
        ("MATCH (n) USING INDEX n:P(name) RETURN n", "statistics choose"),
        ("USING PERIODIC COMMIT 500 LOAD CSV FROM 'a' AS l CREATE (:N)", "IN TRANSACTIONS"),
        ("WHEN true THEN RETURN 1 AS x", "CALL (*)"),
        ("WITH 1 AS x RETURN x NEXT RETURN x", "WITH"),
        ("CYPHER 4.4 RETURN 1 AS x", "CYPHER 25"),
        ("CYPHER runtime=slotted RETURN 1 AS x", "no options"),
        ("CREATE DATABASE other", "URI"),
        ("CREATE OR REPLACE DATABASE other", "URI"),
        ("SHOW TRANSACTIONS", "handle"),
        ("SHOW SETTINGS", "URI"),
        ("SHOW CURRENT USER", "bucket"),
        ("TERMINATE TRANSACTIONS 'x'", "Cancel"),
    ] {
        let error = refused(&graph, text, "UnsupportedFeature");
        assert_eq!(error.code(), ErrorCode::Unsupported, "{text}");
        assert!(error.hint().is_some_and(|h| h.contains(hint)), "{text}: {error}");
    }
}

#[test]
fn labels_and_types_may_be_computed() {
    let mut graph = Graph::new();
    graph.params(crate::params! { "one" => "A", "two" => ["B", "C"], "type" => "R", "none" => Value::Null, "bad" => 1 });
    let counters = graph.counters(
        "CREATE (a:X:$($one) {n: 1})-[r:$($type)]->(b:$($two) {n: 2}), (:$all(['A', 'A']) {n: 3}) FINISH",
    );
    assert_eq!((counters.nodes_created, counters.labels_added, counters.relationships_created), (3, 5, 1));
    for (text, rows) in [
        ("MATCH (n:$($one)) RETURN n.n AS n", &["1", "3"][..]),
        ("MATCH (n:$($two)) RETURN labels(n) AS n", &["['B', 'C']"]),
        ("MATCH (n:$any(['B', 'X'])) RETURN n.n AS n", &["1", "2"]),
        ("MATCH (n:$all(['X', 'A'])) RETURN n.n AS n", &["1"]),
        ("MATCH (n:!$($one)) RETURN n.n AS n", &["2"]),
        ("MATCH (n:A&!$('X')) RETURN n.n AS n", &["3"]),
        ("MATCH (n) WHERE n:$($one) AND n IS $('X') RETURN n.n AS n", &["1"]),
        ("MATCH (n:$($none)) RETURN n.n AS n", &[]),
        ("MATCH ()-[r:$($type)]->(b) RETURN b.n AS n", &["2"]),
        ("MATCH ()-[r:$any(['S', 'R'])]->(b) RETURN type(r) AS t", &["'R'"]),
        ("MATCH ()-[r:$('S')]->() RETURN r", &[]),
        ("MATCH (a {n: 1})-[:$($type)]->+(b) RETURN b.n AS n", &["2"]),
        ("UNWIND ['A', 'B'] AS l MATCH (n:$(l)) RETURN l, count(*) AS n", &["'A' | 2", "'B' | 1"]),
        ("MATCH (n) RETURN COUNT { MATCH (m:$(labels(n)[0])) } AS n", &["1", "1", "2"]),
        // Of no names all are there, and none is.
        ("MATCH (n:$([])) RETURN n.n AS n", &["1", "2", "3"]),
        ("MATCH (n:$any([])) RETURN n.n AS n", &[]),
        // What is no name is no label, and whether null is one is not known.
        ("MATCH (n:$(['A', null])) RETURN n.n AS n", &[]),
        ("MATCH (n:$any(['A', null, 1])) RETURN n.n AS n", &["1", "3"]),
        ("MATCH (n:$([1])) RETURN n.n AS n", &[]),
        ("MATCH (n) RETURN n:$([$one, $none]) AS has", &["false", "null", "null"]),
        ("OPTIONAL MATCH (n:Nope) RETURN n:$($one) AS has", &["null"]),
        ("OPTIONAL MATCH (n:$($none)) RETURN n", &["null"]),
        ("MATCH (n:$([$one, 'X'])) RETURN n.n AS n", &["1"]),
        ("MATCH (n:$($one)) RETURN count(*) AS n", &["2"]),
        ("MATCH (n:$($one):$('X')) RETURN count(*) AS n", &["1"]),
        ("MATCH (a:$($one)), (b:$($two)) RETURN a.n + b.n AS n", &["3", "5"]),
        ("MATCH (a:$($one)) MATCH (b:$($one) {n: a.n}) RETURN b.n AS n", &["1", "3"]),
    ] {
        assert_eq!(graph.sorted(text), rows, "{text}");
    }
    let counters = graph.counters("MATCH (n {n: 3}) SET n:Y:$($two) REMOVE n:$($one) FINISH");
    assert_eq!((counters.labels_added, counters.labels_removed), (3, 1));
    assert_eq!(graph.rows("MATCH (n {n: 3}) RETURN labels(n) AS l"), ["['B', 'C', 'Y']"]);
    for _ in 0..2 {
        graph.write("UNWIND ['K', 'L'] AS l MERGE (m:M:$(l) {k: 1})-[:$(l)]->(m2:M {k: 2})").unwrap();
    }
    assert_eq!(
        graph.rows("MATCH (m:M)-[r]->() RETURN labels(m) AS l, type(r) AS t ORDER BY t"),
        ["['M', 'K'] | 'K'", "['M', 'L'] | 'L'"]
    );
    // What is created is read by what comes after it.
    graph.write("CREATE (a:Z {l: 'W'}), (b:$(a.l))").unwrap();
    assert_eq!(graph.value("MATCH (w:W) RETURN count(*) AS n"), "1");
    for (text, code) in [
        ("CREATE (:$(1))", ErrorCode::Type),
        ("MATCH (n:$($bad)) RETURN n", ErrorCode::Type),
        ("MATCH (n) RETURN n:$any($bad) AS has", ErrorCode::Type),
        ("CREATE (:$($none))", ErrorCode::Type),
        ("CREATE (:$(['A', 1]))", ErrorCode::Type),
        ("CREATE (:$(''))", ErrorCode::Type),
        ("CREATE ()-[:$(['A', 'B'])]->()", ErrorCode::Argument),
        ("CREATE (:$any(['A']))", ErrorCode::Semantic),
        ("CREATE ()-[:$('A')&$('B')]->()", ErrorCode::Semantic),
        ("MATCH (n) SET n:$any(['A'])", ErrorCode::Syntax),
        ("MATCH (n:$one) RETURN n", ErrorCode::Syntax),
    ] {
        let error = graph.write(text).map(|_| ()).expect_err(text);
        assert_eq!(error.code(), code, "{text}: {error}");
        assert!(error.span().is_some(), "{text}");
    }
}
