//! shortestPath and allShortestPaths.
//!
//! Between two known nodes both ends search towards each other, breadth first, the smaller frontier a level at a
//! time ([`search`]). Where only one end is known, one search from it finds all nodes. Conditions on each node or
//! relationship of the path are asked while searching ([`conditions`]); where the path as a whole must meet one and
//! no shortest path does, or where paths must be longer, all walks are tried, shorter ones first ([`exhaustive`]).

mod conditions;
mod exhaustive;
mod search;
mod side;

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::MemoryReservation;
use crate::exec::fan_out::{Cut, FanOut};
use crate::exec::ids::EntityIds;
use crate::exec::labels::LabelFilter;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::exec::operators::var_expand::End;
use crate::factor::Placement;
use crate::logical::PatternDirection;
use crate::physical::Expression;
use crate::vector::Vector;
use conditions::{Conditions, WholeConditions};
use namidb_core::value::Path;
use namidb_core::{NodeId, RelId, Value};
use search::Search;
use std::sync::Arc;

const HOLDER: &str = "shortest paths";

/// What to find.
#[derive(Debug)]
pub(crate) struct ShortestPath {
    /// The node that walks begin at.
    pub(crate) from: VarId,
    /// The node at the end.
    pub(crate) to: End,
    /// What the node at the end must have, where the input does not bind it.
    pub(crate) to_labels: Vec<Arc<str>>,
    /// The list of relationships, or the relationship.
    pub(crate) relationships: Column,
    /// Whether the pattern is a single relationship.
    pub(crate) single: bool,
    /// The path.
    pub(crate) path: Option<Column>,
    /// Whether list and path begin at the end of the walk.
    pub(crate) reversed: bool,
    /// The types that each relationship may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way each points.
    pub(crate) direction: PatternDirection,
    /// The fewest steps.
    pub(crate) min: u64,
    /// The most steps.
    pub(crate) max: u64,
    /// What each relationship's properties must equal.
    pub(crate) properties: Option<Expression>,
    /// Whether all shortest paths count, or one.
    pub(crate) all: bool,
    /// What must be true of each node or relationship.
    pub(crate) steps: Vec<StepCondition>,
    /// What must be true of the path as a whole.
    pub(crate) whole: Vec<Expression>,
}

/// A variable that the search may make, and whether anybody above reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) variable: VarId,
    pub(crate) read: bool,
}

/// A condition on each node or each relationship of a path.
#[derive(Debug)]
pub(crate) struct StepCondition {
    /// Whether it is about nodes; else about relationships.
    pub(crate) of_nodes: bool,
    /// Holds the node or relationship.
    pub(crate) variable: VarId,
    /// Must be true.
    pub(crate) predicate: Expression,
}

impl ShortestPath {
    /// The variables of the row that it reads.
    pub(crate) fn reads(&self) -> Vec<VarId> {
        let mut reads = vec![self.from];
        if let End::Bound(to) = self.to {
            reads.push(to);
        }
        reads.extend(self.properties.iter().flat_map(|e| e.variables()));
        for condition in &self.steps {
            reads.extend(condition.predicate.variables().iter().filter(|v| **v != condition.variable));
        }
        let own = [Some(self.relationships.variable), self.path.map(|p| p.variable)];
        let whole = self.whole.iter().flat_map(|e| e.variables()).copied();
        reads.extend(whole.filter(|v| !own.contains(&Some(*v))));
        reads.sort();
        reads.dedup();
        reads
    }
}

/// A walk from the first node to the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) nodes: Vec<u64>,
    pub(super) relationships: Vec<u64>,
}

impl Walk {
    fn at(node: u64) -> Walk {
        Walk { nodes: vec![node], relationships: Vec::new() }
    }

    fn bytes(&self) -> u64 {
        64 + 16 * self.nodes.len() as u64
    }

    /// The relationships in the order of the text.
    fn list(&self, reversed: bool) -> Value {
        let relationship = |r: &u64| Value::Relationship(RelId(*r));
        let list: Vec<Value> = if reversed {
            self.relationships.iter().rev().map(relationship).collect()
        } else {
            self.relationships.iter().map(relationship).collect()
        };
        Value::List(list.into())
    }

    /// The path in the order of the text.
    fn path(&self, reversed: bool) -> Value {
        let mut nodes: Vec<NodeId> = self.nodes.iter().map(|n| NodeId(*n)).collect();
        let mut relationships: Vec<RelId> = self.relationships.iter().map(|r| RelId(*r)).collect();
        if reversed {
            nodes.reverse();
            relationships.reverse();
        }
        Value::from(Path { nodes, relationships })
    }
}

