//! The paths that a statement gives, for comparing them with others.

use super::{QueryOutput, Value, show, values};
use std::collections::BTreeMap;

/// A path as text, and its length.
type Path = (usize, String);
type Pairs = BTreeMap<(String, String), Vec<Path>>;

/// The paths of each pair of nodes, of a statement that returns both nodes and a path.
pub(super) fn pairs(output: &QueryOutput) -> Pairs {
    let mut pairs = Pairs::new();
    for row in values(output) {
        let [a, b, Value::Path(path)] = row.as_slice() else { panic!("{row:?}") };
        let text = format!("{:?} over {:?}", path.nodes, path.relationships);
        pairs.entry((show(a), show(b))).or_default().push((path.relationships.len(), text));
    }
    pairs.values_mut().for_each(|paths| paths.sort());
    pairs
}
