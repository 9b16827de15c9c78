//! `db.info()`: tools ask it which database they talk to.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::Value;
use std::sync::Arc;

pub(super) const INFO: BuiltIn = BuiltIn {
    name: "db.info",
    doc: "The database that is open.",
    example: "CALL db.info() YIELD name RETURN name",
    answer: "'namidb'",
    fields: Fields::gives(&[("id", T::STRING), ("name", T::STRING), ("creationDate", T::STRING)]),
    body: |_, call| {
        let name = Value::String(Arc::clone(&call.cx.database));
        Ok(vec![vec![name.clone(), name, Value::Null]])
    },
};
