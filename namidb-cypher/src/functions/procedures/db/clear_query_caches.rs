//! `db.clearQueryCaches()`.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const CLEAR_QUERY_CACHES: BuiltIn = BuiltIn {
    name: "db.clearQueryCaches",
    doc: "For tools that call it: plans are made anew by themselves when they no longer suit.",
    example: "CALL db.clearQueryCaches() YIELD value RETURN value",
    answer: "'Nothing to clear.'",
    fields: Fields::gives(&[("value", T::STRING)]),
    body: |_, _| Ok(vec![vec!["Nothing to clear.".into()]]),
};
