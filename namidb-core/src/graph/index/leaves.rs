//! The leaves of indexes as blocks.

use super::numbers::Fraction;
use super::{Indexes, Ordered, PropertyIndex};
use crate::codec::{Reader, put_bytes, put_varint};
use crate::error::Result;
use crate::graph::chunk::value_bytes;
use crate::graph::export::{BlockKey, BlockKind, DirectoryEntry, Limits, decode};
use crate::graph::ordered_set::{ArrivingLeaf, Keys, OrderedSet, SetKey};
use crate::graph::slot::{ChunkKind, News, Slot};
use crate::value::{Value, codec};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The bound of a leaf is never longer, in bytes: it is part of what every open reads.
const BOUND_MAX: usize = 2048;

/// Values that an index keeps apart from others.
trait Class: Ord + Clone + std::fmt::Debug + Send + Sync + 'static {
    const CLASS: u32;

    /// Appends the value that comes after `last`.
    fn put(&self, last: Option<&Self>, out: &mut Vec<u8>);

    /// Reads the value that comes after `last`.
    fn read(reader: &mut Reader<'_>, last: Option<&Self>) -> Result<Self>;

    fn heap_bytes(&self) -> usize {
        0
    }

    /// A value that is greater than `self` and not greater than `next`, which is greater than `self`, if one is short.
    fn between(&self, next: &Self) -> Option<Self> {
        let _ = self;
        Some(next.clone())
    }
}

impl<V: Class> SetKey for (V, u64) {
    const CLASS: u32 = V::CLASS;

    fn put(keys: &[(V, u64)], out: &mut Vec<u8>) {
        let mut last = None;
        for (value, id) in keys {
            value.put(last, out);
            put_varint(out, *id);
            last = Some(value);
        }
    }

    fn read(reader: &mut Reader<'_>, count: usize, ids: u64) -> Result<Vec<(V, u64)>> {
        let mut keys: Vec<(V, u64)> = Vec::new();
        for _ in 0..count {
            let value = V::read(reader, keys.last().map(|(value, _)| value))?;
            let id = reader.varint()?;
            if id >= ids {
                return Err(reader.corrupt("an index holds an id that does not exist"));
            }
            keys.push((value, id));
        }
        Ok(keys)
    }

    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }

    fn separator(&self, next: &(V, u64)) -> Option<(V, u64)> {
        if self.0 < next.0 {
            // All ids of the greater value come after.
            self.0.between(&next.0).map(|value| (value, 0))
        } else {
            self.0.between(&next.0).map(|_| next.clone())
        }
    }
}

impl Class for i64 {
    const CLASS: u32 = 0;

    fn put(&self, last: Option<&i64>, out: &mut Vec<u8>) {
        put_varint(out, self.wrapping_sub(last.copied().unwrap_or(i64::MIN)) as u64);
    }

    fn read(reader: &mut Reader<'_>, last: Option<&i64>) -> Result<i64> {
        Ok(last.copied().unwrap_or(i64::MIN).wrapping_add(reader.varint()? as i64))
    }
}

impl Class for Fraction {
    const CLASS: u32 = 1;

    fn put(&self, _: Option<&Fraction>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.value().to_bits().to_le_bytes());
    }

    fn read(reader: &mut Reader<'_>, _: Option<&Fraction>) -> Result<Fraction> {
        Fraction::new(reader.f64()?)
            .ok_or_else(|| reader.corrupt("a whole number stands among the fractions"))
    }
}

impl Class for Arc<str> {
    const CLASS: u32 = 2;

    fn put(&self, last: Option<&Arc<str>>, out: &mut Vec<u8>) {
        let shared = last.map_or(0, |last| shared_prefix(last, self));
        put_varint(out, shared as u64);
        put_bytes(out, &self.as_bytes()[shared..]);
    }

