//! A state as sorted blocks, and back: what a checkpoint holds.
//!
//! One block per chunk, named by a key that sorts as the state is laid out. A checkpoint writes the chunks that are
//! in no SST yet ([`GraphState::export_dirty`]), each with a *summary*: what a state has to know of it while it is away.
//! Blocks of which every open needs all (names, definitions, statistics) are written each time. Opening builds the
//! whole state from the keys, places and summaries of blocks ([`GraphState::from_directory`]), and reads none of them.
//!
//! The bytes are described in `docs/format/chunk.md`.

pub(crate) mod decode;
mod directory;
pub(crate) mod encode;
mod key;
mod limits;
mod numbers;
mod residence;
#[cfg(test)]
mod tests;

pub use directory::DirectoryEntry;
pub use key::{BlockKey, BlockKind};
pub(crate) use limits::Limits;

use super::adjacency::Adjacency;
use super::index::IndexLeaf;
use super::radix::Chunks;
use super::slot::{ChunkKind, News, Slot};
use super::{Column, GraphState};
use crate::codec::put_varint;
use crate::error::Result;
use crate::graph::packed::PackedColumn;
use crate::graph::radix::Directory;
use std::sync::Arc;

/// Names per block.
const NAMES_PER_BLOCK: usize = 1024;

/// What a checkpoint says of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exported<'a> {
    /// Its block, from now on.
    Block {
        /// The bytes.
        block: &'a [u8],
        /// What is to be known of the chunk without the block.
        summary: &'a [u8],
    },
    /// It has no block any more.
    Gone,
}

/// The slot of a key with what comes before its summary; none if there is no chunk any more.
type Keyed<'a, T> = (BlockKey, Option<(&'a Slot<T>, Vec<u8>)>);

/// Passes blocks on, building each in the same buffers.
struct Writer<F> {
    sink: F,
    block: Vec<u8>,
    summary: Vec<u8>,
}

impl<F: FnMut(BlockKey, Exported<'_>) -> Result<()>> Writer<F> {
    fn write(&mut self, key: BlockKey, encode: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.block.clear();
        encode(&mut self.block);
        (self.sink)(key, Exported::Block { block: &self.block, summary: &[] })
    }

    /// What is new of a chunk. `bound` writes what comes before its summary.
    fn chunk<T: ChunkKind>(
        &mut self,
        key: BlockKey,
        slot: &Slot<T>,
        bound: impl FnOnce(&mut Vec<u8>),
    ) -> Result<()> {
        match slot.news() {
            News::None => Ok(()),
            News::Gone => (self.sink)(key, Exported::Gone),
            News::Changed(chunk) => {
                self.block.clear();
                chunk.encode(&mut self.block);
                self.summary.clear();
                bound(&mut self.summary);
                T::put_summary(&chunk.summary(), &mut self.summary);
                (self.sink)(key, Exported::Block { block: &self.block, summary: &self.summary })
            }
        }
    }

    fn chunks<T: ChunkKind>(&mut self, kind: BlockKind, number: u64, chunks: &Chunks<T>) -> Result<()> {
        chunks
            .places()
            .try_for_each(|(index, slot)| self.chunk(BlockKey::new(kind, number, index), slot, |_| {}))
    }

    fn packed(&mut self, kind: BlockKind, column: &PackedColumn) -> Result<()> {
        self.chunks(kind, 0, column.slots())
    }

    fn columns(&mut self, kind: BlockKind, columns: &Directory<Column>) -> Result<()> {
        columns.iter().try_for_each(|(number, column)| self.chunks(kind, number, column.slots()))
    }

    /// Parts and pages come in an order of their own, and some of them are gone.
    fn sorted<T: ChunkKind>(&mut self, mut news: Vec<Keyed<'_, T>>) -> Result<()> {
        news.sort_unstable_by_key(|(key, _)| *key);
        news.into_iter().try_for_each(|(key, slot)| match slot {
            Some((slot, bound)) => self.chunk(key, slot, |out| out.extend_from_slice(&bound)),
            None => (self.sink)(key, Exported::Gone),
        })
    }

    fn long_lists(&mut self, kind: BlockKind, rel_type: u64, lists: &Adjacency) -> Result<()> {
        let part_key = |source, part| BlockKey { part, ..BlockKey::new(kind, rel_type, source) };
        let mut news: Vec<_> =
            lists.gone_parts().map(|(source, part)| (part_key(source, part), None)).collect();
        for (index, slot) in lists.slots().places() {
            let News::Changed(chunk) = slot.news() else { continue };
            for (offset, list) in chunk.long_lists() {
                let source = index << lists.width_bits() | u64::from(*offset);
                for (number, first, slot) in list.parts() {
                    if !matches!(slot.news(), News::None) {
                        let mut bound = Vec::new();
                        put_varint(&mut bound, first.0);
                        put_varint(&mut bound, first.1);
                        news.push((part_key(source, number), Some((slot, bound))));
                    }
                }
            }
        }
        self.sorted(news)
    }

    fn pages(&mut self, state: &GraphState) -> Result<()> {
        let key = |depth: u32, name| BlockKey::new(BlockKind::UuidPages, u64::from(depth), name);
        let index = &state.nodes.by_uuid;
        let mut news: Vec<_> = index.gone_pages().map(|(depth, name)| (key(depth, name), None)).collect();
        let pages = index.pages().into_iter().filter(|(_, _, slot)| !matches!(slot.news(), News::None));
        news.extend(pages.map(|(depth, name, slot)| (key(depth, name), Some((slot, Vec::new())))));
        self.sorted(news)
    }

    fn leaves(&mut self, kind: BlockKind, state: &GraphState) -> Result<()> {
        for (key, leaf) in state.indexes.news(kind) {
            match leaf {
                IndexLeaf::Gone => (self.sink)(key, Exported::Gone)?,
                IndexLeaf::Changed(write) => {
                    self.block.clear();
                    self.summary.clear();
                    write(&mut self.block, &mut self.summary);
                    (self.sink)(key, Exported::Block { block: &self.block, summary: &self.summary })?;
                }
            }
        }
        Ok(())
    }

    fn names<'a>(&mut self, number: u64, names: impl Iterator<Item = &'a Arc<str>>) -> Result<()> {
        let names: Vec<_> = names.collect();
        names.chunks(NAMES_PER_BLOCK).enumerate().try_for_each(|(index, names)| {
            self.write(BlockKey::new(BlockKind::Names, number, index as u64), |out| encode::names(out, names))
        })
    }
}

