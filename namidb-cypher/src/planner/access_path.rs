//! Ways to find a node that no relationship leads to yet, or a relationship that no node leads to.

use super::cardinality::{Indexed, Statistics};
use super::query_graph::{GraphEdge, GraphNode, QueryGraph};
use crate::binder::bound::{CompareOp, Expr, ExprKind, StringOp, VarId};
use crate::logical::SeekBound;
use crate::syntax::span::Span;
use namidb_core::Value;
use namidb_core::hash::HashSet;
use namidb_core::transaction::TargetName;
use std::sync::Arc;

/// How a node is found, and which predicates the way answers in full.
#[derive(Clone, Debug)]
pub(super) struct Access {
    /// The way.
    pub kind: AccessKind,
    /// Positions of the predicates that need no filter any more.
    pub answered: Vec<usize>,
    /// How many nodes it finds for one row, by estimate.
    pub rows: f64,
}

/// How a node is found.
#[derive(Clone, Debug)]
pub(super) enum AccessKind {
    /// All nodes with its labels.
    Scan,
    /// By its public id; of a list if it is `IN`.
    Uuid {
        /// The id, or the list.
        operand: Expr,
        /// Whether it is a list.
        any_of: bool,
    },
    /// By its dense id; of a list if it is `IN`.
    Id {
        /// The id, or the list.
        operand: Expr,
        /// Whether it is a list.
        any_of: bool,
    },
    /// By an index on one of its labels, or on its type.
    Index {
        /// The label or type.
        target: TargetName,
        /// The index's properties.
        keys: Vec<Arc<str>>,
        /// What the first of them equal.
        first: Vec<Expr>,
        /// What is sought of the next one.
        bound: SeekBound,
    },
    /// By a table of all nodes with its labels, by what the row's values must equal.
    Table {
        /// Over the row, and over the node.
        keys: Vec<(Expr, Expr)>,
    },
}

/// What a predicate says of one node or relationship alone, and other variables that it compares with.
#[derive(Debug)]
pub(super) struct Seekable {
    /// The position of the predicate.
    predicate: usize,
    /// What of it the predicate is about.
    subject: Subject,
    /// How it compares.
    relation: Relation,
    /// What it compares with.
    operand: Expr,
    /// The variables that the operand needs.
    needs: Vec<VarId>,
}

