//! Reads that need no statement.

use super::{Database, wait};
use crate::entity::{Node, Relationship};
use crate::error::Result;
use crate::reread::on_newest;
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::view::View;
use namidb_core::{Outcome, Seq};
use uuid::Uuid;

impl Database {
    /// A view that stays as it is, fresh enough now.
    ///
    /// # Errors
    /// What the store answers.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let opened = self.opened()?;
        let snapshot = wait(&self.cancel, Outcome::NotApplied, opened.engine.snapshot())?;
        Ok(Snapshot { opened, snapshot })
    }

    /// Looks at the log now, however fresh the last look; gives the newest commit.
    ///
    /// # Errors
    /// What the store answers.
    pub fn refresh(&self) -> Result<Seq> {
        let opened = self.opened()?;
        Ok(wait(&self.cancel, Outcome::NotApplied, opened.engine.refresh())?.seq())
    }

    /// Reads what is fresh enough.
    fn read<T>(&self, work: impl Fn(View<'_>) -> Result<T>) -> Result<T> {
        on_newest(|| work(self.snapshot()?.view()))
    }

    /// The names with their counts, and the definitions of indexes and constraints.
    ///
    /// # Errors
    /// What the store answers.
    pub fn schema(&self) -> Result<Schema> {
        self.read(|view| view.schema())
    }

    /// The node with this public id, if it has the label.
    ///
    /// # Errors
    /// What the store answers.
    pub fn lookup_node(&self, label: &str, id: &Uuid) -> Result<Option<Node>> {
        self.read(|view| view.lookup_node(label, id))
    }

    /// The nodes with a label, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_label(&self, label: &str) -> Result<Vec<Node>> {
        self.read(|view| view.scan_label(label))
    }

    /// The relationships of a type, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_edge_type(&self, rel_type: &str) -> Result<Vec<Relationship>> {
        self.read(|view| view.scan_edge_type(rel_type))
    }

    /// The relationships of a type that start at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn out_edges(&self, rel_type: &str, source: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.out_edges(rel_type, source))
    }

    /// The relationships of a type that end at a node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn in_edges(&self, rel_type: &str, target: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.in_edges(rel_type, target))
    }
}
