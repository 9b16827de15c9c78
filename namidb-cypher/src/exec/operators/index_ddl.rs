//! CREATE INDEX and DROP INDEX.

use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::Batch;
use namidb_core::graph::op::IndexKind;
use std::sync::Arc;

/// A change of the indexes.
#[derive(Debug)]
pub(crate) enum IndexChange {
    Create { name: Option<Arc<str>>, kind: IndexKind, label: Arc<str>, key: Arc<str>, if_not_exists: bool },
    Drop { name: Arc<str>, if_exists: bool },
}

/// Changes the indexes, and gives no rows.
pub(crate) struct IndexOperator<'p> {
    change: &'p IndexChange,
    done: bool,
}

impl<'p> IndexOperator<'p> {
    pub(crate) fn new(change: &'p IndexChange) -> IndexOperator<'p> {
        IndexOperator { change, done: false }
    }
}

impl Operator for IndexOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        match self.change {
            IndexChange::Create { name, kind, label, key, if_not_exists } => {
                let catalog = run.state().catalog();
                let covered = catalog.label(label).zip(catalog.property_key(key));
                let exists = catalog.indexes().iter().any(|index| {
                    Some((index.label, index.key)) == covered
                        || name.as_ref().is_some_and(|name| *name == index.name)
                });
                if exists && *if_not_exists {
                    return Ok(None);
                }
                let name = match name {
                    Some(name) => Arc::clone(name),
                    None => Arc::from(format!("index_{label}_{key}")),
                };
                run.changes()?.create_index(&name, *kind, label, key)?;
            }
            IndexChange::Drop { name, if_exists } => {
                if *if_exists && run.state().catalog().index_named(name).is_none() {
                    return Ok(None);
                }
                run.changes()?.drop_index(name)?;
            }
        }
        Ok(None)
    }
}
