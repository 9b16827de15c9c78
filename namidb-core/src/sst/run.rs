//! Writing a run: files one after another, none of them much larger than it is told.

use super::{Finished, Place, Writer};
use crate::error::Result;
use crate::graph::BlockKey;
use crate::residency::IndexEntry;

/// Builds the files of a run.
pub struct RunWriter {
    writer: Writer,
    file_bytes: usize,
    finished: Vec<Finished>,
}

impl RunWriter {
    /// A run of files of about so many bytes.
    ///
    /// # Errors
    /// `Internal` if there is no memory for a compressor.
    pub fn new(file_bytes: usize) -> Result<RunWriter> {
        Ok(RunWriter { writer: Writer::new()?, file_bytes, finished: Vec::new() })
    }

    /// Appends a block, as [`Writer::add`].
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn add(&mut self, key: BlockKey, block: &[u8], summary: &[u8]) -> Result<()> {
        self.room()?.add(key, block, summary, Place::of(key))
    }

    /// Appends a block as another file holds it.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn add_stored(&mut self, entry: &IndexEntry, stored: &[u8]) -> Result<()> {
        self.room()?.add_stored(entry, stored)
    }

    /// Says that a key has no block any more.
    ///
    /// # Errors
    /// As [`Writer::add_tombstone`].
    pub fn add_tombstone(&mut self, key: BlockKey) -> Result<()> {
        self.room()?.add_tombstone(key)
    }

    /// The files that are complete, and were not taken yet.
    pub fn take_finished(&mut self) -> Vec<Finished> {
        std::mem::take(&mut self.finished)
    }

    /// The files that are left.
    pub fn finish(mut self) -> Vec<Finished> {
        if !self.writer.is_empty() {
            self.finished.push(self.writer.finish());
        }
        self.finished
    }

    fn room(&mut self) -> Result<&mut Writer> {
        if self.writer.bytes() >= self.file_bytes {
            let full = std::mem::replace(&mut self.writer, Writer::new()?);
            self.finished.push(full.finish());
        }
        Ok(&mut self.writer)
    }
}
