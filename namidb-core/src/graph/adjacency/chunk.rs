//! The lists of a few consecutive sources, in one array.

use super::{Entry, INLINE_CHUNK_MAX, INLINE_LIST_MAX, Kind, LOW, LongList, Neighbours, Segment, WIDTHS};
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use crate::graph::export::{BlockKey, Limits, decode, encode};
use crate::graph::slot::ChunkKind;
use std::sync::{Arc, LazyLock};

/// A chunk that moves lists out stops at this number of entries, so that the next one finds room.
const INLINE_CHUNK_LOW: usize = INLINE_CHUNK_MAX / 4 * 3;
/// A long list that has become this short moves back in.
const LONG_LIST_MIN: u64 = INLINE_LIST_MAX as u64 / 2;
/// Fewer new entries are inserted one by one.
const MERGE_MIN: usize = 4;

/// What is known of a chunk of lists that is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListsSummary {
    pub(crate) width_bits: u32,
    /// Sources whose list is not empty, as far as that is known.
    pub(crate) sources: u32,
    /// Entries inside, as far as that is known.
    pub(crate) inline: u32,
    /// Entries inside and outside.
    pub(crate) relationships: u64,
}

impl ListsSummary {
    pub(super) fn grow(&mut self) {
        self.inline = self.inline.saturating_add(1);
        self.relationships = self.relationships.saturating_add(1);
    }

    pub(super) fn shrink(&mut self) {
        self.inline = self.inline.saturating_sub(1);
        self.relationships = self.relationships.saturating_sub(1);
    }
}

/// The long lists of a chunk, by source.
type LongLists = Arc<[(u16, Arc<LongList>)]>;

/// What the decoding of a chunk of lists needs: ids that exist, and the skeletons of its long lists.
#[derive(Clone, Debug)]
pub struct ListsContext {
    pub(crate) limits: Arc<Limits>,
    pub(crate) width_bits: u32,
    pub(crate) long: Option<LongLists>,
}

impl ListsContext {
    /// The long lists by source.
    pub(crate) fn long(&self) -> &[(u16, Arc<LongList>)] {
        self.long.as_deref().unwrap_or_default()
    }
}

/// A relationship that enters or leaves a chunk of lists that is not there.
#[derive(Clone, Copy, Debug)]
pub struct ListPatch {
    offset: u16,
    is_in: bool,
    node: u64,
    relationship: u64,
}

impl ListPatch {
    pub(super) fn new(offset: usize, entry: &Entry, is_in: bool) -> ListPatch {
        ListPatch { offset: offset as u16, is_in, node: entry.node, relationship: entry.relationship }
    }
}

impl ChunkKind for AdjacencyChunk {
    type Summary = ListsSummary;
    type Context = ListsContext;
    type Patch = ListPatch;

    fn placeholder() -> &'static AdjacencyChunk {
        static EMPTY: LazyLock<AdjacencyChunk> =
            LazyLock::new(|| AdjacencyChunk::new(1 << WIDTHS[WIDTHS.len() - 1]));
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.is_empty()
    }

    fn decode(block: &[u8], _: BlockKey, context: &ListsContext) -> Result<AdjacencyChunk> {
        decode::lists(block, context)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::lists(out, self);
    }

    fn patch(&mut self, patch: &ListPatch) {
        let offset = usize::from(patch.offset);
        if patch.is_in {
            self.insert(offset, patch.node, patch.relationship);
        } else {
            self.remove(offset, patch.node, patch.relationship);
        }
    }

    fn summary(&self) -> ListsSummary {
        ListsSummary {
            width_bits: self.width().trailing_zeros(),
            sources: self.source_count() as u32,
            inline: self.nodes.len() as u32,
            relationships: self.relationship_count(),
        }
    }

    fn put_summary(summary: &ListsSummary, out: &mut Vec<u8>) {
        out.push(summary.width_bits as u8);
        put_varint(out, u64::from(summary.sources));
        put_varint(out, u64::from(summary.inline));
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<ListsSummary> {
        let width_bits = decode::width(reader)?;
        let sources = decode::small(reader, 1 << width_bits)?;
        let inline = decode::small(reader, INLINE_CHUNK_MAX as u64)?;
        Ok(ListsSummary { width_bits, sources, inline, relationships: u64::from(inline) })
    }

    fn heap_bytes(&self) -> usize {
        size_of::<AdjacencyChunk>()
            + self.offsets.capacity() * 2
            + (self.nodes.capacity() + self.relationships.capacity()) * 4
            + self.long.capacity() * 16
    }
}

