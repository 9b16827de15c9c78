//! Staged rows: whole records by public id, applied together.
//!
//! A batch keeps rows, not operations: what an upsert does depends on the state that it meets, so a batch can be staged
//! again on a newer one. Rows are kept compactly: names are numbered once, and the properties of all rows lie in one
//! array.

mod apply;
mod columns;
mod names;
#[cfg(test)]
mod tests;

use crate::error::{Error, ErrorCode, Result};
use crate::value::{Value, storable};
pub use columns::Columns;
use names::Names;
use std::sync::Arc;
use uuid::Uuid;

/// One row of nodes or edges: the properties are those after `from` in the array, `len` of them.
#[derive(Clone, Copy, Debug)]
struct Properties {
    from: usize,
    len: usize,
}

/// What a node's record becomes, where there is the node already: also by an earlier row of the batch.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum OnExisting {
    /// The new record, and nothing else.
    #[default]
    Replace,
    /// The old one with the labels and properties of the new.
    Merge,
    /// The old one.
    Skip,
    /// An error, and nothing of the batch is applied.
    Error,
}

impl OnExisting {
    /// Reads `replace`, `merge`, `skip` or `error`.
    ///
    /// # Errors
    /// `InvalidArgument` for anything else.
    pub fn parse(text: &str) -> Result<OnExisting> {
        match text {
            "replace" => Ok(OnExisting::Replace),
            "merge" => Ok(OnExisting::Merge),
            "skip" => Ok(OnExisting::Skip),
            "error" => Ok(OnExisting::Error),
            other => Err(Error::new(ErrorCode::InvalidArgument, format!("on_existing cannot be {other:?}"))
                .with_hint("It is replace, merge, skip or error")),
        }
    }
}

/// What to do with a node or an edge.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// Make its record this one.
    Upsert(Properties),
    /// Take it away.
    Tombstone,
}

#[derive(Clone, Copy, Debug)]
struct NodeRow {
    uuid: Uuid,
    /// The set of labels of an upsert; the one label of a tombstone.
    labels: u32,
    action: Action,
    existing: OnExisting,
    position: usize,
}

#[derive(Clone, Copy, Debug)]
struct EdgeRow {
    source: Uuid,
    target: Uuid,
    rel_type: u32,
    action: Action,
    position: usize,
}

/// One row of [`StagedBatch::merge_nodes`].
#[derive(Clone, Debug)]
pub struct NodeRecord {
    /// The node's public id.
    pub id: Uuid,
    /// All its properties; nulls count as absent.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// One row of [`StagedBatch::merge_edges`].
#[derive(Clone, Debug)]
pub struct EdgeRecord {
    /// The public id of the node where the edge starts.
    pub source: Uuid,
    /// The public id of the node where it ends.
    pub target: Uuid,
    /// All its properties; nulls count as absent.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// Rows to be applied together.
///
/// An upsert replaces the whole record: labels and properties that it does not name are gone afterwards. Of
/// several rows for one node or edge the last wins. Node rows may come after the edge rows that need them; an edge whose
/// endpoint does not exist in the end fails the batch, and nothing of it is applied.
///
/// An edge is addressed by its type and endpoints: of parallel relationships, as Cypher may make, it is the
/// one with the lowest id. A tombstone with a label that the node does not have does nothing; with one that it has, it
/// takes the node's relationships along, and the edges staged before it.
#[derive(Clone, Debug, Default)]
pub struct StagedBatch {
    nodes: Vec<NodeRow>,
    edges: Vec<EdgeRow>,
    properties: Vec<(u32, Value)>,
    /// Labels, types and keys, each numbered once; the numbers of the sets of labels are apart.
    names: Names,
}

/// A moment of a batch, to which it can be taken back.
#[derive(Clone, Copy, Debug)]
pub struct BatchMark {
    nodes: usize,
    edges: usize,
    properties: usize,
}

impl StagedBatch {
    /// A batch without rows.
    pub fn new() -> StagedBatch {
        StagedBatch::default()
    }

