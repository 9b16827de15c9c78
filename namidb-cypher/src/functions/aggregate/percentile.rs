//! Percentiles of the numbers of a group.

use super::{Accumulator, PerGroup, Rows, only, same};
use crate::Error;
use crate::eval::errors;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use namidb_core::value::order;
use std::any::Any;

/// The numbers of one group, each with how often it comes.
#[derive(Debug, Default)]
struct Sample {
    percentile: Option<f64>,
    numbers: Vec<(Value, u64)>,
}

impl Sample {
    fn total(&self) -> u64 {
        self.numbers.iter().fold(0, |sum: u64, (_, weight)| sum.saturating_add(*weight))
    }

    /// The number at a position of the sorted sample, each taken as often as it comes.
    fn at(&self, position: u64) -> Option<&Value> {
        let mut end = 0_u64;
        let found = self.numbers.iter().find(|(_, weight)| {
            end = end.saturating_add(*weight);
            position < end
        });
        found.map(|(number, _)| number)
    }

    fn result(mut self, continuous: bool) -> Value {
        let total = self.total();
        let Some(percentile) = self.percentile.filter(|_| total > 0) else { return Value::Null };
        self.numbers.sort_by(|(a, _), (b, _)| order::compare(a, b));
        if !continuous {
            let rank = (percentile * total as f64).ceil().max(1.0) as u64;
            return self.at(rank.min(total) - 1).cloned().unwrap_or_default();
        }
        let exact = percentile * (total - 1) as f64;
        let below = exact.floor();
        let number = |position: f64| match self.at((position as u64).min(total - 1)) {
            Some(Value::Integer(i)) => *i as f64,
            Some(Value::Float(f)) => *f,
            _ => f64::NAN,
        };
        let low = number(below);
        let part = exact - below;
        Value::Float(if part == 0.0 { low } else { low + (number(below + 1.0) - low) * part })
    }
}

#[derive(Debug)]
pub(super) struct Percentile {
    continuous: bool,
    samples: PerGroup<Sample>,
    /// How many numbers all samples hold.
    held: usize,
}

impl Percentile {
    pub(super) fn new(continuous: bool) -> Percentile {
        Percentile { continuous, samples: PerGroup::default(), held: 0 }
    }
}

impl Accumulator for Percentile {
    fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        let argument = only(arguments, "percentileDisc")?;
        let percentiles = only(arguments.get(1..).unwrap_or_default(), "percentileDisc")?;
        let samples = self.samples.upto(rows.group_count);
        for row in 0..rows.len {
            let sample = &mut samples[rows.group(row)];
            // The percentile of a group is that of its first row.
            if sample.percentile.is_none() {
                sample.percentile = Some(checked(&percentiles.value(row))?);
            }
            match argument.value(row) {
                Value::Null => {}
                number @ (Value::Integer(_) | Value::Float(_)) => {
                    sample.numbers.push((number, rows.weight(row)));
                    self.held += 1;
                }
                other => return Err(errors::unexpected_type("a percentile", "numbers", &other)),
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
        let other = same::<Percentile>(other)?;
        let samples = self.samples.upto(group_count);
        self.held += other.held;
        for (group, other) in groups.iter().zip(other.samples.states) {
            let sample = &mut samples[*group as usize];
            sample.percentile = sample.percentile.or(other.percentile);
            sample.numbers.extend(other.numbers);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, group_count: usize) -> Result<Vector, Error> {
        let continuous = self.continuous;
        let mut builder = VectorBuilder::with_capacity(group_count);
        for sample in self.samples.into_states(group_count) {
            builder.push(sample.result(continuous));
        }
        Ok(builder.finish())
    }

    fn size_bytes(&self) -> u64 {
        self.samples.size_bytes() + (self.held * size_of::<(Value, u64)>()) as u64
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn checked(percentile: &Value) -> Result<f64, Error> {
    let number = match percentile {
        Value::Integer(i) => *i as f64,
        Value::Float(f) => *f,
        other => return Err(errors::unexpected_type("a percentile", "a number from 0.0 to 1.0", other)),
    };
    if (0.0..=1.0).contains(&number) {
        return Ok(number);
    }
    Err(errors::argument_error(
        "NumberOutOfRange",
        format!("a percentile lies between 0.0 and 1.0, and was given as {percentile}"),
    ))
}
