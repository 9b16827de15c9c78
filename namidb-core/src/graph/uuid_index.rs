//! From public ids to dense ids: a persistent trie whose leaves are small hash pages.
//!
//! A page holds dense ids and 16 bits of each key's hash; the key itself is read from the UUID column, and
//! only when the tag agrees. A page that passes [`PAGE_ENTRIES_MAX`] splits into sixteen, by the next four
//! bits of the hash; between splits it grows by doubling, which needs no key.

use smallvec::SmallVec;
use std::sync::Arc;
use uuid::Uuid;

const PAGE_ENTRIES_MAX: usize = 384;
const PAGE_SLOTS_MIN: usize = 16;
/// Four bits a level leave the upper 16 bits of the hash to the tag.
const DEPTH_MAX: u32 = 12;
const FREE: u16 = 0;
const GONE: u16 = 1;

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

fn tag(hash: u64) -> u16 {
    // The two lowest tags mark free and deleted slots.
    ((hash >> 48) as u16).max(2)
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

/// Open addressing; the place of an entry follows from its tag.
#[derive(Clone, Debug)]
struct Page {
    tags: Vec<u16>,
    ids: Ids,
    entries: usize,
    gone: usize,
}

impl Page {
    fn new(slots: usize) -> Page {
        Page { tags: vec![FREE; slots], ids: Ids::Narrow(vec![0; slots]), entries: 0, gone: 0 }
    }

    fn with_room_for(entries: usize) -> Page {
        Page::new((entries + entries / 3 + 1).next_power_of_two().max(PAGE_SLOTS_MIN))
    }

    fn find(&self, tag: u16, mut is_it: impl FnMut(u64) -> bool) -> Option<usize> {
        let mask = self.tags.len() - 1;
        let mut slot = tag as usize & mask;
        loop {
            match self.tags[slot] {
                FREE => return None,
                found if found == tag && is_it(self.ids.get(slot)) => return Some(slot),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn insert(&mut self, tag: u16, id: u64) {
        if (self.entries + self.gone + 1) * 4 > self.tags.len() * 3 {
            let mut page = Page::with_room_for(self.entries * 3 / 2 + 1);
            for (tag, id) in self.iter() {
                page.place(tag, id);
            }
            *self = page;
        }
        self.place(tag, id);
    }

    fn place(&mut self, tag: u16, id: u64) {
        let mask = self.tags.len() - 1;
        let mut slot = tag as usize & mask;
        while self.tags[slot] > GONE {
            slot = (slot + 1) & mask;
        }
        self.gone -= usize::from(self.tags[slot] == GONE);
        self.tags[slot] = tag;
        self.ids.set(slot, id);
        self.entries += 1;
    }

    fn iter(&self) -> impl Iterator<Item = (u16, u64)> {
        self.tags
            .iter()
            .enumerate()
            .filter(|(_, tag)| **tag > GONE)
            .map(|(slot, tag)| (*tag, self.ids.get(slot)))
    }
}

#[derive(Clone, Debug)]
enum Node {
    Branch(Arc<[Node; 16]>),
    Page(Arc<Page>),
}

impl Node {
    fn page(page: Page) -> Node {
        Node::Page(Arc::new(page))
    }
}

/// From public ids to dense ids. The keys are read through a function that every call is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct UuidIndex {
    root: Option<Node>,
}

impl UuidIndex {
    /// The dense id of a key.
    pub(crate) fn get(&self, key: &Uuid, key_of: impl Fn(u64) -> Option<Uuid>) -> Option<u64> {
        let hash = hash(key);
        let mut node = self.root.as_ref()?;
        let mut path = hash;
        loop {
            match node {
                Node::Branch(children) => node = &children[(path & 15) as usize],
                Node::Page(page) => {
                    let slot = page.find(tag(hash), |id| key_of(id).as_ref() == Some(key))?;
                    return Some(page.ids.get(slot));
                }
            }
            path >>= 4;
        }
    }

    /// Adds a key that is not there.
    pub(crate) fn insert(&mut self, key: &Uuid, id: u64, key_of: impl Fn(u64) -> Option<Uuid>) {
        let hash = hash(key);
        let mut node = self.root.get_or_insert_with(|| Node::page(Page::new(PAGE_SLOTS_MIN)));
        let mut depth = 0;
        loop {
            if let Node::Page(page) = node {
                if page.entries < PAGE_ENTRIES_MAX || depth == DEPTH_MAX {
                    Arc::make_mut(page).insert(tag(hash), id);
                    return;
                }
                let split = Node::Branch(Arc::new(split(page, depth, &key_of)));
                *node = split;
            }
            match node {
                Node::Branch(children) => {
                    node = &mut Arc::make_mut(children)[(hash >> (4 * depth) & 15) as usize];
                    depth += 1;
                }
                Node::Page(_) => {}
            }
        }
    }

    /// Takes a key away, if it leads to this id.
    pub(crate) fn remove(&mut self, key: &Uuid, id: u64) {
        let hash = hash(key);
        let Some(mut node) = self.root.as_mut() else { return };
        let mut path = hash;
        loop {
            match node {
                Node::Branch(children) => node = &mut Arc::make_mut(children)[(path & 15) as usize],
                Node::Page(page) => {
                    if let Some(slot) = page.find(tag(hash), |found| found == id) {
                        let page = Arc::make_mut(page);
                        page.tags[slot] = GONE;
                        page.entries -= 1;
                        page.gone += 1;
                    }
                    return;
                }
            }
            path >>= 4;
        }
    }
}

fn split(page: &Page, depth: u32, key_of: &impl Fn(u64) -> Option<Uuid>) -> [Node; 16] {
    let mut parts: [SmallVec<[(u16, u64); 48]>; 16] = Default::default();
    for (tag, id) in page.iter() {
        // An id without a key leads nowhere, so it can be left behind.
        if let Some(key) = key_of(id) {
            parts[(hash(&key) >> (4 * depth) & 15) as usize].push((tag, id));
        }
    }
    parts.map(|part| {
        let mut page = Page::with_room_for(part.len() * 2);
        for (tag, id) in part {
            page.place(tag, id);
        }
        Node::page(page)
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
            index.insert(&key(id), id, key_of);
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
                        index.insert(&k, id, |id| keys.get(id as usize).copied());
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
