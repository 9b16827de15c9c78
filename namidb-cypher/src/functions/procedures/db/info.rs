//! `db.info()`: tools ask it which database they talk to.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::Value;
use std::sync::Arc;

pub(in crate::functions::procedures) fn info() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("db.info", "The database that is open.")
        .example("CALL db.info() YIELD name RETURN name")
        .gives("id", TypeSet::STRING)
        .gives("name", TypeSet::STRING)
        .gives("creationDate", TypeSet::STRING);
    procedure(signature, |_, call| {
        let name = Value::String(Arc::clone(&call.cx.database));
        Ok(vec![vec![name.clone(), name, Value::Null]])
    })
}
