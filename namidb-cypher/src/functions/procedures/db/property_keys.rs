//! `db.propertyKeys()`.

use super::names::names;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const PROPERTY_KEYS: BuiltIn = BuiltIn {
    name: "db.propertyKeys",
    doc: "The names of properties, also of former ones.",
    example: "CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey)",
    answer: "['born', 'name', 'since']",
    fields: Fields::gives(&[("propertyKey", T::STRING)]),
    body: |_, call| Ok(names(call.state.catalog().property_keys().map(|(_, name)| name))),
};
