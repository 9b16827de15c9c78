//! 2,048 ids of one property: typed values, which of them are present, and their bounds.
//!
//! A chunk takes the type of its first value. A value of another type makes it mixed, until it is written
//! anew. Executors resolve a chunk once per batch and then run on its arrays.

use super::export::{BlockKey, Limits, decode, encode};
use super::slot::ChunkKind;
use super::strings::StringData;
use crate::codec::Reader;
use crate::error::Result;
use crate::value::{Date, LocalDateTime, LocalTime, Value};
use std::sync::Arc;

/// Ids per chunk.
pub const CHUNK_IDS: usize = 2048;
pub(crate) const CHUNK_BITS: u32 = 11;
pub(crate) const PRESENCE_WORDS: usize = CHUNK_IDS / 64;

/// The values of a chunk by offset. What stands where a value is absent means nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ChunkData {
    /// Booleans.
    Boolean(Vec<bool>),
    /// 64-bit integers.
    Integer(Vec<i64>),
    /// Doubles.
    Float(Vec<f64>),
    /// Strings.
    String(StringData),
    /// Dates, as days since 1970-01-01.
    Date(Vec<i64>),
    /// Local times, as nanoseconds since midnight.
    LocalTime(Vec<u64>),
    /// Local dates and times.
    LocalDateTime(Vec<LocalDateTime>),
    /// Values of several types, or of a type that has no array of its own.
    Mixed(Vec<Value>),
}

impl ChunkData {
    fn for_value(value: &Value) -> ChunkData {
        match value {
            Value::Boolean(_) => ChunkData::Boolean(Vec::new()),
            Value::Integer(_) => ChunkData::Integer(Vec::new()),
            Value::Float(_) => ChunkData::Float(Vec::new()),
            Value::String(text) if StringData::default().has_room_for(text) => {
                ChunkData::String(StringData::default())
            }
            Value::Date(_) => ChunkData::Date(Vec::new()),
            Value::LocalTime(_) => ChunkData::LocalTime(Vec::new()),
            Value::LocalDateTime(_) => ChunkData::LocalDateTime(Vec::new()),
            _ => ChunkData::Mixed(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            ChunkData::Boolean(v) => v.len(),
            ChunkData::Integer(v) | ChunkData::Date(v) => v.len(),
            ChunkData::Float(v) => v.len(),
            ChunkData::String(v) => v.len(),
            ChunkData::LocalTime(v) => v.len(),
            ChunkData::LocalDateTime(v) => v.len(),
            ChunkData::Mixed(v) => v.len(),
        }
    }

    fn get(&self, offset: usize) -> Value {
        match self {
            ChunkData::Boolean(v) => Value::Boolean(v[offset]),
            ChunkData::Integer(v) => Value::Integer(v[offset]),
            ChunkData::Float(v) => Value::Float(v[offset]),
            ChunkData::String(v) => Value::String(Arc::from(v.get(offset))),
            ChunkData::Date(v) => Value::Date(Date { days: v[offset] }),
            ChunkData::LocalTime(v) => Value::LocalTime(LocalTime { nanos: v[offset] }),
            ChunkData::LocalDateTime(v) => Value::LocalDateTime(v[offset]),
            ChunkData::Mixed(v) => v[offset].clone(),
        }
    }

    fn heap_bytes(&self) -> usize {
        match self {
            ChunkData::Boolean(v) => v.capacity(),
            ChunkData::Integer(v) | ChunkData::Date(v) => v.capacity() * 8,
            ChunkData::Float(v) => v.capacity() * 8,
            ChunkData::String(v) => v.heap_bytes(),
            ChunkData::LocalTime(v) => v.capacity() * 8,
            ChunkData::LocalDateTime(v) => v.capacity() * size_of::<LocalDateTime>(),
            ChunkData::Mixed(v) => v.iter().map(|value| size_of::<Value>() + value_bytes(value)).sum(),
        }
    }

    fn pad_to(&mut self, len: usize) {
        match self {
            ChunkData::Boolean(v) => v.resize(len, false),
            ChunkData::Integer(v) | ChunkData::Date(v) => v.resize(len, 0),
            ChunkData::Float(v) => v.resize(len, 0.0),
            ChunkData::String(v) => v.pad_to(len),
            ChunkData::LocalTime(v) => v.resize(len, 0),
            ChunkData::LocalDateTime(v) => v.resize(len, LocalDateTime { seconds: 0, nanos: 0 }),
            ChunkData::Mixed(v) => v.resize(len, Value::Null),
        }
    }

    /// Puts a value at an offset up to the length; gives it back if this is not its type.
    fn put(&mut self, offset: usize, value: Value) -> Result<(), Value> {
        fn at<T>(values: &mut Vec<T>, offset: usize, value: T) {
            if offset == values.len() {
                values.push(value);
            } else {
                values[offset] = value;
            }
        }
        match (self, value) {
            (ChunkData::Boolean(v), Value::Boolean(value)) => at(v, offset, value),
            (ChunkData::Integer(v), Value::Integer(value)) => at(v, offset, value),
            (ChunkData::Float(v), Value::Float(value)) => at(v, offset, value),
            (ChunkData::String(v), Value::String(value)) if v.has_room_for(&value) => {
                if offset == v.len() {
                    v.push(&value);
                } else {
                    v.set(offset, &value);
                }
            }
            (ChunkData::Date(v), Value::Date(value)) => at(v, offset, value.days),
            (ChunkData::LocalTime(v), Value::LocalTime(value)) => at(v, offset, value.nanos),
            (ChunkData::LocalDateTime(v), Value::LocalDateTime(value)) => at(v, offset, value),
            (ChunkData::Mixed(v), value) => at(v, offset, value),
            (_, value) => return Err(value),
        }
        Ok(())
    }
}

/// The bytes that a value takes outside of itself, about.
pub(crate) fn value_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 16,
        Value::Bytes(bytes) => bytes.len() + 16,
        Value::Vector(items) => items.len() * 4 + 16,
        // Values lie in each other at most so deep as a property may be.
        Value::List(items) => {
            16 + items.iter().map(|item| size_of::<Value>() + value_bytes(item)).sum::<usize>()
        }
        Value::Map(map) => {
            let entry =
                |(key, value): (&Arc<str>, &Value)| 48 + key.len() + size_of::<Value>() + value_bytes(value);
            16 + map.iter().map(entry).sum::<usize>()
        }
        _ => 0,
    }
}

