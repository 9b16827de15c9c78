//! Sets a physical plan up to run.

use super::ExecutionContext;
use super::operator::{Operator, Transform};
use super::operators::aggregate::AggregateOperator;
use super::operators::apply::ApplyOperator;
use super::operators::distinct::DistinctTransform;
use super::operators::expand::ExpandTransform;
use super::operators::expand_bound::ExpandBoundTransform;
use super::operators::expand_into::ExpandIntoTransform;
use super::operators::filter::FilterTransform;
use super::operators::id_seek::IdSeekTransform;
use super::operators::index_seek::IndexSeekTransform;
use super::operators::leaf::Leaf;
use super::operators::limit::{Limit, Skip};
use super::operators::node_scan::NodeScanTransform;
use super::operators::procedure_call::ProcedureCallTransform;
use super::operators::project::ProjectTransform;
use super::operators::relationship_count::RelationshipCountOperator;
use super::operators::schema_change::SchemaOperator;
use super::operators::shortest_path::ShortestPathTransform;
use super::operators::show::ShowOperator;
use super::operators::sort::SortOperator;
use super::operators::union::Union;
use super::operators::unwind::UnwindTransform;
use super::operators::uuid_seek::UuidSeekTransform;
use super::operators::var_expand::{ReachTransform, WalkTransform};
use super::operators::write::WriteOperator;
use super::pipeline::{Dropping, Piped};
use super::profiled::Profiled;
use crate::binder::bound::VarId;
use crate::factor::Batch;
use crate::physical::{PhysicalOperator, PhysicalPlan};
use std::ops::Range;

/// Where the rows of a plan begin.
#[derive(Clone, Default)]
pub(crate) enum Origin {
    /// As the plan says.
    #[default]
    Plan,
    /// With the rows around an inner plan.
    Argument(Batch),
    /// With the nodes of a range of ids: see [`super::morsel`].
    Morsel(Range<u64>),
}

/// The operators of a plan, ready to be asked for rows.
pub(crate) fn build<'p>(
    plan: &'p PhysicalPlan,
    origin: Origin,
    cx: &ExecutionContext,
) -> Box<dyn Operator + 'p> {
    let operator = build_operator(plan, origin, cx);
    match &plan.counters {
        Some(counters) => Box::new(Profiled::new(operator, counters)),
        None => operator,
    }
}

fn build_operator<'p>(
    plan: &'p PhysicalPlan,
    origin: Origin,
    cx: &ExecutionContext,
) -> Box<dyn Operator + 'p> {
    let dead = plan.dead.as_slice();
    let piped = Piping { dead, cx };
    let operator: Box<dyn Operator + 'p> = match &plan.operator {
        PhysicalOperator::Unit => Box::new(Leaf::unit()),
        PhysicalOperator::Argument => Box::new(match origin {
            Origin::Argument(batch) => Leaf::argument(batch),
            _ => Leaf::none(),
        }),
        PhysicalOperator::RelationshipCount(spec) => Box::new(RelationshipCountOperator::new(spec)),
        PhysicalOperator::NodeScan(input, spec) => {
            let within = match &origin {
                Origin::Morsel(ids) if matches!(input.operator, PhysicalOperator::Unit) => ids.clone(),
                _ => 0..u64::MAX,
            };
            return piped.over(input, origin, NodeScanTransform::new(spec, within));
        }
        PhysicalOperator::IndexSeek(input, spec) => {
            return piped.over(input, origin, IndexSeekTransform(spec));
        }
        PhysicalOperator::UuidSeek(input, spec) => {
            return piped.over(input, origin, UuidSeekTransform(spec));
        }
        PhysicalOperator::IdSeek(input, spec) => return piped.over(input, origin, IdSeekTransform(spec)),
        PhysicalOperator::Expand(input, spec) => {
            return piped.over(input, origin, ExpandTransform::new(spec));
        }
        PhysicalOperator::ExpandInto(input, spec) => {
            return piped.over(input, origin, ExpandIntoTransform::new(spec));
        }
        PhysicalOperator::ExpandBound(input, spec) => {
            return piped.over(input, origin, ExpandBoundTransform(spec));
        }
        PhysicalOperator::VarExpand(input, spec) if spec.is_reach() => {
            return piped.over(input, origin, ReachTransform::new(spec));
        }
        PhysicalOperator::VarExpand(input, spec) => {
            return piped.over(input, origin, WalkTransform::new(spec));
        }
        PhysicalOperator::ShortestPath(input, spec) => {
            return piped.over(input, origin, ShortestPathTransform::new(spec));
        }
        PhysicalOperator::Filter(input, predicates) => {
            return piped.over(input, origin, FilterTransform::new(predicates));
        }
        PhysicalOperator::Extend(input, items) => {
            return piped.over(input, origin, ProjectTransform::new(items, true));
        }
        PhysicalOperator::Project(input, items) => {
            return piped.over(input, origin, ProjectTransform::new(items, false));
        }
        PhysicalOperator::ProcedureCall(input, spec) => {
            return piped.over(input, origin, ProcedureCallTransform(spec));
        }
        PhysicalOperator::Unwind(input, spec) => return piped.over(input, origin, UnwindTransform(spec)),
        PhysicalOperator::Distinct(input, variables) => {
            return piped.over(input, origin, DistinctTransform::new(variables, cx));
        }
        PhysicalOperator::Apply(input, spec) => {
            return Box::new(ApplyOperator::new(build(input, origin, cx), spec, dead));
        }
        PhysicalOperator::Sort(input, spec) => Box::new(SortOperator::new(build(input, origin, cx), spec)),
        PhysicalOperator::Aggregate(input, spec) => Box::new(AggregateOperator::new(input, origin, spec)),
        PhysicalOperator::Skip(input, count) => Box::new(Skip::new(build(input, origin, cx), count)),
        PhysicalOperator::Limit { input, count, drains } => {
            Box::new(Limit::new(build(input, origin, cx), count, *drains))
        }
        PhysicalOperator::Write(input, work) => {
            Box::new(WriteOperator::new(build(input, origin, cx), work.as_ref()))
        }
        PhysicalOperator::Schema(change) => Box::new(SchemaOperator::new(change)),
        PhysicalOperator::Show(show) => Box::new(ShowOperator::new(show)),
        PhysicalOperator::Union(left, right, columns) => {
            let left = build(left, origin.clone(), cx);
            Box::new(Union::new(left, build(right, origin, cx), columns))
        }
    };
    if dead.is_empty() { operator } else { Box::new(Dropping::new(operator, dead)) }
}

struct Piping<'p, 'c> {
    dead: &'p [VarId],
    cx: &'c ExecutionContext,
}

impl<'p> Piping<'p, '_> {
    fn over<T: Transform + 'p>(
        &self,
        input: &'p PhysicalPlan,
        origin: Origin,
        transform: T,
    ) -> Box<dyn Operator + 'p> {
        Box::new(Piped::new(build(input, origin, self.cx), transform, self.dead))
    }
}
