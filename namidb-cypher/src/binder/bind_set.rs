//! SET, and what REMOVE shares with it.

use super::bind_expr::expect;
use super::bound::{Expr, VarId};
use super::bound_query::BoundClause;
use super::errors::wrong_type;
use super::types::ENTITY;
use super::{Binder, Typed, variable};
use crate::Error;
use crate::functions::TypeSet;
use crate::logical::SetItem;
use crate::syntax::ast::{self, Name, SetKind};
use namidb_core::ErrorCode;
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn set(&mut self, clause: &ast::Set) -> Result<BoundClause, Error> {
        Ok(BoundClause::Set(self.set_items(&clause.items)?))
    }

    /// The items of SET, also after ON CREATE and ON MATCH.
    pub(super) fn set_items(&mut self, items: &[ast::SetItem]) -> Result<Vec<SetItem>, Error> {
        items.iter().map(|item| self.set_item(item)).collect()
    }

    fn set_item(&mut self, item: &ast::SetItem) -> Result<SetItem, Error> {
        match &item.kind {
            SetKind::Property { entity, key, value } => {
                let entity = self.entity(entity, key)?;
                let value = self.expr(value)?.expr;
                Ok(SetItem::Property { entity, key: Arc::clone(&key.text), value })
            }
            SetKind::Replace { variable, value } => {
                let entity = self.entity_variable(variable, ENTITY, "a node or a relationship")?;
                Ok(SetItem::ReplaceProperties { entity, value: self.properties(value)? })
            }
            SetKind::Merge { variable, value } => {
                let entity = self.entity_variable(variable, ENTITY, "a node or a relationship")?;
                Ok(SetItem::MergeProperties { entity, value: self.properties(value)? })
            }
            SetKind::Labels { variable, labels, computed } => {
                let node = self.entity_variable(variable, TypeSet::NODE, "a node")?;
                let computed = self.computed_labels(computed)?;
                Ok(SetItem::AddLabels { node, labels: names(labels), computed })
            }
            SetKind::DynamicProperty { entity, key, value } => {
                let (entity, key) = self.dynamic_property(entity, key)?;
                Ok(SetItem::DynamicProperty { entity, key, value: self.expr(value)?.expr })
            }
        }
    }

    pub(super) fn computed_labels(&mut self, computed: &[ast::Expr]) -> Result<Vec<Expr>, Error> {
        computed.iter().map(|names| self.label_names(names)).collect()
    }

    /// What has the property that is set.
    pub(super) fn entity(&mut self, entity: &ast::Expr, key: &Name) -> Result<Expr, Error> {
        let entity = self.expr(entity)?;
        expect(&entity, ENTITY, "a node or a relationship")?;
        if &*key.text == "_id" && entity.kind.is_always(TypeSet::NODE) {
            return Err(Error::compile_time(
                ErrorCode::Semantic,
                "SyntaxError",
                "InvalidArgumentType",
                "the public id of a node cannot change",
            )
            .with_span(key.span)
            .with_hint("Set it when the node is created: CREATE (n {_id: ..})"));
        }
        Ok(entity.expr)
    }

    /// What has a property whose name is computed, and its name.
    pub(super) fn dynamic_property(
        &mut self,
        entity: &ast::Expr,
        key: &ast::Expr,
    ) -> Result<(Expr, Expr), Error> {
        let entity = self.expr(entity)?;
        expect(&entity, ENTITY, "a node or a relationship")?;
        let key = self.expr(key)?;
        expect(&key, TypeSet::STRING, "the name of a property")?;
        Ok((entity.expr, key.expr))
    }

    pub(super) fn entity_variable(
        &mut self,
        name: &Name,
        set: TypeSet,
        wanted: &str,
    ) -> Result<VarId, Error> {
        let found = self.resolve(&name.text, name.span)?;
        expect(&Typed { expr: variable(found, name.span), kind: self.type_of(found) }, set, wanted)?;
        Ok(found)
    }

    fn properties(&mut self, value: &ast::Expr) -> Result<Expr, Error> {
        let value = self.expr(value)?;
        if value.kind.is_never(ENTITY | TypeSet::MAP) {
            return Err(wrong_type(
                value.expr.span,
                format!("a map is needed here, and this is {}", value.kind.describe()),
            ));
        }
        Ok(value.expr)
    }
}

pub(super) fn names(labels: &[Name]) -> Vec<Arc<str>> {
    labels.iter().map(|label| Arc::clone(&label.text)).collect()
}
