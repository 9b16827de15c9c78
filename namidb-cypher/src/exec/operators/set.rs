//! SET and REMOVE.
//!
//! Row by row, item by item, each seeing what was set before it. Where no value depends on what is being set,
//! values are computed for all rows at once.

use super::create::{PropertyList, computed_names, map_entries};
use super::write::Write;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::ids;
use crate::exec::operator::{Resident, Run, unless_missed};
use crate::factor::Batch;
use crate::physical::Expression;
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::hash::HashSet;
use namidb_core::value::storable;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// What to set for each row.
#[derive(Debug)]
pub(crate) struct Set {
    /// In the order written.
    pub(crate) items: Vec<SetItem>,
    /// Whether a value may be read from the graph, unless the rows hold none of it.
    pub(crate) reads_graph: bool,
    /// The only variable that holds entities that are set or read, if there is just one.
    pub(crate) only_entity: Option<VarId>,
}

/// One item.
#[derive(Debug)]
pub(crate) struct SetItem {
    /// What is changed.
    pub(crate) entity: Expression,
    /// How.
    pub(crate) change: Change,
}

/// How an entity is changed.
#[derive(Debug)]
pub(crate) enum Change {
    /// A property is set, or removed by null.
    Property(Arc<str>, Expression),
    /// The same for a property whose key is computed.
    DynamicProperty(Expression, Expression),
    /// All properties are replaced by those of a map, node or relationship.
    Replace(Expression),
    /// The properties of a map, node or relationship are set.
    Add(Expression),
    /// Labels that are written, and what computes further ones.
    AddLabels(Vec<Arc<str>>, Vec<Expression>),
    RemoveLabels(Vec<Arc<str>>, Vec<Expression>),
}

impl Change {
    fn value(&self) -> Option<&Expression> {
        match self {
            Change::Property(_, value)
            | Change::DynamicProperty(_, value)
            | Change::Replace(value)
            | Change::Add(value) => Some(value),
            Change::AddLabels(..) | Change::RemoveLabels(..) => None,
        }
    }

    /// What computes names: the property's key, or labels.
    fn names(&self) -> &[Expression] {
        match self {
            Change::DynamicProperty(key, _) => std::slice::from_ref(key),
            Change::AddLabels(_, computed) | Change::RemoveLabels(_, computed) => computed,
            _ => &[],
        }
    }
}

impl Write for Set {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let len = rows.group(0).len();
        if self.items.is_empty() {
            return Ok(rows);
        }
        if !self.reads_graph || self.rows_hold_no_entities(&rows) {
            let values =
                self.items.iter().map(|item| item.evaluate(&rows, run)).collect::<Result<Vec<_>, Error>>()?;
            for row in 0..len {
                if row % 1024 == 0 {
                    run.cx.check()?;
                }
                for (item, values) in self.items.iter().zip(&values) {
                    item.apply(values, row, run).or_else(unless_missed)?;
                    run.wrote(item.span());
                }
            }
        } else if self.rows_are_apart(&rows)? {
            for item in &self.items {
                let values = item.evaluate(&rows, run)?;
                for row in 0..len {
                    if row % 1024 == 0 {
                        run.cx.check()?;
                    }
                    item.apply(&values, row, run).or_else(unless_missed)?;
                    run.wrote(item.span());
                }
            }
        } else {
            for row in 0..len {
                run.cx.check()?;
                let row = rows.slice(0, row, row + 1);
                for item in &self.items {
                    let values = item.evaluate(&row, run)?;
                    item.apply(&values, 0, run).or_else(unless_missed)?;
                    run.wrote(item.span());
                }
            }
        }
        Ok(rows)
    }
}

impl Set {
    /// Whether the variables of all values hold nothing that is read from the graph.
    fn rows_hold_no_entities(&self, rows: &Batch) -> bool {
        let computed = self.items.iter().flat_map(|i| i.change.value().into_iter().chain(i.change.names()));
        let variables = computed.flat_map(|e| e.variables());
        variables.filter_map(|v| rows.group(0).column(*v)).all(|column| match column {
            Vector::Node(_) | Vector::Relationship(_) => false,
            Vector::Constant(value, _) => storable::check(value).is_ok(),
            Vector::Any(values) => values.as_slice().iter().all(|v| storable::check(v).is_ok()),
            _ => true,
        })
    }

    /// Whether each row sets and reads an entity of its own.
    fn rows_are_apart(&self, rows: &Batch) -> Result<bool, Error> {
        let Some(entity) = self.only_entity else { return Ok(false) };
        let mut seen = HashSet::default();
        Ok(match ids::column(rows, entity, 0)? {
            Vector::Node(ids) | Vector::Relationship(ids) => {
                (0..ids.values.len()).filter_map(|row| ids.get(row)).all(|id| seen.insert(id))
            }
            _ => rows.group(0).len() == 1,
        })
    }
}

/// The entities and values of an item, for some rows.
struct Values {
    entities: Vector,
    values: Option<Vector>,
    names: Vec<Vector>,
}

