//! An object store in an S3 bucket, or in a bucket of a server that speaks S3.
//!
#![doc = include_str!("../README.md")]

#[cfg(test)]
mod alone;
mod answered;
mod body;
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

pub use config::{Encryption, S3Config};
pub use store::S3Store;
