//! `dbms.showCurrentUser()`: an embedded database has no users.

use crate::functions::TypeSet as T;
use crate::functions::procedures::{BuiltIn, Fields};
use namidb_core::Value;

pub(super) const SHOW_CURRENT_USER: BuiltIn = BuiltIn {
    name: "dbms.showCurrentUser",
    doc: "Who asks; nobody in particular.",
    example: "CALL dbms.showCurrentUser() YIELD username RETURN username",
    answer: "''",
    fields: Fields::gives(&[("username", T::STRING), ("roles", T::LIST), ("flags", T::LIST)]),
    body: |_, _| {
        let none = || Value::from(Vec::<Value>::new());
        Ok(vec![vec!["".into(), none(), none()]])
    },
};
