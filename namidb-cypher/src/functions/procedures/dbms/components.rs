//! `dbms.components()`: tools ask it what they talk to.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::Value;

pub(super) const COMPONENTS: BuiltIn = BuiltIn {
    name: "dbms.components",
    doc: "The parts of the database and their versions.",
    example: "CALL dbms.components() YIELD name, edition RETURN [name, edition]",
    answer: "['NamiDB', 'community']",
    fields: Fields::gives(&[("name", T::STRING), ("versions", T::LIST), ("edition", T::STRING)]),
    body: |_, _| {
        let versions: Value = [Value::from(env!("CARGO_PKG_VERSION"))].into_iter().collect();
        Ok(vec![vec!["NamiDB".into(), versions, "community".into()]])
    },
};
