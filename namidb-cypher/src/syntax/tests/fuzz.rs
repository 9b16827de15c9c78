//! Any text is a tree that prints as itself and becomes a plan, or an error with a type and a place, and either comes
//! soon. Texts are made of the grammar, and of the statements of other tests by changing bytes.

use super::limits::VOCABULARY;
use super::*;
use crate::explain::Plan;
use crate::planner::prepare;
use crate::processor_time;
use crate::syntax::printer::tests::generate::Choices;
use namidb_core::ErrorCode;
use namidb_core::graph::GraphState;
use namidb_core::testing::{Mutator, fuzz};
use std::time::Duration;

/// The statements of `tests/plans`, with their plans and titles: what is no Cypher is as welcome.
const PLANS: [&str; 6] = [
    include_str!("../../../tests/plans/optional.case"),
    include_str!("../../../tests/plans/projections.case"),
    include_str!("../../../tests/plans/schema.case"),
    include_str!("../../../tests/plans/walks.case"),
    include_str!("../../../tests/plans/subqueries.case"),
    include_str!("../../../tests/plans/updates.case"),
];

const SEEDS: &[&str] = &[
    "MATCH p = shortestPath((a:A)-[r:R|S*1..3 {w: 1}]-(b)) WHERE all(n IN nodes(p) WHERE n.x > 0) RETURN p, length(p)",
    "FOREACH (x IN range(1, 3) | MERGE (n:A {x: x}) ON CREATE SET n['k' + x] = x FOREACH (y IN [1] | CREATE (n)-[:R]->()))",
    "MATCH (n) CALL (n) { MATCH (n)--(m) DETACH DELETE m } CALL { WITH n CREATE (x {v: n.v}) RETURN x } RETURN *",
    "UNWIND $rows AS row CALL db.labels() YIELD label AS l WHERE l <> row RETURN l ORDER BY l SKIP 1 LIMIT 2",
    "PROFILE MATCH (a)-[r]->(b:B:C) USING INDEX a:A(x) WHERE a.x =~ '.*' AND NOT (a)<--(b) RETURN DISTINCT a {.*, k: 1}",
    "CREATE CONSTRAINT c IF NOT EXISTS FOR (n:A) REQUIRE (n.a, n.b) IS UNIQUE",
    "RETURN date({year: 2024}) + duration('P1M'), [x IN [1, 2] WHERE x > 1 | x ^ 2], reduce(s = 0, x IN $l | s + x)",
    "MATCH (a) OPTIONAL MATCH (a)-[:R*0..]->(b) WITH a, count(DISTINCT b) AS n, collect(b.x)[0..2] AS l WHERE n > 1 RETURN a UNION ALL RETURN 1 AS a",
];

/// A text of the grammar, of words, or of another test.
fn seed(mutator: &mut Mutator) -> String {
    match mutator.below(5) {
        0 => printer::print(&Choices::new(&mutator.bytes(300)).statement()),
        1 => {
            let words = mutator.below(40);
            let word = |_| VOCABULARY[mutator.below(VOCABULARY.len())];
            (0..words).map(word).collect::<Vec<_>>().join(" ")
        }
        2 => {
            let cases: Vec<&str> = PLANS[mutator.below(PLANS.len())].split("\n===\n").collect();
            let case = cases[mutator.below(cases.len())];
            case.lines().skip(1).take_while(|line| *line != "---").collect::<Vec<_>>().join("\n")
        }
        _ => SEEDS[mutator.below(SEEDS.len())].to_owned(),
    }
}

fn try_one(mutator: &mut Mutator) {
    let (text, other) = (seed(mutator), seed(mutator));
    let text = if mutator.below(8) == 0 { text } else { mutator.change(&text, &other) };
    let answered = processor_time::within(Duration::from_secs(2), || answer(&text));
    assert!(answered.is_ok(), "{text:?} took {answered:?}");
}

/// Lets a text be parsed, printed, parsed again and planned.
fn answer(text: &str) {
    match parse(text) {
        Err(error) => check(&error, text),
        Ok(statement) => {
            let printed = printer::print(&statement);
            match parse(&printed) {
                Ok(again) => {
                    assert!(again == statement, "{text:?} prints as {printed:?}, which means another thing")
                }
                // What stands in one parenthesis more may nest too deep.
                Err(error) => {
                    assert_eq!(error.code(), ErrorCode::QueryTooComplex, "{text:?} prints as {printed:?}")
                }
            }
            let state = GraphState::empty();
            match prepare(text, &state) {
                Err(error) => check(&error, text),
                Ok(planned) => {
                    let plan: Plan = planned.explain(&state);
                    assert!(!plan.to_string().is_empty());
                }
            }
        }
    }
}

fn check(error: &Error, text: &str) {
    assert_ne!(error.code(), ErrorCode::Internal, "{text:?}: {error:?}");
    assert!(!error.detail().is_empty() && !error.message().is_empty(), "{text:?}");
    let span = error.span();
    let place = span.is_some_and(|span| text.get(span.start as usize..span.end as usize).is_some());
    assert!(place || error.code() == ErrorCode::QueryTooComplex, "{text:?}: {error:?} has no place");
    assert!(!crate::diagnostic::render(error, text).is_empty());
}

#[test]
fn fuzz_statements() {
    fuzz("statements", try_one);
}
