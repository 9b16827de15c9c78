//! A state from its blocks, or from what is known of them.

use super::NAMES_PER_BLOCK;
use super::decode::{self, corrupt, len, newer, plain};
use super::encode::FORMAT;
use super::encode::encoding::{TARGET_LABEL, TARGET_REL_TYPE};
use super::key::{BlockKey, BlockKind};
use super::limits::Limits;
use crate::codec::Reader;
use crate::error::Result;
use crate::graph::adjacency::{
    Adjacency, AdjacencyChunk, Direction, Group, ListsContext, ListsSummary, LongList, Part,
};
use crate::graph::index::Leaves;
use crate::graph::op::NameKind;
use crate::graph::schema::{ConstraintDefinition, IndexDefinition, SchemaTarget};
use crate::graph::slot::{ChunkKind, Slot};
use crate::graph::{Catalog, Chunk, GraphState, op_codec};
use crate::hash::HashMap;
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};
use crate::residency::BlockPointer;
use std::sync::Arc;

/// Ids beyond this would take longer to give than anything lasts; below it, arithmetic on ids is safe.
const IDS_MAX: u64 = 1 << 56;

/// No part of a long list has more entries.
const PART_MAX: u64 = 1 << 32;

/// A chunk as it is handed in.
#[derive(Clone, Debug)]
pub enum DirectoryEntry<'a> {
    /// It stays in the bucket.
    Bucket {
        /// Where its block is.
        pointer: BlockPointer,
        /// What was said of it when it was written.
        summary: &'a [u8],
    },
    /// Its block, to be decoded now. It is in no SST of the state.
    Memory(&'a [u8]),
}

impl DirectoryEntry<'_> {
    fn slot<T: ChunkKind<Context = Arc<Limits>>>(
        &self,
        key: BlockKey,
        limits: &Arc<Limits>,
    ) -> Result<(Slot<T>, T::Summary)> {
        match self {
            DirectoryEntry::Bucket { pointer, summary } => {
                let mut reader = Reader::new(summary);
                let summary = T::read_summary(&mut reader)?;
                reader.finish()?;
                Ok((Slot::absent(pointer.clone(), summary.clone(), Arc::clone(limits)), summary))
            }
            DirectoryEntry::Memory(block) => {
                let chunk = T::decode(block, key, limits)?;
                let summary = chunk.summary();
                Ok((Slot::new(chunk), summary))
            }
        }
    }
}

/// A chunk of lists that waits for the long ones.
enum PendingLists {
    Bucket(BlockPointer),
    Memory(AdjacencyChunk),
}

/// Lists of one type and direction, as their entries arrive: chunks first, long lists later.
#[derive(Default)]
struct Pending {
    chunks: Vec<(u64, ListsSummary, PendingLists)>,
    /// By source, ascending, each with its number of entries.
    long: Vec<(u64, Vec<Part>, u64)>,
}

struct Builder {
    state: GraphState,
    catalog: Catalog,
    version: u64,
    limits: Arc<Limits>,
    pending: [HashMap<u32, Pending>; 2],
    /// Number, distinct values and blind changes of each index.
    statistics: Vec<(u32, u64, u64)>,
    leaves: HashMap<(BlockKind, u32), Leaves>,
}

impl GraphState {
    /// The state that consists of these chunks, in ascending order of their keys. `meta` are the blocks of which every
    /// open needs all ([`BlockKind::is_meta`]), likewise. No block is read: what is known of a chunk stands in its summary.
    ///
    /// Blocks and summaries may come from anywhere: they are checked as far as is needed for no read of the state to
    /// fail later. [`GraphState::check`] compares them with each other.
    ///
    /// # Errors
    /// `Corruption` if they are no state; `FormatVersion` if a newer version wrote them.
    pub fn from_directory<'a, B: AsRef<[u8]>>(
        meta: impl IntoIterator<Item = (BlockKey, B)>,
        entries: impl IntoIterator<Item = (BlockKey, DirectoryEntry<'a>)>,
    ) -> Result<GraphState> {
        let mut meta = meta.into_iter();
        let mut builder = match meta.next() {
            Some((key, block)) if key.kind == BlockKind::Header => Builder::begin(block.as_ref())?,
            Some(_) => return Err(corrupt("a checkpoint does not begin with its header")),
            None => return Err(corrupt("a checkpoint has no blocks")),
        };
        let mut last = BlockKey::new(BlockKind::Header, 0, 0);
        for (key, block) in meta {
            in_order(&mut last, key)?;
            builder.meta(key, block.as_ref()).map_err(|error| of_block(error, key))?;
        }
        builder.names_are_complete();
        for (key, entry) in entries {
            in_order(&mut last, key)?;
            builder.state.partial |= matches!(entry, DirectoryEntry::Bucket { .. });
            builder.chunk(key, &entry).map_err(|error| of_block(error, key))?;
        }
        builder.finish()
    }

