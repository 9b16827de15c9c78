//! Paths of objects: the same on every store, and safe as file names.

use std::fmt;
use std::sync::Arc;

/// The path of an object: parts of `[0-9a-z._-]` joined by `/`, at most 512 bytes, a part at most 128.
/// No part is empty, begins or ends with a dot, or is a device name of Windows; so a path is also a safe
/// relative file name on every platform. The empty path is the root, which holds no object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectPath(Arc<str>);

/// Why a text is not a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InvalidPath {
    /// What is wrong, with the offending part.
    pub reason: String,
}

impl fmt::Display for InvalidPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for InvalidPath {}

const PATH_BYTES_MAX: usize = 512;
const PART_BYTES_MAX: usize = 128;
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

impl ObjectPath {
    /// The root: the prefix of every path.
    pub fn root() -> ObjectPath {
        ObjectPath(Arc::from(""))
    }

    /// Checks a text.
    ///
    /// # Errors
    /// [`InvalidPath`] says which rule it breaks.
    pub fn new(text: impl AsRef<str>) -> Result<ObjectPath, InvalidPath> {
        let text = text.as_ref();
        check_length(text.len())?;
        if text.is_empty() {
            return Ok(ObjectPath::root());
        }
        text.split('/').try_for_each(|part| check_part(part, text))?;
        Ok(ObjectPath(Arc::from(text)))
    }

    /// This path, `/`, and `rest`.
    ///
    /// # Errors
    /// [`InvalidPath`] says which rule the result breaks.
    pub fn join(&self, rest: impl AsRef<str>) -> Result<ObjectPath, InvalidPath> {
        let rest = rest.as_ref();
        if self.0.is_empty() {
            return ObjectPath::new(rest);
        }
        check_length(self.0.len() + 1 + rest.len())?;
        // Only what is new can break a rule.
        rest.split('/').try_for_each(|part| check_part(part, rest))?;
        Ok(ObjectPath([&*self.0, "/", rest].concat().into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether this path is `prefix`, `/`, and more.
    pub fn is_under(&self, prefix: &ObjectPath) -> bool {
        prefix.is_root() && !self.is_root()
            || self.0.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Whether a path may have so many bytes.
fn check_length(bytes: usize) -> Result<(), InvalidPath> {
    if bytes > PATH_BYTES_MAX {
        let reason = format!("a path has at most {PATH_BYTES_MAX} bytes, this one has {bytes}");
        return Err(InvalidPath { reason });
    }
    Ok(())
}

/// Whether a part of a path keeps the rules.
fn check_part(part: &str, text: &str) -> Result<(), InvalidPath> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    let reason = if part.is_empty() {
        format!("the path '{}' has an empty part", text.escape_default())
    } else if part.len() > PART_BYTES_MAX {
        format!("a part of a path has at most {PART_BYTES_MAX} bytes")
    } else if !part.bytes().all(allowed) {
        format!("'{}' has a character other than 0-9 a-z . _ -", part.escape_default())
    } else if part.starts_with('.') || part.ends_with('.') {
        format!("'{part}' begins or ends with a dot")
    } else if is_device(part) {
        format!("'{part}' is the name of a device")
    } else {
        return Ok(());
    };
    Err(InvalidPath { reason })
}

/// Whether Windows takes a name for a device, whatever follows its first dot.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default();
    DEVICES.contains(&stem)
        || (stem.len() == 4
            && (stem.starts_with("com") || stem.starts_with("lpt"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

impl fmt::Display for ObjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ObjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectPath({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_a_path_just_if_it_keeps_the_rules(
            text in prop_oneof!["[a-c./_-]{0,12}", "(com|lpt|con|nul)[0-9.a/]{0,3}", "\\PC{0,8}", "[a-z/]{500,520}"],
        ) {
            let part = |part: &str| {
                let stem = part.split('.').next().unwrap_or_default();
                let numbered = stem.len() == 4 && stem.ends_with(|c: char| c.is_ascii_digit());
                (1..=128).contains(&part.len())
                    && part.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '.' | '_' | '-'))
                    && !part.starts_with('.')
                    && !part.ends_with('.')
                    && !matches!(stem, "con" | "prn" | "aux" | "nul")
                    && !(numbered && (stem.starts_with("com") || stem.starts_with("lpt")))
            };
            let keeps = text.is_empty() || text.len() <= 512 && text.split('/').all(part);
            prop_assert_eq!(ObjectPath::new(&text).is_ok(), keeps, "{:?}", text);
        }
    }

    #[test]
    fn paths_are_safe_file_names() {
        for good in ["", "manifest", "a/b/c", "wal/00000000000000000001", "sst/1-a.b_c", "console", "com10"] {
            assert!(ObjectPath::new(good).is_ok(), "{good}");
        }
        for bad in [
            "/a", "a/", "a//b", ".", "..", "a/../b", ".tmp/x", "a.", "A", "é", "a b", "a\\b", "nul",
            "con.txt", "lpt1",
        ] {
            assert!(ObjectPath::new(bad).is_err(), "{bad}");
        }
        assert!(ObjectPath::new("a".repeat(128)).is_ok());
        assert!(ObjectPath::new("a".repeat(129)).is_err());
        assert!(ObjectPath::new(["a"; 300].join("/")).is_err());
    }

    #[test]
    fn what_is_joined_keeps_the_same_rules() {
        let path = ObjectPath::new("a/b").unwrap();
        assert_eq!(path.join("c/d").unwrap(), ObjectPath::new("a/b/c/d").unwrap());
        assert_eq!(ObjectPath::root().join("c").unwrap(), ObjectPath::new("c").unwrap());
        assert!(ObjectPath::root().join("").unwrap().is_root());
        for bad in ["", "/c", "c/", "..", "C", "nul", &["a"; 255].join("/")] {
            assert!(path.join(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_lies_under_its_prefix_by_whole_parts() {
        let path = |text| ObjectPath::new(text).unwrap();
        assert!(path("a/b").is_under(&path("a")));
        assert!(!path("ab").is_under(&path("a")));
        assert!(!path("a").is_under(&path("a")));
        assert!(path("a").is_under(&ObjectPath::root()));
    }
}
