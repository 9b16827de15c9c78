//! The shortest walks between two nodes, and from one node to all.
//!
//! Two searches that have met nobody in common after `i` and `j` steps are more than `i + j` apart. So the first
//! nodes in common are met by one of them in its last step and by the other one in its last step too, and every
//! shortest walk goes through exactly one of them.
//!
//! A walk from a node back to itself begins with some relationship, and goes on as a shortest walk back that avoids
//! it.

use super::conditions::{Conditions, WholeConditions};
use super::side::Side;
use super::{Found, HOLDER, ShortestPath, Walk, exhaustive};
use crate::error::Error;
use crate::exec::exclusion::Excluded;
use namidb_core::residency::missed;

/// Searches between one pair of nodes after the other.
#[derive(Default)]
pub(super) struct Search {
    near: Side,
    far: Side,
}

impl Search {
    /// Adds the shortest walks from one node to another that meet all conditions.
    pub(super) fn between(
        &mut self,
        spec: &ShortestPath,
        start: u64,
        end: u64,
        conditions: &mut Conditions<'_>,
        whole: &mut WholeConditions<'_>,
        found: &mut Found<'_>,
    ) -> Result<(), Error> {
        if spec.min > spec.max || !conditions.passes(start)? || !conditions.passes(end)? {
            return Ok(());
        }
        let mut least = spec.min;
        if spec.min == 0 && start == end {
            if let Some(walk) = whole.keep(vec![Walk::at(start)])?.first() {
                return found.add(walk);
            }
            least = 1;
        }
        if least <= 1 {
            let all = spec.all || !whole.is_empty();
            let walks = if start == end {
                self.closed(start, spec.max, all, conditions)?
            } else {
                self.meet(start, end, spec.max, all, conditions)?
            };
            let Some(length) = walks.first().map(|walk| walk.relationships.len()) else { return Ok(()) };
            let kept = whole.keep(walks)?;
            if !kept.is_empty() {
                let wanted = if spec.all { kept.len() } else { 1 };
                return kept.iter().take(wanted).try_for_each(|walk| found.add(walk));
            }
            least = length as u64 + 1;
        }
        if missed() {
            // Not met for want of a chunk, it may be: trying all walks would be in vain.
            return Ok(());
        }
        exhaustive::walks(spec, start, end, least, &mut self.far, conditions, whole, found)
    }

    /// Adds the shortest walks from one node to every node that passes.
    pub(super) fn from(
        &mut self,
        spec: &ShortestPath,
        start: u64,
        passes: &mut dyn FnMut(u64) -> bool,
        conditions: &mut Conditions<'_>,
        found: &mut Found<'_>,
    ) -> Result<(), Error> {
        if spec.min > spec.max || !conditions.passes(start)? {
            return Ok(());
        }
        let start_passes = passes(start);
        if spec.min == 0 && start_passes {
            found.add(&Walk::at(start))?;
        }
        let near = &mut self.near;
        near.start(start);
        while near.depth() < spec.max && !near.frontier().is_empty() {
            near.advance(false, spec.all, conditions)?;
        }
        let ends_alone = found.wants_ends_alone() && !spec.all;
        for &node in near.reached() {
            if !passes(node) {
                continue;
            }
            conditions.resident().cx.check()?;
            if ends_alone {
                found.add(&Walk::at(node))?;
            } else {
                near.ways_back(node, spec.all, &mut |way| found.add(&joined(way, node, &[])))?;
            }
        }
        if spec.min > 0 && start_passes {
            for walk in self.closed(start, spec.max, spec.all, conditions)? {
                found.add(&walk)?;
            }
        }
        Ok(())
    }

    /// The shortest walks of at most `max` steps between two different nodes; one of them unless `all`.
    fn meet(
        &mut self,
        start: u64,
        end: u64,
        max: u64,
        all: bool,
        conditions: &mut Conditions<'_>,
    ) -> Result<Vec<Walk>, Error> {
        let cx = conditions.resident().cx;
        let Search { near, far } = self;
        near.start(start);
        far.start(end);
        while near.depth() + far.depth() < max {
            let forward = near.frontier().len() <= far.frontier().len();
            let (side, other) = if forward { (&mut *near, &*far) } else { (&mut *far, &*near) };
            side.advance(!forward, all, conditions)?;
            if side.frontier().is_empty() {
                break;
            }
            let common = side.frontier().iter().copied().filter(|node| other.distance(*node).is_some());
            let common: Vec<u64> = if all { common.collect() } else { common.take(1).collect() };
            let mut walks = Vec::new();
            let mut memory = cx.reservation();
            for node in common {
                let mut to_end: Vec<Vec<(u64, u64)>> = Vec::new();
                far.ways_back(node, all, &mut |way| {
                    to_end.push(way.to_vec());
                    memory.grow(16 * way.len() as u64, HOLDER)
                })?;
                near.ways_back(node, all, &mut |way| {
                    cx.check()?;
                    for rest in &to_end {
                        let walk = joined(way, node, rest);
                        memory.grow(walk.bytes(), HOLDER)?;
                        walks.push(walk);
                    }
                    Ok(())
                })?;
            }
            if !walks.is_empty() {
                return Ok(walks);
            }
        }
        Ok(Vec::new())
    }

    /// The shortest walks of one step or more from a node to itself.
    fn closed(
        &mut self,
        start: u64,
        max: u64,
        all: bool,
        conditions: &mut Conditions<'_>,
    ) -> Result<Vec<Walk>, Error> {
        let mut steps = Vec::new();
        conditions.steps(start, false, &mut steps)?;
        let mut best = max;
        let mut walks: Vec<Walk> = Vec::new();
        for (next, relationship) in steps {
            if best == 0 {
                break;
            }
            let rest = if next == start {
                vec![Walk::at(start)]
            } else {
                conditions.avoid(Excluded::from_slice(&[relationship]))?;
                let rest = self.meet(next, start, best - 1, all, conditions);
                conditions.avoid(Excluded::new())?;
                rest?
            };
            for mut walk in rest {
                walk.relationships.insert(0, relationship);
                walk.nodes.insert(0, start);
                let length = walk.relationships.len() as u64;
                if length < best || walks.is_empty() {
                    best = length;
                    walks.clear();
                }
                if walks.is_empty() || all {
                    walks.push(walk);
                }
            }
        }
        Ok(walks)
    }
}

/// The walk that comes to a node on one way, looked at backwards, and goes on from there.
fn joined(way: &[(u64, u64)], node: u64, rest: &[(u64, u64)]) -> Walk {
    let length = way.len() + rest.len();
    let mut walk = Walk { nodes: Vec::with_capacity(length + 1), relationships: Vec::with_capacity(length) };
    for (before, relationship) in way.iter().rev() {
        walk.nodes.push(*before);
        walk.relationships.push(*relationship);
    }
    walk.nodes.push(node);
    for (after, relationship) in rest {
        walk.nodes.push(*after);
        walk.relationships.push(*relationship);
    }
    walk
}
