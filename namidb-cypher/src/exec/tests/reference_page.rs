//! The reference page is what the definitions say, and its examples are true.

use super::*;
use crate::functions::procedures::built_in;
use crate::functions::{all_aggregates, reference};

#[test]
fn the_page_is_made_of_the_definitions() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/functions.md");
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page == reference(), "docs/reference/functions.md is not current: run `make reference`");
}

#[test]
fn the_examples_of_aggregates_are_true() {
    let graph = Graph::new();
    for function in all_aggregates() {
        assert!(function.example.contains(&format!("{}(", function.name)), "{}", function.name);
        assert_eq!(graph.value(function.example), "true", "{}", function.example);
    }
}

#[test]
fn the_examples_of_procedures_run() {
    let mut graph = Graph::with("CREATE (:Person {name: 'a'})-[:KNOWS {since: 1}]->(:Person {name: 'b'})");
    graph.write("CREATE INDEX person_name FOR (p:Person) ON (p.name)").unwrap();
    for procedure in built_in() {
        let signature = procedure.signature();
        let example =
            signature.example.as_deref().unwrap_or_else(|| panic!("{} has no example", signature.name));
        assert!(example.contains(&*signature.name), "{example}");
        graph.read(example).unwrap_or_else(|error| panic!("{example}: {error}"));
    }
}

#[test]
fn the_statements_of_the_page_on_the_language_are_read_and_planned() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/cypher.md");
    let page = std::fs::read_to_string(path).unwrap();
    let statements: Vec<&str> =
        page.split("```cypher\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(statements.len(), page.matches("```").count() / 2);
    assert!(statements.len() > 3);
    for statement in statements {
        prepare(statement, &GraphState::empty()).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}
