//! `db.ping()`: drivers ask it whether a connection is alive.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const PING: BuiltIn = BuiltIn {
    name: "db.ping",
    doc: "True, if the database answers.",
    example: "CALL db.ping() YIELD success RETURN success",
    answer: "true",
    fields: Fields::gives(&[("success", T::BOOLEAN)]),
    body: |_, _| Ok(vec![vec![true.into()]]),
};
