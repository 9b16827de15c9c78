//! Nodes, relationships and paths.

mod element_id;
mod end_node;
mod endpoint;
mod id;
mod keys;
mod labels;
mod length;
mod nodes;
mod properties;
mod relationships;
mod start_node;
mod r#type;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (
        Category::Scalar,
        &[
            id::ID,
            element_id::ELEMENT_ID,
            properties::PROPERTIES,
            r#type::TYPE,
            length::LENGTH,
            length::PATH_LENGTH,
            start_node::START_NODE,
            end_node::END_NODE,
        ],
    ),
    (Category::List, &[keys::KEYS, labels::LABELS, nodes::NODES, relationships::RELATIONSHIPS]),
];
