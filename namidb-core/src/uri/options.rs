//! The query part of a URI: which options there are, and how their values are written.

use crate::error::{Error, ErrorCode, Result};
use std::time::Duration;

/// Options that every URI may have, beside `ns` and its alias `namespace`.
pub(super) const COMMON: &[&str] = &[
    "mode",
    "read_only",
    "max_staleness",
    "cache_bytes",
    "durability",
    "load_from",
    "query_timeout",
    "memory_limit",
    "retain",
];

/// Options of `memory://`.
pub(super) const MEMORY: &[&str] = &["shared"];

/// Options of `file://`.
pub(super) const FILE: &[&str] = &["allow_network_fs"];

/// Options of `s3://`.
pub(super) const S3: &[&str] = &[
    "region",
    "endpoint",
    "allow_http",
    "path_style",
    "anonymous",
    "sse",
    "requester_pays",
    "timeout",
    "max_retries",
    "wal_retention",
];

/// Options of `gs://`.
pub(super) const GS: &[&str] =
    &["service_account", "endpoint", "allow_http", "anonymous", "timeout", "max_retries", "wal_retention"];

/// Options of `az://`.
pub(super) const AZ: &[&str] =
    &["use_emulator", "endpoint", "allow_http", "timeout", "max_retries", "wal_retention"];

/// Names that people give to credentials: refused with the reason, whatever the scheme.
const CREDENTIALS: &[&str] = &[
    "access_key",
    "access_key_id",
    "accesskey",
    "account_key",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "credentials",
    "key",
    "password",
    "sas",
    "sas_token",
    "secret",
    "secret_access_key",
    "secret_key",
    "session_token",
    "sig",
    "token",
];

/// The namespace, if given, and the other options by name.
type Query = (Option<String>, Vec<(String, String)>);

/// Splits and decodes `query`, and checks each name against the options of the scheme.
/// Returns the namespace, if given, and the other options.
pub(super) fn parse_query(
    query: &str,
    specific: &[&str],
    decode: impl Fn(&str) -> Result<String>,
) -> Result<Query> {
    let mut namespace: Option<String> = None;
    let mut options: Vec<(String, String)> = Vec::new();
    for part in split_query(query) {
        let (name, value) = part.split_once('=').ok_or_else(|| {
            Error::new(ErrorCode::InvalidUri, format!("option '{part}' has no value"))
                .with_hint("Write it as name=value")
        })?;
        let name = decode(name)?;
        let value = decode(value)?;
        if name == "ns" || name == "namespace" {
            if namespace.replace(value).is_some() {
                return Err(duplicate("ns"));
            }
            continue;
        }
        check_name(&name, specific)?;
        if options.iter().any(|(n, _)| *n == name) {
            return Err(duplicate(&name));
        }
        options.push((name, value));
    }
    Ok((namespace, options))
}

/// Splits at `&`. An endpoint may stand unescaped, with a query of its own neither expected nor kept.
fn split_query(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|part| !part.is_empty())
}

fn duplicate(name: &str) -> Error {
    Error::new(ErrorCode::InvalidUri, format!("option '{name}' is given twice")).with_hint("Keep one of them")
}

fn check_name(name: &str, specific: &[&str]) -> Result<()> {
    if COMMON.contains(&name) || specific.contains(&name) {
        return Ok(());
    }
    if CREDENTIALS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(Error::new(
            ErrorCode::InvalidUri,
            format!("option '{name}' would be a credential in a URI"),
        )
        .with_hint(
            "URIs end up in logs: set the provider's own environment variables, or pass storage options",
        ));
    }
    let known: Vec<&str> = ["ns"].iter().chain(COMMON).chain(specific).copied().collect();
    let hint = match nearest(name, &known) {
        Some(near) => format!("Did you mean '{near}'?"),
        None => format!("The options here are {}", known.join(", ")),
    };
    Err(Error::new(ErrorCode::InvalidUri, format!("option '{name}' is unknown")).with_hint(hint))
}

/// The known name that differs least from `name`, if it differs little.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

/// Reads `true`, `1`, `yes`, `false`, `0` or `no`.
pub(super) fn parse_flag(name: &str, value: &str) -> Result<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err(Error::new(ErrorCode::InvalidUri, format!("option '{name}' is neither true nor false"))
            .with_hint("Write true or false")),
    }
}

/// Reads a whole number.
pub(super) fn parse_count(name: &str, value: &str) -> Result<u32> {
    value.parse().map_err(|_| not_a(name, "a whole number", "0 or 3"))
}

/// Reads a duration: a number and `us`, `ms`, `s`, `m`, `h` or `d`; a bare 0 is nothing at all.
///
/// # Errors
/// [`ErrorCode::InvalidUri`], naming the option.
///
/// ```
/// # use namidb_core::uri::parse_duration;
/// # use std::time::Duration;
/// assert_eq!(parse_duration("max_staleness", "250ms").unwrap(), Duration::from_millis(250));
/// assert!(parse_duration("max_staleness", "10").is_err());
/// ```
pub fn parse_duration(name: &str, text: &str) -> Result<Duration> {
    let (number, unit) = split_number(text);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "" if number == "0" => 1.0,
        _ => return Err(not_a(name, "a duration", "250ms, 1s, 5m or 24h")),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|n| Duration::try_from_secs_f64(n * seconds).ok())
        .ok_or_else(|| not_a(name, "a duration", "250ms, 1s, 5m or 24h"))
}

/// Reads a size in bytes: a number and `B`, `KB`, `MB`, `GB`, `TB` (powers of 1,000) or `KiB`, `MiB`,
/// `GiB`, `TiB` (powers of 1,024), in any case; without a unit it is bytes.
///
/// # Errors
/// [`ErrorCode::InvalidUri`], naming the option.
pub fn parse_size(name: &str, text: &str) -> Result<u64> {
    let (number, unit) = split_number(text);
    let factor: f64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return Err(not_a(name, "a size", "4096, 64MB or 1GiB")),
    };
    match number.parse::<f64>() {
        Ok(n) if n >= 0.0 && n * factor < 9e18 => Ok((n * factor) as u64),
        _ => Err(not_a(name, "a size", "4096, 64MB or 1GiB")),
    }
}

fn split_number(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn not_a(name: &str, what: &str, examples: &str) -> Error {
    Error::new(ErrorCode::InvalidUri, format!("option '{name}' is not {what}"))
        .with_hint(format!("Write it like {examples}"))
}
