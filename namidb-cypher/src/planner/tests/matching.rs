//! Patterns against a model: every match is found by trying everything, in the order of the text. The same
//! statement, planned with the statistics of several graphs, must find the same.

use crate::exec::test_runtime::StillRuntime;
use crate::exec::{ExecutionContext, execute};
use crate::planner::prepare;
use namidb_core::graph::GraphState;
use namidb_core::graph::op::{IndexKind, NameKind, NameRef, NodeRef, Op, TargetRef};
use namidb_core::{Seq, Value};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::sync::Arc;
use uuid::Uuid;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const TYPES: [&str; 2] = ["R", "S"];
/// Beyond so many matches an example says nothing more.
const ROWS_MAX: usize = 3_000;

#[derive(Clone, Debug)]
struct Node {
    /// Bit 0 is `A`, bit 1 is `B`.
    labels: u8,
    x: Option<i64>,
}

#[derive(Clone, Debug)]
struct Relationship {
    rel_type: usize,
    source: usize,
    target: usize,
    y: i64,
}

#[derive(Clone, Debug)]
struct Graph {
    nodes: Vec<Node>,
    relationships: Vec<Relationship>,
}

impl Graph {
    fn state(&self, index: bool) -> GraphState {
        let mut ops = Vec::new();
        let names = [
            (NameKind::Label, &["A", "B"][..]),
            (NameKind::RelType, &TYPES),
            (NameKind::PropertyKey, &["x", "y"]),
        ];
        for (kind, names) in names {
            ops.extend(names.iter().map(|name| Op::DefineName { kind, name: Arc::from(*name) }));
        }
        if index {
            let (label, key) = (NameRef::New(0), NameRef::New(0));
            let target = TargetRef::Label(label);
            ops.push(Op::CreateIndex {
                name: Arc::from("ax"),
                kind: IndexKind::Range,
                target,
                keys: vec![key],
            });
        }
        for (number, node) in self.nodes.iter().enumerate() {
            ops.push(Op::CreateNode {
                uuid: Uuid::from_u128(number as u128 + 1),
                labels: (0..2).filter(|bit| node.labels >> bit & 1 == 1).map(NameRef::New).collect(),
                properties: node.x.map(|x| (NameRef::New(0), Value::Integer(x))).into_iter().collect(),
            });
        }
        for r in &self.relationships {
            ops.push(Op::CreateRelationship {
                rel_type: NameRef::New(r.rel_type as u32),
                source: NodeRef::New(r.source as u64),
                target: NodeRef::New(r.target as u64),
                properties: vec![(NameRef::New(1), Value::Integer(r.y))],
            });
        }
        let mut state = GraphState::empty();
        state.apply_transaction(&ops, Seq(1)).unwrap();
        state
    }
}

#[derive(Clone, Debug)]
struct NodePattern {
    name: Option<usize>,
    labels: u8,
    x: Option<i64>,
}

#[derive(Clone, Debug)]
struct RelationshipPattern {
    /// 0 is `-->`, 1 is `<--`, 2 is `--`.
    direction: u8,
    /// Bit 0 is `R`, bit 1 is `S`; none means any.
    types: u8,
    length: Option<(usize, usize)>,
    y: Option<i64>,
}

#[derive(Clone, Debug)]
struct Part {
    start: NodePattern,
    steps: Vec<(RelationshipPattern, NodePattern)>,
}

/// `NAMES[left].x op right`, where right is a constant or the `x` of another name.
#[derive(Clone, Debug)]
struct Condition {
    left: usize,
    op: usize,
    right: Result<i64, usize>,
}

const OPS: [&str; 5] = ["=", "<", ">=", "IN", "OR"];

#[derive(Clone, Debug)]
struct Clause {
    optional: bool,
    parts: Vec<Part>,
    conditions: Vec<Condition>,
}

impl Clause {
    fn names(&self) -> Vec<usize> {
        let nodes =
            self.parts.iter().flat_map(|p| std::iter::once(&p.start).chain(p.steps.iter().map(|s| &s.1)));
        nodes.filter_map(|n| n.name).collect()
    }

    fn width(&self) -> usize {
        self.parts.iter().map(|p| p.steps.len()).sum()
    }
}

