//! `db.*`: what is in the graph.

mod await_index;
mod await_indexes;
mod clear_query_caches;
mod info;
mod labels;
mod names;
mod ping;
mod property_keys;
mod relationship_types;
mod schema_node_type_properties;
mod schema_rel_type_properties;
mod schema_visualization;
mod shape;

use super::BuiltIn;

pub(super) const PROCEDURES: &[BuiltIn] = &[
    labels::LABELS,
    relationship_types::RELATIONSHIP_TYPES,
    property_keys::PROPERTY_KEYS,
    ping::PING,
    info::INFO,
    await_index::AWAIT_INDEX,
    await_indexes::AWAIT_INDEXES,
    clear_query_caches::CLEAR_QUERY_CACHES,
    schema_node_type_properties::SCHEMA_NODE_TYPE_PROPERTIES,
    schema_rel_type_properties::SCHEMA_REL_TYPE_PROPERTIES,
    schema_visualization::SCHEMA_VISUALIZATION,
];
