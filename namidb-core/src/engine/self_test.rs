//! Does the store keep its conditions? Asked once per process and store, before the first put.
//!
//! A store that ignores a condition would let two processes create the same slot, and nobody would notice. Some
//! that call themselves compatible do.

use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::object_store::layers::{Settled, settle};
use crate::object_store::{
    self, ErrorKind, ObjectPath, ObjectStore, ObjectStoreExt, ObjectVersion, PutReceipt,
};
use crate::runtime::{Runtime, random_u128, uuid_v7};
use arc_swap::ArcSwapOption;
use bytes::Bytes;
use futures_util::future::join_all;
use std::sync::{Arc, Weak};

/// So many create an object at once. A store that looks first and writes then lets several of them win, most of the time.
const RACERS: usize = 6;

/// How often they do; once where looks cost nothing. Elsewhere they still have to connect the first time, and come one after
/// the other.
const ROUNDS: usize = 3;

/// How often they do once an answer was doubtful.
const ROUNDS_MAX: usize = 9;

/// So many doubtful answers are one too many: the store is said to ignore a condition. A single one may come from a
/// collector that deletes everything, and has taken the object in the middle of it.
const DOUBTS_MAX: usize = 2;

/// What the first of the racers puts is so large that it takes a while to arrive: between a look and a write there is room
/// for the others, which are small. Were all of them as large, they would take as long to send, and come apart again.
const SLOW_RACER_BYTES: usize = 384 << 10;

/// The stores that have passed, for as long as somebody holds them. Without a lock: every commit asks, and the child of a
/// process that was forked in that moment would wait for it for ever.
static PASSED: ArcSwapOption<Vec<Weak<dyn ObjectStore>>> = ArcSwapOption::const_empty();

fn has_passed(store: &Arc<dyn ObjectStore>) -> bool {
    let is_it = |other: &Weak<dyn ObjectStore>| std::ptr::addr_eq(other.as_ptr(), Arc::as_ptr(store));
    PASSED.load().as_ref().is_some_and(|passed| passed.iter().any(is_it))
}

fn note_passed(store: &Arc<dyn ObjectStore>) {
    PASSED.rcu(|passed| {
        let others = passed.iter().flat_map(|passed| passed.iter());
        let held = others.filter(|other| other.strong_count() > 0).cloned();
        Some(Arc::new(held.chain([Arc::downgrade(store)]).collect::<Vec<_>>()))
    });
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
    let (mut rounds, mut doubts) = (0, 0);
    let rounds_min = if store.capabilities().cheap_looks { 1 } else { ROUNDS };
    while rounds < if doubts == 0 { rounds_min } else { ROUNDS_MAX } {
        let (path, raced) = (layout.probe(uuid_v7(runtime)), layout.probe(uuid_v7(runtime)));
        let one_by_one = rounds == 0 || doubts > 0;
        let mut tried = Ok(());
        if one_by_one {
            tried = try_conditions(layers, &path, runtime).await;
            // Whether or not the objects can be deleted: nothing reads them, and a collection takes what is left.
            drop(layers.delete(&path).await);
        }
        if tried.is_ok() {
            tried = race(layers, &raced, runtime).await;
            drop(layers.delete(&raced).await);
        }
        rounds += 1;
        match tried {
            Ok(()) => {}
            Err(Trial::Failed(error)) => return Err(error),
            Err(Trial::Doubtful(error)) => {
                doubts += 1;
                if doubts == DOUBTS_MAX {
                    return Err(error);
                }
            }
        }
    }
    note_passed(store);
    Ok(())
}

/// How a test ends that was not passed.
enum Trial {
    /// By what the store may not answer, unless somebody else has deleted the object.
    Doubtful(Error),
    /// By an error of the store.
    Failed(Error),
}

impl From<Error> for Trial {
    fn from(error: Error) -> Trial {
        Trial::Failed(error)
    }
}

impl From<object_store::Error> for Trial {
    fn from(error: object_store::Error) -> Trial {
        if error.is_conflict() { Trial::Doubtful(error.into()) } else { Trial::Failed(error.into()) }
    }
}

async fn try_conditions(
    store: &dyn ObjectStore,
    path: &ObjectPath,
    runtime: &dyn Runtime,
) -> Result<(), Trial> {
    let first = content(runtime);
    let first = ours(store, path, &first, store.create(path, first.clone()).await).await?;
    let again = store.create(path, content(runtime)).await;
    refuses(again, ErrorKind::AlreadyExists, "create if absent")?;
    let second = content(runtime);
    let replaced = store.replace(path, second.clone(), first.clone()).await;
    ours(store, path, &second, replaced).await?;
    let stale = store.replace(path, content(runtime), first).await;
    refuses(stale, ErrorKind::VersionMismatch, "replace if the version matches")
}

/// Of several that create one object at once, one at most may win.
async fn race(store: &dyn ObjectStore, path: &ObjectPath, runtime: &dyn Runtime) -> Result<(), Trial> {
    let mut contents: Vec<Bytes> = (0..RACERS).map(|_| content(runtime)).collect();
    if let Some(slow) = contents.first_mut() {
        *slow = Bytes::from(slow.repeat(SLOW_RACER_BYTES / slow.len().max(1)));
    }
    let answers = join_all(contents.iter().map(|content| store.create(path, content.clone()))).await;
    let mut winners = 0;
    for answer in answers {
        match answer {
            Ok(_) => winners += 1,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    if winners > 1 {
        return Err(Trial::Doubtful(ignored("create if absent, of several at once")));
    }
    Ok(())
}

/// Bytes that nobody else puts.
fn content(runtime: &dyn Runtime) -> Bytes {
    Bytes::from(format!("namidb probe {:032x}\n", random_u128(runtime)))
}

/// The version that a put made. A client library may have sent it twice, and lost to itself.
async fn ours(
    store: &dyn ObjectStore,
    path: &ObjectPath,
    content: &Bytes,
    answer: object_store::Result<PutReceipt>,
) -> Result<ObjectVersion, Trial> {
    match answer {
        Ok(receipt) => Ok(receipt.version),
        Err(error) if error.is_conflict() => match settle(store, path, content).await? {
            Settled::Ours(meta) => Ok(meta.version),
            Settled::Other(_) | Settled::Missing => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

fn refuses(
    answer: object_store::Result<PutReceipt>,
    expected: ErrorKind,
    condition: &str,
) -> Result<(), Trial> {
    match answer {
        Ok(_) => Err(Trial::Doubtful(ignored(condition))),
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
