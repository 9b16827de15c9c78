//! The groups of nodes whose keys are made of their labels: one for each set of labels, so that keys are computed once a
//! set and a node costs a few bits.

use crate::error::Error;
use namidb_core::graph::{BITMAP_CHUNK_IDS, BitmapChunk, GraphState};
use namidb_core::hash::HashMap;
use namidb_core::residency::missed;
use namidb_core::{LabelId, NodeId};
use smallvec::SmallVec;

/// The labels of a node, ascending.
type LabelSet = SmallVec<[LabelId; 4]>;

/// The sets of labels met so far.
#[derive(Default)]
pub(super) struct LabelSets {
    groups: HashMap<LabelSet, u32>,
}

impl LabelSets {
    /// Adds the group of each node to `groups`. `group_of` gives the group of a node with a set of labels that was not
    /// met before.
    pub(super) fn assign(
        &mut self,
        nodes: &[u64],
        state: &GraphState,
        groups: &mut Vec<u32>,
        mut group_of: impl FnMut(u64) -> Result<u32, Error>,
    ) -> Result<(), Error> {
        for run in nodes.chunk_by(|a, b| a / BITMAP_CHUNK_IDS == b / BITMAP_CHUNK_IDS) {
            let chunk = run[0] / BITMAP_CHUNK_IDS;
            let present: SmallVec<[&BitmapChunk; 8]> = state
                .catalog()
                .labels()
                .filter_map(|(label, _)| state.label_nodes(label)?.chunk(chunk))
                .collect();
            if present.len() > 64 {
                for node in run {
                    groups.push(self.group(*node, state, &mut group_of)?);
                }
                continue;
            }
            // The sets of this chunk: which of its labels are in it, a bit each.
            let mut known: SmallVec<[(u64, u32); 8]> = SmallVec::new();
            let mut last: Option<(u64, u32)> = None;
            for node in run {
                let offset = (node % BITMAP_CHUNK_IDS) as usize;
                let mut set = 0;
                for (number, bitmap) in present.iter().enumerate() {
                    set |= u64::from(bitmap.contains(offset)) << number;
                }
                let group = match last.filter(|(of, _)| *of == set) {
                    Some((_, group)) => group,
                    None => match known.iter().find(|(of, _)| *of == set) {
                        Some((_, group)) => *group,
                        None => {
                            let group = self.group(*node, state, &mut group_of)?;
                            known.push((set, group));
                            group
                        }
                    },
                };
                last = Some((set, group));
                groups.push(group);
            }
        }
        Ok(())
    }

    fn group(
        &mut self,
        node: u64,
        state: &GraphState,
        group_of: &mut impl FnMut(u64) -> Result<u32, Error>,
    ) -> Result<u32, Error> {
        let mut set = state.labels(NodeId(node));
        set.sort_unstable();
        if let Some(group) = self.groups.get(&set) {
            return Ok(*group);
        }
        let group = group_of(node)?;
        if !missed() {
            self.groups.insert(set, group);
        }
        Ok(group)
    }

    pub(super) fn size_bytes(&self) -> u64 {
        (self.groups.len() * size_of::<(LabelSet, u32)>()) as u64
    }
}
