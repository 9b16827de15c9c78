//! Patterns that close, on graphs whose lists are long, short, parallel and loops: as the reference has it, in one order
//! whatever the size of batches.

use super::reference::interpret;
use super::*;

fn text_of(row: &[Value]) -> String {
    row.iter().map(show).collect::<Vec<_>>().join(" | ")
}

fn agrees(graph: &mut Graph, text: &str) -> usize {
    let statement = prepare(text, &graph.state).unwrap();
    assert!(statement.to_string().contains("Intersect"), "{text}\n{statement}");
    let mut wanted: Vec<String> =
        interpret(&statement, &graph.state, &graph.cx).unwrap().iter().map(|r| text_of(r)).collect();
    wanted.sort();
    let mut first: Option<Vec<String>> = None;
    for batch_rows in [2048, 1, 7] {
        graph.cx.batch_rows = batch_rows;
        let got = shown(&execute(&statement, graph.state.clone(), &graph.cx).unwrap());
        let mut sorted = got.clone();
        sorted.sort();
        assert_eq!(sorted, wanted, "{text}\nbatches of {batch_rows}\n{statement}");
        assert_eq!(first.get_or_insert_with(|| got.clone()), &got, "{text}\nbatches of {batch_rows}");
    }
    wanted.len()
}

/// Two hubs, one of them with a list that is not inside its chunk, that share a third of their neighbours.
fn hubs() -> Graph {
    let mut graph = Graph::with("UNWIND range(0, 599) AS i CREATE (n:N {x: i})");
    for text in [
        "MATCH (h:N {x: 0}), (n:N) CREATE (h)-[:R]->(n)",
        "MATCH (h:N {x: 1}), (n:N) WHERE n.x % 3 = 0 AND n.x < 300 CREATE (h)-[:R]->(n), (h)-[:S]->(n)",
        "MATCH (h:N {x: 0}), (n:N) WHERE n.x % 90 = 0 CREATE (h)-[:R]->(n), (n)-[:R]->(h)",
        "MATCH (m:N), (n:N) WHERE m.x % 100 = 7 AND n.x = m.x + 2 CREATE (m)-[:R]->(n)-[:S]->(m)",
        "MATCH (m:N), (n:N) WHERE m.x = 3 AND n.x IN [3, 6, 9] CREATE (m)-[:R]->(n), (m)-[:R]->(n)",
        "MATCH (n:N) WHERE n.x % 2 = 0 SET n:Even",
    ] {
        graph.write(text).unwrap();
    }
    graph
}

#[test]
fn nodes_where_relationships_meet_are_those_of_the_reference() {
    let mut graph = hubs();
    for text in [
        "MATCH (a {x: 1})-[:R]->(b)-[:R]->(c)<-[:R]-(a) RETURN a, b, c",
        "MATCH (a {x: 0})-[:S]-(b)-[:R]->(c)<-[:R]-(a) RETURN b, c",
        "MATCH (a {x: 1})-[r]->(b)-[s:R]-(c:Even)-[t:R]-(a) RETURN r, s, t, c",
        "MATCH (a {x: 3})-[r:R]->(c)<-[s:R]-(a) RETURN r, s, c",
        "MATCH (a {x: 3}) WITH a MATCH (b {x: 0}) WITH a, b MATCH (a)-[r:R]->(c)<-[s]-(b) RETURN r, s, c",
        "MATCH (a {x: 0}) WITH a MATCH (b {x: 1}) WITH a, b MATCH (a)-[r:R]->(c)<-[s:S]-(b) RETURN count(*) AS n",
        "MATCH (a {x: 0}) WITH a MATCH (b {x: 1}) WITH a, b MATCH (a)-[:R]->(c)<-[:S]-(b) RETURN count(DISTINCT c) AS n",
        "MATCH (a {x: 0}) WITH a MATCH (b {x: 3}) WITH a, b MATCH (a)-[:R]-(c)-[:R]-(b) RETURN count(c) AS n",
        "MATCH (a {x: 7})-[:R]->(b)-[:S]->(c)-[:R]->(a) RETURN a, b, c",
        "MATCH (a:Even)-[:S]->(b)<-[:R]-(c)-[:R]->(a) RETURN c, count(*) AS n",
    ] {
        agrees(&mut graph, text);
    }
}

#[test]
fn long_and_short_lists_meet_whichever_is_marked() {
    let mut graph = hubs();
    // From the node with few neighbours to the hub and from the hub to it: both sides are looked up once.
    for text in [
        "MATCH (a {x: 3}), (b {x: 0}) WITH a, b MATCH (a)-[r:R]->(c)<-[s:R]-(b) RETURN r, s, c",
        "MATCH (b {x: 0}), (a {x: 3}) WITH a, b MATCH (b)-[r:R]->(c)<-[s:R]-(a) RETURN r, s, c",
        "MATCH (b {x: 0}), (a {x: 3}) WITH a, b MATCH (b)-[r:R]-(c)-[s:R]-(a) RETURN r, s, c",
        "MATCH (b {x: 0}), (a) WHERE a.x > 2 AND a.x < 5 WITH a, b MATCH (b)-[r:R]->(c)<-[s]-(a) RETURN a, c, r, s",
    ] {
        assert!(agrees(&mut graph, text) > 0, "{text}");
    }
}

#[test]
fn a_relationship_that_two_clauses_ask_for_is_one() {
    let graph = Graph::with("CREATE (a:A {x: 1}), (b:B), (a)-[:R]->(b), (a)-[:S]->(b), (b)-[:R]->(b)");
    for (text, wanted) in [
        ("MATCH (b:B)-[r]-(a:A) MATCH (a)-[r]->(b) RETURN r", vec!["r0", "r1"]),
        (
            "MATCH (b:B)-[r:R|S]-(a:A {x: 1}) MATCH (c)<-[s]-(a)-[r]->(b) RETURN r, s",
            vec!["r0 | r1", "r1 | r0"],
        ),
        (
            "MATCH (a)-[r]-(b) MATCH (b)-[r]->(c:B)-[:R]->(a) RETURN r, a, b",
            vec!["r0 | n1 | n0", "r1 | n1 | n0"],
        ),
    ] {
        assert_eq!(graph.sorted(text), wanted, "{text}");
    }
}

#[test]
fn whoever_stops_early_gets_the_first_rows() {
    let graph = hubs();
    let all = graph.rows("MATCH (a {x: 1})-[:R]->(b)-[:R]-(c)-[:R]-(a) RETURN b, c");
    let first = graph.rows("MATCH (a {x: 1})-[:R]->(b)-[:R]-(c)-[:R]-(a) RETURN b, c LIMIT 5");
    assert_eq!(first, all[..5]);
}
