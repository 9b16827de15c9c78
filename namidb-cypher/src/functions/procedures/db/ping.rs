//! `db.ping()`: drivers ask it whether a connection is alive.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::Value;
use std::sync::Arc;

pub(in crate::functions::procedures) fn ping() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("db.ping", "True, if the database answers.")
        .example("CALL db.ping()")
        .gives("success", TypeSet::BOOLEAN);
    procedure(signature, |_, _| Ok(vec![vec![Value::Boolean(true)]]))
}
