//! From public ids to dense ids: a persistent trie whose leaves are small hash pages.
//!
//! A page holds dense ids and 32 bits of each key's hash, its *tag*; the key itself is read from the UUID column, and
//! only when the tag agrees. A page that passes [`PAGE_ENTRIES_MAX`] splits into sixteen, by the next four bits of the
//! tag, so neither splitting nor growing needs a key. Which page a key belongs to follows from its tag: the lowest
//! bits, as many as the page is deep, are the name of the page's block.

use super::export::{BlockKey, Limits, decode, encode};
use super::slot::{Access, ChunkKind, Slot};
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

const PAGE_ENTRIES_MAX: usize = 384;
const PAGE_SLOTS_MIN: usize = 16;
/// Four bits a level, as many as a tag has.
pub(crate) const DEPTH_MAX: u32 = 8;
const FREE: u32 = 0;
const GONE: u32 = 1;

fn hash(key: &Uuid) -> u64 {
    let (high, low) = key.as_u64_pair();
    let mut h = 0x243f_6a88_85a3_08d3_u64;
    for part in [high, low] {
        let product = u128::from(h ^ part) * 0x9e37_79b9_7f4a_7c15;
        h = (product as u64) ^ ((product >> 64) as u64);
        h = (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    h ^ (h >> 32)
}

fn tag(key: &Uuid) -> u32 {
    // The two lowest tags mark free and deleted slots.
    (hash(key) as u32).max(2)
}

/// The child, at a depth, that a tag belongs to.
#[inline]
fn child(tag: u32, depth: u32) -> usize {
    (tag >> (4 * depth) & 15) as usize
}

/// The name of the page, at a depth, that a tag belongs to.
fn prefix(tag: u32, depth: u32) -> u64 {
    u64::from(tag) & ((1 << (4 * depth.min(DEPTH_MAX))) - 1)
}

#[derive(Clone, Debug)]
enum Ids {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Ids {
    fn get(&self, slot: usize) -> u64 {
        match self {
            Ids::Narrow(ids) => u64::from(ids[slot]),
            Ids::Wide(ids) => ids[slot],
        }
    }

    fn set(&mut self, slot: usize, id: u64) {
        match self {
            Ids::Narrow(ids) => match u32::try_from(id) {
                Ok(id) => ids[slot] = id,
                Err(_) => {
                    let mut wide: Vec<u64> = ids.iter().map(|id| u64::from(*id)).collect();
                    wide[slot] = id;
                    *self = Ids::Wide(wide);
                }
            },
            Ids::Wide(ids) => ids[slot] = id,
        }
    }
}

/// Open addressing; the place of an entry follows from its tag. No slots, or a power of two.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    tags: Vec<u32>,
    ids: Ids,
    entries: usize,
    gone: usize,
}

impl Page {
    const fn empty() -> Page {
        Page { tags: Vec::new(), ids: Ids::Narrow(Vec::new()), entries: 0, gone: 0 }
    }

    fn with_room_for(entries: usize) -> Page {
        let slots = (entries + entries / 3 + 1).next_power_of_two().max(PAGE_SLOTS_MIN);
        Page { tags: vec![FREE; slots], ids: Ids::Narrow(vec![0; slots]), entries: 0, gone: 0 }
    }

    /// A page of these entries.
    pub(crate) fn of(entries: &[(u32, u64)]) -> Page {
        let mut page = Page::with_room_for(entries.len());
        entries.iter().for_each(|(tag, id)| page.place((*tag).max(2), *id));
        page
    }

    /// Where the search for a tag begins. All tags of a page have their lowest bits in common.
    fn home(&self, tag: u32) -> usize {
        (tag.wrapping_mul(0x9e37_79b1) >> 16) as usize & (self.tags.len() - 1)
    }

    fn find(&self, tag: u32, mut is_it: impl FnMut(u64) -> bool) -> Option<usize> {
        if self.entries == 0 {
            return None;
        }
        let mask = self.tags.len() - 1;
        let mut slot = self.home(tag);
        loop {
            match self.tags[slot] {
                FREE => return None,
                found if found == tag && is_it(self.ids.get(slot)) => return Some(slot),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn insert(&mut self, tag: u32, id: u64) {
        if (self.entries + self.gone + 1) * 4 > self.tags.len() * 3 {
            let mut page = Page::with_room_for(self.entries * 3 / 2 + 1);
            for (tag, id) in self.iter() {
                page.place(tag, id);
            }
            *self = page;
        }
        self.place(tag, id);
    }

    fn place(&mut self, tag: u32, id: u64) {
        let mask = self.tags.len() - 1;
        let mut slot = self.home(tag);
        while self.tags[slot] > GONE {
            slot = (slot + 1) & mask;
        }
        self.gone -= usize::from(self.tags[slot] == GONE);
        self.tags[slot] = tag;
        self.ids.set(slot, id);
        self.entries += 1;
    }

    fn remove(&mut self, tag: u32, id: u64) {
        if let Some(slot) = self.find(tag, |found| found == id) {
            self.tags[slot] = GONE;
            self.entries -= 1;
            self.gone += 1;
        }
    }

    /// The entries, in the order in which they lie.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        self.tags
            .iter()
            .enumerate()
            .filter(|(_, tag)| **tag > GONE)
            .map(|(slot, tag)| (*tag, self.ids.get(slot)))
    }

    pub(crate) fn len(&self) -> usize {
        self.entries
    }
}

impl ChunkKind for Page {
    /// How many entries there are.
    type Summary = u32;
    type Context = Arc<Limits>;
    /// Tag and id, and whether they are in the page from now on.
    type Patch = (u32, u64, bool);

    fn placeholder() -> &'static Page {
        static EMPTY: Page = Page::empty();
        &EMPTY
    }

    /// Never: a page without entries still is the page of its tags.
    fn is_void(&self) -> bool {
        false
    }

    fn decode(block: &[u8], key: BlockKey, limits: &Arc<Limits>) -> Result<Page> {
        let entries = decode::page(block, limits.nodes, |tag| prefix(tag, key.number) == key.index)?;
        Ok(Page::of(&entries))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::page(out, self);
    }

    fn patch(&mut self, (tag, id, is_in): &(u32, u64, bool)) {
        if *is_in {
            self.insert(*tag, *id);
        } else {
            self.remove(*tag, *id);
        }
    }

    fn summary(&self) -> u32 {
        self.entries as u32
    }

    fn put_summary(entries: &u32, out: &mut Vec<u8>) {
        put_varint(out, u64::from(*entries));
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<u32> {
        decode::small(reader, u64::from(u32::MAX))
    }

    fn heap_bytes(&self) -> usize {
        let ids = match &self.ids {
            Ids::Narrow(ids) => ids.capacity() * 4,
            Ids::Wide(ids) => ids.capacity() * 8,
        };
        size_of::<Page>() + self.tags.capacity() * 4 + ids
    }
}

#[derive(Clone, Debug)]
enum Node {
    Branch(Arc<[Node; 16]>),
    Page(Slot<Page>),
}

/// From public ids to dense ids. The keys are read through a function that every look-up is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct UuidIndex {
    root: Option<Node>,
    /// The pages that the bucket has, by depth and name.
    stored: Arc<BTreeSet<(u32, u64)>>,
}

impl UuidIndex {
    fn page(&self, tag: u32) -> Option<&Slot<Page>> {
        let mut node = self.root.as_ref()?;
        for depth in 0..=DEPTH_MAX {
            match node {
                Node::Branch(children) => node = &children[child(tag, depth)],
                Node::Page(slot) => return Some(slot),
            }
        }
        None
    }

    /// The dense id of a key.
    pub(crate) fn get(&self, key: &Uuid, key_of: impl Fn(u64) -> Option<Uuid>) -> Option<u64> {
        let tag = tag(key);
        let page = self.page(tag)?.get()?;
        let slot = page.find(tag, |id| key_of(id).as_ref() == Some(key))?;
        Some(page.ids.get(slot))
    }

    /// Whether the page that a key belongs to is in memory.
    pub(crate) fn knows(&self, key: &Uuid) -> bool {
        !self.page(tag(key)).is_some_and(Slot::is_away)
    }

    /// Adds a key that is not there.
    pub(crate) fn insert(&mut self, key: &Uuid, id: u64) {
        let tag = tag(key);
        let node = self.root.get_or_insert_with(|| Node::Page(Slot::new(Page::with_room_for(0))));
        insert(node, 0, tag, id);
    }

    /// Takes a key away, if it leads to this id.
    pub(crate) fn remove(&mut self, key: &Uuid, id: u64) {
        let tag = tag(key);
        let Some(mut node) = self.root.as_mut() else { return };
        let mut depth = 0;
        loop {
            match node {
                Node::Branch(children) => {
                    node = &mut Arc::make_mut(children)[child(tag, depth)];
                    depth += 1;
                }
                Node::Page(slot) => {
                    match slot.access() {
                        Access::Chunk(page) => page.remove(tag, id),
                        Access::Away(stored) => {
                            stored.push((tag, id, false), |entries| *entries = entries.saturating_sub(1));
                        }
                        Access::Nothing => {}
                    }
                    return;
                }
            }
        }
    }

    /// The pages with depth and name, in the order of these.
    pub(crate) fn pages(&self) -> Vec<(u32, u64, &Slot<Page>)> {
        fn walk<'a>(node: &'a Node, depth: u32, name: u64, pages: &mut Vec<(u32, u64, &'a Slot<Page>)>) {
            match node {
                Node::Page(slot) => pages.push((depth, name, slot)),
                // Branches lie in each other as deep as a tag has bits.
                Node::Branch(children) => {
                    for (i, node) in children.iter().enumerate() {
                        walk(node, depth + 1, name | (i as u64) << (4 * depth), pages);
                    }
                }
            }
        }
        let mut pages = Vec::new();
        if let Some(root) = &self.root {
            walk(root, 0, 0, &mut pages);
        }
        pages.sort_unstable_by_key(|(depth, name, _)| (*depth, *name));
        pages
    }

    /// The slot of the page with this depth and name, if there is just that.
    pub(crate) fn page_at(&self, depth: u32, name: u64) -> Option<&Slot<Page>> {
        let mut node = self.root.as_ref()?;
        for level in 0..depth {
            match node {
                Node::Branch(children) => node = &children[child(name as u32, level)],
                Node::Page(_) => return None,
            }
        }
        match node {
            Node::Page(slot) => Some(slot),
            Node::Branch(_) => None,
        }
    }

    /// As [`UuidIndex::page_at`], for writing.
    pub(crate) fn page_at_mut(&mut self, depth: u32, name: u64) -> Option<&mut Slot<Page>> {
        self.page_at(depth, name)?;
        let mut node = self.root.as_mut()?;
        for level in 0..depth {
            match node {
                Node::Branch(children) => node = &mut Arc::make_mut(children)[child(name as u32, level)],
                Node::Page(_) => return None,
            }
        }
        match node {
            Node::Page(slot) => Some(slot),
            Node::Branch(_) => None,
        }
    }

    /// Puts a page where there is none, with the branches above it. False if another is in its way.
    pub(crate) fn add_page(&mut self, depth: u32, name: u64, page: Slot<Page>) -> bool {
        if depth > DEPTH_MAX || name >> (4 * depth) != 0 {
            return false;
        }
        let vacant = || Node::Page(Slot::Vacant);
        let mut node = self.root.get_or_insert_with(vacant);
        for level in 0..depth {
            if let Node::Page(slot) = node {
                if slot.is_taken() {
                    return false;
                }
                *node = Node::Branch(Arc::new(std::array::from_fn(|_| vacant())));
            }
            match node {
                Node::Branch(children) => node = &mut Arc::make_mut(children)[child(name as u32, level)],
                Node::Page(_) => return false,
            }
        }
        match node {
            Node::Page(slot) if !slot.is_taken() => {
                *slot = page;
                true
            }
            _ => false,
        }
    }

    /// Whether every branch has all its pages.
    pub(crate) fn is_complete(&self) -> bool {
        self.root.is_none() || self.pages().iter().all(|(_, _, slot)| slot.is_taken())
    }

    /// Notes that the bucket has a page, or has it no more.
    pub(crate) fn note_page(&mut self, depth: u32, name: u64, is_stored: bool) {
        if self.stored.contains(&(depth, name)) != is_stored {
            let stored = Arc::make_mut(&mut self.stored);
            if is_stored {
                stored.insert((depth, name))
            } else {
                stored.remove(&(depth, name))
            };
        }
    }

    /// The pages that the bucket has and the index has no more, ascending.
    pub(crate) fn gone_pages(&self) -> impl Iterator<Item = (u32, u64)> {
        self.stored.iter().copied().filter(|(depth, name)| self.page_at(*depth, *name).is_none())
    }
}

fn insert(mut node: &mut Node, mut depth: u32, tag: u32, id: u64) {
    loop {
        if let Node::Page(slot) = node {
            match slot.access_or_insert(|| Page::with_room_for(0)) {
                // One that took many patches while it was away may have passed the limit long ago.
                Access::Chunk(page) if page.entries >= PAGE_ENTRIES_MAX && depth < DEPTH_MAX => {
                    let split = Node::Branch(Arc::new(split(page, depth)));
                    *node = split;
                }
                Access::Chunk(page) => {
                    page.insert(tag, id);
                    return;
                }
                Access::Away(stored) => {
                    stored.push((tag, id, true), |entries| *entries = entries.saturating_add(1));
                    return;
                }
                Access::Nothing => return,
            }
        }
        match node {
            Node::Branch(children) => {
                node = &mut Arc::make_mut(children)[child(tag, depth)];
                depth += 1;
            }
            Node::Page(_) => {}
        }
    }
}

fn split(page: &Page, depth: u32) -> [Node; 16] {
    let mut parts: [Vec<(u32, u64)>; 16] = Default::default();
    for (tag, id) in page.iter() {
        parts[child(tag, depth)].push((tag, id));
    }
    parts.map(|part| {
        let mut page = Page::with_room_for(part.len() * 2);
        part.into_iter().for_each(|(tag, id)| page.place(tag, id));
        Node::Page(Slot::new(page))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u64) -> Uuid {
        // Sequential in the way of version 7: the hash has to spread them.
        Uuid::from_u128(u128::from(n) << 64 | 0x8000_0000_0000_0000)
    }

    #[test]
    fn a_hundred_thousand_keys_are_found_and_no_other() {
        let mut index = UuidIndex::default();
        let base = 1u64 << 32;
        let key_of = |id: u64| Some(key(id));
        for id in (base - 50_000)..(base + 50_000) {
            assert_eq!(index.get(&key(id), key_of), None);
            index.insert(&key(id), id);
        }
        for id in (base - 50_000)..(base + 50_000) {
            assert_eq!(index.get(&key(id), key_of), Some(id));
        }
        assert_eq!(index.get(&key(7), key_of), None);
    }

    #[test]
    fn hashes_spread_keys_that_differ_in_one_word() {
        for shift in [0, 64] {
            let mut low = [0u32; 256];
            let mut high = [0u32; 256];
            for n in 0..25_600u128 {
                let h = hash(&Uuid::from_u128(n << shift));
                low[(h & 255) as usize] += 1;
                high[(h >> 56) as usize] += 1;
            }
            assert!(low.iter().chain(&high).all(|n| (50..200).contains(n)), "{low:?} {high:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_that_were_removed_are_gone_and_may_come_back_with_another_id(
            steps in prop::collection::vec((any::<bool>(), 0usize..900), 1..3000),
        ) {
            let mut index = UuidIndex::default();
            let mut keys: Vec<Uuid> = Vec::new();
            let mut ids: Vec<Option<u64>> = vec![None; 900];
            for (insert, n) in steps {
                let k = key(n as u64);
                match (insert, ids[n]) {
                    (true, None) => {
                        keys.push(k);
                        let id = keys.len() as u64 - 1;
                        index.insert(&k, id);
                        ids[n] = Some(id);
                    }
                    (false, Some(id)) => {
                        index.remove(&k, id);
                        ids[n] = None;
                    }
                    _ => {}
                }
            }
            for (n, id) in ids.iter().enumerate() {
                prop_assert_eq!(index.get(&key(n as u64), |id| keys.get(id as usize).copied()), *id);
            }
        }
    }
}
