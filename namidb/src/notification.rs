//! What a person who wrote a statement may want to know, though it is no error.

use namidb_core::graph::GraphState;
use namidb_cypher::binder::bound::VarId;
use namidb_cypher::logical::{LogicalPlan, PlannedStatement};

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
    // The id of a node is read like a property, and is none.
    let keys =
        touched.entity_keys_read.iter().filter(|key| &***key != "_id" && catalog.property_key(key).is_none());
    let property = |name: &std::sync::Arc<str>| Notification {
        code: "UnknownPropertyKey",
        title: "The property is not in the graph",
        description: format!("no node and no relationship has or had the property {name}: is it misspelt?"),
    };
    labels.map(label).chain(types.map(rel_type)).chain(keys.map(property)).collect()
}

/// That every node of one pattern is combined with every node of another, which nothing connects.
pub(crate) fn cartesian_products(statement: &PlannedStatement) -> Vec<Notification> {
    let mut scanned = Vec::new();
    statement.plan.visit(&mut |operator| {
        if let LogicalPlan::NodeScan { input, variable, .. } = operator
            && is_above_a_scan(input)
        {
            scanned.push(*variable);
        }
    });
    let name = |variable: VarId| statement.variables.get(variable.0 as usize).map(|v| v.name.trim());
    let product = |variable| {
        let of = name(variable).filter(|name| !name.is_empty()).map(|name| format!(" of {name}"));
        Notification {
            code: "CartesianProduct",
            title: "Patterns are not connected",
            description: format!(
                "every node{} is combined with every row of another pattern: connect the patterns, or look one of \
                them up by an indexed property",
                of.unwrap_or_default()
            ),
        }
    };
    scanned.into_iter().map(product).collect()
}

/// Whether the rows that come in are those of a pattern that begins with a scan. WITH and what else groups or cuts
/// rows off ends a pattern.
fn is_above_a_scan(plan: &LogicalPlan) -> bool {
    let mut plan = plan;
    loop {
        plan = match plan {
            LogicalPlan::NodeScan { .. } => return true,
            LogicalPlan::Filter { input, .. }
            | LogicalPlan::Extend { input, .. }
            | LogicalPlan::IndexSeek { input, .. }
            | LogicalPlan::UuidSeek { input, .. }
            | LogicalPlan::IdSeek { input, .. } => input,
            LogicalPlan::Expand(expand) => &expand.input,
            LogicalPlan::VarExpand(expand) => &expand.input,
            LogicalPlan::Intersect(intersect) => &intersect.input,
            _ => return false,
        };
    }
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
