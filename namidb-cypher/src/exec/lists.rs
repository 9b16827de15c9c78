//! The adjacency lists that one step of a pattern may follow.

use crate::logical::PatternDirection;
use namidb_core::NodeId;
use namidb_core::graph::{Adjacency, AdjacencyChunk, Direction, GraphState, Neighbours, Segment};
use smallvec::SmallVec;
use std::sync::Arc;

/// The lists of some types in one direction or both, in a fixed order.
pub(crate) struct Lists<'a> {
    lists: SmallVec<[List<'a>; 2]>,
}

struct List<'a> {
    adjacency: &'a Adjacency,
    /// Relationships from a node to itself were met in the outgoing list already.
    skip_loops: bool,
    at: u64,
    chunk: Option<&'a AdjacencyChunk>,
}

impl<'a> List<'a> {
    #[inline]
    fn of(&mut self, node: u64) -> Neighbours<'a> {
        let bits = self.adjacency.width_bits();
        let index = node >> bits;
        if self.at != index {
            self.at = index;
            self.chunk = self.adjacency.chunk(index);
        }
        match self.chunk {
            Some(chunk) => chunk.neighbours((node & ((1 << bits) - 1)) as usize),
            None => Neighbours::empty(),
        }
    }
}

impl<'a> Lists<'a> {
    /// The lists of these types, or of all types if none is given.
    pub(crate) fn new(types: &[Arc<str>], direction: PatternDirection, state: &'a GraphState) -> Lists<'a> {
        let mut lists = SmallVec::new();
        let mut add = |adjacency: Option<&'a Adjacency>, skip_loops| {
            if let Some(adjacency) = adjacency.filter(|a| a.relationship_count() > 0) {
                lists.push(List { adjacency, skip_loops, at: u64::MAX, chunk: None });
            }
        };
        let both = direction == PatternDirection::Both;
        let mut add_type = |rel_type| {
            if direction != PatternDirection::Incoming {
                add(state.adjacency(rel_type, Direction::Outgoing), false);
            }
            if direction != PatternDirection::Outgoing {
                add(state.adjacency(rel_type, Direction::Incoming), both);
            }
        };
        if types.is_empty() {
            state.adjacencies(Direction::Outgoing).for_each(|(rel_type, _)| add_type(rel_type));
        } else {
            // A type that is named twice is followed once.
            for (number, name) in types.iter().enumerate() {
                if !types[..number].contains(name)
                    && let Some(rel_type) = state.catalog().rel_type(name)
                {
                    add_type(rel_type);
                }
            }
        }
        Lists { lists }
    }

    /// Whether there is nothing to follow anywhere.
    pub(crate) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Whether there is one list a node, so that its entries are in one order.
    pub(crate) fn is_single(&self) -> bool {
        self.lists.len() == 1
    }

    /// How many entries the lists of a node have; of relationships from it to itself, one or two each.
    #[inline]
    pub(crate) fn entries(&mut self, node: u64) -> u64 {
        self.lists.iter_mut().map(|list| list.of(node).len()).sum()
    }

    /// How many relationships a node has.
    pub(crate) fn degree(&mut self, node: u64) -> u64 {
        self.lists
            .iter_mut()
            .map(|list| {
                let neighbours = list.of(node);
                let loops = if list.skip_loops { neighbours.find(NodeId(node)).count() as u64 } else { 0 };
                neighbours.len() - loops
            })
            .sum()
    }

    /// Calls `f` with the entries of a node, the first `skip` left out and at most `take` of them, in
    /// runs, each with whether relationships from the node to itself are to be left out.
    #[inline]
    pub(crate) fn for_each_run(
        &mut self,
        node: u64,
        mut skip: u64,
        mut take: u64,
        f: &mut impl FnMut(Segment<'a>, bool),
    ) {
        for list in &mut self.lists {
            let neighbours = list.of(node);
            if let Some(segment) = neighbours.single().filter(|s| skip == 0 && s.len() as u64 <= take) {
                take -= segment.len() as u64;
                f(segment, list.skip_loops);
                continue;
            }
            for segment in neighbours.segments() {
                let len = segment.len() as u64;
                if skip >= len {
                    skip -= len;
                    continue;
                }
                let from = skip as usize;
                let to = (skip + take).min(len) as usize;
                skip = 0;
                take -= (to - from) as u64;
                let part = Segment {
                    nodes: &segment.nodes[from..to],
                    relationships: &segment.relationships[from..to],
                    ..segment
                };
                f(part, list.skip_loops);
                if take == 0 {
                    return;
                }
            }
        }
    }

    /// Calls `f` with each relationship between a node and another one.
    pub(crate) fn for_each_between(&mut self, node: u64, other: u64, f: &mut impl FnMut(u64)) {
        for list in &mut self.lists {
            if list.skip_loops && node == other {
                continue;
            }
            list.of(node).find(NodeId(other)).for_each(|relationship| f(relationship.0));
        }
    }
}
