//! `format(value, pattern)`: a date or a time by a pattern.
//!
//! The patterns are those of `java.time.format.DateTimeFormatter`, which Cypher 25 names, with English names. Weeks are those
//! of ISO 8601. What hangs on a locale, and names of zones other than their ids, is refused.

use super::kind::offset_of;
use crate::functions::scalar::prelude::*;
use namidb_core::value::temporal::Moment;
use namidb_core::value::{Date, LocalTime};
use std::fmt::Write;

/// `format(value, pattern)`.
pub(super) const FORMAT: ScalarFunction = ScalarFunction {
    name: "format",
    doc: "A temporal value as text: by a pattern such as 'dd.MM.yyyy HH:mm', or as toString without one.",
    example: "RETURN format(date('1984-10-11'), 'EEE d MMMM yyyy')",
    answer: "'Thu 11 October 1984'",
    signature: Signature::new(&[T::TEMPORAL.or(T::DURATION), T::STRING], T::STRING).required(1),
    deterministic: true,
    kernel: |call| {
        call.strict(|values| {
            let value = &values[0];
            let parts = Parts::of(value);
            let Some(pattern) = values.get(1) else {
                return match (parts, value) {
                    (Some(_), _) | (None, Value::Duration(_)) => Ok(Value::from(value.to_text())),
                    (None, other) => Err(refused(call, other)),
                };
            };
            let pattern = call.text(pattern)?;
            let parts = parts.ok_or_else(|| refused(call, value))?;
            call.check_bytes(16 * pattern.len() as u64)?;
            parts.written(pattern).map(Value::from).map_err(|why| {
                let message = format!("the pattern '{}' of format() {why}", shortened(pattern));
                errors::argument_error("InvalidArgumentValue", message)
            })
        })
    },
};

fn shortened(pattern: &str) -> String {
    pattern.chars().take(40).collect()
}

