//! The nodes of a label, or the relationships of a type, that an index finds by their properties. Without the index
//! everybody is looked at. Either way exactly those are found of whom the predicates hold that the seek stands for:
//! no filter asks again.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::seek::{Entities, seek_entities};
use crate::physical::Expression;
use crate::vector::Vector;
use namidb_core::graph::{Column, GraphState, PropertyIndex, SchemaTarget};
use namidb_core::transaction::TargetName;
use namidb_core::value::order;
use namidb_core::{ErrorCode, PropertyKeyId, Value};
use smallvec::SmallVec;
use std::ops::Bound;
use std::sync::Arc;

/// What to seek.
#[derive(Debug)]
pub(crate) struct IndexSeek {
    /// The node or relationship; none if nobody reads it.
    pub(crate) variable: Option<VarId>,
    /// The index's label or type.
    pub(crate) target: TargetName,
    /// The index's properties.
    pub(crate) keys: Vec<Arc<str>>,
    /// What the first of them equal.
    pub(crate) first: Vec<Expression>,
    /// What is sought of the next one.
    pub(crate) bound: Sought,
}

/// What an index seek looks for: see [`crate::logical::SeekBound`].
#[derive(Debug)]
pub(crate) enum Sought {
    Equal(Expression),
    AnyOf(Expression),
    Range { lower: Option<(Expression, bool)>, upper: Option<(Expression, bool)> },
    Prefix(Expression),
}

/// Finds nodes or relationships by their properties.
pub(crate) struct IndexSeekTransform<'p>(pub(crate) &'p IndexSeek);

impl Transform for IndexSeekTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let spec = self.0;
        let Some(lookup) = Lookup::new(spec, resident.state) else { return Ok(Step::Done(None)) };
        let entities: Entities = match spec.target {
            TargetName::Label(_) => Vector::nodes,
            TargetName::RelType(_) => Vector::relationships,
        };
        let variable = spec.variable.map(|v| (v, entities));
        let mut values: SmallVec<[&Expression; 4]> = spec.first.iter().collect();
        match &spec.bound {
            Sought::Equal(value) | Sought::AnyOf(value) | Sought::Prefix(value) => values.push(value),
            Sought::Range { lower, upper } => values.extend(lower.iter().chain(upper).map(|(e, _)| e)),
        }
        let count = spec.first.len();
        seek_entities(work, &values, variable, resident, |vectors, row, out| {
            let first: Vec<Value> = vectors[..count].iter().map(|vector| vector.value(row)).collect();
            let mut sought = vectors[count..].iter().map(|vector| vector.value(row));
            let mut next = || sought.next().unwrap_or(Value::Null);
            match &spec.bound {
                Sought::Equal(_) => lookup.equal(&first, &next(), out),
                Sought::AnyOf(list) => {
                    lookup.any_of(&first, &next(), out).map_err(|e| e.with_span(list.span))?;
                }
                Sought::Range { lower, upper } => {
                    let mut end = |included: bool| {
                        if included { Bound::Included(next()) } else { Bound::Excluded(next()) }
                    };
                    let lower = lower.as_ref().map_or(Bound::Unbounded, |(_, included)| end(*included));
                    let upper = upper.as_ref().map_or(Bound::Unbounded, |(_, included)| end(*included));
                    lookup.range(&first, lower.as_ref(), upper.as_ref(), out);
                }
                Sought::Prefix(_) => {
                    if let Value::String(prefix) = next() {
                        lookup.prefix(&first, &prefix, out);
                    }
                }
            }
            Ok(())
        })
    }
}

enum Source<'a> {
    /// An index on the property that is sought alone.
    Single(&'a PropertyIndex),
    /// An index on several properties.
    Tuples(&'a PropertyIndex),
    /// Everybody of the label or type.
    Scan(Vec<u64>),
}

struct Lookup<'a> {
    /// The columns of the properties that are equal to something.
    first: Vec<&'a Column>,
    /// That of the one after them.
    column: &'a Column,
    source: Source<'a>,
}

