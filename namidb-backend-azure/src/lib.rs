//! An object store in a container of Azure Blob Storage, over Microsoft's own SDK.
//!
#![doc = include_str!("../README.md")]

mod builder;
mod condition;
mod config;
mod credentials;
mod error;
mod list;
mod options;
mod shared_key;
mod store;
mod upload;
mod version;

pub use config::AzureConfig;
pub use store::AzureStore;
