//! `dbms.listConfig(search)` and `dbms.clientConfig()`: tools that know Neo4j ask them. There is no such configuration here.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use std::sync::Arc;

fn listing(name: &str) -> ProcedureSignature {
    ProcedureSignature::new(name, "The settings of a server of Neo4j; there are none here.")
        .gives("name", TypeSet::STRING)
        .gives("description", TypeSet::STRING)
        .gives("value", TypeSet::STRING)
        .gives("dynamic", TypeSet::BOOLEAN)
}

pub(in crate::functions::procedures) fn list_config() -> Arc<dyn Procedure> {
    let signature = listing("dbms.listConfig")
        .example("CALL dbms.listConfig('name')")
        .takes_optional("searchString", TypeSet::STRING);
    procedure(signature, |_, _| Ok(Vec::new()))
}

pub(in crate::functions::procedures) fn client_config() -> Arc<dyn Procedure> {
    procedure(listing("dbms.clientConfig").example("CALL dbms.clientConfig()"), |_, _| Ok(Vec::new()))
}