    /// How many rows are staged.
    pub fn len(&self) -> usize {
        self.nodes.len() + self.edges.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Discards every row.
    pub fn clear(&mut self) {
        *self = StagedBatch::default();
    }

    /// This moment.
    pub fn mark(&self) -> BatchMark {
        BatchMark { nodes: self.nodes.len(), edges: self.edges.len(), properties: self.properties.len() }
    }

    /// Discards the rows staged since a mark that was taken from this batch.
    pub fn rollback_to(&mut self, mark: BatchMark) {
        self.nodes.truncate(mark.nodes);
        self.edges.truncate(mark.edges);
        self.properties.truncate(mark.properties);
    }

    /// Discards the rows staged before a mark that was taken from this batch, because they were committed.
    pub fn discard_before(&mut self, mark: BatchMark) {
        let rows = mark.nodes + mark.edges;
        self.nodes.drain(..mark.nodes);
        self.edges.drain(..mark.edges);
        self.properties.drain(..mark.properties);
        let earlier = |action: &mut Action| {
            if let Action::Upsert(properties) = action {
                properties.from -= mark.properties;
            }
        };
        for row in &mut self.nodes {
            row.position -= rows;
            earlier(&mut row.action);
        }
        for row in &mut self.edges {
            row.position -= rows;
            earlier(&mut row.action);
        }
    }

    /// Stages a node's whole record.
    ///
    /// # Errors
    /// `PropertyType` if a property cannot hold its value; `InvalidArgument` for an empty label. Nothing is then staged.
    pub fn upsert_node(
        &mut self,
        labels: &[Arc<str>],
        id: Uuid,
        properties: &[(Arc<str>, Value)],
    ) -> Result<()> {
        let labels = self.names.label_set(labels)?;
        let action = Action::Upsert(self.stage_properties(properties)?);
        self.push_node(id, labels, action, OnExisting::Replace);
        Ok(())
    }

    /// Stages an edge's whole record.
    ///
    /// # Errors
    /// `PropertyType` if a property cannot hold its value; `InvalidArgument` for an empty type. Nothing is then staged.
    pub fn upsert_edge(
        &mut self,
        rel_type: &Arc<str>,
        source: Uuid,
        target: Uuid,
        properties: &[(Arc<str>, Value)],
    ) -> Result<()> {
        let rel_type = self.names.rel_type(rel_type)?;
        let action = Action::Upsert(self.stage_properties(properties)?);
        self.edges.push(EdgeRow { source, target, rel_type, action, position: self.len() });
        Ok(())
    }

    /// Stages the removal of a node that has this label.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty label.
    pub fn tombstone_node(&mut self, label: &Arc<str>, id: Uuid) -> Result<()> {
        let labels = self.names.label_set(std::slice::from_ref(label))?;
        self.push_node(id, labels, Action::Tombstone, OnExisting::Replace);
        Ok(())
    }

    /// Stages the removal of an edge.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty type.
    pub fn tombstone_edge(&mut self, rel_type: &Arc<str>, source: Uuid, target: Uuid) -> Result<()> {
        let rel_type = self.names.rel_type(rel_type)?;
        let position = self.len();
        self.edges.push(EdgeRow { source, target, rel_type, action: Action::Tombstone, position });
        Ok(())
    }

    /// Stages the whole records of many nodes; gives how many.
    ///
    /// # Errors
    /// As [`StagedBatch::upsert_node`], naming the row. None of the rows is then staged.
    pub fn merge_nodes(
        &mut self,
        labels: &[Arc<str>],
        existing: OnExisting,
        rows: impl IntoIterator<Item = NodeRecord>,
    ) -> Result<usize> {
        let labels = self.names.label_set(labels)?;
        let mark = self.mark();
        for (row, NodeRecord { id, properties }) in rows.into_iter().enumerate() {
            match self.stage_owned(properties) {
                Ok(properties) => {
                    self.push_node(id, labels, Action::Upsert(properties), existing);
                }
                Err(error) => {
                    self.rollback_to(mark);
                    return Err(error.with_detail("row", row));
                }
            }
        }
        Ok(self.nodes.len() - mark.nodes)
    }

    /// Stages the whole records of many edges; gives how many.
    ///
    /// # Errors
    /// As [`StagedBatch::upsert_edge`], naming the row. None of the rows is then staged.
    pub fn merge_edges(
        &mut self,
        rel_type: &Arc<str>,
        rows: impl IntoIterator<Item = EdgeRecord>,
    ) -> Result<usize> {
        let rel_type = self.names.rel_type(rel_type)?;
        let mark = self.mark();
        for (row, EdgeRecord { source, target, properties }) in rows.into_iter().enumerate() {
            match self.stage_owned(properties) {
                Ok(properties) => {
                    let action = Action::Upsert(properties);
                    self.edges.push(EdgeRow { source, target, rel_type, action, position: self.len() });
                }
                Err(error) => {
                    self.rollback_to(mark);
                    return Err(error.with_detail("row", row));
                }
            }
        }
        Ok(self.edges.len() - mark.edges)
    }

    fn push_node(&mut self, uuid: Uuid, labels: u32, action: Action, existing: OnExisting) {
        self.nodes.push(NodeRow { uuid, labels, action, existing, position: self.len() });
    }

    fn stage_properties(&mut self, properties: &[(Arc<str>, Value)]) -> Result<Properties> {
        let from = self.properties.len();
        for (key, value) in properties {
            self.stage_property(from, key, value.clone())?;
        }
        Ok(self.staged_from(from))
    }

    fn stage_owned(&mut self, properties: Vec<(Arc<str>, Value)>) -> Result<Properties> {
        let from = self.properties.len();
        for (key, value) in properties {
            self.stage_property(from, &key, value)?;
        }
        Ok(self.staged_from(from))
    }

    /// The row's properties, of which null means absent.
    fn staged_from(&mut self, from: usize) -> Properties {
        let mut kept = from;
        for at in from..self.properties.len() {
            if !self.properties[at].1.is_null() {
                self.properties.swap(kept, at);
                kept += 1;
            }
        }
        self.properties.truncate(kept);
        Properties { from, len: kept - from }
    }

    /// Adds a property of the row that starts at `from`, in place of one of the same key.
    fn stage_property(&mut self, from: usize, key: &Arc<str>, value: Value) -> Result<()> {
        if let Err(reason) = storable::check(&value) {
            self.properties.truncate(from);
            return Err(Error::from(reason).with_detail("property", key));
        }
        let key = self.names.key(key);
        match self.properties[from..].iter_mut().find(|(k, _)| *k == key) {
            Some(slot) => slot.1 = value,
            None => self.properties.push((key, value)),
        }
        Ok(())
    }

    fn properties_of(&self, properties: Properties) -> &[(u32, Value)] {
        self.properties.get(properties.from..properties.from + properties.len).unwrap_or_default()
    }
}

fn empty_name(what: &str) -> Error {
    Error::new(ErrorCode::InvalidArgument, format!("a {what} cannot be empty"))
}
