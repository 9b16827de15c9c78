//! CREATE INDEX and DROP INDEX.

use super::errors::unsupported;
use crate::Error;
use crate::logical::LogicalPlan;
use crate::syntax::ast::{DropTarget, IndexType, SchemaCommand};
use namidb_core::graph::op::IndexKind;
use std::sync::Arc;

/// A schema command as its plan.
pub(super) fn bind(command: &SchemaCommand) -> Result<LogicalPlan, Error> {
    match command {
        SchemaCommand::CreateIndex(index) => {
            if index.kind != IndexType::Range {
                return Err(unsupported(index.span, "an index of this kind"));
            }
            if index.entity.relationship {
                return Err(unsupported(index.entity.span, "an index on relationships"));
            }
            if let Some(options) = &index.options {
                return Err(unsupported(options.span, "OPTIONS of an index"));
            }
            let ([label], [key]) = (index.entity.names.as_slice(), index.keys.as_slice()) else {
                return Err(unsupported(index.span, "an index on several properties or labels"));
            };
            Ok(LogicalPlan::CreateIndex {
                name: index.name.as_ref().map(|name| Arc::clone(&name.text)),
                kind: IndexKind::Range,
                label: Arc::clone(&label.text),
                key: Arc::clone(&key.text),
                if_not_exists: index.if_not_exists,
            })
        }
        SchemaCommand::DropIndex(index) => match &index.target {
            DropTarget::Name(name) => {
                Ok(LogicalPlan::DropIndex { name: Arc::clone(&name.text), if_exists: index.if_exists })
            }
            DropTarget::LabelAndKeys { .. } => Err(unsupported(index.span, "DROP INDEX without a name")),
        },
        SchemaCommand::CreateConstraint(constraint) => Err(unsupported(constraint.span, "a constraint")),
        SchemaCommand::DropConstraint(constraint) => Err(unsupported(constraint.span, "a constraint")),
    }
}
