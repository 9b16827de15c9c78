//! One state of the graph, read directly: by label, by public id, along relationships.

use crate::chunks::{self, ChunkSource};
use crate::entity::{Node, Path, Relationship};
use crate::error::Result;
use crate::schema::Schema;
use namidb_core::engine::Engine;
use namidb_core::graph::{Direction, GraphState};
use namidb_core::value::{self, Map};
use namidb_core::{NodeId, PropertyKeyId, RelId, RelTypeId, Value};
use std::sync::Arc;
use uuid::Uuid;

/// One state of the graph, read directly. Cheap to copy; what is not in memory is fetched, which is waited for on the
/// calling thread.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    state: &'a GraphState,
    engine: &'a Engine,
}

impl<'a> View<'a> {
    pub(crate) fn new(state: &'a GraphState, engine: &'a Engine) -> View<'a> {
        View { state, engine }
    }

    fn read<R>(&self, work: impl Fn(StateView<'a>) -> R) -> Result<R> {
        chunks::read(self.state, self.engine, || work(StateView::new(self.state)))
    }

    /// The state itself: columns, bitmaps and lists by dense id. If it is
    /// [partial](GraphState::is_partial), it is to be read in a collector.
    pub fn state(&self) -> &'a GraphState {
        self.state
    }

    /// The names with their counts, and the definitions of indexes and constraints.
    ///
    /// # Errors
    /// What the store answers: the types of properties are those of their chunks.
    pub fn schema(&self) -> Result<Schema> {
        self.read(|view| view.schema())
    }

    /// Where what is not in memory comes from.
    pub fn source(&self) -> ChunkSource {
        ChunkSource::new(self.engine)
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> u64 {
        self.state.node_count()
    }

    /// How many relationships there are.
    pub fn relationship_count(&self) -> u64 {
        self.state.relationship_count()
    }

    /// A node by dense id; none if it does not exist, or no longer.
    ///
    /// # Errors
    /// What the store answers.
    pub fn node(&self, id: NodeId) -> Result<Option<Node>> {
        self.read(|view| view.node(id))
    }

    /// A relationship by dense id; none if it does not exist, or no longer.
    ///
    /// # Errors
    /// What the store answers.
    pub fn relationship(&self, id: RelId) -> Result<Option<Relationship>> {
        self.read(|view| view.relationship(id))
    }

    /// A path; none if a part of it does not exist, or no longer.
    ///
    /// # Errors
    /// What the store answers.
    pub fn path(&self, path: &value::Path) -> Result<Option<Path>> {
        self.read(|view| view.path(path))
    }

    /// A value in which nodes and relationships have become maps, and paths lists, at any depth; those that do not
    /// exist any more are null.
    ///
    /// # Errors
    /// What the store answers.
    pub fn resolve(&self, value: Value) -> Result<Value> {
        self.read(|view| view.resolve(value.clone()))
    }

    /// The node with a public id, if it has the label.
    ///
    /// # Errors
    /// What the store answers.
    pub fn lookup_node(&self, label: &str, id: &Uuid) -> Result<Option<Node>> {
        self.read(|view| view.lookup_node(label, id))
    }

    /// The node with a public id.
    ///
    /// # Errors
    /// What the store answers.
    pub fn node_by_uuid(&self, id: &Uuid) -> Result<Option<Node>> {
        self.read(|view| view.node_by_uuid(id))
    }

    /// The nodes with a label, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_label(&self, label: &str) -> Result<Vec<Node>> {
        self.read(|view| view.scan_label(label).collect())
    }

    /// The relationships of a type, in the order of their creation.
    ///
    /// # Errors
    /// What the store answers.
    pub fn scan_edge_type(&self, rel_type: &str) -> Result<Vec<Relationship>> {
        self.read(|view| view.scan_edge_type(rel_type).collect())
    }

    /// The relationships of a type that start at the node with this public id; none if there is no such node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn out_edges(&self, rel_type: &str, source: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.out_edges(rel_type, source))
    }

    /// The relationships of a type that end at the node with this public id; none if there is no such node.
    ///
    /// # Errors
    /// What the store answers.
    pub fn in_edges(&self, rel_type: &str, target: &Uuid) -> Result<Vec<Relationship>> {
        self.read(|view| view.in_edges(rel_type, target))
    }
}

/// One state of the graph, read from memory alone: from within a collector, if the state is
/// [partial](GraphState::is_partial). What a query's rows hold is always there.
#[derive(Clone, Copy, Debug)]
pub struct StateView<'a> {
    state: &'a GraphState,
}