/// The bounds of a chunk's values. They may be wider than the values are, never narrower.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Zone {
    Unknown,
    Integer(i64, i64),
    Date(i64, i64),
    Float(f64, f64),
}

impl Zone {
    fn of(value: &Value) -> Zone {
        match value {
            Value::Integer(v) => Zone::Integer(*v, *v),
            Value::Date(v) => Zone::Date(v.days, v.days),
            Value::Float(v) => Zone::of_float(*v),
            _ => Zone::Unknown,
        }
    }

    fn of_float(value: f64) -> Zone {
        if value.is_nan() { Zone::Unknown } else { Zone::Float(value, value) }
    }

    fn joined(self, other: Zone) -> Zone {
        match (self, other) {
            (Zone::Integer(min, max), Zone::Integer(v, w)) => Zone::Integer(min.min(v), max.max(w)),
            (Zone::Date(min, max), Zone::Date(v, w)) => Zone::Date(min.min(v), max.max(w)),
            (Zone::Float(min, max), Zone::Float(v, w)) => Zone::Float(min.min(v), max.max(w)),
            _ => Zone::Unknown,
        }
    }

    fn bounds(self) -> Option<(Value, Value)> {
        let date = |days| Value::Date(Date { days });
        match self {
            Zone::Unknown => None,
            Zone::Integer(min, max) => Some((Value::Integer(min), Value::Integer(max))),
            Zone::Date(min, max) => Some((date(min), date(max))),
            Zone::Float(min, max) => Some((Value::Float(min), Value::Float(max))),
        }
    }
}

/// What is known of a chunk that is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChunkSummary {
    /// How many offsets have a value.
    pub(crate) present: u32,
    pub(crate) zone: Zone,
}

impl ChunkSummary {
    /// No value is less than the first or greater than the second, if that is known.
    pub(crate) fn bounds(&self) -> Option<(Value, Value)> {
        self.zone.bounds()
    }

    /// A value is set, or removed if it is null.
    pub(crate) fn change(&mut self, value: &Value, had: bool) {
        let has = !value.is_null();
        if has {
            self.zone = self.zone.joined(Zone::of(value));
        }
        self.present = (self.present + u32::from(has)).saturating_sub(u32::from(had));
    }
}

