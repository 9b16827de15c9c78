//! `sum(value)`.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::eval::errors;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use namidb_core::value::Duration;
use std::any::Any;

pub(super) const SUM: AggregateFunction = AggregateFunction {
    name: "sum",
    doc: "The sum of numbers or durations, nulls left out; 0 of nothing. A sum of integers is exact, and an \
          error where it is no 64-bit integer.",
    example: "UNWIND [1, 2] AS x RETURN sum(x)",
    answer: "3",
    signature: Signature::new(&[T::NUMBER.or(T::DURATION)], T::NUMBER.or(T::DURATION)),
    accumulator: || Box::new(Sums::default()),
};

/// The sum of one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    /// How many values there are.
    pub(super) count: u64,
    /// Integers, exactly: no number of them overflows this.
    integers: i128,
    /// Floats, and the low bits that adding them lost (Neumaier's summation).
    floats: f64,
    lost: f64,
    has_floats: bool,
    durations: Option<Box<Duration>>,
}

impl Sum {
    #[inline]
    fn add_integer(&mut self, value: i64, weight: u64) {
        self.count += weight;
        self.integers += i128::from(value) * i128::from(weight);
    }

    #[inline]
    fn add_float(&mut self, value: f64, weight: u64) {
        self.count += weight;
        self.has_floats = true;
        self.add_to_floats(value * weight as f64);
    }

    #[inline]
    fn add_to_floats(&mut self, value: f64) {
        let sum = self.floats + value;
        let lost = if self.floats.abs() >= value.abs() {
            (self.floats - sum) + value
        } else {
            (value - sum) + self.floats
        };
        // Infinity loses nothing that could be given back.
        if lost.is_finite() {
            self.lost += lost;
        }
        self.floats = sum;
    }

    fn add(&mut self, value: &Value, weight: u64, function: &str) -> Result<(), Error> {
        match value {
            Value::Null => {}
            Value::Integer(i) if self.durations.is_none() => self.add_integer(*i, weight),
            Value::Float(f) if self.durations.is_none() => self.add_float(*f, weight),
            Value::Duration(d) if self.count == 0 || self.durations.is_some() => {
                let added = if weight == 1 { Some(**d) } else { d.times(weight as f64) };
                self.count += weight;
                self.add_duration(added)?;
            }
            other => {
                return Err(errors::unexpected_type(function, "numbers, or durations, and not both", other));
            }
        }
        Ok(())
    }

    fn add_duration(&mut self, added: Option<Duration>) -> Result<(), Error> {
        let so_far = self.durations.as_deref().unwrap_or(&Duration::ZERO);
        let sum = added.and_then(|added| so_far.plus(&added));
        self.durations = Some(Box::new(sum.ok_or_else(|| errors::temporal_overflow("the sum"))?));
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Sum, function: &str) -> Result<(), Error> {
        if let Some(duration) = &other.durations {
            if self.count > 0 && self.durations.is_none() {
                let found = Value::from(**duration);
                return Err(errors::unexpected_type(function, "numbers, or durations, and not both", &found));
            }
            self.add_duration(Some(**duration))?;
        } else if other.count > 0 && self.durations.is_some() {
            let found = Value::Float(other.as_float());
            return Err(errors::unexpected_type(function, "numbers, or durations, and not both", &found));
        }
        self.count += other.count;
        self.integers += other.integers;
        if other.has_floats {
            self.has_floats = true;
            self.add_to_floats(other.floats);
            self.lost += other.lost;
        }
        Ok(())
    }

    /// The sum of all numbers as a float.
    fn as_float(&self) -> f64 {
        let floats = if self.floats.is_finite() { self.floats + self.lost } else { self.floats };
        if self.has_floats { floats + self.integers as f64 } else { self.integers as f64 }
    }

    fn total(&self) -> Result<Value, Error> {
        if let Some(duration) = &self.durations {
            return Ok(Value::from(**duration));
        }
        if self.has_floats {
            return Ok(Value::Float(self.as_float()));
        }
        let sum = i64::try_from(self.integers);
        sum.map(Value::Integer).map_err(|_| errors::overflow(format!("the sum {}", self.integers)))
    }

    pub(super) fn mean(&self) -> Result<Value, Error> {
        if self.count == 0 {
            return Ok(Value::Null);
        }
        match &self.durations {
            Some(sum) => sum
                .divided(self.count as f64)
                .map(Value::from)
                .ok_or_else(|| errors::temporal_overflow("the mean")),
            None => Ok(Value::Float(self.as_float() / self.count as f64)),
        }
    }
}

/// The sums of all groups.
#[derive(Debug, Default)]
pub(super) struct Sums {
    sums: PerGroup<Sum>,
    /// Whether any group has durations, which numbers must then be checked against.
    has_durations: bool,
}

impl Sums {
    pub(super) fn add(&mut self, rows: &Rows<'_>, value: &Vector, function: &str) -> Result<(), Error> {
        let sums = self.sums.upto(rows.group_count);
        match value {
            Vector::Constant(Value::Null, _) => {}
            Vector::Integer(v) if !self.has_durations => {
                if rows.groups.is_none() && rows.weights.is_none() && !v.has_nulls() {
                    sums[0].count += v.values.len() as u64;
                    sums[0].integers += v.values.iter().map(|i| i128::from(*i)).sum::<i128>();
                    return Ok(());
                }
                for row in 0..rows.len {
                    if let Some(i) = v.get(row) {
                        sums[rows.group(row)].add_integer(i, rows.weight(row));
                    }
                }
            }
            Vector::Float(v) if !self.has_durations => {
                for row in 0..rows.len {
                    if let Some(f) = v.get(row) {
                        sums[rows.group(row)].add_float(f, rows.weight(row));
                    }
                }
            }
            other => {
                for row in 0..rows.len {
                    let value = other.value(row);
                    self.has_durations |= matches!(value, Value::Duration(_));
                    sums[rows.group(row)].add(&value, rows.weight(row), function)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn take(
        &mut self,
        other: Sums,
        groups: &[u32],
        group_count: usize,
        function: &str,
    ) -> Result<(), Error> {
        self.has_durations |= other.has_durations;
        let sums = self.sums.upto(group_count);
        for (group, sum) in groups.iter().zip(&other.sums.states) {
            sums[*group as usize].merge(sum, function)?;
        }
        Ok(())
    }

    pub(super) fn results(
        self,
        group_count: usize,
        result: impl Fn(&Sum) -> Result<Value, Error>,
    ) -> Result<Vector, Error> {
        let mut builder = VectorBuilder::with_capacity(group_count);
        for sum in self.sums.into_states(group_count) {
            builder.push(result(&sum)?);
        }
        Ok(builder.finish())
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.sums.size_bytes()
    }
}

impl Accumulator for Sums {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        self.add(rows, only(arguments, "sum")?, "sum()")
    }

    fn merge(
        &mut self,
        other: Box<dyn Accumulator>,
        groups: &[u32],
        group_count: usize,
    ) -> Result<(), Error> {
        self.take(*same::<Sums>(other)?, groups, group_count, "sum()")
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        self.results(group_count, Sum::total)
    }

    fn size_bytes(&self) -> u64 {
        Sums::size_bytes(self)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
