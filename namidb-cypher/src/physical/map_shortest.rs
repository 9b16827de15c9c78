//! Shortest paths.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::error::Error;
use crate::exec::operators::shortest_path::{Column, ShortestPath, StepCondition};
use crate::exec::operators::var_expand::End;
use crate::logical;
use std::sync::Arc;

impl Mapper<'_> {
    /// A search whose end must have some labels.
    #[inline(never)]
    pub(super) fn shortest_path(
        &self,
        search: &logical::ShortestPath,
        to_labels: Vec<Arc<str>>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let mut steps = Vec::new();
        let mut whole = Vec::new();
        for predicate in &search.predicates {
            let Some(condition) = search.step_condition(predicate) else {
                whole.push(self.expression(predicate)?);
                continue;
            };
            let asked = condition.predicate.clone();
            let asked = if condition.negated {
                Expr { span: asked.span, kind: ExprKind::Not(Box::new(asked)) }
            } else {
                asked
            };
            steps.push(StepCondition {
                of_nodes: condition.of_nodes,
                variable: condition.variable,
                predicate: self.expression(&asked)?,
            });
        }
        let column = |variable: VarId| Column { variable, read: needs.has(variable).is_some() };
        let spec = ShortestPath {
            from: search.from,
            to: if search.into { End::Bound(search.to) } else { End::New(needs.has(search.to)) },
            to_labels,
            relationships: column(search.relationships),
            single: search.single,
            path: search.path.map(column),
            reversed: search.reversed,
            types: search.types.clone(),
            direction: search.direction,
            min: search.min,
            max: search.max.unwrap_or(u64::MAX),
            properties: search.properties.as_ref().map(|e| self.expression(e)).transpose()?,
            all: search.all,
            steps,
            whole,
        };
        let mut own = vec![search.relationships];
        own.extend(search.path);
        if !search.into {
            own.push(search.to);
        }
        let mut below = needs.clone();
        own.iter().for_each(|v| below.variables.remove(*v));
        let input = self.plan(&search.input, below.and(spec.reads()))?;
        let mut columns = input.columns;
        own.iter().filter_map(|v| needs.has(*v)).for_each(|v| columns.insert(v));
        let operator = PhysicalOperator::ShortestPath(input.plan, spec);
        Ok(self.finish(operator, columns, &needs))
    }
}
