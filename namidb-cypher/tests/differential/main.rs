//! The differential tester: random statements on random graphs, run in ways that must agree. With and without indexes, in
//! batches of several sizes, with several threads, with a plan that was made for another graph, with factorised and with flat
//! batches, on a graph in memory and on one of which nothing is; and a condition's rows, those of its negation and
//! those where it is unknown must be all rows.
//!
//! `DIFFERENTIAL_QUERIES` says how many statements, `DIFFERENTIAL_SEED` where to begin: a graph and its statements hang on
//! their seed alone.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../cold/mod.rs"]
mod cold;
mod draw;
mod expression;
mod graph;
mod routes;
mod statement;

use draw::Draw;
use routes::{Disagreement, Routes, is_limit};
use statement::{Partition, Statement, Writer};
use std::sync::atomic::{AtomicU64, Ordering};

/// Statements on one graph.
const STATEMENTS: u64 = 40;

/// Panics, also of work on what was not in memory, which is done again: users would see their messages.
static PANICS: AtomicU64 = AtomicU64::new(0);

/// What became of the statements of some seeds.
#[derive(Default, Debug)]
struct Tally {
    compared: u64,
    partitioned: u64,
    /// Of those compared: without rows, which prove little.
    empty: u64,
    /// Given up for their size.
    large: u64,
    /// Refused, by all.
    refused: u64,
    failures: Vec<String>,
}

impl Tally {
    fn statements(&self) -> u64 {
        self.compared + self.partitioned + self.large + self.refused
    }

    fn add(&mut self, other: Tally) {
        self.compared += other.compared;
        self.partitioned += other.partitioned;
        self.empty += other.empty;
        self.large += other.large;
        self.refused += other.refused;
        self.failures.extend(other.failures);
    }
}

#[test]
fn every_way_of_running_a_statement_gives_the_same_rows() {
    #[allow(clippy::disallowed_methods, reason = "a test is told by its environment how much to try")]
    let set = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let queries = set("DIFFERENTIAL_QUERIES").unwrap_or(20_000);
    let first = set("DIFFERENTIAL_SEED").unwrap_or(0);
    let seeds = queries.div_ceil(STATEMENTS);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        hook(panic);
    }));
    let mut tally = Tally::default();
    #[allow(clippy::disallowed_methods, reason = "a test's threads, which no simulation runs")]
    std::thread::scope(|scope| {
        let halves: Vec<_> = (0..2)
            .map(|half| {
                scope.spawn(move || {
                    let mut tally = Tally::default();
                    (first..first + seeds).filter(|seed| seed % 2 == half).for_each(|seed| {
                        tally.add(of_seed(seed));
                    });
                    tally
                })
            })
            .collect();
        halves.into_iter().for_each(|half| tally.add(half.join().unwrap()));
    });
    #[allow(clippy::print_stdout, reason = "how much was tried belongs into the output of a test")]
    {
        println!(
            "{} statements: {} compared on 8 routes ({} without rows), {} partitioned, {} too large, {} refused, {} disagreements",
            tally.statements(),
            tally.compared,
            tally.empty,
            tally.partitioned,
            tally.large,
            tally.refused,
            tally.failures.len()
        );
    }
    assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n\n"));
    assert!(tally.refused * 10 < tally.statements(), "too much of what is written is no statement");
    assert!(tally.empty * 3 < tally.compared * 2, "too many statements find nothing");
    assert_eq!(
        PANICS.load(Ordering::Relaxed),
        0,
        "something panicked that an execution catches and does again"
    );
}

fn of_seed(seed: u64) -> Tally {
    let mut draw = Draw::new(seed);
    let setup = graph::graph(&mut draw);
    let routes = Routes::over(&setup).unwrap();
    let mut tally = Tally::default();
    for number in 0..STATEMENTS {
        let failure = if number % 4 == 3 {
            let partition = Writer::new(&mut draw).partition();
            partitioned(&routes, &partition, &mut tally)
        } else {
            let statement = Writer::new(&mut draw).statement();
            compared(&routes, &statement, &mut tally)
        };
        if let Some(failure) = failure {
            tally.failures.push(format!("DIFFERENTIAL_SEED={seed}, statement {number}\n{setup}\n{failure}"));
        }
    }
    tally
}

/// Runs a statement on every route.
fn compared(routes: &Routes, statement: &Statement, tally: &mut Tally) -> Option<String> {
    let first = routes.answer(&statement.text());
    match &first {
        Err(error) if is_limit(error) => {
            tally.large += 1;
            return None;
        }
        Err(_) => tally.refused += 1,
        Ok(rows) => {
            tally.compared += 1;
            tally.empty += u64::from(rows.is_empty());
        }
    }
    let disagreement = routes.compare(&statement.text(), &first).err()?;
    let (smaller, disagreement) = smallest(routes, statement, disagreement);
    Some(format!("{}\n{disagreement}", smaller.text()))
}

/// Leaves clauses out for as long as what is left still disagrees.
fn smallest(
    routes: &Routes,
    statement: &Statement,
    mut disagreement: Box<Disagreement>,
) -> (Statement, Box<Disagreement>) {
    let mut smaller = statement.clone();
    let mut at = 0;
    while at + 1 < smaller.clauses.len() {
        let mut without = smaller.clone();
        without.clauses.remove(at);
        match routes.compare(&without.text(), &routes.answer(&without.text())) {
            Err(still) => (smaller, disagreement, at) = (without, still, 0),
            Ok(()) => at += 1,
        }
    }
    (smaller, disagreement)
}

/// Whether the three parts of a condition are the whole.
fn partitioned(routes: &Routes, partition: &Partition, tally: &mut Tally) -> Option<String> {
    let whole = routes.answer(&partition.whole());
    let parts = partition.parts().map(|text| (routes.answer(&text), text));
    let (mut rows, mut texts) = (Vec::new(), Vec::new());
    for (part, text) in parts {
        texts.push(text);
        match part {
            Ok(part) => rows.extend(part),
            Err(error) if is_limit(&error) => {
                tally.large += 1;
                return None;
            }
            Err(error) => {
                tally.refused += 1;
                return whole.is_ok().then(|| format!("{error}: {}", texts.join("\n")));
            }
        }
    }
    let Ok(whole) = whole else {
        tally.large += 1;
        return None;
    };
    tally.partitioned += 1;
    rows.sort_unstable();
    (rows != whole).then(|| format!("{}\nis {whole:#?}\nand its parts are {rows:#?}", texts.join("\n")))
}
