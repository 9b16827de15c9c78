//! A store of somebody else: objects in an SQLite file, and its URIs, `sqlite:///directory/file.db?ns=<ns>`.

mod backend;
mod store;

pub use backend::SqliteBackend;
pub use store::SqliteStore;