/// The statement, and the names that it returns.
fn text(clauses: &[Clause]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut number = 0;
    let mut known: Vec<usize> = Vec::new();
    let mut columns = Vec::new();
    for clause in clauses {
        text.push_str(if clause.optional { "OPTIONAL MATCH " } else { "MATCH " });
        for (position, part) in clause.parts.iter().enumerate() {
            text.push_str(if position > 0 { ", " } else { "" });
            node_text(&mut text, &part.start);
            for (r, node) in &part.steps {
                let types: Vec<&str> =
                    (0..2).filter(|bit| r.types >> bit & 1 == 1).map(|bit| TYPES[bit]).collect();
                let types = if types.is_empty() { String::new() } else { format!(":{}", types.join("|")) };
                let length = r.length.map(|(min, max)| format!("*{min}..{max}")).unwrap_or_default();
                let y = r.y.map(|y| format!(" {{y: {y}}}")).unwrap_or_default();
                let (left, right) = [("-", "->"), ("<-", "-"), ("-", "-")][usize::from(r.direction)];
                let _ = write!(text, "{left}[r{number}{types}{length}{y}]{right}");
                columns.push(match r.length {
                    None => format!("id(r{number})"),
                    Some(_) => format!("[one IN r{number} | id(one)]"),
                });
                node_text(&mut text, node);
                number += 1;
            }
        }
        known.extend(clause.names());
        let conditions = clause.conditions.iter().filter(|c| speaks_of(c, &known));
        let shown: Vec<String> = conditions
            .map(|c| match (OPS[c.op], c.right) {
                ("IN", Ok(x)) => format!("{}.x IN [{x}, 0]", NAMES[c.left]),
                ("IN", Err(other)) => format!("{}.x IN [{}.x]", NAMES[c.left], NAMES[other]),
                ("OR", Ok(x)) => format!("({name}.x = {x} OR 0 = {name}.x)", name = NAMES[c.left]),
                ("OR", Err(other)) => {
                    format!("({name}.x = {}.x OR {name}.x = 0)", NAMES[other], name = NAMES[c.left])
                }
                (op, Ok(x)) => format!("{}.x {op} {x}", NAMES[c.left]),
                (op, Err(other)) => format!("{}.x {op} {}.x", NAMES[c.left], NAMES[other]),
            })
            .collect();
        if !shown.is_empty() {
            let _ = write!(text, " WHERE {}", shown.join(" AND "));
        }
        text.push(' ');
    }
    known.sort_unstable();
    known.dedup();
    let nodes = known.iter().map(|name| format!("id({})", NAMES[*name]));
    let columns: Vec<String> = nodes.chain(columns).chain(["1".to_owned()]).collect();
    let _ = write!(text, "RETURN {}", columns.join(", "));
    (text, known)
}

fn speaks_of(condition: &Condition, known: &[usize]) -> bool {
    known.contains(&condition.left) && condition.right.is_ok_or(|other| known.contains(&other))
}

trait OkOr<E> {
    fn is_ok_or(&self, f: impl FnOnce(E) -> bool) -> bool;
}

impl OkOr<usize> for Result<i64, usize> {
    fn is_ok_or(&self, f: impl FnOnce(usize) -> bool) -> bool {
        match self {
            Ok(_) => true,
            Err(other) => f(*other),
        }
    }
}

fn node_text(text: &mut String, node: &NodePattern) {
    text.push('(');
    text.push_str(node.name.map_or("", |name| NAMES[name]));
    for (bit, label) in [":A", ":B"].into_iter().enumerate() {
        text.push_str(if node.labels >> bit & 1 == 1 { label } else { "" });
    }
    if let Some(x) = node.x {
        let _ = write!(text, " {{x: {x}}}");
    }
    text.push(')');
}

/// What names stand for so far: not yet anything, null, or something.
#[derive(Clone, Debug, Default)]
struct Found {
    nodes: [Option<Option<usize>>; 4],
    relationships: Vec<Option<Result<usize, Vec<usize>>>>,
}

struct Model<'a> {
    graph: &'a Graph,
    clause: &'a Clause,
    known: Vec<usize>,
    out: Vec<Found>,
}

