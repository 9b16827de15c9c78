//! A store that fails on purpose: the harness of every test that asks what happens if.
//!
//! Every operation that passes has an index, counted from 0 in the order of the calls. A fault belongs to an index
//! ([`Faults::inject`]) or is drawn for it from a seed ([`Faults::seed`]); what fired is on record
//! ([`Faults::fired`]), so a run that failed is repeated from its seed or from the list. A [`Gate`] holds one
//! operation before or after it reaches the store, which is how a process that sleeps is made.
//!
//! Rolled-back reads, swapped reads and stale lists need to know what was written: the layer remembers what passed
//! through it. Processes that share a store share one layer, or each sees only its own past.
//!
//! Compiled with the feature `testing` only: it has no place in a product.

mod gate;
mod history;
mod plan;

pub use gate::{Gate, When};
pub use plan::{Fault, Fired};

use super::super::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath,
    ObjectStore, ObjectVersion, Operation, PutCondition, PutOptions, PutReceipt, Result,
};
use async_trait::async_trait;
use bytes::Bytes;
use gate::Gates;
use history::History;
use plan::Plan;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const STORE: &str = "fault";

/// A store whose answers, and acts, are not always those that were asked for. Clones are the same layer.
#[derive(Clone, Debug)]
pub struct Faults {
    inner: Arc<dyn ObjectStore>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    plan: Plan,
    gates: Gates,
    history: History,
    delayed: Vec<Delayed>,
}

/// A request that its sender was told has timed out, and that has yet to arrive.
#[derive(Clone, Debug)]
struct Delayed {
    due: u64,
    path: ObjectPath,
    put: Option<(Bytes, PutOptions)>,
}