    fn read(reader: &mut Reader<'_>, last: Option<&Arc<str>>) -> Result<Arc<str>> {
        let shared = reader.varint()?;
        let last = last.map_or("", |last| last);
        let shared = usize::try_from(shared).ok().and_then(|shared| last.get(..shared));
        let rest = reader.text()?;
        match shared {
            Some("") => Ok(rest.into()),
            Some(shared) => Ok(format!("{shared}{rest}").into()),
            None => Err(reader.corrupt("a text shares more than there is with the one before")),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.len() + 16
    }

    fn between(&self, next: &Arc<str>) -> Option<Arc<str>> {
        let shared = shared_prefix(self, next);
        let one_more = next[shared..].chars().next().map_or(0, char::len_utf8);
        let text = &next[..shared + one_more];
        if text.len() > BOUND_MAX {
            None
        } else if text.len() == next.len() {
            Some(Arc::clone(next))
        } else {
            Some(text.into())
        }
    }
}

/// How many bytes two texts have in common at their beginning, up to the end of a character.
fn shared_prefix(one: &str, two: &str) -> usize {
    let mut shared = one.bytes().zip(two.bytes()).take_while(|(a, b)| a == b).count();
    while !two.is_char_boundary(shared) {
        shared -= 1;
    }
    shared
}

impl Class for bool {
    const CLASS: u32 = 3;

    fn put(&self, _: Option<&bool>, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(reader: &mut Reader<'_>, _: Option<&bool>) -> Result<bool> {
        match reader.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(reader.corrupt("a boolean is neither false nor true")),
        }
    }
}

impl Class for Ordered {
    const CLASS: u32 = 4;

    fn put(&self, _: Option<&Ordered>, out: &mut Vec<u8>) {
        codec::encode(&self.0, out);
    }

    fn read(reader: &mut Reader<'_>, _: Option<&Ordered>) -> Result<Ordered> {
        match codec::decode_property(reader)? {
            Value::Null | Value::Integer(_) | Value::Float(_) | Value::String(_) | Value::Boolean(_) => {
                Err(reader.corrupt("a value stands among those of another class"))
            }
            value => Ok(Ordered(value)),
        }
    }

    fn heap_bytes(&self) -> usize {
        value_bytes(&self.0)
    }

    fn between(&self, next: &Ordered) -> Option<Ordered> {
        let mut bytes = Vec::new();
        codec::encode(&next.0, &mut bytes);
        (bytes.len() <= BOUND_MAX).then(|| next.clone())
    }
}

/// Does the same with the set of every class.
macro_rules! each_set {
    ($index:expr, $set:ident => $work:expr) => {{
        let index = $index;
        {
            let $set = index.integers;
            $work
        }
        {
            let $set = index.fractions;
            $work
        }
        {
            let $set = index.strings;
            $work
        }
        {
            let $set = index.booleans;
            $work
        }
        {
            let $set = index.others;
            $work
        }
    }};
}

/// The sets of an index.
struct Sets<I, F, S, B, O> {
    integers: I,
    fractions: F,
    strings: S,
    booleans: B,
    others: O,
}

macro_rules! sets {
    ($index:expr) => {
        Sets {
            integers: &$index.integers,
            fractions: &$index.fractions,
            strings: &$index.strings,
            booleans: &$index.booleans,
            others: &$index.others,
        }
    };
    (mut $index:expr) => {
        Sets {
            integers: &mut $index.integers,
            fractions: &mut $index.fractions,
            strings: &mut $index.strings,
            booleans: &mut $index.booleans,
            others: &mut $index.others,
        }
    };
}

/// Appends a block, and its summary.
type WriteLeaf<'a> = Box<dyn FnOnce(&mut Vec<u8>, &mut Vec<u8>) + 'a>;

/// What a checkpoint has to say of a leaf.
pub(in crate::graph) enum IndexLeaf<'a> {
    /// It is not there any more.
    Gone,
    /// It is another one.
    Changed(WriteLeaf<'a>),
}

fn leaf_key(kind: BlockKind, number: u32, leaf: u64, class: u32) -> BlockKey {
    BlockKey { part: class, ..BlockKey::new(kind, u64::from(number), leaf) }
}

fn news_of<'a, K: SetKey>(
    set: &'a OrderedSet<K>,
    (kind, number): (BlockKind, u32),
    news: &mut Vec<(BlockKey, IndexLeaf<'a>)>,
) {
    let key = |leaf| leaf_key(kind, number, leaf, K::CLASS);
    news.extend(set.gone_leaves().into_iter().map(|leaf| (key(leaf), IndexLeaf::Gone)));
    for leaf in set.leaves() {
        if let News::Changed(keys) = leaf.slot.news() {
            let write = move |block: &mut Vec<u8>, summary: &mut Vec<u8>| {
                keys.encode(block);
                summary.push(u8::from(leaf.bound.is_some()));
                if let Some(bound) = leaf.bound {
                    K::put(std::slice::from_ref(bound), summary);
                }
                Keys::<K>::put_summary(&keys.summary(), summary);
            };
            news.push((key(leaf.number), IndexLeaf::Changed(Box::new(write))));
        }
    }
}

impl Indexes {
    /// What a checkpoint has to say of the leaves of this kind, in ascending order of keys.
    pub(in crate::graph) fn news(&self, kind: BlockKind) -> Vec<(BlockKey, IndexLeaf<'_>)> {
        let mut news = Vec::new();
        for index in self.of_kind(kind) {
            each_set!(sets!(index), set => news_of(set, (kind, index.number), &mut news));
        }
        let gone = self.gone_blocks().filter(|key| key.kind == kind);
        news.extend(gone.map(|key| (key, IndexLeaf::Gone)));
        news.sort_unstable_by_key(|(key, _)| *key);
        news
    }