    /// The state whose [`GraphState::export_dirty`] gave these blocks, in the same order, all of it in memory and in no
    /// SST.
    ///
    /// # Errors
    /// As [`GraphState::from_directory`].
    pub fn import<K: AsRef<[u8]>, B: AsRef<[u8]>>(
        blocks: impl IntoIterator<Item = (K, B)>,
    ) -> Result<GraphState> {
        let mut last = None;
        let mut builder: Option<Builder> = None;
        for (key, block) in blocks {
            let key = BlockKey::from_bytes(key.as_ref())?;
            match (&mut builder, &mut last) {
                (Some(builder), Some(last)) => {
                    in_order(last, key)?;
                    if key.kind.is_meta() {
                        builder.meta(key, block.as_ref())
                    } else {
                        builder.names_are_complete();
                        builder.chunk(key, &DirectoryEntry::Memory(block.as_ref()))
                    }
                    .map_err(|error| of_block(error, key))?;
                }
                _ if key.kind == BlockKind::Header => {
                    builder = Some(Builder::begin(block.as_ref())?);
                    last = Some(key);
                }
                _ => return Err(corrupt("a checkpoint does not begin with its header")),
            }
        }
        builder.ok_or_else(|| corrupt("a checkpoint has no blocks"))?.finish()
    }
}

fn in_order(last: &mut BlockKey, key: BlockKey) -> Result<()> {
    if *last >= key {
        return Err(corrupt("the blocks of a checkpoint are not in order"));
    }
    *last = key;
    Ok(())
}

fn of_block(error: crate::error::Error, key: BlockKey) -> crate::error::Error {
    error.with_detail("block", format_args!("{:?} {} {} {}", key.kind, key.number, key.index, key.part))
}

impl Builder {
    fn begin(block: &[u8]) -> Result<Builder> {
        let mut reader = plain(block)?;
        match reader.varint()? {
            FORMAT => {}
            other => return Err(newer("the format of a checkpoint", other)),
        }
        let mut state = GraphState::empty();
        state.nodes.next = reader.varint()?;
        state.relationships.next = reader.varint()?;
        if state.nodes.next.max(state.relationships.next) > IDS_MAX {
            return Err(corrupt("an id space is larger than any graph"));
        }
        let version = reader.varint()?;
        state.tokens.next = reader.varint()?;
        if state.tokens.next > IDS_MAX {
            return Err(corrupt("more tokens were counted than anybody can give"));
        }
        reader.finish()?;
        Ok(Builder {
            state,
            catalog: Catalog::default(),
            version,
            limits: Arc::default(),
            pending: Default::default(),
            statistics: Vec::new(),
            leaves: HashMap::default(),
        })
    }

    fn meta(&mut self, key: BlockKey, block: &[u8]) -> Result<()> {
        match key.kind {
            BlockKind::Names => self.names(key.number, key.index, block),
            BlockKind::Indexes => self.definitions(block),
            BlockKind::Statistics => self.statistics(block),
            _ => Err(corrupt("a checkpoint has two headers")),
        }
    }

    /// From now on it is known which numbers have names.
    fn names_are_complete(&mut self) {
        let limits = Limits {
            nodes: self.state.nodes.next,
            relationships: self.state.relationships.next,
            labels: self.count(NameKind::Label),
            rel_types: self.count(NameKind::RelType),
            property_keys: self.count(NameKind::PropertyKey),
        };
        if *self.limits != limits {
            self.limits = Arc::new(limits);
        }
    }

