//! Waiting, trying again, and settling puts whose answer was lost.
//!
//! # What becomes of a conditional put
//!
//! A put has four outcomes: applied, condition not met, not applied, and *unknown*: the answer was lost, so the
//! object may be there, or may yet come to be there while the request is still on its way. The layer always
//! sends the same bytes with the same condition. From the first unknown outcome on the put is *in doubt*, and
//! every answer but success leads to reading the object back and comparing it whole:
//!
//! | Answer | Not in doubt | In doubt |
//! |---|---|---|
//! | applied | done | done: an attempt still on its way will find its condition broken |
//! | condition not met | returned as it is | read back |
//! | throttled, conflict in flight, not applied | wait, send again | wait, send again after reading back |
//! | unknown | in doubt from now on; read back | read back |
//! | refused (permission, input, …) | returned as it is | returned with [`Effect::Unknown`] |
//!
//! | Read back | if absent was asked | if a version was asked |
//! |---|---|---|
//! | the same bytes | applied | applied |
//! | nothing | wait, send again | `VersionMismatch`, [`Effect::Unknown`] |
//! | the version asked for | | wait, send again |
//! | other bytes | `AlreadyExists`, definite | `VersionMismatch`, [`Effect::Unknown`] |
//! | no answer | wait, send again | wait, send again |
//!
//! "Other bytes" is definite where absence was asked, because objects that are created if absent are never
//! replaced. Where a version was asked it is not: ours may have been applied and replaced since. Only what the
//! new object says can tell, so that is left to the caller.
//!
//! # The answer that looks definite and is not
//!
//! A client library may hide a retry of its own: the put is applied, its answer is lost, the library sends it
//! again and loses to itself. What arrives here is a *first* `AlreadyExists` or `VersionMismatch` that is not
//! in doubt, and it is returned, because that is also what an honest lost race looks like. Whoever puts with a
//! condition therefore treats that answer as "something is there", reads it back, and compares: [`settle`] does
//! that.

use super::Clock;
use crate::object_store::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath,
    ObjectStore, Operation, PutCondition, PutOptions, PutReceipt, Result,
};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::poll;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::Duration;

/// How long to wait, and when to stop.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The bound of the first wait; each wait is drawn evenly from nothing to a bound that doubles.
    pub wait_first: Duration,
    /// The largest bound of a wait.
    pub wait_max: Duration,
    /// How long one attempt may take before its answer counts as lost; a second is added for each MiB put.
    pub attempt_max: Duration,
    /// No wait begins that would end later than this after the call.
    pub deadline: Duration,
}

impl Default for RetryPolicy {
    fn default() -> RetryPolicy {
        RetryPolicy {
            wait_first: Duration::from_millis(50),
            wait_max: Duration::from_secs(5),
            attempt_max: Duration::from_secs(10),
            deadline: Duration::from_secs(30),
        }
    }
}

/// A store that tries again, and answers a conditional put with what became of it. See the module.
#[derive(Clone, Debug)]
pub struct Retry {
    inner: Arc<dyn ObjectStore>,
    clock: Arc<dyn Clock>,
    policy: RetryPolicy,
    /// How often something was sent again.
    retries: Arc<AtomicU64>,
}

/// What is at a path, compared with what was put there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settled {
    /// The bytes that were put.
    Ours(ObjectMeta),
    /// Other bytes.
    Other(Object),
    /// Nothing.
    Missing,
}

/// Reads `path` back and compares it, whole, with what was put there. The bytes of every conditional put carry
/// a token that nobody else's have, so equal bytes are the same put.
///
/// # Errors
/// Those of [`ObjectStore::get`] but `NotFound`.
pub async fn settle(store: &dyn ObjectStore, path: &ObjectPath, payload: &Bytes) -> Result<Settled> {
    match store.get(path, GetOptions::whole()).await {
        Ok(object) if object.bytes == *payload => Ok(Settled::Ours(object.meta)),
        Ok(object) => Ok(Settled::Other(object)),
        Err(error) if error.is_not_found() => Ok(Settled::Missing),
        Err(error) => Err(error),
    }
}

/// What reading back says of a put in doubt.
enum Verdict {
    Applied(PutReceipt),
    Lost(Error),
    SendAgain,
}

/// The waits of one call.
struct Waits {
    started: Duration,
    bound: Duration,
}

impl Retry {
    /// Retries over `inner`.
    pub fn new(inner: Arc<dyn ObjectStore>, clock: impl Clock, policy: RetryPolicy) -> Retry {
        Retry { inner, clock: Arc::new(clock), policy, retries: Arc::default() }
    }

