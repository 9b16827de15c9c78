//! Conditions on paths: on each of their parts, and on them as a whole.

use super::{ShortestPath, StepCondition, Walk};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::eval::Selection;
use crate::exec::exclusion::Excluded;
use crate::exec::ids;
use crate::exec::operator::Resident;
use crate::exec::operators::var_expand::Steps;
use crate::factor::Batch;
use crate::logical::PatternDirection;
use crate::vector::Vector;
use namidb_core::Value;

/// Values of the row that a condition reads beside what it is about.
struct Around {
    columns: Vec<(VarId, Vector)>,
    row: usize,
}

impl Around {
    fn new(variables: impl Iterator<Item = VarId>, batch: &Batch, group: usize) -> Result<Around, Error> {
        let columns =
            variables.map(|v| Ok((v, ids::column(batch, v, group)?))).collect::<Result<_, Error>>()?;
        Ok(Around { columns, row: 0 })
    }

    /// A batch of so many rows, all like the row around, without what they are about.
    fn rows(&self, len: usize) -> Vec<(VarId, Vector)> {
        let constant = |(v, column): &(VarId, Vector)| (*v, Vector::constant(column.value(self.row), len));
        self.columns.iter().map(constant).collect()
    }
}

/// What every step and every node of the paths of a row must be like.
pub(super) struct Conditions<'a> {
    forward: Steps<'a>,
    backward: Steps<'a>,
    properties: Option<Value>,
    each: Vec<(&'a StepCondition, Around)>,
    resident: Resident<'a>,
}

impl<'a> Conditions<'a> {
    pub(super) fn new(
        spec: &'a ShortestPath,
        batch: &Batch,
        group: usize,
        resident: Resident<'a>,
    ) -> Result<Conditions<'a>, Error> {
        let reversed = match spec.direction {
            PatternDirection::Outgoing => PatternDirection::Incoming,
            PatternDirection::Incoming => PatternDirection::Outgoing,
            PatternDirection::Both => PatternDirection::Both,
        };
        let around = |condition: &'a StepCondition| {
            let reads = condition.predicate.variables().iter().copied();
            let reads = reads.filter(|v| *v != condition.variable);
            Ok((condition, Around::new(reads, batch, group)?))
        };
        Ok(Conditions {
            forward: Steps::new(&spec.types, spec.direction, resident),
            backward: Steps::new(&spec.types, reversed, resident),
            properties: None,
            each: spec.steps.iter().map(around).collect::<Result<_, Error>>()?,
            resident,
        })
    }

    pub(super) fn resident(&self) -> Resident<'a> {
        self.resident
    }

    /// Sets what the row asks of the properties of relationships.
    pub(super) fn start_row(&mut self, row: usize, properties: Option<Value>) -> Result<(), Error> {
        self.properties = properties;
        self.each.iter_mut().for_each(|(_, around)| around.row = row);
        self.avoid(Excluded::new())
    }

    /// Sets which relationships no path may take.
    pub(super) fn avoid(&mut self, excluded: Excluded) -> Result<(), Error> {
        self.forward.start_row(self.properties.clone(), excluded.clone())?;
        self.backward.start_row(self.properties.clone(), excluded)
    }

    /// Puts the neighbours and relationships of a node that a path may go on with into the list; against the
    /// direction of paths if it is looked at from their ends.
    pub(super) fn steps(
        &mut self,
        node: u64,
        from_end: bool,
        list: &mut Vec<(u64, u64)>,
    ) -> Result<(), Error> {
        list.clear();
        if from_end { &mut self.backward } else { &mut self.forward }.at(node, list);
        for (condition, around) in &self.each {
            if list.is_empty() {
                break;
            }
            let ids = list
                .iter()
                .map(|(node, relationship)| if condition.of_nodes { *node } else { *relationship });
            if let Selection::Rows(rows) = select(condition, around, ids.collect(), self.resident)? {
                *list = rows.iter().filter_map(|row| list.get(*row as usize).copied()).collect();
            }
        }
        Ok(())
    }

    /// Whether a path may begin or end at a node.
    pub(super) fn passes(&self, node: u64) -> Result<bool, Error> {
        for (condition, around) in self.each.iter().filter(|(condition, _)| condition.of_nodes) {
            if select(condition, around, vec![node], self.resident)? != Selection::All {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn select(
    condition: &StepCondition,
    around: &Around,
    ids: Vec<u64>,
    resident: Resident<'_>,
) -> Result<Selection, Error> {
    let len = ids.len();
    let mut columns = around.rows(len);
    let part = if condition.of_nodes { Vector::nodes(ids) } else { Vector::relationships(ids) };
    columns.push((condition.variable, part));
    condition.predicate.select(&Batch::flat(len, columns), 0, resident)
}

/// What paths as a whole must be like.
pub(super) struct WholeConditions<'a> {
    spec: &'a ShortestPath,
    around: Around,
    resident: Resident<'a>,
}

impl<'a> WholeConditions<'a> {
    pub(super) fn new(
        spec: &'a ShortestPath,
        batch: &Batch,
        group: usize,
        resident: Resident<'a>,
    ) -> Result<WholeConditions<'a>, Error> {
        let own = [Some(spec.relationships.variable), spec.path.map(|p| p.variable)];
        let mut reads: Vec<VarId> = spec.whole.iter().flat_map(|e| e.variables()).copied().collect();
        reads.retain(|v| !own.contains(&Some(*v)));
        reads.sort();
        reads.dedup();
        Ok(WholeConditions { spec, around: Around::new(reads.into_iter(), batch, group)?, resident })
    }

    pub(super) fn start_row(&mut self, row: usize) {
        self.around.row = row;
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.spec.whole.is_empty()
    }

    /// Keeps the walks that meet all conditions.
    pub(super) fn keep(&self, mut walks: Vec<Walk>) -> Result<Vec<Walk>, Error> {
        let spec = self.spec;
        for condition in &spec.whole {
            if walks.is_empty() {
                break;
            }
            let mut columns = self.around.rows(walks.len());
            let relationships = match walks.iter().all(|w| w.relationships.len() == 1) && spec.single {
                true => Vector::relationships(
                    walks.iter().flat_map(|w| w.relationships.iter().copied()).collect(),
                ),
                false => Vector::from_values(walks.iter().map(|w| w.list(spec.reversed)).collect()),
            };
            columns.push((spec.relationships.variable, relationships));
            if let Some(path) = spec.path {
                let paths = walks.iter().map(|w| w.path(spec.reversed)).collect();
                columns.push((path.variable, Vector::from_values(paths)));
            }
            if let Selection::Rows(rows) =
                condition.select(&Batch::flat(walks.len(), columns), 0, self.resident)?
            {
                let mut kept = rows.into_iter().peekable();
                let mut number = 0;
                walks.retain(|_| {
                    number += 1;
                    kept.next_if(|row| *row + 1 == number).is_some()
                });
            }
        }
        Ok(walks)
    }
}
