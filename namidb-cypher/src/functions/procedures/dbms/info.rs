//! `dbms.info()`.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::Value;

pub(super) const INFO: BuiltIn = BuiltIn {
    name: "dbms.info",
    doc: "What is asked here.",
    example: "CALL dbms.info() YIELD name RETURN name",
    answer: "'NamiDB'",
    fields: Fields::gives(&[("id", T::STRING), ("name", T::STRING), ("creationDate", T::STRING)]),
    body: |_, _| Ok(vec![vec!["namidb".into(), "NamiDB".into(), Value::Null]]),
};
