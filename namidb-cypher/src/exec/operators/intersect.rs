//! Closes a pattern as it is found: the nodes that relationships of two nodes lead to.
//!
//! The neighbours of the node that changes less often are marked in a bitmap once for a run of rows, and those of the
//! other one are looked up there, a nanosecond each; where one side has far fewer, it is looked up in the sorted list
//! of the other. Rows come in the order of the scanned lists whichever way is taken. The choice of marks over
//! merged lists is DESIGN 5's, after the worst-case optimal joins of relational systems.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::exclusion::Exclusion;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids::EntityIds;
use crate::exec::labels::{LabelFilter, LabelProbe};
use crate::exec::lists::Lists;
use crate::exec::marks::{Mark, Marks};
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::{ExecutionContext, Ticks};
use crate::factor::{Batch, Placement};
use crate::logical::PatternDirection;
use crate::vector::Vector;
use std::sync::Arc;

/// A list so short is marked without asking how often it will be looked at.
const MARKED_WITHOUT_ASKING: u64 = 256;
/// Looking something up in a sorted list costs as much as passing by so many entries.
const LOOKUP_COST: u64 = 16;

/// What to find.
#[derive(Debug)]
pub(crate) struct Intersect {
    /// The node where they meet; none if nobody reads it.
    pub(crate) to: Option<VarId>,
    /// What it must have.
    pub(crate) to_labels: Vec<Arc<str>>,
    /// The relationships that are gone through for each row.
    pub(crate) scanned: Leg,
    /// The relationships whose ends are marked.
    pub(crate) marked: Leg,
    /// Whether the two relationships must differ.
    pub(crate) differ: bool,
}

/// One of the two relationships.
#[derive(Debug)]
pub(crate) struct Leg {
    /// Where it is followed from.
    pub(crate) from: VarId,
    /// The relationship; none if nobody reads it.
    pub(crate) relationship: Option<VarId>,
    /// The types that it may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way it points.
    pub(crate) direction: PatternDirection,
    /// Relationships and lists of them that it must differ from.
    pub(crate) distinct_from: Vec<VarId>,
}

/// Adds to each row the nodes where its two relationships meet.
pub(crate) struct IntersectTransform<'p> {
    spec: &'p Intersect,
    /// The variables that decide at which group it works.
    reads: Vec<VarId>,
    marks: Box<Marks>,
}

impl<'p> IntersectTransform<'p> {
    pub(crate) fn new(spec: &'p Intersect) -> IntersectTransform<'p> {
        let mut reads = vec![spec.scanned.from, spec.marked.from];
        reads.extend(spec.scanned.distinct_from.iter().chain(&spec.marked.distinct_from));
        IntersectTransform { spec, reads, marks: Box::default() }
    }
}

impl Transform for IntersectTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Work { batch, row: first, .. } = work;
        let Placement::Group(group) = batch.place(&self.reads) else { return Ok(Step::Flatten(batch)) };
        let spec = self.spec;
        let state = resident.state;
        let scanned = Side::new(&spec.scanned, &batch, group, resident)?;
        let marked = Side::new(&spec.marked, &batch, group, resident)?;
        let labels = LabelFilter::new(&spec.to_labels, state);
        let Some(labels) = labels.filter(|_| !scanned.lists.is_empty() && !marked.lists.is_empty()) else {
            return Ok(Step::Done(None));
        };
        let mut meeting = Meeting {
            spec,
            probe: if labels.passes_all(state) { None } else { Some(labels.probe()) },
            scanned,
            marked,
            marks: &mut self.marks,
            sorted: None,
            found: Found::default(),
        };
        let counts =
            [spec.to, spec.scanned.relationship, spec.marked.relationship].iter().all(Option::is_none);
        // Where nobody reads what is found, a row costs an offset, and the batch need not be cut.
        let target = if counts { usize::MAX } else { resident.cx.batch_rows };
        let cut = Cut::new(&batch, group);
        let rows = cut.len(&batch);
        let mut row = first;
        let mut way = Way { node: None, row_end: 0, marked: false };
        let mut ticks = Ticks::new();
        meeting.found.offsets.push(0);
        while row < rows && (meeting.found.len < target || row == first) {
            for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
                meeting.row(source, batch.group(group).len(), &mut way, &mut ticks, resident.cx)?;
                meeting.found.offsets.push(meeting.found.len as u64);
            }
            row += 1;
        }
        let found = std::mem::take(&mut meeting.found);
        let output = found.below(spec, cut.piece(&batch, first, row), group);
        Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
    }
}