fn refused(call: &Call<'_>, value: &Value) -> Error {
    match value {
        Value::Duration(_) => errors::argument_error(
            "InvalidArgumentValue",
            "format() takes a pattern for dates and times, not for a duration",
        )
        .with_hint("Put its components together: toString(d.hours) || ':' || toString(d.minutesOfHour)"),
        other => call.refuse("a temporal value", other),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What a pattern can write of a value.
struct Parts {
    date: Option<Date>,
    time: Option<LocalTime>,
    /// Seconds east of UTC, and the name of the zone.
    offset: Option<(i32, Option<String>)>,
}

/// Why a letter cannot be written.
enum Refusal {
    /// The value has no such part. Within brackets nothing is written then.
    Missing(char),
    /// The pattern is wrong.
    Wrong(String),
}

impl Parts {
    fn of(value: &Value) -> Option<Parts> {
        let Moment { date, time, .. } = Moment::of(value)?;
        let zone = match value {
            Value::DateTime(at) => at.zone.as_deref().map(str::to_owned),
            _ => None,
        };
        Some(Parts { date, time, offset: offset_of(value).map(|seconds| (seconds, zone)) })
    }

    /// The value by a pattern; or why not.
    fn written(&self, pattern: &str) -> Result<String, String> {
        let mut out = String::new();
        // Where each open bracket begins, and whether something in it is missing.
        let mut brackets: Vec<(usize, bool)> = Vec::new();
        let mut characters = pattern.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                'a'..='z' | 'A'..='Z' => {
                    let mut count = 1;
                    while characters.next_if_eq(&character).is_some() {
                        count += 1;
                    }
                    match (self.letter(character, count, &mut out), brackets.last_mut()) {
                        (Ok(()), _) => {}
                        (Err(Refusal::Missing(_)), Some((_, missing))) => *missing = true,
                        (Err(Refusal::Missing(letter)), None) => {
                            return Err(format!("asks with '{letter}' for what the value does not have"));
                        }
                        (Err(Refusal::Wrong(why)), _) => return Err(why),
                    }
                }
                '\'' if characters.next_if_eq(&'\'').is_some() => out.push('\''),
                '\'' => loop {
                    match characters.next() {
                        Some('\'') if characters.next_if_eq(&'\'').is_some() => out.push('\''),
                        Some('\'') => break,
                        Some(other) => out.push(other),
                        None => return Err("has a quote that is not closed".to_owned()),
                    }
                },
                '[' => brackets.push((out.len(), false)),
                ']' => match brackets.pop() {
                    Some((start, true)) => out.truncate(start),
                    Some(_) => {}
                    None => return Err("closes a bracket that is not open".to_owned()),
                },
                '{' | '}' | '#' => {
                    return Err(format!("has a reserved '{character}': write it in quotes, '{character}'"));
                }
                other => out.push(other),
            }
        }
        // An open bracket ends with the pattern.
        if let Some((start, _)) = brackets.iter().find(|(_, missing)| *missing) {
            out.truncate(*start);
        }
        Ok(out)
    }

    fn letter(&self, letter: char, count: usize, out: &mut String) -> Result<(), Refusal> {
        let date = || self.date.ok_or(Refusal::Missing(letter));
        let time = || self.time.ok_or(Refusal::Missing(letter));
        let least = |most: usize| {
            if count <= most {
                Ok(count)
            } else {
                Err(Refusal::Wrong(format!("repeats '{letter}' too often")))
            }
        };
        match letter {
            'u' => year(date()?.year(), count, out),
            'y' => year(era_year(date()?.year()), count, out),
            'Y' => year(date()?.week().0, count, out),
            'G' => out.push_str(era(date()?.year(), least(5)?)),
            'M' | 'L' => name_or_number(u64::from(date()?.month()), &MONTHS, least(5)?, out),
            'E' => name(u64::from(date()?.weekday()), &DAYS, least(5)?, out),
            'Q' | 'q' => quarter(u64::from(date()?.quarter()), least(5)?, out),
            'd' => number(u64::from(date()?.day()), least(2)?, out),
            'D' => number(u64::from(date()?.ordinal_day()), least(3)?, out),
            'w' => number(u64::from(date()?.week().1), least(2)?, out),
            'H' => number(u64::from(time()?.hour()), least(2)?, out),
            'k' => number(u64::from(from_one(time()?.hour(), 24)), least(2)?, out),
            'K' => number(u64::from(time()?.hour() % 12), least(2)?, out),
            'h' => number(u64::from(from_one(time()?.hour() % 12, 12)), least(2)?, out),
            'a' => {
                let hour = time()?.hour();
                least(1)?;
                out.push_str(if hour < 12 { "AM" } else { "PM" });
            }
            'm' => number(u64::from(time()?.minute()), least(2)?, out),
            's' => number(u64::from(time()?.second()), least(2)?, out),
            'S' => {
                let digits = format!("{:09}", time()?.nanosecond());
                out.push_str(digits.get(..least(9)?).unwrap_or_default());
            }
            'n' => number(u64::from(time()?.nanosecond()), least(19)?, out),
            'A' => number(of_day(time()?) / 1_000_000, least(19)?, out),
            'N' => number(of_day(time()?), least(19)?, out),
            'X' | 'x' | 'Z' | 'O' | 'V' => {
                let (seconds, zone) = self.offset.as_ref().ok_or(Refusal::Missing(letter))?;
                let of = Offset { seconds: *seconds, zone: zone.as_deref() };
                of.written(letter, count, out).ok_or_else(|| match letter {
                    'V' => Refusal::Wrong("writes the id of a zone as VV".to_owned()),
                    'O' => Refusal::Wrong("writes the distance from GMT as O or OOOO".to_owned()),
                    _ => Refusal::Wrong(format!("repeats '{letter}' too often")),
                })?;
            }
            'e' | 'c' | 'F' | 'W' | 'B' | 'v' | 'z' | 'p' | 'g' => {
                return Err(Refusal::Wrong(format!(
                    "has '{letter}', which is not supported: it hangs on a locale, or pads"
                )));
            }
            _ => {
                return Err(Refusal::Wrong(format!(
                    "has the unknown letter '{letter}': write text in quotes"
                )));
            }
        }
        Ok(())
    }
}

fn number(value: u64, least: usize, out: &mut String) {
    _ = write!(out, "{value:0least$}");
}

/// An hour that is counted from one.
fn from_one(hour: u8, last: u8) -> u8 {
    if hour == 0 { last } else { hour }
}

/// Nanoseconds since midnight.
fn of_day(time: LocalTime) -> u64 {
    let seconds = (u64::from(time.hour()) * 60 + u64::from(time.minute())) * 60 + u64::from(time.second());
    seconds * 1_000_000_000 + u64::from(time.nanosecond())
}