/// The lists of a few consecutive sources.
#[derive(Debug)]
pub struct AdjacencyChunk {
    /// Where each source's list begins; one more at the end.
    offsets: Vec<u16>,
    node_base: u64,
    nodes: Vec<u32>,
    rel_base: u64,
    relationships: Vec<u32>,
    /// The lists outside, by source.
    long: Vec<(u16, Arc<LongList>)>,
}

impl Clone for AdjacencyChunk {
    /// Leaves room for a few more: a chunk is copied in order to be added to.
    fn clone(&self) -> Self {
        fn roomy(values: &[u32]) -> Vec<u32> {
            let mut copy = Vec::with_capacity(values.len() + 16);
            copy.extend_from_slice(values);
            copy
        }
        AdjacencyChunk {
            offsets: self.offsets.clone(),
            node_base: self.node_base,
            nodes: roomy(&self.nodes),
            rel_base: self.rel_base,
            relationships: roomy(&self.relationships),
            long: self.long.clone(),
        }
    }
}

impl AdjacencyChunk {
    pub(crate) fn new(width: usize) -> AdjacencyChunk {
        AdjacencyChunk {
            offsets: vec![0; width + 1],
            node_base: 0,
            nodes: Vec::new(),
            rel_base: 0,
            relationships: Vec::new(),
            long: Vec::new(),
        }
    }

    /// How many sources it covers.
    pub fn width(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Where each source's list begins in [`AdjacencyChunk::inline`]; one more at the end. A source whose
    /// list is long has none here.
    #[inline]
    pub fn offsets(&self) -> &[u16] {
        &self.offsets
    }

    /// All lists but the long ones, one after the other.
    #[inline]
    pub fn inline(&self) -> Segment<'_> {
        self.segment(0, self.nodes.len())
    }

    /// Whether a source of this chunk has a long list.
    #[inline]
    pub fn has_long_lists(&self) -> bool {
        !self.long.is_empty()
    }

