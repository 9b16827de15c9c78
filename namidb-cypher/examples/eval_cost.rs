//! What it costs to evaluate expressions, to group and to aggregate, for batches of 2,048 rows.
//!
//! Over 200,000 nodes with an integer, a float, a text that repeats and one that does not; rows are nodes in order,
//! as a scan gives them, and in disorder, as a walk does.
//!
//! Run with `cargo run --release -p namidb-cypher --example eval_cost`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and prints"
)]

use namidb_core::graph::GraphState;
use namidb_core::runtime::{BoxFuture, Runtime, system};
use namidb_core::transaction::{Changes, StageContext};
use namidb_core::{Seq, Value};
use namidb_cypher::binder::bound::{ArithmeticOp, CompareOp, Expr, ExprKind, VarId};
use namidb_cypher::eval::{CompileContext, EvalInput, Grouping, compile};
use namidb_cypher::exec::ExecutionContext;
use namidb_cypher::factor::Batch;
use namidb_cypher::functions::aggregate::{Rows, accumulator};
use namidb_cypher::syntax::span::Span;
use namidb_cypher::vector::Vector;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const NODES: u64 = 200_000;
const ROWS: u64 = 2_048;

#[derive(Debug)]
struct Measuring;

impl Runtime for Measuring {
    fn spawn(&self, _: &'static str, _: BoxFuture<'static, ()>) {}

    fn spawn_blocking(&self, _: &'static str, _: Box<dyn FnOnce() + Send + 'static>) {}

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn unix_micros(&self) -> i64 {
        system::unix_micros()
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        system::fill_random(bytes);
    }
}

fn mixed(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}

fn graph() -> GraphState {
    let context = StageContext { seq: Seq(1), time: 0, runtime: Arc::new(Measuring), may_wait: false };
    let mut changes = Changes::new(&GraphState::empty(), &context);
    let key = |name: &str| -> Arc<str> { Arc::from(name) };
    let person = [key("Person")];
    let keys = [key("age"), key("score"), key("city"), key("name")];
    for n in 0..NODES {
        let properties = [
            (Arc::clone(&keys[0]), Value::Integer((mixed(n) % 90) as i64)),
            (Arc::clone(&keys[1]), Value::Float(mixed(n) as f64 / 1e6)),
            (Arc::clone(&keys[2]), Value::from(format!("city {}", mixed(n) % 300))),
            (Arc::clone(&keys[3]), Value::from(format!("person number {n}"))),
        ];
        changes.create_node(None, &person, &properties).unwrap();
    }
    changes.into_parts().0
}

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn node() -> Expr {
    expr(ExprKind::Variable(VarId(0)))
}

fn property(key: &str) -> Expr {
    expr(ExprKind::Property { base: Box::new(node()), key: Arc::from(key) })
}

fn compare(op: CompareOp, key: &str, right: impl Into<Value>) -> Expr {
    let right = expr(ExprKind::Literal(right.into()));
    expr(ExprKind::Compare { op, left: Box::new(property(key)), right: Box::new(right) })
}

fn measure(what: &str, mut run: impl FnMut()) {
    for _ in 0..20 {
        run();
    }
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..20 {
            run();
        }
        best = best.min(start.elapsed() / 20);
    }
    let nanos = best.as_nanos() as f64;
    println!("{what:<48} {:>9.2} µs  {:>6.2} ns a row", nanos / 1e3, nanos / ROWS as f64);
}

fn expressions() -> Vec<(&'static str, Expr)> {
    let sum = ExprKind::Arithmetic {
        op: ArithmeticOp::Add,
        left: Box::new(property("age")),
        right: Box::new(property("age")),
    };
    let upper = ExprKind::Function { name: Arc::from("toupper"), arguments: vec![property("city")] };
    let person = ExprKind::HasLabels { base: Box::new(node()), labels: vec![Arc::from("Person")] };
    vec![
        ("p.age", property("age")),
        ("p.score", property("score")),
        ("p.city (repeats)", property("city")),
        ("p.name (does not)", property("name")),
        ("p.age > 30", compare(CompareOp::Greater, "age", 30)),
        ("p.age + p.age", expr(sum)),
        ("p:Person", expr(person)),
        ("toUpper(p.city)", expr(upper)),
    ]
}

fn predicates() -> Vec<(&'static str, Expr)> {
    let both = || vec![compare(CompareOp::Greater, "age", 30), compare(CompareOp::Equal, "city", "city 7")];
    vec![
        ("WHERE p.age > 30", compare(CompareOp::Greater, "age", 30)),
        ("WHERE p.city = 'city 7'", compare(CompareOp::Equal, "city", "city 7")),
        ("WHERE p.name = 'person number 7'", compare(CompareOp::Equal, "name", "person number 7")),
        ("WHERE p.age > 30 AND p.city = 'city 7'", expr(ExprKind::And(both()))),
        ("WHERE p.age > 30 OR p.city = 'city 7'", expr(ExprKind::Or(both()))),
    ]
}

fn main() {
    let state = graph();
    let cx = ExecutionContext::new(Arc::new(Measuring));
    let context = CompileContext::without_subqueries();
    let ordered: Vec<u64> = (100_000..100_000 + ROWS).collect();
    let disordered: Vec<u64> = (0..ROWS).map(|n| mixed(n) % NODES).collect();
    for (order, ids) in [("in order", ordered), ("in disorder", disordered)] {
        println!("{order}:");
        let batch = Batch::flat(ids.len(), vec![(VarId(0), Vector::nodes(ids))]);
        let input = EvalInput { batch: &batch, group: 0, state: &state, cx: &cx };
        for (what, expression) in expressions() {
            let evaluator = compile(&expression, &context).unwrap();
            measure(what, || {
                black_box(evaluator.evaluate(&input).unwrap());
            });
        }
        for (what, expression) in predicates() {
            let evaluator = compile(&expression, &context).unwrap();
            measure(what, || {
                black_box(evaluator.select(&input).unwrap());
            });
        }
        let column = |key: &str| compile(&property(key), &context).unwrap().evaluate(&input).unwrap();
        let mut groups = Vec::new();
        let mut count = 0;
        for keys in [vec!["age"], vec!["city"], vec!["name"], vec!["age", "city"]] {
            let columns: Vec<Vector> = keys.iter().map(|key| column(key)).collect();
            let mut grouping = Grouping::new(keys.len());
            measure(&format!("group by {}", keys.join(", ")), || {
                grouping.assign(&columns, ROWS as usize, &mut groups);
            });
            count = grouping.len();
        }
        for (function, key) in [("count", "age"), ("sum", "age"), ("avg", "score"), ("max", "city")] {
            let arguments = [column(key)];
            let definition = namidb_cypher::functions::aggregate(function).unwrap();
            for rows in [Rows::ungrouped(ROWS as usize), Rows::grouped(&groups, count)] {
                let mut accumulated = accumulator(definition, false);
                let by = if rows.groups.is_some() { " by groups" } else { "" };
                measure(&format!("{function}(p.{key}){by}"), || {
                    accumulated.update(&rows, &arguments).unwrap();
                });
            }
        }
    }
}
