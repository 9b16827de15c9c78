//! Durations of four parts.

use super::text::{Text, write_nanos};
use super::{DAY_NANOS, DAY_SECONDS, LocalTime, SECOND_NANOS};
use std::fmt;
use std::ops::ControlFlow;

/// Seconds of a mean month: a twelfth of 365.2425 days.
const MONTH_SECONDS: i64 = 2_629_746;

/// A duration: its four parts are kept apart, since a month has no fixed number of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Days.
    pub days: i64,
    /// Seconds.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999; the sign of a duration is in `seconds`.
    pub nanos: u32,
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration { months: 0, days: 0, seconds: 0, nanos: 0 };

    /// A duration of these parts; nanoseconds beyond a second are carried. None if that overflows.
    pub fn new(months: i64, days: i64, seconds: i64, nanos: i64) -> Option<Duration> {
        let seconds = seconds.checked_add(nanos.div_euclid(SECOND_NANOS))?;
        Some(Duration { months, days, seconds, nanos: nanos.rem_euclid(SECOND_NANOS) as u32 })
    }

    /// A duration of months, days and any number of nanoseconds. None if that overflows.
    pub(super) fn new_exact(months: i64, days: i64, nanos: i128) -> Option<Duration> {
        Duration::of(i128::from(months), i128::from(days), nanos)
    }

    fn of(months: i128, days: i128, nanos: i128) -> Option<Duration> {
        Some(Duration {
            months: i64::try_from(months).ok()?,
            days: i64::try_from(days).ok()?,
            seconds: i64::try_from(nanos.div_euclid(i128::from(SECOND_NANOS))).ok()?,
            nanos: nanos.rem_euclid(i128::from(SECOND_NANOS)) as u32,
        })
    }

    /// Whether its nanoseconds are less than a second.
    pub fn is_valid(&self) -> bool {
        i64::from(self.nanos) < SECOND_NANOS
    }

    /// Nanoseconds of its seconds and nanoseconds together.
    pub fn total_nanos(&self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND_NANOS) + i128::from(self.nanos)
    }

    /// Nanoseconds of all parts, with mean months: what durations are ordered by.
    pub fn mean_nanos(&self) -> i128 {
        let seconds = i128::from(self.months) * i128::from(MONTH_SECONDS) + i128::from(self.days) * 86_400;
        seconds * i128::from(SECOND_NANOS) + self.total_nanos()
    }

    /// The sum, part by part.
    pub fn plus(&self, other: &Duration) -> Option<Duration> {
        Duration::of(
            i128::from(self.months) + i128::from(other.months),
            i128::from(self.days) + i128::from(other.days),
            self.total_nanos() + other.total_nanos(),
        )
    }

    /// The opposite, part by part.
    pub fn negated(&self) -> Option<Duration> {
        Duration::of(-i128::from(self.months), -i128::from(self.days), -self.total_nanos())
    }

    /// So many times as long. What is left of the months becomes days of a mean month (30.436875 days), what is left of
    /// the days becomes seconds, what is left of the nanoseconds is cut off. A factor counts as the decimal number that
    /// it is written as. None if it is not finite or the result too large.
    pub fn times(&self, factor: f64) -> Option<Duration> {
        let (numerator, denominator) = fraction(factor)?;
        self.scaled(numerator, denominator)
    }

    /// The so manieth part of it, with what is left carried as in [`Duration::times`]. None also for zero.
    pub fn divided(&self, divisor: f64) -> Option<Duration> {
        let (numerator, denominator) = fraction(divisor)?;
        match numerator.signum() {
            0 => None,
            sign => self.scaled(denominator * sign, numerator.abs()),
        }
    }

    fn scaled(&self, numerator: i128, denominator: i128) -> Option<Duration> {
        let split = |part: i64| {
            let scaled = i128::from(part).checked_mul(numerator)?;
            Some((scaled / denominator, scaled % denominator))
        };
        let (months, of_month) = split(self.months)?;
        let (days, of_day) = split(self.days)?;
        let (seconds, of_second) = split(self.seconds)?;
        // What is left, in nanoseconds times the denominator.
        let day = i128::from(DAY_NANOS);
        let month = i128::from(MONTH_SECONDS) * i128::from(SECOND_NANOS);
        let left = of_month.checked_mul(month)?.checked_add(of_day.checked_mul(day)?)?;
        let whole_day = day.checked_mul(denominator)?;
        let of_seconds = of_second.checked_mul(i128::from(SECOND_NANOS))?;
        let of_nanos = i128::from(self.nanos).checked_mul(numerator)?;
        let (days, of_day) = toward_zero(days, left, whole_day)?;
        let rest = of_day.checked_add(of_seconds)?.checked_add(of_nanos)?;
        let (nanos, _) = toward_zero(seconds.checked_mul(i128::from(SECOND_NANOS))?, rest, denominator)?;
        Duration::of(months, days, nanos)
    }

    /// Reads `P12Y5M2W14DT16H12M70.5S`, any part of it left out, signed or with a fraction; and
    /// `P2012-02-02T14:37:21.545`, `P20120202T143721.545`, the day or the time left out.
    pub fn parse(text: &str) -> Option<Duration> {
        let mut text = Text::new(text);
        let negative = text.eat(b'-');
        if !negative {
            text.eat(b'+');
        }
        if !text.eat(b'P') || text.is_empty() {
            return None;
        }
        let parsed = read_like_a_date(text.clone()).or_else(|| read_units(text))?;
        if negative { parsed.negated() } else { Some(parsed) }
    }
}

