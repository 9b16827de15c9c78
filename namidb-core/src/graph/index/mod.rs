//! Property indexes: from the values of properties to the nodes of one label, or the relationships of one type, that have
//! them.
//!
//! An index keeps a sorted set of (value, id) per class of values, so that integers and strings are
//! compared as what they are. A double that is a whole number is kept as an integer: 1 and 1.0 are equal, and
//! each finds the other. Of several properties, the list of their values is the value that is kept.

mod leaves;
mod numbers;
mod state;
#[cfg(test)]
mod tests;
mod tuple;

use super::ordered_set::{OrderedSet, SetKey};
use crate::value::{Value, order};
use numbers::{Fraction, Number};
use std::cmp::Ordering;
use std::ops::Bound;
use std::sync::Arc;

pub(super) use leaves::{IndexLeaf, LeafWork, Leaves};
pub(crate) use state::entry_of;
pub(super) use state::{Indexes, Move};

/// A value ordered as `ORDER BY` orders it.
#[derive(Clone, Debug)]
struct Ordered(Value);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        order::compare(&self.0, &other.0)
    }
}

/// The dense ids of nodes or relationships in the order of their values. Ties are in order of id.
pub type IndexIter<'a> = Box<dyn Iterator<Item = u64> + Send + 'a>;

/// The nodes of one label, or the relationships of one type, ordered by properties.
#[derive(Clone, Debug, Default)]
pub struct PropertyIndex {
    integers: OrderedSet<(i64, u64)>,
    /// Doubles that are not whole numbers of 64 bits, and NaN, which is the greatest.
    fractions: OrderedSet<(Fraction, u64)>,
    strings: OrderedSet<(Arc<str>, u64)>,
    booleans: OrderedSet<(bool, u64)>,
    /// All other values; in the global order they come before these.
    others: OrderedSet<(Ordered, u64)>,
    distinct: u64,
    /// How many changes came while it could not be told whether they change `distinct`.
    blind: u64,
    /// Its number in the keys of its blocks.
    number: u32,
}

enum Key<'a> {
    None,
    Number(Number),
    String(&'a Arc<str>),
    Boolean(bool),
    Other(&'a Value),
}

fn key(value: &Value) -> Key<'_> {
    match value {
        Value::Null => Key::None,
        Value::Integer(v) => Key::Number(Number::Integer(*v)),
        Value::Float(v) => Key::Number(Number::from_float(*v)),
        Value::String(v) => Key::String(v),
        Value::Boolean(v) => Key::Boolean(*v),
        other => Key::Other(other),
    }
}

