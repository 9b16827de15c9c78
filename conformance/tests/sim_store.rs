//! The simulated store, which the engine's own tests run on, keeps the contract: as a disk and as a bucket.

use namidb_core::testing::SimStore;

conformance::suite!(local, || async { SimStore::new() });
conformance::suite!(remote, || async { SimStore::remote() });
