//! Sets a physical plan up to run.

use super::ExecutionContext;
use super::operator::{Operator, Transform};
use super::operators::aggregate::AggregateOperator;
use super::operators::apply::ApplyOperator;
use super::operators::choose_paths::ChooseTransform;
use super::operators::distinct::DistinctTransform;
use super::operators::expand::ExpandTransform;
use super::operators::expand_bound::ExpandBoundTransform;
use super::operators::expand_into::ExpandIntoTransform;
use super::operators::filter::FilterTransform;
use super::operators::hash_join::HashJoinTransform;
use super::operators::id_seek::IdSeekTransform;
use super::operators::in_transactions::InTransactionsOperator;
use super::operators::index_seek::IndexSeekTransform;
use super::operators::intersect::IntersectTransform;
use super::operators::leaf::Leaf;
use super::operators::limit::{Limit, Skip};
use super::operators::load::LoadOperator;
use super::operators::node_scan::NodeScanTransform;
use super::operators::procedure_call::ProcedureCallTransform;
use super::operators::project::ProjectTransform;
use super::operators::relationship_count::RelationshipCountOperator;
use super::operators::repeat::RepeatOperator;
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
    build_from(plan, &origin, cx)
}

/// Plans are as deep as their texts are long: while inputs are built, little is on the stack.
fn build_from<'p>(plan: &'p PhysicalPlan, origin: &Origin, cx: &ExecutionContext) -> Box<dyn Operator + 'p> {
    let operator = if let PhysicalOperator::Union(left, right, columns) = &plan.operator {
        let left = build_from(left, origin, cx);
        union(left, build_from(right, origin, cx), columns, &plan.dead)
    } else if let Some(input) = plan.operator.input() {
        over(plan, build_from(input, origin, cx), origin, cx)
    } else {
        leaf(plan, origin)
    };
    match &plan.counters {
        Some(counters) => Box::new(Profiled::new(operator, counters)),
        None => operator,
    }
}

#[inline(never)]
fn union<'p>(
    left: Box<dyn Operator + 'p>,
    right: Box<dyn Operator + 'p>,
    columns: &'p [(VarId, VarId, VarId)],
    dead: &'p [VarId],
) -> Box<dyn Operator + 'p> {
    dropping(Box::new(Union::new(left, right, columns)), dead)
}

/// An operator that no other one feeds, or that builds its input itself.
#[inline(never)]
fn leaf<'p>(plan: &'p PhysicalPlan, origin: &Origin) -> Box<dyn Operator + 'p> {
    let operator: Box<dyn Operator + 'p> = match &plan.operator {
        PhysicalOperator::Argument => Box::new(match origin {
            Origin::Argument(batch) => Leaf::argument(batch.clone()),
            _ => Leaf::none(),
        }),
        PhysicalOperator::RelationshipCount(spec) => Box::new(RelationshipCountOperator::new(spec)),
        PhysicalOperator::Aggregate(input, spec) => {
            Box::new(AggregateOperator::new(input, origin.clone(), spec))
        }
        PhysicalOperator::Schema(change) => Box::new(SchemaOperator::new(change)),
        PhysicalOperator::Show(show) => Box::new(ShowOperator::new(show)),
        _ => Box::new(Leaf::unit()),
    };
    dropping(operator, &plan.dead)
}

