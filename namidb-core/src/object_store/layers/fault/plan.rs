//! Which fault befalls which operation.

use crate::object_store::{ObjectPath, Operation};
use std::collections::BTreeMap;
use std::time::Duration;

/// A way to fail. Each says which operations it can befall.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Fault {
    /// All: nothing is done, and no answer comes.
    Drop,
    /// Put, delete: it is done, and no answer comes.
    ApplyLose,
    /// Put, delete: no answer comes, and it is done just before the operation that many indexes later. See also
    /// [`Faults::deliver_all`](super::Faults::deliver_all).
    Delay(u64),
    /// Put, delete: it is done twice; a put answers as the first time.
    Dup,
    /// Put: it is done, its answer is lost, and the client sends it again without saying so: a put with a
    /// condition loses to itself.
    SelfConflict,
    /// Put: another conditional put is in flight; nothing is done (S3's 409).
    ConflictInFlight,
    /// All: too many requests; nothing is done, and the store asks to wait so long (429).
    Throttled(Duration),
    /// All: the store is out of order; nothing is done, but the caller cannot know (503).
    Unavailable,
    /// Put, delete: it is done, and the answer is an error (500).
    FailAfterApply,
    /// All: refused; nothing is done (403).
    PermissionDenied,
    /// Put: refused, since there is no room (ENOSPC).
    Full,
    /// List: as it was that many writes ago.
    StaleList(usize),
    /// List: the second half is missing, and nothing says so.
    PartialList,
    /// Get: half of the bytes are missing. Put: half of them are stored.
    ShortBody,
    /// Get, put: this bit of the bytes, modulo their number, is the other one.
    Flip(u64),
    /// Get, head: nothing is there. Put, delete: nothing is done, and the answer says that it was.
    Vanish,
    /// Get: the bytes of a neighbour.
    Swap,
    /// Get: what was there before the last put, or nothing.
    Rollback,
    /// Put: the condition is ignored.
    IgnoreCondition,
}

impl Fault {
    /// One of each, for runs that go through them all.
    pub const EACH: [Fault; 19] = [
        Fault::Drop,
        Fault::ApplyLose,
        Fault::Delay(3),
        Fault::Dup,
        Fault::SelfConflict,
        Fault::ConflictInFlight,
        Fault::Throttled(Duration::from_millis(100)),
        Fault::Unavailable,
        Fault::FailAfterApply,
        Fault::PermissionDenied,
        Fault::Full,
        Fault::StaleList(2),
        Fault::PartialList,
        Fault::ShortBody,
        Fault::Flip(0),
        Fault::Vanish,
        Fault::Swap,
        Fault::Rollback,
        Fault::IgnoreCondition,
    ];

    /// Its name, without what it is given.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Drop => "drop",
            Fault::ApplyLose => "apply-lose",
            Fault::Delay(_) => "delay",
            Fault::Dup => "dup",
            Fault::SelfConflict => "self-conflict",
            Fault::ConflictInFlight => "conflict-in-flight",
            Fault::Throttled(_) => "throttled",
            Fault::Unavailable => "unavailable",
            Fault::FailAfterApply => "fail-after-apply",
            Fault::PermissionDenied => "permission-denied",
            Fault::Full => "full",
            Fault::StaleList(_) => "stale-list",
            Fault::PartialList => "partial-list",
            Fault::ShortBody => "short-body",
            Fault::Flip(_) => "flip",
            Fault::Vanish => "vanish",
            Fault::Swap => "swap",
            Fault::Rollback => "rollback",
            Fault::IgnoreCondition => "ignore-condition",
        }
    }

    /// Whether it can befall an operation.
    pub fn befalls(self, operation: Operation) -> bool {
        use Operation::{Delete, Get, Head, List, Put};
        match self {
            Fault::Drop | Fault::Throttled(_) | Fault::Unavailable | Fault::PermissionDenied => true,
            Fault::ApplyLose | Fault::Delay(_) | Fault::Dup | Fault::FailAfterApply => {
                matches!(operation, Put | Delete)
            }
            Fault::SelfConflict | Fault::ConflictInFlight | Fault::Full | Fault::IgnoreCondition => {
                operation == Put
            }
            Fault::StaleList(_) | Fault::PartialList => operation == List,
            Fault::ShortBody | Fault::Flip(_) => matches!(operation, Get | Put),
            Fault::Vanish => matches!(operation, Get | Head | Put | Delete),
            Fault::Swap | Fault::Rollback => operation == Get,
        }
    }

    /// Whether an honest store and an honest network can do this; the others are corruption, or a store that does
    /// not keep the contract.
    pub fn is_honest(self) -> bool {
        !matches!(
            self,
            Fault::PartialList
                | Fault::ShortBody
                | Fault::Flip(_)
                | Fault::Vanish
                | Fault::Swap
                | Fault::Rollback
                | Fault::IgnoreCondition
        )
    }
}

/// A fault that befell an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fired {
    /// The operation's index.
    pub index: u64,
    /// What it was.
    pub operation: Operation,
    /// On what.
    pub path: ObjectPath,
    /// What befell it; give it to [`Faults::inject`](super::Faults::inject) with the same index to see it again.
    pub fault: Fault,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    given: BTreeMap<u64, Fault>,
    seed: u64,
    rates: Vec<(Fault, u32)>,
    fired: Vec<Fired>,
}

impl Plan {
    pub(super) fn inject(&mut self, index: u64, fault: Fault) {
        self.given.insert(index, fault);
    }

    pub(super) fn seed(&mut self, seed: u64, rates: &[(Fault, u32)]) {
        self.seed = seed;
        self.rates = rates.to_vec();
    }

    pub(super) fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// The fault of an operation, put on record.
    pub(super) fn draw(&mut self, index: u64, operation: Operation, path: &ObjectPath) -> Option<Fault> {
        let fault = match self.given.remove(&index) {
            Some(given) => Some(given).filter(|fault| fault.befalls(operation)),
            None => self.draw_seeded(index, operation),
        }?;
        self.fired.push(Fired { index, operation, path: path.clone(), fault });
        Some(fault)
    }

    fn draw_seeded(&self, index: u64, operation: Operation) -> Option<Fault> {
        if self.rates.is_empty() {
            return None;
        }
        let word = mix(self.seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let mut left = u32::try_from(word % 1_000_000).unwrap_or(0);
        for (fault, rate) in self.rates.iter().filter(|(fault, _)| fault.befalls(operation)) {
            if left < *rate {
                let parameter = mix(word);
                return Some(match fault {
                    Fault::Flip(_) => Fault::Flip(parameter),
                    Fault::Delay(most) => Fault::Delay(1 + parameter % (*most).max(1)),
                    Fault::StaleList(most) => {
                        let most = u64::try_from(*most).unwrap_or(u64::MAX).max(1);
                        Fault::StaleList(usize::try_from(1 + parameter % most).unwrap_or(1))
                    }
                    other => *other,
                });
            }
            left -= rate;
        }
        None
    }
}

/// One step of splitmix64 (Steele, Lea, Flood 2014): a word that depends on every bit of another.
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
