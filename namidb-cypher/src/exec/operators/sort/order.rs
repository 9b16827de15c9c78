//! The order of rows by their keys.

use crate::error::Error;
use crate::exec::{ExecutionContext, Ticks};
use crate::vector::{Strings, Vector};
use namidb_core::value::order;
use std::cmp::Ordering;

/// Rows are sorted in runs of so many, with a look at the context in between, and the runs merged.
const RUN: usize = 8192;

/// A key of every row, with a quick way to compare where there is one.
pub(super) enum KeyColumn<'a> {
    Integers(&'a [i64]),
    Strings(&'a Strings),
    Values(&'a Vector),
}

impl<'a> KeyColumn<'a> {
    pub(super) fn new(vector: &'a Vector) -> KeyColumn<'a> {
        match vector {
            Vector::Integer(v) if !v.has_nulls() => KeyColumn::Integers(&v.values),
            Vector::String(v) if !vector.has_nulls() => KeyColumn::Strings(v),
            other => KeyColumn::Values(other),
        }
    }

    #[inline]
    fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            KeyColumn::Integers(values) => values[a].cmp(&values[b]),
            KeyColumn::Strings(texts) => texts.bytes(a).cmp(texts.bytes(b)),
            KeyColumn::Values(Vector::Any(values)) => {
                order::compare(&values.as_slice()[a], &values.as_slice()[b])
            }
            KeyColumn::Values(Vector::Constant(..)) => Ordering::Equal,
            KeyColumn::Values(values) => order::compare(&values.value(a), &values.value(b)),
        }
    }

    /// Compares a row with one of another column of the same key.
    pub(super) fn compare_with(&self, row: usize, other: &KeyColumn<'_>, other_row: usize) -> Ordering {
        match (self, other) {
            (KeyColumn::Integers(a), KeyColumn::Integers(b)) => a[row].cmp(&b[other_row]),
            (KeyColumn::Strings(a), KeyColumn::Strings(b)) => a.bytes(row).cmp(b.bytes(other_row)),
            _ => order::compare(&self.value(row), &other.value(other_row)),
        }
    }

    fn value(&self, row: usize) -> namidb_core::Value {
        match self {
            KeyColumn::Integers(values) => namidb_core::Value::Integer(values[row]),
            KeyColumn::Strings(texts) => namidb_core::Value::from(texts.text(row)),
            KeyColumn::Values(values) => values.value(row),
        }
    }
}

/// The rows in order, equal ones as they came.
pub(super) fn sorted_rows(
    keys: &[Vector],
    descending: &[bool],
    len: usize,
    cx: &ExecutionContext,
) -> Result<Vec<u32>, Error> {
    let columns: Vec<KeyColumn<'_>> = keys.iter().map(KeyColumn::new).collect();
    match (columns.as_slice(), descending) {
        ([KeyColumn::Integers(values)], [false]) => {
            merge_sort(len, cx, |a, b| values[a as usize].cmp(&values[b as usize]))
        }
        ([KeyColumn::Integers(values)], [true]) => {
            merge_sort(len, cx, |a, b| values[b as usize].cmp(&values[a as usize]))
        }
        _ => merge_sort(len, cx, |a, b| {
            for (column, descending) in columns.iter().zip(descending) {
                let order = column.compare(a as usize, b as usize);
                if order.is_ne() {
                    return if *descending { order.reverse() } else { order };
                }
            }
            Ordering::Equal
        }),
    }
}

fn merge_sort(
    len: usize,
    cx: &ExecutionContext,
    compare: impl Fn(u32, u32) -> Ordering,
) -> Result<Vec<u32>, Error> {
    let mut rows: Vec<u32> = (0..len as u32).collect();
    for run in rows.chunks_mut(RUN) {
        cx.check()?;
        run.sort_by(|a, b| compare(*a, *b));
    }
    let mut ticks = Ticks::new();
    let mut run = RUN;
    let mut merged = Vec::new();
    while run < len {
        merged.clear();
        merged.reserve(len);
        for pair in rows.chunks(2 * run) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            let (mut l, mut r) = (0, 0);
            while l < left.len() && r < right.len() {
                ticks.tick(cx)?;
                if compare(right[r], left[l]).is_lt() {
                    merged.push(right[r]);
                    r += 1;
                } else {
                    merged.push(left[l]);
                    l += 1;
                }
            }
            merged.extend_from_slice(&left[l..]);
            merged.extend_from_slice(&right[r..]);
        }
        std::mem::swap(&mut rows, &mut merged);
        run *= 2;
    }
    Ok(rows)
}
