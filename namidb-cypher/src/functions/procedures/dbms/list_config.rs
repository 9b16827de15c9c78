//! `dbms.listConfig(search)`: tools that know Neo4j ask it. There is no such configuration here.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const LIST_CONFIG: BuiltIn = BuiltIn {
    name: "dbms.listConfig",
    doc: "The settings of a server of Neo4j; there are none here.",
    example: "CALL dbms.listConfig('name') YIELD name RETURN count(name)",
    answer: "0",
    fields: Fields::gives(&[
        ("name", T::STRING),
        ("description", T::STRING),
        ("value", T::STRING),
        ("dynamic", T::BOOLEAN),
    ])
    .takes(&[("searchString", T::STRING)])
    .required(0),
    body: |_, _| Ok(Vec::new()),
};
