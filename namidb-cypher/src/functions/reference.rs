//! The reference page of functions and procedures, made of their definitions.

use super::procedures::built_in;
use super::{all_aggregates, all_scalars};
use std::fmt::Write;

/// The page, in Markdown. `docs/reference/functions.md` is what this gives.
pub fn reference() -> String {
    let mut page = String::from(
        "# Functions and procedures\n\n\
         Made of their definitions in `namidb-cypher/src/functions/` by `make reference`; a test compares. Each example is\n\
         run by a test: an expression, or a query with one value, that is true.\n\n\
         An argument in brackets may be left out. Null in an argument gives null, unless the text says otherwise.\n",
    );
    let mut last = "";
    for (category, function) in all_scalars() {
        if category != last {
            let _ = write!(page, "\n## {category} functions\n");
            last = category;
        }
        entry(&mut page, &function.signature.describe(function.name), function.doc, function.example);
    }
    page.push_str("\n## Aggregating functions\n");
    for function in all_aggregates() {
        let signature = function.signature.describe(function.name);
        entry(&mut page, &signature, function.doc, Some(function.example));
    }
    page.push_str("\n## Procedures\n");
    for procedure in built_in() {
        let signature = procedure.signature();
        entry(&mut page, &signature.to_string(), &signature.doc, signature.example.as_deref());
    }
    page
}

fn entry(page: &mut String, signature: &str, doc: &str, example: Option<&str>) {
    let _ = write!(page, "\n`{signature}`\\\n{doc}\n");
    if let Some(example) = example {
        let _ = write!(page, "\n```cypher\n{example}\n```\n");
    }
}
