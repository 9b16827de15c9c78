//! Who is connected to whom: one adjacency per relationship type and direction.
//!
//! ```text
//!   radix tree ── chunk of 16, 64, 256 or 1,024 sources
//!                   offsets      [0, 2, 2, 5, …]                one per source, and the end
//!                   nodes        [3, 8, 1, 1, 9, …]             lower halves of the neighbours' ids
//!                   relationships[7, 2, 4, 6, 0, …]             lower halves of the relationships' ids
//!                   long lists   (source, groups of blocks of 512)
//! ```
//!
//! Invariants:
//! - A source's list is sorted by neighbour, then by relationship.
//! - Inside a chunk all neighbours share the upper half of their ids, and so do all relationships; a list that
//!   does not fit is a long list, whose blocks have halves of their own.
//! - A list is inside its chunk or outside, never both; inside it has at most 512 entries, and a chunk has
//!   at most 4,096. So a commit copies a bounded number of bytes, whatever the degree.
//! - The number of sources per chunk is chosen so that a chunk holds about one to two thousand
//!   relationships, and is chosen again whenever their number has doubled.

mod chunk;
mod long_list;
#[cfg(test)]
mod tests;

pub use chunk::{AdjacencyChunk, ListPatch, ListsContext, ListsSummary};
pub(crate) use long_list::{Group, LongList, Part};

use super::radix::Chunks;
use super::slot::{Access, Slot};
use crate::ids::{NodeId, RelId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which end of a relationship a walk starts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Direction {
    /// From the source to the target.
    Outgoing,
    /// From the target to the source.
    Incoming,
}

impl Direction {
    /// The other direction.
    pub fn reverse(self) -> Direction {
        match self {
            Direction::Outgoing => Direction::Incoming,
            Direction::Incoming => Direction::Outgoing,
        }
    }
}

pub(crate) const LOW: u64 = 0xffff_ffff;
/// A longer list lives outside its chunk.
pub(crate) const INLINE_LIST_MAX: usize = 512;
/// A chunk with more entries moves its longest lists out.
pub(crate) const INLINE_CHUNK_MAX: usize = 4096;

/// How many sources a chunk may cover, as powers of two.
pub(crate) const WIDTHS: [u32; 4] = [4, 6, 8, 10];
/// A chunk that holds fewer entries on average is too narrow.
const MEAN_MIN: u64 = 256;
/// The width is the smallest whose chunks hold so many entries on average.
const MEAN_WANTED: u64 = 512;
/// A chunk that holds more entries on average is too wide.
const MEAN_MAX: u64 = 2560;

/// One relationship, seen from one end. Ordered as lists are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Entry {
    pub(crate) source: u64,
    pub(crate) node: u64,
    pub(crate) relationship: u64,
}

/// A run of neighbours whose ids share their upper halves, as two parallel arrays.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// What to add to each of `nodes`.
    pub node_base: u64,
    /// The neighbours, ascending.
    pub nodes: &'a [u32],
    /// What to add to each of `relationships`.
    pub rel_base: u64,
    /// The relationship to each neighbour.
    pub relationships: &'a [u32],
}

impl<'a> Segment<'a> {
    /// How many neighbours there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The neighbours and the relationships to them.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, RelId)> + use<'a> {
        let (node_base, rel_base) = (self.node_base, self.rel_base);
        self.nodes.iter().zip(self.relationships).map(move |(node, relationship)| {
            (NodeId(node_base + u64::from(*node)), RelId(rel_base + u64::from(*relationship)))
        })
    }

    /// The first position whose neighbour and relationship are not less than these.
    pub(crate) fn lower_bound(&self, node: u64, relationship: u64) -> usize {
        let (mut low, mut high) = (0, self.nodes.len());
        while low < high {
            let mid = (low + high) / 2;
            let there = (
                self.node_base + u64::from(self.nodes[mid]),
                self.rel_base + u64::from(self.relationships[mid]),
            );
            if there < (node, relationship) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        low
    }
}

