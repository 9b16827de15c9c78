//! The nodes that some walk ends at, each once, breadth first.
//!
//! Where walks have at least no step or one, a node is at the end of a walk of at most `max` steps exactly if
//! it is that near: a shortest walk takes no relationship twice. Only the start itself needs thought, since its
//! shortest walk has no step. It is an end if a closed walk without a repeated relationship passes through it, and
//! the shortest of those is a cycle. Along arrows, the search meets the start again at the end of it. Both ways,
//! it is where two branches from the start meet, a branch being all that was first reached over one relationship
//! at the start: a step between two branches closes a cycle, and the shortest cycle has such a step.

use super::steps::Steps;
use super::{End, VarExpand};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::exclusion::Exclusion;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids::EntityIds;
use crate::exec::labels::LabelFilter;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::pages::Pages;
use crate::exec::{ExecutionContext, Ticks};
use crate::factor::Placement;
use crate::logical::PatternDirection;
use crate::vector::Vector;

/// Adds to each row the nodes where its walks end, each once.
pub(crate) struct ReachTransform<'p> {
    spec: &'p VarExpand,
    reads: Vec<VarId>,
    search: Search,
}

impl<'p> ReachTransform<'p> {
    pub(crate) fn new(spec: &'p VarExpand) -> ReachTransform<'p> {
        ReachTransform { spec, reads: spec.reads(), search: Search::default() }
    }
}

impl Transform for ReachTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Placement::Group(group) = work.batch.place(&self.reads) else {
            return Ok(Step::Flatten(work.batch));
        };
        let spec = self.spec;
        let Work { batch, row: first, .. } = work;
        let Some(labels) = LabelFilter::new(&spec.to_labels, resident.state) else {
            return Ok(Step::Done(None));
        };
        let mut probe = if labels.passes_all(resident.state) { None } else { Some(labels.probe()) };
        let properties = match &spec.properties {
            Some(expression) => Some(expression.evaluate(&batch, group, resident)?),
            None => None,
        };
        let from = EntityIds::nodes(&batch, spec.from, group)?;
        let ends = match spec.to {
            End::Bound(to) => Some(EntityIds::nodes(&batch, to, group)?),
            End::New(_) => None,
        };
        let exclusion = Exclusion::new(&batch, &spec.distinct_from, group)?;
        let mut steps = Steps::new(&spec.types, spec.direction, resident);
        let cut = Cut::new(&batch, group);
        let rows = cut.len(&batch);
        let mut offsets = vec![0];
        let mut nodes = Vec::new();
        let mut row = first;
        while row < rows && (nodes.len() < resident.cx.batch_rows || row == first) {
            for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
                if let Some(start) = from.get(source) {
                    steps.start_row(properties.as_ref().map(|p| p.value(source)), exclusion.of(source))?;
                    let reached = self.search.run(spec, start, &mut steps, resident.cx)?;
                    match (&ends, &mut probe) {
                        (Some(ends), _) => {
                            nodes.extend(ends.get(source).filter(|end| reached.contains(end)));
                        }
                        (None, Some(probe)) => nodes.extend(reached.iter().filter(|n| probe.passes(**n))),
                        (None, None) => nodes.extend_from_slice(reached),
                    }
                }
                offsets.push(nodes.len() as u64);
            }
            row += 1;
        }
        let columns = match spec.to {
            End::New(Some(to)) => vec![(to, Vector::nodes(nodes))],
            _ => Vec::new(),
        };
        let output = FanOut { offsets, columns }.apply(cut.piece(&batch, first, row), group);
        Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
    }
}

/// How a search came to a node.
#[derive(Clone, Copy, Default)]
struct Met {
    /// The number of the relationship at the start that leads here, from 1; 0 if the node was not met.
    branch: u32,
    /// How many steps from the start.
    depth: u32,
}

/// A search from one node after the other.
#[derive(Default)]
struct Search {
    met: Pages<Met>,
    /// The nodes met, in order; the start first.
    order: Vec<u64>,
    list: Vec<(u64, u64)>,
}

impl Search {
    /// The ends of the walks from `start`.
    fn run(
        &mut self,
        spec: &VarExpand,
        start: u64,
        steps: &mut Steps<'_>,
        cx: &ExecutionContext,
    ) -> Result<&[u64], Error> {
        for node in self.order.drain(..) {
            *self.met.get_mut(node) = Met::default();
        }
        self.order.push(start);
        let cycle = spec.max >= 1 && spec.min <= spec.max && self.levels(spec, start, steps, cx)?;
        let start_is_end = spec.min == 0 || cycle;
        Ok(&self.order[usize::from(!start_is_end)..])
    }

    /// Meets all nodes within `max` steps; whether a cycle of at most so many leads back to the start.
    fn levels(
        &mut self,
        spec: &VarExpand,
        start: u64,
        steps: &mut Steps<'_>,
        cx: &ExecutionContext,
    ) -> Result<bool, Error> {
        let Search { met, order, list } = self;
        let both = spec.direction == PatternDirection::Both;
        let mut cycle = false;
        let mut ticks = Ticks::new();
        *met.get_mut(start) = Met { branch: u32::MAX, depth: 0 };
        // The first step: each relationship begins a branch.
        list.clear();
        steps.at(start, list);
        for (number, (node, _)) in list.iter().enumerate() {
            let there = met.get_mut(*node);
            if *node == start {
                cycle = true;
            } else if there.branch == 0 {
                *there = Met { branch: number as u32 + 1, depth: 1 };
                order.push(*node);
            } else {
                // A second relationship to the same neighbour: there and back again.
                cycle |= both && spec.max >= 2;
            }
        }
        let mut at = 1;
        while at < order.len() {
            let node = order[at];
            let here = met.get(node);
            if u64::from(here.depth) >= spec.max {
                break;
            }
            at += 1;
            list.clear();
            steps.at(node, list);
            ticks.tick_rows(cx, 1 + list.len())?;
            for &(next, _) in list.iter() {
                let there = met.get_mut(next);
                if there.branch == 0 {
                    *there = Met { branch: here.branch, depth: here.depth + 1 };
                    order.push(next);
                } else if next == start {
                    // Both ways, the relationship that began the branch leads back, and is no cycle.
                    cycle |= !both;
                } else if both && there.branch != here.branch {
                    cycle |= u64::from(here.depth) + u64::from(there.depth) < spec.max;
                }
            }
        }
        Ok(cycle)
    }
}
