//! Statistics choose the order of a plan, and never what it asks for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test and its helpers may panic")]

mod social_graph;
mod tck_features;

use namidb_core::graph::GraphState;
use namidb_core::transaction::TargetName;
use namidb_cypher::binder::bound::{CompareOp, Expr, ExprKind, VarId, Variable};
use namidb_cypher::logical::display::explain;
use namidb_cypher::logical::{LogicalPlan, PatternDirection, PlannedStatement, SeekBound};
use namidb_cypher::planner::prepare;
use std::collections::BTreeSet;

/// What a plan asks for, one line a fact, whatever the operator that asks.
fn facts(planned: &PlannedStatement) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    collect(&planned.plan, &planned.variables, &mut facts);
    facts
}

fn collect(top: &LogicalPlan, variables: &[Variable], facts: &mut BTreeSet<String>) {
    let show = |v: &VarId| variables[v.0 as usize].name.trim().to_owned();
    top.visit(&mut |plan| {
        let mut add = |fact: String| facts.insert(fact);
        let (ends, differ) = match plan {
            LogicalPlan::Expand(e) => (vec![e.from, e.to], pairs(e.relationship, &e.distinct_from)),
            LogicalPlan::VarExpand(e) => (vec![e.from, e.to], pairs(e.relationships, &e.distinct_from)),
            LogicalPlan::Intersect(i) => {
                let legs = [&i.scanned, &i.marked];
                let mut differ: Vec<(VarId, VarId)> =
                    legs.iter().flat_map(|leg| pairs(leg.relationship, &leg.distinct_from)).collect();
                differ.extend(i.differ.then_some((i.scanned.relationship, i.marked.relationship)));
                (vec![i.scanned.from, i.marked.from, i.to], differ)
            }
            _ => (Vec::new(), Vec::new()),
        };
        ends.iter().for_each(|v| _ = add(format!("node {}", show(v))));
        for (a, b) in differ {
            let (a, b) = (show(&a), show(&b));
            add(if a <= b { format!("{a} is not {b}") } else { format!("{b} is not {a}") });
        }
        match plan {
            // What it compares, the filter above it asks again.
            LogicalPlan::HashJoin { .. } => {}
            LogicalPlan::Intersect(i) => {
                for leg in [&i.scanned, &i.marked] {
                    let (from, to) = oriented(leg.from, i.to, leg.direction, &show);
                    let types = leg.types.join("|");
                    add(format!("relationship {from} {}:{types} {to}", show(&leg.relationship)));
                }
            }
            LogicalPlan::NodeScan { variable, labels, .. } => {
                add(format!("node {}", show(variable)));
                labels.iter().for_each(|label| {
                    add(format!("{}:{label}", show(variable)));
                });
            }
            LogicalPlan::IndexSeek { variable, target, keys, first, bound, .. } => {
                let TargetName::Label(label) = target else { panic!("no index is on relationships") };
                add(format!("node {}", show(variable)));
                add(format!("{}:{label}", show(variable)));
                for (key, e) in keys.iter().zip(first) {
                    add(format!("({}.{key} = {})", show(variable), text(e, variables)));
                }
                let subject = format!("{}.{}", show(variable), keys[first.len()]);
                let mut ask = |op: &str, e: &Expr| add(format!("({subject} {op} {})", text(e, variables)));
                match bound {
                    SeekBound::Equal(e) => _ = ask("=", e),
                    SeekBound::AnyOf(e) => _ = ask("IN", e),
                    SeekBound::Prefix(e) => _ = ask("STARTS WITH", e),
                    SeekBound::Range { lower, upper } => {
                        lower.iter().for_each(|(e, i)| _ = ask(if *i { ">=" } else { ">" }, e));
                        upper.iter().for_each(|(e, i)| _ = ask(if *i { "<=" } else { "<" }, e));
                    }
                }
            }
            LogicalPlan::UuidSeek { variable, uuid, .. } => {
                add(format!("node {}", show(variable)));
                add(format!("(elementid({}) = {})", show(variable), text(uuid, variables)));
            }
            LogicalPlan::IdSeek { variable, id, .. } => {
                add(format!("node {}", show(variable)));
                add(format!("(id({}) = {})", show(variable), text(id, variables)));
            }
            LogicalPlan::Expand(e) => {
                let (from, to) = oriented(e.from, e.to, e.direction, &show);
                let types = e.types.join("|");
                add(format!("relationship {from} {}:{types} {to}", show(&e.relationship)));
            }
            LogicalPlan::VarExpand(e) => {
                let (from, to) = oriented(e.from, e.to, e.direction, &show);
                let (types, name) = (e.types.join("|"), show(&e.relationships));
                let map = e.properties.as_ref().map(|p| text(p, variables));
                add(format!("relationships {from} {name}:{types}*{}..{:?}{map:?} {to}", e.min, e.max));
            }
            LogicalPlan::Filter { predicates, .. } => predicates.iter().for_each(|p| {
                let labelled = match &p.kind {
                    ExprKind::HasLabels { base, labels } => match base.kind {
                        ExprKind::Variable(v) => Some((v, labels)),
                        _ => None,
                    },
                    _ => None,
                };
                match labelled {
                    Some((v, labels)) => labels.iter().for_each(|l| _ = add(format!("{}:{l}", show(&v)))),
                    None => _ = add(text(p, variables)),
                }
            }),
            other => {
                // Where a plan starts differs with its order; all else is the same.
                if !matches!(other, LogicalPlan::Unit | LogicalPlan::Argument { .. }) {
                    let line = explain(other, variables);
                    add(strip_numbers(line.lines().next().unwrap_or_default()));
                }
            }
        }
        plan.for_each_expr(&mut |expr| {
            expr.visit(&mut |part| {
                if let Some(inner) = part.plan() {
                    collect(inner, variables, facts);
                }
            });
        });
    });
}

