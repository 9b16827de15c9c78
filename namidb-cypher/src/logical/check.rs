//! Whether a plan is whole: every variable that an operator reads is one that its input has.

use super::{ChildRole, LogicalPlan, PlannedStatement};
use crate::binder::bound::VarId;
use namidb_core::hash::HashSet;

impl PlannedStatement {
    /// Looks for a variable that is read where nothing provides it. `prepare` asks in debug builds.
    ///
    /// # Errors
    /// The operator and the variable, in words: it is a defect of the planner.
    pub fn check(&self) -> Result<(), String> {
        let available = available(&self.plan)?;
        match self.columns.iter().find(|(_, variable)| !available.contains(variable)) {
            Some((name, variable)) => Err(format!("nothing provides {variable:?} of the column {name}")),
            None => Ok(()),
        }
    }
}

/// The variables of the rows that a plan gives.
fn available(plan: &LogicalPlan) -> Result<HashSet<VarId>, String> {
    // A plan is a long chain of inputs, so that it is walked by a loop; what branches off is short.
    let mut chain = vec![plan];
    while let Some(input) = chain.last().and_then(|last| first_input(last)) {
        chain.push(input);
    }
    let mut known = HashSet::default();
    while let Some(operator) = chain.pop() {
        known = after(operator, known)?;
    }
    Ok(known)
}

fn first_input(plan: &LogicalPlan) -> Option<&LogicalPlan> {
    let mut first = None;
    plan.for_each_child(&mut |role, child| {
        if role == ChildRole::Input {
            first = first.or(Some(child));
        }
    });
    first
}

/// What an operator makes of the variables of its input.
fn after(plan: &LogicalPlan, input: HashSet<VarId>) -> Result<HashSet<VarId>, String> {
    let mut inner: Option<&LogicalPlan> = None;
    plan.for_each_child(&mut |role, child| {
        if role == ChildRole::Inner {
            inner = Some(child);
        }
    });
    let inner = match inner {
        Some(inner) => {
            let mut arguments = Vec::new();
            inner.for_each_argument(&mut |v| arguments.push(v));
            let own = match plan {
                LogicalPlan::Repeat(repeat) => Some(repeat.inner_from),
                _ => None,
            };
            let mut outer = arguments.into_iter().filter(|v| Some(*v) != own);
            outer.try_for_each(|v| has(plan, &input, v))?;
            available(inner)?
        }
        None => HashSet::default(),
    };
    let mut known = input;
    if let LogicalPlan::Union { right, .. } | LogicalPlan::HashJoin { build: right, .. } = plan {
        known.extend(available(right)?);
    }
    // What is created or merged is there for what the operator does with it.
    if let LogicalPlan::Create { pattern, .. } | LogicalPlan::Merge { pattern, .. } = plan {
        pattern.for_each_created(&mut |v| {
            known.insert(v);
        });
    }
    // So is a path for the conditions on it.
    if let LogicalPlan::ShortestPath(_) = plan {
        plan.for_each_introduced(&mut |v| {
            known.insert(v);
        });
    }
    let mut reads = Vec::new();
    plan.for_each_read(&mut |v| reads.push(v));
    reads.into_iter().try_for_each(|v| has(plan, &known, v))?;
    let mut subqueries: Vec<&LogicalPlan> = Vec::new();
    plan.for_each_expr(&mut |expr| expr.visit(&mut |part| subqueries.extend(part.plan())));
    for subquery in subqueries {
        available(subquery)?;
    }
    Ok(match plan {
        LogicalPlan::Argument { variables } | LogicalPlan::Distinct { variables, .. } => {
            variables.iter().copied().collect()
        }
        LogicalPlan::Project { items, .. } => items.iter().map(|(v, _)| *v).collect(),
        LogicalPlan::Aggregate { keys, aggregates, .. } => {
            keys.iter().map(|(v, _)| *v).chain(aggregates.iter().map(|a| a.variable)).collect()
        }
        LogicalPlan::Union { columns, .. } => columns.iter().map(|(v, _, _)| *v).collect(),
        LogicalPlan::Optional { introduced, .. } => {
            introduced.iter().try_for_each(|v| has(plan, &inner, *v))?;
            known.extend(introduced);
            known
        }
        LogicalPlan::InTransactions { introduced, transactions, .. } => {
            introduced.iter().try_for_each(|v| has(plan, &inner, *v))?;
            known.extend(introduced);
            known.extend(transactions.status);
            known
        }
        LogicalPlan::Apply { .. } => {
            known.extend(inner);
            known
        }
        _ => {
            plan.for_each_introduced(&mut |v| {
                known.insert(v);
            });
            known
        }
    })
}

fn has(plan: &LogicalPlan, known: &HashSet<VarId>, variable: VarId) -> Result<(), String> {
    if known.contains(&variable) {
        return Ok(());
    }
    let shown = super::display::explain(plan, &[]);
    let operator = shown.lines().next().unwrap_or_default();
    Err(format!("{operator} reads {variable:?}, and there is only {known:?}"))
}

#[cfg(test)]
mod tests {
    use crate::planner::prepare;
    use namidb_core::graph::GraphState;

    #[test]
    fn a_plan_that_reads_what_nothing_provides_is_found() {
        let text = "MATCH (n) WHERE EXISTS { (n)-->(m) WHERE m.x = n.x } RETURN n.y AS y";
        let whole = prepare(text, &GraphState::empty()).unwrap();
        assert_eq!(whole.check(), Ok(()));

        let mut broken = whole.clone();
        broken.plan.for_each_child_mut(&mut |_, child| _ = child.take());
        assert!(broken.check().unwrap_err().contains("Project"), "{:?}", broken.check());

        let mut broken = whole;
        broken.columns[0].1.0 += 1;
        assert!(broken.check().unwrap_err().contains("the column y"));
    }
}
