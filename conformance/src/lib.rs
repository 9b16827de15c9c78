//! The suite that every NamiDB object store must pass, in a line of a test file of yours:
//!
//! ```
//! # use namidb_core::testing::SimStore as MyStore;
//! conformance::suite!(my_store, || async { MyStore::new() });
//! # fn main() {}
//! ```
//!
//! That makes one test for each case, `my_store::a_put_if_absent_creates_what_is_missing` and so on. A case is named
//! after the sentence that it checks. The first half of the suite is the contract ([`namidb_core::object_store`] has its
//! sentences and their numbers); the second runs the engine over the store: commits, races, crashes, lost answers,
//! checkpoints, collection.
//!
//! The closure is called for every case; it may give a new store each time or the same one, because every
//! case works under a prefix of its own and removes what it put. Give [`Clients`] instead of a store
//!
//! - to have two clients of one store compared ([`Clients::two`]);
//! - to make large objects so large that the backend sends them in parts ([`Clients::with_large_objects`]);
//! - to try more ([`Clients::at_level`]), as one does once, before a store is trusted;
//! - to lose requests and answers on the way to an HTTP server ([`Clients::through`] a [`proxy`]).
//!
//! [`run_all`] runs the cases from a program, and gives a [`Report`] to print. The command `conformance run <uri>` does
//! it for any store that NamiDB can open; it is behind the feature `cli`, so that the library needs nothing but
//! `namidb-core`.

mod cases;
mod engine;

mod case;
mod factory;
mod level;
mod patient;
pub mod proxy;
mod report;
pub mod server;
mod suite;
mod together;

pub use case::{Case, Context, Failure, Needs, Outcome, Part, clean};
pub use factory::{Clients, StoreFactory};
pub use level::Level;
pub use report::{CaseReport, Report, Verdict};
pub use suite::{CASES, check, run_all, run_case};
