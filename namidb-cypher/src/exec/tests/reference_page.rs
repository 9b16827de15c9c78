//! The reference page is what the definitions say, and its examples are true.

use super::*;
use crate::functions::procedures::built_in;
use crate::functions::{EXAMPLE_GRAPH, all_aggregates, all_scalars, reference};
use std::path::{Path, PathBuf};

#[test]
fn the_page_is_made_of_the_definitions() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/functions.md");
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page == reference(), "docs/reference/functions.md is not current: run `make reference`");
}

/// Name, example and answer of each function and each procedure.
fn definitions() -> Vec<[&'static str; 3]> {
    let scalars = all_scalars().map(|(_, f)| [f.name, f.example, f.answer]);
    let aggregates = all_aggregates().map(|f| [f.name, f.example, f.answer]);
    let procedures = built_in().map(|p| [p.name, p.example, p.answer]);
    scalars.chain(aggregates).chain(procedures).collect()
}

#[test]
fn every_example_calls_what_it_is_of_and_gives_its_answer() {
    let mut graph = Graph::new();
    for statement in EXAMPLE_GRAPH {
        graph.write(statement).unwrap();
    }
    for [name, example, answer] in definitions() {
        assert!(example.contains(&format!("{name}(")), "{example} does not show {name}");
        let expected = graph.value(&format!("RETURN {answer}"));
        assert_eq!(graph.value(example), expected, "{example}");
    }
}

/// The files of a folder and of its folders, with their texts.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

#[test]
fn each_function_and_procedure_is_in_the_file_of_its_name() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/functions"));
    let plain = |name: &str| name.replace(['.', '_', '/'], "").to_lowercase();
    let mut defined = Vec::new();
    for (path, text) in sources(folder) {
        let names: Vec<&str> =
            text.split("name: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let Some(first) = names.first() else { continue };
        // Other names for the same, and its variants, come after it.
        let stem = path.with_extension("");
        let own = stem.file_name().unwrap().to_str().unwrap();
        let with_namespace = stem.strip_prefix(folder.join("procedures"));
        let file = with_namespace.map_or(plain(own), |path| plain(path.to_str().unwrap()));
        assert_eq!(file, plain(first), "{} begins with {first}", path.display());
        defined.extend(names.into_iter().map(str::to_owned));
    }
    let mut known: Vec<&str> = definitions().into_iter().map(|[name, ..]| name).collect();
    known.sort();
    defined.sort();
    assert_eq!(defined, known);
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
