//! The object store contract.
