//! As many rows as there are relationships of some types, from the counters of the graph.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;
use std::sync::Arc;

/// What to count.
#[derive(Debug)]
pub(crate) struct RelationshipCount {
    /// The types; none means any.
    pub(crate) types: Vec<Arc<str>>,
}

/// Gives one batch that only counts.
pub(crate) struct RelationshipCountOperator<'p> {
    spec: &'p RelationshipCount,
    done: bool,
}

impl<'p> RelationshipCountOperator<'p> {
    pub(crate) fn new(spec: &'p RelationshipCount) -> RelationshipCountOperator<'p> {
        RelationshipCountOperator { spec, done: false }
    }
}

impl Operator for RelationshipCountOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        let state = run.state();
        let types = &self.spec.types;
        let mut count = if types.is_empty() { state.relationship_count() } else { 0 };
        for (number, name) in types.iter().enumerate() {
            // A type that is named twice is counted once.
            if !types[..number].contains(name)
                && let Some(rel_type) = state.catalog().rel_type(name)
            {
                count += state.rel_type_count(rel_type);
            }
        }
        Ok(Some(Batch::flat(count as usize, Vec::new())).filter(|b| !b.is_empty()))
    }
}
