//! What all seeks have in common: nodes found by values of the row.

use super::Ticks;
use super::fan_out::{Cut, FanOut};
use super::operator::{Resident, Step, Work};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::factor::Placement;
use crate::physical::Expression;
use crate::vector::Vector;
use smallvec::SmallVec;

/// Finds nodes by the values that expressions have in each row, and puts them below the row's group.
///
/// `find` is given the vectors of the values and a row, and appends the ids of the row's nodes.
pub(crate) fn seek(
    work: Work,
    values: &[&Expression],
    variable: Option<VarId>,
    resident: Resident<'_>,
    find: impl FnMut(&[Vector], usize, &mut Vec<u64>) -> Result<(), Error>,
) -> Result<Step, Error> {
    seek_entities(work, values, variable.map(|v| (v, Vector::nodes as Entities)), resident, find)
}

/// Makes a column of ids.
pub(crate) type Entities = fn(Vec<u64>) -> Vector;

/// As [`seek`], for nodes or relationships: the variable comes with what makes a column of ids.
pub(crate) fn seek_entities(
    work: Work,
    values: &[&Expression],
    variable: Option<(VarId, Entities)>,
    resident: Resident<'_>,
    mut find: impl FnMut(&[Vector], usize, &mut Vec<u64>) -> Result<(), Error>,
) -> Result<Step, Error> {
    let Work { batch, row: first, .. } = work;
    let reads: SmallVec<[VarId; 4]> = values.iter().flat_map(|e| e.variables()).copied().collect();
    let Placement::Group(group) = batch.place(&reads) else {
        return Ok(Step::Flatten(batch));
    };
    let mut vectors: SmallVec<[Vector; 2]> = SmallVec::new();
    for expression in values {
        vectors.push(expression.evaluate(&batch, group, resident)?);
    }
    let cut = Cut::new(&batch, group);
    let rows = cut.len(&batch);
    let mut offsets = Vec::with_capacity(2);
    offsets.push(0);
    let mut nodes = Vec::new();
    let mut ticks = Ticks::new();
    let mut row = first;
    while row < rows && (nodes.len() < resident.cx.batch_rows || row == first) {
        for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
            let before = nodes.len();
            find(&vectors, source, &mut nodes)?;
            ticks.tick_rows(resident.cx, 1 + nodes.len() - before)?;
            offsets.push(nodes.len() as u64);
        }
        row += 1;
    }
    let columns = variable.map(|(v, entities)| (v, entities(nodes))).into_iter().collect();
    let output = FanOut { offsets, columns }.apply(cut.piece(&batch, first, row), group);
    Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
}
