//! REMOVE: a property that is removed is set to null.

use super::Binder;
use super::bind_set::names;
use super::bound::{Expr, ExprKind};
use super::bound_query::BoundClause;
use crate::Error;
use crate::functions::TypeSet;
use crate::logical::SetItem;
use crate::syntax::ast::{self, RemoveKind};
use namidb_core::Value;
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn remove(&mut self, clause: &ast::Remove) -> Result<BoundClause, Error> {
        let mut items = Vec::with_capacity(clause.items.len());
        for item in &clause.items {
            items.push(match &item.kind {
                RemoveKind::Property { entity, key } => {
                    let entity = self.entity(entity, key)?;
                    let value = Expr { kind: ExprKind::Literal(Value::Null), span: item.span };
                    SetItem::Property { entity, key: Arc::clone(&key.text), value }
                }
                RemoveKind::Labels { variable, labels, computed } => {
                    let node = self.entity_variable(variable, TypeSet::NODE, "a node")?;
                    let computed = self.computed_labels(computed)?;
                    SetItem::RemoveLabels { node, labels: names(labels), computed }
                }
                RemoveKind::DynamicProperty { entity, key } => {
                    let (entity, key) = self.dynamic_property(entity, key)?;
                    let value = Expr { kind: ExprKind::Literal(Value::Null), span: item.span };
                    SetItem::DynamicProperty { entity, key, value }
                }
            });
        }
        Ok(BoundClause::Set(items))
    }
}
