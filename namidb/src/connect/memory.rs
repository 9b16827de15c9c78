//! `memory://`: a store of its own for each call, or the one that all of this process share.

use crate::error::Result;
use namidb_backend_memory::MemoryStore;
use namidb_core::object_store::ObjectStore;
use namidb_core::uri::Uri;
use std::sync::{Arc, OnceLock};

pub(super) fn open(uri: &Uri) -> Result<Arc<dyn ObjectStore>> {
    static SHARED: OnceLock<Arc<MemoryStore>> = OnceLock::new();
    if uri.flag("shared")?.unwrap_or(false) {
        let store = SHARED.get_or_init(|| Arc::new(MemoryStore::new()));
        return Ok(Arc::<MemoryStore>::clone(store));
    }
    Ok(Arc::new(MemoryStore::new()))
}

pub(super) fn check(uri: &Uri) -> Result<()> {
    uri.flag("shared")?;
    Ok(())
}
