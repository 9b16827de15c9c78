//! The SSTs that the manifest names, and the state that they hold.

use super::report::Kind;
use super::{Depth, Verifier, is_damage};
use crate::engine::load::{Files, read_checkpoint};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::GraphState;
use crate::hash::HashSet;
use crate::manifest::{Manifest, SstRef};
use crate::object_store::{ErrorKind, GetOptions, ObjectPath};
use crate::residency::{BlockPointer, Fetcher};
use crate::sst::{MAGIC, Tail, TailRef, decode_block};
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;

/// Bytes of blocks that are in memory at a time, unless one block has more.
const PORTION_BYTES: u64 = 8 << 20;

impl Verifier<'_> {
    /// Reads every SST and compares every byte of it with a checksum. The state of the checkpoint, if all of it was read and is
    /// whole.
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
        if self.report.problems.len() > problems || self.depth == Depth::Shallow {
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
        let size = match self.store.head(&path).await {
            Ok(meta) => meta.size,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.problem(Kind::Immutable, &path, &missing());
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        self.report.objects += 1;
        self.report.bytes += size;
        match self.blocks(file, &path, size).await {
            Err(error) if is_damage(&error) => self.problem(Kind::Immutable, &path, &error),
            done => done?,
        }
        Ok(())
    }

    /// Compares every block with its checksum, some MiB at a time; a corruption that is returned is about the file as a
    /// whole.
    async fn blocks(&mut self, file: &SstRef, path: &ObjectPath, size: u64) -> Result<()> {
        if size != file.bytes {
            return Err(corrupt(&format!("the SST has {size} bytes, and was written with {}", file.bytes)));
        }
        let named = TailRef {
            path: path.clone(),
            bytes: file.bytes,
            tail_bytes: file.tail_bytes,
            tail_checksum: file.tail_checksum,
        };
        if *self.range(path, 0..MAGIC.len() as u64).await? != MAGIC {
            return Err(corrupt("the SST does not begin as one"));
        }
        let tail = self.range(path, size.saturating_sub(file.tail_bytes)..size).await?;
        let tail = Tail::parse(&named, &tail)?;
        self.report.blocks += tail.blocks.len() as u64;
        if self.depth == Depth::Shallow {
            return Ok(());
        }
        let pointers: Vec<BlockPointer> = tail.file.pointers().collect();
        let mut rest = pointers.as_slice();
        while let Some(first) = rest.first() {
            // Blocks lie one after the other.
            let from = first.entry().offset;
            let end =
                |pointer: &BlockPointer| pointer.entry().offset + u64::from(pointer.entry().stored_bytes);
            let fits = rest.iter().take_while(|pointer| end(pointer) - from <= PORTION_BYTES).count();
            let (portion, others) = rest.split_at(fits.max(1));
            rest = others;
            let bytes = self.range(path, from..portion.last().map_or(from, end)).await?;
            for pointer in portion {
                self.report.blocks += 1;
                let at = usize::try_from(pointer.entry().offset - from).unwrap_or(usize::MAX);
                let stored = at.checked_add(pointer.entry().stored_bytes as usize).map(|to| at..to);
                let Some(stored) = stored.filter(|stored| stored.end <= bytes.len()) else {
                    return Err(corrupt("the SST has become shorter while it was read"));
                };
                if let Err(error) = decode_block(pointer, bytes.slice(stored)) {
                    self.problem(Kind::Immutable, path, &error);
                }
            }
        }
        Ok(())
    }

    /// A part of a file whose size is known.
    async fn range(&self, path: &ObjectPath, range: Range<u64>) -> Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        match self.store.get(path, GetOptions::range(range)).await {
            Ok(object) => Ok(object.bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(missing()),
            Err(error) => Err(error.into()),
        }
    }
}

fn missing() -> Error {
    corrupt("the manifest names this SST, and it is missing")
}

fn corrupt(problem: &str) -> Error {
    Error::new(ErrorCode::Corruption, problem)
}
