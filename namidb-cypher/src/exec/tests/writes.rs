use super::*;
use namidb_core::ErrorCode;

#[test]
fn created_entities_are_counted_and_found() {
    let mut graph = Graph::new();
    let counters = graph.counters("CREATE (a:A:B {x: 1, y: null})-[:T {z: 2}]->(:C)");
    assert_eq!(
        (
            counters.nodes_created,
            counters.relationships_created,
            counters.properties_set,
            counters.labels_added
        ),
        (2, 1, 2, 3)
    );
    assert_eq!(graph.rows("MATCH (a:A:B)-[r:T]->(c:C) RETURN a.x, a.y, r.z"), ["1 | null | 2"]);
    let output = graph.write("UNWIND range(1, 3) AS i CREATE (n:N {i: i}) RETURN n.i, labels(n)").unwrap();
    assert_eq!(shown(&output), ["1 | ['N']", "2 | ['N']", "3 | ['N']"]);
}

#[test]
fn a_statement_that_reads_refuses_to_write() {
    let graph = Graph::new();
    assert_eq!(graph.read("CREATE ()").unwrap_err().code(), ErrorCode::ReadOnly);
}

#[test]
fn writes_do_not_see_themselves() {
    let mut graph = Graph::with("CREATE (:N), (:N)");
    assert_eq!(graph.counters("MATCH (n:N) CREATE (:N)").nodes_created, 2);
    assert_eq!(
        graph.counters("MATCH (n:N) CREATE (:N) WITH n MATCH (m:N) CREATE (:M)").nodes_created,
        4 + 32
    );
}

#[test]
fn a_limit_does_not_stop_writes_below_it() {
    let mut graph = Graph::new();
    let output = graph.write("UNWIND range(1, 5000) AS i CREATE (n:N {i: i}) RETURN n.i LIMIT 2").unwrap();
    assert_eq!(shown(&output), ["1", "2"]);
    assert_eq!(output.counters.nodes_created, 5000);
    let output = graph.write("UNWIND range(1, 10) AS i CREATE (n:N {i: i}) RETURN n.i LIMIT 0").unwrap();
    assert_eq!((output.row_count(), output.counters.nodes_created), (0, 10));
}

#[test]
fn every_branch_of_a_union_writes() {
    let mut graph = Graph::new();
    assert_eq!(graph.counters("CREATE (:A) UNION CREATE (:B)").nodes_created, 2);
    assert_eq!(graph.counters("CREATE (:A) UNION ALL CREATE (:B)").nodes_created, 2);
    let subquery = "UNWIND [1, 2] AS i CALL { CREATE (:C) UNION CREATE (:D) }";
    assert_eq!(graph.counters(subquery).nodes_created, 4);
    let limited = "CREATE (:A) RETURN 1 AS x UNION CREATE (:B) RETURN 1 AS x";
    assert_eq!(graph.counters(limited).nodes_created, 2);
}

#[test]
fn properties_are_set_and_removed() {
    let mut graph = Graph::with("CREATE (:N {x: 1, y: 2}), (:N {x: 5})");
    assert_eq!(graph.counters("MATCH (n:N) SET n.x = n.x + 1, n.z = n.x").properties_set, 4);
    assert_eq!(graph.rows("MATCH (n:N) RETURN n.x, n.z"), ["2 | 2", "6 | 6"]);
    graph.write("MATCH (n:N {x: 2}) SET n = {a: 1}").unwrap();
    assert_eq!(graph.rows("MATCH (n:N {a: 1}) RETURN properties(n)"), ["{a: 1}"]);
    graph.write("MATCH (n:N {a: 1}) SET n += {a: null, b: 2}").unwrap();
    assert_eq!(graph.rows("MATCH (n:N {b: 2}) RETURN properties(n)"), ["{b: 2}"]);
    graph.write("MATCH (n:N {b: 2}) REMOVE n.b, n:N SET n:M:K").unwrap();
    assert_eq!(graph.rows("MATCH (n:M) RETURN labels(n), properties(n)"), ["['M', 'K'] | {}"]);
    graph.write("OPTIONAL MATCH (n:Nothing) SET n.x = 1, n:Y").unwrap();
}

#[test]
fn rows_of_one_set_see_each_other() {
    let mut graph = Graph::with("CREATE (:N {x: 1})");
    graph.write("UNWIND [1, 2, 3] AS i MATCH (n:N) SET n.x = n.x + i").unwrap();
    assert_eq!(graph.value("MATCH (n:N) RETURN n.x"), "7");
    graph.write("UNWIND [{v: 1}, {v: 9}] AS row MATCH (n:N) SET n.x = row.v").unwrap();
    assert_eq!(graph.value("MATCH (n:N) RETURN n.x"), "9");
}

#[test]
fn values_that_cannot_be_stored_are_type_errors() {
    let mut graph = Graph::with("CREATE (:N)");
    let error = graph.write("MATCH (n:N) SET n.x = [n]").unwrap_err();
    assert_eq!(
        (error.code(), error.error_type(), error.detail()),
        (ErrorCode::PropertyType, "TypeError", "InvalidPropertyType")
    );
}

