//! What tests of this crate, and of crates over it, are run against. Feature `testing`.

mod sim_store;

pub use sim_store::SimStore;