impl Faults {
    /// A layer without faults, to begin with.
    pub fn new(inner: Arc<dyn ObjectStore>) -> Faults {
        Faults { inner, state: Arc::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets `fault` befall the operation with this index. Where it makes no sense (a short body of a list) the
    /// operation passes unharmed, and nothing is on record.
    pub fn inject(&self, index: u64, fault: Fault) {
        self.state().plan.inject(index, fault);
    }

    /// Lets `fault` befall the next operation.
    pub fn inject_next(&self, fault: Fault) {
        let mut state = self.state();
        let next = state.next;
        state.plan.inject(next, fault);
    }

    /// From now on draws faults at random: each with its rate, in millionths, among the operations that it
    /// can befall. The same seed gives the same fault to the same index and operation.
    pub fn seed(&self, seed: u64, rates: &[(Fault, u32)]) {
        self.state().plan.seed(seed, rates);
    }

    /// Ends the faults; requests under way stay so.
    pub fn clear(&self) {
        self.state().plan = Plan::default();
    }

    /// The index of the next operation.
    pub fn next_index(&self) -> u64 {
        self.state().next
    }

    /// What fired so far, in order.
    pub fn fired(&self) -> Vec<Fired> {
        self.state().plan.fired().to_vec()
    }

    /// Holds the next operation that `matches`, before or after it reaches the store.
    pub fn hold(
        &self,
        when: When,
        matches: impl Fn(Operation, &ObjectPath) -> bool + Send + 'static,
    ) -> Gate {
        self.state().gates.hold(when, Box::new(matches))
    }

    /// Lets every request that is still under way arrive now, in the order in which they were sent.
    pub async fn deliver_all(&self) {
        self.deliver(u64::MAX).await;
    }

    /// Loses every request that is still under way.
    pub fn lose_all(&self) {
        self.state().delayed.clear();
    }

    /// How many requests are still under way.
    pub fn under_way(&self) -> usize {
        self.state().delayed.len()
    }

    async fn deliver(&self, now: u64) {
        loop {
            let next = {
                let mut state = self.state();
                let found = state.delayed.iter().position(|delayed| delayed.due <= now);
                found.map(|place| state.delayed.remove(place))
            };
            let Some(delayed) = next else { return };
            // Nobody waits for these answers.
            match delayed.put {
                Some((payload, options)) => drop(self.apply_put(&delayed.path, payload, options).await),
                None => drop(self.apply_delete(&delayed.path).await),
            }
        }
    }

    /// Counts an operation, lets what is due arrive, and waits at a gate if there is one.
    async fn begin(
        &self,
        operation: Operation,
        path: &ObjectPath,
    ) -> (Option<Fault>, Option<Arc<gate::Inner>>, u64) {
        let (index, fault, before, after) = {
            let mut state = self.state();
            let index = state.next;
            state.next += 1;
            let fault = state.plan.draw(index, operation, path);
            let before = state.gates.take(When::Before, operation, path);
            let after = if before.is_none() { state.gates.take(When::After, operation, path) } else { None };
            (index, fault, before, after)
        };
        self.deliver(index).await;
        if let Some(gate) = before {
            gate.pass().await;
        }
        (fault, after, index)
    }

    async fn end(&self, gate: Option<Arc<gate::Inner>>) {
        if let Some(gate) = gate {
            gate.pass().await;
        }
    }

    async fn apply_put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let receipt = self.inner.put(path, payload.clone(), options).await?;
        self.state().history.wrote(path, payload, receipt.version.clone(), receipt.server_time);
        Ok(receipt)
    }

    async fn apply_delete(&self, path: &ObjectPath) -> Result<()> {
        self.inner.delete(path).await?;
        self.state().history.deleted(path);
        Ok(())
    }

    fn delay(&self, index: u64, steps: u64, path: &ObjectPath, put: Option<(Bytes, PutOptions)>) {
        let due = index.saturating_add(steps);
        self.state().delayed.push(Delayed { due, path: path.clone(), put });
    }

    async fn faulty_put(
        &self,
        fault: Fault,
        index: u64,
        path: &ObjectPath,
        payload: Bytes,
        options: PutOptions,
    ) -> Result<PutReceipt> {
        let failed =
            |kind, effect| Err(Error::new(kind, STORE, Operation::Put).with_path(path).with_effect(effect));
        match fault {
            Fault::Drop => failed(ErrorKind::TimedOut, Effect::Unknown),
            Fault::ApplyLose => {
                drop(self.apply_put(path, payload, options).await);
                failed(ErrorKind::TimedOut, Effect::Unknown)
            }
            Fault::FailAfterApply => {
                drop(self.apply_put(path, payload, options).await);
                failed(ErrorKind::Unavailable, Effect::Unknown)
            }
            Fault::Delay(steps) => {
                self.delay(index, steps, path, Some((payload, options)));
                failed(ErrorKind::TimedOut, Effect::Unknown)
            }
            Fault::Dup => {
                let first = self.apply_put(path, payload.clone(), options.clone()).await;
                drop(self.apply_put(path, payload, options).await);
                first
            }
            Fault::SelfConflict => {
                drop(self.apply_put(path, payload.clone(), options.clone()).await);
                self.apply_put(path, payload, options).await
            }
            Fault::ConflictInFlight => failed(ErrorKind::Unavailable, Effect::NotApplied),
            Fault::Throttled(wait) => Err(throttled(Operation::Put, path, wait)),
            Fault::Unavailable => failed(ErrorKind::Unavailable, Effect::Unknown),
            Fault::PermissionDenied => failed(ErrorKind::PermissionDenied, Effect::NotApplied),
            Fault::Full => failed(ErrorKind::Full, Effect::NotApplied),
            Fault::ShortBody => {
                let half = payload.slice(..payload.len() / 2);
                self.apply_put(path, half, options).await
            }
            Fault::Flip(bit) => self.apply_put(path, flip(&payload, bit), options).await,
            Fault::Vanish => {
                Ok(PutReceipt { version: ObjectVersion::new(format!("vanished-{index}")), server_time: None })
            }
            Fault::IgnoreCondition => self.apply_put(path, payload, PutCondition::Always.into()).await,
            Fault::StaleList(_) | Fault::PartialList | Fault::Swap | Fault::Rollback => {
                self.apply_put(path, payload, options).await
            }
        }
    }

    async fn faulty_get(&self, fault: Fault, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let failed = |kind| Err(Error::new(kind, STORE, Operation::Get).with_path(path));
        match fault {
            Fault::Drop => failed(ErrorKind::TimedOut),
            Fault::Throttled(wait) => Err(throttled(Operation::Get, path, wait)),
            Fault::Unavailable => failed(ErrorKind::Unavailable),
            Fault::PermissionDenied => failed(ErrorKind::PermissionDenied),
            Fault::Vanish => failed(ErrorKind::NotFound),
            Fault::ShortBody => {
                let mut object = self.inner.get(path, options).await?;
                object.bytes.truncate(object.bytes.len() / 2);
                Ok(object)
            }
            Fault::Flip(bit) => {
                let mut object = self.inner.get(path, options).await?;
                object.bytes = flip(&object.bytes, bit);
                Ok(object)
            }
            Fault::Swap => {
                let other = self.state().history.sibling(path);
                self.inner.get(other.as_ref().unwrap_or(path), options).await
            }
            Fault::Rollback => {
                let older = self.state().history.older(path);
                match older {
                    None => failed(ErrorKind::NotFound),
                    Some((_, meta)) if options.unless.as_ref() == Some(&meta.version) => {
                        failed(ErrorKind::NotModified)
                    }
                    Some((bytes, meta)) => match options.within(meta.size) {
                        Some(range) => {
                            let slice = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
                            Ok(Object { bytes: bytes.slice(slice(range.start)..slice(range.end)), meta })
                        }
                        None => failed(ErrorKind::InvalidInput),
                    },
                }
            }
            _ => self.inner.get(path, options).await,
        }
    }

    async fn faulty_list(
        &self,
        fault: Fault,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let failed = |kind| Err(Error::new(kind, STORE, Operation::List).with_path(prefix));
        match fault {
            Fault::Drop => failed(ErrorKind::TimedOut),
            Fault::Throttled(wait) => Err(throttled(Operation::List, prefix, wait)),
            Fault::Unavailable => failed(ErrorKind::Unavailable),
            Fault::PermissionDenied => failed(ErrorKind::PermissionDenied),
            Fault::PartialList => {
                let mut page = self.inner.list(prefix, start_after, limit).await?;
                page.paths.truncate(page.paths.len() / 2);
                page.more = false;
                Ok(page)
            }
            Fault::StaleList(writes) => {
                let page = self.inner.list(prefix, start_after, limit).await?;
                Ok(self.state().history.before(writes, prefix, start_after, limit, page))
            }
            _ => self.inner.list(prefix, start_after, limit).await,
        }
    }
}

fn throttled(operation: Operation, path: &ObjectPath, wait: Duration) -> Error {
    Error::new(ErrorKind::Throttled, STORE, operation).with_path(path).with_retry_after(wait)
}

fn flip(bytes: &Bytes, bit: u64) -> Bytes {
    let mut copy = bytes.to_vec();
    let bits = u64::try_from(copy.len()).unwrap_or(u64::MAX).saturating_mul(8).max(1);
    let bit = bit % bits;
    if let Some(byte) = usize::try_from(bit / 8).ok().and_then(|at| copy.get_mut(at)) {
        *byte ^= 1 << (bit % 8);
    }
    copy.into()
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl ObjectStore for Faults {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let (fault, gate, index) = self.begin(Operation::Put, path).await;
        let answer = match fault {
            None => self.apply_put(path, payload, options).await,
            Some(fault) => self.faulty_put(fault, index, path, payload, options).await,
        };
        self.end(gate).await;
        answer
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let (fault, gate, _) = self.begin(Operation::Get, path).await;
        let answer = match fault {
            None => self.inner.get(path, options).await,
            Some(fault) => self.faulty_get(fault, path, options).await,
        };
        self.end(gate).await;
        answer
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let (fault, gate, _) = self.begin(Operation::Head, path).await;
        let failed = |kind| Err(Error::new(kind, STORE, Operation::Head).with_path(path));
        let answer = match fault {
            Some(Fault::Drop) => failed(ErrorKind::TimedOut),
            Some(Fault::Throttled(wait)) => Err(throttled(Operation::Head, path, wait)),
            Some(Fault::Unavailable) => failed(ErrorKind::Unavailable),
            Some(Fault::PermissionDenied) => failed(ErrorKind::PermissionDenied),
            Some(Fault::Vanish) => failed(ErrorKind::NotFound),
            _ => self.inner.head(path).await,
        };
        self.end(gate).await;
        answer
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        let (fault, gate, index) = self.begin(Operation::Delete, path).await;
        let failed = |kind, effect| {
            Err(Error::new(kind, STORE, Operation::Delete).with_path(path).with_effect(effect))
        };
        let answer = match fault {
            Some(Fault::Drop) => failed(ErrorKind::TimedOut, Effect::Unknown),
            Some(Fault::ApplyLose) => {
                drop(self.apply_delete(path).await);
                failed(ErrorKind::TimedOut, Effect::Unknown)
            }
            Some(Fault::FailAfterApply) => {
                drop(self.apply_delete(path).await);
                failed(ErrorKind::Unavailable, Effect::Unknown)
            }
            Some(Fault::Delay(steps)) => {
                self.delay(index, steps, path, None);
                failed(ErrorKind::TimedOut, Effect::Unknown)
            }
            Some(Fault::Dup) => {
                drop(self.apply_delete(path).await);
                self.apply_delete(path).await
            }
            Some(Fault::Throttled(wait)) => Err(throttled(Operation::Delete, path, wait)),
            Some(Fault::Unavailable) => failed(ErrorKind::Unavailable, Effect::Unknown),
            Some(Fault::PermissionDenied) => failed(ErrorKind::PermissionDenied, Effect::NotApplied),
            Some(Fault::Vanish) => Ok(()),
            _ => self.apply_delete(path).await,
        };
        self.end(gate).await;
        answer
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let (fault, gate, _) = self.begin(Operation::List, prefix).await;
        let answer = match fault {
            None => self.inner.list(prefix, start_after, limit).await,
            Some(fault) => self.faulty_list(fault, prefix, start_after, limit).await,
        };
        self.end(gate).await;
        answer
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}
