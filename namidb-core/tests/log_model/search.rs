//! Breadth-first search of all states, by level, with a set of fingerprints.
//!
//! A state is kept only while its level is being expanded; of the others a 64-bit fingerprint remains. A
//! run of 50 million states confuses two of them with a probability below 1e-4. Traces are shortest.

use std::hash::{Hash, Hasher};

use crate::check::{self, Violation};
use crate::process::{Model, STORE};
use crate::runs::Config;
use crate::state::{Client, Process, Slot, Stage, World};

/// Whether a step brings its process towards the end of what it is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// What an undisturbed process does next.
    Forward,
    /// Everything else: faults, time, jobs, and what is not needed to finish.
    Aside,
}

/// One thing that can happen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// A process, or [`STORE`].
    pub(crate) actor: u8,
    pub(crate) kind: Kind,
    pub(crate) label: &'static str,
    /// The slot, or another number that the label asks for. 0: none.
    pub(crate) slot: u8,
    pub(crate) next: Result<World, Violation>,
}

/// How a search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Every reachable state was visited, and none breaks an invariant.
    Complete,
    Found(Violation),
    /// More states than allowed.
    Stopped,
}

/// What a search did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) outcome: Outcome,
    pub(crate) states: usize,
    pub(crate) transitions: usize,
    pub(crate) depth: usize,
    pub(crate) reached: Reached,
}

/// States of the kinds that a run exists to reach. A run that reaches none of them shows nothing.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Reached {
    /// A collected slot was created again.
    pub(crate) stray: usize,
    /// Some collector may delete.
    pub(crate) collected: usize,
    /// Some process must look before it acts.
    pub(crate) look: usize,
    /// A record of two operations is in the log.
    pub(crate) group: usize,
    /// A reload failed, and its process has only the old state.
    pub(crate) passed: usize,
    /// Liveness was tried from here.
    pub(crate) liveness: usize,
}

impl Reached {
    fn count(&mut self, world: &World) {
        let looks = |process: &Process| {
            use Stage::*;
            matches!(
                process.stage,
                ReadingLook
                    | LookAfterPut
                    | LookAfterLoss
                    | LookAfterMissing
                    | LookBeforeApply
                    | LookAfterEnd
            )
        };
        self.stray += usize::from(world.slots.iter().any(|slot| matches!(slot, Slot::Stray(_))));
        self.collected += usize::from(world.collectable > 0);
        self.look += usize::from(world.processes.iter().any(looks));
        self.passed += usize::from(world.processes.iter().any(|process| process.passed));
        self.group += usize::from(world.chain.iter().any(|record| record.entries[1].op != 0));
    }
}

/// One state in this many is tried for liveness.
const LIVENESS_SAMPLE: u64 = 97;

/// Searches `config` until it is complete, broken, or above `limit` states.
pub(crate) fn search(config: Config, limit: usize) -> Report {
    let mut model = Model::new(config);
    let first = config.first_world();
    let mut seen = Fingerprints::new();
    seen.insert(fingerprint(&first));
    let mut report = Report {
        outcome: Outcome::Complete,
        states: 1,
        transitions: 0,
        depth: 0,
        reached: Reached::default(),
    };
    let mut level = vec![first];
    while !level.is_empty() {
        let mut next_level = Vec::new();
        report.depth += 1;
        for world in &level {
            model.successors(world);
            report.transitions += model.steps.len();
            for at in 0..model.steps.len() {
                let next = match &model.steps[at].next {
                    Ok(next) => next,
                    Err(violation) => {
                        report.outcome = Outcome::Found(*violation);
                        report.states = seen.len;
                        return report;
                    }
                };
                let print = fingerprint(next);
                if !seen.insert(print) {
                    continue;
                }
                report.reached.count(next);
                next_level.push(*next);
            }
            if config.bug.is_none() && fingerprint(world).is_multiple_of(LIVENESS_SAMPLE) {
                report.reached.liveness += 1;
                if let Err(violation) = check::progress(&mut model, world) {
                    report.outcome = Outcome::Found(violation);
                    report.states = seen.len;
                    return report;
                }
            }
        }
        level = next_level;
        report.states = seen.len;
        if report.states > limit {
            report.outcome = Outcome::Stopped;
            break;
        }
    }
    report
}

