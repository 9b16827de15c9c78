//! CREATE: nodes, then relationships, for all rows of a pattern's part at once.

use super::write::Write;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::errors::deleted_entity;
use crate::exec::ids::EntityIds;
use crate::exec::operator::{Resident, Run};
use crate::exec::rows::concat;
use crate::factor::Batch;
use crate::physical::Expression;
use crate::syntax::span::Span;
use crate::vector::Vector;
use namidb_core::transaction::{NewNode, NewRelationship};
use namidb_core::{ErrorCode, NodeId, Value};
use std::ops::Range;
use std::sync::Arc;

/// What to create for each row.
#[derive(Debug)]
pub(crate) struct Create {
    /// Nodes, in the order written.
    pub(crate) nodes: Vec<CreateNode>,
    /// Relationships, in the order written.
    pub(crate) relationships: Vec<CreateRelationship>,
    /// Whether a property must not be null, as in MERGE, which could not find again what it created.
    pub(crate) refuses_nulls: bool,
}

/// A node to create.
#[derive(Debug)]
pub(crate) struct CreateNode {
    pub(crate) variable: VarId,
    pub(crate) labels: Vec<Arc<str>>,
    /// What computes further labels.
    pub(crate) computed: Vec<Expression>,
    pub(crate) properties: Properties,
    pub(crate) span: Span,
}

/// A relationship to create.
#[derive(Debug)]
pub(crate) struct CreateRelationship {
    pub(crate) variable: VarId,
    pub(crate) rel_type: RelType,
    pub(crate) source: VarId,
    pub(crate) target: VarId,
    pub(crate) properties: Properties,
    pub(crate) span: Span,
}

/// The type of a relationship to create.
#[derive(Debug)]
pub(crate) enum RelType {
    Name(Arc<str>),
    Computed(Expression),
}

/// The properties of something to create.
#[derive(Debug)]
pub(crate) enum Properties {
    None,
    /// A map that is written in the text: its entries are computed for all rows at once.
    Entries(Vec<(Arc<str>, Expression)>),
    /// Any other expression.
    Map(Expression),
}

/// The properties of one entity.
pub(super) type PropertyList = Vec<(Arc<str>, Value)>;

/// Rows are created in chunks of so many.
const CHUNK_ROWS: usize = 16 * 1024;
/// About what a transaction holds of a new entity, its properties apart.
const ENTITY_BYTES: u64 = 128;

impl Write for Create {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let len = rows.group(0).len();
        let mut memory = run.cx.reservation();
        let entities = (self.nodes.len() + self.relationships.len()) as u64;
        memory.grow(ENTITY_BYTES.saturating_mul(entities).saturating_mul(len as u64), "what it creates")?;
        if len <= CHUNK_ROWS {
            return self.create(rows, run);
        }
        let mut created = Vec::with_capacity(len / CHUNK_ROWS + 1);
        for start in (0..len).step_by(CHUNK_ROWS) {
            created.push(self.create(rows.slice(0, start, len.min(start + CHUNK_ROWS)), run)?);
        }
        Ok(concat(created))
    }
}

impl Create {
    fn create(&self, mut rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let len = rows.group(0).len();
        for node in &self.nodes {
            run.cx.check()?;
            let properties = self.properties(&node.properties, &rows, run)?;
            let mut new: Vec<NewNode> = properties
                .into_iter()
                .map(|properties| NewNode { uuid: None, labels: node.labels.clone(), properties })
                .collect();
            for computed in &node.computed {
                let at = Resident { state: run.state(), cx: run.cx };
                let names = computed.evaluate(&rows, 0, at)?;
                for (node, names) in new.iter_mut().zip(names.values()) {
                    let added = computed_names(&names, computed.span)?;
                    for label in added {
                        if !node.labels.contains(&label) {
                            node.labels.push(label);
                        }
                    }
                }
            }
            let ids = run.changes()?.create_nodes(&new)?;
            run.wrote(node.span);
            rows.set_column(0, node.variable, Vector::nodes(one_each(ids, len)));
        }
        for relationship in &self.relationships {
            run.cx.check()?;
            let properties = self.properties(&relationship.properties, &rows, run)?;
            let types = match &relationship.rel_type {
                RelType::Name(_) => None,
                RelType::Computed(of) => {
                    Some(of.evaluate(&rows, 0, Resident { state: run.state(), cx: run.cx })?)
                }
            };
            let source = EntityIds::nodes(&rows, relationship.source, 0)?;
            let target = EntityIds::nodes(&rows, relationship.target, 0)?;
            let mut new = Vec::with_capacity(len);
            for (row, properties) in properties.into_iter().enumerate() {
                let rel_type = relationship.rel_type.of_row(types.as_ref(), row)?;
                let (Some(source), Some(target)) = (source.get(row), target.get(row)) else {
                    return Err(missing_end(&rel_type).with_span(relationship.span));
                };
                new.push(NewRelationship {
                    rel_type,
                    source: NodeId(source),
                    target: NodeId(target),
                    properties,
                });
            }
            let ids = run.changes()?.create_relationships(&new).map_err(|error| match error.code() {
                // Nodes of rows were there when they were found.
                ErrorCode::EndpointMissing => deleted_entity("node").with_span(relationship.span),
                _ => error.into(),
            })?;
            run.wrote(relationship.span);
            rows.set_column(0, relationship.variable, Vector::relationships(one_each(ids, len)));
        }
        Ok(rows)
    }

