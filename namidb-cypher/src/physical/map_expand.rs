//! Steps of patterns.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use super::var_set::VarSet;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operators::expand::Expand;
use crate::exec::operators::expand_bound::ExpandBound;
use crate::exec::operators::expand_into::ExpandInto;
use crate::exec::operators::intersect::{Intersect, Leg};
use crate::exec::operators::relationship_count::RelationshipCount;
use crate::exec::operators::var_expand::{End, VarExpand};
use crate::logical::{self, LogicalPlan, PatternDirection};
use std::sync::Arc;

impl Mapper<'_> {
    /// A step whose right node must have some labels.
    #[inline(never)]
    pub(super) fn expand(
        &self,
        expand: &logical::Expand,
        to_labels: Vec<Arc<str>>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        if counts_relationships(expand, &to_labels, &needs) {
            let operator =
                PhysicalOperator::RelationshipCount(RelationshipCount { types: expand.types.clone() });
            return Ok(self.finish(operator, VarSet::default(), &needs));
        }
        let mut below = needs.clone();
        if !expand.relationship_bound {
            below = below.without(expand.relationship);
        }
        if !expand.into {
            below = below.without(expand.to);
        }
        let below = below
            .and([expand.from])
            .and(expand.relationship_bound.then_some(expand.relationship))
            .and(expand.into.then_some(expand.to))
            .and(expand.distinct_from.iter().copied());
        let input = self.plan(&expand.input, below)?;
        Ok(self.expanded(expand, input, to_labels, &needs))
    }

    #[inline(never)]
    fn expanded(
        &self,
        expand: &logical::Expand,
        input: Mapped,
        to_labels: Vec<Arc<str>>,
        needs: &Needs,
    ) -> Mapped {
        let mut columns = input.columns;
        let relationship = needs.has(expand.relationship).filter(|_| !expand.relationship_bound);
        let to = needs.has(expand.to).filter(|_| !expand.into);
        relationship.into_iter().chain(to).for_each(|v| columns.insert(v));
        let input = input.plan;
        let from = expand.from;
        let (types, direction) = (expand.types.clone(), expand.direction);
        let distinct_from = expand.distinct_from.clone();
        let operator = if expand.relationship_bound {
            let to = if expand.into { End::Bound(expand.to) } else { End::New(to) };
            let relationship = expand.relationship;
            let spec = ExpandBound { from, relationship, to, to_labels, types, direction, distinct_from };
            PhysicalOperator::ExpandBound(input, spec)
        } else if expand.into {
            let spec = ExpandInto { from, relationship, to: expand.to, types, direction, distinct_from };
            PhysicalOperator::ExpandInto(input, spec)
        } else {
            let spec = Expand { from, relationship, to, to_labels, types, direction, distinct_from };
            PhysicalOperator::Expand(input, spec)
        };
        self.finish(operator, columns, needs)
    }

    /// Two steps that meet in a node that must have some labels.
    // Plans are mapped by recursion, and this is rare: its variables stay out of the frames of all others.
    #[inline(never)]
    pub(super) fn intersect(
        &self,
        intersect: &logical::Intersect,
        to_labels: Vec<Arc<str>>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let legs = [&intersect.scanned, &intersect.marked];
        let mut below = needs.clone().without(intersect.to);
        for leg in legs {
            below = below.without(leg.relationship);
        }
        for leg in legs {
            below = below.and([leg.from]).and(leg.distinct_from.iter().copied());
        }
        let input = self.plan(&intersect.input, below)?;
        let mut columns = input.columns;
        let leg = |leg: &logical::Leg| Leg {
            from: leg.from,
            relationship: needs.has(leg.relationship),
            types: leg.types.clone(),
            direction: leg.direction,
            distinct_from: leg.distinct_from.clone(),
        };
        let spec = Intersect {
            to: needs.has(intersect.to),
            to_labels,
            scanned: leg(&intersect.scanned),
            marked: leg(&intersect.marked),
            differ: intersect.differ,
        };
        let new = [spec.to, spec.scanned.relationship, spec.marked.relationship];
        new.into_iter().flatten().for_each(|v| columns.insert(v));
        Ok(self.finish(PhysicalOperator::Intersect(input.plan, spec), columns, &needs))
    }

    /// A variable-length step whose end must have some labels.
    #[inline(never)]
    pub(super) fn var_expand(
        &self,
        expand: &logical::VarExpand,
        to_labels: Vec<Arc<str>>,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let mut below = needs.clone();
        if !expand.relationships_bound {
            below = below.without(expand.relationships);
        }
        if !expand.into {
            below = below.without(expand.to);
        }
        let properties: Vec<VarId> = expand.properties.iter().flat_map(|e| e.free_variables()).collect();
        let below = below
            .and([expand.from])
            .and(expand.relationships_bound.then_some(expand.relationships))
            .and(expand.into.then_some(expand.to))
            .and(expand.distinct_from.iter().copied())
            .and(properties);
        let input = self.plan(&expand.input, below)?;
        self.var_expanded(expand, input, to_labels, &needs)
    }

    #[inline(never)]
    fn var_expanded(
        &self,
        expand: &logical::VarExpand,
        input: Mapped,
        to_labels: Vec<Arc<str>>,
        needs: &Needs,
    ) -> Result<Mapped, Error> {
        let mut columns = input.columns;
        let relationships = needs.has(expand.relationships).filter(|_| !expand.relationships_bound);
        let to = needs.has(expand.to).filter(|_| !expand.into);
        relationships.into_iter().chain(to).for_each(|v| columns.insert(v));
        let spec = VarExpand {
            from: expand.from,
            relationships,
            reversed: expand.reversed,
            bound: expand.relationships_bound.then_some(expand.relationships),
            to: if expand.into { End::Bound(expand.to) } else { End::New(to) },
            to_labels,
            types: expand.types.clone(),
            direction: expand.direction,
            min: expand.min,
            max: expand.max.unwrap_or(u64::MAX),
            properties: expand.properties.as_ref().map(|e| self.expression(e)).transpose()?,
            distinct_from: expand.distinct_from.clone(),
            ends_once: !needs.duplicates,
        };
        Ok(self.finish(PhysicalOperator::VarExpand(input.plan, spec), columns, needs))
    }
}

/// Whether a step finds every relationship of its types once, and nobody reads anything of it.
fn counts_relationships(expand: &logical::Expand, to_labels: &[Arc<str>], needs: &Needs) -> bool {
    let from_any_node = match &expand.input {
        LogicalPlan::NodeScan { input, variable, labels, computed } => {
            let any = labels.is_empty() && computed.is_empty();
            matches!(**input, LogicalPlan::Unit) && *variable == expand.from && any
        }
        _ => false,
    };
    let read = [expand.from, expand.relationship, expand.to].iter().any(|v| needs.has(*v).is_some());
    from_any_node
        && !read
        && !expand.into
        && !expand.relationship_bound
        && to_labels.is_empty()
        && expand.distinct_from.is_empty()
        && expand.direction != PatternDirection::Both
}