/// Adds to each row its shortest paths.
pub(crate) struct ShortestPathTransform<'p> {
    spec: &'p ShortestPath,
    reads: Vec<VarId>,
    search: Search,
}

impl<'p> ShortestPathTransform<'p> {
    pub(crate) fn new(spec: &'p ShortestPath) -> ShortestPathTransform<'p> {
        ShortestPathTransform { spec, reads: spec.reads(), search: Search::default() }
    }
}

impl Transform for ShortestPathTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        let group = match work.batch.place(&self.reads) {
            Placement::Group(group) if Cut::new(&work.batch, group).within_row => group,
            _ => return Ok(Step::Flatten(work.batch)),
        };
        let spec = self.spec;
        let Work { batch, row: first, .. } = work;
        let Some(labels) = LabelFilter::new(&spec.to_labels, resident.state) else {
            return Ok(Step::Done(None));
        };
        let mut probe = (!labels.passes_all(resident.state)).then(|| labels.probe());
        let properties = spec.properties.as_ref().map(|e| e.evaluate(&batch, group, resident)).transpose()?;
        let from = EntityIds::nodes(&batch, spec.from, group)?;
        let ends = match spec.to {
            End::Bound(to) => Some(EntityIds::nodes(&batch, to, group)?),
            End::New(_) => None,
        };
        let mut conditions = Conditions::new(spec, &batch, group, resident)?;
        let mut whole = WholeConditions::new(spec, &batch, group, resident)?;
        let mut found = Found::new(spec, resident);
        let mut offsets = vec![0];
        let rows = batch.group(group).len();
        let mut row = first;
        while row < rows && found.len < resident.cx.batch_rows {
            resident.cx.check()?;
            if let Some(start) = from.get(row) {
                conditions.start_row(row, properties.as_ref().map(|p| p.value(row)))?;
                whole.start_row(row);
                match &ends {
                    Some(ends) => {
                        if let Some(end) = ends.get(row) {
                            self.search.between(spec, start, end, &mut conditions, &mut whole, &mut found)?;
                        }
                    }
                    None => {
                        let mut passes = |node| probe.as_mut().is_none_or(|probe| probe.passes(node));
                        self.search.from(spec, start, &mut passes, &mut conditions, &mut found)?;
                    }
                }
            }
            offsets.push(found.len as u64);
            row += 1;
        }
        let piece = Cut::new(&batch, group).piece(&batch, first, row);
        let output = FanOut { offsets, columns: found.columns() }.apply(piece, group);
        Ok(if row < rows { Step::More(output, Work { batch, row, part: 0 }) } else { Step::Done(output) })
    }
}

/// The results of a batch in the making.
pub(super) struct Found<'a> {
    spec: &'a ShortestPath,
    nodes: Vec<u64>,
    relationships: Vec<u64>,
    lists: Vec<Value>,
    paths: Vec<Value>,
    len: usize,
    memory: MemoryReservation,
}

impl<'a> Found<'a> {
    fn new(spec: &'a ShortestPath, resident: Resident<'_>) -> Found<'a> {
        Found {
            spec,
            nodes: Vec::new(),
            relationships: Vec::new(),
            lists: Vec::new(),
            paths: Vec::new(),
            len: 0,
            memory: resident.cx.reservation(),
        }
    }

    /// Whether only the ends of paths matter.
    fn wants_ends_alone(&self) -> bool {
        !self.spec.relationships.read && !self.spec.path.is_some_and(|path| path.read)
    }

    fn add(&mut self, walk: &Walk) -> Result<(), Error> {
        if let (End::New(Some(_)), Some(end)) = (self.spec.to, walk.nodes.last()) {
            self.nodes.push(*end);
        }
        if self.spec.relationships.read {
            match walk.relationships.first() {
                Some(relationship) if self.spec.single => self.relationships.push(*relationship),
                _ => self.lists.push(walk.list(self.spec.reversed)),
            }
        }
        if self.spec.path.is_some_and(|path| path.read) {
            self.paths.push(walk.path(self.spec.reversed));
        }
        self.len += 1;
        self.memory.grow(walk.bytes(), HOLDER)
    }

    fn columns(self) -> Vec<(VarId, Vector)> {
        let mut columns = Vec::with_capacity(3);
        if let End::New(Some(to)) = self.spec.to {
            columns.push((to, Vector::nodes(self.nodes)));
        }
        if self.spec.relationships.read {
            let column = if self.spec.single {
                Vector::relationships(self.relationships)
            } else {
                Vector::from_values(self.lists)
            };
            columns.push((self.spec.relationships.variable, column));
        }
        if let Some(path) = self.spec.path.filter(|path| path.read) {
            columns.push((path.variable, Vector::from_values(self.paths)));
        }
        columns
    }
}
