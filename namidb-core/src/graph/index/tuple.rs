//! Indexes over several properties: each entry is the list of the values, and lists sort by their first elements
//! first. So whatever agrees in the first properties stands together, in the order of the next one.

use super::{IndexIter, Ordered, PropertyIndex, class, ids};
use crate::value::{Value, order};
use std::cmp::Ordering;
use std::ops::Bound;

/// Where an entry stands, seen from the entries that begin with these values.
fn beginning(entry: &Value, first: &[Value]) -> Ordering {
    let Value::List(values) = entry else { return Ordering::Less };
    let differ = values.iter().zip(first).map(|(a, b)| order::compare(a, b)).find(|o| o.is_ne());
    differ.unwrap_or_else(|| values.len().cmp(&first.len()).min(Ordering::Equal))
}

/// The value of the property after the first ones.
fn next(entry: &Value, first: usize) -> Option<&Value> {
    match entry {
        Value::List(values) => values.get(first),
        _ => None,
    }
}

/// The least value that compares with this one.
fn least(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(_) | Value::Float(_) => Some(Value::Float(f64::NEG_INFINITY)),
        Value::String(_) => Some(Value::from("")),
        Value::Boolean(_) => Some(Value::Boolean(false)),
        _ => None,
    }
}

impl PropertyIndex {
    /// Of an index over several properties, those whose first values are these, in the order of the next one, which lies
    /// between two bounds. The caller compares again: what is found sorts alike, and may be of another class of values
    /// than the bounds are.
    pub fn tuples<'a>(
        &'a self,
        first: &'a [Value],
        lower: Bound<&'a Value>,
        upper: Bound<&'a Value>,
    ) -> IndexIter<'a> {
        let (start, excluded) = match (lower, upper) {
            (Bound::Included(bound), _) => (Some(bound.clone()), false),
            (Bound::Excluded(bound), _) => (Some(bound.clone()), true),
            (Bound::Unbounded, Bound::Included(bound) | Bound::Excluded(bound)) => (least(bound), false),
            (Bound::Unbounded, Bound::Unbounded) => (None, false),
        };
        let before = move |k: &(Ordered, u64)| {
            beginning(&k.0.0, first).then_with(|| match (next(&k.0.0, first.len()), &start) {
                (Some(value), Some(start)) => match order::compare(value, start) {
                    Ordering::Less => Ordering::Less,
                    Ordering::Equal if excluded => Ordering::Less,
                    _ => Ordering::Equal,
                },
                _ => Ordering::Equal,
            })
        };
        let class = [lower, upper].into_iter().find_map(class);
        let within = move |k: &(Ordered, u64)| {
            beginning(&k.0.0, first).is_eq()
                && next(&k.0.0, first.len()).is_none_or(|value| match upper {
                    Bound::Unbounded => class.is_none() || super::class(Bound::Included(value)) == class,
                    Bound::Included(bound) => order::compare(value, bound).is_le(),
                    Bound::Excluded(bound) => order::compare(value, bound).is_lt(),
                })
        };
        ids(self.others.range(move |k| before(k).is_lt(), move |k| !within(k)))
    }

    /// Of an index over several properties, those whose first values are these and whose next one is a string that begins
    /// so, in the order of the strings. The caller compares the first values again.
    pub fn tuples_with_prefix<'a>(&'a self, first: &'a [Value], prefix: &'a str) -> IndexIter<'a> {
        let lower = Value::from(prefix);
        let before = move |k: &(Ordered, u64)| {
            beginning(&k.0.0, first).then_with(|| match next(&k.0.0, first.len()) {
                Some(value) => order::compare(value, &lower).min(Ordering::Equal),
                None => Ordering::Equal,
            })
        };
        let within = move |k: &(Ordered, u64)| {
            beginning(&k.0.0, first).is_eq()
                && matches!(next(&k.0.0, first.len()), Some(Value::String(text)) if text.starts_with(prefix))
        };
        ids(self.others.range(move |k| before(k).is_lt(), move |k| !within(k)))
    }
}
