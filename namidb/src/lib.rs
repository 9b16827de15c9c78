//! NamiDB: a property-graph database whose only durable part is a bucket.

pub use namidb_cypher::{Params, params};