/// A whole number and a rest in parts of one, as whole number and rest of one sign.
fn toward_zero(whole: i128, rest: i128, parts: i128) -> Option<(i128, i128)> {
    let (whole, rest) = (whole.checked_add(rest.div_euclid(parts))?, rest.rem_euclid(parts));
    Some(if whole < 0 && rest > 0 { (whole + 1, rest - parts) } else { (whole, rest) })
}

/// `2012-02-02T14:37:21.545` after the `P`.
fn read_like_a_date(mut text: Text<'_>) -> Option<Duration> {
    let (mut months, mut days) = (0, 0);
    if text.peek() != Some(b'T') {
        let years = text.digits(4)?;
        let hyphens = text.eat(b'-');
        months = text.digits(2).filter(|months| *months <= 12)?;
        if hyphens && !text.eat(b'-') {
            return None;
        }
        days = text.digits(2).filter(|days| *days <= 31)?;
        months += years * 12;
    }
    let time = if text.eat(b'T') { LocalTime::read(&mut text)? } else { LocalTime::MIDNIGHT };
    text.end()?;
    Duration::of(i128::from(months), i128::from(days), i128::from(time.nanos))
}

/// A finite number as a fraction, both parts below 10¹⁸: as it is written, cut off after 18 decimals.
fn fraction(number: f64) -> Option<(i128, i128)> {
    const DIGITS: i32 = 18;
    if !number.is_finite() {
        return None;
    }
    let written = format!("{number:e}");
    let (mantissa, exponent) = written.split_once('e')?;
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let digits: i128 = mantissa.replace('.', "").parse().ok()?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(decimals).ok()?)?;
    let power = |exponent: i32| 10_i128.pow(exponent.unsigned_abs());
    match exponent {
        _ if digits == 0 => Some((0, 1)),
        0..=DIGITS => {
            let whole = digits.checked_mul(power(exponent))?;
            (whole.unsigned_abs() < i64::MAX.unsigned_abs().into()).then_some((whole, 1))
        }
        _ if exponent > DIGITS => None,
        _ if exponent >= -DIGITS => Some((digits, power(exponent))),
        _ if exponent >= -2 * DIGITS => Some((digits / power(exponent + DIGITS), power(DIGITS))),
        _ => Some((0, 1)),
    }
}

/// Amounts of units, whole or not, that add up to a duration. They are in billionths, so that fractions stay exact. What
/// is left of the sum of months becomes days of a mean month, what is left of the sum of days becomes seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct DurationSum {
    /// Billionths of a month.
    months: i128,
    /// Billionths of a day.
    days: i128,
    nanos: i128,
}

