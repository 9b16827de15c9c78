//! `dbms.*`: what the database is.

pub(super) mod components;
pub(super) mod info;
pub(super) mod list_config;
pub(super) mod show_current_user;
