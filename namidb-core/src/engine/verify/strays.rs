//! Objects that nothing refers to: left by processes that died, or not collected yet.

use super::report::Kind;
use super::{Stray, Verifier};
use crate::engine::pin;
use crate::error::{Error, ErrorCode, Result};
use crate::hash::HashSet;
use crate::layout::{log_seq, slot_of, sst_birth};
use crate::manifest::Manifest;
use crate::object_store::{ObjectPath, ObjectStoreExt};

impl Verifier<'_> {
    /// Names what is listed and belongs to nothing.
    pub(super) async fn strays(
        &mut self,
        manifest: &Manifest,
        bodies: &HashSet<ObjectPath>,
        listed: &[ObjectPath],
    ) -> Result<()> {
        let named: HashSet<&str> = manifest.sst_names().collect();
        for path in listed {
            let what = if path == self.layout.manifest() {
                continue;
            } else if path.is_under(self.layout.wal()) {
                match log_seq(path) {
                    Some(seq) if seq <= manifest.checkpoint.seq => "a record that is in the checkpoint",
                    Some(_) if slot_of(path).is_some() || bodies.contains(path) => continue,
                    Some(_) => "the body of a record that lost its slot",
                    None => "no object of NamiDB",
                }
            } else if path.is_under(self.layout.ssts()) {
                match sst_birth(path.name()) {
                    Some(_) if named.contains(path.name()) => continue,
                    Some(birth) if birth < manifest.gc_horizon => "an SST that nobody needs any more",
                    Some(_) => "an SST that is being written, or whose writer died",
                    None => "no object of NamiDB",
                }
            } else if path.is_under(self.layout.pins()) {
                self.pin(manifest, path).await?;
                continue;
            } else if !self.layout.is_data(path) {
                "left by a test of the store's conditions"
            } else {
                "no object of NamiDB"
            };
            self.report.strays.push(Stray { object: path.to_string(), what });
        }
        Ok(())
    }

    async fn pin(&mut self, manifest: &Manifest, path: &ObjectPath) -> Result<()> {
        match self.store.read(path).await {
            Ok(object) => {
                self.report.objects += 1;
                self.report.bytes += object.bytes.len() as u64;
                if !pin::is_readable(&object.bytes, manifest.database) {
                    let error =
                        Error::new(ErrorCode::Corruption, "the pin cannot be read, so it holds every SST");
                    self.problem(Kind::Pin, path, &error);
                }
                Ok(())
            }
            // Whoever held it has taken it away.
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