impl GraphState {
    /// Passes what no SST holds yet to `sink`, in ascending order of keys, and which keys have no block any more. Of a
    /// state that was never stored that is everything. Names, definitions and statistics are passed in any case.
    ///
    /// A chunk that changed while it was away is read for this: run it inside of a collector, and again if that has
    /// missed something; or fetch what [`GraphState::changed_while_away`] gives until that is nothing.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn export_dirty(&self, sink: impl FnMut(BlockKey, Exported<'_>) -> Result<()>) -> Result<()> {
        let mut out = Writer { sink, block: Vec::new(), summary: Vec::new() };
        out.write(BlockKey::new(BlockKind::Header, 0, 0), |out| encode::header(out, self))?;
        out.names(0, self.catalog.labels().map(|(_, name)| name))?;
        out.names(1, self.catalog.rel_types().map(|(_, name)| name))?;
        out.names(2, self.catalog.property_keys().map(|(_, name)| name))?;
        out.write(BlockKey::new(BlockKind::Indexes, 0, 0), |out| encode::definitions(out, &self.catalog))?;
        out.write(BlockKey::new(BlockKind::Statistics, 0, 0), |out| self.indexes.put_statistics(out))?;
        self.export_chunks(&mut out)
    }

    /// As [`GraphState::export_dirty`] for a state that is in no SST: blocks alone.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn export(&self, mut sink: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<()> {
        self.export_dirty(|key, exported| match exported {
            Exported::Block { block, .. } => sink(&key.to_bytes(), block),
            Exported::Gone => Ok(()),
        })
    }

    fn export_chunks<F: FnMut(BlockKey, Exported<'_>) -> Result<()>>(
        &self,
        out: &mut Writer<F>,
    ) -> Result<()> {
        let nodes = &self.nodes;
        out.chunks(BlockKind::LiveNodes, 0, nodes.live.slots())?;
        for (label, nodes) in nodes.labels.iter() {
            out.chunks(BlockKind::LabelNodes, label, nodes.slots())?;
        }
        out.chunks(BlockKind::NodeUuids, 0, nodes.uuids.slots())?;
        out.packed(BlockKind::NodeSeqs, &nodes.seqs)?;
        out.columns(BlockKind::NodeProperties, &nodes.columns)?;
        out.pages(self)?;

        let relationships = &self.relationships;
        out.chunks(BlockKind::LiveRelationships, 0, relationships.live.slots())?;
        out.packed(BlockKind::RelationshipTypes, &relationships.types)?;
        out.packed(BlockKind::RelationshipSources, &relationships.sources)?;
        out.packed(BlockKind::RelationshipTargets, &relationships.targets)?;
        out.packed(BlockKind::RelationshipSeqs, &relationships.seqs)?;
        out.columns(BlockKind::RelationshipProperties, &relationships.columns)?;

        for (rel_type, both) in self.adjacency.iter() {
            out.chunks(BlockKind::OutgoingLists, rel_type, both.outgoing.slots())?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.long_lists(BlockKind::OutgoingLongLists, rel_type, &both.outgoing)?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.chunks(BlockKind::IncomingLists, rel_type, both.incoming.slots())?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.long_lists(BlockKind::IncomingLongLists, rel_type, &both.incoming)?;
        }
        out.leaves(BlockKind::NodeIndexLeaves, self)?;
        out.leaves(BlockKind::RelationshipIndexLeaves, self)?;
        out.chunks(BlockKind::Tokens, 0, &self.tokens.pages)
    }
}
