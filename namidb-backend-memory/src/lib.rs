//! An object store in memory, for tests and ephemeral databases.
//!
#![doc = include_str!("../README.md")]

mod condition;
mod error;
mod list;
mod store;
mod version;

pub use store::MemoryStore;
