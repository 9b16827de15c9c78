//! All nodes with some labels: bitmaps, intersected word by word.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::all_named;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::labels::LabelFilter;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::physical::Expression;
use crate::vector::Vector;
use namidb_core::graph::{BITMAP_CHUNK_IDS, GraphState};
use namidb_core::residency::missed;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// What to scan.
#[derive(Debug)]
pub(crate) struct NodeScan {
    /// The node; none if nobody reads it, so that nodes are only counted.
    pub(crate) variable: Option<VarId>,
    /// The labels that it has.
    pub(crate) labels: Vec<Arc<str>>,
    /// What gives further labels, and needs no row.
    pub(crate) computed: Vec<Expression>,
}

impl NodeScan {
    /// The nodes of a graph that it finds; none if there can be none.
    fn filter<'s>(&self, resident: Resident<'s>) -> Result<Option<LabelFilter<'s>>, Error> {
        let mut labels = Cow::Borrowed(&self.labels);
        for names in &self.computed {
            let value = names.constant(resident.state, resident.cx)?;
            let Some(further) = all_named(&value).map_err(|error| error.with_span(names.span))? else {
                return Ok(None);
            };
            labels.to_mut().extend(further);
        }
        Ok(LabelFilter::new(&labels, resident.state))
    }
}

/// Adds to each row every node: the product is not written out.
pub(crate) struct NodeScanTransform<'p> {
    spec: &'p NodeScan,
    /// The ids that it looks at.
    within: Range<u64>,
}

impl<'p> NodeScanTransform<'p> {
    pub(crate) fn new(spec: &'p NodeScan, within: Range<u64>) -> NodeScanTransform<'p> {
        NodeScanTransform { spec, within }
    }
}

impl Transform for NodeScanTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Some(filter) = self.spec.filter(resident)? else {
            return Ok(Step::Done(None));
        };
        let Work { batch, row, part } = work;
        let count = filter.count(resident.state, &self.within);
        if count == 0 {
            return Ok(Step::Done(None));
        }
        let cut = Cut::new(&batch, 0);
        let target = resident.cx.batch_rows as u64;
        let Some(variable) = self.spec.variable else {
            let offsets = (0..=batch.group(0).len() as u64).map(|n| n * count).collect();
            return Ok(Step::Done(FanOut { offsets, columns: Vec::new() }.apply(batch, 0)));
        };
        if batch.group(0).len() > 1 && count > target && !cut.within_row {
            return Ok(Step::Flatten(batch));
        }
        if count <= target || !cut.within_row {
            // Few nodes: all of them for as many rows as make a batch.
            let ids = nodes(&filter, resident.state, self.within.clone(), u64::MAX).0;
            if missed() {
                return Ok(Step::Done(None));
            }
            let rows = batch.group(0).len();
            let to = rows.min(row + (target / count).max(1) as usize);
            let mut column = Vec::with_capacity(ids.len() * (to - row));
            for _ in row..to {
                column.extend_from_slice(&ids);
            }
            let offsets = (0..=(to - row) as u64).map(|n| n * count).collect();
            let columns = vec![(variable, Vector::nodes(column))];
            let output = FanOut { offsets, columns }.apply(cut.piece(&batch, row, to), 0);
            return Ok(if to == rows {
                Step::Done(output)
            } else {
                Step::More(output, Work { batch, row: to, part: 0 })
            });
        }
        // Many nodes: a part of them at a time, for one row.
        let from = part.max(self.within.start);
        let (ids, next) = nodes(&filter, resident.state, from..self.within.end, target);
        let piece = cut.piece(&batch, row, row + 1);
        let offsets = vec![0, ids.len() as u64];
        let output = FanOut { offsets, columns: vec![(variable, Vector::nodes(ids))] }.apply(piece, 0);
        Ok(match next {
            Some(part) => Step::More(output, Work { batch, row, part }),
            None if row + 1 < batch.group(0).len() => {
                Step::More(output, Work { batch, row: row + 1, part: 0 })
            }
            None => Step::Done(output),
        })
    }
}

/// Nodes of a range, `max` of them, and the id to go on from.
pub(crate) fn nodes(
    filter: &LabelFilter<'_>,
    state: &GraphState,
    range: Range<u64>,
    max: u64,
) -> (Vec<u64>, Option<u64>) {
    let mut ids = Vec::with_capacity(max.min(filter.count(state, &range)) as usize);
    let (from, end) = (range.start, filter.chunk_count(state).min(range.end.div_ceil(BITMAP_CHUNK_IDS)));
    let mut chunk = from / BITMAP_CHUNK_IDS;
    let mut word = (from % BITMAP_CHUNK_IDS) as usize / 64;
    let mut skip = from % 64;
    while chunk < end {
        let Some(words) = filter.words(state, chunk) else {
            chunk += 1;
            (word, skip) = (0, 0);
            continue;
        };
        while word < words.len() {
            let base = chunk * BITMAP_CHUNK_IDS + word as u64 * 64;
            let mut bits = words[word] & (u64::MAX << skip);
            skip = 0;
            while bits != 0 {
                let id = base + u64::from(bits.trailing_zeros());
                if id >= range.end {
                    return (ids, None);
                }
                if ids.len() as u64 == max {
                    return (ids, Some(id));
                }
                ids.push(id);
                bits &= bits - 1;
            }
            word += 1;
        }
        chunk += 1;
        word = 0;
    }
    (ids, None)
}
