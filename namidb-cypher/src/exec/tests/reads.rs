use super::*;

/// ```text
/// ann -KNOWS-> bob -KNOWS-> cat -KNOWS-> ann      dan -KNOWS-> dan
/// ann -KNOWS-> cat          bob -LIKES-> tea      cat -LIKES-> tea
/// ```
fn friends() -> Graph {
    let mut graph = Graph::with(
        "CREATE (ann:Person {name: 'ann', age: 30}), (bob:Person {name: 'bob', age: 20}),
                (cat:Person:Admin {name: 'cat', age: 40}), (dan:Person {name: 'dan'}), (tea:Drink {name: 'tea'}),
                (ann)-[:KNOWS {since: 1}]->(bob), (bob)-[:KNOWS {since: 2}]->(cat), (cat)-[:KNOWS {since: 3}]->(ann),
                (ann)-[:KNOWS {since: 4}]->(cat), (dan)-[:KNOWS {since: 5}]->(dan),
                (bob)-[:LIKES]->(tea), (cat)-[:LIKES]->(tea)",
    );
    graph.write("CREATE INDEX person_name FOR (p:Person) ON (p.name)").unwrap();
    graph
}

#[test]
fn nodes_are_scanned_by_all_of_their_labels() {
    let graph = friends();
    assert_eq!(graph.value("MATCH (n) RETURN count(*)"), "5");
    assert_eq!(graph.rows("MATCH (n:Person) RETURN n.name"), ["'ann'", "'bob'", "'cat'", "'dan'"]);
    assert_eq!(graph.rows("MATCH (n:Person:Admin) RETURN n.name"), ["'cat'"]);
    assert_eq!(graph.rows("MATCH (n:Nothing) RETURN n"), [""; 0]);
    assert_eq!(graph.value("MATCH (n:Person), (m:Drink) RETURN count(*)"), "4");
    assert_eq!(graph.value("MATCH (n), (m) RETURN count(*)"), "25");
}

#[test]
fn nodes_are_found_by_index_id_and_public_id() {
    let mut graph = friends();
    assert_eq!(graph.rows("MATCH (n:Person {name: 'bob'}) RETURN n.age"), ["20"]);
    assert_eq!(
        graph.sorted("MATCH (n:Person) WHERE n.name IN ['cat', 'ann', 'ann', null] RETURN n.age"),
        ["30", "40"]
    );
    assert_eq!(graph.sorted("MATCH (n:Person) WHERE n.name > 'bob' RETURN n.name"), ["'cat'", "'dan'"]);
    assert_eq!(graph.sorted("MATCH (n:Person) WHERE n.name STARTS WITH 'd' RETURN n.name"), ["'dan'"]);
    assert_eq!(graph.rows("MATCH (n) WHERE id(n) = 2 RETURN n.name"), ["'cat'"]);
    assert_eq!(graph.rows("MATCH (n) WHERE id(n) = 99 RETURN n.name"), [""; 0]);
    let uuid = graph.state.node_uuid(NodeId(1)).unwrap();
    graph.params([("id", uuid)]);
    assert_eq!(graph.rows("MATCH (n) WHERE elementId(n) = $id RETURN n.name"), ["'bob'"]);
    assert_eq!(
        graph.rows("UNWIND ['bob', 'x', 'ann'] AS name MATCH (n:Person {name: name}) RETURN n.age"),
        ["20", "30"]
    );
}

#[test]
fn steps_follow_types_and_directions_and_meet_self_loops_once() {
    let graph = friends();
    assert_eq!(graph.sorted("MATCH (:Person {name: 'ann'})-[:KNOWS]->(m) RETURN m.name"), ["'bob'", "'cat'"]);
    assert_eq!(graph.sorted("MATCH (:Person {name: 'ann'})<-[:KNOWS]-(m) RETURN m.name"), ["'cat'"]);
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'ann'})-[:KNOWS]-(m) RETURN m.name"),
        ["'bob'", "'cat'", "'cat'"]
    );
    assert_eq!(graph.sorted("MATCH (:Person {name: 'dan'})-[r]-(m) RETURN m.name, r.since"), ["'dan' | 5"]);
    assert_eq!(graph.value("MATCH (:Person {name: 'dan'})--() RETURN count(*)"), "1");
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'bob'})-[:LIKES|KNOWS]->(m) RETURN m.name"),
        ["'cat'", "'tea'"]
    );
    assert_eq!(graph.value("MATCH ()-[r]->() RETURN count(r)"), "7");
    assert_eq!(graph.value("MATCH ()-[r]-() RETURN count(r)"), "13");
    assert_eq!(graph.value("MATCH ()-[:KNOWS]->(:Admin) RETURN count(*)"), "2");
}

