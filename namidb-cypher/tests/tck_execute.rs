//! Our part of the openCypher TCK, executed: rows are those of the kit, and errors are raised as it says.
#![allow(clippy::unwrap_used, reason = "a runner of test data, outside of test functions")]

mod cold;
mod tck_features;

use cold::nothing_kept;
use namidb_core::graph::GraphState;
use namidb_core::runtime::{BoxFuture, Runtime, SharedRuntime, system};
use namidb_core::testing::ColdBlocks;
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::value::Path;
use namidb_core::{ErrorCode, NodeId, RelId, Seq, Value};
use namidb_cypher::Error;
use namidb_cypher::exec::{ExecutionContext, QueryOutput, execute_write};
use namidb_cypher::functions::procedures::Callables;
use namidb_cypher::planner::prepare_with;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tck_features::{Scenario, Table};

/// How many scenarios behave as the kit says; may only rise.
const RIGHT_MIN: usize = 2_265;

#[derive(Debug)]
struct Still;

impl Runtime for Still {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}
    fn spawn_blocking(&self, _: &'static str, work: Box<dyn FnOnce() + Send + 'static>) {
        work();
    }
    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
    fn unix_micros(&self) -> i64 {
        1_750_000_000_000_000
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        system::fill_random(bytes);
    }
}

struct Session {
    state: GraphState,
    cx: ExecutionContext,
    procedures: Callables,
    /// Where the graph lies, if none of it is in memory before a query.
    cold: Option<ColdBlocks>,
}

impl Session {
    fn new(cold: bool) -> Session {
        let mut session = Session {
            state: GraphState::empty(),
            cx: ExecutionContext::new(Arc::new(Still) as SharedRuntime),
            procedures: Callables::new(),
            cold: cold.then(ColdBlocks::default),
        };
        if let Some(blocks) = &session.cold {
            session.cx.residency = Some(nothing_kept(blocks.clone()));
            // The smallest batches read the graph in the smallest pieces.
            session.cx.batch_rows = 2;
        }
        session
    }

    fn run(&mut self, text: &str) -> Result<QueryOutput, Error> {
        if let Some(blocks) = &self.cold {
            self.state = blocks.reopened(&self.state);
        }
        let statement = prepare_with(text, &self.state, &self.procedures)?;
        let runtime: SharedRuntime = Arc::new(Still);
        let context = StageContext { seq: Seq(1), time: self.cx.time, runtime, may_wait: false };
        let mut changes = Changes::new(&self.state, &context);
        let output = execute_write(&statement, &mut changes, &self.cx)?;
        self.state = changes.state().clone();
        Ok(output)
    }

    /// A value that the kit writes as an expression.
    fn literal(&mut self, text: &str) -> Value {
        let output = self.run(&format!("RETURN {text} AS value")).unwrap();
        output.batches[0].group(0).columns()[0].1.value(0)
    }
}

enum Outcome {
    Right,
    Unsupported(String),
    Wrong(String),
}