/// The neighbours of one node, sorted by neighbour, then by relationship.
#[derive(Clone, Copy, Debug)]
pub struct Neighbours<'a>(Kind<'a>);

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Inline(Segment<'a>),
    Long(&'a LongList),
}

const EMPTY: Segment<'static> = Segment { node_base: 0, nodes: &[], rel_base: 0, relationships: &[] };

impl<'a> Neighbours<'a> {
    /// No neighbours.
    pub const fn empty() -> Neighbours<'static> {
        Neighbours(Kind::Inline(EMPTY))
    }

    /// How many relationships there are.
    #[inline]
    pub fn len(&self) -> u64 {
        match self.0 {
            Kind::Inline(segment) => segment.len() as u64,
            Kind::Long(list) => list.len(),
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The only segment, if the list is in one piece. Most are.
    #[inline]
    pub fn single(&self) -> Option<Segment<'a>> {
        match self.0 {
            Kind::Inline(segment) => Some(segment),
            Kind::Long(_) => None,
        }
    }

    /// The list as slices of the state's own arrays, in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        let (inline, long) = match self.0 {
            Kind::Inline(segment) => (Some(segment).filter(|s| !s.is_empty()), None),
            Kind::Long(list) => (None, Some(list.segments())),
        };
        inline.into_iter().chain(long.into_iter().flatten())
    }

    /// The neighbours and the relationships to them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, RelId)> + use<'a> {
        self.segments().flat_map(|segment| segment.iter())
    }

    /// The relationships to one neighbour, in ascending order: several, where they are parallel.
    pub fn find(&self, neighbour: NodeId) -> impl Iterator<Item = RelId> + use<'a> {
        let (inline, long) = match self.0 {
            Kind::Inline(segment) => (Some(segment), None),
            Kind::Long(list) => (None, Some(list.segments_from(neighbour.0))),
        };
        inline
            .into_iter()
            .chain(long.into_iter().flatten())
            .flat_map(move |segment| {
                let from = segment.lower_bound(neighbour.0, 0);
                Segment {
                    nodes: &segment.nodes[from..],
                    relationships: &segment.relationships[from..],
                    ..segment
                }
                .iter()
            })
            .take_while(move |(node, _)| *node == neighbour)
            .map(|(_, relationship)| relationship)
    }

    /// Whether a node is among the neighbours.
    pub fn contains(&self, neighbour: NodeId) -> bool {
        self.find(neighbour).next().is_some()
    }
}

/// The relationships of one type in one direction.
#[derive(Clone, Debug)]
pub struct Adjacency {
    chunks: Chunks<AdjacencyChunk>,
    width_bits: u32,
    relationships: u64,
    /// Nodes whose list is not empty.
    sources: u64,
    /// Entries inside chunks.
    inline: u64,
    /// Chunks that hold anything.
    occupied: u64,
    /// The number of relationships at which the width is looked at again.
    look_at: u64,
    /// Whether the bucket may have blocks of chunks.
    has_blocks: bool,
    /// The parts of long lists that the bucket has, by source and number.
    stored_parts: Arc<BTreeSet<(u64, u32)>>,
}

impl Default for Adjacency {
    fn default() -> Self {
        Adjacency {
            chunks: Chunks::new(),
            width_bits: 6,
            relationships: 0,
            sources: 0,
            inline: 0,
            occupied: 0,
            look_at: INLINE_CHUNK_MAX as u64,
            has_blocks: false,
            stored_parts: Arc::default(),
        }
    }
}

impl Adjacency {
    /// How many relationships there are.
    pub fn relationship_count(&self) -> u64 {
        self.relationships
    }

    /// How many nodes have a relationship. With the number of relationships it gives the mean degree.
    pub fn source_count(&self) -> u64 {
        self.sources
    }

    /// How many nodes a chunk covers, as a power of two: the chunk of a node is `node >> width_bits`.
    #[inline]
    pub fn width_bits(&self) -> u32 {
        self.width_bits
    }

    /// A chunk by index; none if no node there has a relationship.
    #[inline]
    pub fn chunk(&self, index: u64) -> Option<&AdjacencyChunk> {
        self.chunks.get(index)
    }

    /// One more than the index of the last chunk that may hold a relationship.
    pub fn chunk_count(&self) -> u64 {
        self.chunks.bound()
    }