impl PropertyIndex {
    /// How many nodes or relationships it holds.
    pub fn len(&self) -> u64 {
        self.integers.len()
            + self.fractions.len()
            + self.strings.len()
            + self.booleans.len()
            + self.others.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values it holds that differ from each other. Off by at most [`PropertyIndex::blind_changes`].
    pub fn distinct(&self) -> u64 {
        self.distinct
    }

    /// How many changes came to leaves that were not in memory.
    pub fn blind_changes(&self) -> u64 {
        self.blind
    }

    /// Whether a value, or one in a list, is NaN: nothing equals it.
    pub(crate) fn has_nan(value: &Value) -> bool {
        match value {
            Value::Float(v) => v.is_nan(),
            Value::List(items) => items.iter().any(PropertyIndex::has_nan),
            _ => false,
        }
    }

    /// Those whose value equals this one, in order of id. Exact for booleans, numbers (NaN equals
    /// nothing) and strings. For other values it may hold some whose value only sorts alike: the caller
    /// compares again.
    pub fn equal<'a>(&'a self, value: &'a Value) -> IndexIter<'a> {
        if matches!(value, Value::Float(v) if v.is_nan()) {
            return Box::new(std::iter::empty());
        }
        self.same(value)
    }

    /// Those whose value has the same place in the order.
    fn same<'a>(&'a self, value: &'a Value) -> IndexIter<'a> {
        match key(value) {
            Key::None => Box::new(std::iter::empty()),
            Key::Number(Number::Integer(v)) => ids(self.integers.range(move |k| k.0 < v, move |k| k.0 > v)),
            Key::Number(Number::Fraction(v)) => ids(self.fractions.range(move |k| k.0 < v, move |k| k.0 > v)),
            Key::String(v) => ids(self.strings.range(move |k| k.0 < *v, move |k| k.0 > *v)),
            Key::Boolean(v) => ids(self.booleans.range(move |k| !k.0 & v, move |k| k.0 & !v)),
            Key::Other(v) => {
                let place = move |k: &(Ordered, u64)| order::compare(&k.0.0, v);
                ids(self.others.range(move |k| place(k).is_lt(), move |k| place(k).is_gt()))
            }
        }
    }

    /// Those whose values lie between two bounds, in order of the values.
    ///
    /// A bound selects only values of its own class, as `<` does: numbers between numbers (never NaN),
    /// strings between strings. Bounds of two classes select nothing. Without bounds it is everyone, in the global
    /// order. For values other than booleans, numbers and strings the caller compares again.
    pub fn range<'a>(&'a self, lower: Bound<&'a Value>, upper: Bound<&'a Value>) -> IndexIter<'a> {
        match (class(lower), class(upper)) {
            (None, None) => Box::new(
                ids(self.others.iter())
                    .chain(ids(self.strings.iter()))
                    .chain(ids(self.booleans.iter()))
                    .chain(self.numbers(Bound::Unbounded, Bound::Unbounded)),
            ),
            (Some(one), Some(two)) if one != two => Box::new(std::iter::empty()),
            (Some(class), _) | (None, Some(class)) => self.range_of(class, lower, upper),
        }
    }

    fn range_of<'a>(
        &'a self,
        class: Class,
        lower: Bound<&'a Value>,
        upper: Bound<&'a Value>,
    ) -> IndexIter<'a> {
        match class {
            Class::Nothing => Box::new(std::iter::empty()),
            Class::Number => {
                let number = |value: &Value| match key(value) {
                    Key::Number(number) => Some(number),
                    _ => None,
                };
                let above = match upper {
                    // A bound leaves NaN out: it is neither above nor below anything.
                    Bound::Unbounded => Bound::Excluded(Number::NAN),
                    bound => narrow(bound, number),
                };
                self.numbers(narrow(lower, number), above)
            }
            Class::String => {
                let text = |value: &'a Value| match value {
                    Value::String(text) => Some(&**text),
                    _ => None,
                };
                let (lower, upper) = (narrow(lower, text), narrow(upper, text));
                ids(self.strings.range(move |k| is_before(&&*k.0, &lower), move |k| is_after(&&*k.0, &upper)))
            }
            Class::Boolean => {
                let boolean = |value: &Value| match value {
                    Value::Boolean(v) => Some(*v),
                    _ => None,
                };
                let (lower, upper) = (narrow(lower, boolean), narrow(upper, boolean));
                ids(self.booleans.range(move |k| is_before(&k.0, &lower), move |k| is_after(&k.0, &upper)))
            }
            Class::Other(kind) => {
                let before = move |k: &(Ordered, u64)| match lower {
                    Bound::Unbounded => false,
                    Bound::Included(v) => order::compare(&k.0.0, v).is_lt(),
                    Bound::Excluded(v) => order::compare(&k.0.0, v).is_le(),
                };
                let after = move |k: &(Ordered, u64)| match upper {
                    Bound::Unbounded => false,
                    Bound::Included(v) => order::compare(&k.0.0, v).is_gt(),
                    Bound::Excluded(v) => order::compare(&k.0.0, v).is_ge(),
                };
                let of_class = move |k: &&(Ordered, u64)| std::mem::discriminant(&k.0.0) == kind;
                ids(self.others.range(before, after).filter(of_class))
            }
        }
    }

    /// Those whose value is a string that begins so, in order of the strings.
    pub fn prefix<'a>(&'a self, prefix: &'a str) -> IndexIter<'a> {
        ids(self.strings.range(move |k| &*k.0 < prefix, move |k| &*k.0 > prefix && !k.0.starts_with(prefix)))
    }

    fn numbers(&self, lower: Bound<Number>, upper: Bound<Number>) -> IndexIter<'_> {
        let integers = self
            .integers
            .range(
                move |k| is_before(&Number::Integer(k.0), &lower),
                move |k| is_after(&Number::Integer(k.0), &upper),
            )
            .map(|k| (Number::Integer(k.0), k.1));
        let fractions = self
            .fractions
            .range(
                move |k| is_before(&Number::Fraction(k.0), &lower),
                move |k| is_after(&Number::Fraction(k.0), &upper),
            )
            .map(|k| (Number::Fraction(k.0), k.1));
        Box::new(numbers::merge(integers, fractions))
    }

    /// Whether it holds anybody with a value of this place in the order, if that can be told without fetching anything.
    fn knows(&self, value: &Value) -> Option<bool> {
        match key(value) {
            Key::None => Some(false),
            Key::Number(Number::Integer(v)) => self.integers.knows(|k| k.0 < v, |k| k.0 > v),
            Key::Number(Number::Fraction(v)) => self.fractions.knows(|k| k.0 < v, |k| k.0 > v),
            Key::String(v) => self.strings.knows(|k| k.0 < *v, |k| k.0 > *v),
            Key::Boolean(v) => self.booleans.knows(|k| !k.0 & v, |k| k.0 & !v),
            Key::Other(v) => {
                let place = |k: &(Ordered, u64)| order::compare(&k.0.0, v);
                self.others.knows(|k| place(k).is_lt(), |k| place(k).is_gt())
            }
        }
    }

    /// Enters somebody who is not there: that is believed where it cannot be seen without fetching anything.
    pub(crate) fn insert(&mut self, value: &Value, id: u64) {
        let known = self.knows(value);
        let inserted = match key(value) {
            Key::None => return,
            Key::Number(Number::Integer(v)) => self.integers.insert((v, id)),
            Key::Number(Number::Fraction(v)) => self.fractions.insert((v, id)),
            Key::String(v) => self.strings.insert((Arc::clone(v), id)),
            Key::Boolean(v) => self.booleans.insert((v, id)),
            Key::Other(v) => self.others.insert((Ordered(v.clone()), id)),
        };
        self.distinct += u64::from(inserted && known == Some(false));
        self.blind += u64::from(known.is_none());
    }

    /// Takes somebody out who is there: that is believed where it cannot be seen without fetching anything.
    pub(crate) fn remove(&mut self, value: &Value, id: u64) {
        let removed = match key(value) {
            Key::None => return,
            Key::Number(Number::Integer(v)) => self.integers.remove(&(v, id)),
            Key::Number(Number::Fraction(v)) => self.fractions.remove(&(v, id)),
            Key::String(v) => self.strings.remove(&(Arc::clone(v), id)),
            Key::Boolean(v) => self.booleans.remove(&(v, id)),
            Key::Other(v) => self.others.remove(&(Ordered(v.clone()), id)),
        };
        let known = self.knows(value);
        if removed && known == Some(false) {
            self.distinct = self.distinct.saturating_sub(1);
        }
        self.blind += u64::from(known.is_none());
    }

    /// An index of these values.
    pub(crate) fn build(entries: impl Iterator<Item = (Value, u64)>) -> PropertyIndex {
        let (mut integers, mut fractions) = (Vec::new(), Vec::new());
        let (mut strings, mut booleans, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (value, id) in entries {
            match key(&value) {
                Key::None => {}
                Key::Number(Number::Integer(v)) => integers.push((v, id)),
                Key::Number(Number::Fraction(v)) => fractions.push((v, id)),
                Key::String(v) => strings.push((Arc::clone(v), id)),
                Key::Boolean(v) => booleans.push((v, id)),
                Key::Other(v) => others.push((Ordered(v.clone()), id)),
            }
        }
        let mut distinct = 0;
        PropertyIndex {
            integers: sorted(integers, &mut distinct),
            fractions: sorted(fractions, &mut distinct),
            strings: sorted(strings, &mut distinct),
            booleans: sorted(booleans, &mut distinct),
            others: sorted(others, &mut distinct),
            distinct,
            blind: 0,
            number: 0,
        }
    }
}

