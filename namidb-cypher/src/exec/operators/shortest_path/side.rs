//! A search from one node, a level at a time, and the ways back to it.

use super::HOLDER;
use super::conditions::Conditions;
use crate::error::Error;
use crate::exec::pages::Pages;
use crate::exec::{MemoryReservation, Ticks};
use namidb_core::hash::HashMap;

/// Takes a way back: the node and the relationship of every step.
type WayFn<'f> = dyn FnMut(&[(u64, u64)]) -> Result<(), Error> + 'f;

/// How a node was met.
#[derive(Clone, Copy, Default)]
struct Met {
    /// One more than its steps from the origin; 0 if it was not met.
    depth: u32,
    /// The first way back: the node before it, and the relationship from there.
    link: (u64, u64),
}

/// The nodes around an origin.
#[derive(Default)]
pub(super) struct Side {
    met: Pages<Met>,
    /// The nodes met, in order; the origin first.
    order: Vec<u64>,
    /// Where the last level begins.
    level: usize,
    depth: u32,
    /// Further ways back that are as short, where all count.
    more: HashMap<u64, Vec<(u64, u64)>>,
    links: usize,
    list: Vec<(u64, u64)>,
    memory: Option<MemoryReservation>,
}

impl Side {
    /// Forgets what was met, and begins at a node.
    pub(super) fn start(&mut self, origin: u64) {
        for node in self.order.drain(..) {
            *self.met.get_mut(node) = Met::default();
        }
        self.more.clear();
        self.links = 0;
        self.order.push(origin);
        self.met.get_mut(origin).depth = 1;
        self.level = 0;
        self.depth = 0;
    }

    /// How many steps were taken from the origin.
    pub(super) fn depth(&self) -> u64 {
        u64::from(self.depth)
    }

    /// The nodes at the end of the last step.
    pub(super) fn frontier(&self) -> &[u64] {
        &self.order[self.level..]
    }

    /// All nodes met but the origin, nearer ones first.
    pub(super) fn reached(&self) -> &[u64] {
        &self.order[1..]
    }

    /// How many steps a node is away; none if it was not met.
    pub(super) fn distance(&self, node: u64) -> Option<u64> {
        u64::from(self.met.get(node).depth).checked_sub(1)
    }

    /// Takes one step further, also noting all ways that are as short if `all`. The frontier is empty if there is
    /// nothing further.
    pub(super) fn advance(
        &mut self,
        from_end: bool,
        all: bool,
        conditions: &mut Conditions<'_>,
    ) -> Result<(), Error> {
        let cx = conditions.resident().cx;
        let mut ticks = Ticks::new();
        let end = self.order.len();
        let depth = self.depth + 2;
        let mut list = std::mem::take(&mut self.list);
        for at in self.level..end {
            let node = self.order[at];
            conditions.steps(node, from_end, &mut list)?;
            ticks.tick_rows(cx, 1 + list.len())?;
            for &(next, relationship) in &list {
                let met = self.met.get_mut(next);
                if met.depth == 0 {
                    *met = Met { depth, link: (node, relationship) };
                    self.order.push(next);
                } else if all && met.depth == depth {
                    self.more.entry(next).or_default().push((node, relationship));
                    self.links += 1;
                }
            }
        }
        self.list = list;
        self.level = end;
        self.depth += 1;
        let bytes = self.met.size_bytes() + 8 * self.order.capacity() as u64 + 48 * self.links as u64;
        self.memory.get_or_insert_with(|| cx.reservation()).resize(bytes, HOLDER)
    }

    /// The ways from a node back to the origin; the first alone unless `all`.
    pub(super) fn ways_back(&self, node: u64, all: bool, f: &mut WayFn<'_>) -> Result<(), Error> {
        let mut way: Vec<(u64, u64)> = Vec::new();
        // At each node of the way: which of its links is to be tried next.
        let mut tried = vec![0];
        while let Some(next) = tried.last_mut() {
            let at = way.last().map_or(node, |(node, _)| *node);
            let link = self.link(at, *next);
            *next += 1;
            match link {
                Some(link) => {
                    way.push(link);
                    tried.push(0);
                }
                None => {
                    if self.met.get(at).depth == 1 && *next == 1 {
                        f(&way)?;
                        if !all {
                            return Ok(());
                        }
                    }
                    tried.pop();
                    way.pop();
                }
            }
        }
        Ok(())
    }

    fn link(&self, node: u64, number: usize) -> Option<(u64, u64)> {
        let met = self.met.get(node);
        match number {
            _ if met.depth <= 1 => None,
            0 => Some(met.link),
            _ => self.more.get(&node)?.get(number - 1).copied(),
        }
    }
}
