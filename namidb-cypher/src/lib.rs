//! Cypher over the graph state of namidb-core: parse, bind, plan, execute.
//!
//! ```text
//! text -> tokens -> AST -> bound -> logical plan -> physical plan -> batches
//!        `syntax`         `binder`   `planner`       `physical`      `exec`
//! ```

pub mod binder;
pub mod diagnostic;
pub mod error;
pub mod eval;
pub mod exec;
pub mod explain;
pub mod factor;
pub mod functions;
pub mod logical;
pub mod params;
mod physical;
pub mod planner;
#[cfg(test)]
mod processor_time;
mod profile;
pub mod syntax;
pub mod vector;

pub use error::Error;
pub use params::Params;
