//! `db.awaitIndex(name, timeout)` and `db.awaitIndexes(timeout)`: an index is complete in the transaction that creates it, so
//! that there is nothing to wait for.

use crate::error::Error;
use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

pub(in crate::functions::procedures) fn await_index() -> Arc<dyn Procedure> {
    let signature =
        ProcedureSignature::new("db.awaitIndex", "Waits until an index is online, as it always is.")
            .example("CALL db.awaitIndex('person_name', 10)")
            .takes("indexName", TypeSet::STRING)
            .takes_optional("timeOutSeconds", TypeSet::INTEGER);
    procedure(signature, |arguments, call| {
        let name = arguments.first().and_then(Value::as_str).unwrap_or_default();
        if call.state.catalog().index_named(name).is_some() {
            return Ok(Vec::new());
        }
        let message = format!("there is no index {name}");
        Err(Error::runtime(ErrorCode::SchemaNotFound, "ProcedureError", "IndexNotFound", message).into())
    })
}

pub(in crate::functions::procedures) fn await_indexes() -> Arc<dyn Procedure> {
    let doc = "Waits until all indexes are online, as they always are.";
    let signature = ProcedureSignature::new("db.awaitIndexes", doc)
        .example("CALL db.awaitIndexes(10)")
        .takes_optional("timeOutSeconds", TypeSet::INTEGER);
    procedure(signature, |_, _| Ok(Vec::new()))
}
