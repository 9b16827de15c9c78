//! Inner plans that write: FOREACH and CALL of subqueries. They run row by row, each seeing what was written for the
//! rows before it.

use super::write::Write;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::build::{Origin, build};
use crate::exec::ids;
use crate::exec::inner::InnerRun;
use crate::exec::operator::Run;
use crate::exec::rows::HeldRows;
use crate::factor::Batch;
use crate::physical::InnerPlan;
use crate::vector::{NULL_ROW, Vector};

/// Runs an inner plan for what it writes; the rows stay.
#[derive(Debug)]
pub(crate) struct ForEach {
    /// The plan.
    pub(crate) inner: InnerPlan,
    /// Whether its only writing operator takes rows in their order, so that all may come together.
    pub(crate) at_once: bool,
}

impl Write for ForEach {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let outer = arguments(&self.inner, &rows)?;
        let len = rows.group(0).len();
        let piece = if self.at_once { len } else { 1 };
        for start in (0..len).step_by(piece.max(1)) {
            run.cx.check()?;
            let argument = outer.slice(0, start, len.min(start + piece));
            let mut operator = build(&self.inner.plan, Origin::Argument(argument), run.cx);
            while operator.next(run)?.is_some() {
                run.cx.check()?;
            }
        }
        Ok(rows)
    }
}

/// Joins each row with the rows of an inner plan that writes.
#[derive(Debug)]
pub(crate) struct Call {
    /// The plan.
    pub(crate) inner: InnerPlan,
    /// The variables of its rows that are read.
    pub(crate) results: Vec<VarId>,
    /// Whether rows without a partner stay, with nulls.
    pub(crate) optional: bool,
}

impl Write for Call {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let len = rows.group(0).len();
        let mut inner = InnerRun::new(&self.inner, arguments(&self.inner, &rows)?);
        let mut held = HeldRows::new(run.cx, "the rows of a subquery that writes");
        let (mut sources, mut picks) = (Vec::new(), Vec::new());
        let mut met = 0;
        let mut found = 0_u32;
        while let Some(batch) = inner.next(run)? {
            run.cx.check()?;
            let (batch, of) = batch.flat()?;
            for source in of {
                self.alone(met, source, &mut sources, &mut picks);
                met = source + 1;
                sources.push(source);
                picks.push(found);
                found += 1;
            }
            let columns = self.results.iter().map(|v| Ok((*v, ids::column(&batch, *v, 0)?)));
            held.push(Batch::flat(batch.group(0).len(), columns.collect::<Result<Vec<_>, Error>>()?))?;
        }
        self.alone(met, len as u32, &mut sources, &mut picks);
        let partners = held.into_batch();
        let mut columns: Vec<(VarId, Vector)> =
            rows.group(0).columns().iter().map(|(v, column)| (*v, column.take(&sources))).collect();
        for variable in &self.results {
            columns.push(match partners.group(0).column(*variable) {
                Some(column) => (*variable, column.take_or_null(&picks)),
                None => (*variable, Vector::nulls(picks.len())),
            });
        }
        Ok(Batch::flat(sources.len(), columns))
    }
}

impl Call {
    /// Keeps the rows that have no partner, if they stay.
    fn alone(&self, from: u32, to: u32, sources: &mut Vec<u32>, picks: &mut Vec<u32>) {
        if self.optional {
            sources.extend(from..to);
            picks.extend((from..to).map(|_| NULL_ROW));
        }
    }
}

/// What an inner plan reads of flat rows.
fn arguments(inner: &InnerPlan, rows: &Batch) -> Result<Batch, Error> {
    let columns = inner.arguments.iter().map(|v| Ok((*v, ids::column(rows, *v, 0)?)));
    Ok(Batch::flat(rows.group(0).len(), columns.collect::<Result<Vec<_>, Error>>()?))
}
