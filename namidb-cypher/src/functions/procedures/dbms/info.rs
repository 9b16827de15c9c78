//! `dbms.info()`.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::Value;
use std::sync::Arc;

pub(in crate::functions::procedures) fn info() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("dbms.info", "What is asked here.")
        .example("CALL dbms.info()")
        .gives("id", TypeSet::STRING)
        .gives("name", TypeSet::STRING)
        .gives("creationDate", TypeSet::STRING);
    procedure(signature, |_, _| Ok(vec![vec!["namidb".into(), "NamiDB".into(), Value::Null]]))
}