#[test]
fn nodes_with_relationships_are_deleted_with_them_or_not_at_all() {
    let mut graph = Graph::with("CREATE (a:A)-[:T]->(b:B)");
    let error = graph.write("MATCH (a:A) DELETE a").unwrap_err();
    assert_eq!(
        (error.code(), error.error_type(), error.detail()),
        (ErrorCode::DeleteConnected, "ConstraintVerificationFailed", "DeleteConnectedNode")
    );
    assert_eq!(graph.value("MATCH (n) RETURN count(*)"), "2");
    let counters = graph.counters("MATCH (a:A)-[r]->(b) DELETE a, r");
    assert_eq!((counters.nodes_deleted, counters.relationships_deleted), (1, 1));
    graph.write("MATCH (b:B) CREATE (b)-[:T]->(b), (b)-[:T]->(:C)").unwrap();
    let counters = graph.counters("MATCH (b:B) DETACH DELETE b");
    assert_eq!((counters.nodes_deleted, counters.relationships_deleted), (1, 2));
    assert_eq!(graph.value("MATCH (n) RETURN count(*)"), "1");
}

#[test]
fn a_later_clause_may_delete_what_kept_a_node() {
    let mut graph = Graph::with("CREATE (a:A)-[:T]->(b:B)");
    let counters = graph.counters("MATCH (a:A)-[r]->(b) DELETE a DELETE r");
    assert_eq!((counters.nodes_deleted, counters.relationships_deleted), (1, 1));
}

#[test]
fn deleted_entities_have_no_properties() {
    let mut graph = Graph::with("CREATE (:A {x: 1})");
    let error = graph.write("MATCH (a:A) DELETE a RETURN a.x").unwrap_err();
    assert_eq!((error.error_type(), error.detail()), ("EntityNotFound", "DeletedEntityAccess"));
    graph.write("MATCH (a:A) DELETE a DELETE a").unwrap();
}

#[test]
fn a_deleted_node_is_no_end_of_a_new_relationship() {
    let mut graph = Graph::with("CREATE (:N)");
    for text in [
        "MATCH (n:N) DELETE n CREATE (n)-[:T]->(:M)",
        "MATCH (n:N) DELETE n CREATE (:M)<-[:U]-(:M)-[:T]->(n)",
        "MATCH (n:N) DELETE n MERGE (n)-[:T]->(:M)",
    ] {
        let error = graph.write(text).unwrap_err();
        assert_eq!((error.error_type(), error.detail()), ("EntityNotFound", "DeletedEntityAccess"), "{text}");
        assert!(error.span().is_some(), "{text}");
    }
}

#[test]
fn merge_finds_or_creates_row_by_row() {
    let mut graph = Graph::new();
    let text = "UNWIND [1, 2, 1, 3, 2] AS i MERGE (n:N {i: i}) ON CREATE SET n.c = 1 ON MATCH SET n.m = 1 RETURN n.i";
    let output = graph.write(text).unwrap();
    assert_eq!(shown(&output), ["1", "2", "1", "3", "2"]);
    assert_eq!(output.counters.nodes_created, 3);
    assert_eq!(graph.rows("MATCH (n:N) RETURN n.i, n.c, n.m"), ["1 | 1 | 1", "2 | 1 | 1", "3 | 1 | null"]);
    let counters = graph.counters(
        "MATCH (a:N {i: 1}), (b:N {i: 2}) MERGE (a)-[:T]->(b) MERGE (a)<-[:T]-(b) MERGE (a)-[:T]-(b)",
    );
    assert_eq!(counters.relationships_created, 2);
    let error = graph.write("MERGE (n:N {i: null})").unwrap_err();
    assert_eq!((error.error_type(), error.detail()), ("SemanticError", "MergeReadOwnWrites"));
}

#[test]
fn names_that_a_statement_defines_are_found_by_its_later_clauses() {
    let mut graph = Graph::new();
    let output = graph
        .write("CREATE (:New {fresh: 1})-[:ALSO]->() WITH 1 AS x MATCH (n:New)-[:ALSO]->() RETURN n.fresh")
        .unwrap();
    assert_eq!(shown(&output), ["1"]);
}

#[test]
fn indexes_are_created_and_dropped() {
    let mut graph = Graph::with("CREATE (:N {x: 1})");
    assert_eq!(graph.counters("CREATE INDEX n_x FOR (n:N) ON (n.x)").indexes_added, 1);
    assert_eq!(graph.write("CREATE INDEX n_x FOR (n:N) ON (n.x)").unwrap_err().code(), ErrorCode::Schema);
    assert_eq!(graph.counters("CREATE INDEX IF NOT EXISTS FOR (n:N) ON (n.x)").indexes_added, 0);
    assert_eq!(graph.rows("MATCH (n:N {x: 1}) RETURN n.x"), ["1"]);
    assert_eq!(graph.counters("DROP INDEX n_x").indexes_removed, 1);
    assert_eq!(graph.counters("DROP INDEX n_x IF EXISTS").indexes_removed, 0);
}

#[test]
fn a_failed_statement_leaves_nothing_behind() {
    let mut graph = Graph::with("CREATE (:N {x: 1})");
    let context = StageContext { seq: Seq(7), time: 0, runtime: StillRuntime::shared(), may_wait: false };
    let mut changes = Changes::new(&graph.state, &context);
    let run = |text: &str, changes: &mut Changes| {
        execute_write(&prepare(text, changes.state()).unwrap(), changes, &graph.cx)
    };
    run("CREATE (:N {x: 2})", &mut changes).unwrap();
    let digest = changes.state().digest();
    run("MATCH (n:N) SET n.x = n.x + 1 WITH n SET n.y = [n]", &mut changes).unwrap_err();
    assert_eq!(changes.state().digest(), digest);
    assert_eq!(changes.counters().nodes_created, 1);
    let output = run("MATCH (n:N) RETURN n.x", &mut changes).unwrap();
    assert_eq!(shown(&output), ["1", "2"]);
    graph.seq += 1;
}