/// The year 0 is the first one before Christ.
fn era_year(year: i64) -> i64 {
    if year > 0 { year } else { 1 - year }
}

fn era(year: i64, count: usize) -> &'static str {
    match (year > 0, count) {
        (true, 4) => "Anno Domini",
        (false, 4) => "Before Christ",
        (true, 5) => "A",
        (false, 5) => "B",
        (true, _) => "AD",
        (false, _) => "BC",
    }
}

/// Two digits are the last two; four or more have a sign where the year has more.
fn year(year: i64, count: usize, out: &mut String) {
    let magnitude = year.unsigned_abs();
    if count == 2 {
        return number(year.rem_euclid(100).unsigned_abs(), 2, out);
    }
    let digits = magnitude.to_string().len();
    let sign = match year {
        ..0 => "-",
        _ if count >= 4 && digits > count => "+",
        _ => "",
    };
    out.push_str(sign);
    number(magnitude, count.min(19), out);
}

fn name_or_number(value: u64, names: &[&str], count: usize, out: &mut String) {
    if count <= 2 { number(value, count, out) } else { name(value, names, count, out) }
}

/// Three letters, the whole, or one letter.
fn name(value: u64, names: &[&str], count: usize, out: &mut String) {
    let name = names.get(value as usize - 1).copied().unwrap_or_default();
    let letters = match count {
        4 => name.len(),
        5 => 1,
        _ => 3,
    };
    out.push_str(name.get(..letters).unwrap_or_default());
}

fn quarter(quarter: u64, count: usize, out: &mut String) {
    match count {
        3 => _ = write!(out, "Q{quarter}"),
        4 => {
            let end = ["st", "nd", "rd", "th"].get(quarter as usize - 1).copied().unwrap_or_default();
            _ = write!(out, "{quarter}{end} quarter");
        }
        5 => number(quarter, 1, out),
        _ => number(quarter, count, out),
    }
}

/// The distance of a clock from UTC.
struct Offset<'a> {
    seconds: i32,
    zone: Option<&'a str>,
}