    fn chunk(&mut self, key: BlockKey, entry: &DirectoryEntry<'_>) -> Result<()> {
        let BlockKey { kind, number, index, .. } = key;
        let limits = Arc::clone(&self.limits);
        if !limits.allow(key) {
            return Err(corrupt("a block belongs to ids or names that do not exist"));
        }
        let number = u64::from(number);
        let GraphState { nodes, relationships, tokens, .. } = &mut self.state;
        match kind {
            BlockKind::LiveNodes => {
                let (slot, count) = entry.slot(key, &limits)?;
                nodes.live.add_slot(index, slot, count);
            }
            BlockKind::LabelNodes => {
                let (slot, count) = entry.slot(key, &limits)?;
                nodes.labels.get_or_insert_with(number, Default::default).add_slot(index, slot, count);
            }
            BlockKind::NodeUuids => *nodes.uuids.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0,
            BlockKind::NodeSeqs => *nodes.seqs.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0,
            BlockKind::NodeProperties => {
                let (slot, summary) = entry.slot::<Chunk>(key, &limits)?;
                let column = nodes.columns.get_or_insert_with(number, Default::default);
                column.add_slot(index, slot, summary.present);
            }
            BlockKind::UuidPages => {
                let slot = entry.slot(key, &limits)?.0;
                if !nodes.by_uuid.add_page(key.number, index, slot) {
                    return Err(corrupt("two pages of public ids are in each other's place"));
                }
                if let DirectoryEntry::Bucket { .. } = entry {
                    nodes.by_uuid.note_page(key.number, index, true);
                }
            }
            BlockKind::LiveRelationships => {
                let (slot, count) = entry.slot(key, &limits)?;
                relationships.live.add_slot(index, slot, count);
            }
            BlockKind::RelationshipTypes => {
                *relationships.types.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0;
            }
            BlockKind::RelationshipSources => {
                *relationships.sources.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0;
            }
            BlockKind::RelationshipTargets => {
                *relationships.targets.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0;
            }
            BlockKind::RelationshipSeqs => {
                *relationships.seqs.slots_mut().place_mut(index) = entry.slot(key, &limits)?.0;
            }
            BlockKind::RelationshipProperties => {
                let (slot, summary) = entry.slot::<Chunk>(key, &limits)?;
                let column = relationships.columns.get_or_insert_with(number, Default::default);
                column.add_slot(index, slot, summary.present);
            }
            BlockKind::OutgoingLists => self.lists(Direction::Outgoing, key, entry)?,
            BlockKind::OutgoingLongLists => self.long_list(Direction::Outgoing, key, entry)?,
            BlockKind::IncomingLists => self.lists(Direction::Incoming, key, entry)?,
            BlockKind::IncomingLongLists => self.long_list(Direction::Incoming, key, entry)?,
            BlockKind::NodeIndexLeaves | BlockKind::RelationshipIndexLeaves => {
                self.leaves.entry((kind, key.number)).or_default().add(key, entry, &limits)?;
            }
            BlockKind::Tokens => *tokens.pages.place_mut(index) = entry.slot(key, &limits)?.0,
            BlockKind::Header | BlockKind::Names | BlockKind::Indexes | BlockKind::Statistics => {
                return Err(corrupt("a block that every open needs stands among the others"));
            }
        }
        Ok(())
    }

    fn count(&self, kind: NameKind) -> u32 {
        self.catalog.name_count(kind)
    }

    fn names(&mut self, number: u32, index: u64, block: &[u8]) -> Result<()> {
        let kind = match number {
            0 => NameKind::Label,
            1 => NameKind::RelType,
            2 => NameKind::PropertyKey,
            other => return Err(newer("the kind of names", other)),
        };
        let mut reader = plain(block)?;
        let count = len(&mut reader, NAMES_PER_BLOCK)?;
        let next = self.count(kind);
        if Some(u64::from(next)) != index.checked_mul(NAMES_PER_BLOCK as u64) {
            return Err(corrupt("a block of names is missing"));
        }
        for number in (next..).take(count) {
            if self.catalog.define(kind, &reader.text()?.into()) != number {
                return Err(corrupt("two names are the same"));
            }
        }
        reader.finish()
    }

    fn definitions(&mut self, block: &[u8]) -> Result<()> {
        let mut reader = plain(block)?;
        for _ in 0..reader.varint()? {
            let name: Arc<str> = reader.text()?.into();
            let kind = op_codec::constraint_kind(&mut reader)?;
            let (target, keys) = self.covered(&mut reader)?;
            let constraint = ConstraintDefinition { name, kind, target, keys };
            let single = constraint.keys.len() == 1 || !kind.takes_one_key();
            if !single || self.catalog.check_new_constraint(&constraint).is_err() {
                return Err(corrupt(format!("the constraint {} cannot be", constraint.name)));
            }
            self.catalog.add_constraint(constraint);
        }
        for _ in 0..reader.varint()? {
            let name: Arc<str> = reader.text()?.into();
            let owned = match reader.u8()? {
                0 => None,
                1 => self.catalog.constraint_named(&name).and_then(ConstraintDefinition::index),
                other => return Err(newer("the owner of an index", other)),
            };
            let taken = |index: &IndexDefinition| {
                let catalog = &self.catalog;
                catalog.index_named(&index.name).is_some()
                    || catalog.index_on(index.target, &index.keys).is_some()
                    || !index.constraint && catalog.constraint_named(&index.name).is_some()
            };
            let index = match owned {
                Some(index) => index,
                None => {
                    let kind = op_codec::index_kind(&mut reader)?;
                    let (target, keys) = self.covered(&mut reader)?;
                    IndexDefinition { name, kind, target, keys, constraint: false }
                }
            };
            if taken(&index) {
                return Err(corrupt(format!("the index {} is defined twice", index.name)));
            }
            self.catalog.add_index(index);
        }
        let indexed = |c: &ConstraintDefinition| {
            c.index().is_none_or(|index| self.catalog.index_named(&c.name) == Some(&index))
        };
        if let Some(constraint) = self.catalog.constraints().iter().find(|c| !indexed(c)) {
            return Err(corrupt(format!("the constraint {} has no index", constraint.name)));
        }
        reader.finish()
    }