#[test]
fn a_pattern_takes_no_relationship_twice() {
    let graph = friends();
    // dan's self loop can be walked once only.
    assert_eq!(graph.value("MATCH (:Person {name: 'dan'})-[:KNOWS]-()-[:KNOWS]-() RETURN count(*)"), "0");
    assert_eq!(
        graph.value("MATCH (:Person {name: 'dan'})-[:KNOWS]-() MATCH (:Person {name: 'dan'})-[:KNOWS]-() RETURN count(*)"),
        "1"
    );
    assert_eq!(graph.value("MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) RETURN count(*)"), "3");
    assert_eq!(graph.value("MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c)<-[:KNOWS]-(a) RETURN count(*)"), "1");
    assert_eq!(
        graph.sorted(
            "MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c)<-[r:KNOWS]-(a) RETURN a.name, b.name, c.name, r.since"
        ),
        ["'ann' | 'bob' | 'cat' | 4"]
    );
}

#[test]
fn bound_relationships_are_checked() {
    let graph = friends();
    assert_eq!(
        graph.sorted("MATCH (a)-[r:LIKES]->(b) WITH r MATCH (x)<-[r]-(y) RETURN x.name, y.name"),
        ["'tea' | 'bob'", "'tea' | 'cat'"]
    );
    assert_eq!(graph.sorted("MATCH (a)-[r:LIKES]->(b) WITH r, a MATCH (a)<-[r]-(y) RETURN y"), [""; 0]);
}

#[test]
fn walks_of_variable_length_are_enumerated() {
    let graph = friends();
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'bob'})-[r:KNOWS*1..2]->(m) RETURN m.name, size(r)"),
        ["'ann' | 2", "'cat' | 1"]
    );
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'bob'})-[*0..1]->(m) RETURN m.name"),
        ["'bob'", "'cat'", "'tea'"]
    );
    // ann-bob-cat-ann-cat, and the same without the way back.
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'ann'})-[r:KNOWS*]->(m) RETURN size(r), m.name"),
        [
            "1 | 'bob'",
            "1 | 'cat'",
            "2 | 'ann'",
            "2 | 'cat'",
            "3 | 'ann'",
            "3 | 'bob'",
            "4 | 'cat'",
            "4 | 'cat'"
        ]
    );
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'ann'})-[:KNOWS* {since: 1}]->(m) RETURN m.name"),
        ["'bob'"]
    );
    assert_eq!(
        graph.value("MATCH (a:Person {name: 'ann'}), (b:Person {name: 'cat'}) MATCH (a)-[:KNOWS*1..2]->(b) RETURN count(*)"),
        "2"
    );
}

#[test]
fn ends_of_walks_are_found_once_where_only_they_matter() {
    let graph = friends();
    assert_eq!(graph.value("MATCH (:Person {name: 'ann'})-[:KNOWS*1..3]-(m) RETURN count(DISTINCT m)"), "3");
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'ann'})-[:KNOWS*]->(m) RETURN DISTINCT m.name"),
        ["'ann'", "'bob'", "'cat'"]
    );
    assert_eq!(graph.sorted("MATCH (:Person {name: 'dan'})-[:KNOWS*]-(m) RETURN DISTINCT m.name"), ["'dan'"]);
    assert_eq!(
        graph.sorted("MATCH (:Person {name: 'bob'})-[:LIKES*]-(m) RETURN DISTINCT m.name"),
        ["'cat'", "'tea'"]
    );
}

