//! The reference page of functions and procedures, made of their definitions.

use super::procedures::built_in;
use super::{Category, ScalarFunction, all_aggregates, all_scalars};
use std::fmt::Write;

/// The statements that make the graph which the examples ask.
pub const EXAMPLE_GRAPH: [&str; 2] = [
    "CREATE (:Person {name: 'Ada', born: 1815})-[:KNOWS {since: 1833}]->(:Person {name: 'Charles', born: 1791})",
    "CREATE INDEX person_name FOR (p:Person) ON (p.name)",
];

/// The page, in Markdown. `docs/reference/functions.md` is what this gives.
pub fn reference() -> String {
    let mut page = String::from(
        "# Functions and procedures\n\n\
         Made of their definitions in `namidb-cypher/src/functions/` by `make reference`; a test compares. Each example is\n\
         run by a test, and gives the value behind it. Some of them ask this graph:\n\n\
         ```cypher\n",
    );
    for statement in EXAMPLE_GRAPH {
        let _ = writeln!(page, "{statement};");
    }
    page.push_str(
        "```\n\n\
         An argument in brackets may be left out. Null in an argument gives null, unless the text says otherwise.\n",
    );
    let mut scalars: Vec<(Category, &ScalarFunction)> = all_scalars().collect();
    scalars.sort_by_key(|(category, _)| *category);
    let mut last = None;
    for (category, function) in scalars {
        if last.replace(category) != Some(category) {
            let _ = write!(page, "\n## {category:?} functions\n");
        }
        let signature = function.signature.describe(function.name);
        entry(&mut page, &signature, function.doc, function.example, function.answer);
    }
    page.push_str("\n## Aggregating functions\n");
    for function in all_aggregates() {
        let signature = function.signature.describe(function.name);
        entry(&mut page, &signature, function.doc, function.example, function.answer);
    }
    page.push_str("\n## Procedures\n");
    for procedure in built_in() {
        let signature = procedure.signature().to_string();
        entry(&mut page, &signature, procedure.doc, procedure.example, procedure.answer);
    }
    page
}

fn entry(page: &mut String, signature: &str, doc: &str, example: &str, answer: &str) {
    let _ = write!(page, "\n`{signature}`\\\n{doc}\n\n```cypher\n{example}  // {answer}\n```\n");
}
