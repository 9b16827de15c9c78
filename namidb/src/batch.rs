//! Staged rows: whole records by public id, invisible until they are committed together.

use crate::database::Database;
use crate::error::Result;
use crate::once;
use crate::opened::Opened;
use crate::runtime;
use namidb_core::graph::CommitToken;
use namidb_core::transaction::StagedBatch;
use namidb_core::{Seq, Value};
use std::sync::Arc;
use uuid::Uuid;

/// Staged rows, to be committed together. See [`StagedBatch`] for what each does.
///
/// A batch is independent of queries, checkpoints and their errors; nothing of it is visible before the commit. A commit
/// that loses a race is applied again to what the winner left.
///
/// ```
/// # use namidb::Database;
/// # async fn example() -> namidb::Result<()> {
/// # let database = Database::open("memory://demo").await?;
/// let (ada, bob) = (namidb::new_uuid(), namidb::new_uuid());
/// let mut batch = database.batch();
/// batch.upsert_edge("KNOWS", ada, bob, [("since", 1843)])?;
/// batch.upsert_node(["Person"], ada, [("name", "Ada")])?;
/// batch.upsert_node(["Person"], bob, [("name", "Bob")])?;
/// assert_eq!(batch.len(), 3);
/// batch.commit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Batch {
    database: Database,
    rows: StagedBatch,
}

fn properties<K: AsRef<str>, V: Into<Value>>(
    properties: impl IntoIterator<Item = (K, V)>,
) -> Vec<(Arc<str>, Value)> {
    properties.into_iter().map(|(key, value)| (Arc::from(key.as_ref()), value.into())).collect()
}

impl Batch {
    pub(crate) fn new(database: Database) -> Batch {
        Batch { database, rows: StagedBatch::new() }
    }

    /// Stages a node's whole record: labels and properties that it does not name will be gone.
    ///
    /// # Errors
    /// `PropertyType` if a property cannot hold its value; `InvalidArgument` for an empty label.
    pub fn upsert_node<L: AsRef<str>, K: AsRef<str>, V: Into<Value>>(
        &mut self,
        labels: impl IntoIterator<Item = L>,
        id: Uuid,
        record: impl IntoIterator<Item = (K, V)>,
    ) -> Result<()> {
        let labels: Vec<Arc<str>> = labels.into_iter().map(|label| Arc::from(label.as_ref())).collect();
        Ok(self.rows.upsert_node(&labels, id, &properties(record))?)
    }

    /// Stages the whole record of the edge of this type between these nodes, which may be staged later.
    ///
    /// # Errors
    /// `PropertyType` if a property cannot hold its value; `InvalidArgument` for an empty type.
    pub fn upsert_edge<K: AsRef<str>, V: Into<Value>>(
        &mut self,
        rel_type: &str,
        source: Uuid,
        target: Uuid,
        record: impl IntoIterator<Item = (K, V)>,
    ) -> Result<()> {
        Ok(self.rows.upsert_edge(&rel_type.into(), source, target, &properties(record))?)
    }

    /// Stages the removal of a node and its relationships; nothing if it does not have the label.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty label.
    pub fn tombstone_node(&mut self, label: &str, id: Uuid) -> Result<()> {
        Ok(self.rows.tombstone_node(&label.into(), id)?)
    }

    /// Stages the removal of an edge.
    ///
    /// # Errors
    /// `InvalidArgument` for an empty type.
    pub fn tombstone_edge(&mut self, rel_type: &str, source: Uuid, target: Uuid) -> Result<()> {
        Ok(self.rows.tombstone_edge(&rel_type.into(), source, target)?)
    }

    /// How many rows are staged.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, for staging many at once ([`StagedBatch::merge_nodes`]) and for going back to a mark.
    pub fn rows(&mut self) -> &mut StagedBatch {
        &mut self.rows
    }

    /// Discards what is staged; gives how many rows it was.
    pub fn rollback(&mut self) -> usize {
        let rows = self.rows.len();
        self.rows.clear();
        rows
    }

    /// Commits what is staged, durably, and leaves the batch empty. Gives the commit's sequence number; none if the rows
    /// changed nothing.
    ///
    /// # Errors
    /// `EndpointMissing` if an edge's endpoint does not exist, naming row and id; otherwise what the store
    /// answers. The rows are discarded all the same: no later commit contains them.
    ///
    /// # Cancel safety
    /// If the future is dropped, the rows may be committed or not.
    pub async fn commit(&mut self) -> Result<Option<Seq>> {
        let Some((opened, rows)) = self.take()? else { return Ok(None) };
        runtime::requests(async move { Ok(opened.engine.write(rows).await?.seq) }).await
    }

    /// As [`Batch::commit`], once under a token: if rows were committed under it before, by whomever, those that are staged
    /// now are taken for the same and discarded, and the first commit's sequence number is given. None if no row is staged.
    ///
    /// The newest 65,536 tokens of a database are remembered.
    ///
    /// # Errors
    /// As [`Batch::commit`]; `InvalidArgument` if something else was committed under the token.
    ///
    /// # Cancel safety
    /// If the future is dropped, the rows may be committed or not.
    pub async fn commit_once(&mut self, token: &str) -> Result<Option<Seq>> {
        let token = once::token(token)?;
        let Some((opened, rows)) = self.take()? else { return Ok(None) };
        runtime::requests(async move { Ok(Some(write_once(&opened, rows, token).await?)) }).await
    }

    /// The rows, which are no longer staged, and what to write them with; none if there are none.
    pub(crate) fn take(&mut self) -> Result<Option<(Arc<Opened>, StagedBatch)>> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() { Ok(None) } else { Ok(Some((self.database.writable()?, rows))) }
    }
}

/// Commits rows once under a token.
pub(crate) async fn write_once(
    opened: &Opened,
    rows: StagedBatch,
    token: CommitToken,
) -> namidb_core::Result<Seq> {
    let work = once::once(rows, token, once::BATCH, |_| Some(Vec::new()));
    let written = opened.engine.write(work).await?;
    match written.work.first {
        Some(first) => once::told(&first, once::BATCH).map(|_| first.seq),
        None => Ok(written.seq.unwrap_or(written.snapshot.seq())),
    }
}
