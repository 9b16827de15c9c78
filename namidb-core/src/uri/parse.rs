//! Text to [`Uri`].

use super::{CustomScheme, Location, Uri, options};
use crate::error::{Error, ErrorCode, Result};
use std::path::PathBuf;

/// The schemes of the product, whether or not this build has their backends.
const BUILT_IN: [&str; 5] = ["memory", "file", "s3", "gs", "az"];

/// The path under which a bucket's namespaces lie when the URI gives none.
const DEFAULT_PREFIX: &str = "tenants";

pub(super) fn parse(text: &str, custom: &[CustomScheme]) -> Result<Uri> {
    if let Some(bad) = text.chars().find(|c| c.is_control() || *c == '\\') {
        return Err(invalid(format!("a URI cannot hold {bad:?}")).with_hint("Write it percent-encoded"));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(invalid("this is not a URI: it has no '://'").with_hint(meant(text)));
    };
    let scheme = scheme.to_ascii_lowercase();
    let custom_scheme = custom.iter().find(|c| c.scheme == scheme);
    let specific: &[&str] = match scheme.as_str() {
        "memory" => options::MEMORY,
        "file" => options::FILE,
        "s3" => options::S3,
        "gs" => options::GS,
        "az" => options::AZ,
        _ => match custom_scheme {
            Some(found) => found.options,
            None => return Err(unknown_scheme(&scheme, custom)),
        },
    };
    if rest.contains('#') {
        return Err(invalid("a URI here has no fragment").with_hint("Write '#' as %23"));
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (namespace, options) = options::parse_query(query, specific, decode)?;
    let location = match scheme.as_str() {
        "memory" => Location::Memory,
        "file" => Location::File(file_path(place)?),
        "s3" | "gs" => bucket(&scheme, place)?,
        "az" => container(place)?,
        _ => Location::Custom(decode(place)?),
    };
    let namespace = match (location == Location::Memory, namespace) {
        (true, None) => decode(place.trim_end_matches('/'))?,
        (true, Some(ns)) if place.is_empty() => ns,
        (true, Some(_)) => {
            return Err(invalid("memory:// has its namespace after '://', and again as ns=")
                .with_hint("Keep one of them"));
        }
        (false, Some(ns)) => ns,
        (false, None) => {
            return Err(invalid("the parameter 'ns' is missing")
                .with_hint(format!("Say which namespace: {scheme}://{place}?ns=demo")));
        }
    };
    check_namespace(&namespace)?;
    Ok(Uri { scheme, location, namespace, options })
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidUri, message)
}

fn unknown_scheme(scheme: &str, custom: &[CustomScheme]) -> Error {
    let known: Vec<&str> = BUILT_IN.iter().copied().chain(custom.iter().map(|c| c.scheme)).collect();
    let mut hint = match options::nearest(scheme, &known) {
        Some(near) => format!("Did you mean '{near}://'? "),
        None => String::new(),
    };
    hint.push_str("Supported: ");
    let list: Vec<String> = known.iter().map(|s| format!("{s}://")).collect();
    hint.push_str(&list.join(", "));
    invalid(format!("the URI scheme '{scheme}' is not supported")).with_hint(hint)
}

/// What to write instead of a text that is no URI.
fn meant(text: &str) -> String {
    let (path, _) = text.split_once('?').unwrap_or((text, ""));
    match path {
        _ if path.starts_with('~') => {
            "Write the home directory in full, as in file:///home/me/graphs?ns=demo".to_owned()
        }
        _ if path.starts_with(['/', '.']) => format!("Write file://{path}?ns=demo"),
        _ => "Write memory://demo, file:///path/to/dir?ns=demo or s3://bucket?ns=demo".to_owned(),
    }
}

/// `[a-z0-9][a-z0-9-]*`, 1 to 63 characters: safe as a DNS label and in any object path.
fn check_namespace(namespace: &str) -> Result<()> {
    let hint = "Use 1 to 63 of a-z, 0-9 and '-', not '-' first";
    if namespace.is_empty() {
        return Err(invalid("the namespace is empty").with_hint(hint));
    }
    if namespace.len() > 63 {
        let shown: String = namespace.chars().take(20).collect();
        return Err(invalid(format!("the namespace '{shown}…' is longer than 63 characters")).with_hint(hint));
    }
    let bad = namespace.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'));
    if let Some(bad) = bad {
        return Err(
            invalid(format!("the namespace '{namespace}' contains the character '{bad}'")).with_hint(hint)
        );
    }
    if namespace.starts_with('-') {
        return Err(invalid(format!("the namespace '{namespace}' begins with '-'")).with_hint(hint));
    }
    Ok(())
}

