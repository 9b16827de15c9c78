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
            self.mix()?;
        }
        self.general.update(rows, arguments)
    }

    /// From here on goes the general way, beginning with the nodes so far.
    fn mix(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.mixed, true) {
            return Ok(());
        }
        let nodes: Vec<u64> = self.nodes.iter().collect();
        self.general.update(&Rows::ungrouped(nodes.len()), &[Vector::nodes(nodes)])
    }

    /// Takes in what came later.
    pub(super) fn merge(&mut self, mut later: DistinctNodes) -> Result<(), Error> {
        if self.mixed || later.mixed {
            self.mix()?;
            later.mix()?;
            return self.general.merge(later.general, &[0], 1);
        }
        later.nodes.iter().for_each(|node| {
            self.nodes.insert(node);
        });
        Ok(())
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
