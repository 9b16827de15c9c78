//! A state that is durable, at one place of the log.

use crate::graph::GraphState;
use crate::ids::Seq;
use crate::wal::Position;
use std::sync::Arc;

/// A prefix of the log as a graph. A clone costs one reference count, and nothing changes it.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<Position>);

impl Snapshot {
    pub(super) fn new(position: Arc<Position>) -> Snapshot {
        Snapshot(position)
    }

    /// The graph.
    pub fn state(&self) -> &GraphState {
        &self.0.state
    }

    /// The last record that it contains; 0 if none.
    pub fn seq(&self) -> Seq {
        self.0.seq
    }

    /// The time of that record, in microseconds since 1970-01-01 UTC; none before the first.
    pub fn time(&self) -> Option<i64> {
        (self.0.seq > Seq(0)).then_some(self.0.time)
    }
}
