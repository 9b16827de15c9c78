//! One number for the whole content of a state.
//!
//! It depends on what the graph is, never on how its chunks are laid out: two processes that applied the same
//! records have the same digest, and so does the state that comes back from a checkpoint.

use super::radix::Directory;
use super::schema::SchemaTarget;
use super::{Bitmap, Column, GraphState};
use crate::ids::PropertyKeyId;
use crate::value::Value;

struct Digest(u64);

impl Digest {
    fn number(&mut self, n: u64) {
        let product = u128::from(self.0 ^ n ^ 0xa076_1d64_78bd_642f) * 0xe703_7ed1_a0b4_28db;
        self.0 = (product as u64 ^ (product >> 64) as u64).rotate_left(23).wrapping_add(n);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.number(u64::from_le_bytes(word));
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.number(0),
            Value::Boolean(v) => self.tagged(1, u64::from(*v)),
            Value::Integer(v) => self.tagged(2, *v as u64),
            Value::Float(v) => self.tagged(3, v.to_bits()),
            Value::String(v) => {
                self.number(4);
                self.bytes(v.as_bytes());
            }
            Value::Bytes(v) => {
                self.number(5);
                self.bytes(v);
            }
            Value::List(v) => {
                self.tagged(6, v.len() as u64);
                v.iter().for_each(|item| self.value(item));
            }
            Value::Map(v) => {
                self.tagged(7, v.len() as u64);
                for (key, value) in v.iter() {
                    self.bytes(key.as_bytes());
                    self.value(value);
                }
            }
            Value::Date(v) => self.tagged(8, v.days as u64),
            Value::LocalTime(v) => self.tagged(9, v.nanos),
            Value::Time(v) => {
                self.tagged(10, v.nanos);
                self.number(v.offset_seconds as u64);
            }
            Value::LocalDateTime(v) => {
                self.tagged(11, v.seconds as u64);
                self.number(u64::from(v.nanos));
            }
            Value::DateTime(v) => {
                self.tagged(12, v.seconds as u64);
                self.number(u64::from(v.nanos));
                self.number(v.offset_seconds as u64);
                self.bytes(v.zone.as_deref().unwrap_or("").as_bytes());
            }
            Value::Duration(v) => {
                self.tagged(13, v.months as u64);
                self.number(v.days as u64);
                self.number(v.seconds as u64);
                self.number(u64::from(v.nanos));
            }
            Value::Point(v) => {
                self.tagged(14, u64::from(v.srid));
                [v.x, v.y, v.z].iter().for_each(|c| self.number(c.to_bits()));
            }
            Value::Vector(v) => {
                self.tagged(15, v.len() as u64);
                v.iter().for_each(|c| self.number(u64::from(c.to_bits())));
            }
            // No property holds these; a state that did would differ from one that does not.
            Value::Node(v) => self.tagged(16, v.0),
            Value::Relationship(v) => self.tagged(17, v.0),
            Value::Path(v) => {
                self.tagged(18, v.nodes.len() as u64);
                v.nodes.iter().for_each(|n| self.number(n.0));
                v.relationships.iter().for_each(|r| self.number(r.0));
            }
        }
    }

    fn tagged(&mut self, tag: u64, n: u64) {
        self.number(tag);
        self.number(n);
    }

    fn covered(&mut self, target: SchemaTarget, keys: &[PropertyKeyId]) {
        match target {
            SchemaTarget::Label(label) => self.tagged(0, u64::from(label.0)),
            SchemaTarget::RelType(rel_type) => self.tagged(1, u64::from(rel_type.0)),
        }
        self.number(keys.len() as u64);
        keys.iter().for_each(|key| self.number(u64::from(key.0)));
    }

    fn bitmap(&mut self, bitmap: &Bitmap) {
        self.number(bitmap.count());
        for (index, chunk) in bitmap.chunks() {
            self.number(index);
            chunk.words().iter().for_each(|word| self.number(*word));
        }
    }

    fn columns(&mut self, columns: &Directory<Column>) {
        for (key, column) in columns.iter() {
            if column.present_count() == 0 {
                continue;
            }
            self.number(key);
            for (index, chunk) in column.chunks() {
                for offset in 0..chunk.len() {
                    if chunk.is_present(offset) {
                        self.tagged(index, offset as u64);
                        self.value(&chunk.get(offset));
                    }
                }
            }
        }
    }
}

impl GraphState {
    /// A number that equal contents have in common: names, definitions of indexes and constraints, nodes with their public ids,
    /// labels and properties, relationships with theirs, the sequence numbers of the last changes, and what is remembered of tokens.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest(0);
        for (_, name) in self.catalog.labels() {
            digest.bytes(name.as_bytes());
        }
        digest.number(1);
        for (_, name) in self.catalog.rel_types() {
            digest.bytes(name.as_bytes());
        }
        digest.number(2);
        for (_, name) in self.catalog.property_keys() {
            digest.bytes(name.as_bytes());
        }
        digest.number(3);
        for index in self.index_definitions() {
            digest.bytes(index.name.as_bytes());
            digest.covered(index.target, &index.keys);
        }
        digest.number(4);
        for constraint in self.constraint_definitions() {
            digest.bytes(constraint.name.as_bytes());
            digest.bytes(constraint.kind.to_string().as_bytes());
            digest.covered(constraint.target, &constraint.keys);
        }
        digest.tagged(self.nodes.next, self.relationships.next);
        digest.bitmap(&self.nodes.live);
        for node in self.nodes.live.iter() {
            digest.bytes(self.nodes.uuids.get(node).unwrap_or_default().as_bytes());
            digest.number(self.nodes.seqs.get(node).unwrap_or(0));
        }
        for (label, nodes) in self.nodes.labels.iter() {
            if !nodes.is_empty() {
                digest.number(label);
                digest.bitmap(nodes);
            }
        }
        digest.columns(&self.nodes.columns);
        digest.bitmap(&self.relationships.live);
        for relationship in self.relationships.live.iter() {
            if let Some(record) = self.relationships.record(relationship) {
                digest.tagged(u64::from(record.rel_type.0), record.source.0);
                digest.tagged(record.target.0, self.relationships.seqs.get(relationship).unwrap_or(0));
            }
        }
        digest.columns(&self.relationships.columns);
        digest.number(self.tokens.next);
        for entry in self.tokens.iter() {
            digest.bytes(&entry.token.0.to_le_bytes());
            digest.tagged(entry.number, entry.seq.0);
            digest.bytes(&entry.answer);
        }
        digest.0
    }
}
