//! A row-at-a-time interpreter of logical plans, as simple as it can be: what operators are measured by.

use crate::binder::bound::{Expr, SubqueryKind, VarId};
use crate::error::Error;
use crate::eval::{CompileContext, EvalInput, Subquery, SubqueryCompiler, compile};
use crate::exec::ExecutionContext;
use crate::factor::Batch;
use crate::functions;
use crate::functions::aggregate::{Rows, accumulator};
use crate::logical::{Leg, LogicalPlan, PatternDirection, PlannedStatement, SeekBound};
use crate::vector::Vector;
use namidb_core::graph::GraphState;
use namidb_core::transaction::TargetName;
use namidb_core::value::order;
use namidb_core::{ErrorCode, NodeId, RelId, Uuid, Value};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

type Row = BTreeMap<VarId, Value>;
type Test = dyn Fn(&Value) -> bool;

/// The rows of a reading statement.
pub(super) fn interpret(
    statement: &PlannedStatement,
    state: &GraphState,
    cx: &ExecutionContext,
) -> Result<Vec<Vec<Value>>, Error> {
    let reference = Reference { state, cx, made: Cell::new(0) };
    let rows = reference.rows(&statement.plan, &Row::new())?;
    let pick = |row: Row| statement.columns.iter().map(|(_, v)| row[v].clone()).collect();
    Ok(rows.into_iter().map(pick).collect())
}

struct Reference<'a> {
    state: &'a GraphState,
    cx: &'a ExecutionContext,
    /// Rows and trails that it has made.
    made: Cell<usize>,
}

/// It makes no more of them: a few relationships between a few nodes have more trails than there is memory.
const MADE_MAX: usize = 100_000;

/// Whether the reference has given up, since there are so many rows.
pub(super) fn gave_up(error: &Error) -> bool {
    error.code() == ErrorCode::MemoryLimit
}

/// Runs subqueries by the reference too.
struct Compiler;

#[derive(Debug)]
struct ReferenceSubquery {
    kind: SubqueryKind,
    plan: LogicalPlan,
}

impl SubqueryCompiler for Compiler {
    fn compile(&self, kind: &SubqueryKind, plan: &LogicalPlan) -> Result<Arc<dyn Subquery>, Error> {
        Ok(Arc::new(ReferenceSubquery { kind: kind.clone(), plan: plan.clone() }))
    }
}

impl Subquery for ReferenceSubquery {
    fn evaluate(&self, outer: &Batch, state: &GraphState, cx: &ExecutionContext) -> Result<Vector, Error> {
        let reference = Reference { state, cx, made: Cell::new(0) };
        let mut results = Vec::new();
        for number in 0..outer.group(0).len() {
            let row: Row = outer.group(0).columns().iter().map(|(v, c)| (*v, c.value(number))).collect();
            let rows = reference.rows(&self.plan, &row)?;
            results.push(match &self.kind {
                SubqueryKind::Exists => Value::Boolean(!rows.is_empty()),
                SubqueryKind::Count => Value::Integer(rows.len() as i64),
                SubqueryKind::Collect(v) => rows.iter().map(|row| row[v].clone()).collect(),
            });
        }
        Ok(Vector::from_values(results))
    }
}

