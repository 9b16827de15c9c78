//! Integers and doubles in one order, compared exactly.

use std::cmp::Ordering;

/// A double that is not a whole number of 64 bits. NaN is the greatest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fraction(f64);

impl Fraction {
    /// None if it is a whole number of 64 bits.
    pub(super) fn new(value: f64) -> Option<Fraction> {
        match Number::from_float(value) {
            Number::Fraction(fraction) => Some(fraction),
            Number::Integer(_) => None,
        }
    }

    pub(super) fn value(self) -> f64 {
        self.0
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.partial_cmp(&other.0).unwrap_or_else(|| self.0.is_nan().cmp(&other.0.is_nan()))
    }
}

/// A number as an index keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Number {
    Integer(i64),
    Fraction(Fraction),
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

impl Number {
    pub(super) const NAN: Number = Number::Fraction(Fraction(f64::NAN));

    pub(super) fn from_float(value: f64) -> Number {
        if value.trunc() == value && (-TWO_63..TWO_63).contains(&value) {
            Number::Integer(value as i64)
        } else {
            Number::Fraction(Fraction(value))
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Number::Integer(one), Number::Integer(two)) => one.cmp(two),
            (Number::Fraction(one), Number::Fraction(two)) => one.cmp(two),
            (Number::Integer(one), Number::Fraction(two)) => compare(*one, *two),
            (Number::Fraction(one), Number::Integer(two)) => compare(*two, *one).reverse(),
        }
    }
}

/// They are never equal: a fraction is no whole number of 64 bits.
fn compare(integer: i64, fraction: Fraction) -> Ordering {
    let floor = fraction.0.floor();
    if fraction.0.is_nan() || floor >= TWO_63 || (floor >= -TWO_63 && integer <= floor as i64) {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// The ids of two sorted streams in the order of their numbers.
pub(super) fn merge(
    one: impl Iterator<Item = (Number, u64)>,
    two: impl Iterator<Item = (Number, u64)>,
) -> impl Iterator<Item = u64> {
    let (mut one, mut two) = (one.peekable(), two.peekable());
    std::iter::from_fn(move || {
        let from_one = match (one.peek(), two.peek()) {
            (Some(a), Some(b)) => a <= b,
            (a, _) => a.is_some(),
        };
        let next = if from_one { one.next() } else { two.next() };
        next.map(|(_, id)| id)
    })
}
