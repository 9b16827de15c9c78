//! Joins each row with the rows of an inner plan: CALL subqueries, and OPTIONAL MATCH, where a row without any
//! gets nulls.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids;
use crate::exec::inner::InnerRun;
use crate::exec::operator::{Operator, Run};
use crate::factor::{Batch, FlatCursor, Placement};
use crate::physical::InnerPlan;
use crate::vector::{NULL_ROW, Vector};

/// What to join with.
#[derive(Debug)]
pub(crate) struct Apply {
    /// The plan.
    pub(crate) inner: InnerPlan,
    /// The variables of its rows that are read.
    pub(crate) results: Vec<VarId>,
    /// Whether rows without a partner stay, with nulls.
    pub(crate) optional: bool,
}

/// Runs the inner plan for the rows of one group, and puts what it finds below that group.
pub(crate) struct ApplyOperator<'p> {
    input: Box<dyn Operator + 'p>,
    spec: &'p Apply,
    dead: &'p [VarId],
    flat: Option<FlatCursor>,
    current: Option<Current<'p>>,
}

/// An outer batch and the inner plan that runs for it.
struct Current<'p> {
    batch: Batch,
    group: usize,
    inner: InnerRun<'p>,
    /// The first row that has not got all of its partners.
    row: usize,
    /// Whether that row has got any.
    met: bool,
}

impl<'p> ApplyOperator<'p> {
    pub(crate) fn new(
        input: Box<dyn Operator + 'p>,
        spec: &'p Apply,
        dead: &'p [VarId],
    ) -> ApplyOperator<'p> {
        ApplyOperator { input, spec, dead, flat: None, current: None }
    }

    /// The next outer batch with the group that the inner plan runs for.
    fn start(&mut self, run: &mut Run<'_>) -> Result<Option<Current<'p>>, Error> {
        let batch = match self.flat.as_mut().and_then(|cursor| cursor.next(run.cx.batch_rows)) {
            Some(piece) => piece,
            None => {
                self.flat = None;
                match self.input.next(run)? {
                    Some(batch) => batch,
                    None => return Ok(None),
                }
            }
        };
        let spec = self.spec;
        let Placement::Group(group) = batch.place(&spec.inner.arguments) else {
            self.flat = Some(FlatCursor::new(batch));
            return self.start(run);
        };
        let columns = spec
            .inner
            .arguments
            .iter()
            .map(|v| Ok((*v, ids::column(&batch, *v, group)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let outer = Batch::flat(batch.group(group).len(), columns);
        let inner = InnerRun::new(&spec.inner, outer);
        Ok(Some(Current { batch, group, inner, row: 0, met: false }))
    }
}

impl Operator for ApplyOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        loop {
            run.cx.check()?;
            let mut current = match self.current.take() {
                Some(current) => current,
                None => match self.start(run)? {
                    Some(current) => current,
                    None => return Ok(None),
                },
            };
            let (output, finished) = current.next(self.spec, run)?;
            if !finished {
                self.current = Some(current);
            }
            if let Some(mut batch) = output {
                if !self.dead.is_empty() {
                    batch.retain_columns(|v| !self.dead.contains(&v));
                }
                return Ok(Some(batch));
            }
        }
    }
}

impl Current<'_> {
    /// The next results, and whether they are the last ones.
    fn next(&mut self, spec: &Apply, run: &mut Run<'_>) -> Result<(Option<Batch>, bool), Error> {
        let cut = Cut::new(&self.batch, self.group);
        let mut partners = Partners::default();
        let mut finished = false;
        loop {
            match self.inner.next(run)? {
                Some(found) => {
                    let (batch, rows) = found.flat()?;
                    partners.add(spec, &batch, &rows)?;
                }
                None => finished = true,
            }
            // Results are given in pieces where a piece may end in the middle of a row.
            if finished || cut.within_row && partners.rows.len() >= run.cx.batch_rows {
                break;
            }
        }
        let total = self.batch.group(self.group).len();
        let first = self.row;
        let (met, end) = match partners.rows.last() {
            _ if finished => (false, total),
            Some(last) => (true, *last as usize + 1),
            None => (self.met, self.row),
        };
        let mut offsets = vec![0];
        let mut picks: Vec<u32> = Vec::with_capacity(partners.rows.len());
        let mut next = 0;
        for row in first..end {
            let begin = next;
            while next < partners.rows.len() && partners.rows[next] as usize == row {
                next += 1;
            }
            picks.extend(begin as u32..next as u32);
            if spec.optional && begin == next && !(row == first && self.met) {
                picks.push(NULL_ROW);
            }
            offsets.push(picks.len() as u64);
        }
        if end == first {
            return Ok((None, finished));
        }
        let columns = partners.columns(spec, &picks);
        let piece = if first == 0 && end == total {
            self.batch.clone()
        } else {
            self.batch.slice(self.group, first, end)
        };
        self.met = met;
        self.row = if met { end - 1 } else { end };
        Ok((FanOut { offsets, columns }.apply(piece, self.group), finished))
    }
}

/// Rows of the inner plan, written out, and the outer rows that they belong to.
#[derive(Default)]
struct Partners {
    columns: Vec<Vec<Vector>>,
    rows: Vec<u32>,
}

impl Partners {
    fn add(&mut self, spec: &Apply, batch: &Batch, rows: &[u32]) -> Result<(), Error> {
        self.columns.resize_with(spec.results.len(), Vec::new);
        for (parts, variable) in self.columns.iter_mut().zip(&spec.results) {
            parts.push(ids::column(batch, *variable, 0)?);
        }
        self.rows.extend_from_slice(rows);
        Ok(())
    }

    fn columns(self, spec: &Apply, picks: &[u32]) -> Vec<(VarId, Vector)> {
        if self.columns.is_empty() {
            return spec.results.iter().map(|v| (*v, Vector::nulls(picks.len()))).collect();
        }
        let column = |parts: Vec<Vector>| Vector::concat(&parts).take_or_null(picks);
        spec.results.iter().copied().zip(self.columns.into_iter().map(column)).collect()
    }
}
