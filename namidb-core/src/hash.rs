//! Hashing without a random seed.
//!
//! Rows leave a query in morsel order and groups in first-seen order, so two runs of one query must
//! visit their tables alike. The standard library seeds every table at random; these aliases do not.

/// The hasher of every table in the engine: foldhash with a fixed seed.
pub type FixedHasher = foldhash::fast::FixedState;

/// A hash map whose iteration order depends on its history alone.
#[allow(clippy::disallowed_types, reason = "this is the alias that the rest of the engine uses")]
pub type HashMap<K, V> = std::collections::HashMap<K, V, FixedHasher>;

/// A hash set whose iteration order depends on its history alone.
#[allow(clippy::disallowed_types, reason = "this is the alias that the rest of the engine uses")]
pub type HashSet<K> = std::collections::HashSet<K, FixedHasher>;
