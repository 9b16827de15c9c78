//! ORDER BY.
//!
//! Rows are held, written out, with the values of their keys. With a bound only the best are kept: whenever
//! twice as many have come together, all but they go.

mod order;

use self::order::{KeyColumn, sorted_rows};
use crate::error::Error;
use crate::exec::ExecutionContext;
use crate::exec::MemoryReservation;
use crate::exec::operator::{Operator, Resident, Run};
use crate::exec::operators::limit::row_count;
use crate::exec::rows::{concat, for_each_flat};
use crate::factor::Batch;
use crate::physical::Expression;
use crate::vector::Vector;

const HOLDER: &str = "ORDER BY";

/// What to sort by.
#[derive(Debug)]
pub(crate) struct Sort {
    /// The keys, each with whether the greatest comes first.
    pub(crate) keys: Vec<(Expression, bool)>,
    /// How many rows are wanted.
    pub(crate) limit: Option<Expression>,
}

/// Gives the rows of its input in order.
pub(crate) struct SortOperator<'p> {
    input: Box<dyn Operator + 'p>,
    spec: &'p Sort,
    /// The result, once all of the input was read.
    sorted: Option<Batch>,
    given: usize,
}

impl<'p> SortOperator<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, spec: &'p Sort) -> SortOperator<'p> {
        SortOperator { input, spec, sorted: None, given: 0 }
    }

    fn sort(&mut self, run: &mut Run<'_>) -> Result<Batch, Error> {
        let limit = match &self.spec.limit {
            Some(limit) => Some(run.resolve(|at| row_count(limit, "LIMIT", at))?),
            None => None,
        };
        let mut held = Held {
            spec: self.spec,
            limit: limit.map(|l| usize::try_from(l).unwrap_or(usize::MAX)),
            rows: Vec::new(),
            len: 0,
            pruned: false,
            memory: run.cx.reservation(),
        };
        while let Some(batch) = self.input.next(run)? {
            let cx = run.cx;
            for_each_flat(batch, cx, &mut |flat| {
                cx.check()?;
                match run.resolve(|at| held.keyed(&flat, at))? {
                    Some(rows) => held.take(rows, cx),
                    None => Ok(()),
                }
            })?;
        }
        Ok(held.sort(run.cx)?.batch)
    }
}

impl Operator for SortOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        let batch = match self.sorted.take() {
            Some(batch) => batch,
            None => self.sort(run)?,
        };
        let from = self.given;
        self.given = batch.group(0).len().min(from + run.cx.batch_rows);
        let piece = (from < self.given).then(|| batch.slice(0, from, self.given));
        self.sorted = Some(batch);
        Ok(piece)
    }
}

/// Rows with the values of their keys.
#[derive(Clone)]
struct Keyed {
    batch: Batch,
    keys: Vec<Vector>,
}

impl Keyed {
    fn len(&self) -> usize {
        self.batch.group(0).len()
    }

    fn take(&self, rows: &[u32]) -> Keyed {
        let columns = self.batch.group(0).columns().iter().map(|(v, c)| (*v, c.take(rows))).collect();
        Keyed {
            batch: Batch::flat(rows.len(), columns),
            keys: self.keys.iter().map(|key| key.take(rows)).collect(),
        }
    }
}

struct Held<'p> {
    spec: &'p Sort,
    limit: Option<usize>,
    rows: Vec<Keyed>,
    len: usize,
    /// Whether the first of `rows` is the best so far, in order and as many as are wanted.
    pruned: bool,
    memory: MemoryReservation,
}

impl Held<'_> {
    /// Rows with their keys, but for those that are not wanted.
    fn keyed(&self, batch: &Batch, resident: Resident<'_>) -> Result<Option<Keyed>, Error> {
        let mut rows = Keyed { batch: batch.clone(), keys: Vec::with_capacity(self.spec.keys.len()) };
        for (number, (key, _)) in self.spec.keys.iter().enumerate() {
            rows.keys.push(key.evaluate(&rows.batch, 0, resident)?);
            // Where the first key, or all of them, say that rows are not wanted, the rest is not looked at.
            if self.pruned && (number == 0 || number + 1 == self.spec.keys.len()) {
                let better = self.better(&rows);
                if better.len() < rows.len() {
                    rows = rows.take(&better);
                }
            }
            if rows.len() == 0 {
                return Ok(None);
            }
        }
        Ok(Some(rows))
    }

    fn take(&mut self, rows: Keyed, cx: &ExecutionContext) -> Result<(), Error> {
        let bytes = rows.batch.size_bytes() + rows.keys.iter().map(Vector::size_bytes).sum::<u64>();
        self.memory.grow(bytes, HOLDER)?;
        self.len += rows.len();
        self.rows.push(rows);
        if let Some(limit) = self.limit
            && self.len >= limit.saturating_mul(2).max(2 * cx.batch_rows)
        {
            let best = self.sort(cx)?;
            let bytes = best.batch.size_bytes() + best.keys.iter().map(Vector::size_bytes).sum::<u64>();
            self.memory.resize(bytes, HOLDER)?;
            self.len = best.len();
            self.pruned = best.len() == limit;
            self.rows.push(best);
        }
        Ok(())
    }

    /// The rows that come before the last of those that are wanted, as far as their keys so far tell.
    fn better(&self, rows: &Keyed) -> Vec<u32> {
        let Some(best) = self.rows.first() else { return Vec::new() };
        let Some(last) = best.len().checked_sub(1) else { return Vec::new() };
        let columns: Vec<(KeyColumn<'_>, KeyColumn<'_>, bool)> = best
            .keys
            .iter()
            .zip(&rows.keys)
            .zip(&self.spec.keys)
            .map(|((known, key), (_, descending))| (KeyColumn::new(known), KeyColumn::new(key), *descending))
            .collect();
        let before = |row: usize| {
            for (known, key, descending) in &columns {
                let order = key.compare_with(row, known, last);
                let order = if *descending { order.reverse() } else { order };
                if order.is_ne() {
                    return order.is_lt();
                }
            }
            // Of equal rows the first one stays.
            columns.len() < self.spec.keys.len()
        };
        (0..rows.len()).filter(|row| before(*row)).map(|row| row as u32).collect()
    }

    /// All rows held, in order, and no more than are wanted.
    fn sort(&mut self, cx: &ExecutionContext) -> Result<Keyed, Error> {
        let parts = std::mem::take(&mut self.rows);
        let batches = parts.iter().map(|p| p.batch.clone()).collect();
        let keys = (0..self.spec.keys.len())
            .map(|key| Vector::concat(&parts.iter().map(|p| p.keys[key].clone()).collect::<Vec<_>>()))
            .collect();
        let all = Keyed { batch: concat(batches), keys };
        drop(parts);
        let descending: Vec<bool> = self.spec.keys.iter().map(|(_, descending)| *descending).collect();
        let mut rows = sorted_rows(&all.keys, &descending, all.len(), cx)?;
        if let Some(limit) = self.limit {
            rows.truncate(limit);
        }
        Ok(all.take(&rows))
    }
}