impl ChunkKind for Chunk {
    type Summary = ChunkSummary;
    type Context = Arc<Limits>;
    /// The value at an offset from now on.
    type Patch = (u16, Value);

    fn placeholder() -> &'static Chunk {
        static EMPTY: Chunk = Chunk::new();
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.is_empty()
    }

    fn decode(block: &[u8], _: BlockKey, _: &Arc<Limits>) -> Result<Chunk> {
        decode::column(block)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::column(out, self);
    }

    fn patch(&mut self, (offset, value): &(u16, Value)) {
        self.set(usize::from(*offset), value.clone());
    }

    fn summary(&self) -> ChunkSummary {
        ChunkSummary { present: self.present, zone: self.zone }
    }

    fn put_summary(summary: &ChunkSummary, out: &mut Vec<u8>) {
        encode::column_summary(out, summary);
    }

    fn read_summary(reader: &mut Reader<'_>) -> Result<ChunkSummary> {
        decode::column_summary(reader)
    }

    fn heap_bytes(&self) -> usize {
        size_of::<Chunk>() + self.presence.as_ref().map_or(0, |_| PRESENCE_WORDS * 8) + self.data.heap_bytes()
    }
}

/// Which offsets of a chunk are present, a bit each.
pub(crate) type Presence = Box<[u64; PRESENCE_WORDS]>;

/// 2,048 ids of one property.
#[derive(Clone, Debug)]
pub struct Chunk {
    data: ChunkData,
    presence: Option<Presence>,
    present: u32,
    /// How often a mixed chunk was written since its types were last looked at.
    mixed_writes: u32,
    zone: Zone,
}

fn bit(presence: &[u64; PRESENCE_WORDS], offset: usize) -> bool {
    presence[offset >> 6] >> (offset & 63) & 1 != 0
}

fn first_bits(len: usize) -> Presence {
    let mut words = Box::new([0; PRESENCE_WORDS]);
    for (i, word) in words.iter_mut().enumerate() {
        *word = match len.saturating_sub(i * 64) {
            0 => 0,
            bits if bits >= 64 => u64::MAX,
            bits => (1 << bits) - 1,
        };
    }
    words
}

impl Chunk {
    pub(crate) const fn new() -> Chunk {
        Chunk {
            data: ChunkData::Mixed(Vec::new()),
            presence: None,
            present: 0,
            mixed_writes: 0,
            zone: Zone::Unknown,
        }
    }

    /// A chunk of values, of which those are present whose bits are set. No bit is set beyond the values.
    pub(crate) fn from_parts(data: ChunkData, presence: Option<Presence>) -> Chunk {
        let present = presence.as_ref().map(|words| words.iter().map(|word| word.count_ones()).sum());
        let presence = presence.filter(|_| present != Some(data.len() as u32));
        let present = present.unwrap_or(data.len() as u32);
        let mut chunk = Chunk { data, presence, present, mixed_writes: 0, zone: Zone::Unknown };
        if let ChunkData::Mixed(_) = chunk.data {
            return chunk.rebuilt();
        }
        chunk.zone = chunk.bounds_of_values();
        chunk
    }

    fn bounds_of_values(&self) -> Zone {
        fn fold<T: Copy>(values: &[T], present: impl Fn(usize) -> bool, zone: impl Fn(T) -> Zone) -> Zone {
            let mut of_all: Option<Zone> = None;
            for (_, value) in values.iter().enumerate().filter(|(offset, _)| present(*offset)) {
                of_all = Some(of_all.map_or(zone(*value), |all| all.joined(zone(*value))));
            }
            of_all.unwrap_or(Zone::Unknown)
        }
        let present = |offset: usize| self.is_present(offset);
        match &self.data {
            ChunkData::Integer(values) => fold(values, present, |v| Zone::Integer(v, v)),
            ChunkData::Date(values) => fold(values, present, |v| Zone::Date(v, v)),
            ChunkData::Float(values) => fold(values, present, Zone::of_float),
            _ => Zone::Unknown,
        }
    }

    /// The values by offset.
    #[inline]
    pub fn data(&self) -> &ChunkData {
        &self.data
    }