impl Model<'_> {
    fn fits(&self, pattern: &NodePattern, node: usize, found: &Found) -> bool {
        let is = &self.graph.nodes[node];
        let bound = pattern.name.and_then(|name| found.nodes[name]);
        is.labels & pattern.labels == pattern.labels
            && pattern.x.is_none_or(|x| is.x == Some(x))
            && bound.is_none_or(|b| b == Some(node))
    }

    fn part(&mut self, part: usize, found: &Found, used: &[usize]) {
        if self.out.len() > ROWS_MAX {
            return;
        }
        let Some(pattern) = self.clause.parts.get(part) else {
            if self
                .clause
                .conditions
                .iter()
                .filter(|c| speaks_of(c, &self.known))
                .all(|c| self.holds(c, found))
            {
                self.out.push(found.clone());
            }
            return;
        };
        for node in 0..self.graph.nodes.len() {
            if self.fits(&pattern.start, node, found) {
                let found = bind(found, &pattern.start, node);
                self.step(part, 0, node, &found, used);
            }
        }
    }

    fn step(&mut self, part: usize, step: usize, at: usize, found: &Found, used: &[usize]) {
        let clause = self.clause;
        let Some((pattern, node)) = clause.parts[part].steps.get(step) else {
            self.part(part + 1, found, used);
            return;
        };
        let mut walks = Vec::new();
        let (min, max) = pattern.length.unwrap_or((1, 1));
        self.walks(pattern, at, (min, max), &mut Vec::new(), used, &mut walks);
        for (walk, end) in walks {
            if self.fits(node, end, found) {
                let mut found = bind(found, node, end);
                let used: Vec<usize> = used.iter().chain(&walk).copied().collect();
                found.relationships.push(Some(match pattern.length {
                    None => Ok(walk[0]),
                    Some(_) => Err(walk),
                }));
                self.step(part, step + 1, end, &found, &used);
            }
        }
    }

    fn walks(
        &self,
        pattern: &RelationshipPattern,
        at: usize,
        (min, max): (usize, usize),
        walk: &mut Vec<usize>,
        used: &[usize],
        out: &mut Vec<(Vec<usize>, usize)>,
    ) {
        if walk.len() >= min {
            out.push((walk.clone(), at));
        }
        if walk.len() == max {
            return;
        }
        for (id, r) in self.graph.relationships.iter().enumerate() {
            let fits = (pattern.types == 0 || pattern.types >> r.rel_type & 1 == 1)
                && pattern.y.is_none_or(|y| r.y == y)
                && !used.contains(&id)
                && !walk.contains(&id);
            let forth = pattern.direction != 1 && r.source == at;
            let back = pattern.direction != 0 && r.target == at && !(forth && r.source == r.target);
            for (goes, end) in [(forth, r.target), (back, r.source)] {
                if fits && goes {
                    walk.push(id);
                    self.walks(pattern, end, (min, max), walk, used, out);
                    walk.pop();
                }
            }
        }
    }

    fn holds(&self, condition: &Condition, found: &Found) -> bool {
        let x = |name: usize| found.nodes[name].flatten().and_then(|node| self.graph.nodes[node].x);
        let right = match condition.right {
            Ok(x) => Some(x),
            Err(other) => x(other),
        };
        let or_zero = condition.op == 4 || condition.op == 3 && condition.right.is_ok();
        if or_zero && x(condition.left) == Some(0) {
            return true;
        }
        match (x(condition.left), right) {
            (Some(left), Some(right)) => match condition.op {
                0 => left == right,
                1 => left < right,
                2 => left >= right,
                _ => left == right,
            },
            _ => false,
        }
    }
}

fn bind(found: &Found, pattern: &NodePattern, node: usize) -> Found {
    let mut found = found.clone();
    if let Some(name) = pattern.name {
        found.nodes[name] = Some(Some(node));
    }
    found
}

/// The rows that the model finds, as text and sorted; none if there are too many.
fn expected(graph: &Graph, clauses: &[Clause], columns: &[usize]) -> Option<Vec<String>> {
    let mut rows = vec![Found::default()];
    let mut known = Vec::new();
    for clause in clauses {
        known.extend(clause.names());
        let mut next = Vec::new();
        for row in &rows {
            let mut model = Model { graph, clause, known: known.clone(), out: Vec::new() };
            model.part(0, row, &[]);
            if model.out.is_empty() && clause.optional {
                let mut row = row.clone();
                for name in clause.names() {
                    row.nodes[name] = Some(row.nodes[name].flatten());
                }
                row.relationships.extend(std::iter::repeat_n(None, clause.width()));
                model.out.push(row);
            }
            next.append(&mut model.out);
            if next.len() > ROWS_MAX {
                return None;
            }
        }
        rows = next;
    }
    let show = |row: &Found| {
        let number = |n: Option<usize>| n.map_or("null".to_owned(), |n| n.to_string());
        let mut cells: Vec<String> = columns.iter().map(|name| number(row.nodes[*name].flatten())).collect();
        cells.extend(row.relationships.iter().map(|r| match r {
            None => "null".to_owned(),
            Some(Ok(one)) => one.to_string(),
            Some(Err(list)) => format!("{list:?}"),
        }));
        cells.join(" | ")
    };
    let mut shown: Vec<String> = rows.iter().map(show).collect();
    shown.sort();
    Some(shown)
}

