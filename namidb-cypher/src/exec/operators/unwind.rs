//! A row for each element of a list.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::IntegerRange;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::physical::Expression;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use smallvec::SmallVec;

/// What to take apart.
#[derive(Debug)]
pub(crate) struct Unwind {
    /// Holds one element; none if nobody reads it.
    pub(crate) variable: Option<VarId>,
    /// Where elements come from.
    pub(crate) source: UnwindSource,
}

/// Where the elements come from.
#[derive(Debug)]
pub(crate) enum UnwindSource {
    /// A list.
    List(Expression),
    /// `range(first, last, step)`: never written out as a list.
    Range(Vec<Expression>),
}

/// Adds to each row the elements of its list.
pub(crate) struct UnwindTransform<'p>(pub(crate) &'p Unwind);

/// The elements of one row.
enum Elements {
    None,
    One(Value),
    List(std::sync::Arc<[Value]>),
    Range(IntegerRange),
}

impl Elements {
    fn len(&self) -> u64 {
        match self {
            Elements::None => 0,
            Elements::One(_) => 1,
            Elements::List(items) => items.len() as u64,
            Elements::Range(range) => range.len(),
        }
    }

    fn append(&self, skip: u64, take: u64, to: &mut VectorBuilder) {
        match self {
            Elements::None => {}
            Elements::One(value) => to.push(value.clone()),
            Elements::List(items) => {
                for item in &items[skip as usize..(skip + take) as usize] {
                    to.push(item.clone());
                }
            }
            Elements::Range(range) => range.append(skip, take, to),
        }
    }
}

impl Transform for UnwindTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let Work { batch, row: first, mut part } = work;
        let expressions = match &self.0.source {
            UnwindSource::List(list) => std::slice::from_ref(list),
            UnwindSource::Range(arguments) => arguments,
        };
        let reads: SmallVec<[VarId; 4]> = expressions.iter().flat_map(|e| e.variables()).copied().collect();
        let Placement::Group(group) = batch.place(&reads) else {
            return Ok(Step::Flatten(batch));
        };
        let mut vectors: SmallVec<[Vector; 3]> = SmallVec::new();
        for expression in expressions {
            vectors.push(expression.evaluate(&batch, group, resident)?);
        }
        let cut = Cut::new(&batch, group);
        let rows = cut.len(&batch);
        let target = resident.cx.batch_rows as u64;
        let mut elements = VectorBuilder::with_capacity(resident.cx.batch_rows.min(256));
        let mut offsets = vec![0];
        let mut len = 0;
        let mut row = first;
        let mut rest = None;
        while row < rows && (len < target || row == first) && rest.is_none() {
            for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
                let found = self.elements(&vectors, source, expressions)?;
                // A list of what has left memory meanwhile is shorter until that is fetched and this is done again.
                let mut take = found.len().saturating_sub(part);
                if cut.within_row && len + take > 2 * target {
                    take = target.saturating_sub(len).max(1);
                    rest = Some(part + take);
                }
                found.append(part, take, &mut elements);
                len += take;
                offsets.push(len);
                part = 0;
            }
            row += 1;
        }
        let columns = self.0.variable.map(|v| (v, elements.finish())).into_iter().collect();
        let output = FanOut { offsets, columns }.apply(cut.piece(&batch, first, row), group);
        Ok(match rest {
            Some(part) => Step::More(output, Work { batch, row: row - 1, part }),
            None if row == rows => Step::Done(output),
            None => Step::More(output, Work { batch, row, part: 0 }),
        })
    }
}

impl UnwindTransform<'_> {
    fn elements(&self, values: &[Vector], row: usize, expressions: &[Expression]) -> Result<Elements, Error> {
        if let UnwindSource::List(_) = self.0.source {
            return Ok(match values[0].value(row) {
                Value::Null => Elements::None,
                Value::List(items) => Elements::List(items),
                other => Elements::One(other),
            });
        }
        let arguments: SmallVec<[Value; 3]> = values.iter().map(|vector| vector.value(row)).collect();
        let range = IntegerRange::of(&arguments).map_err(|error| match expressions.first() {
            Some(first) => error.with_span(first.span),
            None => error,
        })?;
        Ok(range.map_or(Elements::None, Elements::Range))
    }
}