/// One of the relationships, for the rows of a batch.
struct Side<'a> {
    from: EntityIds,
    exclusion: Exclusion,
    lists: Lists<'a>,
}

impl<'a> Side<'a> {
    fn new(leg: &Leg, batch: &Batch, group: usize, resident: Resident<'a>) -> Result<Side<'a>, Error> {
        Ok(Side {
            from: EntityIds::nodes(batch, leg.from, group)?,
            exclusion: Exclusion::new(batch, &leg.distinct_from, group)?,
            lists: Lists::new(&leg.types, leg.direction, resident.state),
        })
    }
}

/// How a run of rows with one marked node is worked on.
struct Way {
    node: Option<u64>,
    /// The row after the run, as far as it was looked at.
    row_end: usize,
    /// Whether the node's neighbours are marked; else they are looked up in its lists.
    marked: bool,
}

/// The results of a batch in the making.
#[derive(Default)]
struct Found {
    offsets: Vec<u64>,
    nodes: Vec<u64>,
    scanned: Vec<u64>,
    marked: Vec<u64>,
    len: usize,
}

impl Found {
    #[inline]
    fn push(&mut self, spec: &Intersect, node: u64, scanned: u64, marked: u64) {
        if spec.to.is_some() {
            self.nodes.push(node);
        }
        if spec.scanned.relationship.is_some() {
            self.scanned.push(scanned);
        }
        if spec.marked.relationship.is_some() {
            self.marked.push(marked);
        }
        self.len += 1;
    }

    fn below(self, spec: &Intersect, batch: Batch, group: usize) -> Option<Batch> {
        let mut columns = Vec::with_capacity(3);
        columns.extend(spec.to.map(|v| (v, Vector::nodes(self.nodes))));
        columns.extend(spec.scanned.relationship.map(|v| (v, Vector::relationships(self.scanned))));
        columns.extend(spec.marked.relationship.map(|v| (v, Vector::relationships(self.marked))));
        FanOut { offsets: self.offsets, columns }.apply(batch, group)
    }
}

/// What a batch is worked on with.
struct Meeting<'a, 'm> {
    spec: &'a Intersect,
    probe: Option<LabelProbe<'a>>,
    scanned: Side<'a>,
    marked: Side<'a>,
    marks: &'m mut Marks,
    /// The marked nodes in order, once they are needed.
    sorted: Option<Vec<u64>>,
    found: Found,
}

impl Meeting<'_, '_> {
    /// Finds where the relationships of one row meet.
    fn row(
        &mut self,
        row: usize,
        rows: usize,
        way: &mut Way,
        ticks: &mut Ticks,
        cx: &ExecutionContext,
    ) -> Result<(), Error> {
        let (Some(node), Some(other)) = (self.scanned.from.get(row), self.marked.from.get(row)) else {
            return Ok(());
        };
        if way.node != Some(other) || row >= way.row_end {
            self.choose(row, rows, other, way);
            ticks.tick_rows(cx, if way.marked { self.marks.len() } else { 0 })?;
        }
        let entries = self.scanned.lists.entries(node);
        if !way.marked {
            ticks.tick_rows(cx, 1 + entries as usize)?;
            self.look_up_scanned(row, node, other);
        } else if self.scanned.lists.is_single() && entries > LOOKUP_COST * self.marks.len() as u64 {
            ticks.tick_rows(cx, 1 + self.marks.len())?;
            self.look_up_marked(row, node, other);
        } else {
            ticks.tick_rows(cx, 1 + entries as usize)?;
            self.scan(row, node, other);
        }
        Ok(())
    }

