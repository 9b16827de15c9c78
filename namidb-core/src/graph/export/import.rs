//! A state from its blocks.

use super::NAMES_PER_BLOCK;
use super::decode::{self, Limits, Lists, corrupt, len, newer, plain};
use super::encode::FORMAT;
use super::encode::encoding::{TARGET_LABEL, TARGET_REL_TYPE};
use super::key::{BlockKey, BlockKind};
use crate::codec::Reader;
use crate::error::Result;
use crate::graph::adjacency::{Adjacency, Direction, LongList};
use crate::graph::chunk::CHUNK_BITS;
use crate::graph::op::NameKind;
use crate::graph::radix::Radix;
use crate::graph::schema::{ConstraintDefinition, IndexDefinition, SchemaTarget};
use crate::graph::{Catalog, GraphState, op_codec};
use crate::hash::HashMap;
use crate::ids::{LabelId, PropertyKeyId, RelTypeId};
use std::sync::Arc;

/// Ids beyond this would take longer to give than anything lasts; below it, arithmetic on ids is safe.
const IDS_MAX: u64 = 1 << 56;

/// Lists of one type and direction, as their blocks arrive: chunks first, long lists later.
#[derive(Default)]
struct Pending {
    width_bits: Option<u32>,
    chunks: Vec<(u64, Lists)>,
    /// By source, ascending.
    long: Vec<(u64, Vec<(u64, u64)>)>,
}

struct Import {
    state: GraphState,
    catalog: Catalog,
    version: u64,
    pending: [HashMap<u32, Pending>; 2],
}

impl GraphState {
    /// The state whose [`GraphState::export`] gave these blocks, in the same order.
    ///
    /// The blocks may come from anywhere: they are checked as far as is needed for no read of the state to fail
    /// later. [`GraphState::check`] compares them with each other.
    ///
    /// # Errors
    /// `Corruption` if they are no state; `FormatVersion` if a newer version wrote them.
    pub fn import<K: AsRef<[u8]>, B: AsRef<[u8]>>(
        blocks: impl IntoIterator<Item = (K, B)>,
    ) -> Result<GraphState> {
        let mut last = None;
        let mut import = None;
        for (key, block) in blocks {
            let key = BlockKey::from_bytes(key.as_ref())?;
            if last >= Some(key) {
                return Err(corrupt("the blocks of a checkpoint are not in order"));
            }
            last = Some(key);
            match &mut import {
                None if key.kind == BlockKind::Header => import = Some(Import::begin(block.as_ref())?),
                None => return Err(corrupt("a checkpoint does not begin with its header")),
                Some(import) => import.block(key, block.as_ref()).map_err(|error| {
                    error.with_detail("block", format_args!("{:?} {} {}", key.kind, key.number, key.index))
                })?,
            }
        }
        import.ok_or_else(|| corrupt("a checkpoint has no blocks"))?.finish()
    }
}

impl Import {
    fn begin(block: &[u8]) -> Result<Import> {
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
        reader.finish()?;
        Ok(Import { state, catalog: Catalog::default(), version, pending: Default::default() })
    }

