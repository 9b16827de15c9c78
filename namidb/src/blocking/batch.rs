//! Staged rows.

use super::wait;
use crate::batch::write_once;
use crate::error::Result;
use crate::once;
use namidb_core::{Outcome, Seq};
use namidb_cypher::exec::CancelToken;
use std::ops::{Deref, DerefMut};

/// Staged rows, to be committed together: see [`crate::Batch`].
#[derive(Clone, Debug)]
pub struct Batch {
    pub(super) batch: crate::Batch,
    pub(super) cancel: CancelToken,
}

impl Deref for Batch {
    type Target = crate::Batch;

    fn deref(&self) -> &crate::Batch {
        &self.batch
    }
}

impl DerefMut for Batch {
    fn deref_mut(&mut self) -> &mut crate::Batch {
        &mut self.batch
    }
}

impl Batch {
    /// Commits what is staged, durably, and leaves the batch empty. Gives the commit's sequence number; none if the rows
    /// changed nothing.
    ///
    /// # Errors
    /// As [`crate::Batch::commit`].
    pub fn commit(&mut self) -> Result<Option<Seq>> {
        let Some((opened, rows)) = self.batch.take()? else { return Ok(None) };
        Ok(wait(&self.cancel, Outcome::Unknown, opened.engine.write(rows))?.seq)
    }

    /// As [`Batch::commit`], once under a token.
    ///
    /// # Errors
    /// As [`crate::Batch::commit_once`].
    pub fn commit_once(&mut self, token: &str) -> Result<Option<Seq>> {
        let token = once::token(token)?;
        let Some((opened, rows)) = self.batch.take()? else { return Ok(None) };
        wait(&self.cancel, Outcome::Unknown, write_once(&opened, rows, token)).map(Some)
    }
}
