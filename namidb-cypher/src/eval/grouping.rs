//! Rows to groups by their keys.
//!
//! An open-addressing table from hashes to group numbers; the keys themselves lie in columns, typed as long as
//! their values are. Groups are numbered in the order in which they are first seen. Keys are equal as in
//! grouping and DISTINCT: null is null, NaN is NaN, 1 is 1.0. Hashing has no random seed.

use crate::vector::{Primitive, Vector, VectorBuilder, value_bytes};
use namidb_core::Value;
use namidb_core::hash::FixedHasher;
use namidb_core::value::hash::GroupKey;
use namidb_core::value::order;
use std::hash::BuildHasher;

/// The groups seen so far.
///
/// ```
/// use namidb_core::Value;
/// use namidb_cypher::eval::Grouping;
/// use namidb_cypher::vector::Vector;
///
/// let mut grouping = Grouping::new(1);
/// let mut groups = Vec::new();
/// grouping.assign(&[Vector::integers(vec![7, 5, 7])], 3, &mut groups);
/// assert_eq!(groups, [0, 1, 0]);
/// assert_eq!(grouping.into_keys()[0].value(1), Value::Integer(5));
/// ```
#[derive(Debug)]
pub struct Grouping {
    /// A power of two of slots: 0 is free, else group + 1.
    table: Vec<u32>,
    /// The hash of each group's key.
    hashes: Vec<u64>,
    keys: Vec<KeyColumn>,
    /// Hashes of the rows of a batch, kept for its room.
    scratch: Vec<u64>,
}

impl Grouping {
    /// No groups yet, whose keys have so many columns. Without columns all rows are one group.
    pub fn new(columns: usize) -> Grouping {
        Grouping {
            table: vec![0; 64],
            hashes: Vec::new(),
            keys: (0..columns).map(|_| KeyColumn::default()).collect(),
            scratch: Vec::new(),
        }
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Replaces `groups` with the group of each row; new keys make new groups.
    ///
    /// # Panics
    /// If the number of columns is not that of [`Grouping::new`], or one is not `len` long.
    pub fn assign(&mut self, keys: &[Vector], len: usize, groups: &mut Vec<u32>) {
        assert_eq!(keys.len(), self.keys.len(), "a column for each key");
        assert!(keys.iter().all(|key| key.len() == len), "columns are as long as there are rows");
        groups.clear();
        groups.reserve(len);
        if len == 0 {
            return;
        }
        match keys {
            [Vector::Integer(ids)] if self.keys[0].takes_integers() && !ids.has_nulls() => {
                self.assign_numbers(&ids.values, |id| id as u64, groups);
            }
            [Vector::Node(ids)] if self.keys[0].takes_nodes() && !ids.has_nulls() => {
                self.assign_numbers(&ids.values, |id| id, groups);
            }
            keys if keys.iter().all(|key| matches!(key, Vector::Constant(..))) => {
                let hash = keys.iter().fold(START, |hash, key| mix(hash, hash_value(&key.value(0))));
                let group = self.find_or_insert(hash, keys, 0);
                groups.resize(len, group);
            }
            keys => {
                let mut hashes = std::mem::take(&mut self.scratch);
                hashes.clear();
                hashes.resize(len, START);
                for key in keys {
                    hash_column(key, &mut hashes);
                }
                for (row, hash) in hashes.iter().enumerate() {
                    groups.push(self.find_or_insert(*hash, keys, row));
                }
                self.scratch = hashes;
            }
        }
    }

    /// One column of integers or ids without nulls, compared without a look at other types.
    fn assign_numbers<T: Copy + PartialEq>(
        &mut self,
        values: &[T],
        bits: impl Fn(T) -> u64,
        groups: &mut Vec<u32>,
    ) where
        KeyColumn: Numbers<T>,
    {
        self.keys[0].start();
        let mut previous: Option<(T, u32)> = None;
        for &value in values {
            // Equal keys often follow one another.
            if let Some((last, group)) = previous
                && last == value
            {
                groups.push(group);
                continue;
            }
            let hash = mix(START, bits(value));
            let mask = self.table.len() - 1;
            let mut slot = hash as usize & mask;
            let group = loop {
                match self.table[slot].checked_sub(1) {
                    None => {
                        let group = self.enter(slot, hash);
                        self.keys[0].push_number(value);
                        break group;
                    }
                    Some(group) if self.keys[0].is_number(group as usize, value) => break group,
                    Some(_) => slot = (slot + 1) & mask,
                }
            };
            previous = Some((value, group));
            groups.push(group);
        }
    }

    /// The group of a row's keys, if it was seen.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn find(&self, keys: &[Vector], row: usize) -> Option<u32> {
        let hash = keys.iter().fold(START, |hash, key| mix(hash, hash_row(key, row)));
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(group) = self.table[slot].checked_sub(1) {
            if self.hashes[group as usize] == hash
                && self.keys.iter().zip(keys).all(|(known, key)| known.is(group as usize, key, row))
            {
                return Some(group);
            }
            slot = (slot + 1) & mask;
        }
        None
    }

