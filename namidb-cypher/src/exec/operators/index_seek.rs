//! The nodes of a label whose property an index finds. Without the index every node of the label is looked at.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::labels::LabelFilter;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::seek::seek;
use crate::physical::Expression;
use namidb_core::graph::{Column, PropertyIndex, SchemaTarget};
use namidb_core::value::order;
use namidb_core::{ErrorCode, Value};
use std::ops::Bound;
use std::sync::Arc;

/// What to seek.
#[derive(Debug)]
pub(crate) struct IndexSeek {
    /// The node; none if nobody reads it.
    pub(crate) variable: Option<VarId>,
    /// The index's label.
    pub(crate) label: Arc<str>,
    /// The index's property.
    pub(crate) key: Arc<str>,
    /// What is sought.
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

/// Finds nodes by a property.
pub(crate) struct IndexSeekTransform<'p>(pub(crate) &'p IndexSeek);

impl Transform for IndexSeekTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let spec = self.0;
        let state = resident.state;
        let catalog = state.catalog();
        let label = std::slice::from_ref(&spec.label);
        let (Some(id), Some(key), Some(nodes)) =
            (catalog.label(&spec.label), catalog.property_key(&spec.key), LabelFilter::new(label, state))
        else {
            return Ok(Step::Done(None));
        };
        let Some(column) = state.node_column(key) else { return Ok(Step::Done(None)) };
        let source = match state.index(SchemaTarget::Label(id), &[key]) {
            Some(index) => Source::Index(index),
            None => Source::Scan(super::node_scan::nodes(&nodes, state, 0..u64::MAX, u64::MAX).0),
        };
        let lookup = Lookup { column, source };
        match &spec.bound {
            Sought::Equal(value) => seek(work, &[value], spec.variable, resident, |values, row, out| {
                lookup.equal(&values[0].value(row), out);
                Ok(())
            }),
            Sought::AnyOf(list) => seek(work, &[list], spec.variable, resident, |values, row, out| {
                lookup.any_of(&values[0].value(row), out).map_err(|e| e.with_span(list.span))
            }),
            Sought::Range { lower, upper } => {
                let ends: Vec<&Expression> = lower.iter().chain(upper).map(|(e, _)| e).collect();
                seek(work, &ends, spec.variable, resident, |values, row, out| {
                    let mut values = values.iter().map(|v| v.value(row));
                    let mut end = |included: bool| {
                        let value = values.next().unwrap_or(Value::Null);
                        if included { Bound::Included(value) } else { Bound::Excluded(value) }
                    };
                    let lower = lower.as_ref().map_or(Bound::Unbounded, |(_, included)| end(*included));
                    let upper = upper.as_ref().map_or(Bound::Unbounded, |(_, included)| end(*included));
                    lookup.range(lower.as_ref(), upper.as_ref(), out);
                    Ok(())
                })
            }
            Sought::Prefix(text) => seek(work, &[text], spec.variable, resident, |values, row, out| {
                if let Value::String(prefix) = values[0].value(row) {
                    lookup.prefix(&prefix, out);
                }
                Ok(())
            }),
        }
    }
}

enum Source<'a> {
    Index(&'a PropertyIndex),
    /// The nodes of the label.
    Scan(Vec<u64>),
}

struct Lookup<'a> {
    column: &'a Column,
    source: Source<'a>,
}

impl Lookup<'_> {
    fn equal(&self, value: &Value, out: &mut Vec<u64>) {
        match &self.source {
            Source::Index(index) if is_simple(value) => {
                out.extend(index.equal(value));
            }
            Source::Index(index) => {
                out.extend(index.equal(value).filter(|n| self.equals(*n, value)));
            }
            Source::Scan(nodes) => out.extend(nodes.iter().filter(|n| self.equals(**n, value))),
        }
    }

    fn equals(&self, node: u64, value: &Value) -> bool {
        order::equals(&self.column.get(node), value) == Some(true)
    }

    fn any_of(&self, list: &Value, out: &mut Vec<u64>) -> Result<(), Error> {
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
            self.equal(item, out);
        }
        // Each node once, however many elements it equals.
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

    fn range(&self, lower: Bound<&Value>, upper: Bound<&Value>, out: &mut Vec<u64>) {
        let within = |node: u64| {
            let value = self.column.get(node);
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
            Source::Index(index) if simple(lower) && simple(upper) => {
                out.extend(index.range(lower, upper));
            }
            Source::Index(index) => {
                out.extend(index.range(lower, upper).filter(|n| within(*n)));
            }
            Source::Scan(nodes) => out.extend(nodes.iter().copied().filter(|n| within(*n))),
        }
    }

    fn prefix(&self, prefix: &str, out: &mut Vec<u64>) {
        match &self.source {
            Source::Index(index) => out.extend(index.prefix(prefix)),
            Source::Scan(nodes) => out.extend(nodes.iter().copied().filter(
                |node| matches!(self.column.get(*node), Value::String(text) if text.starts_with(prefix)),
            )),
        }
    }
}

/// Whether an index is exact about a value: see [`PropertyIndex::equal`].
fn is_simple(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::String(_))
}
