//! The suite that every NamiDB object store must pass.
