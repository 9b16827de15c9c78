//! Closes a pattern: the relationships between two nodes that the row holds already.
//!
//! Rows come in runs with the same node on one side, as below a scan or an expansion. The neighbours of that
//! node are marked in a bitmap once, and the other side's nodes are looked up there: two to three times faster
//! than merging sorted lists, whatever the lengths.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::Ticks;
use crate::exec::exclusion::Exclusion;
use crate::exec::fan_out::FanOut;
use crate::exec::ids::EntityIds;
use crate::exec::lists::Lists;
use crate::exec::marks::{Mark, Marks};
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::logical::PatternDirection;
use crate::vector::Vector;
use std::sync::Arc;

/// A run is marked if it is at least so long, and so long compared to the list.
const MARKED_RUN_MIN: usize = 8;
const MARKED_RUN_SHARE: u64 = 8;

/// What to check.
#[derive(Debug)]
pub(crate) struct ExpandInto {
    /// The node on the left.
    pub(crate) from: VarId,
    /// The relationship; none if nobody reads it.
    pub(crate) relationship: Option<VarId>,
    /// The node on the right.
    pub(crate) to: VarId,
    /// The types that the relationship may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way it points.
    pub(crate) direction: PatternDirection,
    /// Relationships and lists of them that it must differ from.
    pub(crate) distinct_from: Vec<VarId>,
}

/// Keeps the rows whose nodes are connected, once for each relationship.
pub(crate) struct ExpandIntoTransform<'p> {
    spec: &'p ExpandInto,
    reads: Vec<VarId>,
    marks: Marks,
}

impl<'p> ExpandIntoTransform<'p> {
    pub(crate) fn new(spec: &'p ExpandInto) -> ExpandIntoTransform<'p> {
        let reads = [spec.from, spec.to].into_iter().chain(spec.distinct_from.iter().copied()).collect();
        ExpandIntoTransform { spec, reads, marks: Marks::default() }
    }
}

impl Transform for ExpandIntoTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Placement::Group(group) = work.batch.place(&self.reads) else {
            return Ok(Step::Flatten(work.batch));
        };
        let spec = self.spec;
        let batch = work.batch;
        let from = EntityIds::nodes(&batch, spec.from, group)?;
        let to = EntityIds::nodes(&batch, spec.to, group)?;
        let exclusion = Exclusion::new(&batch, &spec.distinct_from, group)?;
        let reversed = match spec.direction {
            PatternDirection::Outgoing => PatternDirection::Incoming,
            PatternDirection::Incoming => PatternDirection::Outgoing,
            PatternDirection::Both => PatternDirection::Both,
        };
        let mut forward = Lists::new(&spec.types, spec.direction, resident.state);
        let mut backward = Lists::new(&spec.types, reversed, resident.state);
        if forward.is_empty() {
            return Ok(Step::Done(None));
        }
        let rows = batch.group(group).len();
        let mut found = Found { exclusion, relationships: Vec::new(), wanted: spec.relationship.is_some() };
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let mut len = 0;
        let mut ticks = Ticks::new();
        let mut row = 0;
        while row < rows {
            let (left, right) = (run_length(&from, row, rows), run_length(&to, row, rows));
            let (node, run, lists, others) = if right > left {
                (to.get(row), right, &mut backward, &from)
            } else {
                (from.get(row), left, &mut forward, &to)
            };
            ticks.tick_rows(resident.cx, run)?;
            let mut marked = false;
            if let Some(node) = node.filter(|_| run >= MARKED_RUN_MIN) {
                let entries = lists.entries(node);
                marked = entries <= MARKED_RUN_SHARE * run as u64;
                if marked {
                    ticks.tick_rows(resident.cx, entries as usize)?;
                    self.marks.set(lists, node, true);
                }
            }
            for row in row..row + run {
                if let (Some(node), Some(other)) = (node, others.get(row)) {
                    len += match marked.then(|| self.marks.get(other)) {
                        Some(Mark::Absent) => 0,
                        Some(Mark::Only(relationship)) => found.only(relationship, row),
                        Some(Mark::Several | Mark::Unknown) | None => found.between(lists, node, other, row),
                    };
                }
                offsets.push(len);
            }
            row += run;
        }
        let columns = spec.relationship.map(|v| (v, Vector::relationships(found.relationships)));
        let fan_out = FanOut { offsets, columns: columns.into_iter().collect() };
        Ok(Step::Done(fan_out.apply(batch, group)))
    }
}

/// How many rows from this one on hold the same.
fn run_length(ids: &EntityIds, row: usize, rows: usize) -> usize {
    match ids {
        EntityIds::Constant(_) => rows - row,
        EntityIds::Column(ids) if ids.validity.is_none() => {
            let first = ids.values[row];
            ids.values[row..rows].iter().take_while(|id| **id == first).count()
        }
        _ => {
            let first = ids.get(row);
            (row..rows).take_while(|row| ids.get(*row) == first).count()
        }
    }
}

struct Found {
    exclusion: Exclusion,
    relationships: Vec<u64>,
    wanted: bool,
}

impl Found {
    /// Takes the only relationship between two nodes, if the row may take it, and says how many that is.
    #[inline]
    fn only(&mut self, relationship: u64, row: usize) -> u64 {
        if self.exclusion.has(row, relationship) {
            return 0;
        }
        if self.wanted {
            self.relationships.push(relationship);
        }
        1
    }

    /// Takes the relationships between two nodes that the row may take, and says how many.
    fn between(&mut self, lists: &mut Lists<'_>, node: u64, other: u64, row: usize) -> u64 {
        let excluded = self.exclusion.of(row);
        let mut count = 0;
        lists.for_each_between(node, other, &mut |relationship| {
            if !excluded.contains(&relationship) {
                count += 1;
                if self.wanted {
                    self.relationships.push(relationship);
                }
            }
        });
        count
    }
}