    /// One bit per offset, lowest offset in the lowest bit of the first of 32 words; `None` when every
    /// offset below [`Chunk::len`] has a value.
    #[inline]
    pub fn presence(&self) -> Option<&[u64]> {
        self.presence.as_ref().map(|words| &words[..])
    }

    /// How many offsets the arrays have. Offsets from here to 2,048 have no value.
    #[inline]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether no offset has a value.
    pub fn is_empty(&self) -> bool {
        self.present == 0
    }

    /// How many offsets have a value.
    pub fn present_count(&self) -> usize {
        self.present as usize
    }

    /// Whether an offset has a value.
    #[inline]
    pub fn is_present(&self, offset: usize) -> bool {
        match &self.presence {
            None => offset < self.data.len(),
            Some(words) => offset < CHUNK_IDS && bit(words, offset),
        }
    }

    /// The value at an offset; null if there is none.
    pub fn get(&self, offset: usize) -> Value {
        if self.is_present(offset) { self.data.get(offset) } else { Value::Null }
    }

    /// The integers and which of them are present (all, if `None`), if this is a chunk of integers.
    #[inline]
    pub fn integers(&self) -> Option<(&[i64], Option<&[u64]>)> {
        match &self.data {
            ChunkData::Integer(values) => Some((values, self.presence())),
            _ => None,
        }
    }

    /// The doubles and which of them are present (all, if `None`), if this is a chunk of doubles.
    #[inline]
    pub fn floats(&self) -> Option<(&[f64], Option<&[u64]>)> {
        match &self.data {
            ChunkData::Float(values) => Some((values, self.presence())),
            _ => None,
        }
    }

    /// The booleans and which of them are present (all, if `None`), if this is a chunk of booleans.
    #[inline]
    pub fn booleans(&self) -> Option<(&[bool], Option<&[u64]>)> {
        match &self.data {
            ChunkData::Boolean(values) => Some((values, self.presence())),
            _ => None,
        }
    }

    /// The strings and which of them are present (all, if `None`), if this is a chunk of strings.
    #[inline]
    pub fn strings(&self) -> Option<(&StringData, Option<&[u64]>)> {
        match &self.data {
            ChunkData::String(values) => Some((values, self.presence())),
            _ => None,
        }
    }

    /// No value is less than the first or greater than the second; known for integers, dates and
    /// doubles without NaN. The bounds may be wider than the values.
    pub fn bounds(&self) -> Option<(Value, Value)> {
        self.zone.bounds()
    }

    /// Sets the value at an offset below 2,048, or removes it if it is null. True if there was one.
    pub(crate) fn set(&mut self, offset: usize, value: Value) -> bool {
        if matches!(value, Value::Null) {
            return self.remove(offset);
        }
        let was_present = self.place(offset, value);
        if let ChunkData::Mixed(_) = self.data {
            self.mixed_writes += 1;
            if self.mixed_writes as usize >= CHUNK_IDS {
                *self = self.rebuilt();
            }
        }
        was_present
    }

    /// Sets the value, which is not null, at an offset. True if there was one.
    fn place(&mut self, offset: usize, value: Value) -> bool {
        if self.present == 0 {
            *self = Chunk { data: ChunkData::for_value(&value), zone: Zone::of(&value), ..Chunk::new() };
        } else {
            self.zone = self.zone.joined(Zone::of(&value));
        }
        let len = self.data.len();
        let was_present = self.is_present(offset);
        if offset > len {
            self.presence.get_or_insert_with(|| first_bits(len));
            self.data.pad_to(offset);
        }
        if let Err(value) = self.data.put(offset, value) {
            self.become_mixed();
            // A mixed chunk takes every value.
            let _ = self.data.put(offset, value);
        }
        if !was_present {
            self.present += 1;
            if let Some(words) = &mut self.presence {
                words[offset >> 6] |= 1 << (offset & 63);
            }
            if self.present as usize == self.data.len() {
                self.presence = None;
            }
        }
        was_present
    }

    /// Removes the value at an offset below 2,048. True if there was one.
    pub(crate) fn remove(&mut self, offset: usize) -> bool {
        if !self.is_present(offset) {
            return false;
        }
        let len = self.data.len();
        self.presence.get_or_insert_with(|| first_bits(len))[offset >> 6] &= !(1 << (offset & 63));
        self.present -= 1;
        if let ChunkData::Mixed(values) = &mut self.data {
            values[offset] = Value::Null;
        }
        true
    }