impl Reference<'_> {
    /// One more row, or one more trail.
    fn make(&self) -> Result<(), Error> {
        self.made.set(self.made.get() + 1);
        if self.made.get() <= MADE_MAX {
            return Ok(());
        }
        let message = format!("the reference makes no more than {MADE_MAX} rows");
        Err(Error::runtime(ErrorCode::MemoryLimit, "TransientError", "MemoryLimit", message))
    }

    fn value(&self, expr: &Expr, row: &Row) -> Result<Value, Error> {
        let columns = row.iter().map(|(v, value)| (*v, Vector::constant(value.clone(), 1))).collect();
        let batch = Batch::flat(1, columns);
        let evaluator = compile(expr, &CompileContext { subqueries: &Compiler })?;
        let input = EvalInput { batch: &batch, group: 0, state: self.state, cx: self.cx };
        Ok(evaluator.evaluate(&input)?.value(0))
    }

    fn number(&self, expr: &Expr) -> Result<usize, Error> {
        Ok(self.value(expr, &Row::new())?.as_integer().unwrap() as usize)
    }

    fn has_labels(&self, node: NodeId, labels: &[Arc<str>]) -> bool {
        let id = |name: &str| self.state.catalog().label(name);
        labels.iter().all(|name| id(name).is_some_and(|label| self.state.has_label(node, label)))
    }

    /// The relationships at a node that a step may take, with the nodes at their other ends.
    fn steps(&self, node: NodeId, types: &[Arc<str>], direction: PatternDirection) -> Vec<(RelId, NodeId)> {
        let mut steps = Vec::new();
        for id in self.state.live_relationships().iter().map(RelId) {
            let record = self.state.relationship(id).unwrap();
            let name = self.state.catalog().rel_type_name(record.rel_type);
            if !types.is_empty() && !types.contains(name) {
                continue;
            }
            if direction != PatternDirection::Incoming && record.source == node {
                steps.push((id, record.target));
            } else if direction != PatternDirection::Outgoing && record.target == node {
                steps.push((id, record.source));
            }
        }
        steps
    }

    fn walked(&self, row: &Row, variables: &[VarId]) -> Vec<RelId> {
        let mut walked = Vec::new();
        for value in variables.iter().map(|v| &row[v]) {
            match value {
                Value::Relationship(id) => walked.push(*id),
                Value::List(items) => walked.extend(items.iter().filter_map(|i| match i {
                    Value::Relationship(id) => Some(*id),
                    _ => None,
                })),
                _ => {}
            }
        }
        walked
    }

    fn rows(&self, plan: &LogicalPlan, outer: &Row) -> Result<Vec<Row>, Error> {
        let extended = |input: &LogicalPlan, f: &mut dyn FnMut(&Row) -> Result<Vec<Row>, Error>| {
            let mut rows = Vec::new();
            for row in self.rows(input, outer)? {
                for row in f(&row)? {
                    self.make()?;
                    rows.push(row);
                }
            }
            Ok(rows)
        };
        let nodes = |row: &Row, variable: VarId, passes: &dyn Fn(NodeId) -> bool| {
            let found = self.state.live_nodes().iter().map(NodeId).filter(|n| passes(*n));
            found.map(|node| with(row, &[(variable, Value::Node(node))])).collect::<Vec<Row>>()
        };
        match plan {
            LogicalPlan::Unit => Ok(vec![Row::new()]),
            LogicalPlan::Argument { .. } => Ok(vec![outer.clone()]),
            LogicalPlan::NodeScan { input, variable, labels, computed } => extended(input, &mut |row| {
                let names: Vec<Value> =
                    computed.iter().map(|names| self.value(names, row)).collect::<Result<_, Error>>()?;
                let mut labels = labels.clone();
                for name in names.iter().flat_map(|of| of.as_list().unwrap_or(std::slice::from_ref(of))) {
                    let Some(name) = name.as_str() else { return Ok(Vec::new()) };
                    labels.push(Arc::from(name));
                }
                Ok(nodes(row, *variable, &|n| self.has_labels(n, &labels)))
            }),
            LogicalPlan::IndexSeek { input, variable, target, keys, first, bound } => {
                extended(input, &mut |row| {
                    let TargetName::Label(label) = target else {
                        unreachable!("no index of these tests is on relationships")
                    };
                    let test = self.bound(bound, row)?;
                    let first: Vec<Value> =
                        first.iter().map(|e| self.value(e, row)).collect::<Result<_, Error>>()?;
                    Ok(nodes(row, *variable, &|node| {
                        let value = |key: &Arc<str>| {
                            let key = self.state.catalog().property_key(key);
                            key.map_or(Value::Null, |key| self.state.node_property(node, key))
                        };
                        let agrees = keys
                            .iter()
                            .zip(&first)
                            .all(|(key, wanted)| order::equals(&value(key), wanted) == Some(true));
                        let labelled = self.has_labels(node, std::slice::from_ref(label));
                        labelled && agrees && test(&value(&keys[first.len()]))
                    }))
                })
            }
            LogicalPlan::UuidSeek { input, variable, uuid } => extended(input, &mut |row| {
                let wanted = self.value(uuid, row)?;
                let wanted = wanted.as_str().and_then(|text| Uuid::try_parse(text).ok());
                Ok(nodes(row, *variable, &|n| wanted.is_some() && self.state.node_uuid(n) == wanted))
            }),
            LogicalPlan::IdSeek { input, variable, id } => extended(input, &mut |row| {
                let wanted = self.value(id, row)?;
                Ok(nodes(row, *variable, &|n| {
                    order::equals(&Value::Integer(n.0 as i64), &wanted) == Some(true)
                }))
            }),
            LogicalPlan::Expand(e) => extended(&e.input, &mut |row| {
                let Value::Node(from) = row[&e.from] else { return Ok(Vec::new()) };
                let walked = self.walked(row, &e.distinct_from);
                let mut rows = Vec::new();
                for (relationship, to) in self.steps(from, &e.types, e.direction) {
                    let bound =
                        e.relationship_bound && row[&e.relationship] != Value::Relationship(relationship);
                    let into = e.into && row[&e.to] != Value::Node(to);
                    if !bound && !into && !walked.contains(&relationship) {
                        rows.push(with(
                            row,
                            &[(e.relationship, Value::Relationship(relationship)), (e.to, Value::Node(to))],
                        ));
                    }
                }
                Ok(rows)
            }),
            LogicalPlan::HashJoin { input, build, keys } => extended(input, &mut |row| {
                let mut rows = Vec::new();
                for other in self.rows(build, &Row::new())? {
                    let mut joined = row.clone();
                    joined.extend(other);
                    let mut equal = true;
                    for (probe, key) in keys {
                        let (a, b) = (self.value(probe, &joined)?, self.value(key, &joined)?);
                        equal &= order::equals(&a, &b) == Some(true);
                    }
                    if equal {
                        rows.push(joined);
                    }
                }
                Ok(rows)
            }),
            LogicalPlan::Intersect(i) => extended(&i.input, &mut |row| {
                let steps = |leg: &Leg| {
                    let Value::Node(from) = row[&leg.from] else { return Vec::new() };
                    let walked = self.walked(row, &leg.distinct_from);
                    let mut steps = self.steps(from, &leg.types, leg.direction);
                    steps.retain(|(relationship, _)| !walked.contains(relationship));
                    steps
                };
                let mut rows = Vec::new();
                for (one, to) in steps(&i.scanned) {
                    for (other, end) in steps(&i.marked) {
                        if end == to && !(i.differ && one == other) {
                            let found = [
                                (i.to, Value::Node(to)),
                                (i.scanned.relationship, Value::Relationship(one)),
                                (i.marked.relationship, Value::Relationship(other)),
                            ];
                            rows.push(with(row, &found));
                        }
                    }
                }
                Ok(rows)
            }),
            LogicalPlan::VarExpand(e) => extended(&e.input, &mut |row| {
                let Value::Node(from) = row[&e.from] else { return Ok(Vec::new()) };
                let walked = self.walked(row, &e.distinct_from);
                let properties = match &e.properties {
                    Some(expr) => self.value(expr, row)?,
                    None => Value::Map(Arc::default()),
                };
                let Value::Map(properties) = properties else { return Ok(Vec::new()) };
                let passes = |relationship: RelId| {
                    properties.iter().all(|(key, wanted)| {
                        let key = self.state.catalog().property_key(key);
                        let value =
                            key.map_or(Value::Null, |k| self.state.relationship_property(relationship, k));
                        order::equals(&value, wanted) == Some(true)
                    })
                };
                let mut rows = Vec::new();
                let mut pending = vec![(from, Vec::<RelId>::new())];
                while let Some((node, trail)) = pending.pop() {
                    self.make()?;
                    let length = trail.len() as u64;
                    let mut list: Vec<Value> = trail.iter().map(|r| Value::Relationship(*r)).collect();
                    if e.reversed {
                        list.reverse();
                    }
                    let list = Value::List(list.into());
                    let bound = e.relationships_bound && row[&e.relationships] != list;
                    let into = e.into && row[&e.to] != Value::Node(node);
                    if length >= e.min && e.max.is_none_or(|max| length <= max) && !bound && !into {
                        rows.push(with(row, &[(e.relationships, list), (e.to, Value::Node(node))]));
                    }
                    if e.max.is_none_or(|max| length < max) {
                        for (relationship, next) in self.steps(node, &e.types, e.direction) {
                            if !trail.contains(&relationship)
                                && !walked.contains(&relationship)
                                && passes(relationship)
                            {
                                let mut longer = trail.clone();
                                longer.push(relationship);
                                pending.push((next, longer));
                            }
                        }
                    }
                }
                Ok(rows)
            }),
            LogicalPlan::Filter { input, predicates } => extended(input, &mut |row| {
                for predicate in predicates {
                    if self.value(predicate, row)? != Value::Boolean(true) {
                        return Ok(Vec::new());
                    }
                }
                Ok(vec![row.clone()])
            }),
            LogicalPlan::Extend { input, items } => extended(input, &mut |row| {
                let mut new = row.clone();
                for (variable, expr) in items {
                    new.insert(*variable, self.value(expr, row)?);
                }
                Ok(vec![new])
            }),
            LogicalPlan::Project { input, items } => extended(input, &mut |row| {
                let project = |(v, e): &(VarId, Expr)| Ok((*v, self.value(e, row)?));
                Ok(vec![items.iter().map(project).collect::<Result<Row, Error>>()?])
            }),
            LogicalPlan::Aggregate { input, keys, aggregates } => {
                let mut groups: Vec<(Row, Vec<Row>)> = Vec::new();
                if keys.is_empty() {
                    groups.push((Row::new(), Vec::new()));
                }
                for row in self.rows(input, outer)? {
                    let key = keys
                        .iter()
                        .map(|(v, e)| Ok((*v, self.value(e, &row)?)))
                        .collect::<Result<Row, Error>>()?;
                    let same =
                        |known: &Row| known.values().zip(key.values()).all(|(a, b)| order::equivalent(a, b));
                    match groups.iter_mut().find(|(known, _)| same(known)) {
                        Some((_, rows)) => rows.push(row),
                        None => groups.push((key, vec![row])),
                    }
                }
                for (result, rows) in &mut groups {
                    for item in aggregates {
                        let mut state =
                            accumulator(functions::aggregate(&item.function).unwrap(), item.distinct);
                        for row in rows.iter() {
                            let arguments = item
                                .arguments
                                .iter()
                                .map(|e| Ok(Vector::from_values(vec![self.value(e, row)?])))
                                .collect::<Result<Vec<_>, Error>>()?;
                            state.update(&Rows::ungrouped(1), &arguments)?;
                        }
                        result.insert(item.variable, state.finish(1)?.value(0));
                    }
                }
                Ok(groups.into_iter().map(|(row, _)| row).collect())
            }
            LogicalPlan::Distinct { input, variables } => {
                let mut distinct: Vec<Row> = Vec::new();
                for row in self.rows(input, outer)? {
                    let row: Row = variables.iter().map(|v| (*v, row[v].clone())).collect();
                    let same =
                        |known: &Row| known.values().zip(row.values()).all(|(a, b)| order::equivalent(a, b));
                    if !distinct.iter().any(same) {
                        distinct.push(row);
                    }
                }
                Ok(distinct)
            }
            LogicalPlan::Sort { input, keys, limit } => {
                let mut rows = Vec::new();
                for row in self.rows(input, outer)? {
                    let key =
                        keys.iter().map(|k| self.value(&k.expr, &row)).collect::<Result<Vec<_>, Error>>()?;
                    rows.push((key, row));
                }
                rows.sort_by(|(a, _), (b, _)| {
                    for ((a, b), key) in a.iter().zip(b).zip(keys) {
                        let order = order::compare(a, b);
                        if order.is_ne() {
                            return if key.descending { order.reverse() } else { order };
                        }
                    }
                    std::cmp::Ordering::Equal
                });
                let limit = limit.as_ref().map(|e| self.number(e)).transpose()?.unwrap_or(usize::MAX);
                Ok(rows.into_iter().take(limit).map(|(_, row)| row).collect())
            }
            LogicalPlan::Skip { input, count } => {
                Ok(self.rows(input, outer)?.into_iter().skip(self.number(count)?).collect())
            }
            LogicalPlan::Limit { input, count } => {
                Ok(self.rows(input, outer)?.into_iter().take(self.number(count)?).collect())
            }
            LogicalPlan::Unwind { input, list, variable } => extended(input, &mut |row| {
                Ok(match self.value(list, row)? {
                    Value::Null => Vec::new(),
                    Value::List(items) => {
                        items.iter().map(|item| with(row, &[(*variable, item.clone())])).collect()
                    }
                    other => vec![with(row, &[(*variable, other)])],
                })
            }),
            LogicalPlan::Optional { input, inner, introduced } => extended(input, &mut |row| {
                let rows = joined(row, self.rows(inner, row)?);
                if !rows.is_empty() {
                    return Ok(rows);
                }
                let mut row = row.clone();
                introduced.iter().for_each(|v| {
                    row.insert(*v, Value::Null);
                });
                Ok(vec![row])
            }),
            LogicalPlan::Apply { input, inner } => {
                extended(input, &mut |row| Ok(joined(row, self.rows(inner, row)?)))
            }
            LogicalPlan::Union { left, right, columns } => {
                let mut rows = Vec::new();
                for row in self.rows(left, outer)? {
                    rows.push(columns.iter().map(|(v, l, _)| (*v, row[l].clone())).collect());
                }
                for row in self.rows(right, outer)? {
                    rows.push(columns.iter().map(|(v, _, r)| (*v, row[r].clone())).collect());
                }
                Ok(rows)
            }
            other => panic!("the reference does not write: {other:?}"),
        }
    }

    fn bound(&self, bound: &SeekBound, row: &Row) -> Result<Box<Test>, Error> {
        Ok(match bound {
            SeekBound::Equal(e) => {
                let wanted = self.value(e, row)?;
                Box::new(move |value| order::equals(value, &wanted) == Some(true))
            }
            SeekBound::AnyOf(e) => {
                let wanted = self.value(e, row)?;
                let items = wanted.as_list().unwrap_or_default().to_vec();
                Box::new(move |value| items.iter().any(|item| order::equals(value, item) == Some(true)))
            }
            SeekBound::Range { lower, upper } => {
                let end = |e: &Option<(Expr, bool)>| {
                    e.as_ref()
                        .map(|(e, included)| Ok::<_, Error>((self.value(e, row)?, *included)))
                        .transpose()
                };
                let (lower, upper) = (end(lower)?, end(upper)?);
                Box::new(move |value| {
                    let above = lower.as_ref().is_none_or(|(end, included)| {
                        let answer = order::greater_than(value, end) == Some(true);
                        answer || *included && order::greater_or_equal(value, end) == Some(true)
                    });
                    let below = upper.as_ref().is_none_or(|(end, included)| {
                        let answer = order::less_than(value, end) == Some(true);
                        answer || *included && order::less_or_equal(value, end) == Some(true)
                    });
                    !value.is_null() && above && below
                })
            }
            SeekBound::Prefix(e) => {
                let wanted = self.value(e, row)?;
                Box::new(move |value| {
                    value.as_str().zip(wanted.as_str()).is_some_and(|(text, prefix)| text.starts_with(prefix))
                })
            }
        })
    }
}

fn with(row: &Row, new: &[(VarId, Value)]) -> Row {
    let mut row = row.clone();
    row.extend(new.iter().cloned());
    row
}

fn joined(row: &Row, inner: Vec<Row>) -> Vec<Row> {
    let join = |inner: Row| {
        let mut row = row.clone();
        row.extend(inner);
        row
    };
    inner.into_iter().map(join).collect()
}
