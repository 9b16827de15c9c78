//! Deleting everything.

use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, Counters, Restage, StageContext};
use namidb_core::{NodeId, Result};
use namidb_cypher::exec::CancelToken;
use std::sync::Arc;

/// Nodes between two looks whether to stop.
const NODES_AT_A_TIME: usize = 256;

/// The work that deletes every node, relationship, constraint and index.
pub(crate) struct Clear {
    cancel: CancelToken,
    /// What the last run of it changed.
    pub(crate) counters: Counters,
}

impl Clear {
    /// Work that stops when the token is cancelled.
    pub(crate) fn new(cancel: CancelToken) -> Clear {
        Clear { cancel, counters: Counters::default() }
    }
}

impl Restage for Clear {
    fn restage(&mut self, state: &GraphState, stage: &StageContext) -> Result<Changes> {
        let mut changes = Changes::new(state, stage);
        let constraints: Vec<Arc<str>> =
            state.catalog().constraints().iter().map(|constraint| Arc::clone(&constraint.name)).collect();
        for name in constraints {
            changes.drop_constraint(&name)?;
        }
        let indexes: Vec<Arc<str>> =
            changes.state().catalog().indexes().iter().map(|index| Arc::clone(&index.name)).collect();
        for name in indexes {
            changes.drop_index(&name)?;
        }
        for (number, node) in state.live_nodes().iter().enumerate() {
            if number % NODES_AT_A_TIME == 0 && self.cancel.is_cancelled() {
                return Err(namidb_core::Error::new(
                    namidb_core::ErrorCode::Cancelled,
                    "the call was cancelled",
                ));
            }
            changes.detach_delete_node(NodeId(node))?;
        }
        self.counters = changes.counters();
        Ok(changes)
    }
}
