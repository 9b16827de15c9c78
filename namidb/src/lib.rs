//! NamiDB: a property-graph database whose only durable part is a bucket.
