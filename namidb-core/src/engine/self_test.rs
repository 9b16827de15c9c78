//! Does the store keep its conditions? Asked once per process and store, before the first put.
//!
//! A store that ignores a condition would let two processes create the same slot, and nobody would notice. Some
//! that call themselves compatible do.

use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::object_store::{ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt};
use crate::runtime::{Runtime, random_u128, uuid_v7};
use bytes::Bytes;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The stores that have passed, for as long as somebody holds them.
static PASSED: Mutex<Vec<Weak<dyn ObjectStore>>> = Mutex::new(Vec::new());

fn has_passed(store: &Arc<dyn ObjectStore>) -> bool {
    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    passed.retain(|store| store.strong_count() > 0);
    passed.iter().any(|other| std::ptr::addr_eq(other.as_ptr(), Arc::as_ptr(store)))
}

/// Tries the conditions of `store`, through `layers` over it, unless this process has.
///
/// # Errors
/// `ConditionalPutUnsupported` if it ignores one; else those of the store.
pub(super) async fn self_test(
    store: &Arc<dyn ObjectStore>,
    layers: &dyn ObjectStore,
    layout: &Layout,
    runtime: &dyn Runtime,
) -> Result<()> {
    if has_passed(store) {
        return Ok(());
    }
    let path = layout.probe(uuid_v7(runtime));
    let tried = try_conditions(layers, &path, runtime).await;
    // Whether or not the object can be deleted: nothing reads it.
    drop(layers.delete(&path).await);
    tried?;
    PASSED.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(store));
    Ok(())
}

async fn try_conditions(store: &dyn ObjectStore, path: &ObjectPath, runtime: &dyn Runtime) -> Result<()> {
    let content = || Bytes::from(format!("namidb probe {:032x}\n", random_u128(runtime)));
    let first = store.create(path, content()).await?.version;
    refuses(store.create(path, content()).await.map(|_| ()), ErrorKind::AlreadyExists, "create if absent")?;
    store.replace(path, content(), first.clone()).await?;
    let stale = store.replace(path, content(), first).await.map(|_| ());
    refuses(stale, ErrorKind::VersionMismatch, "replace if the version matches")
}

fn refuses(answer: crate::object_store::Result<()>, expected: ErrorKind, condition: &str) -> Result<()> {
    match answer {
        Ok(()) => Err(ignored(condition)),
        Err(error) if error.kind() == expected => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn ignored(condition: &str) -> Error {
    Error::new(
        ErrorCode::ConditionalPutUnsupported,
        format!("the store ignores the condition '{condition}': two writers would overwrite each other"),
    )
    .with_hint("Use a store, or a version of it, that supports conditional puts")
}
