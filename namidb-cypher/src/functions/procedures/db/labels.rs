//! `db.labels()`.

use super::names::names;
use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const LABELS: BuiltIn = BuiltIn {
    name: "db.labels",
    doc: "The labels that nodes have.",
    example: "CALL db.labels() YIELD label RETURN collect(label)",
    answer: "['Person']",
    fields: Fields::gives(&[("label", T::STRING)]),
    body: |_, call| {
        let used = call.state.catalog().labels().filter(|(label, _)| call.state.label_count(*label) > 0);
        Ok(names(used.map(|(_, name)| name)))
    },
};
