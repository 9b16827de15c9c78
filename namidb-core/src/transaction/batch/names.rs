//! The names in a batch, numbered, so that a row holds a number and each name is looked up in a catalog once.

use super::empty_name;
use crate::error::Result;
use crate::graph::op::NameRef;
use crate::hash::HashMap;
use crate::transaction::Changes;
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
struct Table {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Table {
    fn number(&mut self, name: &Arc<str>) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(Arc::clone(name));
        self.numbers.insert(Arc::clone(name), number);
        number
    }
}

/// The names in a batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    labels: Table,
    rel_types: Table,
    keys: Table,
    label_sets: Vec<Vec<u32>>,
    label_set_numbers: HashMap<Vec<u32>, u32>,
}

impl Names {
    /// The number of a set of labels.
    pub(super) fn label_set(&mut self, labels: &[Arc<str>]) -> Result<u32> {
        if labels.iter().any(|label| label.is_empty()) {
            return Err(empty_name("label"));
        }
        let mut set: Vec<u32> = labels.iter().map(|label| self.labels.number(label)).collect();
        set.sort_unstable();
        set.dedup();
        if let Some(number) = self.label_set_numbers.get(&set) {
            return Ok(*number);
        }
        let number = self.label_sets.len() as u32;
        self.label_sets.push(set.clone());
        self.label_set_numbers.insert(set, number);
        Ok(number)
    }

    pub(super) fn rel_type(&mut self, name: &Arc<str>) -> Result<u32> {
        if name.is_empty() { Err(empty_name("relationship type")) } else { Ok(self.rel_types.number(name)) }
    }

    pub(super) fn key(&mut self, name: &Arc<str>) -> u32 {
        self.keys.number(name)
    }

    pub(super) fn labels_of(&self, set: u32) -> impl Iterator<Item = &Arc<str>> {
        let numbers = self.label_sets.get(set as usize).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|number| self.labels.names.get(*number as usize))
    }

    /// The relationship types, by number.
    pub(super) fn rel_type_names(&self) -> &[Arc<str>] {
        &self.rel_types.names
    }

    pub(super) fn key_name(&self, number: u32) -> Option<&Arc<str>> {
        self.keys.names.get(number as usize)
    }

    /// Nothing looked up yet.
    pub(super) fn resolver(&self) -> Resolver {
        Resolver {
            label_sets: vec![None; self.label_sets.len()],
            rel_types: vec![None; self.rel_types.names.len()],
            keys: vec![None; self.keys.names.len()],
        }
    }
}

/// How the operations of one staging run name the names of a batch: looked up, and if need be defined, when first used.
pub(super) struct Resolver {
    label_sets: Vec<Option<Vec<NameRef>>>,
    rel_types: Vec<Option<NameRef>>,
    keys: Vec<Option<NameRef>>,
}

impl Resolver {
    pub(super) fn label_set(
        &mut self,
        names: &Names,
        changes: &mut Changes,
        set: u32,
    ) -> Result<Vec<NameRef>> {
        if let Some(known) = &self.label_sets[set as usize] {
            return Ok(known.clone());
        }
        let resolved = names.labels_of(set).map(|label| changes.label(label)).collect::<Result<Vec<_>>>()?;
        Ok(self.label_sets[set as usize].insert(resolved).clone())
    }

    pub(super) fn rel_type(&mut self, names: &Names, changes: &mut Changes, number: u32) -> Result<NameRef> {
        let slot = &mut self.rel_types[number as usize];
        match *slot {
            Some(known) => Ok(known),
            None => Ok(*slot.insert(changes.rel_type(&names.rel_types.names[number as usize])?)),
        }
    }

    pub(super) fn key(&mut self, names: &Names, changes: &mut Changes, number: u32) -> Result<NameRef> {
        let slot = &mut self.keys[number as usize];
        match *slot {
            Some(known) => Ok(known),
            None => Ok(*slot.insert(changes.property_key(&names.keys.names[number as usize])?)),
        }
    }
}
