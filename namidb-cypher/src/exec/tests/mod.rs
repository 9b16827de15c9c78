//! Statements from their text to their rows.

mod depth;
mod in_transactions;
mod limits;
mod loops;
mod meetings;
mod newer;
mod paths;
mod procedures;
mod profiles;
mod random;
mod reads;
mod reference;
mod reference_page;
mod repeated;
mod schema;
mod schema_model;
mod seeks;
mod shortest;
mod subclauses;
mod writes;

use super::test_runtime::StillRuntime;
use super::{ExecutionContext, QueryOutput, execute, execute_write};
use crate::error::Error;
use crate::params::Params;
use crate::planner::prepare;
use namidb_core::Seq;
use namidb_core::graph::GraphState;
use namidb_core::transaction::{Changes, Counters, StageContext};
use namidb_core::{NodeId, RelId, Value};

/// A graph that statements run on, one after the other.
pub(super) struct Graph {
    pub(super) state: GraphState,
    pub(super) cx: ExecutionContext,
    seq: u64,
}

impl Graph {
    pub(super) fn new() -> Graph {
        let cx = ExecutionContext::new(StillRuntime::shared());
        Graph { state: GraphState::empty(), cx, seq: 0 }
    }

    pub(super) fn with(setup: &str) -> Graph {
        let mut graph = Graph::new();
        graph.write(setup).unwrap();
        graph
    }

    pub(super) fn params(&mut self, params: impl Into<Params>) -> &mut Graph {
        self.cx.params = params.into();
        self
    }

    /// Executes any statement, and keeps what it changes.
    pub(super) fn write(&mut self, text: &str) -> Result<QueryOutput, Error> {
        let statement = prepare(text, &self.state)?;
        self.seq += 1;
        let context =
            StageContext { seq: Seq(self.seq), time: 0, runtime: StillRuntime::shared(), may_wait: false };
        let mut changes = Changes::new(&self.state, &context);
        let output = execute_write(&statement, &mut changes, &self.cx)?;
        changes.check_constraints()?;
        // What was recorded is what was done.
        let mut replayed = self.state.clone();
        replayed.apply_transaction(changes.ops(), Seq(self.seq)).unwrap();
        assert_eq!(replayed.digest(), changes.state().digest());
        self.state = changes.state().clone();
        Ok(output)
    }

    pub(super) fn counters(&mut self, text: &str) -> Counters {
        self.write(text).unwrap().counters
    }

    pub(super) fn read(&self, text: &str) -> Result<QueryOutput, Error> {
        execute(&prepare(text, &self.state)?, self.state.clone(), &self.cx)
    }

    /// The rows of a reading statement as text, in order.
    pub(super) fn rows(&self, text: &str) -> Vec<String> {
        shown(&self.read(text).unwrap())
    }

    /// The rows of a reading statement as text, sorted.
    pub(super) fn sorted(&self, text: &str) -> Vec<String> {
        let mut rows = self.rows(text);
        rows.sort();
        rows
    }

    /// The only value of a reading statement.
    pub(super) fn value(&self, text: &str) -> String {
        let rows = self.rows(text);
        assert_eq!(rows.len(), 1, "{text} gives one row: {rows:?}");
        rows.into_iter().next().unwrap()
    }
}

/// The values of all rows.
pub(super) fn values(output: &QueryOutput) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for batch in &output.batches {
        assert!(batch.is_flat());
        let group = batch.group(0);
        assert_eq!(group.columns().len(), output.columns.len());
        for row in 0..group.len() {
            rows.push(group.columns().iter().map(|(_, column)| column.value(row)).collect());
        }
    }
    rows
}

/// Rows as text: `1 | 'a'`. Entities are shown by their numbers.
pub(super) fn shown(output: &QueryOutput) -> Vec<String> {
    values(output).iter().map(|row| row.iter().map(show).collect::<Vec<_>>().join(" | ")).collect()
}

pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) => format!("{f:?}"),
        Value::Boolean(b) => b.to_string(),
        Value::String(s) => format!("'{s}'"),
        Value::Node(NodeId(id)) => format!("n{id}"),
        Value::Relationship(RelId(id)) => format!("r{id}"),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            let entries: Vec<String> = map.iter().map(|(k, v)| format!("{k}: {}", show(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Path(path) => {
            format!("path of {:?}", path.relationships.iter().map(|r| r.0).collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}
