//! Our part of the openCypher TCK, executed: rows are those of the kit, and errors are raised as it says.
#![allow(clippy::unwrap_used, reason = "a runner of test data, outside of test functions")]

mod cells;
#[path = "../cold/mod.rs"]
mod cold;
mod session;
#[path = "../tck_features/mod.rs"]
mod tck_features;

use cells::{Cell, show};
use namidb_core::ErrorCode;
use namidb_cypher::Error;
use namidb_cypher::exec::QueryOutput;
use session::{Route, Session};
use std::collections::BTreeMap;
use tck_features::{Scenario, Table};

/// How many scenarios behave as the kit says; may only rise.
const RIGHT_MIN: usize = 2_265;

enum Outcome {
    Right,
    Unsupported(String),
    Wrong(String),
}

fn outcome(scenario: &Scenario, route: Route) -> Outcome {
    let mut session = Session::new(route);
    for table in &scenario.procedures {
        let procedure = table.procedure(&mut |text| session.literal(text));
        session.procedures.add(procedure).unwrap();
    }
    if let Some(graph) = &scenario.graph {
        let file =
            tck_features::directory().unwrap().join("graphs").join(graph).join(format!("{graph}.cypher"));
        session.run(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    for (name, value) in &scenario.parameters {
        let value = session.literal(value);
        session.cx.params.set(name, value);
    }
    for text in &scenario.setup {
        if let Err(error) = session.run(text) {
            return refused(&error, || format!("the setup {text:?} gave {error:?}"));
        }
    }
    session.before_query();
    let mut result = session.run(&scenario.query);
    if let Some(expected) = &scenario.expected {
        return match result {
            Ok(_) => Outcome::Wrong(format!("wanted {}, and it runs", expected.detail)),
            Err(e) if e.code() == ErrorCode::Unsupported => Outcome::Unsupported(e.message().to_owned()),
            Err(e) => {
                let phase = expected.phase == "any time" || expected.phase == e.phase();
                let detail = expected.detail == "*" || expected.detail == e.detail();
                if phase && detail && expected.error_type == e.error_type() {
                    Outcome::Right
                } else {
                    Outcome::Wrong(format!("wanted {expected:?}, got {e:?}"))
                }
            }
        };
    }
    for text in &scenario.control {
        if let Err(error) = &result {
            return refused(error, || format!("it gave {error:?}"));
        }
        result = session.run(text);
    }
    match (result, &scenario.result) {
        (Err(error), _) => refused(&error, || format!("it gave {error:?}")),
        (Ok(output), Some(table)) => match difference(&output, table) {
            None => Outcome::Right,
            Some(why) => Outcome::Wrong(why),
        },
        (Ok(_), None) => Outcome::Right,
    }
}

fn refused(error: &Error, why: impl Fn() -> String) -> Outcome {
    if error.code() == ErrorCode::Unsupported {
        Outcome::Unsupported(error.message().to_owned())
    } else {
        Outcome::Wrong(why())
    }
}

fn difference(output: &QueryOutput, table: &Table) -> Option<String> {
    let loose = table.lists_unordered;
    let mut got = Vec::new();
    for batch in &output.batches {
        let group = batch.group(0);
        for row in 0..group.len() {
            let cells: Vec<String> =
                group.columns().iter().map(|(_, c)| show(&c.value(row), &output.state, loose)).collect();
            got.push(cells);
        }
    }
    let header: Vec<String> = output.columns.iter().map(|c| c.to_string()).collect();
    let mut wanted = Vec::new();
    if let Some((names, rows)) = table.rows.split_first() {
        if *names != header {
            return Some(format!("columns {header:?} instead of {names:?}"));
        }
        for row in rows {
            wanted.push(row.iter().map(|cell| Cell::new(cell, loose).all()).collect::<Vec<String>>());
        }
    }
    if !table.ordered {
        got.sort();
        wanted.sort();
    }
    (got != wanted).then(|| format!("got {got:?}\n    wanted {wanted:?}"))
}

#[test]
fn scenarios_give_the_rows_or_raise_the_errors_that_they_expect() {
    run_all(Route::Plain);
}

#[test]
fn scenarios_give_the_same_on_a_graph_that_is_opened_again_and_of_which_nothing_is_in_memory() {
    run_all(Route::Reopened);
}

#[test]
fn scenarios_give_the_same_in_batches_of_one_row() {
    run_all(Route::Batches(1));
}

#[test]
fn scenarios_give_the_same_in_batches_of_two_rows() {
    run_all(Route::Batches(2));
}

#[test]
fn scenarios_give_the_same_in_batches_of_three_rows() {
    run_all(Route::Batches(3));
}

#[test]
fn scenarios_give_the_same_on_several_threads() {
    run_all(Route::Threads);
}

#[test]
fn scenarios_give_the_same_without_factorised_batches() {
    run_all(Route::Flat);
}

#[test]
fn scenarios_give_the_same_with_an_index_on_everything() {
    run_all(Route::Indexes);
}

#[test]
fn scenarios_give_the_same_when_statistics_mislead() {
    run_all(Route::Misleading);
}

#[allow(clippy::print_stdout, reason = "only tests call it")]
fn run_all(route: Route) {
    let mut right = 0;
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let Some(scenarios) = tck_features::scenarios() else { return };
    for scenario in &scenarios {
        match outcome(scenario, route) {
            Outcome::Right => right += 1,
            Outcome::Unsupported(what) => *unsupported.entry(what).or_default() += 1,
            Outcome::Wrong(why) => {
                wrong.push(format!("{}\n    {}\n    {why}", scenario.title, scenario.query))
            }
        }
    }
    println!("{route:?}: {right} right, {} wrong, unsupported:", wrong.len());
    for (what, count) in &unsupported {
        println!("  {count:4} {what}");
    }
    assert!(right >= RIGHT_MIN, "{right} scenarios are right, and {RIGHT_MIN} were");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