impl DurationSum {
    const BILLION: i128 = SECOND_NANOS as i128;

    /// Adds billionths of a month.
    pub fn add_months(&mut self, billionths: i128) {
        self.months += billionths;
    }

    /// Adds billionths of a day.
    pub fn add_days(&mut self, billionths: i128) {
        self.days += billionths;
    }

    /// Adds billionths of a second.
    pub fn add_nanos(&mut self, nanos: i128) {
        self.nanos += nanos;
    }

    /// The sum; none if that overflows.
    pub fn finish(self) -> Option<Duration> {
        let (months, of_month) = (self.months / DurationSum::BILLION, self.months % DurationSum::BILLION);
        // A mean month and a day have whole numbers of seconds, so a billionth of them has as many nanoseconds.
        let days = self.days * i128::from(DAY_SECONDS) + of_month * i128::from(MONTH_SECONDS);
        let (days, of_day) = (days / i128::from(DAY_NANOS), days % i128::from(DAY_NANOS));
        Duration::of(months, days, self.nanos + of_day)
    }
}

fn read_units(mut text: Text<'_>) -> Option<Duration> {
    let mut sum = DurationSum::default();
    let date = [(b'Y', 12), (b'M', 1), (b'W', 7), (b'D', 1)];
    let time = [(b'H', 3_600), (b'M', 60), (b'S', 1)];
    let mut units = date.as_slice();
    let mut in_time = false;
    let mut found = false;
    while !text.is_empty() {
        if !in_time && text.eat(b'T') {
            (units, in_time, found) = (time.as_slice(), true, false);
            continue;
        }
        let billionths = read_billionths(&mut text)?;
        let skipped = units.iter().try_fold(0, |skipped, (unit, _)| match text.eat(*unit) {
            true => ControlFlow::Break(skipped),
            false => ControlFlow::Continue(skipped + 1),
        });
        let ControlFlow::Break(at) = skipped else { return None };
        let (unit, factor) = units[at];
        let amount = billionths * factor;
        match (in_time, unit) {
            (true, _) => sum.add_nanos(amount),
            (false, b'Y' | b'M') => sum.add_months(amount),
            (false, _) => sum.add_days(amount),
        }
        // Units come in their order, each once.
        units = &units[at + 1..];
        found = true;
    }
    if found { sum.finish() } else { None }
}

/// A number with sign and fraction, times 10⁹.
fn read_billionths(text: &mut Text<'_>) -> Option<i128> {
    let negative = text.eat(b'-');
    if !negative {
        text.eat(b'+');
    }
    let whole = i128::from(text.number()?);
    let fraction = i128::from(text.fraction().ok()?.unwrap_or(0));
    let total = whole * DurationSum::BILLION + fraction;
    Some(if negative { -total } else { total })
}

impl fmt::Display for Duration {
    /// `P12Y5M14DT16H13M10.5S`; each part has its own sign, parts that are zero are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Duration::ZERO {
            return f.write_str("PT0S");
        }
        let part = |f: &mut fmt::Formatter<'_>, amount: i64, unit: char| match amount {
            0 => Ok(()),
            amount => write!(f, "{amount}{unit}"),
        };
        f.write_str("P")?;
        part(f, self.months / 12, 'Y')?;
        part(f, self.months % 12, 'M')?;
        part(f, self.days, 'D')?;
        let nanos = self.total_nanos();
        if nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        let seconds = (nanos / i128::from(SECOND_NANOS)) as i64;
        part(f, seconds / 3_600, 'H')?;
        part(f, seconds / 60 % 60, 'M')?;
        let fraction = (nanos % i128::from(SECOND_NANOS)).unsigned_abs() as u64;
        if seconds % 60 != 0 || fraction != 0 {
            let sign = if nanos < 0 { "-" } else { "" };
            write!(f, "{sign}{}", (seconds % 60).unsigned_abs())?;
            write_nanos(f, fraction)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}
