//! The store keeps the contract, also between clones.

use conformance::Clients;
use namidb_backend_memory::MemoryStore;

conformance::suite!(memory, || async {
    let store = MemoryStore::new();
    Clients::two(store.clone(), store)
});
