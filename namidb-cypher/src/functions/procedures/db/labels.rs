//! `db.labels()`.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use std::sync::Arc;

pub(in crate::functions::procedures) fn labels() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("db.labels", "The labels that nodes have.")
        .example("CALL db.labels() YIELD label RETURN label")
        .gives("label", TypeSet::STRING);
    procedure(signature, |_, call| {
        let state = call.state;
        let used = state.catalog().labels().filter(|(label, _)| state.label_count(*label) > 0);
        Ok(super::rows(used.map(|(_, name)| name)))
    })
}