/// The shortest way to a violation, one line a step. Searches again and keeps the parents.
pub(crate) fn trace(config: Config) -> Vec<String> {
    let mut model = Model::new(config);
    let first = config.first_world();
    let mut seen = Fingerprints::new();
    seen.insert(fingerprint(&first));
    // Parent and index of the step, by the number of the state.
    let mut parents: Vec<(u32, u32)> = vec![(0, 0)];
    let mut level = vec![(first, 0u32)];
    while !level.is_empty() {
        let mut next_level = Vec::new();
        for (world, id) in &level {
            model.successors(world);
            for at in 0..model.steps.len() {
                match &model.steps[at].next {
                    Err(violation) => {
                        let violation = *violation;
                        return replay(&mut model, first, &parents, *id, at, violation);
                    }
                    Ok(next) if seen.insert(fingerprint(next)) => {
                        next_level.push((*next, parents.len() as u32));
                        parents.push((*id, at as u32));
                    }
                    Ok(_) => {}
                }
            }
        }
        level = next_level;
    }
    Vec::new()
}

fn replay(
    model: &mut Model,
    first: World,
    parents: &[(u32, u32)],
    last: u32,
    last_step: usize,
    violation: Violation,
) -> Vec<String> {
    let mut path = vec![last_step];
    let mut at = last;
    while at != 0 {
        let (parent, step) = parents[at as usize];
        path.push(step as usize);
        at = parent;
    }
    let mut world = first;
    let mut lines = Vec::new();
    for (number, step) in path.into_iter().rev().enumerate() {
        model.successors(&world);
        let step = model.steps[step];
        let actor = if step.actor == STORE { "store".to_owned() } else { format!("P{}", step.actor) };
        let slot = if step.slot == 0 { String::new() } else { format!(" {}", step.slot) };
        lines.push(format!("{:>3} {actor}: {}{slot}", number + 1, step.label));
        if let Ok(next) = step.next {
            world = next;
        }
    }
    lines.push(format!("    => {}", violation.text()));
    lines
}

impl Config {
    fn first_world(&self) -> World {
        let mut world = World::default();
        if !self.bootstrap {
            world.manifest = crate::state::Manifest::first(self.retention);
        }
        for (index, process) in world.processes[..self.processes].iter_mut().enumerate() {
            if !self.bootstrap && self.opener != Some(index) {
                process.stage = Stage::Ready;
            }
        }
        for process in &mut world.processes[self.processes..] {
            process.clients = [Client::default(); 2];
        }
        world
    }
}

/// A set of 64-bit fingerprints: open addressing, no zero.
struct Fingerprints {
    table: Vec<u64>,
    len: usize,
}

impl Fingerprints {
    fn new() -> Self {
        Fingerprints { table: vec![0; 1 << 16], len: 0 }
    }

    /// Adds `print`; false if it was there.
    fn insert(&mut self, print: u64) -> bool {
        if (self.len + 1) * 4 > self.table.len() * 3 {
            let old = std::mem::take(&mut self.table);
            self.table = vec![0; old.len() * 2];
            for print in old.into_iter().filter(|print| *print != 0) {
                let place = self.place(print);
                self.table[place] = print;
            }
        }
        let place = self.place(print);
        if self.table[place] == print {
            return false;
        }
        self.table[place] = print;
        self.len += 1;
        true
    }

    /// Where `print` is, or belongs.
    fn place(&self, print: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut place = print as usize & mask;
        while self.table[place] != 0 && self.table[place] != print {
            place = (place + 1) & mask;
        }
        place
    }
}

fn fingerprint(world: &World) -> u64 {
    let mut hasher = Folding { state: 0x9e37_79b9_7f4a_7c15, pending: 0, bits: 0 };
    world.hash(&mut hasher);
    hasher.finish().max(1)
}

/// A hash for states made of bytes: eight at a time, folded with a wide multiplication. The arrays all
/// have one length, so lengths are left out.
struct Folding {
    state: u64,
    pending: u64,
    bits: u32,
}

impl Folding {
    #[inline]
    fn push(&mut self, byte: u8) {
        self.pending |= u64::from(byte) << self.bits;
        self.bits += 8;
        if self.bits == 64 {
            self.state = fold(self.state ^ self.pending, 0xa076_1d64_78bd_642f);
            (self.pending, self.bits) = (0, 0);
        }
    }
}

#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ (product >> 64) as u64
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        let last = fold(self.state ^ self.pending, 0xe703_7ed1_a0b4_28db);
        fold(last, 0x8ebc_6af0_9c88_c6e3)
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.push(*byte);
        }
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.push(byte);
    }

    #[inline]
    fn write_usize(&mut self, _length: usize) {}

    #[inline]
    fn write_isize(&mut self, discriminant: isize) {
        self.push(discriminant as u8);
    }
}
