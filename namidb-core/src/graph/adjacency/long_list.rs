//! A list too long for its chunk: blocks of 512 entries in groups of 64.
//!
//! Adding an entry copies the array of groups, one group and one block, so it costs the same at a degree
//! of a thousand and of a million. A group is what is fetched and written in one piece; it keeps its number as long
//! as it lasts, wherever it stands in the list.

use super::{Entry, INLINE_LIST_MAX, LOW, Segment};
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use crate::graph::export::{BlockKey, Limits, decode, encode};
use crate::graph::slot::{Access, ChunkKind, Slot};
use std::sync::Arc;

pub(super) const BLOCK_MAX: usize = INLINE_LIST_MAX;
const GROUP_MAX: usize = 64;
/// Neighbouring blocks that together hold no more than this become one.
const JOIN_MAX: usize = BLOCK_MAX / 2;

/// A neighbour, and the relationship to it.
pub(crate) type Key = (u64, u64);

/// Up to 512 entries whose ids share their upper halves.
#[derive(Debug)]
struct Block {
    node_base: u64,
    nodes: Vec<u32>,
    rel_base: u64,
    relationships: Vec<u32>,
}

impl Clone for Block {
    fn clone(&self) -> Self {
        let mut copy = Block::new((self.node_base, self.rel_base));
        copy.nodes.reserve(self.nodes.len() + 8);
        copy.nodes.extend_from_slice(&self.nodes);
        copy.relationships.reserve(self.nodes.len() + 8);
        copy.relationships.extend_from_slice(&self.relationships);
        copy
    }
}

impl Block {
    fn new(key: Key) -> Block {
        Block {
            node_base: key.0 & !LOW,
            nodes: Vec::new(),
            rel_base: key.1 & !LOW,
            relationships: Vec::new(),
        }
    }

    fn of(key: Key) -> Block {
        let mut block = Block::new(key);
        block.push(key);
        block
    }

    fn push(&mut self, key: Key) {
        self.nodes.push((key.0 & LOW) as u32);
        self.relationships.push((key.1 & LOW) as u32);
    }

    fn fits(&self, key: Key) -> bool {
        self.node_base == key.0 & !LOW && self.rel_base == key.1 & !LOW
    }

    fn segment(&self) -> Segment<'_> {
        Segment {
            node_base: self.node_base,
            nodes: &self.nodes,
            rel_base: self.rel_base,
            relationships: &self.relationships,
        }
    }

    fn key(&self, at: usize) -> Key {
        (self.node_base + u64::from(self.nodes[at]), self.rel_base + u64::from(self.relationships[at]))
    }

    fn split_off(&mut self, at: usize) -> Block {
        Block {
            node_base: self.node_base,
            nodes: self.nodes.split_off(at),
            rel_base: self.rel_base,
            relationships: self.relationships.split_off(at),
        }
    }
}

/// Up to 64 blocks, each with its first key. No block is empty. One that was patched may have more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    first: Vec<Key>,
    blocks: Vec<Arc<Block>>,
    len: u64,
}

impl Group {
    /// A group of runs that were checked.
    pub(crate) fn from_runs(runs: impl Iterator<Item = (u64, Vec<u32>, u64, Vec<u32>)>) -> Group {
        let mut group = Group::default();
        for (node_base, nodes, rel_base, relationships) in runs {
            let block = Block { node_base, nodes, rel_base, relationships };
            if !block.nodes.is_empty() {
                group.len += block.nodes.len() as u64;
                group.put(group.blocks.len(), block);
            }
        }
        group
    }

