//! Every walk, depth first.

use super::steps::Steps;
use super::{End, VarExpand};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::exclusion::Exclusion;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids::{self, EntityIds};
use crate::exec::labels::{LabelFilter, LabelProbe};
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::{ExecutionContext, MemoryReservation, Ticks};
use crate::factor::Placement;
use crate::logical::PatternDirection;
use crate::vector::Vector;
use namidb_core::hash::HashSet;
use namidb_core::residency::missed;
use namidb_core::{RelId, Value};

const HOLDER: &str = "a variable-length pattern";
/// Longer walks look relationships up in a set.
const SCANNED_TRAIL_MAX: usize = 24;

/// Adds to each row its walks.
pub(crate) struct WalkTransform<'p> {
    spec: &'p VarExpand,
    reads: Vec<VarId>,
    /// The walk of a row that a batch of results was cut in.
    walk: Option<Walk>,
}

impl<'p> WalkTransform<'p> {
    pub(crate) fn new(spec: &'p VarExpand) -> WalkTransform<'p> {
        WalkTransform { spec, reads: spec.reads(), walk: None }
    }
}

impl Transform for WalkTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let before = match &self.walk {
            Some(walk) if resident.state.is_partial() => Some(walk.fork(resident.cx)),
            _ => None,
        };
        let step = self.walk(work, resident);
        if missed() {
            self.walk = before;
        }
        step
    }
}

impl WalkTransform<'_> {
    fn walk(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let group = match work.batch.place(&self.reads) {
            Placement::Group(group) if Cut::new(&work.batch, group).within_row => group,
            _ => return Ok(Step::Flatten(work.batch)),
        };
        let spec = self.spec;
        let Work { batch, row: first, .. } = work;
        let Some(labels) = LabelFilter::new(&spec.to_labels, resident.state) else {
            return Ok(Step::Done(None));
        };
        let properties = match &spec.properties {
            Some(expression) => Some(expression.evaluate(&batch, group, resident)?),
            None => None,
        };
        let bound = spec.bound.map(|v| ids::column(&batch, v, group)).transpose()?;
        let ends = match spec.to {
            End::Bound(to) => Some(EntityIds::nodes(&batch, to, group)?),
            End::New(_) => None,
        };
        let from = EntityIds::nodes(&batch, spec.from, group)?;
        let exclusion = Exclusion::new(&batch, &spec.distinct_from, group)?;
        let mut steps = Steps::new(&spec.types, spec.direction, resident);
        let mut found = Found {
            spec,
            probe: if labels.passes_all(resident.state) { None } else { Some(labels.probe()) },
            end: None,
            nodes: Vec::new(),
            lists: Vec::new(),
            len: 0,
        };
        let mut offsets = vec![0];
        let rows = batch.group(group).len();
        let mut row = first;
        let mut suspended = false;
        let mut ticks = Ticks::new();
        while row < rows && found.len < resident.cx.batch_rows && !suspended {
            ticks.tick(resident.cx)?;
            found.end = ends.as_ref().map(|ends| ends.get(row));
            steps.start_row(properties.as_ref().map(|p| p.value(row)), exclusion.of(row))?;
            match (from.get(row), &bound) {
                (Some(start), Some(bound)) => {
                    found.check_bound(start, &bound.value(row), &steps, resident);
                }
                (Some(start), None) => {
                    let mut walk = match self.walk.take() {
                        Some(walk) => walk,
                        None => {
                            found.start(start);
                            Walk::new(start, resident.cx)
                        }
                    };
                    if !walk.advance(&mut steps, &mut found, resident.cx)? {
                        self.walk = Some(walk);
                        suspended = true;
                    }
                }
                (None, _) => {}
            }
            offsets.push(found.len as u64);
            row += 1;
        }
        let piece = Cut::new(&batch, group).piece(&batch, first, row);
        let output = FanOut { offsets, columns: found.columns() }.apply(piece, group);
        Ok(if suspended {
            Step::More(output, Work { batch, row: row - 1, part: 0 })
        } else if row < rows {
            Step::More(output, Work { batch, row, part: 0 })
        } else {
            Step::Done(output)
        })
    }
}

/// The results of a batch in the making.
struct Found<'a> {
    spec: &'a VarExpand,
    probe: Option<LabelProbe<'a>>,
    /// The node where the walks of this row must end, if the row knows.
    end: Option<Option<u64>>,
    nodes: Vec<u64>,
    lists: Vec<Value>,
    len: usize,
}

