//! CASE: each branch is evaluated on its own rows only.

use super::bits::Truth;
use super::compare;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::binder::bound::CompareOp;
use crate::vector::Vector;

/// The value of the first branch whose condition is true, or that equals the operand.
pub(crate) fn evaluate(
    operand: Option<&Node>,
    branches: &[(Node, Node)],
    otherwise: Option<&Node>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let operand = operand.map(|node| node.evaluate(scope)).transpose()?;
    let mut open: Vec<u32> = (0..scope.len() as u32).collect();
    let mut parts = Parts::default();
    for (when, then) in branches {
        if open.is_empty() {
            break;
        }
        let answers = when.evaluate(&scope.subset(&open))?;
        let truth = match &operand {
            None => Truth::of(&answers, "a condition of CASE")?,
            Some(operand) => {
                let equal = compare::evaluate(CompareOp::Equal, &operand.take(&open), &answers);
                Truth::of(&equal, "CASE")?
            }
        };
        let pick = |bits: &arrow_buffer::BooleanBuffer| -> Vec<u32> {
            bits.set_indices_u32().map(|at| open[at as usize]).collect()
        };
        let taken = pick(&truth.yes);
        if taken.is_empty() {
            continue;
        }
        let left = pick(&!&truth.yes);
        let values = then.evaluate(&scope.subset(&taken))?;
        parts.push(taken, values);
        open = left;
    }
    if !open.is_empty() {
        let values = match otherwise {
            Some(node) => node.evaluate(&scope.subset(&open))?,
            None => Vector::nulls(open.len()),
        };
        parts.push(open, values);
    }
    Ok(parts.join(scope.len()))
}

/// Values of disjoint sets of rows.
#[derive(Default)]
struct Parts {
    rows: Vec<Vec<u32>>,
    values: Vec<Vector>,
}

impl Parts {
    fn push(&mut self, rows: Vec<u32>, values: Vector) {
        self.rows.push(rows);
        self.values.push(values);
    }

    /// One vector in the order of rows.
    fn join(mut self, len: usize) -> Vector {
        if self.values.len() == 1
            && let Some(only) = self.values.pop()
        {
            return only;
        }
        let mut places = vec![0_u32; len];
        for (at, row) in self.rows.iter().flatten().enumerate() {
            places[*row as usize] = at as u32;
        }
        Vector::concat(&self.values).take(&places)
    }
}