fn found(text: &str, statistics: &GraphState, state: &GraphState) -> (Vec<String>, String) {
    let planned = prepare(text, statistics).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let cx = ExecutionContext::new(StillRuntime::shared());
    let output =
        execute(&planned, state.clone(), &cx).unwrap_or_else(|error| panic!("{text}\n{planned}\n{error:?}"));
    let mut rows = Vec::new();
    for batch in &output.batches {
        let group = batch.group(0);
        for row in 0..group.len() {
            let cells: Vec<String> = group.columns().iter().map(|(_, c)| show(&c.value(row))).collect();
            // The last column is there so that a row has at least one.
            rows.push(cells[..cells.len() - 1].join(" | "));
        }
    }
    rows.sort();
    (rows, planned.to_string())
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        other => format!("{other:?}"),
    }
}

fn graphs() -> impl Strategy<Value = Graph> {
    let node =
        (0..4_u8, proptest::option::weighted(0.8, 0..3_i64)).prop_map(|(labels, x)| Node { labels, x });
    proptest::collection::vec(node, 1..7).prop_flat_map(|nodes| {
        let count = nodes.len();
        let relationship = (0..2_usize, 0..count, 0..count, 0..2_i64)
            .prop_map(|(rel_type, source, target, y)| Relationship { rel_type, source, target, y });
        proptest::collection::vec(relationship, 0..10)
            .prop_map(move |relationships| Graph { nodes: nodes.clone(), relationships })
    })
}

fn clauses() -> impl Strategy<Value = Vec<Clause>> {
    let node = || {
        let labels = prop_oneof![4 => Just(0_u8), 1 => 1..4_u8];
        (proptest::option::weighted(0.7, 0..4_usize), labels, proptest::option::weighted(0.15, 0..3_i64))
            .prop_map(|(name, labels, x)| NodePattern { name, labels, x })
    };
    let length = prop_oneof![
        4 => Just(None),
        1 => (0..3_usize, 0..2_usize).prop_map(|(min, more)| Some((min, min + more))),
    ];
    let relationship = (0..3_u8, 0..4_u8, length, proptest::option::weighted(0.15, 0..2_i64))
        .prop_map(|(direction, types, length, y)| RelationshipPattern { direction, types, length, y });
    let part = (node(), proptest::collection::vec((relationship, node()), 0..4))
        .prop_map(|(start, steps)| Part { start, steps });
    let right = prop_oneof![(0..3_i64).prop_map(Ok), (0..4_usize).prop_map(Err)];
    let condition =
        (0..4_usize, 0..OPS.len(), right).prop_map(|(left, op, right)| Condition { left, op, right });
    let clause =
        (any::<bool>(), proptest::collection::vec(part, 1..3), proptest::collection::vec(condition, 0..3))
            .prop_map(|(optional, parts, conditions)| Clause { optional, parts, conditions });
    proptest::collection::vec(clause, 1..4)
}

/// Where there are as many of everything as nowhere else, so that other orders are taken.
fn crowded() -> GraphState {
    let nodes = (0..300).map(|n| Node { labels: if n < 3 { 3 } else { 1 }, x: Some(n % 50) }).collect();
    let relationships = (0..900)
        .map(|n| Relationship { rel_type: usize::from(n % 30 == 0), source: n % 7, target: n % 300, y: 0 })
        .collect();
    Graph { nodes, relationships }.state(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn patterns_find_what_trying_everything_finds_whatever_the_statistics(graph in graphs(), clauses in clauses()) {
        let (text, columns) = text(&clauses);
        let Some(expected) = expected(&graph, &clauses, &columns) else { return Ok(()) };
        let state = graph.state(true);
        let bare = graph.state(false);
        for (statistics, state) in [
            (&state, &state),
            (&GraphState::empty(), &state),
            (&crowded(), &state),
            (&crowded(), &bare),
            (&bare, &state),
        ] {
            let (rows, plan) = found(&text, statistics, state);
            prop_assert_eq!(&rows, &expected, "{}\n{}", text, plan);
        }
    }
}
