//! FOREACH, CALL of subqueries that write, and properties whose names are computed.

use super::*;
use namidb_core::ErrorCode;

fn numbers() -> Graph {
    Graph::with("UNWIND range(1, 3) AS i CREATE (:N {i: i})")
}

#[test]
fn foreach_writes_for_each_element_and_keeps_the_rows() {
    let mut graph = numbers();
    let text = "MATCH (n:N) FOREACH (k IN range(1, n.i) | CREATE (n)-[:HAS]->(:K {k: k})) \
                WITH n ORDER BY n.i RETURN n.i AS i, COUNT { (n)-[:HAS]->() } AS c";
    assert_eq!(shown(&graph.write(text).unwrap()), ["1 | 1", "2 | 2", "3 | 3"]);
    let counters =
        graph.counters("FOREACH (x IN [] | CREATE (:Never)) FOREACH (x IN null | CREATE (:Never))");
    assert_eq!(counters.nodes_created, 0);
    graph.write("MATCH p = (:N {i: 3})-->(:K {k: 2}) FOREACH (n IN nodes(p) | SET n.seen = true)").unwrap();
    assert_eq!(graph.value("MATCH (n {seen: true}) RETURN count(*) AS n"), "2");
}

#[test]
fn foreach_does_all_its_clauses_for_one_element_before_the_next() {
    let mut graph = Graph::new();
    let counters = graph
        .counters("FOREACH (x IN [1, 2, 3] | MERGE (n:A {v: 1}) SET n.c = coalesce(n.c, 0) + x DELETE n)");
    assert_eq!((counters.nodes_created, counters.nodes_deleted), (3, 3));
    graph.write("FOREACH (x IN [1, 2, 3] | MERGE (n:A {v: 1}) SET n.c = coalesce(n.c, 0) + x)").unwrap();
    assert_eq!(graph.rows("MATCH (n:A) RETURN n.c AS c"), ["6"]);
    graph.write("MATCH (n:A) FOREACH (x IN [1, 2] | SET n.c = n.c * 2 + x)").unwrap();
    assert_eq!(graph.rows("MATCH (n:A) RETURN n.c AS c"), ["28"]);
}

#[test]
fn foreach_nests_and_takes_every_clause_that_writes() {
    let mut graph = numbers();
    graph
        .write(
            "MATCH (n:N) WITH collect(n) AS ns \
             FOREACH (n IN ns | SET n:Seen REMOVE n.i FOREACH (k IN ['a', 'b'] | \
                MERGE (m:M {k: k}) ON CREATE SET m.new = 1 ON MATCH SET m.new = m.new + 1 CREATE (n)-[:TO]->(m)))",
        )
        .unwrap();
    assert_eq!(graph.sorted("MATCH (m:M) RETURN m.k AS k, m.new AS n"), ["'a' | 3", "'b' | 3"]);
    assert_eq!(graph.value("MATCH (:Seen)-[t:TO]->() RETURN count(t) AS n"), "6");
    graph.write("MATCH (m:M) WITH collect(m) AS ms FOREACH (m IN ms | DETACH DELETE m)").unwrap();
    assert_eq!(graph.value("MATCH (n) RETURN count(*) AS n"), "3");
}

#[test]
fn foreach_sees_the_names_around_and_keeps_its_own() {
    let graph = numbers();
    for (text, detail) in [
        ("MATCH (n) FOREACH (n IN [1] | CREATE (:A))", "VariableAlreadyBound"),
        ("FOREACH (x IN [1] | CREATE (a:A)) RETURN a", "UndefinedVariable"),
        ("FOREACH (x IN [1] | CREATE (a:A)) RETURN x", "UndefinedVariable"),
        ("FOREACH (x IN 'text' | CREATE (a:A))", "InvalidArgumentType"),
    ] {
        assert_eq!(prepare(text, &graph.state).unwrap_err().detail(), detail, "{text}");
    }
}

