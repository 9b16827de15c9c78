//! A transaction: a clone of the graph state, its operations and its footprint.
