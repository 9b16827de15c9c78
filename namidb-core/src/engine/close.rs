//! Closing: nothing new is let in, what is under way is waited for.

use super::Inner;
use super::open::WINDOW;
use crate::error::{Error, ErrorCode, Result};
use futures_util::future::select;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

impl Inner {
    /// Refuses what comes after the end.
    pub(super) fn check_open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::new(ErrorCode::Closed, "the database is closed").with_hint("Open it again"));
        }
        Ok(())
    }

    /// Refuses to write for who only reads.
    pub(super) fn check_writable(&self) -> Result<()> {
        if self.settings.read_only {
            return Err(Error::new(ErrorCode::ReadOnly, "the database was opened read-only"));
        }
        Ok(())
    }

    /// Closes. Twice is fine.
    pub(super) async fn close(self: &Arc<Inner>) -> Result<()> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let idle = {
            let mut staging = self.staging();
            if staging.has_owner {
                let (sender, idle) = oneshot::channel();
                staging.idle.push(sender);
                Some(idle)
            } else {
                None
            }
        };
        if let Some(idle) = idle {
            // Whoever waits for an answer has it by then, if only that the outcome is unknown.
            select(idle, self.runtime.sleep(self.settings.commit_deadline)).await;
        }
        // A checkpoint that is being written is waited for as long.
        let written = std::pin::pin!(self.checkpointing.lock());
        select(written, self.runtime.sleep(self.settings.commit_deadline)).await;
        // A log that the next open reads in its second round needs no checkpoint.
        let growth = self.head.growth();
        if !self.settings.read_only && growth.records > WINDOW {
            // The log holds everything: without a checkpoint the next open reads more of it, no more.
            drop(self.checkpoint(WINDOW + 1).await);
        }
        Ok(())
    }
}
