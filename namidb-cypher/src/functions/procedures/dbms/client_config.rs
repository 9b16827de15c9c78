//! `dbms.clientConfig()`: see `dbms.listConfig`.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const CLIENT_CONFIG: BuiltIn = BuiltIn {
    name: "dbms.clientConfig",
    doc: "The settings of a server of Neo4j for its browser; there are none here.",
    example: "CALL dbms.clientConfig() YIELD name RETURN count(name)",
    answer: "0",
    fields: Fields::gives(&[
        ("name", T::STRING),
        ("description", T::STRING),
        ("value", T::STRING),
        ("dynamic", T::BOOLEAN),
    ]),
    body: |_, _| Ok(Vec::new()),
};
