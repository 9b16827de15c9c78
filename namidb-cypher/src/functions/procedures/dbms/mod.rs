//! `dbms.*`: what the database is.

mod client_config;
mod components;
mod info;
mod list_config;
mod show_current_user;

use super::BuiltIn;

pub(super) const PROCEDURES: &[BuiltIn] = &[
    info::INFO,
    list_config::LIST_CONFIG,
    client_config::CLIENT_CONFIG,
    show_current_user::SHOW_CURRENT_USER,
    components::COMPONENTS,
];
