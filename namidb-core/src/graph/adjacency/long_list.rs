//! A list too long for its chunk: blocks of 512 entries in groups of 64.
//!
//! Adding an entry copies the array of groups, one group and one block, so it costs the same at a degree
//! of a thousand and of a million.

use super::{Entry, LOW, Segment};
use std::sync::Arc;

pub(crate) const BLOCK_MAX: usize = 512;
const GROUP_MAX: usize = 64;
/// Neighbouring blocks that together hold no more than this become one.
const JOIN_MAX: usize = BLOCK_MAX / 2;

type Key = (u64, u64);

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

/// Up to 64 blocks, each with its first key. No block is empty.
#[derive(Clone, Debug)]
struct Group {
    first: Vec<Key>,
    blocks: Vec<Arc<Block>>,
}

impl Group {
    fn put(&mut self, at: usize, block: Block) {
        self.first.insert(at, block.key(0));
        self.blocks.insert(at, Arc::new(block));
    }

    /// The block that a key belongs to.
    fn block_of(&self, key: Key) -> usize {
        self.first.partition_point(|first| *first <= key).saturating_sub(1)
    }

    fn insert(&mut self, key: Key) {
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

/// The neighbours of one node, sorted by neighbour, then by relationship.
#[derive(Clone, Debug, Default)]
pub(crate) struct LongList {
    first: Vec<Key>,
    groups: Vec<Arc<Group>>,
    len: u64,
}

impl LongList {
    /// More segments than a group ever has.
    pub(crate) const RUNS_PER_PART_MAX: usize = 2 * GROUP_MAX;

    /// The segments of each group.
    pub(crate) fn groups(&self) -> impl Iterator<Item = impl ExactSizeIterator<Item = Segment<'_>>> {
        self.groups.iter().map(|group| group.blocks.iter().map(|block| block.segment()))
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.groups.iter().flat_map(|group| group.blocks.iter().map(|block| block.segment()))
    }

    /// The segments from the first that may hold a neighbour.
    pub(crate) fn segments_from(&self, node: u64) -> impl Iterator<Item = Segment<'_>> {
        let from = self.group_of((node, 0));
        self.groups.iter().enumerate().skip(from).flat_map(move |(i, group)| {
            let from = if i == from { group.block_of((node, 0)) } else { 0 };
            group.blocks[from..].iter().map(|block| block.segment())
        })
    }

    fn group_of(&self, key: Key) -> usize {
        self.first.partition_point(|first| *first <= key).saturating_sub(1)
    }

    pub(crate) fn from_sorted(entries: impl Iterator<Item = Key>) -> LongList {
        let mut list = LongList::default();
        let mut blocks: Vec<Block> = Vec::new();
        for key in entries {
            list.len += 1;
            match blocks.last_mut() {
                Some(block) if block.fits(key) && block.nodes.len() < BLOCK_MAX => block.push(key),
                _ => {
                    if blocks.len() == GROUP_MAX {
                        list.push_group(std::mem::take(&mut blocks));
                    }
                    blocks.push(Block::of(key));
                }
            }
        }
        list.push_group(blocks);
        list
    }

    fn push_group(&mut self, blocks: Vec<Block>) {
        let first: Vec<Key> = blocks.iter().map(|block| block.key(0)).collect();
        if let Some(key) = first.first() {
            self.first.push(*key);
            self.groups.push(Arc::new(Group { first, blocks: blocks.into_iter().map(Arc::new).collect() }));
        }
    }

    pub(crate) fn insert(&mut self, node: u64, relationship: u64) {
        let key = (node, relationship);
        self.len += 1;
        if self.groups.is_empty() {
            self.push_group(vec![Block::of(key)]);
            return;
        }
        let at = self.group_of(key);
        let group = Arc::make_mut(&mut self.groups[at]);
        group.insert(key);
        self.first[at] = group.first[0];
        if group.blocks.len() > GROUP_MAX {
            // A list that grows at its end keeps full groups.
            let keep = if at + 1 == self.groups.len() { GROUP_MAX - 1 } else { GROUP_MAX / 2 };
            let group = Arc::make_mut(&mut self.groups[at]);
            let second = Group { first: group.first.split_off(keep), blocks: group.blocks.split_off(keep) };
            self.first.insert(at + 1, second.first[0]);
            self.groups.insert(at + 1, Arc::new(second));
        }
    }

    pub(crate) fn remove(&mut self, node: u64, relationship: u64) -> bool {
        let key = (node, relationship);
        let at = self.group_of(key);
        let Some(group) = self.groups.get_mut(at) else { return false };
        let group = Arc::make_mut(group);
        if !group.remove(key) {
            return false;
        }
        self.len -= 1;
        match group.first.first() {
            Some(first) => self.first[at] = *first,
            None => {
                self.first.remove(at);
                self.groups.remove(at);
            }
        }
        true
    }

    /// Inserts sorted entries of one source.
    pub(crate) fn insert_sorted(&mut self, entries: &[Entry]) {
        if (entries.len() as u64) < self.len / 16 {
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
