//! Leaves and branches.

use super::{BRANCH_MAX, Keys, SetKey};
use crate::graph::slot::Slot;
use std::sync::Arc;

#[derive(Debug)]
pub(super) enum Node<K: SetKey> {
    Leaf(u64, Slot<Keys<K>>),
    Branch(Arc<Branch<K>>),
}

impl<K: SetKey> Clone for Node<K> {
    fn clone(&self) -> Self {
        match self {
            Node::Leaf(number, slot) => Node::Leaf(*number, slot.clone()),
            Node::Branch(branch) => Node::Branch(Arc::clone(branch)),
        }
    }
}

/// Children, each with its bound. That of the first one may be any that is not greater than the next.
#[derive(Clone, Debug)]
pub(super) struct Branch<K: SetKey> {
    pub(super) first: Vec<K>,
    pub(super) children: Vec<Node<K>>,
}

impl<K: SetKey> Branch<K> {
    pub(super) fn child_of(&self, key: &K) -> usize {
        self.first.partition_point(|first| first <= key).saturating_sub(1)
    }
}

/// The branches over these nodes.
pub(super) fn root_over<K: SetKey>(mut level: Vec<(K, Node<K>)>) -> Option<Node<K>> {
    while level.len() > 1 {
        let mut nodes = level.into_iter().peekable();
        let mut above = Vec::new();
        while let Some(key) = nodes.peek().map(|(key, _)| key.clone()) {
            let (first, children) = nodes.by_ref().take(BRANCH_MAX).unzip();
            above.push((key, Node::Branch(Arc::new(Branch { first, children }))));
        }
        level = above;
    }
    level.pop().map(|(_, node)| node)
}

pub(super) fn leftmost<K: SetKey>(mut node: &Node<K>) -> &Node<K> {
    while let Node::Branch(branch) = node {
        match branch.children.first() {
            Some(first) => node = first,
            None => break,
        }
    }
    node
}
