//! `db.relationshipTypes()`.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use std::sync::Arc;

pub(in crate::functions::procedures) fn relationship_types() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("db.relationshipTypes", "The types that relationships have.")
        .example("CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType")
        .gives("relationshipType", TypeSet::STRING);
    procedure(signature, |_, call| {
        let state = call.state;
        let used = state.catalog().rel_types().filter(|(kind, _)| state.rel_type_count(*kind) > 0);
        Ok(super::rows(used.map(|(_, name)| name)))
    })
}
