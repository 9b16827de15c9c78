//! Sets of nodes that a query has seen.

use super::pages::Pages;
use crate::vector::Vector;

/// A set of nodes: a bit for each id.
#[derive(Debug, Default)]
pub(crate) struct NodeSet {
    words: Pages<u64>,
    count: u64,
}

impl NodeSet {
    /// How many nodes are in the set.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Puts a node in; false if it was there.
    #[inline]
    pub(crate) fn insert(&mut self, node: u64) -> bool {
        let word = self.words.get_mut(node / 64);
        let bit = 1 << (node % 64);
        let new = *word & bit == 0;
        *word |= bit;
        self.count += u64::from(new);
        new
    }

    /// Puts a column of nodes in, and says which rows were new; none if it holds anything but nodes.
    pub(crate) fn new_rows(&mut self, column: &Vector) -> Option<Vec<u32>> {
        let Vector::Node(nodes) = column else { return None };
        if nodes.has_nulls() {
            return None;
        }
        let mut rows = Vec::new();
        for (row, node) in nodes.values.iter().enumerate() {
            if self.insert(*node) {
                rows.push(row as u32);
            }
        }
        Some(rows)
    }

    /// The nodes, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.words.iter().flat_map(|(index, word)| {
            (0..64).filter(move |bit| word >> bit & 1 != 0).map(move |bit| index * 64 + bit)
        })
    }

    /// How many bytes it takes.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.words.size_bytes()
    }
}
