//! A view of the database that stays as it is.

use crate::error::Result;
use crate::opened::Opened;
use crate::options::QueryOptions;
use crate::query;
use crate::result::QueryResult;
use crate::runtime;
use crate::view::{StateView, View};
use namidb_core::Seq;
use namidb_core::engine;
use namidb_core::residency::collect;
use namidb_cypher::Params;
use std::sync::Arc;

/// A view of the database that stays as it is. A clone costs two reference counts.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) opened: Arc<Opened>,
    pub(crate) snapshot: engine::Snapshot,
}

impl Snapshot {
    /// The newest commit that it contains; 0 before the first.
    pub fn seq(&self) -> Seq {
        self.snapshot.seq()
    }

    /// What can be read without a query.
    pub fn view(&self) -> View<'_> {
        View::new(self.snapshot.state(), &self.opened.engine)
    }

    /// Reads without a query and without holding the thread up: what is missing is waited for, and then it is read again.
    pub(crate) async fn read<R>(&self, work: &impl Fn(StateView<'_>) -> R) -> Result<R> {
        loop {
            let (result, misses) = collect(|| work(StateView::new(self.snapshot.state())));
            if misses.is_empty() {
                return Ok(result);
            }
            let engine = self.opened.engine.clone();
            runtime::requests(async move { Ok(engine.fetch(&misses).await?) }).await?;
        }
    }

    /// Runs a statement that only reads, on a thread for queries.
    ///
    /// # Errors
    /// `ReadOnly` for a statement that writes; otherwise those of the statement.
    pub async fn cypher(&self, text: &str, params: impl Into<Params>) -> Result<QueryResult> {
        self.cypher_with(text, params, &QueryOptions::default()).await
    }

    /// As [`Snapshot::cypher`], with options.
    ///
    /// # Errors
    /// As [`Snapshot::cypher`].
    pub async fn cypher_with(
        &self,
        text: &str,
        params: impl Into<Params>,
        options: &QueryOptions,
    ) -> Result<QueryResult> {
        let (this, text, params) = (self.clone(), Arc::<str>::from(text), params.into());
        let options = options.for_one_call();
        let cancel = options.cancel.clone();
        runtime::computing(cancel, move || this.cypher_here(&text, params, &options)).await
    }

    /// Runs a statement that only reads, on this thread.
    ///
    /// # Errors
    /// As [`Snapshot::cypher`].
    pub fn cypher_here(&self, text: &str, params: Params, options: &QueryOptions) -> Result<QueryResult> {
        query::run_at(&self.opened, text, params, &self.snapshot, options)
    }
}
