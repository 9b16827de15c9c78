//! Random graphs: small, with what makes answers differ — loops, parallel relationships, nulls, mixed types, several labels.

use crate::draw::Draw;

/// The statement that makes a graph.
pub(crate) fn graph(draw: &mut Draw) -> String {
    let nodes = if draw.once_in(8) { 1 } else { 3 + draw.below(6) };
    let relationships = if draw.once_in(8) { 0 } else { 4 + draw.below(10) };
    let mut text = String::from("CREATE ");
    for number in 0..nodes {
        let labels = draw.one(&["", ":A", ":B", ":A:B", ":A", ":C:B"]);
        text += &format!("(n{number}{labels} {{{}}}), ", node_properties(draw));
    }
    for _ in 0..relationships {
        let (from, to) = (draw.below(nodes), draw.below(nodes));
        let rel_type = draw.one(&["R", "R", "S", "T"]);
        text += &format!(
            "(n{from})-[:{rel_type} {{w: {}, t: {}}}]->(n{to}), ",
            draw.one(&["0", "1", "2", "null"]),
            draw.one(&["'a'", "'b'", "null"])
        );
    }
    text.trim_end_matches(", ").to_owned()
}

fn node_properties(draw: &mut Draw) -> String {
    let integer = draw.one(&["null", "0", "1", "2", "3", "-1"]);
    let string = draw.one(&["null", "'a'", "'ab'", "'b'", "''", "'Ä'"]);
    // Sums of these are exact in every order.
    let float = draw.one(&["null", "0.5", "-1.25", "2.0", "1.0"]);
    let boolean = draw.one(&["null", "true", "false"]);
    let list = draw.one(&["null", "[]", "[1]", "[1, 2]", "[2, 2, 3]"]);
    let date = draw.one(&["null", "date('2020-02-29')", "date('2021-01-01')"]);
    let mixed = draw.one(&["null", "1", "1.0", "'1'", "true", "[1]", "date('2020-02-29')"]);
    format!("i: {integer}, s: {string}, f: {float}, b: {boolean}, l: {list}, d: {date}, m: {mixed}")
}

/// What is defined on the same graph for the routes with indexes.
pub(crate) const INDEXES: [&str; 6] = [
    "CREATE INDEX FOR (n:A) ON (n.i)",
    "CREATE INDEX FOR (n:B) ON (n.s)",
    "CREATE INDEX FOR (n:B) ON (n.i, n.s)",
    "CREATE INDEX FOR (n:A) ON (n.m)",
    "CREATE INDEX FOR (n:C) ON (n.d)",
    "CREATE INDEX FOR ()-[r:R]-() ON (r.w)",
];

/// What turns the graph into one whose statistics mislead: what is rare is frequent there, and what is frequent rare.
pub(crate) const MISLEADING: [&str; 4] = [
    "MATCH (n:A) DETACH DELETE n",
    "UNWIND range(1, 40) AS x CREATE (:C {i: x, d: date('2020-02-29')})",
    "MATCH (c:C) WITH collect(c) AS all UNWIND range(0, 30) AS x WITH all[x] AS c, all[0] AS hub CREATE (c)-[:T {w: 1}]->(hub)",
    "UNWIND range(1, 3) AS x CREATE (:A {i: x, m: x})-[:S]->(:B {i: 1, s: 'a'})",
];