/// An operator over its input.
#[inline(never)]
fn over<'p>(
    plan: &'p PhysicalPlan,
    input: Box<dyn Operator + 'p>,
    origin: &Origin,
    cx: &ExecutionContext,
) -> Box<dyn Operator + 'p> {
    let dead = plan.dead.as_slice();
    let piped = Piping { dead, input };
    let operator: Box<dyn Operator + 'p> = match &plan.operator {
        PhysicalOperator::NodeScan(below, spec) => {
            let within = match origin {
                Origin::Morsel(ids) if matches!(below.operator, PhysicalOperator::Unit) => ids.clone(),
                _ => 0..u64::MAX,
            };
            return piped.into(NodeScanTransform::new(spec, within));
        }
        PhysicalOperator::IndexSeek(_, spec) => return piped.into(IndexSeekTransform(spec)),
        PhysicalOperator::UuidSeek(_, spec) => return piped.into(UuidSeekTransform(spec)),
        PhysicalOperator::IdSeek(_, spec) => return piped.into(IdSeekTransform(spec)),
        PhysicalOperator::Expand(_, spec) => return piped.into(ExpandTransform::new(spec)),
        PhysicalOperator::ExpandInto(_, spec) => return piped.into(ExpandIntoTransform::new(spec)),
        PhysicalOperator::ExpandBound(_, spec) => return piped.into(ExpandBoundTransform(spec)),
        PhysicalOperator::VarExpand(_, spec) if spec.is_reach() => {
            return piped.into(ReachTransform::new(spec));
        }
        PhysicalOperator::VarExpand(_, spec) => return piped.into(WalkTransform::new(spec)),
        PhysicalOperator::ShortestPath(_, spec) => return piped.into(ShortestPathTransform::new(spec)),
        PhysicalOperator::ChoosePaths(_, spec) => return piped.into(ChooseTransform::new(spec)),
        PhysicalOperator::Load(_, spec) => return Box::new(LoadOperator::new(piped.input, spec, dead)),
        PhysicalOperator::InTransactions(_, spec) => {
            return Box::new(InTransactionsOperator::new(piped.input, spec, dead));
        }
        PhysicalOperator::Repeat(_, spec) => {
            return Box::new(RepeatOperator::new(piped.input, spec, dead));
        }
        PhysicalOperator::Intersect(_, spec) => return piped.into(IntersectTransform::new(spec)),
        PhysicalOperator::HashJoin(_, table, spec) => return piped.into(HashJoinTransform::new(table, spec)),
        PhysicalOperator::Filter(_, predicates) => return piped.into(FilterTransform::new(predicates)),
        PhysicalOperator::Extend(_, items) => return piped.into(ProjectTransform::new(items, true)),
        PhysicalOperator::Project(_, items) => return piped.into(ProjectTransform::new(items, false)),
        PhysicalOperator::ProcedureCall(_, spec) => return piped.into(ProcedureCallTransform(spec)),
        PhysicalOperator::Unwind(_, spec) => return piped.into(UnwindTransform(spec)),
        PhysicalOperator::Distinct(_, variables) => {
            return piped.into(DistinctTransform::new(variables, cx));
        }
        PhysicalOperator::Apply(_, spec) => {
            return Box::new(ApplyOperator::new(piped.input, spec, dead));
        }
        PhysicalOperator::Sort(_, spec) => Box::new(SortOperator::new(piped.input, spec)),
        PhysicalOperator::Skip(_, count) => Box::new(Skip::new(piped.input, count)),
        PhysicalOperator::Limit { count, drains, .. } => Box::new(Limit::new(piped.input, count, *drains)),
        PhysicalOperator::Write(_, work) => Box::new(WriteOperator::new(piped.input, work.as_ref())),
        PhysicalOperator::Unit
        | PhysicalOperator::Argument
        | PhysicalOperator::RelationshipCount(_)
        | PhysicalOperator::Aggregate(..)
        | PhysicalOperator::Schema(_)
        | PhysicalOperator::Show(_)
        | PhysicalOperator::Union(..) => piped.input,
    };
    dropping(operator, dead)
}

fn dropping<'p>(operator: Box<dyn Operator + 'p>, dead: &'p [VarId]) -> Box<dyn Operator + 'p> {
    if dead.is_empty() { operator } else { Box::new(Dropping::new(operator, dead)) }
}

/// An input, and what nobody reads of what is made of it.
struct Piping<'p> {
    dead: &'p [VarId],
    input: Box<dyn Operator + 'p>,
}

impl<'p> Piping<'p> {
    fn into<T: Transform + 'p>(self, transform: T) -> Box<dyn Operator + 'p> {
        Box::new(Piped::new(self.input, transform, self.dead))
    }
}
