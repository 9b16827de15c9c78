//! `dbms.showCurrentUser()`: an embedded database has no users.

use crate::functions::TypeSet;
use crate::functions::procedures::{Procedure, ProcedureSignature, procedure};
use namidb_core::Value;
use std::sync::Arc;

pub(in crate::functions::procedures) fn show_current_user() -> Arc<dyn Procedure> {
    let signature = ProcedureSignature::new("dbms.showCurrentUser", "Who asks; nobody in particular.")
        .example("CALL dbms.showCurrentUser()")
        .gives("username", TypeSet::STRING)
        .gives("roles", TypeSet::LIST)
        .gives("flags", TypeSet::LIST);
    procedure(signature, |_, _| {
        let none = || Value::from(Vec::<Value>::new());
        Ok(vec![vec!["".into(), none(), none()]])
    })
}
