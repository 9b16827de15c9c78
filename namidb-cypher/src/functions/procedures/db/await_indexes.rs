//! `db.awaitIndexes(timeout)`: see `db.awaitIndex`.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};

pub(super) const AWAIT_INDEXES: BuiltIn = BuiltIn {
    name: "db.awaitIndexes",
    doc: "Waits until all indexes are online, as they always are.",
    example: "CALL db.awaitIndexes(10) RETURN 'online'",
    answer: "'online'",
    fields: Fields::gives(&[]).takes(&[("timeOutSeconds", T::INTEGER)]).required(0),
    body: |_, _| Ok(Vec::new()),
};
