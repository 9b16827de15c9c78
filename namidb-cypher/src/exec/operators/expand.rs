//! Follows one relationship of a pattern: lists become a child group, and nothing of the parent is copied.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::ends::LabelledEnds;
use crate::exec::exclusion::{Excluded, Exclusion};
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids::EntityIds;
use crate::exec::labels::{LabelFilter, LabelProbe};
use crate::exec::lists::Lists;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::{ExecutionContext, Ticks};
use crate::factor::{Batch, Placement};
use crate::logical::PatternDirection;
use crate::vector::Vector;
use namidb_core::graph::Segment;
use std::sync::Arc;

/// What to follow.
#[derive(Debug)]
pub(crate) struct Expand {
    /// The node on the left.
    pub(crate) from: VarId,
    /// The relationship; none if nobody reads it.
    pub(crate) relationship: Option<VarId>,
    /// The node on the right; none if nobody reads it.
    pub(crate) to: Option<VarId>,
    /// What the node on the right must have.
    pub(crate) to_labels: Vec<Arc<str>>,
    /// The types that the relationship may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way it points.
    pub(crate) direction: PatternDirection,
    /// Relationships and lists of them that it must differ from.
    pub(crate) distinct_from: Vec<VarId>,
}

/// Adds to each row its relationships and the nodes at their other ends.
pub(crate) struct ExpandTransform<'p> {
    spec: &'p Expand,
    /// The variables that decide at which group it works.
    reads: Vec<VarId>,
    ends: LabelledEnds,
}

impl<'p> ExpandTransform<'p> {
    pub(crate) fn new(spec: &'p Expand) -> ExpandTransform<'p> {
        let reads = std::iter::once(spec.from).chain(spec.distinct_from.iter().copied()).collect();
        ExpandTransform { spec, reads, ends: LabelledEnds::default() }
    }
}

impl Transform for ExpandTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Placement::Group(group) = work.batch.place(&self.reads) else {
            return Ok(Step::Flatten(work.batch));
        };
        let spec = self.spec;
        let lists = Lists::new(&spec.types, spec.direction, resident.state);
        let labels = LabelFilter::new(&spec.to_labels, resident.state);
        let (false, Some(labels)) = (lists.is_empty(), labels) else { return Ok(Step::Done(None)) };
        let sources = work.batch.group(group).len() as u64;
        let all_pass = labels.passes_all(resident.state)
            || self.ends.all(sources, &spec.types, spec.direction, &labels, resident.state);
        let mut expansion = Expansion {
            from: EntityIds::nodes(&work.batch, spec.from, group)?,
            exclusion: Exclusion::new(&work.batch, &spec.distinct_from, group)?,
            probe: if all_pass { None } else { Some(labels.probe()) },
            lists,
            cx: resident.cx,
        };
        if spec.relationship.is_none() && spec.to.is_none() {
            let offsets = expansion.count(work.batch.group(group).len())?;
            return Ok(Step::Done(FanOut { offsets, columns: Vec::new() }.apply(work.batch, group)));
        }
        let found = Found::new(spec, resident.cx.batch_rows);
        expansion.fill(work, group, found)
    }
}

/// The results of a batch in the making.
struct Found<'a> {
    spec: &'a Expand,
    offsets: Vec<u64>,
    nodes: Vec<u64>,
    relationships: Vec<u64>,
    len: usize,
}

impl<'a> Found<'a> {
    fn new(spec: &'a Expand, batch_rows: usize) -> Found<'a> {
        let room = |wanted: bool| if wanted { batch_rows.min(64) } else { 0 };
        Found {
            spec,
            offsets: vec![0],
            nodes: Vec::with_capacity(room(spec.to.is_some())),
            relationships: Vec::with_capacity(room(spec.relationship.is_some())),
            len: 0,
        }
    }

    #[inline]
    fn extend(&mut self, run: Segment<'_>) {
        if self.spec.to.is_some() {
            self.nodes.extend(run.nodes.iter().map(|n| run.node_base + u64::from(*n)));
        }
        if self.spec.relationship.is_some() {
            self.relationships.extend(run.relationships.iter().map(|r| run.rel_base + u64::from(*r)));
        }
        self.len += run.len();
    }

    #[inline]
    fn push(&mut self, node: u64, relationship: u64) {
        if self.spec.to.is_some() {
            self.nodes.push(node);
        }
        if self.spec.relationship.is_some() {
            self.relationships.push(relationship);
        }
        self.len += 1;
    }

    fn below(self, batch: Batch, group: usize) -> Option<Batch> {
        let mut columns = Vec::with_capacity(2);
        columns.extend(self.spec.to.map(|v| (v, Vector::nodes(self.nodes))));
        columns.extend(self.spec.relationship.map(|v| (v, Vector::relationships(self.relationships))));
        FanOut { offsets: self.offsets, columns }.apply(batch, group)
    }
}

/// What the rows of a batch are followed with.
struct Expansion<'a> {
    from: EntityIds,
    exclusion: Exclusion,
    probe: Option<LabelProbe<'a>>,
    lists: Lists<'a>,
    cx: &'a ExecutionContext,
}

