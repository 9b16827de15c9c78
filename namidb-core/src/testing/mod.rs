//! What tests of this crate, and of crates over it, are run against. Feature `testing`.

mod cold;
pub(crate) mod memory_files;
mod mutator;
mod sim_runtime;
mod sim_store;
#[cfg(test)]
pub(crate) mod strategies;

pub use cold::ColdBlocks;
pub use mutator::{Mutator, fuzz};
pub use sim_runtime::SimRuntime;
pub use sim_store::SimStore;
