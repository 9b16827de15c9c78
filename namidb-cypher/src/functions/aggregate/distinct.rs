//! An aggregate of distinct values.

use super::{Accumulator, Rows, same};
use crate::Error;
use crate::eval::{Grouping, errors};
use crate::vector::Vector;
use std::any::Any;

/// Keeps each combination of group and arguments once, in the order first seen; the function itself runs at the
/// end.
#[derive(Debug)]
pub(super) struct Distinct {
    inner: fn() -> Box<dyn Accumulator>,
    /// Made with the first rows, when the number of arguments is known.
    seen: Option<Grouping>,
}

impl Distinct {
    pub(super) fn new(inner: fn() -> Box<dyn Accumulator>) -> Distinct {
        Distinct { inner, seen: None }
    }

    fn add(&mut self, groups: Vec<i64>, arguments: &[Vector]) {
        let len = groups.len();
        let mut keys = Vec::with_capacity(arguments.len() + 1);
        keys.push(Vector::integers(groups));
        keys.extend_from_slice(arguments);
        let seen = self.seen.get_or_insert_with(|| Grouping::new(keys.len()));
        seen.assign(&keys, len, &mut Vec::new());
    }
}

/// The groups and the arguments of what was seen.
fn parted(seen: Grouping) -> Result<(Vec<u32>, Vec<Vector>), Error> {
    let mut keys = seen.into_keys();
    let arguments = keys.split_off(1);
    match keys.first() {
        Some(Vector::Integer(groups)) => {
            Ok((groups.values.iter().map(|group| *group as u32).collect(), arguments))
        }
        _ => Err(errors::internal("the groups of distinct values are no integers")),
    }
}

impl Accumulator for Distinct {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        if rows.len > 0 {
            self.add((0..rows.len).map(|row| rows.group(row) as i64).collect(), arguments);
        }
        Ok(())
    }

    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], _: usize) -> Result<(), Error> {
        if let Some(seen) = same::<Distinct>(other)?.seen {
            let (theirs, arguments) = parted(seen)?;
            self.add(theirs.iter().map(|group| i64::from(groups[*group as usize])).collect(), &arguments);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        let mut inner = (self.inner)();
        if let Some(seen) = self.seen {
            let (groups, arguments) = parted(seen)?;
            inner.update(&Rows::grouped(&groups, group_count), &arguments)?;
        }
        inner.finish(group_count)
    }

    fn size_bytes(&self) -> u64 {
        self.seen.as_ref().map_or(0, Grouping::size_bytes)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