    /// The properties for each row.
    fn properties(
        &self,
        properties: &Properties,
        rows: &Batch,
        run: &Run<'_>,
    ) -> Result<Vec<PropertyList>, Error> {
        let len = rows.group(0).len();
        let at = Resident { state: run.state(), cx: run.cx };
        Ok(match properties {
            Properties::None => vec![Vec::new(); len],
            Properties::Entries(entries) => {
                let mut result: Vec<PropertyList> =
                    (0..len).map(|_| Vec::with_capacity(entries.len())).collect();
                for (key, expression) in entries {
                    let values = expression.evaluate(rows, 0, at)?;
                    if self.refuses_nulls && values.has_nulls() {
                        return Err(null_property(key, expression.span));
                    }
                    for (properties, value) in result.iter_mut().zip(values.values()) {
                        properties.push((Arc::clone(key), value));
                    }
                }
                result
            }
            Properties::Map(expression) => {
                let maps = expression.evaluate(rows, 0, at)?;
                let mut result = Vec::with_capacity(len);
                for map in maps.values() {
                    let entries = map_entries(&map, expression.span)?;
                    if self.refuses_nulls
                        && let Some((key, _)) = entries.iter().find(|(_, value)| value.is_null())
                    {
                        return Err(null_property(key, expression.span));
                    }
                    result.push(entries);
                }
                result
            }
        })
    }
}

impl RelType {
    fn of_row(&self, computed: Option<&Vector>, row: usize) -> Result<Arc<str>, Error> {
        match self {
            RelType::Name(name) => Ok(Arc::clone(name)),
            RelType::Computed(of) => {
                let names = computed.map_or(Value::Null, |types| types.value(row));
                match computed_names(&names, of.span)?.as_slice() {
                    [name] => Ok(Arc::clone(name)),
                    names => Err(not_one_type(names.len(), of.span)),
                }
            }
        }
    }
}

/// The names that an expression gave: a text, or a list of texts.
pub(super) fn computed_names(value: &Value, span: Span) -> Result<Vec<Arc<str>>, Error> {
    let names = match value {
        Value::List(items) => items.iter().collect(),
        other => vec![other],
    };
    let name = |value: &Value| match value {
        Value::String(name) if !name.is_empty() => Ok(Arc::clone(name)),
        Value::String(_) => Err(no_name("an empty text", span)),
        other => Err(no_name(other.type_name(), span)),
    };
    names.into_iter().map(name).collect()
}

#[cold]
fn no_name(found: &str, span: Span) -> Error {
    Error::runtime(
        ErrorCode::Type,
        "TypeError",
        "InvalidArgumentType",
        format!("the name of a label or type is a text, not {found}"),
    )
    .with_span(span)
}

#[cold]
fn not_one_type(count: usize, span: Span) -> Error {
    Error::runtime(
        ErrorCode::Argument,
        "ArgumentError",
        "NoSingleRelationshipType",
        format!("a relationship has exactly one type, and {count} are given"),
    )
    .with_span(span)
}

/// The ids of what was created, one for each row. Where something of the graph is missing fewer may have been created; then
/// all that counts is what else is missing.
fn one_each(ids: Range<u64>, rows: usize) -> Vec<u64> {
    let mut each: Vec<u64> = ids.collect();
    each.resize(rows, u64::MAX);
    each
}

/// The entries of a map, or of nothing.
pub(super) fn map_entries(map: &Value, span: Span) -> Result<PropertyList, Error> {
    match map {
        Value::Null => Ok(Vec::new()),
        Value::Map(map) => Ok(map.iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect()),
        other => Err(Error::runtime(
            ErrorCode::Type,
            "TypeError",
            "InvalidArgumentType",
            format!("properties are given as a map, not as {}", other.type_name()),
        )
        .with_span(span)),
    }
}

#[cold]
fn null_property(key: &str, span: Span) -> Error {
    Error::runtime(
        ErrorCode::Semantic,
        "SemanticError",
        "MergeReadOwnWrites",
        format!("MERGE cannot match or create the property {key} with the value null"),
    )
    .with_hint("Leave the property out, or set it with ON CREATE SET")
    .with_span(span)
}

#[cold]
fn missing_end(rel_type: &str) -> Error {
    Error::runtime(
        ErrorCode::EndpointMissing,
        "SemanticError",
        "EndpointMissing",
        format!("a relationship of type {rel_type} cannot be created: one of its nodes is null or no node"),
    )
    .with_hint("Filter the rows where OPTIONAL MATCH found nothing")
}
