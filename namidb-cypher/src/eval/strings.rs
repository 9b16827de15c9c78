//! `STARTS WITH`, `ENDS WITH`, `CONTAINS` and `=~`: null unless both sides are texts.

use super::bits::{self, Truth};
use super::errors;
use crate::Error;
use crate::binder::bound::StringOp;
use crate::vector::Vector;
use namidb_core::Value;
use regex::{Regex, RegexBuilder};
use std::sync::{Arc, Mutex, PoisonError};

/// The most memory that a compiled pattern may take, in bytes: patterns come from queries.
const REGEX_BYTES_MAX: usize = 1 << 20;

/// The regular expression that was compiled last, so that a constant one is compiled once.
#[derive(Debug, Default)]
pub(crate) struct RegexCache(Mutex<Option<(Arc<str>, Regex)>>);

impl RegexCache {
    fn get(&self, pattern: &Arc<str>) -> Result<Regex, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, regex)) if known == pattern => Ok(regex.clone()),
            _ => {
                let regex = compile(pattern)?;
                *last = Some((Arc::clone(pattern), regex.clone()));
                Ok(regex)
            }
        }
    }
}

/// The whole text must match, as in Java's `String.matches`.
fn compile(pattern: &str) -> Result<Regex, Error> {
    let regex = RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(REGEX_BYTES_MAX)
        .dfa_size_limit(REGEX_BYTES_MAX)
        .build();
    regex.map_err(|error| {
        let reason = match error {
            regex::Error::CompiledTooBig(limit) => format!("it takes more than {limit} bytes"),
            other => other.to_string().lines().last().unwrap_or_default().trim().to_owned(),
        };
        errors::argument_error(
            "InvalidArgumentValue",
            format!("this is no usable regular expression: {reason}"),
        )
        .with_hint("Look-around and back-references are not supported: they have no bound in time")
    })
}

/// `text op pattern`, row by row.
pub(crate) fn evaluate(
    op: StringOp,
    text: &Vector,
    pattern: &Vector,
    cache: &RegexCache,
) -> Result<Vector, Error> {
    let len = text.len();
    if let Vector::Constant(pattern, _) = pattern {
        let Value::String(pattern) = pattern else { return Ok(Vector::nulls(len)) };
        if let Vector::String(texts) = text {
            let validity = texts.validity.clone();
            let bytes = pattern.as_bytes();
            return Ok(match op {
                StringOp::StartsWith => {
                    bits::booleans_or_null(len, validity, |row| texts.bytes(row).starts_with(bytes))
                }
                StringOp::EndsWith => {
                    bits::booleans_or_null(len, validity, |row| texts.bytes(row).ends_with(bytes))
                }
                StringOp::Contains => {
                    let finder = memchr::memmem::Finder::new(bytes);
                    bits::booleans_or_null(len, validity, |row| finder.find(texts.bytes(row)).is_some())
                }
                StringOp::Regex => {
                    let regex = cache.get(pattern)?;
                    bits::booleans_or_null(len, validity, |row| regex.is_match(texts.text(row)))
                }
            });
        }
    }
    let constant = matches!((text, pattern), (Vector::Constant(..), Vector::Constant(..)));
    let rows = if constant { len.min(1) } else { len };
    let mut answers = Vec::with_capacity(rows);
    for row in 0..rows {
        answers.push(match (text.value(row), pattern.value(row)) {
            (Value::String(text), Value::String(pattern)) => Some(match op {
                StringOp::StartsWith => text.starts_with(&*pattern),
                StringOp::EndsWith => text.ends_with(&*pattern),
                StringOp::Contains => text.contains(&*pattern),
                StringOp::Regex => cache.get(&pattern)?.is_match(&text),
            }),
            _ => None,
        });
    }
    if constant {
        let answer = answers.first().copied().flatten();
        return Ok(Vector::constant(answer.map_or(Value::Null, Value::Boolean), len));
    }
    Ok(Truth::from_answers(&answers).into_vector())
}
