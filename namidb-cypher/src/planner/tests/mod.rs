//! Plans of any statement that can be written are whole, and mean on any graph what the text says.

mod matching;

use super::{plan, prepare};
use crate::exec::test_runtime::StillRuntime;
use crate::exec::{ExecutionContext, execute};
use crate::logical::StatementKind;
use crate::syntax::ast::{self, Clause, SingleQuery, Statement, StatementMode};
use crate::syntax::parse;
use crate::syntax::printer::print;
use crate::syntax::printer::tests::generate::Choices;
use namidb_core::graph::GraphState;
use namidb_core::{ErrorCode, Value};
use proptest::prelude::*;

/// Plans a statement, and fails if the planner made a plan that is not whole.
fn plans(text: &str, statement: &Statement) -> bool {
    match plan(text, statement, &GraphState::empty(), &crate::functions::procedures::Callables::new()) {
        Ok(_) => true,
        Err(error) => {
            assert_ne!(error.code(), ErrorCode::Internal, "{text}\n{error:?}");
            false
        }
    }
}

/// A WITH that defines the names which generated statements use, as what is only known at run time.
fn definitions() -> Clause {
    let names = ["a", "n", "`Étudiant`", "`a b`", "`a``b`", "`match`", "`end`", "`order`", "`in`", "`count`"];
    let items: Vec<String> = names.iter().map(|name| format!("$p AS {name}")).collect();
    let statement = parse(&format!("WITH {} RETURN 1", items.join(", "))).unwrap();
    let ast::StatementKind::Query(query) = statement.kind else { panic!("a query") };
    query.first.clauses[0].clone()
}

fn define(query: &mut SingleQuery) {
    query.clauses.insert(0, definitions());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_statement_is_planned_whole_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut statement = Choices::new(&bytes).statement();
        statement.mode = StatementMode::Run;
        plans(&print(&statement), &statement);
    }

    #[test]
    fn any_statement_over_known_names_is_planned_whole_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut statement = Choices::new(&bytes).statement();
        statement.mode = StatementMode::Run;
        if let ast::StatementKind::Query(query) = &mut statement.kind {
            define(&mut query.first);
            query.unions.iter_mut().for_each(|union| define(&mut union.query));
        }
        plans(&print(&statement), &statement);
    }

    #[test]
    fn clauses_in_any_order_are_planned_whole_or_refused(picks in proptest::collection::vec(0..CLAUSES.len(), 1..8)) {
        let text: Vec<&str> = picks.iter().map(|pick| CLAUSES[*pick]).collect();
        let text = format!("{} RETURN *", text.join(" "));
        if let Ok(statement) = parse(&text) {
            plans(&text, &statement);
        }
    }
}

/// Clauses that use each other's names.
const CLAUSES: &[&str] = &[
    "MATCH (a)-[r]->(b)",
    "MATCH (a:A {x: 1}), (b)",
    "MATCH p = (a)-[rs*1..2]->(c) WHERE length(p) > 1",
    "MATCH (c)-[s:T]-(a)-[t:T]-(b)",
    "MATCH ()-[r]-()",
    "MATCH (n)-[*]-(n)",
    "OPTIONAL MATCH (b)-->(d) WHERE d.x = a.x",
    "OPTIONAL MATCH q = (a)--(e)",
    "WITH a, b AS c",
    "WITH *, 1 AS one",
    "WITH a, count(*) AS n ORDER BY n, a.x LIMIT 3",
    "WITH DISTINCT a.x AS x, b ORDER BY a.x",
    "WITH a, collect(b) AS bs WHERE size(bs) > 1",
    "WITH *, a.x + 1 AS y ORDER BY a.y SKIP 1 WHERE b.z = y",
    "WITH a, [(a)-->(z) WHERE z.x = b.x | z] AS zs, EXISTS { (a)-->(b) } AS e",
    "WITH a, count(*) + COUNT { (a)-->() } AS k",
    "UNWIND [a, b] AS u",
    "UNWIND keys(a) AS key",
    "MATCH (m) WHERE m._id IN [a._id, 'x'] AND NOT (m)-->(a)",
    "MATCH (m) WHERE id(m) = a.x",
    "CREATE (a)-[:R {x: b.x}]->(f:F {y: 1})-[:S]->(g {y: f.y})",
    "CREATE pc = (h)-[:R]->(i) CREATE (j {l: length(pc)})",
    "MERGE (a)-[mr:R {x: 1}]->(k:K {y: $p}) ON CREATE SET k.z = a.z ON MATCH SET mr += {w: 1}",
    "MERGE pm = (l:L)",
    "SET a.x = 1, b += {y: a.y}, a:L",
    "REMOVE a.x, b:L",
    "DETACH DELETE b",
    "CALL { WITH a MATCH (a)-->(v) RETURN v, count(*) AS cv }",
    "CALL (a) { MATCH (a)-->(w) RETURN w UNION MATCH (w) RETURN w }",
    "WITH *",
];