    fn block(&mut self, key: BlockKey, block: &[u8]) -> Result<()> {
        let BlockKey { kind, number, index, .. } = key;
        let limits = self.limits();
        let Limits { nodes, relationships } = limits;
        let (labels, types) = (self.count(NameKind::Label), self.count(NameKind::RelType));
        let keys = self.count(NameKind::PropertyKey);
        match kind {
            BlockKind::Header => return Err(corrupt("a checkpoint has two headers")),
            BlockKind::Names => return self.names(number, index, block),
            BlockKind::Indexes => return self.definitions(block),
            _ => {}
        }
        // Which ids the block may hold, how many of them a chunk covers, and how far its number may go.
        let (ids, bits, numbers) = match kind {
            BlockKind::LiveNodes => (nodes, 12, 1),
            BlockKind::LabelNodes => (nodes, 12, labels),
            BlockKind::NodeUuids | BlockKind::NodeSeqs => (nodes, CHUNK_BITS, 1),
            BlockKind::NodeProperties => (nodes, CHUNK_BITS, keys),
            BlockKind::LiveRelationships => (relationships, 12, 1),
            BlockKind::RelationshipProperties => (relationships, CHUNK_BITS, keys),
            BlockKind::OutgoingLongLists | BlockKind::IncomingLongLists => (nodes, 0, types),
            // The narrowest lists; how wide these are stands in the block.
            BlockKind::OutgoingLists | BlockKind::IncomingLists => (nodes, 4, types),
            _ => (relationships, CHUNK_BITS, 1),
        };
        if index > ids >> bits || number >= numbers {
            return Err(corrupt("a block belongs to ids or names that do not exist"));
        }
        let number = u64::from(number);
        // The ids from the block's first to the last one given.
        let ids = ids - (index << bits).min(ids);
        let GraphState { nodes, relationships, .. } = &mut self.state;
        match kind {
            BlockKind::LiveNodes => nodes.live.set_chunk(index, decode::bitmap(block, ids)?),
            BlockKind::LabelNodes => nodes
                .labels
                .get_or_insert_with(number, Default::default)
                .set_chunk(index, decode::bitmap(block, ids)?),
            BlockKind::NodeUuids => nodes.uuids.set_chunk(index, decode::uuids(block)?),
            BlockKind::NodeSeqs => nodes.seqs.set_chunk(index, decode::packed(block, u64::MAX)?),
            BlockKind::NodeProperties => nodes
                .columns
                .get_or_insert_with(number, Default::default)
                .set_chunk(index, decode::column(block)?),
            BlockKind::LiveRelationships => relationships.live.set_chunk(index, decode::bitmap(block, ids)?),
            BlockKind::RelationshipTypes => {
                relationships.types.set_chunk(index, decode::packed(block, u64::from(types))?)
            }
            BlockKind::RelationshipSources => {
                relationships.sources.set_chunk(index, decode::packed(block, limits.nodes)?)
            }
            BlockKind::RelationshipTargets => {
                relationships.targets.set_chunk(index, decode::packed(block, limits.nodes)?)
            }
            BlockKind::RelationshipSeqs => {
                relationships.seqs.set_chunk(index, decode::packed(block, u64::MAX)?)
            }
            BlockKind::RelationshipProperties => relationships
                .columns
                .get_or_insert_with(number, Default::default)
                .set_chunk(index, decode::column(block)?),
            BlockKind::OutgoingLists => self.lists(Direction::Outgoing, key, block)?,
            BlockKind::OutgoingLongLists => self.long_list(Direction::Outgoing, key, block)?,
            BlockKind::IncomingLists => self.lists(Direction::Incoming, key, block)?,
            BlockKind::IncomingLongLists => self.long_list(Direction::Incoming, key, block)?,
            BlockKind::Header | BlockKind::Names | BlockKind::Indexes => {}
        }
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits { nodes: self.state.nodes.next, relationships: self.state.relationships.next }
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

    fn pending(&mut self, direction: Direction, rel_type: u32) -> &mut Pending {
        self.pending[usize::from(direction == Direction::Incoming)].entry(rel_type).or_default()
    }

    fn lists(&mut self, direction: Direction, key: BlockKey, block: &[u8]) -> Result<()> {
        let lists = decode::lists(block, self.limits())?;
        let pending = self.pending(direction, key.number);
        if *pending.width_bits.get_or_insert(lists.width_bits) != lists.width_bits {
            return Err(corrupt("two chunks of the same lists have different widths"));
        }
        pending.chunks.push((key.index, lists));
        Ok(())
    }

    fn long_list(&mut self, direction: Direction, key: BlockKey, block: &[u8]) -> Result<()> {
        let limits = self.limits();
        let long = &mut self.pending(direction, key.number).long;
        if long.last().is_none_or(|(source, _)| *source != key.index) {
            long.push((key.index, Vec::new()));
        }
        match long.last_mut() {
            Some((_, entries)) => decode::long_list(block, limits, entries),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<GraphState> {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            let pending = std::mem::take(&mut self.pending[usize::from(direction == Direction::Incoming)]);
            for (rel_type, pending) in pending {
                let lists = pending.finish()?;
                let both = self.state.adjacency.get_or_insert_with(u64::from(rel_type), Default::default);
                match direction {
                    Direction::Outgoing => both.outgoing = lists,
                    Direction::Incoming => both.incoming = lists,
                }
            }
        }
        let Import { mut state, mut catalog, version, .. } = self;
        catalog.set_version(version);
        if !state.nodes.index_uuids() {
            return Err(corrupt("two nodes have the same public id, or one has none"));
        }
        for definition in catalog.indexes() {
            state.build_index(definition);
        }
        state.catalog = Arc::new(catalog);
        Ok(state)
    }
}

impl Pending {
    fn finish(self) -> Result<Adjacency> {
        let Some(width_bits) = self.width_bits else {
            return Err(corrupt("a long list has no chunk"));
        };
        let mut long = self.long.into_iter().peekable();
        let mut chunks = Radix::new();
        for (index, lists) in self.chunks {
            let mut outside = Vec::new();
            while let Some((source, entries)) = long.next_if(|(source, _)| source >> width_bits == index) {
                let offset = (source & ((1 << width_bits) - 1)) as u16;
                let inside = lists.offsets[usize::from(offset)] != lists.offsets[usize::from(offset) + 1];
                if inside || entries.is_empty() {
                    return Err(corrupt(format!(
                        "the list of node {source} is inside its chunk and outside"
                    )));
                }
                outside.push((offset, Arc::new(LongList::from_sorted(entries.into_iter()))));
            }
            let chunk = lists.into_chunk(outside);
            if chunk.is_empty() {
                return Err(corrupt("a chunk of lists is empty"));
            }
            chunks.set(index, chunk);
        }
        match long.next() {
            Some((source, _)) => Err(corrupt(format!("the long list of node {source} has no chunk"))),
            None => Ok(Adjacency::from_chunks(width_bits, chunks)),
        }
    }
}
