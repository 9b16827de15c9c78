//! What a person who wrote a statement may want to know, though it is no error.

use namidb_core::graph::GraphState;
use namidb_cypher::logical::PlannedStatement;

/// Something worth knowing about a statement that ran.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notification {
    /// What kind it is: stable, for programs.
    pub code: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// In a sentence.
    pub description: String,
}

/// The names that the statement looks for and that nothing in the graph has.
pub(crate) fn unknown_names(statement: &PlannedStatement, state: &GraphState) -> Vec<Notification> {
    let (touched, catalog) = (statement.touched(), state.catalog());
    let labels = touched.labels_read.iter().filter(|name| {
        // Of a relationship a label is its type.
        catalog.label(name).is_none() && catalog.rel_type(name).is_none()
    });
    let types = touched.types_read.iter().filter(|name| catalog.rel_type(name).is_none());
    let label = |name: &std::sync::Arc<str>| Notification {
        code: "UnknownLabel",
        title: "The label is not in the graph",
        description: format!("no node has or had the label {name}: is it misspelt?"),
    };
    let rel_type = |name: &std::sync::Arc<str>| Notification {
        code: "UnknownRelationshipType",
        title: "The relationship type is not in the graph",
        description: format!("no relationship has or had the type {name}: is it misspelt?"),
    };
    labels.map(label).chain(types.map(rel_type)).collect()
}

/// That the rows of what was done before are not kept.
pub(crate) fn rows_not_kept() -> Notification {
    Notification {
        code: "RowsNotKept",
        title: "The rows of the first call are gone",
        description:
            "the statement was done before under this token, and its rows took more bytes than are kept: \
            counters and sequence number are those of the first call"
                .to_owned(),
    }
}
