//! What a caller is told about its changes.

/// How much was changed, as Cypher counts it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counters {
    /// Nodes created.
    pub nodes_created: u64,
    /// Nodes deleted.
    pub nodes_deleted: u64,
    /// Relationships created.
    pub relationships_created: u64,
    /// Relationships deleted.
    pub relationships_deleted: u64,
    /// Properties set to another value or removed, those of new entities included.
    pub properties_set: u64,
    /// Labels added, those of new nodes included.
    pub labels_added: u64,
    /// Labels removed from nodes that live on.
    pub labels_removed: u64,
    /// Indexes created.
    pub indexes_added: u64,
    /// Indexes dropped.
    pub indexes_removed: u64,
    /// Constraints created; their indexes do not count.
    pub constraints_added: u64,
    /// Constraints dropped; their indexes do not count.
    pub constraints_removed: u64,
}

impl Counters {
    /// Counts what another transaction changed as well.
    pub fn add(&mut self, other: &Counters) {
        self.nodes_created += other.nodes_created;
        self.nodes_deleted += other.nodes_deleted;
        self.relationships_created += other.relationships_created;
        self.relationships_deleted += other.relationships_deleted;
        self.properties_set += other.properties_set;
        self.labels_added += other.labels_added;
        self.labels_removed += other.labels_removed;
        self.indexes_added += other.indexes_added;
        self.indexes_removed += other.indexes_removed;
        self.constraints_added += other.constraints_added;
        self.constraints_removed += other.constraints_removed;
    }

    /// Whether anything was changed.
    pub fn contains_updates(&self) -> bool {
        *self != Counters::default()
    }
}
