//! Plans as data, and as text that a person can read: what EXPLAIN and PROFILE give.
//!
//! ```text
//! operator     estimated   rows        time   batches   details
//! Project              3      3    0.011 ms         1   m.name AS name
//! Optional             3      3    0.020 ms         1   m
//! │ Expand             3      2    0.014 ms         1   (n)-[:KNOWS]->(m)
//! │ Argument           3      3    0.000 ms         1   n
//! NodeScan             3      3    0.004 ms         1   n:Person
//! ```
//!
//! The last operator comes first, and gets its rows from the one below it. Behind a bar is what an operator runs for
//! its rows: the plan of OPTIONAL MATCH or CALL, a subquery of one of its expressions, both sides of a UNION.

use crate::logical::display::Writer;
use crate::logical::{ChildRole, LogicalPlan, PlannedStatement};
use crate::planner::Estimator;
use crate::profile::Profile;
use namidb_core::graph::GraphState;
use std::fmt;
use std::time::Duration;

/// An operator of a plan, and what is below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it is called: `NodeScan`.
    pub operator: String,
    /// What it works on: `n:Person`.
    pub details: String,
    /// What it is to the operator above it.
    pub role: PlanRole,
    /// How many rows it was expected to give, by the statistics of the graph.
    pub estimated_rows: f64,
    /// What it did, if the statement was profiled. None too for an operator that did not run by itself: the
    /// one above or below it did its work.
    pub profile: Option<OperatorProfile>,
    /// What it gets rows from or runs for them; the input first.
    pub children: Vec<Plan>,
}

/// What a plan is to the operator above it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PlanRole {
    /// It gives the rows that the operator works on; also the role of the last operator.
    Input,
    /// It runs for these rows.
    Inner,
    /// It is a subquery of one of the operator's expressions.
    Subquery,
}

impl PlanRole {
    /// `input`, `inner` or `subquery`.
    pub fn as_str(self) -> &'static str {
        match self {
            PlanRole::Input => "input",
            PlanRole::Inner => "inner",
            PlanRole::Subquery => "subquery",
        }
    }
}

/// What an operator did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OperatorProfile {
    /// The rows that it gave.
    pub rows: u64,
    /// The batches that they came in.
    pub batches: u64,
    /// The time that it took itself, on all threads.
    pub time: Duration,
}

/// What a statement was asked to tell of its plan.
#[derive(Clone, Debug, Default)]
pub enum Explanation {
    /// Nothing.
    #[default]
    None,
    /// EXPLAIN: this plan, whose lines are the statement's rows.
    Plan(std::sync::Arc<Plan>),
    /// PROFILE: its plan with what each operator did, beside its rows.
    Profile,
}

/// The plan of a statement with the estimates that a state gives, and with what a profile has measured.
pub(crate) fn explain(statement: &PlannedStatement, state: &GraphState, profile: Option<&Profile>) -> Plan {
    let mut builder =
        Builder { writer: Writer::new(&statement.variables), estimator: Estimator::new(state), profile };
    builder.tree(&statement.plan, PlanRole::Input, 1.0).plan
}

impl PlannedStatement {
    /// The plan with the estimates that a state gives.
    pub fn explain(&self, state: &GraphState) -> Plan {
        explain(self, state, None)
    }
}

struct Builder<'a> {
    writer: Writer,
    estimator: Estimator<'a>,
    profile: Option<&'a Profile>,
}

struct Tree {
    plan: Plan,
    /// The time of the operator and of all that is below it.
    time: Duration,
}