impl Offset<'_> {
    /// None if the letter is repeated too often.
    fn written(&self, letter: char, count: usize, out: &mut String) -> Option<()> {
        let zero = self.seconds == 0;
        match (letter, count) {
            ('V', 2) => match self.zone {
                Some(zone) => out.push_str(zone),
                None if zero => out.push('Z'),
                None => self.digits(true, true, out),
            },
            ('O', 1 | 4) | ('Z', 4) => {
                out.push_str("GMT");
                if count == 4 && !zero {
                    self.digits(true, true, out);
                } else if !zero {
                    self.short(out);
                }
            }
            ('X', 1..=5) | ('Z', 5) if zero => out.push('Z'),
            ('X' | 'x', 1) => {
                self.digits(false, false, out);
                if self.seconds.unsigned_abs() % 3_600 < 60 {
                    out.truncate(out.len() - 2);
                }
            }
            ('X' | 'x', 2) | ('Z', 1..=3) => self.digits(false, false, out),
            ('X' | 'x', 3) => self.digits(true, false, out),
            ('X' | 'x', 4) => self.digits(false, true, out),
            ('X' | 'x', 5) | ('Z', 5) => self.digits(true, true, out),
            _ => return None,
        }
        Some(())
    }

    /// `+01:30`, with seconds if there are any and they are wanted.
    fn digits(&self, colons: bool, seconds: bool, out: &mut String) {
        let (sign, of, colon) = self.signed(colons);
        _ = write!(out, "{sign}{:02}{colon}{:02}", of / 3_600, of / 60 % 60);
        if seconds && of % 60 > 0 {
            _ = write!(out, "{colon}{:02}", of % 60);
        }
    }

    /// `+1`, `+1:30`.
    fn short(&self, out: &mut String) {
        let (sign, of, _) = self.signed(true);
        _ = write!(out, "{sign}{}", of / 3_600);
        if of % 3_600 > 0 {
            _ = write!(out, ":{:02}", of / 60 % 60);
        }
        if of % 60 > 0 {
            _ = write!(out, ":{:02}", of % 60);
        }
    }

    fn signed(&self, colons: bool) -> (char, u32, &'static str) {
        let sign = if self.seconds < 0 { '-' } else { '+' };
        (sign, self.seconds.unsigned_abs(), if colons { ":" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::value::{DateTime, LocalDateTime, Time};

    fn written(value: impl Into<Value>, pattern: &str) -> Result<String, String> {
        Parts::of(&value.into()).unwrap().written(pattern)
    }

    fn date(text: &str) -> Value {
        Value::Date(Date::parse(text).unwrap())
    }

    #[test]
    fn dates_are_written_as_javas_formatter_writes_them() {
        for (text, pattern, expected) in [
            ("1986-11-18", "dd-MM-yyyy", "18-11-1986"),
            ("1986-11-18", "d.M.yy", "18.11.86"),
            ("1986-11-18", "EEEE, d MMMM uuuu", "Tuesday, 18 November 1986"),
            ("1986-11-18", "EEE EEEEE MMM MMMMM", "Tue T Nov N"),
            ("1986-11-18", "Q QQ QQQ QQQQ q", "4 04 Q4 4th quarter 4"),
            ("1986-11-18", "D DDD w ww YYYY", "322 322 47 47 1986"),
            ("2018-12-31", "YYYY-'W'ww", "2019-W01"),
            ("1986-02-03", "D DD DDD", "34 34 034"),
            ("-0044-03-15", "y G, uuuu GGGG GGGGG", "45 BC, -0044 Before Christ B"),
            ("0001-01-01", "yyyy G", "0001 AD"),
            ("+12345-01-01", "uuuu u yy", "+12345 12345 45"),
            ("1986-11-18", "'it''s' '' d[ HH:mm]", "it's ' 18"),
            ("1986-11-18", "yyyy/MM/dd, ü", "1986/11/18, ü"),
        ] {
            assert_eq!(written(date(text), pattern).as_deref(), Ok(expected), "{text} {pattern}");
        }
    }

    #[test]
    fn times_and_zones_are_written_as_javas_formatter_writes_them() {
        let at = |text: &str| Value::LocalDateTime(LocalDateTime::parse(text).unwrap());
        for (text, pattern, expected) in [
            ("1986-11-18T06:04:45.123456789", "HH:mm:ss.SSSSSSSSS", "06:04:45.123456789"),
            ("1986-11-18T06:04:45.123456789", "H K h k a S SSS n", "6 6 6 6 AM 1 123 123456789"),
            ("1986-11-18T00:00:00", "H K h k a", "0 0 12 24 AM"),
            ("1986-11-18T23:59:59.5", "H KK hh kk a A N", "23 11 11 23 PM 86399500 86399500000000"),
            ("1986-11-18T12:00:00", "h a [VV]", "12 PM "),
        ] {
            assert_eq!(written(at(text), pattern).as_deref(), Ok(expected), "{text} {pattern}");
        }
        let offset = |seconds: i32| Value::Time(Time::new(LocalTime::MIDNIGHT, seconds).unwrap());
        for (seconds, pattern, expected) in [
            (3_600, "X XX XXX XXXX XXXXX", "+01 +0100 +01:00 +0100 +01:00"),
            (5_400, "X x O OOOO Z ZZZZ ZZZZZ", "+0130 +0130 GMT+1:30 GMT+01:30 +0130 GMT+01:30 +01:30"),
            (-5_415, "XX XXXX XXXXX VV", "-0130 -013015 -01:30:15 -01:30:15"),
            (0, "X XXX x xx xxx O Z ZZZZZ VV", "Z Z +00 +0000 +00:00 GMT +0000 Z Z"),
        ] {
            assert_eq!(written(offset(seconds), pattern).as_deref(), Ok(expected), "{seconds} {pattern}");
        }
        let zoned = DateTime::from_epoch(0, 0).unwrap();
        let zoned = zoned.with_offset(3_600, Some(std::sync::Arc::from("Europe/Berlin"))).unwrap();
        assert_eq!(written(Value::from(zoned), "HH:mm VV").as_deref(), Ok("01:00 Europe/Berlin"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["HH", "ddd", "b", "'open", "a]", "{", "#", "V", "e", "zzz", "uuuu HH", "SSSSSSSSSS"] {
            assert!(written(date("1986-11-18"), pattern).is_err(), "{pattern}");
        }
    }
}
