//! What passed through, for faults that serve the past.

use crate::object_store::{ListPage, ObjectMeta, ObjectPath, ObjectVersion, ServerTime};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Writes remembered for stale lists.
const WRITES_MAX: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct History {
    /// The last two contents of each path, the newer one last; `None` stands for a deletion.
    contents: BTreeMap<ObjectPath, VecDeque<Option<(Bytes, ObjectMeta)>>>,
    /// Paths that came (`true`) and went, the newest last.
    writes: VecDeque<(ObjectPath, bool)>,
}

impl History {
    pub(super) fn wrote(
        &mut self,
        path: &ObjectPath,
        bytes: Bytes,
        version: ObjectVersion,
        time: Option<ServerTime>,
    ) {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let meta = ObjectMeta { version, size, last_modified: time, server_time: time };
        let is_new = !matches!(self.contents.get(path).and_then(VecDeque::back), Some(Some(_)));
        self.remember(path, Some((bytes, meta)));
        if is_new {
            self.note(path, true);
        }
    }

    pub(super) fn deleted(&mut self, path: &ObjectPath) {
        let was_there = matches!(self.contents.get(path).and_then(VecDeque::back), Some(Some(_)));
        self.remember(path, None);
        if was_there {
            self.note(path, false);
        }
    }

    fn remember(&mut self, path: &ObjectPath, content: Option<(Bytes, ObjectMeta)>) {
        let contents = self.contents.entry(path.clone()).or_default();
        contents.push_back(content);
        if contents.len() > 2 {
            contents.pop_front();
        }
    }

    fn note(&mut self, path: &ObjectPath, came: bool) {
        self.writes.push_back((path.clone(), came));
        if self.writes.len() > WRITES_MAX {
            self.writes.pop_front();
        }
    }

    /// What was at a path before the last write to it.
    pub(super) fn older(&self, path: &ObjectPath) -> Option<(Bytes, ObjectMeta)> {
        let contents = self.contents.get(path)?;
        let place = contents.len().checked_sub(2)?;
        contents.get(place).cloned().flatten()
    }

    /// Another path that is there, a neighbour if there is one.
    pub(super) fn sibling(&self, path: &ObjectPath) -> Option<ObjectPath> {
        let there = |entry: &(&ObjectPath, &VecDeque<Option<(Bytes, ObjectMeta)>>)| {
            entry.0 != path && matches!(entry.1.back(), Some(Some(_)))
        };
        let after = self.contents.range(path.clone()..).find(there);
        let before = self.contents.range(..path.clone()).rev().find(there);
        after.or(before).map(|(path, _)| path.clone())
    }

    /// A page as it was `writes` writes ago.
    pub(super) fn before(
        &self,
        writes: usize,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
        page: ListPage,
    ) -> ListPage {
        let mut paths: BTreeSet<ObjectPath> = page.paths.iter().cloned().collect();
        let within = |path: &ObjectPath| {
            path.is_under(prefix)
                && start_after.is_none_or(|start| path > start)
                && (!page.more || page.paths.last().is_some_and(|last| path <= last))
        };
        for (path, came) in self.writes.iter().rev().take(writes) {
            if *came {
                paths.remove(path);
            } else if within(path) {
                paths.insert(path.clone());
            }
        }
        let more = page.more || paths.len() > limit;
        ListPage { paths: paths.into_iter().take(limit).collect(), more, server_time: page.server_time }
    }
}