impl<'a> Lookup<'a> {
    /// None if nobody has the label or type, or one of the properties.
    fn new(spec: &IndexSeek, state: &'a GraphState) -> Option<Lookup<'a>> {
        let catalog = state.catalog();
        let target = match &spec.target {
            TargetName::Label(label) => SchemaTarget::Label(catalog.label(label)?),
            TargetName::RelType(rel_type) => SchemaTarget::RelType(catalog.rel_type(rel_type)?),
        };
        let keys: Option<SmallVec<[PropertyKeyId; 4]>> =
            spec.keys.iter().map(|key| catalog.property_key(key)).collect();
        let keys = keys?;
        let column = |key: &PropertyKeyId| match target {
            SchemaTarget::Label(_) => state.node_column(*key),
            SchemaTarget::RelType(_) => state.relationship_column(*key),
        };
        let first: Option<Vec<&Column>> = keys.iter().take(spec.first.len()).map(column).collect();
        let source = match state.index(target, &keys) {
            Some(index) if keys.len() == 1 => Source::Single(index),
            Some(index) => Source::Tuples(index),
            None => {
                let mut all: Vec<u64> = state.covered_ids(target).collect();
                all.sort_unstable();
                Source::Scan(all)
            }
        };
        Some(Lookup { first: first?, column: keys.get(spec.first.len()).and_then(column)?, source })
    }

    /// Whether the first properties are equal to these values.
    fn agrees(&self, id: u64, first: &[Value]) -> bool {
        self.first
            .iter()
            .zip(first)
            .all(|(column, value)| order::equals(&column.get(id), value) == Some(true))
    }

    fn equal(&self, first: &[Value], value: &Value, out: &mut Vec<u64>) {
        let equals = |id: &u64| order::equals(&self.column.get(*id), value) == Some(true);
        match &self.source {
            Source::Single(index) if is_simple(value) => out.extend(index.equal(value)),
            Source::Single(index) => out.extend(index.equal(value).filter(equals)),
            Source::Tuples(index) => {
                if !value.is_null() && !first.iter().any(Value::is_null) {
                    let whole = [first, std::slice::from_ref(value)].concat();
                    let found = index.tuples(&whole, Bound::Unbounded, Bound::Unbounded);
                    out.extend(found.filter(|id| equals(id) && self.agrees(*id, first)));
                }
            }
            Source::Scan(all) => {
                out.extend(all.iter().copied().filter(|id| equals(id) && self.agrees(*id, first)));
            }
        }
    }

    fn any_of(&self, first: &[Value], list: &Value, out: &mut Vec<u64>) -> Result<(), Error> {
        let items = match list {
            Value::Null => return Ok(()),
            Value::List(items) => items,
            other => {
                return Err(Error::runtime(
                    ErrorCode::Type,
                    "TypeError",
                    "InvalidArgumentType",
                    format!("IN takes a list, not {}", other.type_name()),
                ));
            }
        };
        let before = out.len();
        for item in items.iter() {
            self.equal(first, item, out);
        }
        // Each once, however many elements it equals.
        if items.len() > 1 {
            out[before..].sort_unstable();
            let mut kept = before;
            for at in before..out.len() {
                if at == before || out[at] != out[kept - 1] {
                    out[kept] = out[at];
                    kept += 1;
                }
            }
            out.truncate(kept);
        }
        Ok(())
    }

    fn range(&self, first: &[Value], lower: Bound<&Value>, upper: Bound<&Value>, out: &mut Vec<u64>) {
        let within = |id: &u64| {
            let value = self.column.get(*id);
            let above = match lower {
                Bound::Unbounded => Some(!value.is_null()),
                Bound::Included(end) => order::greater_or_equal(&value, end),
                Bound::Excluded(end) => order::greater_than(&value, end),
            };
            let below = match upper {
                Bound::Unbounded => Some(!value.is_null()),
                Bound::Included(end) => order::less_or_equal(&value, end),
                Bound::Excluded(end) => order::less_than(&value, end),
            };
            above == Some(true) && below == Some(true)
        };
        let simple = |end: Bound<&Value>| match end {
            Bound::Unbounded => true,
            Bound::Included(value) | Bound::Excluded(value) => is_simple(value),
        };
        match &self.source {
            Source::Single(index) if simple(lower) && simple(upper) => {
                out.extend(index.range(lower, upper));
            }
            Source::Single(index) => out.extend(index.range(lower, upper).filter(within)),
            Source::Tuples(index) => {
                if !first.iter().any(Value::is_null) {
                    let found = index.tuples(first, lower, upper);
                    out.extend(found.filter(|id| within(id) && self.agrees(*id, first)));
                }
            }
            Source::Scan(all) => {
                out.extend(all.iter().copied().filter(|id| within(id) && self.agrees(*id, first)));
            }
        }
    }

    fn prefix(&self, first: &[Value], prefix: &str, out: &mut Vec<u64>) {
        match &self.source {
            Source::Single(index) => out.extend(index.prefix(prefix)),
            Source::Tuples(index) => {
                if !first.iter().any(Value::is_null) {
                    let found = index.tuples_with_prefix(first, prefix);
                    out.extend(found.filter(|id| self.agrees(*id, first)));
                }
            }
            Source::Scan(all) => {
                let begins =
                    |id: &u64| matches!(self.column.get(*id), Value::String(t) if t.starts_with(prefix));
                out.extend(all.iter().copied().filter(|id| begins(id) && self.agrees(*id, first)));
            }
        }
    }
}

/// Whether an index is exact about a value: see [`PropertyIndex::equal`].
fn is_simple(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::String(_))
}
