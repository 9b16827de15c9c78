#![doc = include_str!("../README.md")]

mod condition;
mod error;
mod list;
mod store;
mod version;

pub use store::MemoryStore;
