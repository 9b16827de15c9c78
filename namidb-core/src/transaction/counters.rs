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
        for ((_, number), (_, more)) in self.named_mut().into_iter().zip(other.named()) {
            *number += more;
        }
    }

    /// All of them with their names, in an order that stays: formats write them so.
    pub fn named(&self) -> [(&'static str, u64); 11] {
        let mut copy = *self;
        copy.named_mut().map(|(name, number)| (name, *number))
    }

    /// As [`Counters::named`], to be changed.
    pub(crate) fn named_mut(&mut self) -> [(&'static str, &mut u64); 11] {
        [
            ("nodes_created", &mut self.nodes_created),
            ("nodes_deleted", &mut self.nodes_deleted),
            ("relationships_created", &mut self.relationships_created),
            ("relationships_deleted", &mut self.relationships_deleted),
            ("properties_set", &mut self.properties_set),
            ("labels_added", &mut self.labels_added),
            ("labels_removed", &mut self.labels_removed),
            ("indexes_added", &mut self.indexes_added),
            ("indexes_removed", &mut self.indexes_removed),
            ("constraints_added", &mut self.constraints_added),
            ("constraints_removed", &mut self.constraints_removed),
        ]
    }

    /// Whether anything was changed.
    pub fn contains_updates(&self) -> bool {
        *self != Counters::default()
    }
}