#[test]
fn optional_matches_keep_rows_with_nulls_in_order() {
    let graph = friends();
    assert_eq!(
        graph.rows("MATCH (n:Person) OPTIONAL MATCH (n)-[:LIKES]->(d) RETURN n.name, d.name"),
        ["'ann' | null", "'bob' | 'tea'", "'cat' | 'tea'", "'dan' | null"]
    );
    assert_eq!(
        graph.rows("MATCH (n:Person) OPTIONAL MATCH (n)-[:LIKES]->(d) RETURN n.name, count(d)"),
        ["'ann' | 0", "'bob' | 1", "'cat' | 1", "'dan' | 0"]
    );
    assert_eq!(graph.rows("OPTIONAL MATCH (n:Nothing) RETURN n"), ["null"]);
    assert_eq!(
        graph.rows("OPTIONAL MATCH (n:Nothing) OPTIONAL MATCH (n)-->(m) RETURN n, m"),
        ["null | null"]
    );
}

#[test]
fn aggregates_weigh_rows_by_what_they_stand_for() {
    let graph = friends();
    assert_eq!(
        graph.sorted("MATCH (p:Person)-[:KNOWS]-(f:Person) WITH p, count(f) AS d RETURN d, count(*)"),
        ["1 | 1", "2 | 1", "3 | 2"]
    );
    assert_eq!(
        graph.sorted("MATCH (d:Drink)<-[:LIKES]-(p) RETURN d.name, avg(p.age), collect(p.name)"),
        ["'tea' | 30.0 | ['bob', 'cat']"]
    );
    assert_eq!(
        graph.value("MATCH (n:Nothing) RETURN count(n), sum(n.x), max(n.x), collect(n.x)"),
        "0 | 0 | null | []"
    );
    assert_eq!(graph.rows("MATCH (n:Nothing) RETURN n.x, count(*)"), [""; 0]);
    assert_eq!(graph.value("MATCH (p:Person)-->(m) RETURN sum(p.age), count(DISTINCT p)"), "180 | 4");
    assert_eq!(graph.value("MATCH (p:Person) RETURN count(p.age), min(p.age), max(p.age)"), "3 | 20 | 40");
}

#[test]
fn rows_are_sorted_skipped_and_limited() {
    let graph = friends();
    assert_eq!(
        graph.rows("MATCH (p:Person) RETURN p.name, p.age ORDER BY p.age DESC, p.name"),
        ["'dan' | null", "'cat' | 40", "'ann' | 30", "'bob' | 20"]
    );
    assert_eq!(
        graph.rows("MATCH (p:Person) RETURN p.name ORDER BY p.age SKIP 1 LIMIT 2"),
        ["'ann'", "'cat'"]
    );
    assert_eq!(graph.rows("UNWIND range(1, 10) AS i RETURN i SKIP 3 LIMIT 2"), ["4", "5"]);
    assert_eq!(graph.rows("UNWIND range(10, 1, -4) AS i RETURN i"), ["10", "6", "2"]);
    assert_eq!(graph.rows("UNWIND [1, null, [2]] AS i RETURN i LIMIT 0"), [""; 0]);
    assert_eq!(graph.rows("UNWIND [3, 1, 2, 1, 3] AS i RETURN DISTINCT i"), ["3", "1", "2"]);
}

#[test]
fn rows_are_sorted_by_what_is_written_like_an_item_even_if_its_name_hides_a_variable() {
    let graph = friends();
    for (text, wanted) in [
        ("MATCH (p:Person) RETURN p.name AS p ORDER BY p.name DESC LIMIT 2", ["'dan'", "'cat'"]),
        ("MATCH (p:Person) RETURN DISTINCT p.name AS p ORDER BY p.name LIMIT 2", ["'ann'", "'bob'"]),
        (
            "MATCH (p:Person)-[:KNOWS]-() RETURN count(p) AS p, p.name AS n ORDER BY count(p), n LIMIT 2",
            ["1 | 'dan'", "2 | 'bob'"],
        ),
        ("UNWIND [1, 2] AS x WITH -x AS x ORDER BY -x RETURN x", ["-2", "-1"]),
        // Everything else sees the projected names.
        ("UNWIND [1, 2] AS x WITH -x AS x ORDER BY -x + 0 RETURN x", ["-1", "-2"]),
        (
            "UNWIND [[1, 2], [2, 1]] AS l WITH l[0] AS a, l[1] AS b WITH a AS b, b AS a ORDER BY a RETURN a, b",
            ["1 | 2", "2 | 1"],
        ),
    ] {
        assert_eq!(graph.rows(text), wanted, "{text}");
    }
}

