//! The physical plan: which operator does what, and which columns live how long.
//!
//! Mapping decides three things that the logical plan leaves open:
//!
//! - **Liveness.** A column that nobody above reads is not made, and one that was read for the last time is
//!   dropped. A step of a pattern whose relationship and node nobody reads becomes a count, from degrees.
//! - **Duplicates.** Where only the set of rows matters (below DISTINCT, or an aggregate of distinct
//!   values), variable-length patterns give each end once.
//! - **Inner plans.** Where the operators of an inner plan keep rows in order and apart, it runs for a whole batch
//!   of outer rows at once, and carries the number of the outer row as a column; else it runs row by row.
//!
//! A physical plan holds names, not their numbers in a catalog: operators look them up once per batch, since a
//! statement may define the names that it reads later. A plan therefore runs on any state.

mod expression;
mod map;
mod map_aggregate;
mod map_expand;
mod map_inner;
mod map_join;
mod map_load;
mod map_repeat;
mod map_shortest;
mod map_update;
mod prepared;
mod var_set;

pub(crate) use expression::Expression;
pub(crate) use map_inner::InnerPlan;
pub(crate) use prepared::{PreparedPlan, prepare};

use crate::binder::bound::VarId;
use crate::exec::operators::aggregate::Aggregate;
use crate::exec::operators::apply::Apply;
use crate::exec::operators::choose_paths::ChoosePaths;
use crate::exec::operators::expand::Expand;
use crate::exec::operators::expand_bound::ExpandBound;
use crate::exec::operators::expand_into::ExpandInto;
use crate::exec::operators::hash_join::HashJoin;
use crate::exec::operators::id_seek::IdSeek;
use crate::exec::operators::in_transactions::InTransactions;
use crate::exec::operators::index_seek::IndexSeek;
use crate::exec::operators::intersect::Intersect;
use crate::exec::operators::load::Load;
use crate::exec::operators::node_scan::NodeScan;
use crate::exec::operators::procedure_call::Call;
use crate::exec::operators::relationship_count::RelationshipCount;
use crate::exec::operators::repeat::Repeat;
use crate::exec::operators::shortest_path::ShortestPath;
use crate::exec::operators::sort::Sort;
use crate::exec::operators::unwind::Unwind;
use crate::exec::operators::uuid_seek::UuidSeek;
use crate::exec::operators::var_expand::VarExpand;
use crate::exec::operators::write::Write;
use crate::logical::schema::{SchemaChange, Show};
use crate::profile::OperatorCounters;
use std::sync::Arc;

/// A physical plan, from its last operator.
#[derive(Debug)]
pub(crate) struct PhysicalPlan {
    pub(crate) operator: PhysicalOperator,
    /// Columns of the operator's result that nobody above reads.
    pub(crate) dead: Vec<VarId>,
    /// Where the operator counts what it does, if it is profiled.
    pub(crate) counters: Option<Arc<OperatorCounters>>,
}

/// An operator with its inputs.
#[derive(Debug)]
pub(crate) enum PhysicalOperator {
    Unit,
    Argument,
    /// As many rows without columns as there are relationships of some types.
    RelationshipCount(RelationshipCount),
    NodeScan(Box<PhysicalPlan>, NodeScan),
    IndexSeek(Box<PhysicalPlan>, IndexSeek),
    UuidSeek(Box<PhysicalPlan>, UuidSeek),
    IdSeek(Box<PhysicalPlan>, IdSeek),
    Expand(Box<PhysicalPlan>, Expand),
    ExpandInto(Box<PhysicalPlan>, ExpandInto),
    Intersect(Box<PhysicalPlan>, Intersect),
    ExpandBound(Box<PhysicalPlan>, ExpandBound),
    VarExpand(Box<PhysicalPlan>, VarExpand),
    ShortestPath(Box<PhysicalPlan>, ShortestPath),
    Repeat(Box<PhysicalPlan>, Repeat),
    ChoosePaths(Box<PhysicalPlan>, ChoosePaths),
    Filter(Box<PhysicalPlan>, Vec<Expression>),
    Extend(Box<PhysicalPlan>, Vec<(VarId, Expression)>),
    Project(Box<PhysicalPlan>, Vec<(VarId, Expression)>),
    Unwind(Box<PhysicalPlan>, Unwind),
    Load(Box<PhysicalPlan>, Load),
    ProcedureCall(Box<PhysicalPlan>, Call),
    Skip(Box<PhysicalPlan>, Expression),
    Limit {
        input: Box<PhysicalPlan>,
        count: Expression,
        drains: bool,
    },
    Distinct(Box<PhysicalPlan>, Vec<VarId>),
    Sort(Box<PhysicalPlan>, Sort),
    Aggregate(Box<PhysicalPlan>, Aggregate),
    Apply(Box<PhysicalPlan>, Apply),
    InTransactions(Box<PhysicalPlan>, InTransactions),
    /// All operators that write rows' changes.
    Write(Box<PhysicalPlan>, Box<dyn Write>),
    Schema(SchemaChange),
    Show(Show),
    /// The input, and the plan of the table.
    HashJoin(Box<PhysicalPlan>, Box<PhysicalPlan>, HashJoin),
    Union(Box<PhysicalPlan>, Box<PhysicalPlan>, Vec<(VarId, VarId, VarId)>),
}

impl PhysicalOperator {
    /// The plan whose rows the operator asks for; none for one without input, one that sets its input up itself, and a
    /// union, which has two.
    pub(crate) fn input(&self) -> Option<&PhysicalPlan> {
        match self {
            PhysicalOperator::Unit
            | PhysicalOperator::Argument
            | PhysicalOperator::RelationshipCount(_)
            | PhysicalOperator::Aggregate(..)
            | PhysicalOperator::Schema(_)
            | PhysicalOperator::Show(_)
            | PhysicalOperator::Union(..) => None,
            PhysicalOperator::NodeScan(input, _)
            | PhysicalOperator::IndexSeek(input, _)
            | PhysicalOperator::UuidSeek(input, _)
            | PhysicalOperator::IdSeek(input, _)
            | PhysicalOperator::Expand(input, _)
            | PhysicalOperator::ExpandInto(input, _)
            | PhysicalOperator::Intersect(input, _)
            | PhysicalOperator::HashJoin(input, _, _)
            | PhysicalOperator::ExpandBound(input, _)
            | PhysicalOperator::VarExpand(input, _)
            | PhysicalOperator::ShortestPath(input, _)
            | PhysicalOperator::Repeat(input, _)
            | PhysicalOperator::ChoosePaths(input, _)
            | PhysicalOperator::Filter(input, _)
            | PhysicalOperator::Extend(input, _)
            | PhysicalOperator::Project(input, _)
            | PhysicalOperator::ProcedureCall(input, _)
            | PhysicalOperator::Unwind(input, _)
            | PhysicalOperator::Load(input, _)
            | PhysicalOperator::Skip(input, _)
            | PhysicalOperator::Limit { input, .. }
            | PhysicalOperator::Distinct(input, _)
            | PhysicalOperator::Sort(input, _)
            | PhysicalOperator::Apply(input, _)
            | PhysicalOperator::InTransactions(input, _)
            | PhysicalOperator::Write(input, _) => Some(input),
        }
    }
}
