//! Replacing the manifest: what checkpoints, merges and collections have in common.

use super::Inner;
use crate::error::Result;
use crate::manifest::edit::{Edit, Present};
use crate::manifest::store::{Read, Replaced, replace};
use crate::runtime::random_u128;
use crate::wal::LogId;

impl Inner {
    /// Replaces the manifest for as long as `next` gives an edit of what is there, and remembers what it says now.
    ///
    /// # Errors
    /// Those of the store; the replacement may still happen then.
    pub(super) async fn replace_manifest(
        &self,
        read: Read,
        next: impl FnMut(&Present) -> Option<Edit>,
    ) -> Result<Replaced> {
        let token = || LogId(random_u128(&*self.runtime));
        let replaced = replace(&*self.store, &self.layout, read, self.looks.has_dates(), token, next).await?;
        if let Replaced::Done { manifest, version } = &replaced {
            self.looks.replaced(manifest, version.clone());
        }
        Ok(replaced)
    }
}