    /// The chunks that hold a relationship, with their indexes, in ascending order.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, &AdjacencyChunk)> {
        self.chunks.iter()
    }

    /// The neighbours of a node.
    #[inline]
    pub fn neighbours(&self, node: NodeId) -> Neighbours<'_> {
        match self.chunks.get(node.0 >> self.width_bits) {
            Some(chunk) => chunk.neighbours((node.0 & ((1 << self.width_bits) - 1)) as usize),
            None => Neighbours::empty(),
        }
    }

    /// How many relationships a node has.
    #[inline]
    pub fn degree(&self, node: NodeId) -> u64 {
        self.neighbours(node).len()
    }

    fn offset(&self, source: u64) -> usize {
        (source & ((1 << self.width_bits) - 1)) as usize
    }

    /// Adds a relationship that is not there.
    pub(crate) fn insert(&mut self, entry: Entry) {
        let (index, offset, width) =
            (entry.source >> self.width_bits, self.offset(entry.source), 1 << self.width_bits);
        match self.chunks.place_mut(index).access_or_insert(|| AdjacencyChunk::new(width)) {
            Access::Chunk(chunk) => {
                let before = (chunk.inline_len(), chunk.is_empty());
                self.sources += u64::from(chunk.neighbours(offset).is_empty());
                chunk.insert(offset, entry.node, entry.relationship);
                self.inline = self.inline + chunk.inline_len() as u64 - before.0 as u64;
                self.occupied += u64::from(before.1);
            }
            Access::Away(stored) => {
                stored.push(ListPatch::new(offset, &entry, true), ListsSummary::grow);
                self.inline += 1;
            }
            Access::Nothing => {}
        }
        self.relationships += 1;
        if self.relationships >= self.look_at {
            self.look_at_width();
        }
    }

    /// True if the relationship was there, which is believed if its chunk is away.
    pub(crate) fn remove(&mut self, entry: Entry) -> bool {
        let (index, offset) = (entry.source >> self.width_bits, self.offset(entry.source));
        if !self.chunks.place(index).is_some_and(Slot::is_taken) {
            return false;
        }
        let slot = self.chunks.place_mut(index);
        let is_empty = match slot.access() {
            Access::Chunk(chunk) => {
                let before = chunk.inline_len();
                if !chunk.remove(offset, entry.node, entry.relationship) {
                    return false;
                }
                self.inline = self.inline + chunk.inline_len() as u64 - before as u64;
                self.sources = self.sources.saturating_sub(u64::from(chunk.neighbours(offset).is_empty()));
                chunk.is_empty()
            }
            Access::Away(stored) => {
                stored.push(ListPatch::new(offset, &entry, false), ListsSummary::shrink);
                self.inline = self.inline.saturating_sub(1);
                stored.summary().relationships == 0
            }
            Access::Nothing => return false,
        };
        if is_empty {
            slot.clear();
            self.occupied = self.occupied.saturating_sub(1);
        }
        self.relationships = self.relationships.saturating_sub(1);
        true
    }

    /// Inserts relationships that are sorted and not there yet.
    pub(crate) fn insert_sorted(&mut self, entries: &[Entry]) {
        if entries.len() as u64 >= self.relationships.max(1) && self.is_here() {
            // Most of the result is new, so nothing is lost by building it anew at the right width.
            let mut all: Vec<Entry> = self.entries().collect();
            if all.is_empty() {
                self.build(entries);
            } else {
                all.extend_from_slice(entries);
                // Two sorted runs: the stable sort merges them in one pass.
                all.sort();
                self.build(&all);
            }
            return;
        }
        let width_bits = self.width_bits;
        let offset = |entry: &Entry| (entry.source & ((1 << width_bits) - 1)) as usize;
        for run in entries.chunk_by(|a, b| a.source >> width_bits == b.source >> width_bits) {
            let slot = self.chunks.place_mut(run[0].source >> width_bits);
            match slot.access_or_insert(|| AdjacencyChunk::new(1 << width_bits)) {
                Access::Chunk(chunk) => {
                    let before = (chunk.inline_len(), chunk.is_empty());
                    for list in run.chunk_by(|a, b| a.source == b.source) {
                        self.sources += u64::from(chunk.neighbours(offset(&list[0])).is_empty());
                    }
                    chunk.insert_sorted(run);
                    self.inline = self.inline + chunk.inline_len() as u64 - before.0 as u64;
                    self.occupied += u64::from(before.1);
                }
                Access::Away(stored) => {
                    for entry in run {
                        stored.push(ListPatch::new(offset(entry), entry, true), ListsSummary::grow);
                    }
                    self.inline += run.len() as u64;
                }
                Access::Nothing => {}
            }
        }
        self.relationships += entries.len() as u64;
        if self.relationships >= self.look_at {
            self.look_at_width();
        }
    }

    /// Whether all of it is in memory.
    fn is_here(&self) -> bool {
        self.chunks.places().all(|(_, slot)| match slot.peek() {
            Ok(chunk) => chunk.is_none_or(|chunk| chunk.long_lists().iter().all(|(_, list)| list.is_here())),
            Err(_) => false,
        })
    }

    /// Whether the lists of a node are in memory.
    pub(crate) fn knows(&self, node: NodeId) -> bool {
        !self.chunks.place(node.0 >> self.width_bits).is_some_and(Slot::is_away)
    }

    /// Every relationship, in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        let width_bits = self.width_bits;
        self.chunks.iter().flat_map(move |(index, chunk)| {
            (0..chunk.width()).flat_map(move |offset| {
                let source = index << width_bits | offset as u64;
                chunk.neighbours(offset).iter().map(move |(node, relationship)| Entry {
                    source,
                    node: node.0,
                    relationship: relationship.0,
                })
            })
        })
    }

    /// Builds everything from sorted relationships, at the width that suits them.
    fn build(&mut self, entries: &[Entry]) {
        let old = std::mem::take(self);
        self.width_bits = best_width(entries);
        let width_bits = self.width_bits;
        for run in entries.chunk_by(|a, b| a.source >> width_bits == b.source >> width_bits) {
            let mut chunk = AdjacencyChunk::new(1 << width_bits);
            chunk.insert_sorted(run);
            self.inline += chunk.inline_len() as u64;
            self.occupied += 1;
            self.sources += chunk.source_count() as u64;
            *self.chunks.place_mut(run[0].source >> width_bits) = Slot::new(chunk);
        }
        self.relationships = entries.len() as u64;
        self.look_at = (2 * self.relationships).max(INLINE_CHUNK_MAX as u64);
        self.has_blocks = old.has_blocks;
        self.stored_parts = old.stored_parts;
        if self.has_blocks {
            for (index, _) in old.chunks.places() {
                let slot = self.chunks.place_mut(index);
                if !slot.is_taken() {
                    *slot = Slot::Removed;
                }
            }
        }
    }

    fn look_at_width(&mut self) {
        self.look_at = 2 * self.relationships;
        let mean = self.inline / self.occupied.max(1);
        if mean > MEAN_MAX && self.width_bits > WIDTHS[0]
            || mean < MEAN_MIN && self.width_bits < WIDTHS[WIDTHS.len() - 1]
        {
            // What is away keeps the width that it was stored with.
            if !self.is_here() {
                return;
            }
            let entries: Vec<Entry> = self.entries().collect();
            if best_width(&entries) != self.width_bits {
                self.build(&entries);
            }
        }
    }

    /// Without anything, for chunks that cover so many sources each.
    pub(crate) fn with_width(width_bits: u32) -> Adjacency {
        Adjacency { width_bits, ..Adjacency::default() }
    }

    /// Puts a chunk where there is none.
    pub(crate) fn add_slot(&mut self, index: u64, slot: Slot<AdjacencyChunk>, summary: &ListsSummary) {
        self.occupied += 1;
        self.sources += u64::from(summary.sources);
        self.inline += u64::from(summary.inline);
        self.relationships = self.relationships.saturating_add(summary.relationships);
        self.look_at = self.relationships.saturating_mul(2).max(INLINE_CHUNK_MAX as u64);
        *self.chunks.place_mut(index) = slot;
    }

    /// Notes that the bucket has a part of a long list, or has it no more.
    pub(crate) fn note_part(&mut self, source: u64, part: u32, is_stored: bool) {
        self.has_blocks = true;
        if self.stored_parts.contains(&(source, part)) != is_stored {
            let parts = Arc::make_mut(&mut self.stored_parts);
            if is_stored {
                parts.insert((source, part))
            } else {
                parts.remove(&(source, part))
            };
        }
    }

    /// Notes that the bucket has blocks of chunks.
    pub(crate) fn note_blocks(&mut self) {
        self.has_blocks = true;
    }

    /// The parts that the bucket has and the lists have no more, ascending.
    pub(crate) fn gone_parts(&self) -> impl Iterator<Item = (u64, u32)> {
        self.stored_parts.iter().copied().filter(|(source, part)| !self.has_part(*source, *part))
    }

    fn has_part(&self, source: u64, part: u32) -> bool {
        let Some(slot) = self.chunks.place(source >> self.width_bits) else { return false };
        let offset = self.offset(source) as u16;
        let long = match slot.peek() {
            Ok(chunk) => chunk.map_or(&[][..], AdjacencyChunk::long_lists),
            Err(stored) => stored.context().long(),
        };
        long.iter().any(|(at, list)| *at == offset && list.part(part).is_some())
    }

    /// The slots of the chunks.
    pub(crate) fn slots(&self) -> &Chunks<AdjacencyChunk> {
        &self.chunks
    }

    pub(crate) fn slots_mut(&mut self) -> &mut Chunks<AdjacencyChunk> {
        &mut self.chunks
    }
}

/// The smallest width whose chunks hold enough entries on average, long lists left out.
fn best_width(entries: &[Entry]) -> u32 {
    let mut occupied = [0u64; WIDTHS.len()];
    let mut last = [u64::MAX; WIDTHS.len()];
    let mut inline = 0u64;
    for list in entries.chunk_by(|a, b| a.source == b.source) {
        inline += if list.len() > INLINE_LIST_MAX { 0 } else { list.len() as u64 };
        for (i, bits) in WIDTHS.iter().enumerate() {
            let index = list[0].source >> bits;
            occupied[i] += u64::from(last[i] != index);
            last[i] = index;
        }
    }
    for (bits, occupied) in WIDTHS.iter().zip(occupied) {
        if inline >= MEAN_WANTED * occupied {
            return *bits;
        }
    }
    WIDTHS[WIDTHS.len() - 1]
}
