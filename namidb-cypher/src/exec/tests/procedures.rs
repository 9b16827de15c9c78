//! CALL of procedures: those that every database has, and those that a program adds.

use super::*;
use crate::functions::procedures::{Callables, ProcedureCall, ProcedureSignature, procedure};
use crate::functions::{FunctionResult, FunctionSignature, TypeSet, function};
use crate::planner::prepare_with;
use namidb_core::ErrorCode;

fn social() -> Graph {
    Graph::with("CREATE (:Person {name: 'a'})-[:KNOWS {since: 1}]->(:Person:Admin {name: 'b'})")
}

/// `my.count(n)` gives the numbers up to `n`; `my.fail()` fails; `my.nothing()` gives nothing.
fn procedures() -> Callables {
    let mut procedures = Callables::new();
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
    assert_eq!(listed.len(), 19);
    assert!(
        listed[0].starts_with("'db.awaitIndex' | ") && listed[0].ends_with(" | 'READ' | false"),
        "{listed:?}"
    );
    let listed =
        run(&graph, "SHOW FUNCTIONS YIELD name AS n, category WHERE n IN ['head', 'collect']").unwrap();
    assert_eq!(listed, ["'collect' | 'Aggregating'", "'head' | 'Scalar'"]);
}

#[test]
fn tools_are_told_of_the_schema_and_the_database() {
    let mut graph = Graph::with(
        "CREATE (:Person {name: 'a'})-[:KNOWS {since: 1}]->(:Person:Admin {name: 'b', tags: ['x']}), \
         (:Person {name: 1})-[:KNOWS]->(), ({x: 1})",
    );
    assert_eq!(
        graph.rows("CALL db.schema.nodeTypeProperties()"),
        [
            "'' | [] | 'x' | ['INTEGER'] | false",
            "':`Admin`:`Person`' | ['Admin', 'Person'] | 'name' | ['STRING'] | true",
            "':`Admin`:`Person`' | ['Admin', 'Person'] | 'tags' | ['LIST<STRING NOT NULL>'] | true",
            "':`Person`' | ['Person'] | 'name' | ['INTEGER', 'STRING'] | true",
        ]
    );
    assert_eq!(
        graph.rows("CALL db.schema.relTypeProperties()"),
        ["':`KNOWS`' | 'since' | ['INTEGER'] | false"]
    );
    assert_eq!(
        graph.rows("CALL db.schema.visualization() YIELD nodes, relationships RETURN size(nodes) AS n, relationships AS r"),
        ["2 | [{from: 'Person', name: 'KNOWS', to: 'Admin'}, {from: 'Person', name: 'KNOWS', to: 'Person'}]"]
    );
    assert_eq!(graph.rows("CALL db.info() YIELD name"), ["'namidb'"]);
    assert_eq!(graph.rows("CALL db.awaitIndexes(10)"), [""; 0]);
    assert_eq!(graph.rows("CALL db.awaitIndexes"), [""; 0]);
    assert_eq!(graph.read("CALL db.awaitIndex('none')").unwrap_err().code(), ErrorCode::SchemaNotFound);
    assert_eq!(graph.read("CALL db.awaitIndex()").unwrap_err().detail(), "InvalidNumberOfArguments");
    graph.write("CREATE INDEX i FOR (n:Person) ON (n.name)").unwrap();
    assert_eq!(graph.rows("CALL db.awaitIndex('i')"), [""; 0]);
    for text in ["CALL dbms.info()", "CALL dbms.showCurrentUser()", "CALL db.clearQueryCaches()"] {
        assert_eq!(graph.rows(text).len(), 1, "{text}");
    }
    assert_eq!(graph.rows("CALL dbms.listConfig('x')"), [""; 0]);
    assert_eq!(graph.rows("CALL dbms.clientConfig()"), [""; 0]);
    graph.cx.database = "demo".into();
    let columns = "YIELD name, currentStatus, default WHERE name <> 'x'";
    assert_eq!(graph.rows(&format!("SHOW DATABASES {columns}")), ["'demo' | 'online' | true"]);
    assert_eq!(graph.rows("SHOW DATABASE demo").len(), 1);
    assert_eq!(graph.rows("SHOW DATABASE other").len(), 0);
    assert_eq!(graph.rows("SHOW HOME DATABASE").len(), 1);
    assert_eq!(graph.rows("SHOW DEFAULT DATABASE").len(), 1);
}

