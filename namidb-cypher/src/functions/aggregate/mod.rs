//! Functions of a group's values.
//!
//! An [`Accumulator`] takes vectors of arguments with the group of each row and, where a row of a factorised
//! batch stands for several rows of the table, its weight; nothing is flattened for counting and summing.
//! Partial results of several threads are merged in an order that the caller fixes, so that sums of floats come
//! out the same every time.

mod avg;
mod collect;
mod count;
mod deviation;
mod distinct;
mod extreme;
mod max;
mod min;
mod percentile;
mod percentile_cont;
mod percentile_disc;
mod st_dev;
mod st_dev_p;
mod sum;
#[cfg(test)]
mod tests;

use super::AggregateFunction;
use crate::Error;
use crate::eval::errors;
use crate::vector::Vector;
use std::any::Any;
use std::fmt;

/// In the order of the reference page.
pub(super) const FUNCTIONS: &[AggregateFunction] = &[
    count::COUNT,
    sum::SUM,
    avg::AVG,
    min::MIN,
    max::MAX,
    collect::COLLECT,
    collect::COLLECT_LIST,
    st_dev::ST_DEV,
    st_dev::STDEV_SAMP,
    st_dev_p::ST_DEV_P,
    st_dev_p::STDEV_POP,
    percentile_cont::PERCENTILE_CONT,
    percentile_cont::PERCENTILE_CONT_ALIAS,
    percentile_disc::PERCENTILE_DISC,
    percentile_disc::PERCENTILE_DISC_ALIAS,
];

/// The rows of one update.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// How many rows there are.
    pub len: usize,
    /// The group of each row; all rows are of group 0 if absent.
    pub groups: Option<&'a [u32]>,
    /// How many groups there are: each row's group is below it.
    pub group_count: usize,
    /// How many rows of the table each row stands for; one each if absent.
    pub weights: Option<&'a [u64]>,
}

impl<'a> Rows<'a> {
    /// Rows of group 0.
    pub fn ungrouped(len: usize) -> Rows<'a> {
        Rows { len, groups: None, group_count: 1, weights: None }
    }

    /// Rows of these groups, all of which are below `group_count`.
    pub fn grouped(groups: &'a [u32], group_count: usize) -> Rows<'a> {
        Rows { len: groups.len(), groups: Some(groups), group_count, weights: None }
    }

    /// The same rows with weights.
    #[must_use]
    pub fn weighted(self, weights: Option<&'a [u64]>) -> Rows<'a> {
        Rows { weights, ..self }
    }

    /// The group of a row.
    #[inline]
    pub(crate) fn group(&self, row: usize) -> usize {
        self.groups.map_or(0, |groups| groups[row] as usize)
    }

    /// The weight of a row.
    #[inline]
    pub(crate) fn weight(&self, row: usize) -> u64 {
        self.weights.map_or(1, |weights| weights[row])
    }
}

/// The state of one aggregate over all groups.
pub trait Accumulator: fmt::Debug + Send {
    /// Takes rows in. Arguments are as many as the function was called with, each as long as the rows.
    ///
    /// # Errors
    /// A type that the function does not take, an argument out of range.
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error>;

    /// Takes in what another accumulator of the same function has seen after this one; `groups[g]` is what its
    /// group `g` is called here, below `group_count`.
    ///
    /// # Errors
    /// As [`Accumulator::update`].
    fn merge(&mut self, other: Box<dyn Accumulator>, groups: &[u32], group_count: usize)
    -> Result<(), Error>;

    /// The result of each group; a group without rows gets what an empty table gets.
    ///
    /// # Errors
    /// A sum that is no 64-bit integer.
    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error>;

    /// How many bytes it holds, for the books of a query's memory. Asked after every batch, so that it must not
    /// look at each group.
    fn size_bytes(&self) -> u64;

    /// Itself, for [`Accumulator::merge`].
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A fresh accumulator of a function, over all values or over distinct ones.
pub fn accumulator(function: &AggregateFunction, distinct: bool) -> Box<dyn Accumulator> {
    if distinct { Box::new(distinct::Distinct::new(function.accumulator)) } else { (function.accumulator)() }
}

/// The accumulator that `merge` was given, as the type that it must have.
fn same<T: 'static>(other: Box<dyn Accumulator>) -> Result<Box<T>, Error> {
    other.into_any().downcast().map_err(|_| errors::internal("two different aggregates were merged"))
}

/// The states of groups, made as groups appear.
#[derive(Debug, Default)]
struct PerGroup<T> {
    states: Vec<T>,
}

impl<T: Default> PerGroup<T> {
    /// The states of at least so many groups.
    fn upto(&mut self, group_count: usize) -> &mut [T] {
        if self.states.len() < group_count {
            self.states.resize_with(group_count, T::default);
        }
        &mut self.states
    }

    fn into_states(mut self, group_count: usize) -> Vec<T> {
        self.upto(group_count);
        self.states
    }

    fn size_bytes(&self) -> u64 {
        (self.states.capacity() * size_of::<T>()) as u64
    }
}

/// The one argument of a function that takes one.
fn only<'a>(arguments: &'a [Vector], function: &str) -> Result<&'a Vector, Error> {
    arguments.first().ok_or_else(|| errors::internal(format!("{function}() was called without its argument")))
}
