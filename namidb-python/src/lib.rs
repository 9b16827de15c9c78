//! The Python wheel of NamiDB, with every backend.
