//! Whether all nodes that relationships of some types lead to have some labels: then nobody has to ask for each.

use super::labels::LabelFilter;
use crate::logical::PatternDirection;
use namidb_core::graph::{Adjacency, Direction, GraphState};
use std::sync::Arc;

/// What an operator knows of the ends of its relationships. Within one operator the graph stays the same.
#[derive(Debug, Default)]
pub(crate) struct LabelledEnds {
    asked: u64,
    all: Option<bool>,
}

impl LabelledEnds {
    /// Whether each end has the labels, as far as it is known; `sources` more nodes are about to be followed.
    pub(crate) fn all(
        &mut self,
        sources: u64,
        types: &[Arc<str>],
        direction: PatternDirection,
        labels: &LabelFilter<'_>,
        state: &GraphState,
    ) -> bool {
        // Of a graph that is not all in memory it would fetch lists that nobody reads.
        if state.is_partial() {
            return false;
        }
        if let Some(all) = self.all {
            return all;
        }
        let ends = backward(types, direction, state);
        let (mut nodes, mut relationships) = (0, 0);
        for list in &ends {
            nodes += list.source_count();
            relationships += list.relationship_count();
        }
        // Looking at every node that the types lead to costs as much as to ask as many ends one by one.
        self.asked += sources * relationships / nodes.max(1);
        if self.asked < nodes {
            return false;
        }
        let mut probe = labels.probe();
        let all = ends.iter().all(|list| {
            list.chunks().all(|(index, chunk)| {
                let first = index << list.width_bits();
                (0..chunk.width())
                    .all(|offset| chunk.neighbours(offset).is_empty() || probe.passes(first + offset as u64))
            })
        });
        self.all = Some(all);
        all
    }
}

/// The lists of the nodes at the other ends.
fn backward<'a>(
    types: &[Arc<str>],
    direction: PatternDirection,
    state: &'a GraphState,
) -> Vec<&'a Adjacency> {
    let mut found = Vec::new();
    let mut add = |rel_type| {
        if direction != PatternDirection::Outgoing {
            found.extend(state.adjacency(rel_type, Direction::Outgoing));
        }
        if direction != PatternDirection::Incoming {
            found.extend(state.adjacency(rel_type, Direction::Incoming));
        }
    };
    if types.is_empty() {
        state.adjacencies(Direction::Outgoing).for_each(|(rel_type, _)| add(rel_type));
    } else {
        types.iter().filter_map(|name| state.catalog().rel_type(name)).for_each(add);
    }
    found
}