/// Percent-decodes, and refuses what a path must not hold.
fn decode(text: &str) -> Result<String> {
    let lower = text.to_ascii_lowercase();
    for hidden in ["%2e", "%2f", "%5c", "%00"] {
        if lower.contains(hidden) {
            return Err(
                invalid(format!("a URI cannot hold '{hidden}'")).with_hint("Write the character itself")
            );
        }
    }
    let bytes = text.as_bytes();
    let broken = bytes.iter().enumerate().any(|(i, b)| {
        *b == b'%' && !bytes.get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    });
    if broken {
        return Err(invalid("a '%' is not followed by two hexadecimal digits").with_hint("Write '%' as %25"));
    }
    let decoded = percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| invalid("percent-encoded bytes are not UTF-8"))?;
    if decoded.chars().any(char::is_control) {
        return Err(invalid("a URI cannot hold control characters"));
    }
    Ok(decoded.into_owned())
}

fn file_path(place: &str) -> Result<PathBuf> {
    let examples = "Write file:///absolute/dir?ns=demo, or file://./relative/dir?ns=demo";
    if place.is_empty() {
        return Err(invalid("file:// needs a directory").with_hint(examples));
    }
    if place.starts_with('~') {
        return Err(invalid("'~' is not expanded in a URI").with_hint("Write the home directory in full"));
    }
    let local = place.strip_prefix("localhost").filter(|rest| rest.starts_with('/')).unwrap_or(place);
    let decoded = decode(local)?;
    let relative =
        decoded.starts_with("./") || decoded.starts_with("../") || decoded == "." || decoded == "..";
    if !decoded.starts_with('/') && !relative {
        let host = decoded.split('/').next().unwrap_or_default();
        return Err(invalid(format!("file://{host} names a host, not a directory of this machine"))
            .with_hint(examples));
    }
    // Leading '..' steps are how a relative path says where it is; anywhere else they hide it.
    let mut steps_up = relative;
    for part in decoded.split('/') {
        match part {
            ".." if !steps_up => {
                return Err(invalid("'..' stands inside the path").with_hint("Write the path it means"));
            }
            ".." | "." | "" => {}
            _ => steps_up = false,
        }
    }
    Ok(PathBuf::from(decoded))
}

fn bucket(scheme: &str, place: &str) -> Result<Location> {
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    if bucket.is_empty() {
        return Err(invalid(format!("{scheme}:// needs a bucket name"))
            .with_hint(format!("Write {scheme}://my-bucket?ns=demo")));
    }
    check_authority(bucket)?;
    Ok(Location::Bucket { bucket: bucket.to_owned(), prefix: prefix_path(prefix)? })
}

fn container(place: &str) -> Result<Location> {
    let mut parts = place.splitn(3, '/');
    let account = parts.next().unwrap_or_default();
    let container = parts.next().unwrap_or_default();
    let prefix = parts.next().unwrap_or_default();
    if account.is_empty() {
        return Err(
            invalid("az:// needs a storage account").with_hint("Write az://account/container?ns=demo")
        );
    }
    if container.is_empty() {
        return Err(invalid("az:// needs a container after the account")
            .with_hint(format!("Write az://{account}/my-container?ns=demo")));
    }
    check_authority(account)?;
    check_authority(container)?;
    Ok(Location::Container {
        account: account.to_owned(),
        container: container.to_owned(),
        prefix: prefix_path(prefix)?,
    })
}

fn check_authority(name: &str) -> Result<()> {
    if name.contains('@') {
        return Err(invalid("a URI here has no user and no password")
            .with_hint("Set the provider's own environment variables"));
    }
    let ok = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && name != "."
        && name != "..";
    if ok { Ok(()) } else { Err(invalid(format!("'{name}' is not a bucket, account or container name"))) }
}

fn prefix_path(prefix: &str) -> Result<String> {
    let decoded = decode(prefix)?;
    let trimmed = decoded.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(DEFAULT_PREFIX.to_owned());
    }
    for part in trimmed.split('/') {
        let ok = part
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
        if part.is_empty() || part == "." || part == ".." || !ok || part.len() > 128 {
            return Err(invalid(format!("'{part}' cannot be a part of the prefix"))
                .with_hint("Parts of a prefix are 1 to 128 of a-z, 0-9, '.', '_' and '-'"));
        }
    }
    Ok(trimmed.to_owned())
}