impl<'a> StateView<'a> {
    /// A view of a state.
    pub fn new(state: &'a GraphState) -> StateView<'a> {
        StateView { state }
    }

    /// The names with their counts, and the definitions of indexes and constraints.
    pub fn schema(&self) -> Schema {
        Schema::of(self.state)
    }

    /// As [`StateView::schema`], but without the types of properties: nothing that is not in memory is needed for it.
    pub fn schema_without_types(&self) -> Schema {
        Schema::without_types(self.state)
    }

    /// A node by dense id; none if it does not exist, or no longer.
    pub fn node(&self, id: NodeId) -> Option<Node> {
        let uuid = self.state.node_uuid(id)?;
        let catalog = self.state.catalog();
        let labels =
            self.state.labels(id).iter().map(|label| Arc::clone(catalog.label_name(*label))).collect();
        let properties = self.named(self.state.node_properties(id));
        Some(Node { id, uuid, labels, properties, seq: self.state.node_seq(id) })
    }

    /// A relationship by dense id; none if it does not exist, or no longer.
    pub fn relationship(&self, id: RelId) -> Option<Relationship> {
        let record = self.state.relationship(id)?;
        Some(Relationship {
            id,
            rel_type: Arc::clone(self.state.catalog().rel_type_name(record.rel_type)),
            source: self.state.node_uuid(record.source)?,
            target: self.state.node_uuid(record.target)?,
            properties: self.named(self.state.relationship_properties(id)),
            seq: self.state.relationship_seq(id),
        })
    }

    /// A path; none if a part of it does not exist, or no longer.
    pub fn path(&self, path: &value::Path) -> Option<Path> {
        Some(Path {
            nodes: path.nodes.iter().map(|id| self.node(*id)).collect::<Option<_>>()?,
            relationships: path
                .relationships
                .iter()
                .map(|id| self.relationship(*id))
                .collect::<Option<_>>()?,
        })
    }

    /// A value in which nodes and relationships have become maps, and paths lists, at any depth; those that do not
    /// exist any more are null.
    pub fn resolve(&self, value: Value) -> Value {
        match value {
            Value::Node(id) => self.node(id).map(|n| n.to_map().into()).unwrap_or_default(),
            Value::Relationship(id) => self.relationship(id).map(|r| r.to_map().into()).unwrap_or_default(),
            Value::Path(path) => self.path(&path).map(|p| p.to_list().into()).unwrap_or_default(),
            Value::List(items) if items.iter().any(holds_entity) => {
                Value::from(items.iter().map(|item| self.resolve(item.clone())).collect::<Vec<_>>())
            }
            Value::Map(map) if map.iter().any(|(_, item)| holds_entity(item)) => {
                let resolved = map.iter().map(|(key, item)| (Arc::clone(key), self.resolve(item.clone())));
                Value::from(Map::from_entries(resolved.collect()))
            }
            plain => plain,
        }
    }

    /// The node with a public id, if it has the label.
    pub fn lookup_node(&self, label: &str, id: &Uuid) -> Option<Node> {
        let label = self.state.catalog().label(label)?;
        let node = self.state.node_by_uuid(id).filter(|node| self.state.has_label(*node, label))?;
        self.node(node)
    }

    /// The node with a public id.
    pub fn node_by_uuid(&self, id: &Uuid) -> Option<Node> {
        self.node(self.state.node_by_uuid(id)?)
    }

    /// The nodes with a label, in the order of their creation.
    pub fn scan_label(&self, label: &str) -> impl Iterator<Item = Node> + use<'a> {
        let view = *self;
        let nodes = self.state.catalog().label(label).and_then(|label| self.state.label_nodes(label));
        nodes.into_iter().flat_map(|nodes| nodes.iter()).filter_map(move |id| view.node(NodeId(id)))
    }

    /// The relationships of a type, in the order of their creation.
    pub fn scan_edge_type(&self, rel_type: &str) -> impl Iterator<Item = Relationship> + use<'a> {
        let view = *self;
        let rel_type = self.state.catalog().rel_type(rel_type);
        let types = self.state.relationship_types();
        let live = rel_type.is_some().then(|| self.state.live_relationships().iter()).into_iter().flatten();
        live.filter(move |id| types.get(*id) == rel_type.map(|t| u64::from(t.0)))
            .filter_map(move |id| view.relationship(RelId(id)))
    }

    /// The relationships of a type that start at the node with this public id; none if there is no such node.
    pub fn out_edges(&self, rel_type: &str, source: &Uuid) -> Vec<Relationship> {
        self.edges(rel_type, source, Direction::Outgoing)
    }

    /// The relationships of a type that end at the node with this public id; none if there is no such node.
    pub fn in_edges(&self, rel_type: &str, target: &Uuid) -> Vec<Relationship> {
        self.edges(rel_type, target, Direction::Incoming)
    }

    fn edges(&self, rel_type: &str, node: &Uuid, direction: Direction) -> Vec<Relationship> {
        let rel_type: Option<RelTypeId> = self.state.catalog().rel_type(rel_type);
        let lists = rel_type.and_then(|rel_type| self.state.adjacency(rel_type, direction));
        let (Some(lists), Some(node)) = (lists, self.state.node_by_uuid(node)) else { return Vec::new() };
        lists.neighbours(node).iter().filter_map(|(_, id)| self.relationship(id)).collect()
    }

    fn named(&self, properties: Vec<(PropertyKeyId, Value)>) -> Map {
        let catalog = self.state.catalog();
        let name = |(key, value)| (Arc::clone(catalog.property_key_name(key)), value);
        Map::from_entries(properties.into_iter().map(name).collect())
    }
}

/// Whether a node, relationship or path is in a value. Values nest at most as deep as the query that made them, which
/// the parser limits, and stored ones as [`storable::DEPTH_MAX`](namidb_core::value::storable::DEPTH_MAX).
fn holds_entity(value: &Value) -> bool {
    match value {
        Value::Node(_) | Value::Relationship(_) | Value::Path(_) => true,
        Value::List(items) => items.iter().any(holds_entity),
        Value::Map(map) => map.iter().any(|(_, item)| holds_entity(item)),
        _ => false,
    }
}
