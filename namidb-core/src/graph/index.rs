//! Property indexes.

use super::op::{IndexKind, NameRef, PropertyDelta};
use super::{ApplyContext, GraphState};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{LabelId, NodeId, PropertyKeyId};
use crate::value::Value;
use std::sync::Arc;

impl GraphState {
    pub(crate) fn index_insert(&mut self, _: LabelId, _: PropertyKeyId, _: &Value, _: NodeId) {}
    pub(crate) fn index_remove(&mut self, _: LabelId, _: PropertyKeyId, _: &Value, _: NodeId) {}
    pub(crate) fn index_node(
        &mut self,
        _: &ApplyContext,
        _: NodeId,
        _: &[NameRef],
        _: &[PropertyDelta],
        _: bool,
    ) -> Result<()> {
        Ok(())
    }
    pub(crate) fn create_index(
        &mut self,
        name: &Arc<str>,
        _: IndexKind,
        _: LabelId,
        _: PropertyKeyId,
    ) -> Result<()> {
        Err(Error::new(
            ErrorCode::Unsupported,
            format!("the index {name} cannot be created: this version has no indexes"),
        ))
    }
    pub(crate) fn drop_index(&mut self, name: &Arc<str>) -> Result<()> {
        Err(Error::new(ErrorCode::Schema, format!("there is no index {name}")))
    }
}
