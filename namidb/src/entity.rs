//! Nodes, relationships and paths as they leave the database: with names instead of numbers.

use namidb_core::value::Map;
use namidb_core::{NodeId, RelId, Seq, Value};
use std::sync::Arc;
use uuid::Uuid;

/// A node with everything that it has.
#[derive(Clone, Debug)]
pub struct Node {
    /// The dense id, which `id(n)` gives. Inside an open transaction that of a new node is provisional.
    pub id: NodeId,
    /// The public id, which `elementId(n)` gives.
    pub uuid: Uuid,
    /// The labels, in the order in which the graph got to know them.
    pub labels: Vec<Arc<str>>,
    /// The properties.
    pub properties: Map,
    /// The commit that last changed it.
    pub seq: Seq,
}

/// A relationship with everything that it has.
#[derive(Clone, Debug)]
pub struct Relationship {
    /// The dense id, which `id(r)` gives. Inside an open transaction that of a new relationship is provisional.
    pub id: RelId,
    /// The type.
    pub rel_type: Arc<str>,
    /// The public id of the node where it starts.
    pub source: Uuid,
    /// The public id of the node where it ends.
    pub target: Uuid,
    /// The properties.
    pub properties: Map,
    /// The commit that last changed it.
    pub seq: Seq,
}

/// A path: nodes, and the relationships between them.
#[derive(Clone, Debug)]
pub struct Path {
    /// The nodes in walking order, one more than there are relationships.
    pub nodes: Vec<Node>,
    /// The relationships in walking order, whichever way each points.
    pub relationships: Vec<Relationship>,
}

impl Node {
    /// What `elementId(n)` gives: the public id.
    pub fn element_id(&self) -> String {
        self.uuid.to_string()
    }

    /// A property; none if it is absent.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.properties.get(key)
    }

    /// Whether it has a label.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|l| &**l == label)
    }

    /// As a map for formats that have no nodes: `_kind`, `id`, `label` (the first, or null), `labels` and `properties`.
    pub fn to_map(&self) -> Map {
        let labels: Vec<Value> = self.labels.iter().map(|label| Value::String(Arc::clone(label))).collect();
        entries([
            ("_kind", "node".into()),
            ("id", self.element_id().into()),
            ("label", labels.first().cloned().unwrap_or_default()),
            ("labels", labels.into()),
            ("properties", Value::Map(Arc::new(self.properties.clone()))),
        ])
    }
}

impl Relationship {
    /// What `elementId(r)` gives: `r:` and the dense id.
    pub fn element_id(&self) -> String {
        format!("r:{}", self.id)
    }

    /// A property; none if it is absent.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.properties.get(key)
    }

    /// As a map for formats that have no relationships: `_kind`, `id`, `edge_type`, `src`, `dst` and `properties`.
    pub fn to_map(&self) -> Map {
        entries([
            ("_kind", "rel".into()),
            ("id", self.element_id().into()),
            ("edge_type", Value::String(Arc::clone(&self.rel_type))),
            ("src", self.source.to_string().into()),
            ("dst", self.target.to_string().into()),
            ("properties", Value::Map(Arc::new(self.properties.clone()))),
        ])
    }
}

impl Path {
    /// How many relationships it has.
    pub fn len(&self) -> usize {
        self.relationships.len()
    }

    /// Whether it is one node alone.
    pub fn is_empty(&self) -> bool {
        self.relationships.is_empty()
    }

    /// As a list for formats that have no paths: node, relationship, node, and so on, each as its map.
    pub fn to_list(&self) -> Vec<Value> {
        let mut list = Vec::with_capacity(2 * self.nodes.len());
        for (at, node) in self.nodes.iter().enumerate() {
            list.push(Value::from(node.to_map()));
            list.extend(self.relationships.get(at).map(|r| Value::from(r.to_map())));
        }
        list
    }
}

fn entries<const N: usize>(entries: [(&str, Value); N]) -> Map {
    Map::from_entries(entries.into_iter().map(|(key, value)| (Arc::from(key), value)).collect())
}
