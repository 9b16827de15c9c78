//! Pages of a listing, from an ordered map.

use namidb_core::object_store::{ListPage, ObjectPath, ServerTime};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The most paths of one page.
const PAGE_MAX: usize = 1_000;

/// The paths under `prefix` after `start_after`, at most `limit` of them.
pub(crate) fn page<V>(
    objects: &BTreeMap<ObjectPath, V>,
    prefix: &ObjectPath,
    start_after: Option<&ObjectPath>,
    limit: usize,
    server_time: ServerTime,
) -> ListPage {
    // A prefix sorts before everything under it, but not right before: `a`, `a-b`, `a/b`.
    let from = start_after.filter(|start| *start > prefix).unwrap_or(prefix);
    let mut found = objects
        .range((Bound::Excluded(from), Bound::Unbounded))
        .map(|(path, _)| path)
        .take_while(|path| path.as_str().starts_with(prefix.as_str()))
        .filter(|path| path.is_under(prefix));
    let paths: Vec<ObjectPath> = found.by_ref().take(limit.min(PAGE_MAX)).cloned().collect();
    let more = found.next().is_some();
    ListPage { paths, more, server_time: Some(server_time) }
}
