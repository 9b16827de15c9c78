//! Names and indexes.

use super::Changes;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::{IndexKind, NameKind, NameRef, Op};
use std::sync::Arc;

impl Changes {
    /// How operations name a label, which is defined if it is new.
    pub(in crate::transaction) fn label(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().label(name).map(|id| id.0);
        self.name(NameKind::Label, name, found)
    }

    /// How operations name a relationship type, which is defined if it is new.
    pub(in crate::transaction) fn rel_type(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().rel_type(name).map(|id| id.0);
        self.name(NameKind::RelType, name, found)
    }

    /// How operations name a property key, which is defined if it is new.
    pub(in crate::transaction) fn property_key(&mut self, name: &Arc<str>) -> Result<NameRef> {
        let found = self.state.catalog().property_key(name).map(|id| id.0);
        self.name(NameKind::PropertyKey, name, found)
    }

    /// How operations name a number of the catalog.
    pub(super) fn known(&self, kind: NameKind, number: u32) -> NameRef {
        Changes::name_ref(number, self.base.catalog().name_count(kind))
    }

    fn name(&mut self, kind: NameKind, name: &Arc<str>, found: Option<u32>) -> Result<NameRef> {
        let number = match found {
            Some(number) => number,
            None => {
                let number = self.state.catalog().name_count(kind);
                self.record(Op::DefineName { kind, name: Arc::clone(name) })?;
                number
            }
        };
        Ok(self.known(kind, number))
    }

    /// Defines an index on a property of the nodes with a label, and builds it.
    ///
    /// # Errors
    /// `Schema` if there is an index of that name, or on that label and property.
    pub fn create_index(
        &mut self,
        name: &Arc<str>,
        kind: IndexKind,
        label: &Arc<str>,
        key: &Arc<str>,
    ) -> Result<()> {
        let mark = self.mark();
        let result = self.record_index(name, kind, label, key);
        match result {
            Ok(()) => self.counters.indexes_added += 1,
            // The names are of no use without the index.
            Err(_) => self.rollback_to(mark),
        }
        result
    }

    fn record_index(
        &mut self,
        name: &Arc<str>,
        kind: IndexKind,
        label: &Arc<str>,
        key: &Arc<str>,
    ) -> Result<()> {
        let (label, key) = (self.label(label)?, self.property_key(key)?);
        self.record(Op::CreateIndex { name: Arc::clone(name), kind, label, key })
    }

    /// Drops an index.
    ///
    /// # Errors
    /// `Schema` if there is none of that name.
    pub fn drop_index(&mut self, name: &str) -> Result<()> {
        let Some(definition) = self.state.catalog().index_named(name) else {
            return Err(Error::new(ErrorCode::Schema, format!("there is no index {name}"))
                .with_hint("Use DROP INDEX ... IF EXISTS"));
        };
        let name = Arc::clone(&definition.name);
        self.record(Op::DropIndex { name })?;
        self.counters.indexes_removed += 1;
        Ok(())
    }
}
