//! An object store in a directory: durable before acknowledged, safe among processes.
