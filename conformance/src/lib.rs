//! The suite that every NamiDB object store must pass, in a line of a test file of yours:
//!
//! ```
//! # use namidb_core::testing::SimStore as MyStore;
//! conformance::suite!(my_store, || async { MyStore::new() });
//! # fn main() {}
//! ```
//!
//! That makes one test for each case, `my_store::a_put_if_absent_creates_what_is_missing` and so on. A case is named
//! after the sentence of the contract that it checks ([`namidb_core::object_store`] has the sentences and their
//! numbers). The closure is called for every case; it may give a new store each time or the same one, because every
//! case works under a prefix of its own and removes what it put. Give [`Clients`] instead of a store to have two
//! clients of one store compared, and to make the large objects larger.
//!
//! [`run_all`] runs the cases from a program, and gives a [`Report`] to print.

mod cases;

mod case;
mod factory;
mod report;
mod suite;
mod together;

pub use case::{Case, Context, Failure, Needs, Outcome};
pub use factory::{Clients, StoreFactory};
pub use report::{Report, Verdict};
pub use suite::{CASES, check, run_all};