#[test]
fn the_clauses_of_the_test_above_are_right() {
    let before = "MATCH (a)-->(b)";
    for clause in CLAUSES {
        let text = format!("{before} WITH a, b {clause} RETURN 1 AS result");
        let text = if clause.starts_with("WITH DISTINCT") { text.replace("ORDER BY a.x", "") } else { text };
        if let Err(error) = prepare(&text, &GraphState::empty()) {
            panic!("{text}\n{error:?}");
        }
    }
}

#[test]
fn explaining_gives_the_lines_of_the_plan_and_does_nothing() {
    let state = GraphState::empty();
    let text = "MATCH (n:L) WHERE n.x = $p SET n.y = 1";
    let explained = prepare(&format!("EXPLAIN {text}"), &state).unwrap();
    assert_eq!(explained.kind, StatementKind::Read);
    assert!(explained.parameters.is_empty());
    let output = execute(&explained, state.clone(), &ExecutionContext::new(StillRuntime::shared())).unwrap();
    let column = output.batches[0].group(0);
    let lines: Vec<Value> =
        (0..column.len()).flat_map(|row| column.columns().iter().map(move |(_, c)| c.value(row))).collect();
    let planned = prepare(text, &state).unwrap().explain(&state).to_string();
    assert!(planned.contains("NodeScan"), "{planned}");
    let expected: Vec<Value> = planned.lines().map(|line| Value::String(line.into())).collect();
    assert_eq!(lines, expected);
    assert_eq!(output.columns[..], ["plan".into()]);
}

#[test]
fn the_highest_expressions_fit_the_stack() {
    let sum = vec!["n.x"; 400].join(" + ");
    let parentheses = format!("{}1{}", "(".repeat(100), ")".repeat(100));
    let lists = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let nested = format!("{} true {}", "EXISTS { MATCH (n) WHERE ".repeat(60), "}".repeat(60));
    for expr in [&sum, &parentheses, &lists, &nested] {
        let text = format!("MATCH (n) WHERE n.y = 1 RETURN {expr} AS x ORDER BY x");
        let planned = prepare(&text, &GraphState::empty()).unwrap_or_else(|error| panic!("{error:?}"));
        assert!(planned.to_string().contains("NodeScan"));
    }
}

#[test]
fn the_longest_patterns_and_clause_lists_fit_the_stack() {
    let hops = format!("MATCH (a){} RETURN a", "-->()".repeat(450));
    let clauses = format!("{}RETURN 1", "WITH 1 AS x WHERE x > 0 ".repeat(900));
    let unions = vec!["RETURN 1 AS x"; 900].join(" UNION ALL ");
    for text in [hops, clauses, unions] {
        let planned = prepare(&text, &GraphState::empty()).unwrap_or_else(|error| panic!("{error:?}"));
        assert!(planned.plan.depth() > 400);
        assert!(!planned.to_string().is_empty());
    }
}
