//! CALL of procedures: those that every database has, and those that a program adds.

use super::*;
use crate::functions::TypeSet;
use crate::functions::procedures::{ProcedureSignature, Procedures, procedure};
use crate::planner::prepare_with;
use namidb_core::ErrorCode;

fn social() -> Graph {
    Graph::with("CREATE (:Person {name: 'a'})-[:KNOWS {since: 1}]->(:Person:Admin {name: 'b'})")
}

/// `my.count(n)` gives the numbers up to `n`; `my.fail()` fails; `my.nothing()` gives nothing.
fn procedures() -> Procedures {
    let mut procedures = Procedures::new();
    let count = ProcedureSignature::new("my.count", "Numbers.").takes("n", TypeSet::INTEGER);
    let count = count.gives("i", TypeSet::INTEGER).gives("square", TypeSet::INTEGER);
    let rows = |n: i64| (1..=n).map(|i| vec![i.into(), (i * i).into()]).collect();
    procedures
        .add(procedure(count, move |arguments, _| {
            Ok(arguments[0].as_integer().map(rows).unwrap_or_default())
        }))
        .unwrap();
    let fail = ProcedureSignature::new("my.fail", "Fails.");
    procedures.add(procedure(fail, |_, _| Err("no luck".into()))).unwrap();
    procedures
        .add(procedure(ProcedureSignature::new("my.nothing", "Nothing."), |_, _| Ok(Vec::new())))
        .unwrap();
    procedures
}

fn run(graph: &Graph, text: &str) -> Result<Vec<String>, Error> {
    let statement = prepare_with(text, &graph.state, &procedures())?;
    Ok(shown(&execute(&statement, graph.state.clone(), &graph.cx)?))
}

#[test]
fn built_in_procedures_tell_what_is_in_the_graph() {
    let mut graph = social();
    assert_eq!(graph.rows("CALL db.labels()"), ["'Admin'", "'Person'"]);
    assert_eq!(graph.rows("CALL db.relationshipTypes"), ["'KNOWS'"]);
    assert_eq!(
        graph.rows("CALL db.propertyKeys() YIELD propertyKey AS key RETURN key"),
        ["'name'", "'since'"]
    );
    assert_eq!(graph.rows("CALL db.ping()"), ["true"]);
    assert_eq!(
        graph.read("CALL dbms.components()").unwrap().columns[..],
        ["name".into(), "versions".into(), "edition".into()]
    );
    graph.write("MATCH (n:Admin) REMOVE n:Admin").unwrap();
    assert_eq!(graph.rows("CALL DB.LABELS() YIELD label WHERE label <> 'x' RETURN label"), ["'Person'"]);
}

#[test]
fn functions_and_procedures_can_be_listed() {
    let graph = social();
    let listed = run(&graph, "SHOW PROCEDURES YIELD name, signature WHERE name STARTS WITH 'my.c'").unwrap();
    assert_eq!(listed, ["'my.count' | 'my.count(n :: INTEGER?) :: (i :: INTEGER?, square :: INTEGER?)'"]);
    let listed = run(&graph, "SHOW PROCEDURES").unwrap();
    assert_eq!(listed.len(), 8);
    assert!(
        listed[0].starts_with("'db.labels' | ") && listed[0].ends_with(" | 'READ' | false"),
        "{listed:?}"
    );
    let listed =
        run(&graph, "SHOW FUNCTIONS YIELD name AS n, category WHERE n IN ['head', 'collect']").unwrap();
    assert_eq!(listed, ["'collect' | 'Aggregating'", "'head' | 'Scalar'"]);
}

