//! Our part of the openCypher TCK, up to the plan: queries prepare, and what is an error at compile time is that
//! error.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test and its helpers may panic")]

mod tck_features;

use namidb_core::graph::GraphState;
use namidb_core::{ErrorCode, Value};
use namidb_cypher::functions::procedures::Callables;
use namidb_cypher::planner::{prepare, prepare_with};
use std::collections::BTreeMap;
use tck_features::{Expected, Scenario};

/// How many scenarios behave as the kit says up to the plan; may only rise.
const RIGHT_MIN: usize = 2_265;

enum Outcome {
    Right,
    Unsupported(String),
    Wrong(String),
}

fn outcome(scenario: &Scenario, state: &GraphState) -> Outcome {
    for text in scenario.setup.iter().chain(&scenario.control) {
        match prepare(text, state) {
            Ok(_) => {}
            Err(e) if e.code() == ErrorCode::Unsupported => {
                return Outcome::Unsupported(e.message().to_owned());
            }
            Err(e) => return Outcome::Wrong(format!("{text:?} should prepare, and gave {e:?}")),
        }
    }
    let mut procedures = Callables::new();
    for table in &scenario.procedures {
        procedures.add(table.procedure(&mut |_| Value::Null)).expect("a name of its own");
    }
    let got = prepare_with(&scenario.query, state, &procedures);
    let given = |name: &str| scenario.parameters.iter().any(|(known, _)| known == name);
    let expected = scenario.expected.as_ref().filter(|e| e.phase == "compile time");
    match (got, expected) {
        (Ok(_), None) => Outcome::Right,
        (Err(e), _) if e.code() == ErrorCode::Unsupported => Outcome::Unsupported(e.message().to_owned()),
        (Err(e), Some(Expected { error_type, detail, .. })) => {
            if e.error_type() == error_type && e.detail() == detail {
                if e.span().is_none() {
                    return Outcome::Wrong(format!("{} has no span", e.detail()));
                }
                return Outcome::Right;
            }
            Outcome::Wrong(format!(
                "wanted {error_type} {detail}, got {} {}: {e}",
                e.error_type(),
                e.detail()
            ))
        }
        // Whoever runs a statement looks for its parameters first.
        (Ok(planned), Some(Expected { detail, .. }))
            if detail == "MissingParameter" && planned.parameters.iter().any(|name| !given(name)) =>
        {
            Outcome::Right
        }
        (Ok(_), Some(Expected { detail, .. })) => Outcome::Wrong(format!("wanted {detail}, and it prepares")),
        (Err(e), None) => {
            // What may be raised at any time may be raised here.
            let any = scenario.expected.as_ref().is_some_and(|x| {
                x.phase == "any time"
                    && x.error_type == e.error_type()
                    && [e.detail(), "*"].contains(&&*x.detail)
            });
            if any { Outcome::Right } else { Outcome::Wrong(format!("should prepare, and gave {e:?}")) }
        }
    }
}

#[test]
fn scenarios_prepare_or_raise_the_compile_time_error_that_they_expect() {
    let state = GraphState::empty();
    let mut right = 0;
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let Some(scenarios) = tck_features::scenarios() else { return };
    for scenario in &scenarios {
        match outcome(scenario, &state) {
            Outcome::Right => right += 1,
            Outcome::Unsupported(what) => *unsupported.entry(what).or_default() += 1,
            Outcome::Wrong(why) => {
                wrong.push(format!("{}\n    {}\n    {why}", scenario.title, scenario.query))
            }
        }
    }
    println!("{right} right, {} wrong, unsupported:", wrong.len());
    for (what, count) in &unsupported {
        println!("  {count:4} {what}");
    }
    assert!(right >= RIGHT_MIN, "{right} scenarios are right, and {RIGHT_MIN} were");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
