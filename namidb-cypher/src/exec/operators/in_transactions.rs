//! CALL { .. } IN TRANSACTIONS: an inner plan that is committed for some rows after the others.
//!
//! The rows come from the graph as it was when the statement began, and are taken as they are needed, so that a file of any
//! length can be read into the graph. What comes after the call sees what was committed.

use super::write::Write;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::exec::rows::HeldRows;
use crate::exec::transactions::TransactionWork;
use crate::factor::{Batch, FlatCursor};
use crate::physical::Expression;
use crate::syntax::ast::OnError;
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::graph::GraphState;
use namidb_core::value::Map;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// Rows of a transaction, unless the statement says otherwise.
const ROWS: u64 = 1000;

/// What to commit, and how.
#[derive(Debug)]
pub(crate) struct InTransactions {
    /// What is done for the rows of a transaction.
    pub(crate) work: Arc<dyn Write>,
    /// What it adds to the rows.
    pub(crate) results: Vec<VarId>,
    /// How many rows a transaction takes.
    pub(crate) rows: Option<Expression>,
    /// What becomes of the rest where one fails.
    pub(crate) on_error: OnError,
    /// Holds what became of a row's transaction.
    pub(crate) status: Option<VarId>,
    /// Where it stands.
    pub(crate) span: Span,
}

/// Commits for some rows after the others.
pub(crate) struct InTransactionsOperator<'p> {
    input: Box<dyn Operator + 'p>,
    spec: &'p InTransactions,
    dead: &'p [VarId],
    /// The rest of a batch that was cut.
    flat: Option<FlatCursor>,
    /// How many rows a transaction takes, once it is known.
    rows: Option<usize>,
    /// The graph that the input reads, while the others read the newest one.
    before: Option<GraphState>,
    /// Whether no further transaction begins.
    broken: bool,
}

impl<'p> InTransactionsOperator<'p> {
    pub(crate) fn new(
        input: Box<dyn Operator + 'p>,
        spec: &'p InTransactions,
        dead: &'p [VarId],
    ) -> InTransactionsOperator<'p> {
        InTransactionsOperator { input, spec, dead, flat: None, rows: None, before: None, broken: false }
    }

    /// The rows of the next transaction.
    fn take(&mut self, rows: usize, run: &mut Run<'_>) -> Result<Batch, Error> {
        let newest = match self.before.take() {
            Some(before) => {
                let newest = run.lend_state();
                run.take_back(before);
                newest
            }
            None => None,
        };
        let mut held = HeldRows::new(run.cx, "the rows of a transaction");
        let mut count = 0;
        while count < rows {
            let piece = match self.flat.as_mut().and_then(|cursor| cursor.next(rows - count)) {
                Some(piece) => piece,
                None => match self.input.next(run)? {
                    Some(batch) => {
                        self.flat = Some(FlatCursor::new(batch));
                        continue;
                    }
                    None => break,
                },
            };
            count += piece.group(0).len();
            held.push(piece)?;
        }
        self.before = Some(run.state().clone());
        if let Some(newest) = newest {
            run.take_back(newest);
        }
        Ok(held.into_batch())
    }

    fn commit(&mut self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let spec = self.spec;
        if self.broken {
            return Ok(spec.without_results(rows, status(false, None, None)));
        }
        let Some(transactions) = run.cx.transactions.clone() else {
            return Err(in_a_transaction(spec.span));
        };
        let work = TransactionWork::new(Arc::clone(&spec.work), rows.clone(), run.cx.clone());
        match transactions.commit(work, run.cx) {
            Ok(committed) => {
                let (output, counters) = committed.work.into_output()?;
                run.commits(&counters);
                run.take_back(committed.state);
                let id = committed.record.map(|record| record.0.to_string());
                Ok(spec.with_status(output, status(true, Some(id), None)))
            }
            Err(error) if spec.on_error != OnError::Fail && is_its_own(&error) => {
                run.cx.check()?;
                self.broken = spec.on_error == OnError::Break;
                let message = error.to_string();
                Ok(spec.without_results(rows, status(true, None, Some(&message))))
            }
            Err(error) => Err(error),
        }
    }
}

impl Operator for InTransactionsOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if run.cx.transactions.is_none() {
            return Err(in_a_transaction(self.spec.span));
        }
        let count = match self.rows {
            Some(count) => count,
            None => {
                let count = match &self.spec.rows {
                    None => ROWS,
                    Some(rows) => run.resolve(|at| super::limit::row_count(rows, "OF .. ROWS", at))?,
                };
                if count == 0 {
                    return Err(no_rows(self.spec.span));
                }
                *self.rows.insert(usize::try_from(count).unwrap_or(usize::MAX))
            }
        };
        loop {
            run.cx.check()?;
            let rows = self.take(count, run)?;
            if rows.is_empty() {
                return Ok(None);
            }
            let mut output = self.commit(rows, run)?;
            if !output.is_empty() {
                if !self.dead.is_empty() {
                    output.retain_columns(|v| !self.dead.contains(&v));
                }
                return Ok(Some(output));
            }
        }
    }
}

impl InTransactions {
    fn with_status(&self, mut rows: Batch, value: Value) -> Batch {
        if let Some(status) = self.status {
            let len = rows.group(0).len();
            rows.set_column(0, status, Vector::constant(value, len));
        }
        rows
    }

    /// Rows for which nothing was committed.
    fn without_results(&self, mut rows: Batch, value: Value) -> Batch {
        let len = rows.group(0).len();
        for result in &self.results {
            rows.set_column(0, *result, Vector::nulls(len));
        }
        self.with_status(rows, value)
    }
}

/// What became of a transaction: `committed` with the record that it is in, if it changed anything.
fn status(started: bool, committed: Option<Option<String>>, error: Option<&str>) -> Value {
    let entries = [
        ("started", Value::Boolean(started)),
        ("committed", Value::Boolean(committed.is_some())),
        ("transactionId", Value::from(committed.flatten())),
        ("errorMessage", Value::from(error)),
    ];
    Value::from(Map::from_iter(entries))
}

/// Whether an error is one of what was committed, and none of the whole statement.
fn is_its_own(error: &Error) -> bool {
    let of_the_whole = [
        ErrorCode::Cancelled,
        ErrorCode::Timeout,
        ErrorCode::Closed,
        ErrorCode::ReadOnly,
        ErrorCode::Internal,
    ];
    !of_the_whole.contains(&error.code())
        && error.engine_error().is_none_or(|engine| engine.outcome() == namidb_core::Outcome::NotApplied)
}

#[cold]
fn in_a_transaction(span: Span) -> Error {
    let message = "CALL IN TRANSACTIONS commits by itself, so that it does not run inside a transaction";
    Error::runtime(ErrorCode::InvalidArgument, "ClientError", "InvalidTransactionState", message)
        .with_hint("Run the statement on its own")
        .with_span(span)
}

#[cold]
fn no_rows(span: Span) -> Error {
    let message = "a transaction takes one row or more";
    Error::runtime(ErrorCode::Argument, "ArgumentError", "NumberOutOfRange", message).with_span(span)
}
