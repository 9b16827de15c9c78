//! `db.clearQueryCaches()`: plans are made anew by themselves when they no longer suit.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use std::sync::Arc;

pub(in crate::functions::procedures) fn clear_query_caches() -> Arc<dyn Procedure> {
    let doc = "For tools that call it: plans are made anew by themselves when they no longer suit.";
    let signature = ProcedureSignature::new("db.clearQueryCaches", doc)
        .example("CALL db.clearQueryCaches()")
        .gives("value", TypeSet::STRING);
    procedure(signature, |_, _| Ok(vec![vec!["Nothing to clear.".into()]]))
}
