//! EXPLAIN and PROFILE: what is shown, and that it is what happened.

use super::*;
use crate::explain::{Plan, PlanRole};

fn profile(graph: &Graph, text: &str) -> Plan {
    let output = graph.read(&format!("PROFILE {text}")).unwrap();
    assert_eq!(shown(&output), graph.rows(text), "a profiled statement gives its rows");
    Plan::clone(output.plan.as_ref().unwrap())
}

/// Operators with their bars and rows.
fn rows(plan: &Plan) -> Vec<String> {
    let line = |(bars, plan): (usize, &Plan)| {
        let rows = plan.profile.map_or("-".to_owned(), |p| p.rows.to_string());
        format!("{}{} {rows}", "|".repeat(bars), plan.operator)
    };
    plan.lines().into_iter().map(line).collect()
}

fn graph() -> Graph {
    Graph::with("CREATE (a:P {x: 1})-[:R]->(b:P {x: 2})-[:R]->(c:Q {x: 3}), (a)-[:R]->(c), (d:P {x: 4})")
}

#[test]
fn a_profile_counts_the_rows_of_each_operator() {
    let graph = graph();
    assert_eq!(
        rows(&profile(&graph, "MATCH (n:P)-[r:R]->(m) WHERE m.x > 2 RETURN n.x AS x, r")),
        ["Project 2", "Filter 2", "Expand 3", "NodeScan 3", "Unit 1"]
    );
    assert_eq!(
        rows(&profile(&graph, "MATCH (n:P) OPTIONAL MATCH (n)-->(m:Q) RETURN n, m")),
        ["Project 3", "Optional 3", "|Filter -", "|Expand 2", "|Argument 3", "NodeScan 3", "Unit 1"]
    );
    assert_eq!(
        rows(&profile(&graph, "MATCH (n:P) RETURN n.x AS x UNION ALL MATCH (n:Q) RETURN n.x AS x")),
        ["Union 4", "|Project 3", "|NodeScan 3", "|Unit 1", "|Project 1", "|NodeScan 1", "|Unit 1"]
    );
}

#[test]
fn subqueries_and_merged_operators_have_their_place() {
    let graph = graph();
    let plan = profile(&graph, "MATCH (n:P) RETURN COUNT { (n)-->() } AS c");
    let roles: Vec<PlanRole> = plan.children.iter().map(|child| child.role).collect();
    assert_eq!(roles, [PlanRole::Input, PlanRole::Subquery]);
    assert!(plan.children[1].profile.is_some(), "{plan}");
    // Counting all relationships scans nothing.
    assert_eq!(
        rows(&profile(&graph, "MATCH ()-[r]->() RETURN count(*) AS c"))[1..],
        ["Expand 3", "NodeScan -", "Unit -"]
    );
}

#[test]
fn estimates_come_from_the_counters_of_the_graph() {
    let graph = graph();
    let plan =
        prepare("MATCH (n:P) WHERE n.x = 1 RETURN n LIMIT 2", &graph.state).unwrap().explain(&graph.state);
    let estimates: Vec<(String, f64)> =
        plan.lines().iter().map(|(_, p)| (p.operator.clone(), p.estimated_rows)).collect();
    assert_eq!(estimates.iter().find(|(name, _)| name == "NodeScan").unwrap().1, 3.0);
    assert!(estimates.iter().all(|(name, rows)| name == "NodeScan" || *rows <= 1.0), "{estimates:?}");
    assert!(!plan.is_profiled());
}

#[test]
fn a_plan_is_a_table_that_a_person_can_read() {
    let graph = graph();
    let text = "MATCH (n:P) OPTIONAL MATCH (n)-[r:R]->(m) RETURN m.x AS x";
    let shown = prepare(text, &graph.state).unwrap().explain(&graph.state).to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "operator     estimated   details");
    assert!(lines[1].starts_with("Project") && lines[1].ends_with("m.x AS x"), "{shown}");
    assert!(lines[2].starts_with("Optional"), "{shown}");
    assert!(lines[3].starts_with("│ Expand") && lines[3].ends_with("(n)-[r:R]->(m)"), "{shown}");
    let profiled = profile(&graph, text).to_string();
    assert!(profiled.lines().next().unwrap().split_whitespace().eq([
        "operator",
        "estimated",
        "rows",
        "time",
        "batches",
        "details"
    ]));
    assert!(profiled.contains(" ms "), "{profiled}");
}

#[test]
fn a_statement_that_writes_is_profiled_while_it_writes() {
    let mut graph = graph();
    let output = graph.write("PROFILE UNWIND [1, 2] AS i CREATE (n:New {i: i})").unwrap();
    assert_eq!(output.counters.nodes_created, 2);
    assert_eq!(rows(output.plan.as_ref().unwrap()), ["Create 2", "Unwind 2", "Unit 1"]);
    assert!(graph.write("EXPLAIN CREATE (n:New)").unwrap().plan.is_some());
    assert_eq!(graph.value("MATCH (n:New) RETURN count(*) AS n"), "2");
    let long = format!("PROFILE MATCH (a){} RETURN a", "-->()".repeat(400));
    assert!(graph.read(&long).unwrap().plan.unwrap().lines().len() > 400);
}
