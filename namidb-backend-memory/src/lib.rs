//! An object store in memory, for tests and ephemeral databases.
