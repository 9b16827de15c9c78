//! What a query gives back: columns, rows, and what was changed.

use crate::arrow::{ArrowConversionError, MixedColumns, column_arrays};
use crate::error::{Error, Result};
use crate::notification::{Notification, cartesian_products, rows_not_kept, unknown_names};
use crate::view::{StateView, View};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use namidb_core::engine::Engine;
use namidb_core::graph::GraphState;
use namidb_core::object_store::layers::Counts;
use namidb_core::transaction::Counters;
use namidb_core::{ErrorCode, Seq, Value};
use namidb_cypher::explain::Plan;
use namidb_cypher::factor::Batch;
use namidb_cypher::logical::{PlannedStatement, StatementKind};
use namidb_cypher::vector::Vector;
use std::sync::Arc;
use std::time::Duration;

/// The result of a query: rows in the order of the query, held in columns.
///
/// Nodes, relationships and paths in it are ids of the state that the query saw; [`QueryResult::view`] has
/// what belongs to them, in memory for as long as the result lives.
#[derive(Clone, Debug)]
pub struct QueryResult {
    columns: Vec<Arc<str>>,
    batches: Vec<Batch>,
    /// The first row of each batch.
    starts: Vec<usize>,
    len: usize,
    state: GraphState,
    engine: Engine,
    summary: Summary,
    plan: Option<Arc<Plan>>,
    statement: Option<Arc<PlannedStatement>>,
}

/// So many rows are freed at once without anybody noticing.
const LIGHT_ROWS: usize = 1_000;

/// What is known of a query beside its rows.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// What kind of statement it was.
    pub kind: StatementKind,
    /// What it changed.
    pub counters: Counters,
    /// The commit that it made; if it made none, the newest one that it saw.
    pub seq: Seq,
    /// How long it took, waiting for the store included.
    pub elapsed: Duration,
    /// What the store was asked meanwhile, by this database in this process: for other statements that ran at the same time as
    /// well.
    pub requests: Counts,
    /// Whether it was done before, under the token that it was given: then the rest is what that told.
    pub repeated: bool,
    /// Whether the rows are there. Of what was done before they are not, if they were more than a token keeps.
    pub rows_kept: bool,
}

impl QueryResult {
    pub(crate) fn new(
        columns: Vec<Arc<str>>,
        batches: Vec<Batch>,
        (state, engine): (GraphState, Engine),
        summary: Summary,
        plan: Option<Arc<Plan>>,
    ) -> QueryResult {
        // Without columns there are no rows to show, whatever flowed.
        let batches: Vec<Batch> = batches
            .into_iter()
            .filter(|batch| !columns.is_empty() && !batch.is_empty())
            .map(Batch::flatten)
            .collect();
        let mut starts = Vec::with_capacity(batches.len());
        let mut len = 0;
        for batch in &batches {
            starts.push(len);
            len += batch.row_count() as usize;
        }
        QueryResult { columns, batches, starts, len, state, engine, summary, plan, statement: None }
    }

    /// Says what gave it.
    pub(crate) fn of_statement(self, statement: &Arc<PlannedStatement>) -> QueryResult {
        QueryResult { statement: Some(Arc::clone(statement)), ..self }
    }

    /// Takes the whole result, and leaves one without rows: for whoever must choose where to free it.
    pub fn take(&mut self) -> QueryResult {
        let empty = QueryResult {
            columns: Vec::new(),
            batches: Vec::new(),
            starts: Vec::new(),
            len: 0,
            state: GraphState::empty(),
            engine: self.engine.clone(),
            summary: self.summary,
            plan: None,
            statement: None,
        };
        std::mem::replace(self, empty)
    }

    /// Whether it frees little when it goes: it has few rows, and others hold its state too.
    pub fn is_light(&self) -> bool {
        self.len <= LIGHT_ROWS && self.state.is_shared()
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is known beside the rows.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The plan of a statement under EXPLAIN or PROFILE, or that was run with
    /// [`QueryOptions::profile`](crate::QueryOptions::profile).
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.as_deref()
    }

    /// What is worth knowing of the statement, though it is no error: labels, types and properties that nothing has, for one. Found out
    /// when asked for.
    pub fn notifications(&self) -> Vec<Notification> {
        let of_statement = self.statement.iter().flat_map(|statement| {
            unknown_names(statement, &self.state).into_iter().chain(cartesian_products(statement))
        });
        let gone = (!self.summary.rows_kept).then(rows_not_kept);
        of_statement.chain(gone).collect()
    }

    /// What was changed.
    pub fn counters(&self) -> Counters {
        self.summary.counters
    }