fn pairs(relationship: VarId, others: &[VarId]) -> Vec<(VarId, VarId)> {
    others.iter().map(|other| (relationship, *other)).collect()
}

fn oriented(
    from: VarId,
    to: VarId,
    direction: PatternDirection,
    show: &impl Fn(&VarId) -> String,
) -> (String, String) {
    match direction {
        PatternDirection::Outgoing => (show(&from), format!("-> {}", show(&to))),
        PatternDirection::Incoming => (show(&to), format!("-> {}", show(&from))),
        PatternDirection::Both => {
            let (a, b) = (show(&from), show(&to));
            if a <= b { (a, format!("-- {b}")) } else { (b, format!("-- {a}")) }
        }
    }
}

/// An expression as text; comparisons with the property on the left.
fn text(expr: &Expr, variables: &[Variable]) -> String {
    let mut expr = expr.clone();
    if let ExprKind::Compare { op, left, right } = &mut expr.kind
        && !matches!(left.kind, ExprKind::Property { .. } | ExprKind::Function { .. })
        && matches!(right.kind, ExprKind::Property { .. } | ExprKind::Function { .. })
    {
        std::mem::swap(left, right);
        *op = match *op {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            same => same,
        };
    }
    let filter = LogicalPlan::Filter { input: Box::new(LogicalPlan::Unit), predicates: vec![expr] };
    let shown = explain(&filter, variables);
    strip_numbers(shown.lines().next().unwrap_or_default().trim_start_matches("Filter "))
}

/// Hidden variables are numbered as the planner meets them, and variables of one name by their numbers.
fn strip_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(char::is_ascii_digit);
        if (c == '@' || c == '#') && next_is_digit {
            while chars.next_if(char::is_ascii_digit).is_some() {}
        } else {
            out.push(c);
        }
    }
    out
}

fn assert_same_meaning(statement: &str, states: &[(&str, GraphState)]) {
    let mut plans = states.iter().filter_map(|(name, state)| Some((name, prepare(statement, state).ok()?)));
    let Some((_, first)) = plans.next() else { return };
    for (name, planned) in plans {
        assert_eq!(facts(&first), facts(&planned), "{statement}\non {name}:\n{planned}\nand\n{first}");
        let names = |p: &PlannedStatement| p.columns.iter().map(|(n, _)| n.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&first), names(&planned));
        assert_eq!(first.parameters, planned.parameters);
        assert_eq!(first.kind, planned.kind);
    }
}

fn states() -> Vec<(&'static str, GraphState)> {
    vec![
        ("an empty graph", GraphState::empty()),
        ("the social graph", social_graph::state()),
        ("a graph of another shape", social_graph::upside_down()),
    ]
}

#[test]
fn a_statement_asks_for_the_same_on_every_graph() {
    let states = states();
    for statement in [
        "MATCH (p:Person)-[:LIVES_IN]->(c:City) WHERE p.age > c.age RETURN p, c",
        "MATCH (a:Person {name: 'x'})-[r:KNOWS]->(b:Person)-[s:KNOWS]->(c:Person {age: 3}) RETURN r, s",
        "MATCH (a:City)<-[:LIVES_IN]-(p:Person)-[:WORKS_AT]->(w:Company), (q:Person) WHERE q.name = p.name RETURN q",
        "MATCH (p:Person) WHERE p.age >= 18 AND 20 > p.age AND p.name STARTS WITH 'x' RETURN p",
        "MATCH (a:Person)-[:KNOWS]->(b)-[:KNOWS]->(c)-[:KNOWS]->(a) WHERE b.age IN [1, 2] RETURN c",
        "MATCH (a:Person)-[:KNOWS*1..3]->(b:City) WHERE a.name = $x OPTIONAL MATCH (b)<-[:LIVES_IN]-(c:Person {name: 'y'}) RETURN c",
        "MATCH (c:City) WHERE EXISTS { (c)<-[:LIVES_IN]-(p:Person {age: 3}) } RETURN c",
        "MERGE (p:Person {name: 'x', age: 3})-[:LIVES_IN]->(c:City) RETURN p",
    ] {
        assert_same_meaning(statement, &states);
    }
}

#[test]
fn statistics_that_differ_change_the_order() {
    let statement = "MATCH (p:Person)-[:LIVES_IN]->(c:City) RETURN p, c";
    let plans: Vec<String> =
        states().iter().map(|(_, state)| prepare(statement, state).unwrap().to_string()).collect();
    assert!(plans[1].contains("NodeScan c:City"), "{}", plans[1]);
    assert!(plans[2].contains("NodeScan p:Person"), "{}", plans[2]);
}

#[test]
fn the_statements_of_the_kit_ask_for_the_same_on_every_graph() {
    let states = states();
    let Some(scenarios) = tck_features::scenarios() else { return };
    let texts = scenarios.iter().flat_map(|s| s.setup.iter().chain([&s.query]).chain(&s.control));
    let texts: BTreeSet<&String> = texts.collect();
    assert!(texts.len() > 1_000);
    for text in texts {
        assert_same_meaning(text, &states);
    }
}
