//! An object store in a directory: durable before acknowledged, safe among processes.
//!
#![doc = include_str!("../README.md")]

mod blocking;
mod builder;
mod condition;
mod config;
mod directories;
mod disk;
mod error;
mod held;
mod list;
mod objects;
mod renew;
mod seen;
mod store;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod upload;
mod version;

pub use config::FileConfig;
pub use store::FileStore;
