//! Standard deviations.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::eval::errors;
use crate::vector::Vector;
use namidb_core::Value;
use std::any::Any;

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
pub(super) struct Deviation {
    sample: bool,
    moments: PerGroup<Moments>,
}

impl Deviation {
    /// Of a sample, or of a whole population.
    pub(super) fn new(sample: bool) -> Deviation {
        Deviation { sample, moments: PerGroup::default() }
    }
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
