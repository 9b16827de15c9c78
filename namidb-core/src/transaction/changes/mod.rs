//! Recording changes: every call changes the state and appends the operations that do the same elsewhere.

mod constraints;
mod indexed;
mod nodes;
mod relationships;
mod schema;

use super::{Answer, Counters, Footprint, StageContext};
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::{NameRef, Op, PropertyDelta};
use crate::graph::{ApplyContext, BlockKey, CommitToken, GraphState};
use crate::ids::{NodeId, RelId, Seq};
use crate::residency::missed;
use crate::runtime::SharedRuntime;
use crate::value::{Value, storable};
use std::sync::Arc;

pub use nodes::NewNode;
pub use relationships::NewRelationship;
pub use schema::TargetName;

/// A clone of a state, with what has been done to it recorded as operations.
///
/// A call that fails may leave names defined that nothing uses: take a [`Changes::mark`] before a statement, and go
/// back to it when the statement fails.
#[derive(Debug)]
pub struct Changes {
    base: GraphState,
    state: GraphState,
    context: ApplyContext,
    seq: Seq,
    time: i64,
    runtime: SharedRuntime,
    ops: Vec<Op>,
    counters: Counters,
    /// So many operations are known to meet the constraints together.
    checked: Option<usize>,
    /// The operation that the last check was not content with.
    violated: Option<usize>,
}

/// A moment of some changes, to which they can be taken back.
#[derive(Clone, Debug)]
pub struct Mark {
    state: GraphState,
    context: ApplyContext,
    ops: usize,
    counters: Counters,
}

impl Changes {
    /// No changes to `base` yet.
    pub fn new(base: &GraphState, context: &StageContext) -> Changes {
        Changes {
            base: base.clone(),
            state: base.clone(),
            context: ApplyContext::new(base, context.seq),
            seq: context.seq,
            time: context.time,
            runtime: Arc::clone(&context.runtime),
            ops: Vec::new(),
            counters: Counters::default(),
            checked: None,
            violated: None,
        }
    }

    /// The base with the changes so far.
    pub fn state(&self) -> &GraphState {
        &self.state
    }

    /// The state that the changes started from.
    pub fn base(&self) -> &GraphState {
        &self.base
    }

    /// The record that the changes would be in.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// The time of that record, in microseconds since 1970-01-01 UTC.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// Where new public ids come from.
    pub fn runtime(&self) -> &SharedRuntime {
        &self.runtime
    }

    /// Leaves chunks that can be fetched again out of the states.
    pub fn evict(&mut self, keys: &[BlockKey]) {
        self.base.evict(keys);
        self.state.evict(keys);
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The operations that make [`Changes::state`] of [`Changes::base`].
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The state and the operations.
    pub fn into_parts(self) -> (GraphState, Vec<Op>) {
        (self.state, self.ops)
    }

    /// How much was changed.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// What was written, and what that relies on. Computed when asked for: only a transaction that waited through the
    /// commits of others needs it.
    pub fn footprint(&self) -> Footprint {
        let mut footprint = Footprint::default();
        footprint.add(&self.ops, &self.base);
        footprint
    }

    /// Says that the changes are committed under a token, and what their client is answered. They are then not empty,
    /// whatever they change. Once, at their end.
    ///
    /// # Errors
    /// None today.
    pub fn remember(&mut self, token: CommitToken, answer: &Answer) -> Result<()> {
        self.record(Op::Remember { token, answer: answer.encode() })
    }

    /// This moment. While a mark lives, what it holds is shared with the state, so the next change to a chunk copies it.
    pub fn mark(&self) -> Mark {
        Mark {
            state: self.state.clone(),
            context: self.context.clone(),
            ops: self.ops.len(),
            counters: self.counters,
        }
    }

    /// Undoes everything since a mark that was taken from these changes.
    pub fn rollback_to(&mut self, mark: Mark) {
        self.state = mark.state;
        self.context = mark.context;
        self.ops.truncate(mark.ops);
        self.counters = mark.counters;
        self.checked = None;
    }

    /// Applies an operation that is valid, and records it.
    fn record(&mut self, op: Op) -> Result<()> {
        self.state.apply_op(&mut self.context, &op)?;
        self.ops.push(op);
        Ok(())
    }

    /// Names the keys of an entity's properties: each key once, the last value given; nulls left out.
    fn deltas(&mut self, properties: &[(Arc<str>, Value)]) -> Result<Vec<PropertyDelta>> {
        let mut deltas: Vec<PropertyDelta> = Vec::with_capacity(properties.len());
        for (key, value) in properties {
            check_storable(key, value)?;
            let absent = value.is_null();
            if absent && self.state.catalog().property_key(key).is_none() {
                continue;
            }
            let key = self.property_key(key)?;
            match deltas.iter().position(|(k, _)| *k == key) {
                Some(at) if absent => drop(deltas.remove(at)),
                Some(at) => deltas[at].1 = value.clone(),
                None if absent => {}
                None => deltas.push((key, value.clone())),
            }
        }
        Ok(deltas)
    }

    fn live_node(&self, node: NodeId) -> Result<()> {
        if self.state.has_node(node) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::EntityNotFound, format!("node {node} does not exist, or was deleted"))
            .with_detail("node", node))
    }

    fn live_relationship(&self, relationship: RelId) -> Result<()> {
        if self.state.has_relationship(relationship) {
            return Ok(());
        }
        let message = format!("relationship {relationship} does not exist, or was deleted");
        Err(Error::new(ErrorCode::EntityNotFound, message).with_detail("relationship", relationship))
    }

    /// How operations name a name that the catalog holds. Those beyond the base's were defined here, in order.
    fn name_ref(number: u32, base_count: u32) -> NameRef {
        match number.checked_sub(base_count) {
            Some(n) => NameRef::New(n),
            None => NameRef::Existing(number),
        }
    }
}

/// Lets an error pass if chunks were missed before it: it means nothing then, and work on many rows goes on, to find out
/// what else is missing.
fn unless_missed(error: Error) -> Result<()> {
    if missed() { Ok(()) } else { Err(error) }
}

fn check_storable(key: &str, value: &Value) -> Result<()> {
    storable::check(value).map_err(|reason| Error::from(reason).with_detail("property", key))
}
