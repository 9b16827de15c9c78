//! `db.awaitIndex(name, timeout)`: an index is complete in the transaction that creates it, so that there is nothing to wait for.

use crate::error::Error;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::{ErrorCode, Value};

pub(super) const AWAIT_INDEX: BuiltIn = BuiltIn {
    name: "db.awaitIndex",
    doc: "Waits until an index is online, as it always is.",
    example: "CALL db.awaitIndex('person_name', 10) RETURN 'online'",
    answer: "'online'",
    fields: Fields::gives(&[]).takes(&[("indexName", T::STRING), ("timeOutSeconds", T::INTEGER)]).required(1),
    body: |arguments, call| {
        let name = arguments.first().and_then(Value::as_str).unwrap_or_default();
        if call.state.catalog().index_named(name).is_some() {
            return Ok(Vec::new());
        }
        let message = format!("there is no index {name}");
        Err(Error::runtime(ErrorCode::SchemaNotFound, "ProcedureError", "IndexNotFound", message).into())
    },
};
