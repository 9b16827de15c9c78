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
        let invalid = |reason: String| Err(InvalidPath { reason });
        if text.len() > PATH_BYTES_MAX {
            return invalid(format!(
                "a path has at most {PATH_BYTES_MAX} bytes, this one has {}",
                text.len()
            ));
        }
        if text.is_empty() {
            return Ok(ObjectPath::root());
        }
        for part in text.split('/') {
            let allowed =
                |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
            let stem = part.split('.').next().unwrap_or_default();
            let device = DEVICES.contains(&stem)
                || (stem.len() == 4
                    && (stem.starts_with("com") || stem.starts_with("lpt"))
                    && stem.ends_with(|c: char| c.is_ascii_digit()));
            if part.is_empty() {
                return invalid(format!("the path '{}' has an empty part", text.escape_default()));
            }
            if part.len() > PART_BYTES_MAX {
                return invalid(format!("a part of a path has at most {PART_BYTES_MAX} bytes"));
            }
            if !part.bytes().all(allowed) {
                return invalid(format!(
                    "'{}' has a character other than 0-9 a-z . _ -",
                    part.escape_default()
                ));
            }
            if part.starts_with('.') || part.ends_with('.') {
                return invalid(format!("'{part}' begins or ends with a dot"));
            }
            if device {
                return invalid(format!("'{part}' is the name of a device"));
            }
        }
        Ok(ObjectPath(Arc::from(text)))
    }

    /// This path, `/`, and `rest`.
    ///
    /// # Errors
    /// [`InvalidPath`] says which rule the result breaks.
    pub fn join(&self, rest: impl AsRef<str>) -> Result<ObjectPath, InvalidPath> {
        if self.0.is_empty() {
            ObjectPath::new(rest)
        } else {
            ObjectPath::new(format!("{}/{}", self.0, rest.as_ref()))
        }
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
    fn a_path_lies_under_its_prefix_by_whole_parts() {
        let path = |text| ObjectPath::new(text).unwrap();
        assert!(path("a/b").is_under(&path("a")));
        assert!(!path("ab").is_under(&path("a")));
        assert!(!path("a").is_under(&path("a")));
        assert!(path("a").is_under(&ObjectPath::root()));
    }
}
