//! The suite against stores that break the contract in one way each: just the cases that the defect touches must fail,
//! its own among them. A file for each idea that can be broken; each is a table of defects.

#![allow(clippy::unwrap_used, reason = "this is a test")]

mod broken;
mod defect;
mod http;

mod conditions;
mod deletes;
mod engine;
mod errors;
mod listings;
mod network;
mod paths;
mod puts;
mod ranges;
mod reads;

use broken::Broken;
use conformance::{CASES, Case, Clients, Needs, Part, Report, StoreFactory, run_case};
use defect::Defect;
use http::{Flaw, HttpStore};
use std::collections::BTreeSet;

/// What is wrong, and where.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    /// A store, by itself: the contract must notice.
    Store(Defect),
    /// A store under the engine.
    Engine(Defect),
    /// A client of an HTTP server, behind a proxy that cuts connections.
    Network(Flaw),
}

/// A defect, the cases that must fail, and those that may: a race, or chance, decides them.
#[derive(Clone, Copy)]
struct Catch {
    wrong: Wrong,
    must: &'static [&'static str],
    may: &'static [&'static str],
}

impl Wrong {
    /// The cases that are about such a thing.
    fn concerns(self, case: &Case) -> bool {
        match self {
            Wrong::Store(_) => case.part == Part::Contract && case.needs != Needs::Proxy,
            Wrong::Engine(_) => case.part == Part::Engine && case.needs != Needs::Proxy,
            Wrong::Network(_) => case.needs == Needs::Proxy,
        }
    }

    async fn clients(self) -> Clients {
        let clients = match self {
            Wrong::Store(defect) => {
                let store = Broken::new(defect);
                Clients::two(store.clone(), store.other())
            }
            Wrong::Engine(defect) => {
                let store = Broken::remote(defect);
                Clients::two(store.clone(), store.other())
            }
            Wrong::Network(flaw) => HttpStore::behind_a_proxy(Some(flaw)).await,
        };
        clients.with_large_objects(1 << 20)
    }
}

fn run(concerns: impl Fn(&Case) -> bool, factory: &dyn StoreFactory) -> Report {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut report = Report::default();
        for case in CASES.iter().filter(|case| concerns(case)) {
            report.cases.push(run_case(case, factory).await);
        }
        report
    })
}

fn check(catch: &Catch) {
    let wrong = catch.wrong;
    let report = run(|case| wrong.concerns(case), &|| wrong.clients());
    let failed: BTreeSet<&str> = report.failed().into_iter().collect();
    let missed: Vec<_> = catch.must.iter().filter(|name| !failed.contains(**name)).collect();
    let known = |name: &&&str| catch.must.contains(*name) || catch.may.contains(*name);
    let others: Vec<_> = failed.iter().filter(|name| !known(name)).collect();
    assert!(missed.is_empty() && others.is_empty(), "missed {missed:?}, and failed {others:?}\n{report}");
}

/// A table of defects of one kind, and a test for each.
macro_rules! catches {
    ($wrong:ident, $($name:ident: $defect:ident must { $($must:ident)* } may { $($may:ident)* })*) => {
        pub(crate) const CATCHES: &[$crate::Catch] = &[$($crate::Catch {
            wrong: $crate::Wrong::$wrong($crate::kind::$wrong::$defect),
            must: &[$(stringify!($must)),*],
            may: &[$(stringify!($may)),*],
        }),*];

        $(
            #[test]
            fn $name() {
                let of = |catch: &&$crate::Catch| matches!(catch.wrong, $crate::Wrong::$wrong($crate::kind::$wrong::$defect));
                $crate::check(CATCHES.iter().find(of).unwrap());
            }
        )*
    };
}
use catches;

/// What can be wrong, by the name of the kind.
mod kind {
    pub(crate) use crate::defect::Defect as Engine;
    pub(crate) use crate::defect::Defect as Store;
    pub(crate) use crate::http::Flaw as Network;
}

fn all() -> impl Iterator<Item = &'static Catch> {
    [
        conditions::CATCHES,
        puts::CATCHES,
        reads::CATCHES,
        ranges::CATCHES,
        listings::CATCHES,
        deletes::CATCHES,
        paths::CATCHES,
        errors::CATCHES,
        engine::CATCHES,
        network::CATCHES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_case_catches_a_defect_and_names_only_cases() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
    let caught: BTreeSet<&str> = all().flat_map(|catch| catch.must).copied().collect();
    assert_eq!(cases, caught);
    assert_eq!(cases.len(), CASES.len(), "no two cases have one name");
}

#[test]
fn a_store_over_http_that_keeps_the_contract_passes_also_behind_a_proxy() {
    let report = run(|_| true, &|| HttpStore::behind_a_proxy(None));
    assert!(report.is_passed(), "{report}");
    assert_eq!(report.not_applicable(), 0, "{report}");
}
