//! Of paths in the order of their lengths the first ones between each two ends.

use super::repeat::Chosen;
use crate::binder::bound::VarId;
use crate::binder::bound_query::Selection;
use crate::error::Error;
use crate::exec::ids;
use crate::exec::operator::{Resident, Step, Transform, Work};
use namidb_core::Value;
use namidb_core::hash::HashMap;
use namidb_core::value::hash::GroupKey;

/// What to choose.
#[derive(Debug)]
pub(crate) struct ChoosePaths {
    /// The ends of a path.
    pub(crate) ends: Vec<VarId>,
    /// How many relationships it has.
    pub(crate) length: VarId,
    /// Which count.
    pub(crate) selection: Selection,
}

/// Keeps the paths that count.
pub(crate) struct ChooseTransform<'p> {
    spec: &'p ChoosePaths,
    met: HashMap<GroupKey, Chosen>,
}

impl<'p> ChooseTransform<'p> {
    pub(crate) fn new(spec: &'p ChoosePaths) -> ChooseTransform<'p> {
        ChooseTransform { spec, met: HashMap::default() }
    }
}

impl Transform for ChooseTransform<'_> {
    fn execute(&mut self, work: Work, _: Resident<'_>) -> Result<Step, Error> {
        if !work.batch.is_flat() {
            return Ok(Step::Flatten(work.batch));
        }
        let batch = work.batch;
        let mut ends = Vec::with_capacity(self.spec.ends.len());
        for end in &self.spec.ends {
            ends.push(ids::column(&batch, *end, 0)?);
        }
        let lengths = ids::column(&batch, self.spec.length, 0)?;
        let mut kept = Vec::new();
        for row in 0..batch.group(0).len() {
            let key: Value = ends.iter().map(|end| end.value(row)).collect();
            let Value::Integer(length) = lengths.value(row) else { continue };
            let chosen = self.met.entry(GroupKey(key)).or_default();
            if chosen.admit(self.spec.selection, length.unsigned_abs()) {
                kept.push(row as u32);
            }
        }
        Ok(Step::Done(if kept.is_empty() { None } else { Some(batch.take(0, kept)) }))
    }
}
