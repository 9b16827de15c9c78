//! `stDev(value)` and `stDevP(value)`.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::eval::errors;
use crate::functions::{AggregateFunction, Signature, TypeSet as T};
use crate::vector::Vector;
use namidb_core::Value;
use std::any::Any;

/// `stDev(value)`.
pub(in crate::functions) const ST_DEV: AggregateFunction = AggregateFunction {
    name: "stDev",
    example: "UNWIND [1, 3] AS x RETURN round(stDev(x), 3) = 1.414",
    doc: "The standard deviation of a sample, nulls left out; 0.0 of fewer than two numbers.",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    accumulator: || Box::new(Deviation { sample: true, moments: PerGroup::default() }),
};

/// `stdev_samp(..)`: GQL's name.
pub(in crate::functions) const STDEV_SAMP: AggregateFunction = AggregateFunction {
    name: "stdev_samp",
    example: "UNWIND [1, 3] AS x RETURN round(stdev_samp(x), 3) = 1.414",
    ..ST_DEV
};

/// `stDevP(value)`.
pub(in crate::functions) const ST_DEV_P: AggregateFunction = AggregateFunction {
    name: "stDevP",
    example: "UNWIND [1, 3] AS x RETURN stDevP(x) = 1.0",
    doc: "The standard deviation of a whole population, nulls left out; 0.0 of fewer than two numbers.",
    signature: Signature::new(&[T::NUMBER], T::FLOAT),
    accumulator: || Box::new(Deviation { sample: false, moments: PerGroup::default() }),
};

/// `stdev_pop(..)`: GQL's name.
pub(in crate::functions) const STDEV_POP: AggregateFunction = AggregateFunction {
    name: "stdev_pop",
    example: "UNWIND [1, 3] AS x RETURN stdev_pop(x) = 1.0",
    ..ST_DEV_P
};

/// Count, mean, and sum of squared distances from the mean (Welford's method, joined as Chan, Golub and
/// LeVeque do).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn join(&mut self, other: Moments) {
        if other.count == 0.0 {
            return;
        }
        let count = self.count + other.count;
        let distance = other.mean - self.mean;
        self.mean += distance * other.count / count;
        self.squares += other.squares + distance * distance * self.count * other.count / count;
        self.count = count;
    }

    fn deviation(self, sample: bool) -> f64 {
        if self.count < 2.0 {
            return 0.0;
        }
        (self.squares / if sample { self.count - 1.0 } else { self.count }).sqrt()
    }
}

#[derive(Debug)]
struct Deviation {
    sample: bool,
    moments: PerGroup<Moments>,
}

impl Accumulator for Deviation {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        let argument = only(arguments, "stDev")?;
        let moments = self.moments.upto(rows.group_count);
        for row in 0..rows.len {
            let mean = match argument.value(row) {
                Value::Null => continue,
                Value::Integer(i) => i as f64,
                Value::Float(f) => f,
                other => return Err(errors::unexpected_type("stDev()", "numbers", &other)),
            };
            let count = rows.weight(row) as f64;
            if count > 0.0 {
                moments[rows.group(row)].join(Moments { count, mean, squares: 0.0 });
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
        let moments = self.moments.upto(group_count);
        for (group, other) in groups.iter().zip(same::<Deviation>(other)?.moments.states) {
            moments[*group as usize].join(other);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        let sample = self.sample;
        let moments = self.moments.into_states(group_count);
        Ok(Vector::floats(moments.into_iter().map(|moments| moments.deviation(sample)).collect()))
    }

    fn size_bytes(&self) -> u64 {
        self.moments.size_bytes()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
