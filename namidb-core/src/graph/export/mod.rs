//! A state as sorted blocks, and back: what a checkpoint holds.
//!
//! One block per chunk, named by a key that sorts as the state is laid out. The bytes are described in
//! `docs/format/chunk.md`. What can be computed from the rest is not written: the index of public ids, property
//! indexes, counters.

mod decode;
mod encode;
mod import;
mod key;
#[cfg(test)]
mod tests;

pub use key::{BlockKey, BlockKind};

use super::adjacency::Adjacency;
use super::packed::PackedColumn;
use super::radix::Radix;
use super::{Bitmap, Column, GraphState};
use crate::error::Result;

/// Names per block.
const NAMES_PER_BLOCK: usize = 1024;

/// Passes blocks on, building each in the same buffer.
struct Writer<F> {
    sink: F,
    block: Vec<u8>,
}

impl<F: FnMut(&[u8], &[u8]) -> Result<()>> Writer<F> {
    fn write(&mut self, key: BlockKey, encode: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.block.clear();
        encode(&mut self.block);
        (self.sink)(&key.to_bytes(), &self.block)
    }

    fn bitmap(&mut self, kind: BlockKind, number: u64, bitmap: &Bitmap) -> Result<()> {
        bitmap.chunks().try_for_each(|(index, chunk)| {
            self.write(BlockKey::new(kind, number, index), |out| encode::bitmap(out, chunk))
        })
    }

    fn packed(&mut self, kind: BlockKind, column: &PackedColumn) -> Result<()> {
        column.chunks().try_for_each(|(index, chunk)| {
            self.write(BlockKey::new(kind, 0, index), |out| encode::packed(out, chunk))
        })
    }

    fn columns(&mut self, kind: BlockKind, columns: &Radix<Column>) -> Result<()> {
        for (number, column) in columns.iter() {
            for (index, chunk) in column.chunks() {
                self.write(BlockKey::new(kind, number, index), |out| encode::column(out, chunk))?;
            }
        }
        Ok(())
    }

    fn lists(&mut self, kind: BlockKind, rel_type: u64, lists: &Adjacency) -> Result<()> {
        lists.chunks().try_for_each(|(index, chunk)| {
            self.write(BlockKey::new(kind, rel_type, index), |out| {
                encode::lists(out, lists.width_bits(), chunk)
            })
        })
    }

    fn long_lists(&mut self, kind: BlockKind, rel_type: u64, lists: &Adjacency) -> Result<()> {
        for (index, chunk) in lists.chunks() {
            for (offset, list) in chunk.long_lists() {
                let source = index << lists.width_bits() | u64::from(*offset);
                for (part, segments) in list.groups().enumerate() {
                    let key = BlockKey { part: part as u32, ..BlockKey::new(kind, rel_type, source) };
                    self.write(key, |out| encode::long_list(out, segments))?;
                }
            }
        }
        Ok(())
    }

    fn names<'a>(&mut self, number: u64, names: impl Iterator<Item = &'a std::sync::Arc<str>>) -> Result<()> {
        let names: Vec<_> = names.collect();
        names.chunks(NAMES_PER_BLOCK).enumerate().try_for_each(|(index, names)| {
            self.write(BlockKey::new(BlockKind::Names, number, index as u64), |out| encode::names(out, names))
        })
    }
}

impl GraphState {
    /// Passes the whole state to `sink` as (key, block) pairs, in ascending order of keys.
    ///
    /// # Errors
    /// Only what `sink` returns.
    pub fn export(&self, sink: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<()> {
        let mut out = Writer { sink, block: Vec::new() };
        out.write(BlockKey::new(BlockKind::Header, 0, 0), |out| encode::header(out, self))?;
        out.names(0, self.catalog.labels().map(|(_, name)| name))?;
        out.names(1, self.catalog.rel_types().map(|(_, name)| name))?;
        out.names(2, self.catalog.property_keys().map(|(_, name)| name))?;
        out.write(BlockKey::new(BlockKind::Indexes, 0, 0), |out| encode::definitions(out, &self.catalog))?;

        out.bitmap(BlockKind::LiveNodes, 0, &self.nodes.live)?;
        for (label, nodes) in self.nodes.labels.iter() {
            out.bitmap(BlockKind::LabelNodes, label, nodes)?;
        }
        for (index, uuids) in self.nodes.uuids.chunks() {
            out.write(BlockKey::new(BlockKind::NodeUuids, 0, index), |out| encode::uuids(out, uuids))?;
        }
        out.packed(BlockKind::NodeSeqs, &self.nodes.seqs)?;
        out.columns(BlockKind::NodeProperties, &self.nodes.columns)?;

        let relationships = &self.relationships;
        out.bitmap(BlockKind::LiveRelationships, 0, &relationships.live)?;
        out.packed(BlockKind::RelationshipTypes, &relationships.types)?;
        out.packed(BlockKind::RelationshipSources, &relationships.sources)?;
        out.packed(BlockKind::RelationshipTargets, &relationships.targets)?;
        out.packed(BlockKind::RelationshipSeqs, &relationships.seqs)?;
        out.columns(BlockKind::RelationshipProperties, &relationships.columns)?;

        for (rel_type, both) in self.adjacency.iter() {
            out.lists(BlockKind::OutgoingLists, rel_type, &both.outgoing)?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.long_lists(BlockKind::OutgoingLongLists, rel_type, &both.outgoing)?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.lists(BlockKind::IncomingLists, rel_type, &both.incoming)?;
        }
        for (rel_type, both) in self.adjacency.iter() {
            out.long_lists(BlockKind::IncomingLongLists, rel_type, &both.incoming)?;
        }
        Ok(())
    }
}