#[derive(Clone, PartialEq, Debug)]
enum Subject {
    Uuid,
    Id,
    Property(Arc<str>),
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Relation {
    Compare(CompareOp),
    AnyOf,
    Prefix,
    /// It is not null: nothing to seek, but who is found has it.
    Present,
}

/// What the predicates of a graph say of one of its nodes or relationships that a seek could use.
pub(super) fn seekables(graph: &QueryGraph, variable: VarId) -> Vec<Seekable> {
    let mut found = Vec::new();
    for (predicate, expr) in graph.predicates.iter().enumerate() {
        let mut consider = |left: &Expr, right: &Expr, relation: Relation| {
            if let Some(subject) = subject(left, variable)
                && !right.is_volatile()
            {
                let needs = right.free_variables();
                if !needs.contains(&variable) {
                    found.push(Seekable { predicate, subject, relation, operand: right.clone(), needs });
                }
            }
        };
        match &expr.kind {
            ExprKind::Compare { op, left, right } if *op != CompareOp::NotEqual => {
                consider(left, right, Relation::Compare(*op));
                consider(right, left, Relation::Compare(mirrored(*op)));
            }
            ExprKind::In { item, list } => consider(item, list, Relation::AnyOf),
            ExprKind::StringMatch { op: StringOp::StartsWith, text, pattern } => {
                consider(text, pattern, Relation::Prefix);
            }
            ExprKind::IsNull { operand, negated: true } => {
                if let Some(subject) = subject(operand, variable) {
                    let (relation, operand) = (Relation::Present, (**operand).clone());
                    found.push(Seekable { predicate, subject, relation, operand, needs: Vec::new() });
                }
            }
            ExprKind::Or(terms) => {
                if let Some((item, list)) = one_of(terms, variable, expr.span) {
                    consider(item, &list, Relation::AnyOf);
                }
            }
            _ => {}
        }
    }
    found
}

/// `n.key = a OR n.key = b` as `n.key` and `[a, b]`.
fn one_of(terms: &[Expr], node: VarId, span: Span) -> Option<(&Expr, Expr)> {
    let mut of: Option<&Expr> = None;
    let mut items = Vec::with_capacity(terms.len());
    for term in terms {
        let ExprKind::Compare { op: CompareOp::Equal, left, right } = &term.kind else { return None };
        let (item, value) = if subject(left, node).is_some() { (left, right) } else { (right, left) };
        if subject(item, node).is_none() || of.is_some_and(|of| !of.same_as(item)) {
            return None;
        }
        of = Some(item);
        items.push((**value).clone());
    }
    Some((of?, Expr { kind: ExprKind::List(items), span }))
}

/// What the predicates of a graph say that one of its nodes has in common with other variables: over those, and over the
/// node.
pub(super) fn shared_values(graph: &QueryGraph, node: VarId) -> Vec<(Expr, Expr)> {
    let mut found = Vec::new();
    for predicate in &graph.predicates {
        let ExprKind::Compare { op: CompareOp::Equal, left, right } = &predicate.kind else { continue };
        for (outer, inner) in [(left, right), (right, left)] {
            let needs = outer.free_variables();
            if inner.free_variables() == [node]
                && !needs.is_empty()
                && !needs.contains(&node)
                && !outer.is_volatile()
                && !inner.is_volatile()
            {
                found.push(((**outer).clone(), (**inner).clone()));
            }
        }
    }
    found
}

/// A table of a node's labels by the values that it shares with what the row has; none if it shares none.
pub(super) fn table(
    statistics: &Statistics<'_>,
    node: &GraphNode,
    shared: &[(Expr, Expr)],
    bound: &HashSet<VarId>,
) -> Option<Access> {
    let usable = |(outer, _): &&(Expr, Expr)| outer.free_variables().iter().all(|v| bound.contains(v));
    let keys: Vec<(Expr, Expr)> = shared.iter().filter(usable).cloned().collect();
    if keys.is_empty() {
        return None;
    }
    let rows = keys.iter().fold(statistics.labelled(&node.labels), |rows, (_, inner)| {
        rows * statistics.equality(&node.labels, inner)
    });
    Some(Access { kind: AccessKind::Table { keys }, answered: Vec::new(), rows })
}

/// The way that finds the fewest nodes, given the variables that the row has.
pub(super) fn best_access(
    statistics: &Statistics<'_>,
    node: &GraphNode,
    seekables: &[Seekable],
    bound: &HashSet<VarId>,
) -> Access {
    let usable: Vec<&Seekable> =
        seekables.iter().filter(|s| s.needs.iter().all(|v| bound.contains(v))).collect();
    let mut best =
        Access { kind: AccessKind::Scan, answered: Vec::new(), rows: statistics.labelled(&node.labels) };
    for seekable in &usable {
        let candidate = match &seekable.subject {
            Subject::Uuid => by_id(seekable, |operand, any_of| AccessKind::Uuid { operand, any_of }),
            Subject::Id => by_id(seekable, |operand, any_of| AccessKind::Id { operand, any_of }),
            Subject::Property(_) => None,
        };
        if let Some(candidate) = candidate
            && candidate.rows < best.rows
        {
            best = candidate;
        }
    }
    if usable.iter().any(|s| matches!(s.subject, Subject::Property(_))) {
        let targets: Vec<TargetName> = node.labels.iter().cloned().map(TargetName::Label).collect();
        if let Some(candidate) = best_index(statistics, &targets, seekables, &usable)
            && candidate.rows < best.rows
        {
            best = candidate;
        }
    }
    best
}

/// The way by an index on its type to a relationship, given the variables that the row has; none if no index helps.
pub(super) fn edge_access(
    statistics: &Statistics<'_>,
    edge: &GraphEdge,
    seekables: &[Seekable],
    bound: &HashSet<VarId>,
) -> Option<Access> {
    let ([rel_type], None) = (edge.pattern.types.as_slice(), edge.pattern.length) else { return None };
    let usable: Vec<&Seekable> =
        seekables.iter().filter(|s| s.needs.iter().all(|v| bound.contains(v))).collect();
    if !usable.iter().any(|s| matches!(s.subject, Subject::Property(_))) {
        return None;
    }
    best_index(statistics, &[TargetName::RelType(Arc::clone(rel_type))], seekables, &usable)
}

fn best_index(
    statistics: &Statistics<'_>,
    targets: &[TargetName],
    all: &[Seekable],
    usable: &[&Seekable],
) -> Option<Access> {
    let indexes = statistics.indexes(targets).into_iter();
    let found = indexes.filter_map(|indexed| by_index(&indexed, all, usable));
    found.min_by(|a, b| a.rows.total_cmp(&b.rows))
}

fn by_id(seekable: &Seekable, kind: impl Fn(Expr, bool) -> AccessKind) -> Option<Access> {
    let any_of = match seekable.relation {
        Relation::Compare(CompareOp::Equal) => false,
        Relation::AnyOf => true,
        _ => return None,
    };
    let rows = if any_of { elements(&seekable.operand) } else { 1.0 };
    let answered = vec![seekable.predicate];
    Some(Access { kind: kind(seekable.operand.clone(), any_of), answered, rows: rows * 0.9 })
}

/// What predicates say of the first properties of an index, as far as they are equal to something and one beyond.
fn by_index(indexed: &Indexed<'_>, all: &[Seekable], usable: &[&Seekable]) -> Option<Access> {
    let Indexed { target, keys, index } = indexed;
    let is = |s: &Seekable, key: &Arc<str>, relation: Relation| {
        s.relation == relation && matches!(&s.subject, Subject::Property(k) if k == key)
    };
    let equal = Relation::Compare(CompareOp::Equal);
    let find = |key: &Arc<str>, relation: Relation| usable.iter().copied().find(|s| is(s, key, relation));
    let mut equals: Vec<&Seekable> = keys.iter().map_while(|key| find(key, equal)).collect();
    let entries = index.len() as f64 + 1.0;
    let each = Statistics::nodes_per_value(index);
    let mut answered = Vec::new();
    let (bound, rows) = match keys.get(equals.len()) {
        // All of them are equal to something.
        None => {
            let last = equals.pop()?;
            answered.push(last.predicate);
            (SeekBound::Equal(last.operand.clone()), each)
        }
        Some(key) => {
            let before = if equals.is_empty() { entries } else { indexed.share(equals.len()) };
            let range = || {
                usable
                    .iter()
                    .copied()
                    .find(|s| is_end(s) && matches!(&s.subject, Subject::Property(k) if k == key))
            };
            if let Some(list) = find(key, Relation::AnyOf) {
                let each = indexed.share(equals.len() + 1);
                let rows = (elements(&list.operand) * each).min(before);
                match ends_of(&list.operand) {
                    // Numbers between two integers are found as well: the predicate is still to be asked.
                    Some(bound) => (bound, rows),
                    None => {
                        answered.push(list.predicate);
                        (SeekBound::AnyOf(list.operand.clone()), rows)
                    }
                }
            } else if let Some(text) = find(key, Relation::Prefix) {
                answered.push(text.predicate);
                (SeekBound::Prefix(text.operand.clone()), before * 0.1)
            } else if let Some(end) = range() {
                let (bound, closed) = range_of(end, usable, &mut answered);
                (bound, if closed { before * 0.1 } else { before * 0.3 })
            } else {
                let last = equals.pop()?;
                answered.push(last.predicate);
                (SeekBound::Equal(last.operand.clone()), before)
            }
        }
    };
    // Only who has all the properties is in the index, so there must be a predicate that asks for each.
    let sought = equals.len() + 1;
    let asked = |key: &Arc<str>| all.iter().any(|s| matches!(&s.subject, Subject::Property(k) if k == key));
    if !keys.iter().skip(sought).all(asked) {
        return None;
    }
    answered.extend(equals.iter().map(|s| s.predicate));
    let first = equals.iter().map(|s| s.operand.clone()).collect();
    let kind = AccessKind::Index { target: target.clone(), keys: keys.clone(), first, bound };
    Some(Access { kind, answered, rows })
}

fn is_end(seekable: &Seekable) -> bool {
    use CompareOp::{Greater, GreaterOrEqual, Less, LessOrEqual};
    matches!(seekable.relation, Relation::Compare(Greater | GreaterOrEqual | Less | LessOrEqual))
}

/// The range that a comparison opens, and another one closes if there is one; and whether there is.
fn range_of(seekable: &Seekable, usable: &[&Seekable], answered: &mut Vec<usize>) -> (SeekBound, bool) {
    let Relation::Compare(op) = seekable.relation else {
        return (SeekBound::Range { lower: None, upper: None }, false);
    };
    answered.push(seekable.predicate);
    let is_lower = matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual);
    let this = (seekable.operand.clone(), matches!(op, CompareOp::GreaterOrEqual | CompareOp::LessOrEqual));
    let other = usable.iter().find(|s| s.subject == seekable.subject && closes(op, s.relation));
    answered.extend(other.map(|s| s.predicate));
    let closed = other.is_some();
    let other = other.map(|s| {
        let inclusive =
            matches!(s.relation, Relation::Compare(CompareOp::GreaterOrEqual | CompareOp::LessOrEqual));
        (s.operand.clone(), inclusive)
    });
    let bound = if is_lower {
        SeekBound::Range { lower: Some(this), upper: other }
    } else {
        SeekBound::Range { lower: other, upper: Some(this) }
    };
    (bound, closed)
}