    /// Appends what is counted of each index, in the order of their definitions.
    pub(in crate::graph) fn put_statistics(&self, out: &mut Vec<u8>) {
        out.push(1);
        let indexes: Vec<&PropertyIndex> = self.all().collect();
        put_varint(out, indexes.len() as u64);
        for index in indexes {
            put_varint(out, u64::from(index.number));
            put_varint(out, index.distinct);
            put_varint(out, index.blind);
        }
    }
}

/// Leaves of one index and class as their blocks arrive.
type Arriving<K> = Vec<ArrivingLeaf<K>>;

/// The leaves of one index as their blocks arrive.
#[derive(Default)]
pub(in crate::graph) struct Leaves {
    integers: Arriving<(i64, u64)>,
    fractions: Arriving<(Fraction, u64)>,
    strings: Arriving<(Arc<str>, u64)>,
    booleans: Arriving<(bool, u64)>,
    others: Arriving<(Ordered, u64)>,
}

fn arrive<K: SetKey>(
    leaves: &mut Arriving<K>,
    key: BlockKey,
    entry: &DirectoryEntry<'_>,
    limits: &Arc<Limits>,
) -> Result<()> {
    let leaf = match entry {
        DirectoryEntry::Bucket { pointer, summary } => {
            let mut reader = Reader::new(summary);
            let bound = match reader.u8()? {
                0 => None,
                _ => K::read(&mut reader, 1, limits.indexed_ids(key.kind))?.pop(),
            };
            let len = Keys::<K>::read_summary(&mut reader)?;
            reader.finish()?;
            (bound, key.index, len, Slot::absent(pointer.clone(), len, Arc::clone(limits)))
        }
        DirectoryEntry::Memory(block) => {
            let keys = Keys::<K>::decode(block, key, limits)?;
            (keys.first().cloned(), key.index, keys.summary(), Slot::new(keys))
        }
    };
    if leaf.2 == 0 || leaf.2 > decode::LEAF_MAX as u64 {
        return Err(decode::corrupt("a leaf of an index has a senseless length"));
    }
    leaves.push(leaf);
    Ok(())
}

impl Leaves {
    /// Takes in a leaf.
    pub(in crate::graph) fn add(
        &mut self,
        key: BlockKey,
        entry: &DirectoryEntry<'_>,
        limits: &Arc<Limits>,
    ) -> Result<()> {
        match key.part {
            <i64 as Class>::CLASS => arrive(&mut self.integers, key, entry, limits),
            <Fraction as Class>::CLASS => arrive(&mut self.fractions, key, entry, limits),
            <Arc<str> as Class>::CLASS => arrive(&mut self.strings, key, entry, limits),
            <bool as Class>::CLASS => arrive(&mut self.booleans, key, entry, limits),
            <Ordered as Class>::CLASS => arrive(&mut self.others, key, entry, limits),
            other => Err(decode::newer("the class of an index's values", other)),
        }
    }

