//! Checks a relationship that the row holds already against a pattern.

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::exclusion::Exclusion;
use crate::exec::fan_out::FanOut;
use crate::exec::ids::EntityIds;
use crate::exec::labels::LabelFilter;
use crate::exec::operator::{Resident, Step, Transform, Work};
use crate::factor::Placement;
use crate::logical::PatternDirection;
use crate::vector::Vector;
use namidb_core::RelId;
use std::sync::Arc;

/// What to check.
#[derive(Debug)]
pub(crate) struct ExpandBound {
    /// The node on the left.
    pub(crate) from: VarId,
    /// The relationship.
    pub(crate) relationship: VarId,
    /// The node on the right.
    pub(crate) to: super::var_expand::End,
    /// What the node on the right must have, where the input does not bind it.
    pub(crate) to_labels: Vec<Arc<str>>,
    /// The types that the relationship may have; none means any.
    pub(crate) types: Vec<Arc<str>>,
    /// Which way it points.
    pub(crate) direction: PatternDirection,
    /// Relationships and lists of them that it must differ from.
    pub(crate) distinct_from: Vec<VarId>,
}

/// Keeps the rows whose relationship fits, and adds the node at its other end.
pub(crate) struct ExpandBoundTransform<'p>(pub(crate) &'p ExpandBound);

impl Transform for ExpandBoundTransform<'_> {
    fn execute(&mut self, work: Work, resident: Resident<'_>) -> Result<Step, Error> {
        use super::var_expand::End;
        let spec = self.0;
        let batch = work.batch;
        let mut reads = vec![spec.from, spec.relationship];
        if let End::Bound(to) = spec.to {
            reads.push(to);
        }
        reads.extend(&spec.distinct_from);
        let Placement::Group(group) = batch.place(&reads) else {
            return Ok(Step::Flatten(batch));
        };
        let Some(labels) = LabelFilter::new(&spec.to_labels, resident.state) else {
            return Ok(Step::Done(None));
        };
        let mut probe = labels.probe();
        let from = EntityIds::nodes(&batch, spec.from, group)?;
        let relationships = EntityIds::relationships(&batch, spec.relationship, group)?;
        let ends = match spec.to {
            End::Bound(to) => Some(EntityIds::nodes(&batch, to, group)?),
            End::New(_) => None,
        };
        let exclusion = Exclusion::new(&batch, &spec.distinct_from, group)?;
        let mut offsets = vec![0];
        let mut nodes = Vec::new();
        for row in 0..batch.group(group).len() {
            let found = match (from.get(row), relationships.get(row)) {
                (Some(node), Some(relationship)) if !exclusion.of(row).contains(&relationship) => {
                    other_end(spec, node, RelId(relationship), resident)
                }
                _ => None,
            };
            nodes.extend(found.filter(|node| match &ends {
                Some(ends) => ends.get(row) == Some(*node),
                None => probe.passes(*node),
            }));
            offsets.push(nodes.len() as u64);
        }
        let columns = match spec.to {
            End::New(Some(to)) => vec![(to, Vector::nodes(nodes))],
            _ => Vec::new(),
        };
        Ok(Step::Done(FanOut { offsets, columns }.apply(batch, group)))
    }
}

/// The node at the other end of a relationship, if it is of the pattern's types and leads there from `node`.
fn other_end(spec: &ExpandBound, node: u64, relationship: RelId, resident: Resident<'_>) -> Option<u64> {
    let record = resident.state.relationship(relationship)?;
    let name = resident.state.catalog().rel_type_name(record.rel_type);
    if !spec.types.is_empty() && !spec.types.contains(name) {
        return None;
    }
    let (source, target) = (record.source.0, record.target.0);
    match spec.direction {
        PatternDirection::Outgoing | PatternDirection::Both if source == node => Some(target),
        PatternDirection::Incoming | PatternDirection::Both if target == node => Some(source),
        _ => None,
    }
}
