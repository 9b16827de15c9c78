//! The first or the last value in the order of ORDER BY.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::vector::{Vector, value_bytes};
use namidb_core::Value;
use namidb_core::value::order;
use std::any::Any;
use std::cmp::Ordering;

#[derive(Debug)]
pub(super) struct Extreme {
    /// How a value compares to what it replaces.
    replaces: Ordering,
    values: PerGroup<Value>,
    /// What the values hold beside themselves: texts, lists.
    bytes: u64,
}

impl Extreme {
    pub(super) fn new(replaces: Ordering) -> Extreme {
        Extreme { replaces, values: PerGroup::default(), bytes: 0 }
    }
}

impl Accumulator for Extreme {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        let argument = only(arguments, "min")?;
        let replaces = self.replaces;
        let values = self.values.upto(rows.group_count);
        match argument {
            Vector::Integer(v) => {
                for row in 0..rows.len {
                    let Some(i) = v.get(row) else { continue };
                    let known = &mut values[rows.group(row)];
                    let order = match &*known {
                        Value::Integer(known) => i.cmp(known),
                        Value::Null => replaces,
                        known => order::compare(&Value::Integer(i), known),
                    };
                    match known {
                        _ if order != replaces => {}
                        Value::Integer(known) => *known = i,
                        known => replace(known, Value::Integer(i), &mut self.bytes),
                    }
                }
            }
            Vector::String(v) => {
                for row in 0..rows.len {
                    if v.is_null(row) {
                        continue;
                    }
                    let known = &mut values[rows.group(row)];
                    let order = match &*known {
                        Value::String(known) => v.bytes(row).cmp(known.as_bytes()),
                        Value::Null => replaces,
                        known => order::compare(&Value::from(v.text(row)), known),
                    };
                    if order == replaces {
                        replace(known, Value::from(v.text(row)), &mut self.bytes);
                    }
                }
            }
            other => {
                for row in 0..rows.len {
                    offer(&mut values[rows.group(row)], other.value(row), replaces, &mut self.bytes);
                }
            }
        }
        Ok(())
    }

    fn merge(
        &mut self,
        other: Box<dyn Accumulator>,
        groups: &[u32],
        group_count: usize,
    ) -> Result<(), Error> {
        let replaces = self.replaces;
        let values = self.values.upto(group_count);
        for (group, value) in groups.iter().zip(same::<Extreme>(other)?.values.states) {
            offer(&mut values[*group as usize], value, replaces, &mut self.bytes);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        Ok(Vector::from_values(self.values.into_states(group_count)))
    }

    fn size_bytes(&self) -> u64 {
        self.values.size_bytes() + self.bytes
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn offer(known: &mut Value, value: Value, replaces: Ordering, bytes: &mut u64) {
    if !value.is_null() && (known.is_null() || order::compare(&value, known) == replaces) {
        replace(known, value, bytes);
    }
}

fn replace(known: &mut Value, value: Value, bytes: &mut u64) {
    let beside = |value: &Value| value_bytes(value) - size_of::<Value>() as u64;
    *bytes = *bytes - beside(known) + beside(&value);
    *known = value;
}
