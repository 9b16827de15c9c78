//! What the store does: creates if absent, forgets, and lets time pass.

use crate::bugs::Bug;
use crate::check::Violation;
use crate::process::{Model, STORE};
use crate::runs::{Collection, Config};
use crate::search::Kind;
use crate::state::{Age, Answer, Delayed, OpName, Record, SLOTS, Seq, Slot, World};

/// A create-if-absent put arrives at the store. Returns whether it created the object.
///
/// The first record of a slot becomes part of the chain, and this is where the chain is checked: it has
/// no holes (I3), nothing in it was told "failed" (I10), and every operation read the newest value of
/// its register, once (I11).
pub(crate) fn create(
    config: &Config,
    world: &mut World,
    slot: Seq,
    record: Record,
) -> Result<bool, Violation> {
    let at = slot as usize;
    if world.slots[at] != Slot::Empty {
        return Ok(false);
    }
    if slot <= world.length {
        world.slots[at] = Slot::Stray(record);
        return Ok(true);
    }
    if slot != world.length + 1 || record.previous != world.chain[at - 1].token {
        return Err(Violation::ChainIsBroken);
    }
    let mut written = [(0u8, 0 as OpName); 2];
    for (entry, write) in record.entries.iter().zip(&mut written).filter(|(entry, _)| entry.op != 0) {
        if world.committed(entry.op) {
            return Err(Violation::AppliedTwice);
        }
        if world.told_failed >> entry.op & 1 == 1 {
            return Err(Violation::FailedIsInTheLog);
        }
        *write = (config.operation(entry.op).register + 1, entry.op);
    }
    for (index, entry) in record.entries.iter().enumerate().filter(|(_, entry)| entry.op != 0) {
        let register = config.operation(entry.op).register;
        let inside = written[..index].iter().rfind(|(written, _)| *written == register + 1);
        let newest = inside.map_or_else(|| last_writer(config, world, world.length, register), |(_, op)| *op);
        if entry.base != newest {
            return Err(Violation::UpdateWasLost);
        }
    }
    world.slots[at] = Slot::Genuine;
    world.chain[at] = record;
    world.length = slot;
    Ok(true)
}

/// The operation that last wrote `register` in the chain up to `seq`, 0 if none did.
pub(crate) fn last_writer(config: &Config, world: &World, seq: Seq, register: u8) -> OpName {
    let mut last = 0;
    for record in &world.chain[1..=seq as usize] {
        for entry in &record.entries {
            if entry.op != 0 && config.operation(entry.op).register == register {
                last = entry.op;
            }
        }
    }
    last
}

/// What a GET of a slot answers.
pub(crate) fn get(world: &World, slot: Seq) -> Answer {
    match world.slots.get(slot as usize) {
        None | Some(Slot::Empty) => Answer::Missing,
        Some(Slot::Genuine) => Answer::Genuine,
        Some(Slot::Stray(record)) if record.previous == world.chain[slot as usize - 1].token => {
            Answer::StrayThatFits
        }
        Some(Slot::Stray(_)) => Answer::StrayThatDoesNot,
    }
}

/// The record in a slot that holds one.
pub(crate) fn record_at(world: &World, slot: Seq) -> Record {
    match world.slots[slot as usize] {
        Slot::Stray(record) => record,
        _ => world.chain[slot as usize],
    }
}

impl Model {
    /// Delayed puts arrive, slots are collected, the clock goes on.
    pub(crate) fn store_steps(&mut self, world: &World) {
        for index in 0..world.delayed.len() {
            let Delayed { slot, record } = world.delayed[index];
            if slot != 0 {
                self.step(
                    world,
                    STORE,
                    Kind::Aside,
                    "a delayed put arrives at slot",
                    slot,
                    |config, next| {
                        next.delayed[index] = Delayed::default();
                        create(config, next, slot, record).map(|_| ())
                    },
                );
            }
        }
        let expired = self.expired_floor(world);
        if world.manifest.exists && expired > world.collectable {
            self.step(world, STORE, Kind::Aside, "a collector sees the expired floor", expired, |_, next| {
                next.collectable = expired;
                Ok(())
            });
        }
        for slot in 1..=SLOTS as Seq {
            if slot < world.collectable && world.slots[slot as usize] != Slot::Empty {
                self.step(world, STORE, Kind::Aside, "a collector deletes slot", slot, |_, next| {
                    next.slots[slot as usize] = Slot::Empty;
                    Ok(())
                });
            }
        }
        if self.config.collection == Collection::AfterRetention {
            self.step(world, STORE, Kind::Aside, "time passes", 0, |config, next| {
                tick(config, next);
                Ok(())
            });
        }
    }

    /// The floor below which a collector that runs now may delete.
    fn expired_floor(&self, world: &World) -> Seq {
        let manifest = &world.manifest;
        if self.config.collection == Collection::AtOnce || self.config.has(Bug::CollectsWhenPublished) {
            manifest.floor
        } else if manifest.dated_floor > 1 && manifest.date >= self.config.retention {
            manifest.dated_floor
        } else {
            0
        }
    }
}

fn tick(config: &Config, world: &mut World) {
    fn older(age: &mut Age, cap: Age) {
        *age = (*age + 1).min(cap);
    }
    let retention = config.retention;
    older(&mut world.manifest.date, retention);
    older(&mut world.manifest.modified, retention);
    older(&mut world.manifest.floor_published, retention);
    for process in &mut world.processes {
        older(&mut process.look, config.look_limit() + 1);
    }
    for job in &mut world.jobs {
        older(&mut job.read, retention);
    }
}

/// Brings states that differ only in what nobody will read again to one form.
pub(crate) fn normalise(config: &Config, world: &mut World) {
    use crate::state::{Job, JobKind, Stage};
    let manifest = &mut world.manifest;
    if config.collection == Collection::AtOnce {
        (manifest.date, manifest.modified, manifest.floor_published) = (0, 0, 0);
    }
    if manifest.floor == manifest.dated_floor {
        (manifest.modified, manifest.floor_published) = (0, 0);
    }
    for job in &mut world.jobs {
        if job.kind == JobKind::None || job.version != manifest.version {
            *job = Job::default();
        } else if !config.has(Bug::DatedByTheRaiser) {
            job.read = 0;
        }
    }
    if world.jobs[0] > world.jobs[1] {
        world.jobs.swap(0, 1);
    }
    if world.delayed[0] > world.delayed[1] {
        world.delayed.swap(0, 1);
    }
    for process in &mut world.processes {
        if matches!(process.stage, Stage::Opening | Stage::Listing | Stage::Bootstrapping) {
            process.look = 0;
        }
        if process.passed && !config.has(Bug::LookCountsAfterFailedReload) {
            process.look = 0;
        }
        if world.failed_reloads_used >= config.failed_reloads && process.opening.reload_of.is_some() {
            (process.spent, process.opening.reload_of) = (false, None);
        }
    }
}
