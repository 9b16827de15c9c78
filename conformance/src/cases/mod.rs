//! The cases, a file for each part of the contract. Each is named like the sentence that it checks.

pub(crate) mod delete;
pub(crate) mod dropped;
pub(crate) mod errors;
pub(crate) mod get;
pub(crate) mod head;
pub(crate) mod large;
pub(crate) mod linear;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod paths;
pub(crate) mod proxied;
pub(crate) mod put;
pub(crate) mod put_if_absent;
pub(crate) mod put_if_match;
pub(crate) mod race;
pub(crate) mod range;
pub(crate) mod retried;
pub(crate) mod time;