    fn find_or_insert(&mut self, hash: u64, keys: &[Vector], row: usize) -> u32 {
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(group) = self.table[slot].checked_sub(1) {
            if self.hashes[group as usize] == hash
                && self.keys.iter().zip(keys).all(|(known, key)| known.is(group as usize, key, row))
            {
                return group;
            }
            slot = (slot + 1) & mask;
        }
        let group = self.enter(slot, hash);
        for (known, key) in self.keys.iter_mut().zip(keys) {
            known.push(key, row);
        }
        group
    }

    /// Makes a group at a free slot.
    fn enter(&mut self, slot: usize, hash: u64) -> u32 {
        let group = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.table[slot] = group + 1;
        if self.hashes.len() * 2 > self.table.len() {
            self.table = vec![0; self.table.len() * 4];
            let mask = self.table.len() - 1;
            for (group, hash) in self.hashes.iter().enumerate() {
                let mut slot = *hash as usize & mask;
                while self.table[slot] != 0 {
                    slot = (slot + 1) & mask;
                }
                self.table[slot] = group as u32 + 1;
            }
        }
        group
    }

    /// The keys, a column each, one row a group.
    pub fn into_keys(self) -> Vec<Vector> {
        self.keys.into_iter().map(KeyColumn::finish).collect()
    }

    /// How many bytes it holds, for the books of a query's memory.
    pub fn size_bytes(&self) -> u64 {
        let table = self.table.len() * 4 + (self.hashes.capacity() + self.scratch.capacity()) * 8;
        table as u64 + self.keys.iter().map(|key| key.bytes).sum::<u64>()
    }
}

const START: u64 = 0x243f_6a88_85a3_08d3;
const NULL_BITS: u64 = 0x1319_8a2e_0370_7344;

/// Folds both halves of a product: few instructions, and every bit of both matters in the lower bits.
#[inline]
fn mix(hash: u64, bits: u64) -> u64 {
    let product = u128::from(hash ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    (product >> 64) as u64 ^ product as u64
}

/// What a value contributes to a hash; equivalent values contribute alike, whatever vector they are in.
fn hash_value(value: &Value) -> u64 {
    match value {
        Value::Null => NULL_BITS,
        Value::Integer(i) => *i as u64,
        Value::Float(f) => hash_float(*f),
        Value::String(text) => hash_text(text.as_bytes()),
        Value::Boolean(b) => hash_boolean(*b),
        Value::Node(id) => id.0,
        Value::Relationship(id) => id.0,
        other => FixedHasher::default().hash_one(GroupKey(other.clone())),
    }
}

/// What a row contributes to a hash, as [`hash_column`] has it.
fn hash_row(column: &Vector, row: usize) -> u64 {
    if column.is_null(row) {
        return NULL_BITS;
    }
    match column {
        Vector::Constant(value, _) => hash_value(value),
        Vector::Integer(v) => v.values[row] as u64,
        Vector::Node(v) | Vector::Relationship(v) => v.values[row],
        Vector::Float(v) => hash_float(v.values[row]),
        Vector::String(v) => hash_text(v.bytes(row)),
        Vector::Boolean(v) => hash_boolean(v.values.value(row)),
        Vector::Any(v) => hash_value(&v.as_slice()[row]),
    }
}

fn hash_float(f: f64) -> u64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if f.trunc() == f && (-LIMIT..LIMIT).contains(&f) {
        f as i64 as u64
    } else if f.is_nan() {
        f64::NAN.to_bits()
    } else {
        f.to_bits()
    }
}