impl Expansion<'_> {
    /// Where the results of each row would begin if somebody read them.
    fn count(&mut self, rows: usize) -> Result<Vec<u64>, Error> {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let mut ticks = Ticks::new();
        let mut end = 0;
        for row in 0..rows {
            ticks.tick(self.cx)?;
            if let Some(node) = self.from.get(row) {
                let excluded = self.exclusion.of(row);
                if self.probe.is_none() && excluded.is_empty() {
                    end += self.lists.degree(node);
                } else {
                    let entries = self.lists.entries(node);
                    ticks.tick_rows(self.cx, entries as usize)?;
                    let probe = &mut self.probe;
                    self.lists.for_each_run(node, 0, u64::MAX, &mut |run, skip_loops| {
                        for_each_passing(run, node, skip_loops, probe, &excluded, |_, _| end += 1);
                    });
                }
            }
            offsets.push(end);
        }
        Ok(offsets)
    }

    /// Follows rows until there are enough results for a batch.
    fn fill(&mut self, work: Work, group: usize, mut found: Found<'_>) -> Result<Step, Error> {
        let Work { batch, row: first, mut part } = work;
        let cut = Cut::new(&batch, group);
        let target = self.cx.batch_rows;
        let mut ticks = Ticks::new();
        let rows = cut.len(&batch);
        let mut row = first;
        while row < rows && (found.len < target || row == first) {
            let sources = cut.start(&batch, row)..cut.start(&batch, row + 1);
            for source in sources {
                let Some(node) = self.from.get(source) else {
                    found.offsets.push(found.len as u64);
                    continue;
                };
                // A list that has left memory meanwhile is empty until it is fetched and this is done again.
                let entries = self.lists.entries(node).saturating_sub(part);
                ticks.tick_rows(self.cx, 1 + entries as usize)?;
                // A list much longer than a batch is worked on in parts, for this row alone.
                let long = cut.within_row && entries > 2 * target as u64;
                if long && row > first {
                    let output = found.below(cut.piece(&batch, first, row), group);
                    return Ok(Step::More(output, Work { batch, row, part: 0 }));
                }
                let take = if long { target as u64 } else { entries };
                self.append(node, source, (part, take), &mut found);
                found.offsets.push(found.len as u64);
                if long {
                    let output = found.below(cut.piece(&batch, row, row + 1), group);
                    return Ok(Step::More(output, Work { batch, row, part: part + take }));
                }
                part = 0;
            }
            row += 1;
        }
        let output = found.below(cut.piece(&batch, first, row), group);
        Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
    }

    #[inline]
    fn append(&mut self, node: u64, row: usize, (skip, take): (u64, u64), found: &mut Found<'_>) {
        let excluded = self.exclusion.of(row);
        let probe = &mut self.probe;
        self.lists.for_each_run(node, skip, take, &mut |run, skip_loops| {
            if probe.is_none() && excluded.is_empty() && !skip_loops {
                found.extend(run);
            } else {
                for_each_passing(run, node, skip_loops, probe, &excluded, |n, r| found.push(n, r));
            }
        });
    }
}

/// Calls `f` with the neighbours and relationships of a run that a pattern may take.
#[inline]
fn for_each_passing(
    run: Segment<'_>,
    node: u64,
    skip_loops: bool,
    probe: &mut Option<LabelProbe<'_>>,
    excluded: &Excluded,
    mut f: impl FnMut(u64, u64),
) {
    for (neighbour, relationship) in run.iter() {
        let (neighbour, relationship) = (neighbour.0, relationship.0);
        if skip_loops && neighbour == node
            || excluded.contains(&relationship)
            || probe.as_mut().is_some_and(|p| !p.passes(neighbour))
        {
            continue;
        }
        f(neighbour, relationship);
    }
}