    /// The state of the graph that the ids in the rows belong to.
    pub fn view(&self) -> View<'_> {
        View::new(&self.state, &self.engine)
    }

    /// The number of a column.
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| &**column == name)
    }

    /// A value; none if there is no such row or column.
    pub fn value(&self, row: usize, column: usize) -> Option<Value> {
        let batch = self.starts.partition_point(|start| *start <= row).checked_sub(1)?;
        let vector = vector(self.batches.get(batch)?, column)?;
        let row = row - self.starts[batch];
        (row < vector.len()).then(|| vector.value(row))
    }

    /// A column, piece by piece.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &Vector> {
        self.batches.iter().filter_map(move |batch| vector(batch, column))
    }

    /// The Cypher type of what is in a column, and whether a null is in it: `ANY` where it is mixed or nothing is there.
    pub fn column_type(&self, column: usize) -> (&'static str, bool) {
        let (mut name, mut nullable) = (None, false);
        let mut meet = |met: &'static str| match name {
            None => name = Some(met),
            Some(before) if before == met => {}
            Some(_) => name = Some("ANY"),
        };
        for piece in self.column(column) {
            let (typed, nulls) = match piece {
                Vector::Boolean(v) => ("BOOLEAN", v.validity.as_ref()),
                Vector::Integer(v) => ("INTEGER", v.validity.as_ref()),
                Vector::Float(v) => ("FLOAT", v.validity.as_ref()),
                Vector::String(v) => ("STRING", v.validity.as_ref()),
                other => {
                    let values = match other {
                        Vector::Constant(value, len) => vec![value.clone(); (*len).min(1)],
                        _ => other.values().collect(),
                    };
                    for value in values {
                        if value.is_null() { nullable = true } else { meet(value.type_name()) }
                    }
                    continue;
                }
            };
            let nulls = nulls.map_or(0, |validity| validity.null_count());
            nullable |= nulls > 0;
            if nulls < piece.len() {
                meet(typed);
            }
        }
        (name.unwrap_or("ANY"), nullable)
    }

    /// A row; none if there are not so many.
    pub fn row(&self, row: usize) -> Option<Row<'_>> {
        (row < self.len).then_some(Row { result: self, row })
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + DoubleEndedIterator {
        (0..self.len).map(|row| Row { result: self, row })
    }

    /// The first row, if there is any.
    pub fn first(&self) -> Option<Row<'_>> {
        self.row(0)
    }

    /// The only row.
    ///
    /// # Errors
    /// `InvalidArgument` if there is not exactly one.
    pub fn single(&self) -> Result<Row<'_>> {
        match self.row(0) {
            Some(row) if self.len == 1 => Ok(row),
            _ => {
                let message = format!("the result has {} rows, exactly one was expected", self.len);
                Err(Error::new(ErrorCode::InvalidArgument, message))
            }
        }
    }

    /// The first column of the only row.
    ///
    /// # Errors
    /// As [`QueryResult::single`].
    pub fn scalar(&self) -> Result<Value> {
        Ok(self.single()?.value(0).unwrap_or_default())
    }

    /// The rows as Arrow, in batches of one schema. Columns of booleans, integers, floats and strings leave without a
    /// copy. With no rows there is one batch without rows, whose columns have the type null.
    ///
    /// # Errors
    /// If a column mixes kinds and `mixed` does not allow it.
    pub fn record_batches(&self, mixed: MixedColumns) -> Result<Vec<RecordBatch>, ArrowConversionError> {
        let empty = Vector::nulls(0);
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut batches: Vec<Vec<ArrayRef>> = vec![Vec::new(); self.batches.len().max(1)];
        for (number, name) in self.columns.iter().enumerate() {
            let mut pieces: Vec<&Vector> = self.column(number).collect();
            if pieces.is_empty() {
                pieces.push(&empty);
            }
            let arrays = column_arrays(name, &pieces, StateView::new(&self.state), mixed)?;
            if let Some(first) = arrays.first() {
                fields.push(Field::new(&**name, first.data_type().clone(), true));
            }
            batches.iter_mut().zip(arrays).for_each(|(batch, array)| batch.push(array));
        }
        let schema = Arc::new(Schema::new(fields));
        let build = |(at, arrays): (usize, Vec<ArrayRef>)| {
            let rows = self.batches.get(at).map_or(0, |batch| batch.row_count() as usize);
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            Ok(RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)?)
        };
        batches.into_iter().enumerate().map(build).collect()
    }
}

fn vector(batch: &Batch, column: usize) -> Option<&Vector> {
    batch.groups().first()?.columns().get(column).map(|(_, vector)| vector)
}

/// One row of a result.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    result: &'a QueryResult,
    row: usize,
}

impl<'a> Row<'a> {
    /// The value of a column by number; none if there are not so many columns.
    pub fn value(&self, column: usize) -> Option<Value> {
        self.result.value(self.row, column)
    }

    /// The value of a column by name; none if there is no such column.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.value(self.result.column_index(name)?)
    }

    /// The values in the order of the columns.
    pub fn values(&self) -> impl Iterator<Item = Value> + use<'a> {
        let row = *self;
        (0..row.result.columns.len()).map(move |column| row.value(column).unwrap_or_default())
    }
}