impl Builder<'_> {
    /// The tree of a plan that runs for so many outer rows.
    fn tree(&mut self, top: &LogicalPlan, role: PlanRole, outer: f64) -> Tree {
        // The inputs of operators are as long a chain as the text has clauses, so they are walked by a loop.
        let mut chain = vec![top];
        while let Some(input) = chain.last().and_then(|last| inputs(last).first().copied()) {
            chain.push(input);
        }
        let mut below: Option<Tree> = None;
        for (height, operator) in chain.into_iter().rev().enumerate() {
            let input = below.take();
            let rows = input.as_ref().map_or(outer, |tree| tree.plan.estimated_rows);
            let mut children: Vec<Tree> = input.into_iter().collect();
            let mut other = 0.0;
            for second in inputs(operator).into_iter().skip(1) {
                let tree = self.tree(second, PlanRole::Input, outer);
                other = tree.plan.estimated_rows;
                children.push(tree);
            }
            let mut inner = Vec::new();
            operator.for_each_child(&mut |role, child| {
                if role == ChildRole::Inner {
                    inner.push(child);
                }
            });
            for plan in inner {
                let tree = self.tree(plan, PlanRole::Inner, rows);
                other = tree.plan.estimated_rows;
                children.push(tree);
            }
            let mut subqueries = Vec::new();
            operator.for_each_expr(&mut |expr| expr.visit(&mut |part| subqueries.extend(part.plan())));
            for plan in subqueries {
                children.push(self.tree(plan, PlanRole::Subquery, rows));
            }
            let estimated_rows = match operator {
                LogicalPlan::Argument { .. } => outer,
                other_operator => self.estimator.rows(other_operator, rows, other),
            };
            debug_assert!(height > 0 || inputs(operator).is_empty(), "the chain begins at a leaf");
            below = Some(self.node(operator, estimated_rows, children));
        }
        let mut tree = below.unwrap_or_else(|| self.node(&LogicalPlan::Unit, outer, Vec::new()));
        tree.plan.role = role;
        tree
    }

    fn node(&self, operator: &LogicalPlan, estimated_rows: f64, children: Vec<Tree>) -> Tree {
        let text = self.writer.operator(operator);
        let (name, details) = text.split_once(' ').unwrap_or((&text, ""));
        let below: Duration = children.iter().map(|child| child.time).sum();
        let measured = self.profile.and_then(|profile| profile.of(operator));
        let time = measured.map_or(below, |m| m.time);
        let profile = measured.map(|m| OperatorProfile { time: m.time.saturating_sub(below), ..m });
        Tree {
            plan: Plan {
                operator: name.to_owned(),
                details: details.to_owned(),
                role: PlanRole::Input,
                estimated_rows,
                profile,
                children: children.into_iter().map(|child| child.plan).collect(),
            },
            time,
        }
    }
}

fn inputs(plan: &LogicalPlan) -> Vec<&LogicalPlan> {
    let mut inputs = Vec::new();
    plan.for_each_child(&mut |role, child| {
        if role == ChildRole::Input {
            inputs.push(child);
        }
    });
    inputs
}

impl Plan {
    /// The operators in the order of their lines, each with how many bars stand before it.
    pub fn lines(&self) -> Vec<(usize, &Plan)> {
        let mut lines = Vec::new();
        let mut pending = vec![(0, self)];
        while let Some((bars, plan)) = pending.pop() {
            lines.push((bars, plan));
            let inputs = plan.children.iter().filter(|child| child.role == PlanRole::Input).count();
            // What comes first is put on last.
            let straight = |child: &Plan| child.role == PlanRole::Input && inputs == 1;
            pending.extend(plan.children.iter().filter(|c| straight(c)).map(|c| (bars, c)));
            let aside = plan.children.iter().rev().filter(|c| !straight(c));
            pending.extend(aside.map(|c| (bars + 1, c)));
        }
        lines
    }

    /// Whether the statement was profiled.
    pub fn is_profiled(&self) -> bool {
        self.lines().iter().any(|(_, plan)| plan.profile.is_some())
    }
}

/// A table with a line for each operator, without a newline at its end.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let profiled = lines.iter().any(|(_, plan)| plan.profile.is_some());
        let mut table = vec![vec!["operator".to_owned(), "estimated".to_owned()]];
        if profiled {
            table[0].extend(["rows", "time", "batches"].map(str::to_owned));
        }
        table[0].push("details".to_owned());
        for (bars, plan) in lines {
            let mut row =
                vec![format!("{}{}", "│ ".repeat(bars), plan.operator), rounded(plan.estimated_rows)];
            match plan.profile {
                Some(p) => row.extend([
                    p.rows.to_string(),
                    format!("{:.3} ms", p.time.as_secs_f64() * 1e3),
                    p.batches.to_string(),
                ]),
                None if profiled => row.extend(["", "", ""].map(str::to_owned)),
                None => {}
            }
            row.push(plan.details.clone());
            table.push(row);
        }
        let columns = table[0].len();
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in table.iter().enumerate() {
            let mut line = String::new();
            for (column, cell) in row.iter().enumerate() {
                line.push_str(if column == 0 { "" } else { "   " });
                let space = " ".repeat(widths[column] - cell.chars().count());
                let (before, after) = match column {
                    0 => ("", space.as_str()),
                    _ if column + 1 == columns => ("", ""),
                    _ => (space.as_str(), ""),
                };
                line.extend([before, cell, after]);
            }
            f.write_str(if number == 0 { "" } else { "\n" })?;
            f.write_str(line.trim_end())?;
        }
        Ok(())
    }
}

fn rounded(rows: f64) -> String {
    match rows {
        rows if rows <= 0.0 => "0".to_owned(),
        rows if rows < 0.95 => "< 1".to_owned(),
        rows if rows < 1e15 => format!("{rows:.0}"),
        rows => format!("{rows:.0e}"),
    }
}