fn hash_text(text: &[u8]) -> u64 {
    FixedHasher::default().hash_one(text)
}

fn hash_boolean(b: bool) -> u64 {
    if b { 0xa409_3822_299f_31d0 } else { 0x082e_fa98_ec4e_6c89 }
}

fn hash_column(column: &Vector, hashes: &mut [u64]) {
    let mut each = |bits: &dyn Fn(usize) -> u64| {
        for (row, hash) in hashes.iter_mut().enumerate() {
            *hash = mix(*hash, if column.is_null(row) { NULL_BITS } else { bits(row) });
        }
    };
    match column {
        Vector::Constant(value, _) => {
            let bits = hash_value(value);
            hashes.iter_mut().for_each(|hash| *hash = mix(*hash, bits));
        }
        Vector::Integer(v) if !v.has_nulls() => {
            hashes.iter_mut().zip(v.values.iter()).for_each(|(hash, i)| *hash = mix(*hash, *i as u64));
        }
        Vector::Integer(v) => each(&|row| v.values[row] as u64),
        Vector::Node(v) | Vector::Relationship(v) => each(&|row| v.values[row]),
        Vector::Float(v) => each(&|row| hash_float(v.values[row])),
        Vector::String(v) => each(&|row| hash_text(v.bytes(row))),
        Vector::Boolean(v) => each(&|row| hash_boolean(v.values.value(row))),
        Vector::Any(v) => {
            for (hash, value) in hashes.iter_mut().zip(v.as_slice()) {
                *hash = mix(*hash, hash_value(value));
            }
        }
    }
}

/// One column of the groups' keys.
#[derive(Debug, Default)]
struct KeyColumn {
    data: KeyData,
    /// Which groups have null here; as long as there are groups, except in a column of values.
    nulls: Vec<bool>,
    bytes: u64,
}

#[derive(Debug, Default)]
enum KeyData {
    /// No group yet.
    #[default]
    Empty,
    Integer(Vec<i64>),
    Node(Vec<u64>),
    String {
        ends: Vec<usize>,
        bytes: Vec<u8>,
    },
    Any(Vec<Value>),
}

/// A column that may hold numbers of one kind.
trait Numbers<T> {
    /// Takes the kind if the column has none.
    fn start(&mut self);
    fn push_number(&mut self, value: T);
    fn is_number(&self, group: usize, value: T) -> bool;
}

impl Numbers<i64> for KeyColumn {
    fn start(&mut self) {
        if matches!(self.data, KeyData::Empty) {
            self.data = KeyData::Integer(Vec::new());
        }
    }

    fn push_number(&mut self, value: i64) {
        if let KeyData::Integer(values) = &mut self.data {
            values.push(value);
            self.nulls.push(false);
            self.bytes += 9;
        }
    }

    #[inline]
    fn is_number(&self, group: usize, value: i64) -> bool {
        matches!(&self.data, KeyData::Integer(values) if values[group] == value && !self.nulls[group])
    }
}

impl Numbers<u64> for KeyColumn {
    fn start(&mut self) {
        if matches!(self.data, KeyData::Empty) {
            self.data = KeyData::Node(Vec::new());
        }
    }

    fn push_number(&mut self, value: u64) {
        if let KeyData::Node(values) = &mut self.data {
            values.push(value);
            self.nulls.push(false);
            self.bytes += 9;
        }
    }

    #[inline]
    fn is_number(&self, group: usize, value: u64) -> bool {
        matches!(&self.data, KeyData::Node(values) if values[group] == value && !self.nulls[group])
    }
}

impl KeyColumn {
    fn takes_integers(&self) -> bool {
        matches!(self.data, KeyData::Empty | KeyData::Integer(_))
    }

    fn takes_nodes(&self) -> bool {
        matches!(self.data, KeyData::Empty | KeyData::Node(_))
    }