#[test]
fn a_subquery_that_writes_and_returns_adds_its_rows() {
    let mut graph = numbers();
    let text = "MATCH (n:N) CALL { WITH n UNWIND range(1, n.i) AS k CREATE (m:M {v: n.i * 10 + k}) RETURN m.v AS v } \
                RETURN n.i AS i, v ORDER BY v";
    assert_eq!(
        shown(&graph.write(text).unwrap()),
        ["1 | 11", "2 | 21", "2 | 22", "3 | 31", "3 | 32", "3 | 33"]
    );
    // Rows before it are taken first, so that what it creates is not met.
    let text = "MATCH (n) CALL (n) { CREATE (x:X) RETURN x } RETURN count(*) AS n";
    assert_eq!(shown(&graph.write(text).unwrap()), ["9"]);
    // A row sees what the rows before it wrote.
    let text = "UNWIND [1, 2, 3] AS i CALL (i) { MERGE (c:Counter) SET c.n = coalesce(c.n, 0) + i RETURN c.n AS n } RETURN n";
    assert_eq!(shown(&graph.write(text).unwrap()), ["1", "3", "6"]);
    let text = "UNWIND [1, 2, 3] AS i OPTIONAL CALL (i) { WITH i WHERE i <> 2 CREATE (o:O {i: i}) RETURN o.i AS o } RETURN i, o";
    assert_eq!(shown(&graph.write(text).unwrap()), ["1 | 1", "2 | null", "3 | 3"]);
}

#[test]
fn a_unit_subquery_keeps_each_row_once() {
    let mut graph = numbers();
    let text = "MATCH (n:N) CALL { WITH n UNWIND [1, 2] AS k CREATE (:M {k: k}) } RETURN count(*) AS n";
    assert_eq!(shown(&graph.write(text).unwrap()), ["3"]);
    assert_eq!(graph.value("MATCH (m:M) RETURN count(*) AS n"), "6");
    let text = "MATCH (n:N) CALL (*) { MATCH (m:M {k: n.i}) DETACH DELETE m } RETURN n.i AS i ORDER BY i";
    assert_eq!(shown(&graph.write(text).unwrap()), ["1", "2", "3"]);
    assert_eq!(graph.value("MATCH (m:M) RETURN count(*) AS n"), "0");
    let counters = graph.counters("CALL { CREATE (:A) UNION ALL CREATE (:B) }");
    assert_eq!(counters.nodes_created, 2);
    // All rows write, whatever LIMIT wants of them.
    graph.write("UNWIND range(1, 10) AS i CALL (i) { CREATE (:L {i: i}) } RETURN i LIMIT 1").unwrap();
    assert_eq!(graph.value("MATCH (l:L) RETURN count(*) AS n"), "10");
}

#[test]
fn the_name_of_a_property_may_be_computed() {
    let mut graph = numbers();
    graph.write("MATCH (n:N) SET n['k' + toString(n.i)] = n.i * 2, n[$key] = 'x' REMOVE n['i']").unwrap_err();
    graph.params([("key", "fixed")]);
    graph.write("MATCH (n:N) SET n['k' + toString(n.i)] = n.i * 2, n[$key] = 'x'").unwrap();
    assert_eq!(
        graph.sorted("MATCH (n:N) RETURN n.k1 AS a, n.k2 AS b, n.fixed AS f"),
        ["2 | null | 'x'", "null | 4 | 'x'", "null | null | 'x'"]
    );
    graph.write("MATCH (n:N) WITH n, [k IN keys(n) WHERE k STARTS WITH 'k'] AS ks FOREACH (k IN ks | REMOVE n[k])").unwrap();
    graph.write("MATCH (n:N) SET n['fixed'] = null").unwrap();
    assert_eq!(graph.sorted("MATCH (n:N) RETURN keys(n) AS k"), ["['i']", "['i']", "['i']"]);
    graph.write("CREATE (:N)-[:R]->(:N)").unwrap();
    graph.write("MATCH ()-[r:R]->() SET r['w'] = 1").unwrap();
    assert_eq!(graph.value("MATCH ()-[r:R]->() RETURN r.w AS w"), "1");
}

#[test]
fn a_computed_name_must_be_a_text_and_not_the_public_id() {
    let mut graph = numbers();
    graph.params([("key", 1)]);
    assert_eq!(graph.write("MATCH (n:N) SET n[$key] = 1").unwrap_err().code(), ErrorCode::Type);
    assert_eq!(graph.write("MATCH (n:N) SET n[1] = 1").unwrap_err().phase(), "compile time");
    graph.params([("key", "_id")]);
    assert_eq!(graph.write("MATCH (n:N) SET n[$key] = 'x'").unwrap_err().code(), ErrorCode::Semantic);
    assert!(graph.write("OPTIONAL MATCH (n:Nowhere) SET n['k'] = 1").is_ok());
}