#[test]
fn subqueries_answer_for_each_row() {
    let graph = friends();
    assert_eq!(
        graph.sorted("MATCH (p:Person) WHERE EXISTS { (p)-[:LIKES]->() } RETURN p.name"),
        ["'bob'", "'cat'"]
    );
    assert_eq!(
        graph.sorted("MATCH (p:Person) WHERE EXISTS { (p)-[:KNOWS]->()-[:LIKES]->() } RETURN p.name"),
        ["'ann'", "'bob'"]
    );
    assert_eq!(
        graph.rows("MATCH (p:Person) RETURN p.name, COUNT { (p)-[:KNOWS]-() } AS n"),
        ["'ann' | 3", "'bob' | 2", "'cat' | 3", "'dan' | 1"]
    );
    assert_eq!(
        graph.rows("MATCH (p:Person) RETURN [(p)-[:LIKES]->(d) | d.name] AS l"),
        ["[]", "['tea']", "['tea']", "[]"]
    );
    assert_eq!(
        graph.rows("MATCH (p:Person) RETURN p.name, COLLECT { MATCH (p)-[:KNOWS]->(q) RETURN q.name ORDER BY q.name DESC LIMIT 1 } AS l"),
        ["'ann' | ['cat']", "'bob' | ['cat']", "'cat' | ['ann']", "'dan' | ['dan']"]
    );
}

#[test]
fn unions_give_the_rows_of_both_sides_in_turn() {
    let graph = friends();
    assert_eq!(graph.rows("RETURN 1 AS x UNION ALL RETURN 1 AS x UNION ALL RETURN 2 AS x"), ["1", "1", "2"]);
    assert_eq!(graph.rows("RETURN 1 AS x UNION RETURN 1 AS x UNION RETURN 2 AS x"), ["1", "2"]);
}

#[test]
fn paths_are_put_together_from_their_variables() {
    let graph = friends();
    assert_eq!(
        graph.rows("MATCH p = (:Person {name: 'ann'})-[:KNOWS]->()-[:LIKES]->() RETURN length(p), p"),
        ["2 | path of [0, 5]", "2 | path of [3, 6]"]
    );
}

#[test]
fn keys_made_of_labels_are_computed_once_a_set_of_labels() {
    let mut graph = Graph::with(
        "CREATE (:A {x: 1}), (:B {x: 2}), (:A:B {x: 3}), ({x: 4}), (:A {x: 5}), (:B:A {x: 6}), (:C {x: 7})",
    );
    // Labels of which nobody of a chunk has one, and more of them than bits in a word.
    for number in 0..70 {
        graph.write(&format!("CREATE (n:L{number} {{x: {number}}})")).unwrap();
    }
    graph.write("MATCH (n) WHERE n.x >= 10 AND NOT n:A DETACH DELETE n").unwrap();
    assert_eq!(
        graph.rows("MATCH (n) WHERE n.x < 8 RETURN labels(n) AS l, count(*) AS n, min(n.x) AS m")[..5],
        ["['A'] | 2 | 1", "['B'] | 1 | 2", "['A', 'B'] | 2 | 3", "[] | 1 | 4", "['C'] | 1 | 7"]
    );
    assert_eq!(
        graph.rows("MATCH (n) WHERE n.x < 8 RETURN n:A AS a, size(labels(n)) AS s, count(*) AS n"),
        ["true | 1 | 2", "false | 1 | 10", "true | 2 | 2", "false | 0 | 1"]
    );
    assert_eq!(graph.value("MATCH (n:A) RETURN labels(n)[7] AS l, count(*) AS n"), "null | 4");
    assert_eq!(
        graph.value("MATCH (n:A) OPTIONAL MATCH (n)-->(m) RETURN labels(m) AS l, count(*) AS n"),
        "null | 4"
    );
}

