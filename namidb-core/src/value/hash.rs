//! Hashing that agrees with [`order::equivalent`]: for grouping and DISTINCT.

use super::{Value, order};
use std::hash::{Hash, Hasher};

/// A value as a key of a table: equivalent values are equal keys.
#[derive(Clone, Debug)]
pub struct GroupKey(pub Value);

impl PartialEq for GroupKey {
    fn eq(&self, other: &GroupKey) -> bool {
        order::equivalent(&self.0, &other.0)
    }
}

impl Eq for GroupKey {}

impl Hash for GroupKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_into(&self.0, state);
    }
}

/// Hashes a value so that equivalent values hash alike.
pub fn hash_into<H: Hasher>(value: &Value, state: &mut H) {
    match value {
        Value::Null => state.write_u8(0),
        Value::Boolean(b) => {
            state.write_u8(1);
            b.hash(state);
        }
        Value::Integer(i) => {
            state.write_u8(2);
            state.write_i64(*i);
        }
        Value::Float(f) => hash_float(*f, state),
        Value::String(s) => {
            state.write_u8(4);
            s.hash(state);
        }
        Value::Bytes(b) => {
            state.write_u8(5);
            b.hash(state);
        }
        Value::List(items) => {
            state.write_u8(6);
            state.write_usize(items.len());
            items.iter().for_each(|item| hash_into(item, state));
        }
        Value::Map(map) => {
            state.write_u8(7);
            state.write_usize(map.len());
            for (key, item) in map.iter() {
                key.hash(state);
                hash_into(item, state);
            }
        }
        Value::Date(d) => {
            state.write_u8(8);
            d.hash(state);
        }
        Value::LocalTime(t) => {
            state.write_u8(9);
            t.hash(state);
        }
        Value::Time(t) => {
            state.write_u8(10);
            t.hash(state);
        }
        Value::LocalDateTime(t) => {
            state.write_u8(11);
            t.hash(state);
        }
        Value::DateTime(t) => {
            state.write_u8(12);
            t.hash(state);
        }
        Value::Duration(d) => {
            state.write_u8(13);
            d.hash(state);
        }
        Value::Point(p) => {
            state.write_u8(14);
            state.write_u32(p.srid);
            [p.x, p.y, p.z].into_iter().for_each(|part| hash_float(part, state));
        }
        Value::Vector(items) => {
            state.write_u8(15);
            state.write_usize(items.len());
            items.iter().for_each(|item| hash_float(f64::from(*item), state));
        }
        Value::Node(id) => {
            state.write_u8(16);
            id.hash(state);
        }
        Value::Relationship(id) => {
            state.write_u8(17);
            id.hash(state);
        }
        Value::Path(path) => {
            state.write_u8(18);
            path.nodes.hash(state);
            path.relationships.hash(state);
        }
    }
}

/// A float that is a whole number hashes as that integer, all NaNs alike, both zeros alike.
fn hash_float<H: Hasher>(f: f64, state: &mut H) {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if f.trunc() == f && (-LIMIT..LIMIT).contains(&f) {
        state.write_u8(2);
        state.write_i64(f as i64);
    } else {
        state.write_u8(3);
        state.write_u64(if f.is_nan() { f64::NAN.to_bits() } else { f.to_bits() });
    }
}
