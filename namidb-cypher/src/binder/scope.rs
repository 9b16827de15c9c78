//! The names that an expression may use.

use super::bound::VarId;
use namidb_core::hash::HashMap;
use std::sync::Arc;

/// Names and the variables that they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: HashMap<Arc<str>, VarId>,
}

impl Scope {
    /// The variable of a name.
    pub(super) fn get(&self, name: &str) -> Option<VarId> {
        self.names.get(name).copied()
    }

    /// Gives a name a meaning; what it meant before is given back.
    pub(super) fn insert(&mut self, name: &Arc<str>, variable: VarId) -> Option<VarId> {
        self.names.insert(Arc::clone(name), variable)
    }

    /// Takes a name away, or gives it the meaning that it had.
    pub(super) fn restore(&mut self, name: &Arc<str>, before: Option<VarId>) {
        match before {
            Some(variable) => self.names.insert(Arc::clone(name), variable),
            None => self.names.remove(name),
        };
    }

    /// Whether there is no name.
    pub(super) fn is_empty(&self) -> bool {
        self.names.keys().all(|name| is_hidden(name))
    }

    /// The names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(|name| &**name).filter(|name| !is_hidden(name))
    }

    /// Names and variables in the order of the alphabet, as `*` gives them.
    pub(super) fn sorted(&self) -> Vec<(Arc<str>, VarId)> {
        let mut all: Vec<(Arc<str>, VarId)> = self
            .names
            .iter()
            .filter(|(name, _)| !is_hidden(name))
            .map(|(n, v)| (Arc::clone(n), *v))
            .collect();
        all.sort();
        all
    }

    /// The variables, each once.
    pub(super) fn variables(&self) -> Vec<VarId> {
        let mut all: Vec<VarId> = self.names.values().copied().collect();
        all.sort();
        all.dedup();
        all
    }
}

/// Whether no text can name it.
fn is_hidden(name: &str) -> bool {
    name.starts_with("  ")
}