#[test]
fn nodes_that_share_a_value_are_found_in_a_table_as_if_each_were_compared() {
    let mut graph = Graph::with(
        "WITH [1, 1.0, 2, 'a', 'a', null, true, [1], [1], [null], 9007199254740993] AS all
         UNWIND range(0, 10) AS k CREATE (:L {x: all[k], k: k}), (:R {x: all[k], k: k})",
    );
    let text = "MATCH (l:L) WITH l MATCH (r:R) WHERE r.x = l.x RETURN id(l), id(r)";
    let plan = prepare(text, &graph.state).unwrap().to_string();
    assert!(plan.contains("HashJoin"), "{plan}");
    let compare = "MATCH (l:L) WITH l MATCH (r:R) WITH DISTINCT l, r WHERE r.x = l.x RETURN id(l), id(r)";
    let compared = graph.rows(compare);
    assert_eq!(compared.len(), 4 + 1 + 4 + 1 + 4 + 1);
    for batch_rows in [2048, 1, 3] {
        graph.cx.batch_rows = batch_rows;
        assert_eq!(graph.rows(text), compared);
    }
    // Simple keys alone, so that the table has numbers for them.
    graph.write("MATCH (n) WHERE n.k IN [7, 8, 9] DETACH DELETE n").unwrap();
    let compared = graph.rows(compare);
    assert_eq!(compared.len(), 4 + 1 + 4 + 1 + 1);
    for batch_rows in [2048, 1, 3] {
        graph.cx.batch_rows = batch_rows;
        assert_eq!(graph.rows(text), compared);
    }
    assert_eq!(
        graph.value("MATCH (l:L) RETURN sum(COUNT { MATCH (r:R) WHERE r.x = l.x AND r.x <> 'a' }) AS n"),
        "7"
    );
}

#[test]
fn a_pattern_takes_a_value_only_for_what_it_is() {
    // The node and the relationship have the same number.
    let graph = Graph::with("CREATE (:A {x: 1})-[:T]->(:B)");
    let mixed = "MATCH (n:A)-[r]->() UNWIND [n, r, 1, null] AS k";
    for (text, wanted) in [
        ("MATCH (k) RETURN k", vec!["n0"]),
        ("MATCH (k)-->(m) RETURN k, m", vec!["n0 | n1"]),
        ("OPTIONAL MATCH (k)-->(m) RETURN m", vec!["n1", "null", "null", "null"]),
        ("MATCH (n)-[k]->(m) RETURN k, m", vec!["r0 | n1"]),
        ("MATCH (k)-[*]->(m) RETURN k, m", vec!["n0 | n1"]),
        ("MATCH (k)-[s]-(m:B), (k)--(m) RETURN s", vec![]),
    ] {
        assert_eq!(graph.sorted(&format!("{mixed} {text}")), wanted, "{text}");
    }
    let mut graph = graph;
    let error = graph.write("MATCH (n:A)-[r]->() UNWIND [r, n] AS k CREATE (k)-[:T]->()").unwrap_err();
    assert_eq!(error.detail(), "EndpointMissing");
}

#[test]
fn a_path_through_what_the_row_brings_is_one_only_where_it_leads() {
    let graph = Graph::with("CREATE (a:A)-[:T]->(b:B)-[:T]->(a), (b)-[:U]->(:C)");
    for (text, wanted) in [
        (
            "MATCH ()-[r*2]->() MATCH (a:B), (b) WITH a, b, r MATCH p = (b)-[r*]->(a) RETURN b, p",
            vec!["n1 | path of [1, 0]"],
        ),
        (
            "MATCH (x)-[r*2]->(y:C) RETURN [p = (x)-[r*]->(y) | p] AS one, [p = (y)-[r*]->(x) | p] AS none",
            vec!["[path of [0, 2]] | []"],
        ),
        (
            "MATCH (n:A)-[r]->(m) UNWIND [r, n, null] AS k MATCH p = (n)-[k]->(m) RETURN p",
            vec!["path of [0]"],
        ),
        ("MATCH (n:A)-[r]->(m) UNWIND [r, n, null] AS k MATCH p = (k) RETURN p", vec!["path of []"]),
    ] {
        assert_eq!(graph.sorted(text), wanted, "{text}");
    }
}