    fn become_mixed(&mut self) {
        let values = (0..self.data.len()).map(|offset| self.get(offset)).collect();
        self.data = ChunkData::Mixed(values);
        self.zone = Zone::Unknown;
        self.mixed_writes = 0;
    }

    /// The same values in the narrowest form that holds them all.
    pub(crate) fn rebuilt(&self) -> Chunk {
        let mut chunk = Chunk::new();
        for offset in 0..self.len() {
            if self.is_present(offset) {
                chunk.place(offset, self.get(offset));
            }
        }
        // A chunk that stays mixed is not looked at again before as many further writes.
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            (-3i64..3).prop_map(Value::Integer),
            prop_oneof![Just(0.5), Just(f64::NAN), Just(-2.0)].prop_map(Value::Float),
            "[a-c]{0,2}".prop_map(|s| Value::String(s.into())),
            any::<bool>().prop_map(Value::Boolean),
            (-3i64..3).prop_map(|days| Value::Date(Date { days })),
        ]
    }

    #[test]
    fn a_chunk_full_of_lists_stays_one() {
        let list = |n: usize| Value::from(vec![n as i64]);
        let mut chunk = Chunk::new();
        for round in 0..3 {
            for offset in 0..CHUNK_IDS {
                assert_eq!(chunk.set(offset, list(offset + round)), round > 0);
            }
        }
        assert_eq!(chunk.len(), CHUNK_IDS);
        assert_eq!(chunk.get(CHUNK_IDS - 1), list(CHUNK_IDS + 1));
        assert_eq!(chunk.rebuilt().get(0), list(2));
    }

    proptest! {
        #[test]
        fn a_chunk_answers_like_an_array_of_values(
            steps in prop::collection::vec((0usize..80, value()), 1..200), spread in 1usize..25,
        ) {
            let mut chunk = Chunk::new();
            let mut model = vec![Value::Null; CHUNK_IDS];
            for (offset, value) in steps {
                let offset = offset * spread;
                let was = chunk.set(offset, value.clone());
                prop_assert_eq!(was, !matches!(model[offset], Value::Null));
                model[offset] = value;
            }
            for chunk in [chunk.rebuilt(), chunk] {
                for (offset, value) in model.iter().enumerate() {
                    prop_assert_eq!(format!("{:?}", chunk.get(offset)), format!("{value:?}"));
                    prop_assert_eq!(chunk.is_present(offset), !matches!(value, Value::Null));
                }
                prop_assert_eq!(chunk.present_count(), model.iter().filter(|v| !matches!(v, Value::Null)).count());
                if let Some((Value::Integer(min), Value::Integer(max))) = chunk.bounds() {
                    let inside = |v: &Value| match v { Value::Integer(v) => min <= *v && *v <= max, Value::Null => true, _ => false };
                    prop_assert!(model.iter().all(inside));
                }
            }
        }
    }

    #[test]
    fn a_chunk_without_gaps_has_no_presence_bits() {
        let mut chunk = Chunk::new();
        for offset in 0..CHUNK_IDS {
            chunk.set(offset, Value::Integer(offset as i64));
        }
        assert!(chunk.presence().is_none());
        chunk.remove(7);
        assert!(chunk.presence().is_some());
        chunk.set(7, Value::Integer(0));
        assert!(chunk.presence().is_none());
        assert_eq!(chunk.integers().map(|(v, _)| v.len()), Some(CHUNK_IDS));
    }

    #[test]
    fn a_chunk_whose_type_was_changed_throughout_is_typed_again() {
        let mut chunk = Chunk::new();
        for offset in 0..CHUNK_IDS {
            chunk.set(offset, Value::Integer(1));
        }
        for round in 0..2 {
            for offset in 0..CHUNK_IDS {
                chunk.set(offset, Value::Float(f64::from(round)));
            }
        }
        assert!(chunk.floats().is_some());
    }

    #[test]
    fn long_texts_are_shared_rather_than_copied() {
        let mut chunk = Chunk::new();
        let text: Arc<str> = "x".repeat(100_000).into();
        for offset in 0..20 {
            chunk.set(offset, Value::String(format!("{offset}{text}").into()));
        }
        assert!(matches!(chunk.data(), ChunkData::Mixed(_)));
        assert!(matches!(chunk.get(3), Value::String(s) if s.len() == 100_001));
    }
}
