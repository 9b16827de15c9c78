//! The files that statements may load: those under some directories.

use namidb_core::ErrorCode;
use namidb_cypher::Error;
use namidb_cypher::exec::Files;
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Directories whose files may be loaded, and all below them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Directories(Vec<PathBuf>);

impl Directories {
    /// Some directories, if there are any.
    pub(crate) fn new(directories: Vec<PathBuf>) -> Option<Arc<Directories>> {
        (!directories.is_empty()).then(|| Arc::new(Directories(directories)))
    }

    /// The file of a name: under the first directory that has it. Links are followed, and must stay under one of the
    /// directories.
    fn find(&self, name: &Path) -> Option<PathBuf> {
        let allowed: Vec<PathBuf> = self.0.iter().filter_map(|d| d.canonicalize().ok()).collect();
        // An absolute name is first what it says, then a name under a directory, as Neo4j takes it.
        let relative: PathBuf = name.components().filter(|c| matches!(c, Component::Normal(_))).collect();
        let whole = name.is_absolute().then(|| name.to_owned());
        let within = allowed.iter().map(|directory| directory.join(&relative));
        whole.into_iter().chain(within).find_map(|path| {
            let path = path.canonicalize().ok()?;
            let inside = allowed.iter().any(|directory| path.starts_with(directory));
            (inside && path.is_file()).then_some(path)
        })
    }
}

impl Files for Directories {
    fn open(&self, location: &str) -> Result<(File, Arc<str>), Error> {
        let name = match location.split_once("://") {
            None => location.to_owned(),
            Some(("file", path)) => decoded(path),
            Some((scheme, _)) => {
                let message = format!("files are not loaded by {scheme}://");
                return Err(Error::runtime(
                    ErrorCode::Unsupported,
                    "ClientError",
                    "UnsupportedFeature",
                    message,
                )
                .with_hint("Put the file into a directory that load_from names"));
            }
        };
        let name = Path::new(&name);
        if name.components().any(|part| part == Component::ParentDir) {
            return Err(not_there(location));
        }
        let path = self.find(name).ok_or_else(|| not_there(location))?;
        let file = File::open(&path).map_err(|_| not_there(location))?;
        Ok((file, Arc::from(path.to_string_lossy())))
    }
}

/// The path of a file's URL.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                let value = digit(high).unwrap_or(0) * 16 + digit(low).unwrap_or(0);
                bytes.push(value as u8);
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The same for what is not there and for what must not be read: a statement cannot look around.
fn not_there(location: &str) -> Error {
    let shown: String = location.chars().take(200).collect();
    let message = format!("there is no file '{shown}' that may be loaded");
    Error::runtime(ErrorCode::Argument, "ClientError", "LoadNotAllowed", message)
        .with_hint("Files are loaded from the directories that load_from names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_urls_are_decoded() {
        assert_eq!(decoded("/a%20b/%C3%A4.csv"), "/a b/ä.csv");
        assert_eq!(decoded("/100%"), "/100%");
        assert_eq!(decoded("/%zz%4"), "/%zz%4");
    }
}
