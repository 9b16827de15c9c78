//! `dbms.*`: what the database is.

pub(super) mod components;