impl Found<'_> {
    fn ends_at(&mut self, node: u64) -> bool {
        match (self.end, &mut self.probe) {
            (Some(end), _) => end == Some(node),
            (None, Some(probe)) => probe.passes(node),
            (None, None) => true,
        }
    }

    /// The walk of no step.
    fn start(&mut self, node: u64) {
        if self.spec.min == 0 && self.ends_at(node) {
            self.add(node, &[], None);
        }
    }

    fn add(&mut self, node: u64, trail: &[u64], last: Option<u64>) {
        if let End::New(Some(_)) = self.spec.to {
            self.nodes.push(node);
        }
        if self.spec.relationships.is_some() {
            let trail = trail.iter().copied().chain(last).map(|r| Value::Relationship(RelId(r)));
            let mut list: Vec<Value> = trail.collect();
            if self.spec.reversed {
                list.reverse();
            }
            self.lists.push(Value::List(list.into()));
        }
        self.len += 1;
    }

    /// Checks a list of relationships that the row holds, and adds where it leads.
    fn check_bound(&mut self, start: u64, list: &Value, steps: &Steps<'_>, resident: Resident<'_>) {
        let Value::List(items) = list else { return };
        let length = items.len() as u64;
        if length < self.spec.min || length > self.spec.max {
            return;
        }
        let mut seen = HashSet::default();
        let mut node = start;
        for position in 0..items.len() {
            let position = if self.spec.reversed { items.len() - 1 - position } else { position };
            let Value::Relationship(relationship) = items[position] else { return };
            let Some(record) = resident.state.relationship(relationship) else { return };
            let name = resident.state.catalog().rel_type_name(record.rel_type);
            let of_type = self.spec.types.is_empty() || self.spec.types.contains(name);
            if !of_type || !steps.may_take(relationship.0) || !seen.insert(relationship.0) {
                return;
            }
            let (source, target) = (record.source.0, record.target.0);
            node = match self.spec.direction {
                PatternDirection::Outgoing | PatternDirection::Both if source == node => target,
                PatternDirection::Incoming | PatternDirection::Both if target == node => source,
                _ => return,
            };
        }
        if self.ends_at(node) {
            if let End::New(Some(_)) = self.spec.to {
                self.nodes.push(node);
            }
            self.len += 1;
        }
    }

    fn columns(self) -> Vec<(VarId, Vector)> {
        let mut columns = Vec::with_capacity(2);
        if let End::New(Some(to)) = self.spec.to {
            columns.push((to, Vector::nodes(self.nodes)));
        }
        if let Some(relationships) = self.spec.relationships {
            columns.push((relationships, Vector::from_values(self.lists)));
        }
        columns
    }
}

/// A walk in progress: at each depth the steps that are still to be tried.
struct Walk {
    levels: Vec<Level>,
    /// The relationships walked, one fewer than there are levels.
    trail: Vec<u64>,
    /// The same as a set, once there are many.
    long: HashSet<u64>,
    /// Lists that are done with, for their memory.
    spare: Vec<Vec<(u64, u64)>>,
    held: u64,
    memory: MemoryReservation,
}

#[derive(Clone)]
struct Level {
    node: u64,
    /// None until the node's steps are looked up.
    steps: Option<Vec<(u64, u64)>>,
    next: usize,
}

impl Level {
    fn at(node: u64) -> Level {
        Level { node, steps: None, next: 0 }
    }
}

impl Walk {
    fn new(start: u64, cx: &ExecutionContext) -> Walk {
        Walk {
            levels: vec![Level::at(start)],
            trail: Vec::new(),
            long: HashSet::default(),
            spare: Vec::new(),
            held: 0,
            memory: cx.reservation(),
        }
    }

    /// The same walk, to go on with from here once more.
    fn fork(&self, cx: &ExecutionContext) -> Walk {
        Walk {
            levels: self.levels.clone(),
            trail: self.trail.clone(),
            long: self.long.clone(),
            spare: Vec::new(),
            held: self.held,
            memory: cx.reservation(),
        }
    }

    fn walked(&self, relationship: u64) -> bool {
        if self.trail.len() <= SCANNED_TRAIL_MAX {
            self.trail.contains(&relationship)
        } else {
            self.long.contains(&relationship)
        }
    }

    fn step(&mut self, node: u64, relationship: u64) {
        self.levels.push(Level::at(node));
        self.trail.push(relationship);
        if self.trail.len() == SCANNED_TRAIL_MAX + 1 {
            self.long.extend(&self.trail);
        } else if self.trail.len() > SCANNED_TRAIL_MAX {
            self.long.insert(relationship);
        }
    }

    fn step_back(&mut self) {
        if let Some(Level { steps: Some(list), .. }) = self.levels.pop() {
            self.held -= level_bytes(&list);
            self.spare.push(list);
        }
        if let Some(relationship) = self.trail.pop() {
            if self.trail.len() == SCANNED_TRAIL_MAX {
                self.long.clear();
            } else if self.trail.len() > SCANNED_TRAIL_MAX {
                self.long.remove(&relationship);
            }
        }
    }

    /// Goes on until the batch is full; true if the walks of this row are at their end.
    fn advance(
        &mut self,
        steps: &mut Steps<'_>,
        found: &mut Found<'_>,
        cx: &ExecutionContext,
    ) -> Result<bool, Error> {
        let (min, max) = (found.spec.min, found.spec.max);
        if max == 0 || min > max {
            return Ok(true);
        }
        let mut ticks = Ticks::new();
        while let Some(level) = self.levels.last_mut() {
            if found.len >= cx.batch_rows {
                return Ok(false);
            }
            let list = match &mut level.steps {
                Some(list) => list,
                unknown => {
                    let mut list = self.spare.pop().unwrap_or_default();
                    list.clear();
                    steps.at(level.node, &mut list);
                    ticks.tick_rows(cx, list.len())?;
                    self.held += level_bytes(&list);
                    if self.held > self.memory.bytes() {
                        self.memory.resize(self.held + self.held / 4, HOLDER)?;
                    }
                    unknown.insert(list)
                }
            };
            let Some(&(node, relationship)) = list.get(level.next) else {
                self.step_back();
                continue;
            };
            level.next += 1;
            ticks.tick(cx)?;
            if self.walked(relationship) {
                continue;
            }
            let length = self.trail.len() as u64 + 1;
            if length >= min && found.ends_at(node) {
                found.add(node, &self.trail, Some(relationship));
            }
            if length < max {
                self.step(node, relationship);
            }
        }
        Ok(true)
    }
}

fn level_bytes(list: &[(u64, u64)]) -> u64 {
    16 * list.len() as u64 + 80
}