    /// Whether a group's key is the value of a row.
    fn is(&self, group: usize, vector: &Vector, row: usize) -> bool {
        let typed = |equal: &dyn Fn() -> bool| match (self.nulls[group], vector.is_null(row)) {
            (false, false) => equal(),
            (known, given) => known && given,
        };
        match (&self.data, vector) {
            (KeyData::Integer(known), Vector::Integer(v)) => typed(&|| known[group] == v.values[row]),
            (KeyData::Node(known), Vector::Node(v)) => typed(&|| known[group] == v.values[row]),
            (KeyData::String { .. }, Vector::String(v)) => typed(&|| self.text(group) == v.bytes(row)),
            (KeyData::String { .. }, Vector::Constant(Value::String(text), _)) => {
                !self.nulls[group] && self.text(group) == text.as_bytes()
            }
            (KeyData::Any(known), Vector::Any(v)) => order::equivalent(&known[group], &v.as_slice()[row]),
            (KeyData::Any(known), other) => order::equivalent(&known[group], &other.value(row)),
            (_, other) => order::equivalent(&self.value(group), &other.value(row)),
        }
    }

    fn text(&self, group: usize) -> &[u8] {
        match &self.data {
            KeyData::String { ends, bytes } => {
                let start = if group == 0 { 0 } else { ends[group - 1] };
                &bytes[start..ends[group]]
            }
            _ => &[],
        }
    }

    fn len(&self) -> usize {
        match &self.data {
            KeyData::Any(values) => values.len(),
            _ => self.nulls.len(),
        }
    }

    fn value(&self, group: usize) -> Value {
        match &self.data {
            KeyData::Any(values) => values[group].clone(),
            _ if self.nulls[group] => Value::Null,
            KeyData::Empty => Value::Null,
            KeyData::Integer(values) => Value::Integer(values[group]),
            KeyData::Node(values) => Value::Node(namidb_core::NodeId(values[group])),
            KeyData::String { .. } => Value::from(std::str::from_utf8(self.text(group)).unwrap_or_default()),
        }
    }

    /// Appends the value of a row as the next group's key.
    fn push(&mut self, vector: &Vector, row: usize) {
        if matches!(self.data, KeyData::Empty) {
            self.data = match vector {
                Vector::Integer(_) => KeyData::Integer(Vec::new()),
                Vector::Node(_) => KeyData::Node(Vec::new()),
                Vector::String(_) => KeyData::String { ends: Vec::new(), bytes: Vec::new() },
                _ => KeyData::Any(Vec::new()),
            };
        }
        let null = vector.is_null(row);
        match (&mut self.data, vector) {
            (KeyData::Integer(known), Vector::Integer(v)) => known.push(v.values[row]),
            (KeyData::Node(known), Vector::Node(v)) => known.push(v.values[row]),
            (KeyData::String { ends, bytes }, Vector::String(v)) => {
                if !null {
                    bytes.extend_from_slice(v.bytes(row));
                    self.bytes += v.bytes(row).len() as u64;
                }
                ends.push(bytes.len());
            }
            (KeyData::Any(known), other) => {
                let value = other.value(row);
                self.bytes += value_bytes(&value);
                known.push(value);
                return;
            }
            _ => {
                self.give_up_type();
                return self.push(vector, row);
            }
        }
        self.nulls.push(null);
        self.bytes += 9;
    }

    fn give_up_type(&mut self) {
        let values: Vec<Value> = (0..self.len()).map(|group| self.value(group)).collect();
        self.bytes = values.iter().map(value_bytes).sum();
        self.data = KeyData::Any(values);
        self.nulls = Vec::new();
    }

    fn finish(self) -> Vector {
        let has_nulls = self.nulls.contains(&true);
        match self.data {
            KeyData::Integer(values) if !has_nulls => Vector::Integer(Primitive::new(values)),
            KeyData::Node(values) if !has_nulls => Vector::Node(Primitive::new(values)),
            _ => {
                let mut builder = VectorBuilder::with_capacity(self.len());
                for group in 0..self.len() {
                    builder.push(self.value(group));
                }
                builder.finish()
            }
        }
    }
}
