//! The log protocol of `docs/protocol.md`, searched state by state.
//!
//! - `cargo test -p namidb-core --test log_model` runs what every push runs: small complete searches and
//!   every planted bug.
//! - `make model-full` runs the thorough sizes, in release.
//! - `-- --trace` prints the shortest way to each planted bug; any other word selects runs by name.
//!
//! | file | holds |
//! |---|---|
//! | `state.rs` | what a state is |
//! | `store.rs` | create-if-absent, collection, the clock |
//! | `process.rs` | clients, groups, following, reloading |
//! | `opening.rs` | the open |
//! | `commit.rs` | the put and its outcome |
//! | `jobs.rs` | checkpoint, floor, date |
//! | `check.rs` | the invariants |
//! | `search.rs` | breadth-first search |
//! | `runs.rs` | what is searched, with the counts |
//! | `bugs.rs` | what must be found |

#![allow(clippy::print_stdout, reason = "a report on the command line")]
#![allow(clippy::disallowed_methods, reason = "durations of a test run, by the clock of the machine")]

mod bugs;
mod check;
mod commit;
mod jobs;
mod opening;
mod process;
mod runs;
mod search;
mod state;
mod store;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::runs::Config;
use crate::search::{Outcome, Report, search, trace};

/// A search and what must come of it.
struct Case {
    name: &'static str,
    config: Config,
    outcome: Outcome,
    states: usize,
    /// None: not counted, since a search ends in the middle of it.
    transitions: Option<usize>,
    depth: usize,
}

fn cases(full: bool) -> Vec<Case> {
    let runs = if full { runs::FULL } else { runs::QUICK };
    let complete = runs.iter().map(|run| Case {
        name: run.name,
        config: run.config,
        outcome: Outcome::Complete,
        states: run.states,
        transitions: Some(run.transitions),
        depth: run.depth,
    });
    let planted = bugs::PLANTED.iter().map(|planted| Case {
        name: planted.name,
        config: planted.config,
        outcome: Outcome::Found(planted.finds),
        states: planted.states,
        transitions: None,
        depth: planted.steps,
    });
    complete.chain(planted).collect()
}

/// One line of the report, and whether the case came out as it must.
fn judge(case: &Case, report: &Report, seconds: f32) -> (bool, String) {
    let good = report.outcome == case.outcome
        && report.states == case.states
        && report.depth == case.depth
        && case.transitions.is_none_or(|transitions| transitions == report.transitions);
    let word = if good { "ok" } else { "FAILED" };
    let what = match report.outcome {
        Outcome::Complete => {
            let reached = report.reached;
            format!(
                "complete: {} states, {} transitions, depth {}; with a stray {}, collected {}, in a look {}, with a \
                 group {}, after a failed reload {}; liveness tried {}",
                report.states,
                report.transitions,
                report.depth,
                reached.stray,
                reached.collected,
                reached.look,
                reached.group,
                reached.passed,
                reached.liveness
            )
        }
        Outcome::Found(violation) => {
            format!("found {} in {} steps, {} states", violation.text(), report.depth, report.states)
        }
        Outcome::Stopped => format!("stopped at {} states, depth {}", report.states, report.depth),
    };
    (good, format!("test {} ... {word} ({seconds:.1} s)\n     {what}", case.name))
}

fn main() -> ExitCode {
    const LIMIT: usize = 120_000_000;
    let words: Vec<String> = std::env::args().skip(1).collect();
    let full = words.iter().any(|word| word == "full");
    let traces = words.iter().any(|word| word == "--trace");
    let wanted: Vec<&String> =
        words.iter().filter(|word| !word.starts_with("--") && *word != "full").collect();
    let mut cases = cases(full);
    cases.retain(|case| wanted.is_empty() || wanted.iter().any(|word| case.name.contains(word.as_str())));
    if words.iter().any(|word| word == "--list") {
        for case in &cases {
            println!("{}: test", case.name);
        }
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", cases.len());
    // The longest first, so that the last worker is not left alone with one.
    cases.sort_by_key(|case| std::cmp::Reverse(case.states));
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let start = Instant::now();
    // A thorough search wants the memory for itself.
    let workers =
        if full { 1 } else { std::thread::available_parallelism().map_or(2, |count| count.get().min(4)) };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let begun = Instant::now();
                    let report = search(case.config, LIMIT);
                    let (good, line) = judge(case, &report, begun.elapsed().as_secs_f32());
                    let found = matches!(report.outcome, Outcome::Found(_));
                    let steps = if found && (traces || !good) { trace(case.config) } else { Vec::new() };
                    println!(
                        "{line}\n{}",
                        steps.iter().map(|step| format!("       {step}\n")).collect::<String>()
                    );
                    if !good {
                        let wanted = format!(
                            "{}\n     wanted {:?}, {} states, {:?} transitions, depth {}",
                            case.name, case.outcome, case.states, case.transitions, case.depth
                        );
                        failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(wanted);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for wanted in &failed {
        println!("FAILED {wanted}");
    }
    let word = if failed.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out; finished in {:.2}s\n",
        cases.len() - failed.len(),
        failed.len(),
        start.elapsed().as_secs_f32()
    );
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
