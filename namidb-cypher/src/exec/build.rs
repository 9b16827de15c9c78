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
use super::operators::index_ddl::IndexOperator;
use super::operators::index_seek::IndexSeekTransform;
use super::operators::leaf::Leaf;
use super::operators::limit::{Limit, Skip};
use super::operators::node_scan::NodeScanTransform;
use super::operators::project::ProjectTransform;
use super::operators::relationship_count::RelationshipCountOperator;
use super::operators::sort::SortOperator;
use super::operators::union::Union;
use super::operators::unwind::UnwindTransform;
use super::operators::uuid_seek::UuidSeekTransform;
use super::operators::var_expand::{ReachTransform, WalkTransform};
use super::operators::write::WriteOperator;
use super::pipeline::{Dropping, Piped};
use crate::binder::bound::VarId;
use crate::factor::Batch;
use crate::physical::{PhysicalOperator, PhysicalPlan};

/// The operators of a plan, ready to be asked for rows; `argument` holds the rows around an inner plan.
pub(crate) fn build<'p>(
    plan: &'p PhysicalPlan,
    argument: Option<Batch>,
    cx: &ExecutionContext,
) -> Box<dyn Operator + 'p> {
    let dead = plan.dead.as_slice();
    let piped = Piping { dead, cx };
    let operator: Box<dyn Operator + 'p> = match &plan.operator {
        PhysicalOperator::Unit => Box::new(Leaf::unit()),
        PhysicalOperator::Argument => Box::new(Leaf::argument(argument)),
        PhysicalOperator::RelationshipCount(spec) => Box::new(RelationshipCountOperator::new(spec)),
        PhysicalOperator::NodeScan(input, spec) => {
            return piped.over(input, argument, NodeScanTransform::new(spec));
        }
        PhysicalOperator::IndexSeek(input, spec) => {
            return piped.over(input, argument, IndexSeekTransform(spec));
        }
        PhysicalOperator::UuidSeek(input, spec) => {
            return piped.over(input, argument, UuidSeekTransform(spec));
        }
        PhysicalOperator::IdSeek(input, spec) => return piped.over(input, argument, IdSeekTransform(spec)),
        PhysicalOperator::Expand(input, spec) => {
            return piped.over(input, argument, ExpandTransform::new(spec));
        }
        PhysicalOperator::ExpandInto(input, spec) => {
            return piped.over(input, argument, ExpandIntoTransform::new(spec));
        }
        PhysicalOperator::ExpandBound(input, spec) => {
            return piped.over(input, argument, ExpandBoundTransform(spec));
        }
        PhysicalOperator::VarExpand(input, spec) if spec.is_reach() => {
            return piped.over(input, argument, ReachTransform::new(spec));
        }
        PhysicalOperator::VarExpand(input, spec) => {
            return piped.over(input, argument, WalkTransform::new(spec));
        }
        PhysicalOperator::Filter(input, predicates) => {
            return piped.over(input, argument, FilterTransform::new(predicates));
        }
        PhysicalOperator::Extend(input, items) => {
            return piped.over(input, argument, ProjectTransform::new(items, true));
        }
        PhysicalOperator::Project(input, items) => {
            return piped.over(input, argument, ProjectTransform::new(items, false));
        }
        PhysicalOperator::Unwind(input, spec) => return piped.over(input, argument, UnwindTransform(spec)),
        PhysicalOperator::Distinct(input, variables) => {
            return piped.over(input, argument, DistinctTransform::new(variables, cx));
        }
        PhysicalOperator::Apply(input, spec) => {
            return Box::new(ApplyOperator::new(build(input, argument, cx), spec, dead));
        }
        PhysicalOperator::Sort(input, spec) => Box::new(SortOperator::new(build(input, argument, cx), spec)),
        PhysicalOperator::Aggregate(input, spec) => {
            Box::new(AggregateOperator::new(build(input, argument, cx), spec))
        }
        PhysicalOperator::Skip(input, count) => Box::new(Skip::new(build(input, argument, cx), count)),
        PhysicalOperator::Limit { input, count, drains } => {
            Box::new(Limit::new(build(input, argument, cx), count, *drains))
        }
        PhysicalOperator::Write(input, work) => {
            Box::new(WriteOperator::new(build(input, argument, cx), work.as_ref()))
        }
        PhysicalOperator::Index(change) => Box::new(IndexOperator::new(change)),
        PhysicalOperator::Union(left, right, columns) => {
            let left = build(left, argument.clone(), cx);
            Box::new(Union::new(left, build(right, argument, cx), columns))
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
        argument: Option<Batch>,
        transform: T,
    ) -> Box<dyn Operator + 'p> {
        Box::new(Piped::new(build(input, argument, self.cx), transform, self.dead))
    }
}