    /// What an index or constraint covers.
    fn covered(&self, reader: &mut Reader<'_>) -> Result<(SchemaTarget, Arc<[PropertyKeyId]>)> {
        let below = |number: u64, kind| u32::try_from(number).ok().filter(|n| *n < self.count(kind));
        let unnamed = || corrupt("an index or constraint covers what has no name");
        let target = match reader.u8()? {
            TARGET_LABEL => below(reader.varint()?, NameKind::Label).map(|n| SchemaTarget::Label(LabelId(n))),
            TARGET_REL_TYPE => {
                below(reader.varint()?, NameKind::RelType).map(|n| SchemaTarget::RelType(RelTypeId(n)))
            }
            other => return Err(newer("what a definition covers", other)),
        };
        let count = reader.count(1)?;
        let mut keys = Vec::with_capacity(count);
        for _ in 0..count {
            let key =
                below(reader.varint()?, NameKind::PropertyKey).map(PropertyKeyId).ok_or_else(unnamed)?;
            if keys.contains(&key) {
                return Err(corrupt("an index or constraint covers a property twice"));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(corrupt("an index or constraint covers no property"));
        }
        Ok((target.ok_or_else(unnamed)?, keys.into()))
    }

    fn statistics(&mut self, block: &[u8]) -> Result<()> {
        let mut reader = plain(block)?;
        for _ in 0..reader.varint()? {
            let number =
                u32::try_from(reader.varint()?).map_err(|_| corrupt("an index has too high a number"))?;
            self.statistics.push((number, reader.varint()?, reader.varint()?));
        }
        reader.finish()
    }

    fn pending(&mut self, direction: Direction, rel_type: u32) -> &mut Pending {
        self.pending[usize::from(direction == Direction::Incoming)].entry(rel_type).or_default()
    }

    fn lists(&mut self, direction: Direction, key: BlockKey, entry: &DirectoryEntry<'_>) -> Result<()> {
        let (summary, lists) = match entry {
            DirectoryEntry::Bucket { pointer, summary } => {
                let mut reader = Reader::new(summary);
                let summary = AdjacencyChunk::read_summary(&mut reader)?;
                reader.finish()?;
                (summary, PendingLists::Bucket(pointer.clone()))
            }
            DirectoryEntry::Memory(block) => {
                let width_bits = decode::width_of_lists(block)?;
                let context = ListsContext { limits: Arc::clone(&self.limits), width_bits, long: None };
                let chunk = AdjacencyChunk::decode(block, key, &context)?;
                (chunk.summary(), PendingLists::Memory(chunk))
            }
        };
        let pending = self.pending(direction, key.number);
        let first = pending.chunks.first();
        if first.is_some_and(|(_, first, _)| first.width_bits != summary.width_bits) {
            return Err(corrupt("two chunks of the same lists have different widths"));
        }
        pending.chunks.push((key.index, summary, lists));
        Ok(())
    }

    fn long_list(&mut self, direction: Direction, key: BlockKey, entry: &DirectoryEntry<'_>) -> Result<()> {
        let limits = Arc::clone(&self.limits);
        let (first, len, slot) = match entry {
            DirectoryEntry::Bucket { pointer, summary } => {
                let mut reader = Reader::new(summary);
                let first = (reader.varint()?, reader.varint()?);
                let len = Group::read_summary(&mut reader)?;
                reader.finish()?;
                (first, len, Slot::absent(pointer.clone(), len, limits))
            }
            DirectoryEntry::Memory(block) => {
                let group = Group::decode(block, key, &limits)?;
                let first = group.segments().next().and_then(|segment| segment.iter().next());
                let first = first.map_or((0, 0), |(node, relationship)| (node.0, relationship.0));
                (first, group.summary(), Slot::new(group))
            }
        };
        if len == 0 || len > PART_MAX {
            return Err(corrupt("a part of a long list has a senseless length"));
        }
        let long = &mut self.pending(direction, key.number).long;
        if long.last().is_none_or(|(source, _, _)| *source != key.index) {
            long.push((key.index, Vec::new(), 0));
        }
        if let Some((_, parts, entries)) = long.last_mut() {
            parts.push(Part { number: key.part, first, slot });
            *entries = entries.saturating_add(len);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<GraphState> {
        self.names_are_complete();
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let pending = std::mem::take(&mut self.pending[usize::from(direction == Direction::Incoming)]);
            for (rel_type, pending) in pending {
                let lists = pending.finish(&self.limits)?;
                let both = self.state.adjacency.get_or_insert_with(u64::from(rel_type), Default::default);
                match direction {
                    Direction::Outgoing => both.outgoing = lists,
                    Direction::Incoming => both.incoming = lists,
                }
            }
        }
        if !self.state.nodes.by_uuid.is_complete() {
            return Err(corrupt("a page of public ids is missing"));
        }
        self.finish_indexes()?;
        let Builder { mut state, mut catalog, version, .. } = self;
        catalog.set_version(version);
        state.catalog = Arc::new(catalog);
        Ok(state)
    }

    fn finish_indexes(&mut self) -> Result<()> {
        let definitions = self.catalog.indexes();
        if definitions.len() != self.statistics.len() {
            return Err(corrupt("the statistics are not those of the indexes"));
        }
        let indexes = Arc::make_mut(&mut self.state.indexes);
        for (definition, (number, distinct, blind)) in definitions.iter().zip(&self.statistics) {
            let kind = definition.target.leaf_kind();
            if indexes.numbered(kind, *number).is_some() {
                return Err(corrupt("two indexes have the same number"));
            }
            let leaves = self.leaves.remove(&(kind, *number)).unwrap_or_default();
            indexes.push(definition, leaves.into_index(*number, *distinct, *blind));
        }
        if self.leaves.is_empty() {
            Ok(())
        } else {
            Err(corrupt("leaves belong to an index that does not exist"))
        }
    }
}

impl Pending {
    fn finish(self, limits: &Arc<Limits>) -> Result<Adjacency> {
        let Some((_, ListsSummary { width_bits, .. }, _)) = self.chunks.first() else {
            return Err(corrupt("a long list has no chunk"));
        };
        let width_bits = *width_bits;
        let mut adjacency = Adjacency::with_width(width_bits);
        let mut long = self.long.into_iter().peekable();
        for (index, mut summary, lists) in self.chunks {
            if index > u64::MAX >> width_bits {
                return Err(corrupt("a chunk of lists belongs to ids that do not exist"));
            }
            let mut outside = Vec::new();
            while let Some((source, mut parts, len)) =
                long.next_if(|(source, _, _)| source >> width_bits == index)
            {
                parts.sort_by_key(|part| part.first);
                if parts.windows(2).any(|pair| pair[0].first == pair[1].first) {
                    return Err(corrupt(format!("two parts of the list of node {source} begin alike")));
                }
                if let PendingLists::Bucket(_) = lists {
                    parts.iter().for_each(|part| adjacency.note_part(source, part.number, true));
                }
                let offset = (source & ((1 << width_bits) - 1)) as u16;
                summary.relationships = summary.relationships.saturating_add(len);
                outside.push((offset, Arc::new(LongList::from_parts(parts, len))));
            }
            if summary.relationships == 0 {
                return Err(corrupt("a chunk of lists is empty"));
            }
            let slot = match lists {
                PendingLists::Bucket(pointer) => {
                    adjacency.note_blocks();
                    let long = (!outside.is_empty()).then(|| outside.into());
                    let context = ListsContext { limits: Arc::clone(limits), width_bits, long };
                    Slot::absent(pointer, summary, context)
                }
                PendingLists::Memory(chunk) => {
                    let chunk = chunk
                        .with_long_lists(outside)
                        .ok_or_else(|| corrupt("the list of a node is inside its chunk and outside"))?;
                    summary = chunk.summary();
                    Slot::new(chunk)
                }
            };
            adjacency.add_slot(index, slot, &summary);
        }
        match long.next() {
            Some((source, _, _)) => Err(corrupt(format!("the long list of node {source} has no chunk"))),
            None => Ok(adjacency),
        }
    }
}