#[test]
fn a_call_adds_rows_to_each_row() {
    let graph = social();
    let rows = |text: &str| run(&graph, text).unwrap();
    assert_eq!(
        rows("UNWIND [2, 0, 1] AS n CALL my.count(n) YIELD square, i RETURN n, i, square"),
        ["2 | 1 | 1", "2 | 2 | 4", "1 | 1 | 1"]
    );
    assert_eq!(
        rows("UNWIND [1, 0] AS n OPTIONAL CALL my.count(n) YIELD i RETURN n, i"),
        ["1 | 1", "0 | null"]
    );
    assert_eq!(rows("CALL my.count(3) YIELD i AS x WHERE x > 1 WITH x RETURN sum(x) AS s"), ["5"]);
    assert_eq!(rows("UNWIND [1, 2] AS n CALL my.count(n) YIELD - RETURN n"), ["1", "2"]);
    assert_eq!(rows("MATCH (n) CALL my.nothing() RETURN n.name AS name"), ["'a'", "'b'"]);
    assert_eq!(
        rows("MATCH (n) RETURN n.name AS name, COUNT { CALL my.count(2) YIELD i RETURN i } AS c"),
        ["'a' | 2", "'b' | 2"]
    );
    assert_eq!(rows("CALL my.count(1) YIELD *"), ["1 | 1"]);
    assert_eq!(rows("CALL my.nothing"), [""; 0]);
    let mut graph = social();
    graph.params([("n", 1)]);
    assert_eq!(run(&graph, "CALL my.count").unwrap(), ["1 | 1"]);
}

#[test]
fn many_rows_of_many_calls_come_in_order_whatever_the_size_of_batches() {
    let mut graph = social();
    let text = "UNWIND range(0, 60) AS n CALL my.count(n) YIELD i CALL my.count(i % 3) YIELD square RETURN n, i, square";
    let all = run(&graph, text).unwrap();
    for batch_rows in [1, 7] {
        graph.cx.batch_rows = batch_rows;
        assert_eq!(run(&graph, text).unwrap(), all);
    }
}

#[test]
fn what_is_wrong_with_a_call_is_told_before_it_runs() {
    let graph = social();
    for (text, error_type, detail) in [
        ("CALL my.cuont(1)", "ProcedureError", "ProcedureNotFound"),
        ("CALL my.count()", "SyntaxError", "InvalidNumberOfArguments"),
        ("CALL my.count('x')", "SyntaxError", "InvalidArgumentType"),
        ("MATCH (n) CALL my.count YIELD i RETURN i", "SyntaxError", "InvalidArgumentPassingMode"),
        ("MATCH (n) CALL my.count(1) RETURN n", "SyntaxError", "UnexpectedSyntax"),
        ("MATCH (n) CALL my.count(count(n)) YIELD i RETURN i", "SyntaxError", "InvalidAggregation"),
        ("CALL my.count(1) YIELD x RETURN x", "SyntaxError", "UndefinedVariable"),
        ("CALL my.count(1) YIELD i, square AS i RETURN i", "SyntaxError", "VariableAlreadyBound"),
    ] {
        let error = run(&graph, text).unwrap_err();
        assert_eq!(
            (error.error_type(), error.detail(), error.phase()),
            (error_type, detail, "compile time"),
            "{text}"
        );
        assert!(error.span().is_some(), "{text}");
    }
    assert!(format!("{:?}", run(&graph, "CALL my.cuont(1)").unwrap_err()).contains("my.count"));
}

#[test]
fn a_procedure_that_fails_is_named() {
    let mut graph = social();
    let error = run(&graph, "CALL my.fail()").unwrap_err();
    assert_eq!((error.code(), error.phase()), (ErrorCode::Procedure, "runtime"));
    assert_eq!(error.message(), "the procedure my.fail failed: no luck");
    graph.params([("n", "text")]);
    assert_eq!(run(&graph, "CALL my.count($n)").unwrap_err().code(), ErrorCode::Type);
    let mut procedures = Procedures::new();
    let taken = procedure(ProcedureSignature::new("db.Labels", ""), |_, _| Ok(Vec::new()));
    assert_eq!(procedures.add(taken).unwrap_err().code(), ErrorCode::Argument);
}