    /// The neighbours of the source at an offset below [`AdjacencyChunk::width`].
    #[inline]
    pub fn neighbours(&self, offset: usize) -> Neighbours<'_> {
        let (from, to) = (self.offsets[offset] as usize, self.offsets[offset + 1] as usize);
        if from == to
            && !self.long.is_empty()
            && let Ok(at) = self.find_long(offset)
        {
            return Neighbours(Kind::Long(&self.long[at].1));
        }
        Neighbours(Kind::Inline(self.segment(from, to)))
    }

    /// How many relationships all its sources have.
    pub fn relationship_count(&self) -> u64 {
        self.nodes.len() as u64 + self.long.iter().map(|(_, list)| list.len()).sum::<u64>()
    }

    /// How many of its sources have a relationship.
    pub fn source_count(&self) -> usize {
        self.offsets.windows(2).filter(|pair| pair[0] != pair[1]).count() + self.long.len()
    }

    pub(crate) fn long_lists(&self) -> &[(u16, Arc<LongList>)] {
        &self.long
    }

    pub(crate) fn inline_len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.long.is_empty()
    }

    #[inline]
    fn segment(&self, from: usize, to: usize) -> Segment<'_> {
        Segment {
            node_base: self.node_base,
            nodes: &self.nodes[from..to],
            rel_base: self.rel_base,
            relationships: &self.relationships[from..to],
        }
    }

    fn find_long(&self, offset: usize) -> Result<usize, usize> {
        self.long.binary_search_by_key(&offset, |(source, _)| usize::from(*source))
    }

    fn range(&self, offset: usize) -> (usize, usize) {
        (self.offsets[offset] as usize, self.offsets[offset + 1] as usize)
    }

    /// Whether an entry's ids can be told from the bases; the first entry sets them.
    fn fits(&mut self, node: u64, relationship: u64) -> bool {
        if self.nodes.is_empty() {
            self.node_base = node & !LOW;
            self.rel_base = relationship & !LOW;
        }
        self.node_base == node & !LOW && self.rel_base == relationship & !LOW
    }

    pub(crate) fn insert(&mut self, offset: usize, node: u64, relationship: u64) {
        if let Ok(at) = self.find_long(offset) {
            Arc::make_mut(&mut self.long[at].1).insert(node, relationship);
            return;
        }
        let (from, to) = self.range(offset);
        if !self.fits(node, relationship) || to - from >= INLINE_LIST_MAX {
            self.move_out(offset);
            if let Err(at) = self.find_long(offset) {
                self.long.insert(at, (offset as u16, Arc::new(LongList::default())));
            }
            if let Ok(at) = self.find_long(offset) {
                Arc::make_mut(&mut self.long[at].1).insert(node, relationship);
            }
            return;
        }
        let at = from + self.segment(from, to).lower_bound(node, relationship);
        self.nodes.insert(at, (node & LOW) as u32);
        self.relationships.insert(at, (relationship & LOW) as u32);
        for start in &mut self.offsets[offset + 1..] {
            *start += 1;
        }
        self.keep_budget();
    }

    pub(crate) fn remove(&mut self, offset: usize, node: u64, relationship: u64) -> bool {
        if let Ok(at) = self.find_long(offset) {
            let list = Arc::make_mut(&mut self.long[at].1);
            if !list.remove(node, relationship) {
                return false;
            }
            if list.is_empty() {
                self.long.remove(at);
            } else if list.len() < LONG_LIST_MIN && list.is_here() {
                self.move_in(at);
            }
            return true;
        }
        let (from, to) = self.range(offset);
        let segment = self.segment(from, to);
        let at = segment.lower_bound(node, relationship);
        if segment.iter().nth(at).is_none_or(|(n, r)| (n.0, r.0) != (node, relationship)) {
            return false;
        }
        self.nodes.remove(from + at);
        self.relationships.remove(from + at);
        for start in &mut self.offsets[offset + 1..] {
            *start -= 1;
        }
        true
    }

    /// Moves the list of a source outside, if it has one inside.
    fn move_out(&mut self, offset: usize) {
        let (from, to) = self.range(offset);
        if from == to {
            return;
        }
        let entries = self.segment(from, to).iter().map(|(node, relationship)| (node.0, relationship.0));
        let list = LongList::from_sorted(entries);
        self.nodes.drain(from..to);
        self.relationships.drain(from..to);
        for start in &mut self.offsets[offset + 1..] {
            *start -= (to - from) as u16;
        }
        if let Err(at) = self.find_long(offset) {
            self.long.insert(at, (offset as u16, Arc::new(list)));
        }
    }

    /// Moves a long list inside, if it fits and leaves room.
    fn move_in(&mut self, at: usize) {
        let offset = usize::from(self.long[at].0);
        let list = Arc::clone(&self.long[at].1);
        let len = list.len() as usize;
        let mut segments = list.segments();
        // The bases of an empty chunk are those of its first entry, so one look at the first segment sets
        // them, and the others have to agree.
        let fits = segments.next().is_some_and(|s| self.fits(s.node_base, s.rel_base))
            && segments.all(|s| (s.node_base, s.rel_base) == (self.node_base, self.rel_base));
        if !fits || self.nodes.len() + len > INLINE_CHUNK_LOW {
            return;
        }
        let from = self.offsets[offset] as usize;
        self.nodes.splice(from..from, list.segments().flat_map(|s| s.nodes.iter().copied()));
        self.relationships.splice(from..from, list.segments().flat_map(|s| s.relationships.iter().copied()));
        for start in &mut self.offsets[offset + 1..] {
            *start += len as u16;
        }
        self.long.remove(at);
    }

    /// Moves the longest lists out while the chunk holds too much.
    fn keep_budget(&mut self) {
        if self.nodes.len() <= INLINE_CHUNK_MAX {
            return;
        }
        while self.nodes.len() > INLINE_CHUNK_LOW {
            let longest = (0..self.width()).max_by_key(|offset| {
                let (from, to) = self.range(*offset);
                to - from
            });
            if let Some(offset) = longest {
                self.move_out(offset);
            }
        }
    }

    /// Inserts sorted entries whose sources this chunk covers.
    pub(crate) fn insert_sorted(&mut self, run: &[Entry]) {
        let width = self.width();
        let mask = width as u64 - 1;
        if run.len() < MERGE_MIN {
            for entry in run {
                self.insert((entry.source & mask) as usize, entry.node, entry.relationship);
            }
            return;
        }
        let mut merged = AdjacencyChunk::new(width);
        if !self.nodes.is_empty() {
            (merged.node_base, merged.rel_base) = (self.node_base, self.rel_base);
        } else if let Some(first) = run.first() {
            (merged.node_base, merged.rel_base) = (first.node & !LOW, first.relationship & !LOW);
        }
        merged.nodes.reserve(self.nodes.len() + run.len());
        merged.relationships.reserve(self.nodes.len() + run.len());
        // Sums of a chunk that is over its budget do not fit the offsets, so they are kept apart.
        let mut lens = vec![0usize; width];
        let mut rest = run;
        for (offset, len) in lens.iter_mut().enumerate() {
            let count = rest.iter().take_while(|entry| (entry.source & mask) as usize == offset).count();
            let (new, later) = rest.split_at(count);
            rest = later;
            if let Ok(at) = self.find_long(offset) {
                let mut list = Arc::clone(&self.long[at].1);
                if !new.is_empty() {
                    Arc::make_mut(&mut list).insert_sorted(new);
                }
                merged.long.push((offset as u16, list));
                continue;
            }
            let (from, to) = self.range(offset);
            let fits =
                |e: &Entry| e.node & !LOW == merged.node_base && e.relationship & !LOW == merged.rel_base;
            if to - from + new.len() > INLINE_LIST_MAX || !new.iter().all(fits) {
                let mut list = LongList::from_sorted(self.segment(from, to).iter().map(|(n, r)| (n.0, r.0)));
                list.insert_sorted(new);
                merged.long.push((offset as u16, Arc::new(list)));
                continue;
            }
            *len = to - from + new.len();
            let mut at = from;
            for entry in new {
                let key = ((entry.node & LOW) as u32, (entry.relationship & LOW) as u32);
                while at < to && (self.nodes[at], self.relationships[at]) < key {
                    merged.nodes.push(self.nodes[at]);
                    merged.relationships.push(self.relationships[at]);
                    at += 1;
                }
                merged.nodes.push(key.0);
                merged.relationships.push(key.1);
            }
            merged.nodes.extend_from_slice(&self.nodes[at..to]);
            merged.relationships.extend_from_slice(&self.relationships[at..to]);
        }
        if merged.nodes.len() > INLINE_CHUNK_MAX {
            merged.move_longest_out(&mut lens);
        }
        let mut end = 0;
        for (offset, len) in lens.iter().enumerate() {
            end += *len;
            merged.offsets[offset + 1] = end as u16;
        }
        *self = merged;
    }

    /// Moves the longest lists out until the rest keeps the budget, when the offsets are not known yet.
    fn move_longest_out(&mut self, lens: &mut [usize]) {
        let mut by_len: Vec<usize> = (0..lens.len()).collect();
        by_len.sort_by_key(|offset| (std::cmp::Reverse(lens[*offset]), *offset));
        let mut total = self.nodes.len();
        let mut goes = vec![false; lens.len()];
        for offset in by_len {
            if total <= INLINE_CHUNK_LOW {
                break;
            }
            goes[offset] = true;
            total -= lens[offset];
        }
        let (nodes, relationships) =
            (std::mem::take(&mut self.nodes), std::mem::take(&mut self.relationships));
        let mut from = 0;
        for (offset, len) in lens.iter_mut().enumerate() {
            let to = from + *len;
            if goes[offset] {
                let segment = Segment {
                    node_base: self.node_base,
                    nodes: &nodes[from..to],
                    rel_base: self.rel_base,
                    relationships: &relationships[from..to],
                };
                let list = LongList::from_sorted(segment.iter().map(|(n, r)| (n.0, r.0)));
                if let Err(at) = self.find_long(offset) {
                    self.long.insert(at, (offset as u16, Arc::new(list)));
                }
                *len = 0;
            } else {
                self.nodes.extend_from_slice(&nodes[from..to]);
                self.relationships.extend_from_slice(&relationships[from..to]);
            }
            from = to;
        }
    }

    /// A chunk of parts that were checked: `offsets` ascend from 0 to the length of both arrays, lists are sorted.
    pub(crate) fn from_parts(
        offsets: Vec<u16>,
        (node_base, nodes): (u64, Vec<u32>),
        (rel_base, relationships): (u64, Vec<u32>),
    ) -> AdjacencyChunk {
        AdjacencyChunk { offsets, node_base, nodes, rel_base, relationships, long: Vec::new() }
    }

    /// The same with these long lists in place of those that it has, in ascending order of sources. None if a source is
    /// beyond the chunk, or has a list inside.
    pub(crate) fn with_long_lists(mut self, long: Vec<(u16, Arc<LongList>)>) -> Option<AdjacencyChunk> {
        let outside = |(offset, _): &(u16, Arc<LongList>)| {
            let at = usize::from(*offset);
            at < self.width() && self.offsets[at] == self.offsets[at + 1]
        };
        if !long.iter().all(outside) || !long.is_sorted_by(|a, b| a.0 < b.0) {
            return None;
        }
        self.long = long;
        Some(self)
    }
}