impl SetItem {
    /// Where it stands in the text, about.
    fn span(&self) -> Span {
        match &self.change {
            Change::Replace(value) | Change::Add(value) => value.span,
            _ => self.entity.span,
        }
    }

    fn evaluate(&self, rows: &Batch, run: &Run<'_>) -> Result<Values, Error> {
        let at = Resident { state: run.state(), cx: run.cx };
        let values = self.change.value().map(|value| value.evaluate(rows, 0, at)).transpose()?;
        let names = self.change.names().iter().map(|name| name.evaluate(rows, 0, at));
        let names = names.collect::<Result<_, Error>>()?;
        Ok(Values { entities: self.entity.evaluate(rows, 0, at)?, values, names })
    }

    fn apply(&self, values: &Values, row: usize, run: &mut Run<'_>) -> Result<(), Error> {
        let entity = values.entities.value(row);
        if entity.is_null() {
            return Ok(());
        }
        let value = values.values.as_ref().map_or(Value::Null, |v| v.value(row));
        match &self.change {
            Change::Property(key, _) => set_property(&entity, key, value, self.entity.span, run),
            Change::DynamicProperty(key, _) => {
                let name = values.names.first().map_or(Value::Null, |keys| keys.value(row));
                let name = property_key(&name, &entity, key.span)?;
                set_property(&entity, &name, value, self.entity.span, run)
            }
            Change::Replace(expression) => {
                let entries = entries(&value, expression.span, run)?;
                for key in keys(&entity, run) {
                    if !entries.iter().any(|(k, _)| *k == key) {
                        set_property(&entity, &key, Value::Null, self.entity.span, run)?;
                    }
                }
                entries.into_iter().try_for_each(|(k, v)| set_property(&entity, &k, v, self.entity.span, run))
            }
            Change::Add(expression) => entries(&value, expression.span, run)?
                .into_iter()
                .try_for_each(|(k, v)| set_property(&entity, &k, v, self.entity.span, run)),
            Change::AddLabels(labels, computed) | Change::RemoveLabels(labels, computed) => {
                let Value::Node(node) = entity else {
                    return Err(no_entity(&entity, "a node", self.entity.span));
                };
                let mut further = Vec::new();
                for (names, expression) in values.names.iter().zip(computed) {
                    further.extend(computed_names(&names.value(row), expression.span)?);
                }
                for label in labels.iter().chain(&further) {
                    match &self.change {
                        Change::AddLabels(..) => run.changes()?.add_label(node, label)?,
                        _ => run.changes()?.remove_label(node, label)?,
                    };
                }
                Ok(())
            }
        }
    }
}

fn set_property(
    entity: &Value,
    key: &Arc<str>,
    value: Value,
    span: Span,
    run: &mut Run<'_>,
) -> Result<(), Error> {
    match entity {
        Value::Node(node) => run.changes()?.set_node_property(*node, key, value)?,
        Value::Relationship(relationship) => {
            run.changes()?.set_relationship_property(*relationship, key, value)?
        }
        other => return Err(no_entity(other, "a node or relationship", span)),
    };
    Ok(())
}

/// A property's key that was computed.
fn property_key(key: &Value, entity: &Value, span: Span) -> Result<Arc<str>, Error> {
    let Value::String(key) = key else {
        return Err(Error::runtime(
            ErrorCode::Type,
            "TypeError",
            "InvalidArgumentType",
            format!("the name of a property is a text, not {}", key.type_name()),
        )
        .with_span(span));
    };
    if &**key == "_id" && matches!(entity, Value::Node(_)) {
        return Err(Error::runtime(
            ErrorCode::Semantic,
            "SyntaxError",
            "InvalidArgumentType",
            "the public id of a node cannot change",
        )
        .with_span(span)
        .with_hint("Set it when the node is created: CREATE (n {_id: ..})"));
    }
    Ok(Arc::clone(key))
}

/// The properties of a map, or of an entity.
fn entries(value: &Value, span: Span, run: &Run<'_>) -> Result<PropertyList, Error> {
    let state = run.state();
    let properties = match value {
        Value::Node(node) => state.node_properties(*node),
        Value::Relationship(relationship) => state.relationship_properties(*relationship),
        other => return map_entries(other, span),
    };
    let name = |key| Arc::clone(state.catalog().property_key_name(key));
    Ok(properties.into_iter().map(|(key, value)| (name(key), value)).collect())
}

/// The keys of the properties that an entity has.
fn keys(entity: &Value, run: &Run<'_>) -> Vec<Arc<str>> {
    let state = run.state();
    let properties = match entity {
        Value::Node(node) => state.node_properties(*node),
        Value::Relationship(relationship) => state.relationship_properties(*relationship),
        _ => Vec::new(),
    };
    properties.into_iter().map(|(key, _)| Arc::clone(state.catalog().property_key_name(key))).collect()
}

#[cold]
fn no_entity(value: &Value, wanted: &str, span: Span) -> Error {
    Error::runtime(
        ErrorCode::Type,
        "TypeError",
        "InvalidArgumentType",
        format!("SET and REMOVE change {wanted}, not {}", value.type_name()),
    )
    .with_span(span)
}
