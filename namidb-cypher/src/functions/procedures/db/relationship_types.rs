//! `db.relationshipTypes()`.

use super::names::names;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const RELATIONSHIP_TYPES: BuiltIn = BuiltIn {
    name: "db.relationshipTypes",
    doc: "The types that relationships have.",
    example: "CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType)",
    answer: "['KNOWS']",
    fields: Fields::gives(&[("relationshipType", T::STRING)]),
    body: |_, call| {
        let used = call.state.catalog().rel_types().filter(|(kind, _)| call.state.rel_type_count(*kind) > 0);
        Ok(names(used.map(|(_, name)| name)))
    },
};
