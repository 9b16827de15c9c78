//! SHOW INDEXES and SHOW CONSTRAINTS: the definitions of the catalog as rows, in the order of their creation.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;
use crate::logical::schema::{Show, Shown, constraint_statement, index_statement};
use crate::vector::Vector;
use namidb_core::graph::{
    Catalog, ConstraintDefinition, ConstraintKind, GraphState, IndexDefinition, SchemaTarget,
};
use namidb_core::{PropertyKeyId, Value};

/// Gives one batch with all definitions.
pub(crate) struct ShowOperator<'p> {
    show: &'p Show,
    done: bool,
}

impl<'p> ShowOperator<'p> {
    pub(crate) fn new(show: &'p Show) -> ShowOperator<'p> {
        ShowOperator { show, done: false }
    }
}

impl Operator for ShowOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        let state = run.state();
        let columns = self.show.shown.columns();
        let rows: Vec<Vec<Value>> = match self.show.shown {
            Shown::Indexes => {
                state.index_definitions().enumerate().map(|(at, d)| index(state, at, d)).collect()
            }
            Shown::Databases => vec![database(&run.cx.database)],
            Shown::Constraints => {
                let definitions = state.constraint_definitions().enumerate();
                definitions.map(|(at, d)| constraint(state.catalog(), at, d)).collect()
            }
        };
        debug_assert!(rows.iter().all(|row| row.len() == columns.len()));
        let column = |at: usize| rows.iter().map(|row| row.get(at).cloned().unwrap_or(Value::Null)).collect();
        let vectors = self.show.columns.iter().map(|(at, v)| (*v, Vector::from_values(column(*at))));
        Ok(Some(Batch::flat(rows.len(), vectors.collect())).filter(|batch| !batch.is_empty()))
    }
}

fn text(text: impl AsRef<str>) -> Value {
    Value::from(text.as_ref())
}

/// Entity type, labels or types, and properties.
fn covered(catalog: &Catalog, target: SchemaTarget, keys: &[PropertyKeyId]) -> [Value; 3] {
    let kind = if target.is_relationship() { "RELATIONSHIP" } else { "NODE" };
    let list = |names: Vec<Value>| Value::from(names);
    let keys = keys.iter().map(|key| text(catalog.property_key_name(*key))).collect();
    [text(kind), list(vec![text(catalog.target_name(target))]), list(keys)]
}

/// The columns of [`Shown::Databases`].
fn database(name: &str) -> Vec<Value> {
    let none = || Value::from(Vec::<Value>::new());
    vec![
        text(name),
        text("standard"),
        none(),
        text("read-write"),
        Value::Null,
        text("primary"),
        Value::Boolean(true),
        text("online"),
        text("online"),
        text(""),
        Value::Boolean(true),
        Value::Boolean(true),
        none(),
    ]
}

/// The columns of [`Shown::Indexes`].
fn index(state: &GraphState, at: usize, definition: &IndexDefinition) -> Vec<Value> {
    let catalog = state.catalog();
    let IndexDefinition { name: index, target, keys, constraint, .. } = definition;
    let [entity, names, properties] = covered(catalog, *target, keys);
    let entries = state.index(*target, keys).map_or(0, |index| index.len());
    vec![
        Value::Integer(at as i64 + 1),
        text(index),
        // An index is built in the transaction that creates it.
        text("ONLINE"),
        Value::Float(100.0),
        text("RANGE"),
        entity,
        names,
        properties,
        text("range-1.0"),
        if *constraint { text(index) } else { Value::Null },
        Value::Integer(entries as i64),
        text(index_statement(catalog, definition)),
    ]
}

/// The columns of [`Shown::Constraints`].
fn constraint(catalog: &Catalog, at: usize, definition: &ConstraintDefinition) -> Vec<Value> {
    let ConstraintDefinition { name, kind, target, keys } = definition;
    let [entity, names, properties] = covered(catalog, *target, keys);
    vec![
        Value::Integer(at as i64 + 1),
        text(name),
        text(kind_name(*kind, target.is_relationship())),
        entity,
        names,
        properties,
        if kind.is_unique() { text(name) } else { Value::Null },
        match kind {
            ConstraintKind::Type(of) => text(of.to_string()),
            _ => Value::Null,
        },
        text(constraint_statement(catalog, definition)),
    ]
}

fn kind_name(kind: ConstraintKind, relationship: bool) -> &'static str {
    match (kind, relationship) {
        (ConstraintKind::Unique, false) => "UNIQUENESS",
        (ConstraintKind::Unique, true) => "RELATIONSHIP_UNIQUENESS",
        (ConstraintKind::NotNull, false) => "NODE_PROPERTY_EXISTENCE",
        (ConstraintKind::NotNull, true) => "RELATIONSHIP_PROPERTY_EXISTENCE",
        (ConstraintKind::Key, false) => "NODE_KEY",
        (ConstraintKind::Key, true) => "RELATIONSHIP_KEY",
        (ConstraintKind::Type(_), false) => "NODE_PROPERTY_TYPE",
        (ConstraintKind::Type(_), true) => "RELATIONSHIP_PROPERTY_TYPE",
    }
}
