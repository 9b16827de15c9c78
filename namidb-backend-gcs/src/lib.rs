//! An object store in a bucket of Google Cloud Storage, over Google's own SDK.
//!
#![doc = include_str!("../README.md")]

mod api;
mod builder;
mod condition;
mod config;
mod credentials;
mod error;
mod list;
mod options;
mod store;
mod upload;
mod version;

pub use config::GcsConfig;
pub use store::GcsStore;
