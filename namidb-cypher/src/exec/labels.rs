//! Which nodes have some labels.

use namidb_core::graph::{Bitmap, BitmapChunk, GraphState};
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

const CHUNK_BITS: u32 = 12;

/// The nodes that have all of some labels. Without labels, every node.
pub(crate) struct LabelFilter<'a> {
    bitmaps: SmallVec<[&'a Bitmap; 2]>,
}

impl<'a> LabelFilter<'a> {
    /// None if no node can have them all.
    pub(crate) fn new(labels: &[Arc<str>], state: &'a GraphState) -> Option<LabelFilter<'a>> {
        let mut bitmaps = SmallVec::new();
        for label in labels {
            let nodes = state.label_nodes(state.catalog().label(label)?)?;
            if nodes.is_empty() {
                return None;
            }
            bitmaps.push(nodes);
        }
        Some(LabelFilter { bitmaps })
    }

    /// Whether every node of the graph passes.
    pub(crate) fn passes_all(&self, state: &GraphState) -> bool {
        self.bitmaps.iter().all(|b| b.count() == state.node_count())
    }

    /// How many nodes of a range pass; its ends lie between two bitmap chunks.
    pub(crate) fn count(&self, state: &GraphState, within: &Range<u64>) -> u64 {
        match self.bitmaps.as_slice() {
            [] if *within == (0..u64::MAX) => state.node_count(),
            [one] if *within == (0..u64::MAX) => one.count(),
            _ => (within.start >> CHUNK_BITS..self.chunk_count(state).min(within.end >> CHUNK_BITS))
                .filter_map(|chunk| self.words(state, chunk))
                .map(|words| words.iter().map(|w| u64::from(w.count_ones())).sum::<u64>())
                .sum(),
        }
    }

    /// One more than the index of the last bitmap chunk with a node that may pass.
    pub(crate) fn chunk_count(&self, state: &GraphState) -> u64 {
        self.bitmaps.iter().map(|b| b.chunk_count()).min().unwrap_or(state.live_nodes().chunk_count())
    }

    /// The nodes of a bitmap chunk that pass, a bit each; none if there are none.
    pub(crate) fn words(&self, state: &GraphState, chunk: u64) -> Option<[u64; 64]> {
        let (first, rest) = match self.bitmaps.split_first() {
            Some((first, rest)) => (first.chunk(chunk)?, rest),
            None => (state.live_nodes().chunk(chunk)?, &[][..]),
        };
        let mut words = *first.words();
        for bitmap in rest {
            for (word, other) in words.iter_mut().zip(bitmap.chunk(chunk)?.words()) {
                *word &= other;
            }
        }
        Some(words)
    }

    /// Asks about one node after the other; quick where they come in ascending order.
    pub(crate) fn probe(&self) -> LabelProbe<'a> {
        LabelProbe { bitmaps: self.bitmaps.iter().map(|b| (*b, u64::MAX, None)).collect() }
    }
}

/// Tells node by node whether it has the labels of a [`LabelFilter`].
pub(crate) struct LabelProbe<'a> {
    /// Each bitmap with the chunk that was looked at last.
    bitmaps: SmallVec<[(&'a Bitmap, u64, Option<&'a BitmapChunk>); 2]>,
}

impl LabelProbe<'_> {
    #[inline]
    pub(crate) fn passes(&mut self, node: u64) -> bool {
        self.bitmaps.iter_mut().all(|(bitmap, at, chunk)| {
            let index = node >> CHUNK_BITS;
            if *at != index {
                *at = index;
                *chunk = bitmap.chunk(index);
            }
            chunk.is_some_and(|c| c.contains((node & 4095) as usize))
        })
    }
}