    /// Its runs, in order.
    pub(crate) fn segments(&self) -> impl ExactSizeIterator<Item = Segment<'_>> {
        self.blocks.iter().map(|block| block.segment())
    }

    fn put(&mut self, at: usize, block: Block) {
        self.first.insert(at, block.key(0));
        self.blocks.insert(at, Arc::new(block));
    }

    /// The block that a key belongs to.
    fn block_of(&self, key: Key) -> usize {
        self.first.partition_point(|first| *first <= key).saturating_sub(1)
    }

    fn insert(&mut self, key: Key) {
        self.len += 1;
        if self.blocks.is_empty() {
            self.put(0, Block::of(key));
            return;
        }
        let at = self.block_of(key);
        let shared = &mut self.blocks[at];
        let position = shared.segment().lower_bound(key.0, key.1);
        let at_end = position == shared.nodes.len();
        if shared.fits(key) && !(at_end && shared.nodes.len() == BLOCK_MAX) {
            let block = Arc::make_mut(shared);
            block.nodes.insert(position, (key.0 & LOW) as u32);
            block.relationships.insert(position, (key.1 & LOW) as u32);
            self.first[at] = block.key(0);
            if block.nodes.len() > BLOCK_MAX {
                let second = block.split_off(BLOCK_MAX / 2);
                self.put(at + 1, second);
            }
        } else if at_end {
            // Also what keeps the blocks of an ever growing list full.
            self.put(at + 1, Block::of(key));
        } else if position == 0 {
            self.put(at, Block::of(key));
        } else {
            let second = Arc::make_mut(shared).split_off(position);
            self.put(at + 1, second);
            self.put(at + 1, Block::of(key));
        }
    }

    fn remove(&mut self, key: Key) -> bool {
        let at = self.block_of(key);
        let Some(shared) = self.blocks.get_mut(at) else { return false };
        let position = shared.segment().lower_bound(key.0, key.1);
        if position == shared.nodes.len() || shared.key(position) != key {
            return false;
        }
        self.len -= 1;
        let block = Arc::make_mut(shared);
        block.nodes.remove(position);
        block.relationships.remove(position);
        if block.nodes.is_empty() {
            self.blocks.remove(at);
            self.first.remove(at);
            return true;
        }
        self.first[at] = block.key(0);
        if !self.join(at) && at > 0 {
            self.join(at - 1);
        }
        true
    }

    /// Joins a block with the one after it, if both are small.
    fn join(&mut self, at: usize) -> bool {
        let (Some(one), Some(two)) = (self.blocks.get(at), self.blocks.get(at + 1)) else { return false };
        if one.nodes.len() + two.nodes.len() > JOIN_MAX || !one.fits(two.key(0)) {
            return false;
        }
        self.first.remove(at + 1);
        let two = self.blocks.remove(at + 1);
        let one = Arc::make_mut(&mut self.blocks[at]);
        one.nodes.extend_from_slice(&two.nodes);
        one.relationships.extend_from_slice(&two.relationships);
        true
    }
}

impl ChunkKind for Group {
    /// How many entries there are.
    type Summary = u64;
    type Context = Arc<Limits>;
    /// An entry, and whether it is in the list from now on.
    type Patch = (Key, bool);

    fn placeholder() -> &'static Group {
        static EMPTY: Group = Group { first: Vec::new(), blocks: Vec::new(), len: 0 };
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.blocks.is_empty()
    }

    fn decode(block: &[u8], _: BlockKey, limits: &Arc<Limits>) -> Result<Group> {
        decode::group(block, limits)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::group(out, self.segments());
    }

    fn patch(&mut self, (key, is_in): &(Key, bool)) {
        if *is_in {
            self.insert(*key);
        } else {
            self.remove(*key);
        }
    }

    fn summary(&self) -> u64 {
        self.len
    }

    fn put_summary(len: &u64, out: &mut Vec<u8>) {
        put_varint(out, *len);
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<u64> {
        reader.varint()
    }

    fn heap_bytes(&self) -> usize {
        let block = |block: &Arc<Block>| {
            size_of::<Block>() + 16 + (block.nodes.capacity() + block.relationships.capacity()) * 4
        };
        size_of::<Group>() + self.blocks.iter().map(|b| block(b) + 24).sum::<usize>()
    }
}

/// A group with its number, and a key that is not greater than any of its own.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) number: u32,
    pub(crate) first: Key,
    pub(crate) slot: Slot<Group>,
}

/// The neighbours of one node, sorted by neighbour, then by relationship.
#[derive(Clone, Debug, Default)]
pub(crate) struct LongList {
    first: Vec<Key>,
    parts: Vec<(u32, Slot<Group>)>,
    len: u64,
}

impl LongList {
    /// A list of groups, in order, with so many entries.
    pub(crate) fn from_parts(parts: Vec<Part>, len: u64) -> LongList {
        let first = parts.iter().map(|part| part.first).collect();
        let parts = parts.into_iter().map(|part| (part.number, part.slot)).collect();
        LongList { first, parts, len }
    }

