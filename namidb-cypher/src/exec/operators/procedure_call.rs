//! Calls a procedure for each row.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::functions::procedures::{Procedure, ProcedureCall};
use crate::physical::Expression;
use crate::syntax::span::Span;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// What to call.
#[derive(Debug)]
pub(crate) struct Call {
    /// The procedure.
    pub(crate) procedure: Arc<dyn Procedure>,
    /// Its arguments.
    pub(crate) arguments: Vec<Expression>,
    /// Of its results those that are read, by their numbers.
    pub(crate) results: Vec<(usize, VarId)>,
    /// Whether rows stay as they are, whatever it gives.
    pub(crate) keeps_rows: bool,
    /// Where the call stands.
    pub(crate) span: Span,
}

/// Adds to each row the rows of the procedure.
pub(crate) struct ProcedureCallTransform<'p>(pub(crate) &'p Call);

impl Transform for ProcedureCallTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let spec = self.0;
        let Work { batch, row: first, .. } = work;
        let reads: Vec<VarId> = spec.arguments.iter().flat_map(|e| e.variables()).copied().collect();
        let Placement::Group(group) = batch.place(&reads) else { return Ok(Step::Flatten(batch)) };
        let mut vectors = Vec::with_capacity(spec.arguments.len());
        for argument in &spec.arguments {
            vectors.push(argument.evaluate(&batch, group, resident)?);
        }
        let cut = Cut::new(&batch, group);
        let rows = cut.len(&batch);
        let mut columns: Vec<VectorBuilder> =
            spec.results.iter().map(|_| VectorBuilder::with_capacity(16)).collect();
        let mut offsets = vec![0];
        let mut len = 0;
        let mut row = first;
        while row < rows && (len < resident.cx.batch_rows as u64 || row == first) {
            for source in cut.start(&batch, row)..cut.start(&batch, row + 1) {
                resident.cx.check()?;
                let found = spec.call(&vectors, source, resident)?;
                if spec.keeps_rows {
                    len += 1;
                } else {
                    len += found.len() as u64;
                    for values in found {
                        for ((number, _), column) in spec.results.iter().zip(&mut columns) {
                            column.push(values.get(*number).cloned().unwrap_or(Value::Null));
                        }
                    }
                }
                offsets.push(len);
            }
            row += 1;
        }
        let variables = spec.results.iter().map(|(_, variable)| *variable);
        let columns = variables.zip(columns.into_iter().map(VectorBuilder::finish));
        let columns = if spec.keeps_rows { Vec::new() } else { columns.collect() };
        let output = FanOut { offsets, columns }.apply(cut.piece(&batch, first, row), group);
        Ok(if row == rows { Step::Done(output) } else { Step::More(output, Work { batch, row, part: 0 }) })
    }
}

impl Call {
    fn call(&self, vectors: &[Vector], row: usize, at: Resident<'_>) -> Result<Vec<Vec<Value>>, Error> {
        let signature = self.procedure.signature();
        let mut arguments = Vec::with_capacity(vectors.len());
        for ((vector, field), expression) in vectors.iter().zip(&signature.inputs).zip(&self.arguments) {
            let value = vector.value(row);
            let found = value.type_name();
            arguments.push(field.argument(value).ok_or_else(|| {
                let message = format!("{} takes {field}, not {found}", signature.name);
                Error::runtime(ErrorCode::Type, "TypeError", "InvalidArgumentType", message)
                    .with_span(expression.span)
            })?);
        }
        let call = ProcedureCall { state: at.state, cx: at.cx };
        self.procedure.call(&arguments, &call).map_err(|error| match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(other) => {
                let message = format!("the procedure {} failed: {other}", signature.name);
                Error::runtime(ErrorCode::Procedure, "ProcedureError", "ProcedureCallFailed", message)
                    .with_span(self.span)
            }
        })
    }
}
