//! The files that LOAD CSV and LOAD PARQUET may read.

use crate::error::Error;
use std::fmt;
use std::fs::File;
use std::sync::Arc;

/// Opens files by what a statement calls them. Whoever implements it decides which a statement may see.
pub trait Files: fmt::Debug + Send + Sync {
    /// Opens a file, and gives it with its full name.
    ///
    /// # Errors
    /// That there is none, or that it must not be read; the message tells nothing about places that are not allowed.
    fn open(&self, location: &str) -> Result<(File, Arc<str>), Error>;
}
