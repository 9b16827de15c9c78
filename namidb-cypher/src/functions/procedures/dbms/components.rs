//! `dbms.components()`: tools ask it what they talk to.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::Value;
use std::sync::Arc;

pub(in crate::functions::procedures) fn components() -> Arc<dyn Procedure> {
    let signature =
        ProcedureSignature::new("dbms.components", "The parts of the database and their versions.")
            .example("CALL dbms.components() YIELD name, versions RETURN name, versions[0] AS version")
            .gives("name", TypeSet::STRING)
            .gives("versions", TypeSet::LIST)
            .gives("edition", TypeSet::STRING);
    procedure(signature, |_, _| {
        let versions: Value = [Value::from(env!("CARGO_PKG_VERSION"))].into_iter().collect();
        Ok(vec![vec!["NamiDB".into(), versions, "community".into()]])
    })
}