    /// The index that has these leaves.
    pub(in crate::graph) fn into_index(self, number: u32, distinct: u64, blind: u64) -> PropertyIndex {
        PropertyIndex {
            integers: OrderedSet::from_leaves(self.integers),
            fractions: OrderedSet::from_leaves(self.fractions),
            strings: OrderedSet::from_leaves(self.strings),
            booleans: OrderedSet::from_leaves(self.booleans),
            others: OrderedSet::from_leaves(self.others),
            distinct,
            blind,
            number,
        }
    }
}

/// Work on the slot of a leaf, and on what that was at another time.
pub(in crate::graph) trait LeafWork {
    /// Does it.
    fn leaf<K: SetKey>(&mut self, key: BlockKey, slot: &mut Slot<Keys<K>>, then: Option<&Slot<Keys<K>>>);
}

impl PropertyIndex {
    /// Does something with the slots of leaves with these keys, which are sorted and all belong to this index.
    pub(in crate::graph) fn work_on(
        &mut self,
        keys: &[BlockKey],
        then: Option<&PropertyIndex>,
        work: &mut impl LeafWork,
    ) {
        fn one<K: SetKey>(
            set: &mut OrderedSet<K>,
            then: Option<&OrderedSet<K>>,
            keys: &[BlockKey],
            work: &mut impl LeafWork,
        ) {
            let wanted: BTreeMap<u64, BlockKey> =
                keys.iter().filter(|key| key.part == K::CLASS).map(|key| (key.index, *key)).collect();
            if wanted.is_empty() {
                return;
            }
            let then = then.map(OrderedSet::leaves).unwrap_or_default();
            let then: BTreeMap<u64, &Slot<Keys<K>>> =
                then.iter().map(|leaf| (leaf.number, leaf.slot)).collect();
            set.leaves_mut(&|number| wanted.contains_key(&number), &mut |number, slot| {
                if let Some(key) = wanted.get(&number) {
                    work.leaf(*key, slot, then.get(&number).copied());
                }
            });
        }
        one(&mut self.integers, then.map(|i| &i.integers), keys, work);
        one(&mut self.fractions, then.map(|i| &i.fractions), keys, work);
        one(&mut self.strings, then.map(|i| &i.strings), keys, work);
        one(&mut self.booleans, then.map(|i| &i.booleans), keys, work);
        one(&mut self.others, then.map(|i| &i.others), keys, work);
    }

    /// Notes that the bucket has a leaf, or has it no more.
    pub(in crate::graph) fn note_leaf(&mut self, key: BlockKey, is_stored: bool) {
        fn one<K: SetKey>(set: &mut OrderedSet<K>, key: BlockKey, is_stored: bool) {
            if key.part == K::CLASS {
                set.note_leaf(key.index, is_stored);
            }
        }
        each_set!(sets!(mut self), set => one(set, key, is_stored));
    }

    /// The keys of the leaves that the bucket has.
    pub(in crate::graph) fn stored_leaves(&self, kind: BlockKind) -> Vec<BlockKey> {
        fn one<K: SetKey>(set: &OrderedSet<K>, index: (BlockKind, u32), keys: &mut Vec<BlockKey>) {
            keys.extend(set.stored_leaves().map(|leaf| leaf_key(index.0, index.1, leaf, K::CLASS)));
        }
        let mut keys = Vec::new();
        each_set!(sets!(self), set => one(set, (kind, self.number), &mut keys));
        keys
    }
}
