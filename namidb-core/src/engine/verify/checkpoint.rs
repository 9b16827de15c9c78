//! The SSTs that the manifest names, and the state that they hold.

use super::report::Kind;
use super::{Verifier, is_damage};
use crate::engine::load::{Files, read_checkpoint};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::GraphState;
use crate::hash::HashSet;
use crate::manifest::{Manifest, SstRef};
use crate::object_store::{ErrorKind, ObjectPath, ObjectStoreExt};
use crate::residency::Fetcher;
use crate::sst::{MAGIC, Tail, TailRef, decode_block};
use bytes::Bytes;
use std::sync::Arc;

impl Verifier<'_> {
    /// Reads every SST and compares every byte of it with a checksum. The state of the checkpoint, if all of it is whole.
    pub(super) async fn checkpoint(&mut self, manifest: &Manifest) -> Result<Option<GraphState>> {
        let problems = self.report.problems.len();
        let mut seen = HashSet::default();
        for checkpoint in manifest.retained.iter().chain([&manifest.checkpoint]) {
            for file in checkpoint.files() {
                if seen.insert(file.name.clone()) {
                    self.sst(file).await?;
                }
            }
        }
        if self.report.problems.len() > problems {
            return Ok(None);
        }
        let fetcher = Arc::new(Fetcher::new(Arc::clone(self.store), u64::MAX));
        let files = Files::new(Arc::clone(self.store), self.layout.clone(), fetcher);
        match read_checkpoint(&files, &manifest.checkpoint, self.runtime).await {
            Ok(state) => Ok(Some(state)),
            Err(error) if is_damage(&error) => {
                let object =
                    error.detail("object").map_or_else(|| self.layout.ssts().to_string(), str::to_owned);
                self.problem(Kind::State, object, &error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn sst(&mut self, file: &SstRef) -> Result<()> {
        let path = match self.layout.sst(&file.name) {
            Ok(path) => path,
            Err(error) => {
                self.problem(Kind::Manifest, self.layout.manifest(), &error);
                return Ok(());
            }
        };
        let bytes = match self.store.read(&path).await {
            Ok(object) => object.bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let missing = corrupt("the manifest names this SST, and it is missing");
                self.problem(Kind::Immutable, &path, &missing);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.report.objects += 1;
        self.report.bytes += bytes.len() as u64;
        if let Err(error) = self.blocks(file, &path, &bytes) {
            self.problem(Kind::Immutable, &path, &error);
        }
        Ok(())
    }

    /// Compares every block with its checksum; an error is about the file as a whole.
    fn blocks(&mut self, file: &SstRef, path: &ObjectPath, bytes: &Bytes) -> Result<()> {
        if bytes.len() as u64 != file.bytes {
            return Err(corrupt(&format!(
                "the SST has {} bytes, and was written with {}",
                bytes.len(),
                file.bytes
            )));
        }
        if !bytes.starts_with(&MAGIC) {
            return Err(corrupt("the SST does not begin as one"));
        }
        let named = TailRef {
            path: path.clone(),
            bytes: file.bytes,
            tail_bytes: file.tail_bytes,
            tail_checksum: file.tail_checksum,
        };
        let tail_at = usize::try_from(file.bytes.saturating_sub(file.tail_bytes)).unwrap_or(usize::MAX);
        let tail = Tail::parse(&named, &bytes.slice(tail_at.min(bytes.len())..))?;
        self.report.blocks += tail.blocks.len() as u64;
        for pointer in tail.file.pointers() {
            self.report.blocks += 1;
            // The index was compared with the length of the file.
            let from = pointer.entry().offset as usize;
            let stored = bytes.slice(from..from + pointer.entry().stored_bytes as usize);
            if let Err(error) = decode_block(&pointer, stored) {
                self.problem(Kind::Immutable, path, &error);
            }
        }
        Ok(())
    }
}

fn corrupt(problem: &str) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}
