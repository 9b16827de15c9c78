//! A cache of nothing, for tests on graphs of which nothing is in memory.

use namidb_core::graph::GraphState;
use namidb_core::residency::Misses;
use namidb_core::testing::ColdBlocks;
use namidb_cypher::Error;
use namidb_cypher::exec::{ExecutionContext, Residency};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whatever is not read at this moment has to go.
#[derive(Debug)]
struct Nothing {
    blocks: ColdBlocks,
    asked: AtomicU64,
}

/// Fetches from these blocks, and keeps nothing.
pub(crate) fn nothing_kept(blocks: ColdBlocks) -> Arc<dyn Residency> {
    Arc::new(Nothing { blocks, asked: AtomicU64::new(0) })
}

impl Residency for Nothing {
    fn fetch(&self, misses: &Misses, _: &ExecutionContext) -> Result<(), Error> {
        self.blocks.fetch(misses);
        Ok(())
    }
    fn generation(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }
    fn lighter(&self, state: &GraphState) -> GraphState {
        self.blocks.emptied(state)
    }
}