    /// How many requests were sent again, so far.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    fn waits(&self) -> Waits {
        Waits { started: self.clock.now(), bound: self.policy.wait_first }
    }

    /// Waits before the next attempt; `false` if the deadline forbids it.
    async fn wait(&self, waits: &mut Waits, error: &Error) -> bool {
        // The upper 53 bits of a random word are a fraction between 0 and 1.
        let share = (self.clock.random() >> 11) as f64 / (1u64 << 53) as f64;
        let drawn = waits.bound.min(self.policy.wait_max).mul_f64(share);
        waits.bound = waits.bound.saturating_mul(2).min(self.policy.wait_max);
        let wait = drawn.max(error.retry_after().unwrap_or_default());
        let spent = self.clock.now().saturating_sub(waits.started);
        if spent.saturating_add(wait) > self.policy.deadline {
            return false;
        }
        self.clock.sleep(wait).await;
        self.retries.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// Runs one attempt, at most so long as one may take.
    async fn attempt<T>(
        &self,
        operation: Operation,
        path: &ObjectPath,
        payload_bytes: usize,
        attempt: impl Future<Output = Result<T>> + Send,
    ) -> Result<T> {
        let mebibytes = u32::try_from(payload_bytes >> 20).unwrap_or(u32::MAX);
        let limit = self.policy.attempt_max.saturating_add(Duration::from_secs(u64::from(mebibytes)));
        let mut attempt = pin!(attempt);
        // A local store has answered by now, and needs no clock.
        if let Poll::Ready(answer) = poll!(attempt.as_mut()) {
            return answer;
        }
        match select(attempt, self.clock.sleep(limit)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(Error::new(ErrorKind::TimedOut, "retry", operation).with_path(path)),
        }
    }

    /// Tries something that may be done twice until it is answered.
    async fn until_answered<T, F>(
        &self,
        operation: Operation,
        path: &ObjectPath,
        call: impl Fn() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let mut waits = self.waits();
        let mut effect = Effect::NotApplied;
        loop {
            let error = match self.attempt(operation, path, 0, call()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if error.effect() == Effect::Unknown {
                effect = Effect::Unknown;
            }
            if !error.is_transient() || !self.wait(&mut waits, &error).await {
                return Err(error.with_effect(effect));
            }
        }
    }

    /// Reads back what a put in doubt left.
    async fn judge(&self, path: &ObjectPath, payload: &Bytes, condition: &PutCondition) -> Result<Verdict> {
        let found =
            self.attempt(Operation::Get, path, payload.len(), settle(&*self.inner, path, payload)).await?;
        let lost = |kind, effect| {
            Verdict::Lost(Error::new(kind, "retry", Operation::Put).with_path(path).with_effect(effect))
        };
        Ok(match (found, condition) {
            (Settled::Ours(meta), _) => {
                Verdict::Applied(PutReceipt { version: meta.version, server_time: meta.server_time })
            }
            (_, PutCondition::Always) => Verdict::SendAgain,
            (Settled::Missing, PutCondition::IfAbsent) => Verdict::SendAgain,
            (Settled::Other(_), PutCondition::IfAbsent) => lost(ErrorKind::AlreadyExists, Effect::NotApplied),
            (Settled::Other(object), PutCondition::IfMatch(version)) if object.meta.version == *version => {
                Verdict::SendAgain
            }
            (Settled::Missing | Settled::Other(_), PutCondition::IfMatch(_)) => {
                lost(ErrorKind::VersionMismatch, Effect::Unknown)
            }
        })
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Retry {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let mut waits = self.waits();
        let mut in_doubt = false;
        loop {
            let attempt = self.inner.put(path, payload.clone(), options.clone());
            let error = match self.attempt(Operation::Put, path, payload.len(), attempt).await {
                Ok(receipt) => return Ok(receipt),
                Err(error) => error,
            };
            if error.is_conflict() && !in_doubt {
                return Err(error);
            }
            in_doubt |= error.effect() == Effect::Unknown;
            let worth_waiting =
                error.is_conflict() || error.is_transient() || error.effect() == Effect::Unknown;
            if !worth_waiting {
                return Err(if in_doubt { error.with_effect(Effect::Unknown) } else { error });
            }
            // A put whatever is there may simply be sent again.
            if in_doubt && options.condition != PutCondition::Always {
                match self.judge(path, &payload, &options.condition).await {
                    Ok(Verdict::Applied(receipt)) => return Ok(receipt),
                    Ok(Verdict::Lost(error)) => return Err(error),
                    Ok(Verdict::SendAgain) | Err(_) => {}
                }
            }
            if !self.wait(&mut waits, &error).await {
                return Err(if in_doubt { error.with_effect(Effect::Unknown) } else { error });
            }
        }
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        self.until_answered(Operation::Get, path, || self.inner.get(path, options.clone())).await
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        self.until_answered(Operation::Head, path, || self.inner.head(path)).await
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        self.until_answered(Operation::Delete, path, || self.inner.delete(path)).await
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        self.until_answered(Operation::List, prefix, || self.inner.list(prefix, start_after, limit)).await
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}
