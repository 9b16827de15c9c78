//! NamiDB: a property-graph database whose only durable part is a bucket.
//!
//! ```
//! use namidb::{blocking::Database, params};
//!
//! let database = Database::open("memory://demo")?;
//! database.cypher(
//!     "CREATE (:Person {name: $a})-[:KNOWS {since: 1843}]->(:Person {name: $b})",
//!     params! { "a" => "Ada", "b" => "Charles" },
//! )?;
//! let result = database.cypher("MATCH (p)-[k:KNOWS]->(q) RETURN p.name, k.since, q.name", ())?;
//! for row in result.rows() {
//!     println!("{:?}", row.values().collect::<Vec<_>>());
//! }
//! # Ok::<(), namidb::Error>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | open a namespace | [`Database::open`], [`Database::builder`]; [`blocking::Database`] without async |
//! | run a statement | [`Database::cypher`]: one snapshot, one commit |
//! | write many rows | [`Database::batch`] |
//! | run several statements as one | [`Database::begin`], [`Database::run`] |
//! | read without a query | [`View`], from a [`Snapshot`], a [`Transaction`] or a [`QueryResult`] |
//! | have results as Arrow | [`QueryResult::record_batches`] |
//! | use another store | [`register_backend`], [`OpenOptions::open_store`] |
//! | have the store without a database | [`open_store`] |
//!
//! A cargo feature a backend: `memory` and `file`, both on by default, and `s3`, `gcs` and `azure`. The feature `parquet` is for
//! LOAD PARQUET.
//!
//! The async methods run on any executor, and the blocking ones without one: requests and commits have threads of their own.

pub mod arrow;
mod backend;
mod batch;
pub mod blocking;
mod chunks;
mod clear;
mod commits;
mod connect;
mod database;
mod entity;
mod error;
mod files;
mod json;
mod notification;
mod once;
mod opened;
mod options;
mod plan_cache;
mod process;
mod query;
mod reread;
mod result;
mod retry;
mod runtime;
mod schema;
mod snapshot;
mod snapshot_file;
mod store;
mod stream;
mod transaction;
mod view;

pub use backend::{Backend, BackendFactory, Scheme, StorageOptions, parse_uri, register_backend, schemes};
pub use batch::Batch;
pub use chunks::ChunkSource;
pub use database::{ColumnContract, Database, QueryContract};
pub use entity::{Node, Path, Relationship};
pub use error::{Error, Position, Result};
pub use notification::Notification;
pub use options::{OpenOptions, QueryOptions, TransactionOptions};
pub use process::{forked, forks_are_told};
pub use reread::Rereads;
pub use result::{QueryResult, Row, Summary};
pub use retry::Retry;
pub use runtime::new_uuid;
pub use schema::{ConstraintSummary, IndexSummary, PropertySummary, Schema};
pub use snapshot::Snapshot;
pub use store::open_store;
pub use stream::RowStream;
pub use transaction::Transaction;
pub use view::{StateView, View};

pub use namidb_core::engine::{
    BackupReport, CommitMetrics, CompactionReport, Degraded, Duty, FlushReport, Info, Problem, SnapshotMeta,
    Stray, VerifyReport,
};
pub use namidb_core::error::{Class, ErrorCode, Outcome};
pub use namidb_core::object_store::layers::Counts;
pub use namidb_core::residency::CacheStats;
pub use namidb_core::transaction::batch::{BatchMark, Columns, EdgeRecord, NodeRecord, OnExisting};
pub use namidb_core::transaction::{Counters, StagedBatch};
pub use namidb_core::uri::{Durability, OpenMode, Uri};
pub use namidb_core::{NodeId, RelId, Seq, Uuid, Value, value};
pub use namidb_cypher::exec::CancelToken;
pub use namidb_cypher::explain::{OperatorProfile, Plan, PlanRole};
pub use namidb_cypher::logical::{StatementKind, Touched};
pub use namidb_cypher::{Params, params};

/// Procedures of your own, for [`Database::register_procedure`].
pub mod procedures {
    pub use namidb_cypher::functions::TypeSet;
    pub use namidb_cypher::functions::procedures::{
        Field, Procedure, ProcedureCall, ProcedureRows, ProcedureSignature, TableProcedure, procedure,
    };
}

/// Functions of your own, for [`Database::register_function`].
pub mod functions {
    pub use namidb_cypher::functions::procedures::{Field, ProcedureCall};
    pub use namidb_cypher::functions::{FunctionResult, FunctionSignature, TypeSet, UserFunction, function};
}

/// The samples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