/// Whether the second comparison is the other end of a range that the first one opens.
fn closes(op: CompareOp, other: Relation) -> bool {
    let Relation::Compare(other) = other else { return false };
    let is_lower = |op| matches!(op, CompareOp::Greater | CompareOp::GreaterOrEqual);
    let is_upper = |op| matches!(op, CompareOp::Less | CompareOp::LessOrEqual);
    is_lower(op) && is_upper(other) || is_upper(op) && is_lower(other)
}

/// What lies between the ends of a call of `range()` whose direction is known: its integers, which may be too many to
/// be sought one by one, and what is no integer.
fn ends_of(list: &Expr) -> Option<SeekBound> {
    let ascends = match list.kind.as_range()? {
        [_, _] => true,
        [_, _, Expr { kind: ExprKind::Literal(Value::Integer(step)), .. }] if *step != 0 => *step > 0,
        _ => return None,
    };
    let element = |position: i64| {
        let index = Box::new(Expr { kind: ExprKind::Literal(Value::Integer(position)), span: list.span });
        Expr { kind: ExprKind::Index { base: Box::new(list.clone()), index }, span: list.span }
    };
    let (lowest, highest) = if ascends { (element(0), element(-1)) } else { (element(-1), element(0)) };
    Some(SeekBound::Range { lower: Some((lowest, true)), upper: Some((highest, true)) })
}

/// How many elements a list has, as far as the text tells.
fn elements(list: &Expr) -> f64 {
    const UNKNOWN: f64 = 10.0;
    let literal = |e: &Expr| match &e.kind {
        ExprKind::Literal(value) => value.as_integer(),
        _ => None,
    };
    match (&list.kind, list.kind.as_range()) {
        (ExprKind::List(items), _) => items.len() as f64,
        (_, Some([first, last])) => match (literal(first), literal(last)) {
            (Some(first), Some(last)) => (last as f64 - first as f64 + 1.0).max(0.0),
            _ => UNKNOWN,
        },
        _ => UNKNOWN,
    }
}

fn subject(expr: &Expr, node: VarId) -> Option<Subject> {
    match &expr.kind {
        ExprKind::Property { base, key } if base.is_variable(node) => {
            Some(Subject::Property(Arc::clone(key)))
        }
        ExprKind::Function { name, arguments } => match (&**name, arguments.as_slice()) {
            ("elementid", [argument]) if argument.is_variable(node) => Some(Subject::Uuid),
            ("id", [argument]) if argument.is_variable(node) => Some(Subject::Id),
            _ => None,
        },
        _ => None,
    }
}

fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        same => same,
    }
}
