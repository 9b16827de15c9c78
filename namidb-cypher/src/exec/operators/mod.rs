//! The operators, one file each, by the names of the logical plan.

pub(crate) mod aggregate;
pub(crate) mod apply;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod distinct;
pub(crate) mod expand;
pub(crate) mod expand_bound;
pub(crate) mod expand_into;
pub(crate) mod filter;
pub(crate) mod id_seek;
pub(crate) mod index_seek;
pub(crate) mod leaf;
pub(crate) mod limit;
pub(crate) mod merge;
pub(crate) mod node_scan;
pub(crate) mod project;
pub(crate) mod relationship_count;
pub(crate) mod schema_change;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod sort;
pub(crate) mod union;
pub(crate) mod unwind;
pub(crate) mod uuid_seek;
pub(crate) mod var_expand;
pub(crate) mod write;