#[test]
fn functions_of_a_program_are_called_like_others() {
    let mut callables = Callables::new();
    let twice = FunctionSignature::new("my.twice", "Doubled.").takes("n", TypeSet::FLOAT);
    let twice = twice.gives(TypeSet::FLOAT).deterministic();
    let body = |arguments: &[Value], _: &ProcedureCall<'_>| -> FunctionResult {
        Ok(arguments[0].as_float().map(|n| n * 2.0).into())
    };
    callables.add_function(function(twice, body)).unwrap();
    let fails = |_: &[Value], _: &ProcedureCall<'_>| -> FunctionResult { Err("no luck".into()) };
    callables.add_function(function(FunctionSignature::new("my.fails", "Fails."), fails)).unwrap();
    let lies = FunctionSignature::new("my.lies", "Lies.").gives(TypeSet::STRING);
    callables.add_function(function(lies, |_, _| Ok(1.into()))).unwrap();
    let nodes = FunctionSignature::new("my.nodes", "Counts.").gives(TypeSet::INTEGER);
    let count = |_: &[Value], call: &ProcedureCall<'_>| -> FunctionResult {
        Ok((call.state.node_count() as i64).into())
    };
    callables.add_function(function(nodes, count)).unwrap();
    for name in ["", "size", "COLLECT", "reduce", "linenumber"] {
        let refused =
            callables.add_function(function(FunctionSignature::new(name, ""), |_, _| Ok(Value::Null)));
        assert_eq!(refused.unwrap_err().code(), ErrorCode::Argument, "{name}");
    }
    let mut graph = social();
    graph.write("UNWIND range(1, 50) AS i CREATE (:N {i: i})").unwrap();
    let run = |graph: &Graph, text: &str| -> Result<Vec<String>, Error> {
        let statement = prepare_with(text, &graph.state, &callables)?;
        Ok(shown(&execute(&statement, graph.state.clone(), &graph.cx)?))
    };
    for batch_rows in [2048, 1, 3] {
        graph.cx.batch_rows = batch_rows;
        assert_eq!(
            run(&graph, "MATCH (n:N) RETURN sum(my.twice(n.i)) AS s, MY.Twice(2) AS t").unwrap(),
            ["2550.0 | 4.0"]
        );
        assert_eq!(
            run(
                &graph,
                "MATCH (n:N) WHERE my.twice(n.i) > 98 RETURN my.twice(n.i) AS x, my.twice(n.none) AS y"
            )
            .unwrap(),
            ["100.0 | null"]
        );
    }
    assert_eq!(run(&graph, "RETURN my.nodes() AS n").unwrap(), ["52"]);
    // What may differ from call to call is called for each row, and may be aggregated.
    assert_eq!(
        run(&graph, "UNWIND [1, 2, 3] AS x RETURN sum(my.nodes()) AS n, count(my.nodes()) AS c").unwrap(),
        ["156 | 3"]
    );
    assert_eq!(
        run(&graph, "SHOW FUNCTIONS YIELD name, category, signature, isBuiltIn WHERE name = 'my.twice'")
            .unwrap(),
        ["'my.twice' | 'User' | 'my.twice(n :: FLOAT?) :: FLOAT' | false"]
    );
    for (text, detail) in [
        ("RETURN my.fails() AS x", "FunctionCallFailed"),
        ("RETURN my.lies() AS x", "InvalidArgumentType"),
        ("RETURN my.twice('a') AS x", "InvalidArgumentType"),
        ("UNWIND ['a'] AS a RETURN my.twice(a) AS x", "InvalidArgumentType"),
        ("RETURN my.twice() AS x", "InvalidNumberOfArguments"),
        ("RETURN my.twics(1) AS x", "UnknownFunction"),
    ] {
        let error = run(&graph, text).unwrap_err();
        assert_eq!(error.detail(), detail, "{text}: {error}");
        assert!(error.span().is_some(), "{text}");
    }
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
    assert_eq!(rows("UNWIND [1, 2] AS n CALL my.count(n) RETURN n"), ["1", "2", "2"]);
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
        ("CALL my.count(1) RETURN i", "SyntaxError", "UndefinedVariable"),
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
    let mut procedures = Callables::new();
    let taken = procedure(ProcedureSignature::new("db.Labels", ""), |_, _| Ok(Vec::new()));
    assert_eq!(procedures.add(taken).unwrap_err().code(), ErrorCode::Argument);
}
