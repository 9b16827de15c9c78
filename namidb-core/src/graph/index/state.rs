//! The indexes of a state, and how operations keep them.

use super::PropertyIndex;
use crate::error::{Error, ErrorCode, Result};
use crate::graph::op::{IndexKind, NameRef, PropertyDelta};
use crate::graph::{ApplyContext, GraphState, IndexDefinition};
use crate::ids::{LabelId, NodeId, PropertyKeyId};
use crate::value::Value;
use std::sync::Arc;

/// The indexes by what they cover. There are few, so they are searched in order.
#[derive(Clone, Debug, Default)]
pub(in crate::graph) struct Indexes(Vec<(LabelId, PropertyKeyId, Arc<PropertyIndex>)>);

impl Indexes {
    fn position(&self, label: LabelId, key: PropertyKeyId) -> Option<usize> {
        self.0.iter().position(|(l, k, _)| (*l, *k) == (label, key))
    }
}

impl GraphState {
    /// The index on a property of the nodes with a label.
    pub fn index(&self, label: LabelId, key: PropertyKeyId) -> Option<&PropertyIndex> {
        self.indexes.position(label, key).map(|at| &*self.indexes.0[at].2)
    }

    /// Whether any index covers the nodes with a label.
    pub fn has_index_on(&self, label: LabelId) -> bool {
        self.indexes.0.iter().any(|(l, _, _)| *l == label)
    }

    fn index_mut(&mut self, label: LabelId, key: PropertyKeyId) -> Option<&mut PropertyIndex> {
        let at = self.indexes.position(label, key)?;
        Some(Arc::make_mut(&mut Arc::make_mut(&mut self.indexes).0[at].2))
    }

    pub(in crate::graph) fn index_insert(
        &mut self,
        label: LabelId,
        key: PropertyKeyId,
        value: &Value,
        node: NodeId,
    ) {
        if let Some(index) = self.index_mut(label, key) {
            index.insert(value, node);
        }
    }

    pub(in crate::graph) fn index_remove(
        &mut self,
        label: LabelId,
        key: PropertyKeyId,
        value: &Value,
        node: NodeId,
    ) {
        if let Some(index) = self.index_mut(label, key) {
            index.remove(value, node);
        }
    }

    /// Enters a node that comes with these labels and properties into the indexes, or takes it out.
    pub(in crate::graph) fn index_node(
        &mut self,
        cx: &ApplyContext,
        node: NodeId,
        labels: &[NameRef],
        properties: &[PropertyDelta],
        enter: bool,
    ) -> Result<()> {
        if self.indexes.0.is_empty() {
            return Ok(());
        }
        for label in labels {
            let label = cx.label(self, *label)?;
            if !self.has_index_on(label) {
                continue;
            }
            for (key, value) in properties {
                let key = cx.property_key(self, *key)?;
                if enter {
                    self.index_insert(label, key, value, node);
                } else {
                    self.index_remove(label, key, value, node);
                }
            }
        }
        Ok(())
    }

    pub(in crate::graph) fn create_index(
        &mut self,
        name: &Arc<str>,
        kind: IndexKind,
        label: LabelId,
        key: PropertyKeyId,
    ) -> Result<()> {
        let taken =
            self.catalog.indexes().iter().find(|i| i.name == *name || (i.label, i.key) == (label, key));
        if let Some(index) = taken {
            return Err(Error::new(
                ErrorCode::Schema,
                format!(
                    "the index {} on :{}({}) exists already",
                    index.name,
                    self.catalog.label_name(index.label),
                    self.catalog.property_key_name(index.key)
                ),
            )
            .with_hint("Use CREATE INDEX ... IF NOT EXISTS, or choose another name"));
        }
        let definition = IndexDefinition { name: Arc::clone(name), kind, label, key };
        self.build_index(&definition);
        Arc::make_mut(&mut self.catalog).add_index(definition);
        Ok(())
    }

    /// Builds an index from the state as it is.
    pub(in crate::graph) fn build_index(&mut self, definition: &IndexDefinition) {
        let IndexDefinition { label, key, .. } = *definition;
        let index = self.index_from_state(label, key);
        Arc::make_mut(&mut self.indexes).0.push((label, key, Arc::new(index)));
    }

    /// What an index holds if it is right.
    pub(in crate::graph) fn index_from_state(&self, label: LabelId, key: PropertyKeyId) -> PropertyIndex {
        match (self.label_nodes(label), self.node_column(key)) {
            (Some(nodes), Some(column)) => {
                PropertyIndex::build(nodes.iter().map(|node| (column.get(node), NodeId(node))))
            }
            _ => PropertyIndex::default(),
        }
    }

    pub(in crate::graph) fn drop_index(&mut self, name: &Arc<str>) -> Result<()> {
        let Some(definition) = Arc::make_mut(&mut self.catalog).drop_index(name) else {
            return Err(Error::new(ErrorCode::Schema, format!("there is no index {name}"))
                .with_hint("Use DROP INDEX ... IF EXISTS"));
        };
        Arc::make_mut(&mut self.indexes).0.retain(|(l, k, _)| (*l, *k) != (definition.label, definition.key));
        Ok(())
    }
}
