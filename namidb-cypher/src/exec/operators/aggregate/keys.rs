//! The groups of rows.

use super::label_sets::LabelSets;
use super::{Aggregate, KeySource};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::Grouping;
use crate::exec::ids;
use crate::exec::operator::Resident;
use crate::exec::pages::Pages;
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::residency::missed;

/// The groups so far, and those of the rows at hand.
pub(super) struct Keys<'p> {
    spec: &'p Aggregate,
    reads: Vec<VarId>,
    grouping: Grouping,
    /// The group of each row at hand.
    groups: Vec<u32>,
    /// One more than the group of each node, where the keys are computed from a node.
    of_node: Pages<u32>,
    label_sets: LabelSets,
}

impl<'p> Keys<'p> {
    pub(super) fn new(spec: &'p Aggregate) -> Keys<'p> {
        let mut reads: Vec<VarId> = Vec::new();
        for variable in spec.keys.iter().flat_map(|(_, e)| e.variables()) {
            if !reads.contains(variable) {
                reads.push(*variable);
            }
        }
        let grouping = Grouping::new(spec.keys.len());
        Keys {
            spec,
            reads,
            grouping,
            groups: Vec::new(),
            of_node: Pages::default(),
            label_sets: LabelSets::default(),
        }
    }

    /// The variables that the keys read.
    pub(super) fn reads(&self) -> &[VarId] {
        &self.reads
    }

    /// How many groups there are: one, if there are no keys.
    pub(super) fn len(&self) -> usize {
        if self.spec.keys.is_empty() { 1 } else { self.grouping.len() }
    }

    /// The group of each row at hand; none if there are no keys.
    pub(super) fn groups(&self) -> Option<&[u32]> {
        if self.spec.keys.is_empty() { None } else { Some(&self.groups) }
    }

    /// Finds the groups of the rows of a group of the batch; changes nothing if something of the graph is missing.
    pub(super) fn assign(&mut self, batch: &Batch, group: usize, at: Resident<'_>) -> Result<(), Error> {
        if self.spec.keys.is_empty() {
            return Ok(());
        }
        if let KeySource::Node(variable) | KeySource::Labels(variable) = self.spec.source
            && let Vector::Node(nodes) = ids::column(batch, variable, group)?
            && !nodes.has_nulls()
        {
            return match self.spec.source {
                KeySource::Labels(_) => self.assign_by_labels(&nodes.values, variable, at),
                _ => self.assign_by_node(&nodes.values, variable, at),
            };
        }
        let keys = self
            .spec
            .keys
            .iter()
            .map(|(_, key)| key.evaluate(batch, group, at))
            .collect::<Result<Vec<Vector>, Error>>()?;
        if !missed() {
            self.grouping.assign(&keys, batch.group(group).len(), &mut self.groups);
        }
        Ok(())
    }

    /// The keys of nodes that were not met before are computed; the others are known.
    fn assign_by_node(&mut self, nodes: &[u64], variable: VarId, at: Resident<'_>) -> Result<(), Error> {
        const ASKED: u32 = u32::MAX;
        let mut new = Vec::new();
        for node in nodes {
            let known = self.of_node.get_mut(*node);
            if *known == 0 {
                *known = ASKED;
                new.push(*node);
            }
        }
        if !new.is_empty() {
            let batch = Batch::flat(new.len(), vec![(variable, Vector::nodes(new.clone()))]);
            let keys = self
                .spec
                .keys
                .iter()
                .map(|(_, key)| key.evaluate(&batch, 0, at))
                .collect::<Result<Vec<Vector>, Error>>();
            if missed() {
                new.iter().for_each(|node| *self.of_node.get_mut(*node) = 0);
                return Ok(());
            }
            self.grouping.assign(&keys?, new.len(), &mut self.groups);
            for (node, group) in new.iter().zip(&self.groups) {
                *self.of_node.get_mut(*node) = group + 1;
            }
        }
        self.groups.clear();
        self.groups.extend(nodes.iter().map(|node| self.of_node.get(*node) - 1));
        Ok(())
    }

    /// The keys of sets of labels that were not met before are computed; the others are known.
    fn assign_by_labels(&mut self, nodes: &[u64], variable: VarId, at: Resident<'_>) -> Result<(), Error> {
        let Keys { spec, grouping, groups, label_sets, .. } = self;
        groups.clear();
        groups.reserve(nodes.len());
        let mut one = Vec::with_capacity(1);
        label_sets.assign(nodes, at.state, groups, |node| {
            let batch = Batch::flat(1, vec![(variable, Vector::nodes(vec![node]))]);
            let keys = spec.keys.iter().map(|(_, key)| key.evaluate(&batch, 0, at));
            let keys = keys.collect::<Result<Vec<Vector>, Error>>()?;
            if missed() {
                return Ok(0);
            }
            grouping.assign(&keys, 1, &mut one);
            Ok(one[0])
        })
    }

    /// Takes in the groups of later rows, and says what each is called here.
    pub(super) fn merge(&mut self, later: Keys<'_>) -> Vec<u32> {
        if self.spec.keys.is_empty() {
            return vec![0];
        }
        let len = later.grouping.len();
        let keys = later.grouping.into_keys();
        let mut groups = Vec::with_capacity(len);
        self.grouping.assign(&keys, len, &mut groups);
        groups
    }

    /// The keys, a column each, one row a group.
    pub(super) fn into_columns(self) -> Vec<Vector> {
        self.grouping.into_keys()
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.grouping.size_bytes() + self.of_node.size_bytes() + self.label_sets.size_bytes()
    }
}
