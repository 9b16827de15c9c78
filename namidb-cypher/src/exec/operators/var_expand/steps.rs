//! One step of a walk: the relationships at a node that it may take.

use crate::error::Error;
use crate::exec::exclusion::Excluded;
use crate::exec::lists::Lists;
use crate::exec::operator::Resident;
use crate::logical::PatternDirection;
use namidb_core::graph::GraphState;
use namidb_core::value::{Map, order};
use namidb_core::{ErrorCode, RelId, Value};
use std::sync::Arc;

/// What every step of the walks from one row must be like.
pub(in crate::exec::operators) struct Steps<'a> {
    lists: Lists<'a>,
    filter: StepFilter<'a>,
}

struct StepFilter<'a> {
    state: &'a GraphState,
    /// What each relationship's properties must equal.
    properties: Option<Value>,
    excluded: Excluded,
}

impl<'a> Steps<'a> {
    pub(in crate::exec::operators) fn new(
        types: &[Arc<str>],
        direction: PatternDirection,
        resident: Resident<'a>,
    ) -> Steps<'a> {
        Steps {
            lists: Lists::new(types, direction, resident.state),
            filter: StepFilter { state: resident.state, properties: None, excluded: Excluded::new() },
        }
    }

    /// Sets what the steps from the next row must be like.
    pub(in crate::exec::operators) fn start_row(
        &mut self,
        properties: Option<Value>,
        excluded: Excluded,
    ) -> Result<(), Error> {
        if let Some(other) = properties.as_ref().filter(|v| !matches!(v, Value::Map(_) | Value::Null)) {
            return Err(Error::runtime(
                ErrorCode::Type,
                "TypeError",
                "InvalidArgumentType",
                format!("the properties of a pattern are a map, not {}", other.type_name()),
            ));
        }
        self.filter.properties = properties;
        self.filter.excluded = excluded;
        Ok(())
    }

    /// Whether a walk may take a relationship at all.
    pub(super) fn may_take(&self, relationship: u64) -> bool {
        self.filter.passes(relationship)
    }

    /// Appends the neighbours and relationships of a node that a walk may take from it.
    pub(in crate::exec::operators) fn at(&mut self, node: u64, to: &mut Vec<(u64, u64)>) {
        let Steps { lists, filter } = self;
        let passes_all = filter.properties.is_none() && filter.excluded.is_empty();
        lists.for_each_run(node, 0, u64::MAX, &mut |run, skip_loops| {
            let found = run.iter().map(|(n, r)| (n.0, r.0));
            if passes_all && !skip_loops {
                to.extend(found);
            } else {
                to.extend(found.filter(|(n, r)| !(skip_loops && *n == node) && filter.passes(*r)));
            }
        });
    }
}

impl StepFilter<'_> {
    fn passes(&self, relationship: u64) -> bool {
        if self.excluded.contains(&relationship) {
            return false;
        }
        match &self.properties {
            None => true,
            Some(Value::Map(map)) => self.has_properties(relationship, map),
            // Null equals nothing.
            Some(_) => false,
        }
    }

    fn has_properties(&self, relationship: u64, map: &Map) -> bool {
        map.iter().all(|(key, wanted)| {
            let Some(key) = self.state.catalog().property_key(key) else { return false };
            let value = self.state.relationship_property(RelId(relationship), key);
            order::equals(&value, wanted) == Some(true)
        })
    }
}