fn outcome(scenario: &Scenario, cold: bool) -> Outcome {
    let mut session = Session::new(cold);
    for table in &scenario.procedures {
        let procedure = table.procedure(&mut |text| session.literal(text));
        session.procedures.add(procedure).unwrap();
    }
    if let Some(graph) = &scenario.graph {
        let file =
            tck_features::directory().unwrap().join("graphs").join(graph).join(format!("{graph}.cypher"));
        session.run(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    for (name, value) in &scenario.parameters {
        let value = session.literal(value);
        session.cx.params.set(name, value);
    }
    for text in &scenario.setup {
        if let Err(error) = session.run(text) {
            return refused(&error, || format!("the setup {text:?} gave {error:?}"));
        }
    }
    let mut result = session.run(&scenario.query);
    if let Some(expected) = &scenario.expected {
        return match result {
            Ok(_) => Outcome::Wrong(format!("wanted {}, and it runs", expected.detail)),
            Err(e) if e.code() == ErrorCode::Unsupported => Outcome::Unsupported(e.message().to_owned()),
            Err(e) => {
                let phase = expected.phase == "any time" || expected.phase == e.phase();
                let detail = expected.detail == "*" || expected.detail == e.detail();
                if phase && detail && expected.error_type == e.error_type() {
                    Outcome::Right
                } else {
                    Outcome::Wrong(format!("wanted {expected:?}, got {e:?}"))
                }
            }
        };
    }
    for text in &scenario.control {
        if let Err(error) = &result {
            return refused(error, || format!("it gave {error:?}"));
        }
        result = session.run(text);
    }
    match (result, &scenario.result) {
        (Err(error), _) => refused(&error, || format!("it gave {error:?}")),
        (Ok(output), Some(table)) => match difference(&output, table) {
            None => Outcome::Right,
            Some(why) => Outcome::Wrong(why),
        },
        (Ok(_), None) => Outcome::Right,
    }
}

fn refused(error: &Error, why: impl Fn() -> String) -> Outcome {
    if error.code() == ErrorCode::Unsupported {
        Outcome::Unsupported(error.message().to_owned())
    } else {
        Outcome::Wrong(why())
    }
}

fn difference(output: &QueryOutput, table: &Table) -> Option<String> {
    let loose = table.lists_unordered;
    let mut got = Vec::new();
    for batch in &output.batches {
        let group = batch.group(0);
        for row in 0..group.len() {
            let cells: Vec<String> =
                group.columns().iter().map(|(_, c)| show(&c.value(row), &output.state, loose)).collect();
            got.push(cells);
        }
    }
    let header: Vec<String> = output.columns.iter().map(|c| c.to_string()).collect();
    let mut wanted = Vec::new();
    if let Some((names, rows)) = table.rows.split_first() {
        if *names != header {
            return Some(format!("columns {header:?} instead of {names:?}"));
        }
        for row in rows {
            wanted.push(row.iter().map(|cell| Cell::new(cell, loose).all()).collect::<Vec<String>>());
        }
    }
    if !table.ordered {
        got.sort();
        wanted.sort();
    }
    (got != wanted).then(|| format!("got {got:?}\n    wanted {wanted:?}"))
}

fn list(mut items: Vec<String>, loose: bool) -> String {
    if loose {
        items.sort();
    }
    format!("[{}]", items.join(", "))
}

fn map(mut entries: Vec<(String, String)>) -> String {
    entries.sort();
    let entries: Vec<String> = entries.into_iter().map(|(k, v)| format!("{k}: {v}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// A value in the kit's notation, made canonical.
fn show(value: &Value, state: &GraphState, loose: bool) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) => float(*f),
        Value::String(s) => format!("'{s}'"),
        Value::List(items) => list(items.iter().map(|i| show(i, state, loose)).collect(), loose),
        Value::Map(entries) => {
            map(entries.iter().map(|(k, v)| (k.to_string(), show(v, state, loose))).collect())
        }
        Value::Node(node) => show_node(*node, state, loose),
        Value::Relationship(relationship) => show_relationship(*relationship, state, loose),
        Value::Path(path) => show_path(path, state, loose),
        other => format!("'{}'", text_of(other)),
    }
}

/// Temporal values are written as texts in the kit.
fn text_of(value: &Value) -> String {
    match value {
        Value::Date(v) => v.to_string(),
        Value::LocalTime(v) => v.to_string(),
        Value::Time(v) => v.to_string(),
        Value::LocalDateTime(v) => v.to_string(),
        Value::DateTime(v) => v.to_string(),
        Value::Duration(v) => v.to_string(),
        other => other.to_string(),
    }
}

fn float(f: f64) -> String {
    // The kit compares numbers, so the sign of zero does not count.
    if f.is_nan() { "NaN".to_owned() } else { format!("{:?}", if f == 0.0 { 0.0 } else { f }) }
}

fn properties(
    entries: Vec<(namidb_core::PropertyKeyId, Value)>,
    state: &GraphState,
    loose: bool,
) -> Vec<(String, String)> {
    entries
        .into_iter()
        .map(|(k, v)| (state.catalog().property_key_name(k).to_string(), show(&v, state, loose)))
        .collect()
}

fn show_node(node: NodeId, state: &GraphState, loose: bool) -> String {
    let mut labels: Vec<String> =
        state.labels(node).iter().map(|l| state.catalog().label_name(*l).to_string()).collect();
    labels.sort();
    entity("(", labels, properties(state.node_properties(node), state, loose), ")")
}

fn show_relationship(relationship: RelId, state: &GraphState, loose: bool) -> String {
    let name =
        state.relationship(relationship).map(|r| state.catalog().rel_type_name(r.rel_type).to_string());
    let entries = properties(state.relationship_properties(relationship), state, loose);
    entity("[", name.into_iter().collect(), entries, "]")
}

fn entity(open: &str, labels: Vec<String>, entries: Vec<(String, String)>, close: &str) -> String {
    let labels: String = labels.iter().map(|l| format!(":{l}")).collect();
    let space = if labels.is_empty() || entries.is_empty() { "" } else { " " };
    let entries = if entries.is_empty() { String::new() } else { map(entries) };
    format!("{open}{labels}{space}{entries}{close}")
}

fn show_path(path: &Path, state: &GraphState, loose: bool) -> String {
    let mut text = format!("<{}", show_node(path.nodes[0], state, loose));
    for (at, relationship) in path.relationships.iter().enumerate() {
        let forward = state
            .relationship(*relationship)
            .is_some_and(|r| r.source == path.nodes[at] && r.target == path.nodes[at + 1]);
        let shown = show_relationship(*relationship, state, loose);
        text += &if forward { format!("-{shown}->") } else { format!("<-{shown}-") };
        text += &show_node(path.nodes[at + 1], state, loose);
    }
    text + ">"
}

/// Reads a cell of the kit, and writes it canonically.
struct Cell<'a> {
    text: &'a str,
    at: usize,
    loose: bool,
}

impl<'a> Cell<'a> {
    fn new(text: &'a str, loose: bool) -> Cell<'a> {
        Cell { text, at: 0, loose }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    fn word(&mut self) -> String {
        self.space();
        let end = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || "_+-.".contains(c)))
            .unwrap_or(self.rest().len());
        let word = &self.rest()[..end];
        self.at += end;
        word.to_owned()
    }

    fn name(&mut self) -> String {
        if self.eat("`") {
            let end = self.rest().find('`').unwrap();
            let name = self.rest()[..end].to_owned();
            self.at += end + 1;
            return name;
        }
        self.space();
        let end = self.rest().find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(self.rest().len());
        let name = self.rest()[..end].to_owned();
        self.at += end;
        name
    }

    fn all(mut self) -> String {
        self.value()
    }

    fn value(&mut self) -> String {
        self.space();
        if self.eat("'") {
            let mut text = String::new();
            let mut chars = self.rest().char_indices();
            while let Some((at, c)) = chars.next() {
                match c {
                    '\'' => {
                        self.at += at + 1;
                        break;
                    }
                    '\\' => text.extend(chars.next().map(|(_, c)| c)),
                    c => text.push(c),
                }
            }
            return format!("'{text}'");
        }
        if self.rest().starts_with("[:") {
            return self.relationship();
        }
        if self.eat("[") {
            let mut items = Vec::new();
            while !self.eat("]") {
                items.push(self.value());
                self.eat(",");
            }
            return list(items, self.loose);
        }
        if self.rest().starts_with('{') {
            return map(self.entries());
        }
        if self.rest().starts_with('(') {
            return self.node();
        }
        if self.eat("<") {
            let mut text = format!("<{}", self.node());
            while !self.eat(">") {
                let backward = self.eat("<-");
                if !backward {
                    self.eat("-");
                }
                let relationship = self.relationship();
                self.eat(if backward { "-" } else { "->" });
                let node = self.node();
                text += &if backward {
                    format!("<-{relationship}-{node}")
                } else {
                    format!("-{relationship}->{node}")
                };
            }
            return text + ">";
        }
        let word = self.word();
        match (word.parse::<i64>(), word.parse::<f64>()) {
            (Err(_), Ok(f)) if !word.contains("nan") => float(f),
            _ => word,
        }
    }

    fn entries(&mut self) -> Vec<(String, String)> {
        let mut entries = Vec::new();
        if self.eat("{") {
            while !self.eat("}") {
                let key = self.name();
                self.eat(":");
                entries.push((key, self.value()));
                self.eat(",");
            }
        }
        entries
    }

    fn labels(&mut self) -> Vec<String> {
        let mut labels = Vec::new();
        while self.eat(":") {
            labels.push(self.name());
        }
        labels.sort();
        labels
    }

    fn node(&mut self) -> String {
        self.eat("(");
        let labels = self.labels();
        let entries = self.entries();
        self.eat(")");
        entity("(", labels, entries, ")")
    }

    fn relationship(&mut self) -> String {
        self.eat("[");
        let labels = self.labels();
        let entries = self.entries();
        self.eat("]");
        entity("[", labels, entries, "]")
    }
}

#[test]
fn scenarios_give_the_rows_or_raise_the_errors_that_they_expect() {
    run_all(false);
}

#[test]
fn scenarios_give_the_same_on_a_graph_of_which_nothing_is_in_memory() {
    run_all(true);
}

#[allow(clippy::print_stdout, reason = "only tests call it")]
fn run_all(cold: bool) {
    let mut right = 0;
    let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let Some(scenarios) = tck_features::scenarios() else { return };
    for scenario in &scenarios {
        match outcome(scenario, cold) {
            Outcome::Right => right += 1,
            Outcome::Unsupported(what) => *unsupported.entry(what).or_default() += 1,
            Outcome::Wrong(why) => {
                wrong.push(format!("{}\n    {}\n    {why}", scenario.title, scenario.query))
            }
        }
    }
    println!("{right} right, {} wrong, unsupported:", wrong.len());
    for (what, count) in &unsupported {
        println!("  {count:4} {what}");
    }
    assert!(right >= RIGHT_MIN, "{right} scenarios are right, and {RIGHT_MIN} were");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