fn sorted<K: Ord>(mut keys: Vec<(K, u64)>, distinct: &mut u64) -> OrderedSet<(K, u64)>
where
    (K, u64): SetKey,
{
    keys.sort_unstable();
    *distinct += keys.chunk_by(|a, b| a.0 == b.0).count() as u64;
    OrderedSet::from_sorted(keys)
}

fn ids<'a, K: 'a>(keys: impl Iterator<Item = &'a (K, u64)> + Send + 'a) -> IndexIter<'a> {
    Box::new(keys.map(|key| key.1))
}

/// What `<` compares with each other.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// Null and NaN: nothing compares with them.
    Nothing,
    Number,
    String,
    Boolean,
    Other(std::mem::Discriminant<Value>),
}

fn class(bound: Bound<&Value>) -> Option<Class> {
    let (Bound::Included(value) | Bound::Excluded(value)) = bound else { return None };
    Some(match value {
        Value::Null => Class::Nothing,
        Value::Float(v) if v.is_nan() => Class::Nothing,
        Value::Integer(_) | Value::Float(_) => Class::Number,
        Value::String(_) => Class::String,
        Value::Boolean(_) => Class::Boolean,
        other => Class::Other(std::mem::discriminant(other)),
    })
}

fn narrow<'a, T>(bound: Bound<&'a Value>, part: impl Fn(&'a Value) -> Option<T>) -> Bound<T> {
    match bound {
        Bound::Included(value) => part(value).map_or(Bound::Unbounded, Bound::Included),
        Bound::Excluded(value) => part(value).map_or(Bound::Unbounded, Bound::Excluded),
        Bound::Unbounded => Bound::Unbounded,
    }
}

fn is_before<T: Ord>(key: &T, lower: &Bound<T>) -> bool {
    match lower {
        Bound::Unbounded => false,
        Bound::Included(bound) => key < bound,
        Bound::Excluded(bound) => key <= bound,
    }
}

fn is_after<T: Ord>(key: &T, upper: &Bound<T>) -> bool {
    match upper {
        Bound::Unbounded => false,
        Bound::Included(bound) => key > bound,
        Bound::Excluded(bound) => key >= bound,
    }
}
