//! `count(DISTINCT node)` without keys: a bit for each node.

use crate::error::Error;
use crate::exec::node_set::NodeSet;
use crate::functions::aggregate::{Accumulator, Rows};
use crate::vector::Vector;

/// Counts distinct nodes in a bitmap, and distinct values of other kinds as usual.
pub(super) struct DistinctNodes {
    nodes: NodeSet,
    general: Box<dyn Accumulator>,
    /// Whether anything but columns of nodes has come.
    mixed: bool,
}

impl DistinctNodes {
    pub(super) fn new(general: Box<dyn Accumulator>) -> DistinctNodes {
        DistinctNodes { nodes: NodeSet::default(), general, mixed: false }
    }

    pub(super) fn update(&mut self, rows: &Rows<'_>, arguments: &[Vector]) -> Result<(), Error> {
        if !self.mixed {
            if let [Vector::Node(nodes)] = arguments
                && !nodes.has_nulls()
            {
                nodes.values.iter().for_each(|node| {
                    self.nodes.insert(*node);
                });
                return Ok(());
            }
            // From here on the general way, beginning with the nodes so far.
            self.mixed = true;
            let nodes: Vec<u64> = self.nodes.iter().collect();
            self.general.update(&Rows::ungrouped(nodes.len()), &[Vector::nodes(nodes)])?;
        }
        self.general.update(rows, arguments)
    }

    pub(super) fn finish(self, group_count: usize) -> Result<Vector, Error> {
        if self.mixed {
            return self.general.finish(group_count);
        }
        Ok(Vector::integers(vec![self.nodes.count() as i64]))
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.nodes.size_bytes() + self.general.size_bytes()
    }
}
