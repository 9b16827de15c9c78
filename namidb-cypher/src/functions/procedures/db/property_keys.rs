//! `db.propertyKeys()`.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use std::sync::Arc;

pub(in crate::functions::procedures) fn property_keys() -> Arc<dyn Procedure> {
    let signature =
        ProcedureSignature::new("db.propertyKeys", "The names of properties, also of former ones.")
            .example("CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey")
            .gives("propertyKey", TypeSet::STRING);
    procedure(signature, |_, call| {
        Ok(super::rows(call.state.catalog().property_keys().map(|(_, name)| name)))
    })
}