    /// The groups in order: number, a key not greater than any of its own, slot.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (u32, Key, &Slot<Group>)> {
        self.parts.iter().zip(&self.first).map(|((number, slot), first)| (*number, *first, slot))
    }

    /// The slot of a group.
    pub(crate) fn part_mut(&mut self, number: u32) -> Option<&mut Slot<Group>> {
        self.parts.iter_mut().find(|(n, _)| *n == number).map(|(_, slot)| slot)
    }

    /// The slot of a group.
    pub(crate) fn part(&self, number: u32) -> Option<&Slot<Group>> {
        self.parts.iter().find(|(n, _)| *n == number).map(|(_, slot)| slot)
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether every group is in memory.
    pub(crate) fn is_here(&self) -> bool {
        !self.parts.iter().any(|(_, slot)| slot.is_away())
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.parts.iter().filter_map(|(_, slot)| slot.get())
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.groups().flat_map(Group::segments)
    }

    /// The segments from the first that may hold a neighbour.
    pub(crate) fn segments_from(&self, node: u64) -> impl Iterator<Item = Segment<'_>> {
        let from = self.group_of((node, 0));
        // What comes after a part that is away is asked for when that has come, if it is needed then.
        let mut is_away = false;
        let parts = self.parts.iter().enumerate().skip(from);
        let parts = parts.take_while(move |(_, (_, slot))| !std::mem::replace(&mut is_away, slot.is_away()));
        parts.flat_map(move |(i, (_, slot))| {
            let blocks = slot.get().map_or(&[][..], |group| {
                let from = if i == from { group.block_of((node, 0)) } else { 0 };
                group.blocks.get(from..).unwrap_or_default()
            });
            blocks.iter().map(|block| block.segment())
        })
    }

    fn group_of(&self, key: Key) -> usize {
        self.first.partition_point(|first| *first <= key).saturating_sub(1)
    }

    pub(crate) fn from_sorted(entries: impl Iterator<Item = Key>) -> LongList {
        let mut list = LongList::default();
        let mut group = Group::default();
        let mut block: Option<Block> = None;
        for key in entries {
            list.len += 1;
            match &mut block {
                Some(block) if block.fits(key) && block.nodes.len() < BLOCK_MAX => block.push(key),
                _ => {
                    if let Some(full) = block.replace(Block::of(key)) {
                        group.len += full.nodes.len() as u64;
                        group.put(group.blocks.len(), full);
                    }
                    if group.blocks.len() == GROUP_MAX {
                        list.push_group(std::mem::take(&mut group));
                    }
                }
            }
        }
        if let Some(last) = block {
            group.len += last.nodes.len() as u64;
            group.put(group.blocks.len(), last);
        }
        list.push_group(group);
        list
    }

    fn push_group(&mut self, group: Group) {
        if let Some(key) = group.first.first() {
            self.first.push(*key);
            self.parts.push((self.next_number(), Slot::new(group)));
        }
    }

    fn next_number(&self) -> u32 {
        self.parts.iter().map(|(number, _)| number.saturating_add(1)).max().unwrap_or(0)
    }

    pub(crate) fn insert(&mut self, node: u64, relationship: u64) {
        let key = (node, relationship);
        self.len += 1;
        let at = self.group_of(key);
        let Some((_, slot)) = self.parts.get_mut(at) else {
            let mut group = Group::default();
            group.insert(key);
            self.push_group(group);
            return;
        };
        self.first[at] = self.first[at].min(key);
        match slot.access() {
            Access::Chunk(group) => {
                group.insert(key);
                if group.blocks.len() > GROUP_MAX {
                    self.split(at);
                }
            }
            Access::Away(stored) => stored.push((key, true), |len| *len = len.saturating_add(1)),
            Access::Nothing => {}
        }
    }

    /// Splits a group that has too many blocks.
    fn split(&mut self, at: usize) {
        // A list that grows at its end keeps full groups.
        let keep = if at + 1 == self.parts.len() { GROUP_MAX - 1 } else { GROUP_MAX / 2 };
        let mut at = at;
        while let Some((_, slot)) = self.parts.get_mut(at) {
            let Access::Chunk(group) = slot.access() else { return };
            if group.blocks.len() <= GROUP_MAX {
                return;
            }
            let (first, blocks) = (group.first.split_off(keep), group.blocks.split_off(keep));
            let len = blocks.iter().map(|block| block.nodes.len() as u64).sum();
            group.len -= len;
            let number = self.next_number();
            at += 1;
            self.first.insert(at, first[0]);
            self.parts.insert(at, (number, Slot::new(Group { first, blocks, len })));
        }
    }

    pub(crate) fn remove(&mut self, node: u64, relationship: u64) -> bool {
        let key = (node, relationship);
        let at = self.group_of(key);
        let Some((_, slot)) = self.parts.get_mut(at) else { return false };
        let left = match slot.access() {
            Access::Chunk(group) => {
                if !group.remove(key) {
                    return false;
                }
                group.len
            }
            Access::Away(stored) => {
                stored.push((key, false), |len| *len = len.saturating_sub(1));
                *stored.summary()
            }
            Access::Nothing => return false,
        };
        self.len = self.len.saturating_sub(1);
        if left == 0 {
            self.first.remove(at);
            self.parts.remove(at);
        }
        true
    }

    /// Inserts sorted entries of one source.
    pub(crate) fn insert_sorted(&mut self, entries: &[Entry]) {
        if (entries.len() as u64) < self.len / 16 || !self.is_here() {
            for entry in entries {
                self.insert(entry.node, entry.relationship);
            }
            return;
        }
        let mut all: Vec<Key> =
            self.segments().flat_map(|segment| segment.iter()).map(|(n, r)| (n.0, r.0)).collect();
        all.extend(entries.iter().map(|entry| (entry.node, entry.relationship)));
        // Two sorted runs: the stable sort merges them in one pass.
        all.sort();
        *self = LongList::from_sorted(all.into_iter());
    }
}