    /// Marks the neighbours of a node, unless the rows ahead look at them too seldom.
    fn choose(&mut self, row: usize, rows: usize, other: u64, way: &mut Way) {
        let again = way.node == Some(other) && way.marked;
        let entries = self.marked.lists.entries(other);
        let end = (row + 1..rows).find(|row| self.marked.from.get(*row) != Some(other)).unwrap_or(rows);
        let mut looks = 0;
        if !again && entries > MARKED_WITHOUT_ASKING {
            for node in (row..end).filter_map(|row| self.scanned.from.get(row)) {
                looks += LOOKUP_COST * self.scanned.lists.entries(node);
                if looks >= entries {
                    break;
                }
            }
        }
        *way = Way {
            node: Some(other),
            row_end: end,
            marked: again || entries <= MARKED_WITHOUT_ASKING || looks >= entries,
        };
        if way.marked && !again {
            let wanted = self.spec.differ
                || self.spec.marked.relationship.is_some()
                || !self.spec.marked.distinct_from.is_empty();
            self.marks.set(&mut self.marked.lists, other, wanted);
            self.sorted = None;
        }
    }

    /// Goes through the lists of a row's node, and looks its neighbours up among the marks.
    fn scan(&mut self, row: usize, node: u64, other: u64) {
        let Meeting { spec, probe, scanned, marked, marks, found, .. } = self;
        let (exclusion, lists) = (&scanned.exclusion, &mut scanned.lists);
        lists.for_each_run(node, 0, u64::MAX, &mut |run, skip_loops| {
            for (at, neighbour) in run.nodes.iter().enumerate() {
                let neighbour = run.node_base + u64::from(*neighbour);
                if !marks.has(neighbour)
                    || skip_loops && neighbour == node
                    || probe.as_mut().is_some_and(|p| !p.passes(neighbour))
                {
                    continue;
                }
                let relationship = run.rel_base + u64::from(run.relationships[at]);
                if exclusion.has(row, relationship) {
                    continue;
                }
                let mut take = |second: u64| {
                    if !(spec.differ && relationship == second || marked.exclusion.has(row, second)) {
                        found.push(spec, neighbour, relationship, second);
                    }
                };
                match marks.get(neighbour) {
                    Mark::Only(second) => take(second),
                    // Nobody reads it, and it may be any.
                    Mark::Unknown => found.push(spec, neighbour, relationship, 0),
                    Mark::Several | Mark::Absent => {
                        marked.lists.for_each_between(other, neighbour, &mut take);
                    }
                }
            }
        });
    }

    /// Looks the neighbours of a row's node up in the lists of the other one, which are long.
    fn look_up_scanned(&mut self, row: usize, node: u64, other: u64) {
        let Meeting { spec, probe, scanned, marked, found, .. } = self;
        let (exclusion, lists) = (&scanned.exclusion, &mut scanned.lists);
        lists.for_each_run(node, 0, u64::MAX, &mut |run, skip_loops| {
            for (neighbour, relationship) in run.iter() {
                let (neighbour, relationship) = (neighbour.0, relationship.0);
                if skip_loops && neighbour == node || exclusion.has(row, relationship) {
                    continue;
                }
                let Side { exclusion, lists, .. } = &mut *marked;
                lists.for_each_between(other, neighbour, &mut |second| {
                    if !(spec.differ && relationship == second || exclusion.has(row, second))
                        && probe.as_mut().is_none_or(|p| p.passes(neighbour))
                    {
                        found.push(spec, neighbour, relationship, second);
                    }
                });
            }
        });
    }

    /// Looks the marked nodes up in the list of a row's node, which is long.
    fn look_up_marked(&mut self, row: usize, node: u64, other: u64) {
        let Meeting { spec, probe, scanned, marked, marks, sorted, found } = self;
        for neighbour in sorted.get_or_insert_with(|| marks.sorted()) {
            let neighbour = *neighbour;
            let Side { exclusion, lists, .. } = &mut *scanned;
            lists.for_each_between(node, neighbour, &mut |relationship| {
                if exclusion.has(row, relationship) || probe.as_mut().is_some_and(|p| !p.passes(neighbour)) {
                    return;
                }
                let Side { exclusion, lists, .. } = &mut *marked;
                lists.for_each_between(other, neighbour, &mut |second| {
                    if !(spec.differ && relationship == second || exclusion.has(row, second)) {
                        found.push(spec, neighbour, relationship, second);
                    }
                });
            });
        }
    }
}
