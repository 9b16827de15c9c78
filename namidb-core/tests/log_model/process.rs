//! A process: its clients, its group, what it follows, and how it starts over.
//!
//! Opening is in `opening.rs`, the put and what comes after it in `commit.rs`.

use crate::bugs::Bug;
use crate::check::{self, Violation};
use crate::runs::{Collection, Config};
use crate::search::{Kind, Step};
use crate::state::{
    Answer, CLIENTS, Client, Entry, Opening, PROCESSES, Phase, Process, Record, SLOTS, Seq, Slot, Stage,
    World, op_name,
};
use crate::store::{get, last_writer, normalise, record_at};

/// The actor of steps that no process takes.
pub(crate) const STORE: u8 = 9;

/// Freezings of one busy period that a token can tell apart.
const ATTEMPTS: u8 = 8;

/// Computes the steps that can follow a state.
pub(crate) struct Model {
    pub(crate) config: Config,
    /// The result of [`Model::successors`].
    pub(crate) steps: Vec<Step>,
}

impl Model {
    pub(crate) fn new(config: Config) -> Self {
        Model { config, steps: Vec::new() }
    }

    /// Fills [`Model::steps`] with all that can happen next.
    pub(crate) fn successors(&mut self, world: &World) {
        self.steps.clear();
        for index in 0..self.config.processes {
            self.client_steps(world, index);
            match world.processes[index].stage {
                Stage::Ready | Stage::LookBeforeApply | Stage::LookAfterEnd => {
                    self.follow_steps(world, index)
                }
                stage if stage.is_open() => self.commit_steps(world, index),
                _ => self.opening_steps(world, index),
            }
            if world.crashes_used < self.config.crashes {
                self.step(
                    world,
                    index as u8,
                    Kind::Aside,
                    "crashes and restarts, before slot",
                    0,
                    |_, next| {
                        next.crashes_used += 1;
                        crash(next, index);
                        Ok(())
                    },
                );
            }
            self.start_job_steps(world, index);
        }
        self.finish_job_steps(world);
        self.store_steps(world);
    }

    /// Adds the step that `change` makes of `world`.
    pub(crate) fn step(
        &mut self,
        world: &World,
        actor: u8,
        kind: Kind,
        label: &'static str,
        slot: u8,
        change: impl FnOnce(&Config, &mut World) -> Result<(), Violation>,
    ) {
        let mut next = *world;
        let next = change(&self.config, &mut next).and_then(|()| {
            normalise(&self.config, &mut next);
            check::every_state(&next).map(|()| next)
        });
        self.steps.push(Step { actor, kind, label, slot, next });
    }

    /// Clients bring their operations, in order. In a run without groups one operation is under way at
    /// a time and is frozen at once.
    fn client_steps(&mut self, world: &World, index: usize) {
        let config = self.config;
        let process = world.processes[index];
        let waits = process.any(Phase::Waiting);
        if process.next() as usize > SLOTS {
            return;
        }
        let listens = match process.stage {
            Stage::Ready => config.grouped || !waits,
            Stage::Putting => config.grouped,
            _ => false,
        };
        let idle = |client: &usize| process.clients[*client].phase == Phase::NotBegun;
        let looks_before_put = config.has(Bug::LookBeforePut) && !config.is_fresh(&process);
        let brings = (0..config.clients[index] as usize).find(idle);
        if let Some(client) = brings.filter(|_| listens && !looks_before_put) {
            self.step(
                world,
                index as u8,
                Kind::Forward,
                "begins an operation, next slot",
                process.next(),
                |config, next| {
                    begin(config, next, index, client);
                    if config.grouped { Ok(()) } else { close_group(config, next, index) }
                },
            );
        }
        if process.stage == Stage::Ready && waits {
            self.step(
                world,
                index as u8,
                Kind::Forward,
                "closes the group for slot",
                process.next(),
                |config, next| close_group(config, next, index),
            );
        }
    }

    /// A process with no put under way applies what others commit, serves strong reads, and looks at the
    /// manifest now and then.
    fn follow_steps(&mut self, world: &World, index: usize) {
        let config = self.config;
        let process = world.processes[index];
        let (actor, n) = (index as u8, process.next());
        let collected = world.manifest.floor > n;
        match process.stage {
            Stage::LookBeforeApply => {
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "looks, then applies slot or reloads",
                    n,
                    |config, next| {
                        next.processes[index].look = 0;
                        if collected {
                            return reload(config, next, index);
                        }
                        next.processes[index].stage = Stage::Ready;
                        apply_next(next, index, process.stray)
                    },
                );
            }
            Stage::LookAfterEnd => {
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "looks after finding nothing at slot",
                    n,
                    |config, next| {
                        next.processes[index].look = 0;
                        if collected {
                            reload(config, next, index)
                        } else {
                            Err(Violation::StrongReadMissesACommit)
                        }
                    },
                );
            }
            _ => {
                let fresh = config.is_fresh(&process);
                if n as usize <= SLOTS && world.slots[n as usize] != Slot::Empty {
                    let stray = world.slots[n as usize] != Slot::Genuine;
                    if fresh || config.has(Bug::FollowerWithoutLook) {
                        self.step(world, actor, Kind::Aside, "gets and applies slot", n, |_, next| {
                            if get(next, n) == Answer::StrayThatDoesNot {
                                return Err(Violation::FalseAlarm);
                            }
                            apply_next(next, index, stray)
                        });
                    } else {
                        self.step(world, actor, Kind::Aside, "gets slot", n, |_, next| {
                            next.processes[index].stray = stray;
                            next.processes[index].stage = Stage::LookBeforeApply;
                            Ok(())
                        });
                    }
                } else if config.strong_reads && world.acked > process.applied {
                    // A strong read only matters where it could miss something.
                    self.step(
                        world,
                        actor,
                        Kind::Aside,
                        "strong read finds nothing at slot",
                        n,
                        |config, next| {
                            if fresh || config.has(Bug::MissingMeansNewest) {
                                return Err(Violation::StrongReadMissesACommit);
                            }
                            next.processes[index].stage = Stage::LookAfterEnd;
                            Ok(())
                        },
                    );
                }
                let must = config.has(Bug::LookBeforePut) && !fresh;
                let kind = if must { Kind::Forward } else { Kind::Aside };
                self.step(world, actor, kind, "looks at the manifest, next slot", n, |config, next| {
                    next.processes[index].look = 0;
                    if collected && !config.has(Bug::LookOnlyRefreshes) {
                        reload(config, next, index)
                    } else {
                        Ok(())
                    }
                });
            }
        }
    }
}

/// Why a group is frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Race {
    None,
    /// The group lost its slot, and the winner's record has been applied.
    Lost,
}

fn begin(config: &Config, world: &mut World, index: usize, client: usize) {
    let operation = config.operation(op_name(index, client));
    let seen = last_writer(config, world, world.processes[index].applied, operation.register);
    let client = &mut world.processes[index].clients[client];
    client.phase = Phase::Waiting;
    client.base = if operation.explicit { seen } else { 0 };
}

/// Freezes what waits for the next slot, unless that is this writer's already, or may be: then nothing is put
/// until a reload has succeeded.
fn close_group(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    if world.processes[index].spent && !config.has(Bug::GoesOnAfterFailedReload) {
        return reload(config, world, index);
    }
    freeze_group(config, world, index, Race::None)
}

/// Executes what waits on the present state, in order, and freezes it as the bytes for the next slot.
///
/// After a lost race this is also where each operation of the losing group meets its own fate: a
/// statement is executed again, and an explicit transaction stays if nobody wrote what it read, or else
/// fails alone.
pub(crate) fn freeze_group(
    config: &Config,
    world: &mut World,
    index: usize,
    race: Race,
) -> Result<(), Violation> {
    let mut process = world.processes[index];
    let lead = process.clients.iter().position(|client| client.phase == Phase::Frozen);
    let mut written = [(0, 0); CLIENTS];
    for client in 0..CLIENTS {
        let (Phase::Waiting | Phase::Frozen) = process.clients[client].phase else { continue };
        let op = op_name(index, client);
        let operation = config.operation(op);
        let inside = written.iter().rfind(|(register, _)| *register == operation.register + 1);
        let newest = match inside {
            Some((_, writer)) => *writer,
            None => last_writer(config, world, process.applied, operation.register),
        };
        let was_frozen = race == Race::Lost && process.clients[client].phase == Phase::Frozen;
        let second = was_frozen && lead.is_some_and(|lead| lead < client);
        if second && config.has(Bug::LostButToldCommitted) {
            check::acknowledged(world, op, 0, process.applied)?;
        }
        let unchecked = was_frozen && config.has(Bug::LoserNotRevalidated)
            || second && config.has(Bug::SecondNotRevalidated)
            || race == Race::None && operation.explicit && config.has(Bug::WaitingNotChecked);
        let client = &mut process.clients[client];
        if !unchecked {
            if operation.explicit && client.base != newest {
                (client.phase, client.base) = (Phase::Done, 0);
                tell_failed(world, op)?;
                continue;
            }
            client.base = newest;
        }
        client.phase = Phase::Frozen;
        written.rotate_left(1);
        written[CLIENTS - 1] = (operation.register + 1, op);
    }
    (process.in_doubt, process.stray) = (false, false);
    if process.any(Phase::Frozen) {
        process.attempt += 1;
        process.stage = Stage::Putting;
        if process.attempt == ATTEMPTS {
            return Err(Violation::NoProgress);
        }
    } else {
        process.attempt = 0;
        process.stage = Stage::Ready;
    }
    world.processes[index] = process;
    Ok(())
}

/// The bytes of the frozen group. They follow from what a process does not change until the outcome of
/// the slot is known, so every retry puts the same ones.
pub(crate) fn frozen_record(config: &Config, world: &World, index: usize) -> Record {
    let process = &world.processes[index];
    let mut record = Record {
        token: 0,
        previous: world.chain[process.applied as usize].token,
        writer: writer_id(config, process, index),
        entries: [Entry::default(); CLIENTS],
    };
    let frozen = process.clients.iter().enumerate().filter(|(_, client)| client.phase == Phase::Frozen);
    for ((client, state), entry) in frozen.zip(&mut record.entries) {
        *entry = Entry { op: op_name(index, client), base: state.base };
    }
    record.token = record.entries[0].op * ATTEMPTS + process.attempt;
    record
}

fn writer_id(config: &Config, process: &Process, index: usize) -> u8 {
    if config.reuses_writer_ids() { index as u8 } else { index as u8 + PROCESSES as u8 * process.incarnation }
}

/// Applies the record in the next slot, which must be the true one (I8).
pub(crate) fn apply_next(world: &mut World, index: usize, stray: bool) -> Result<(), Violation> {
    let next = world.processes[index].next();
    if stray || next > world.length {
        return Err(Violation::StrayWasApplied);
    }
    let writer = record_at(world, next).writer;
    let process = &mut world.processes[index];
    process.applied = next;
    process.writers.note(writer, next);
    process.stray = false;
    Ok(())
}

/// A client is told that its operation was not applied (I10).
pub(crate) fn tell_failed(world: &mut World, op: u8) -> Result<(), Violation> {
    world.told_failed |= 1 << op;
    if world.committed(op) { Err(Violation::FailedIsInTheLog) } else { Ok(()) }
}

/// The state is of no use any more: begin again from the checkpoint. Statements that wait will be executed
/// on the new state; the records between are unknown, so an explicit transaction that waits fails.
pub(crate) fn reload(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let mut process = world.processes[index];
    for client in 0..CLIENTS {
        let op = op_name(index, client);
        let state = &mut process.clients[client];
        if state.phase == Phase::Waiting && config.operation(op).explicit {
            *state = Client { phase: Phase::Done, base: 0 };
            tell_failed(world, op)?;
        }
    }
    let attempt = if process.any(Phase::Waiting) { process.attempt } else { 0 };
    world.processes[index] = Process {
        attempt,
        incarnation: process.incarnation,
        spent: process.spent,
        clients: process.clients,
        opening: Opening {
            reload_of: Some(process.applied),
            acked_before: world.acked,
            ..Opening::default()
        },
        ..Process::default()
    };
    Ok(())
}

/// The reload of the state that ends at `applied` has failed: whoever waits for it fails too, and there is
/// only the old state until another reload succeeds. Nothing is ever applied to it, so its writer table
/// is not kept.
///
/// A reload only reads, so it makes no difference to others where it fails. Here it is before its first
/// answer.
pub(crate) fn fail_reload(world: &mut World, index: usize, applied: Seq) -> Result<(), Violation> {
    let mut process = world.processes[index];
    for client in 0..CLIENTS {
        let state = &mut process.clients[client];
        if state.phase == Phase::Waiting {
            *state = Client { phase: Phase::Done, base: 0 };
            tell_failed(world, op_name(index, client))?;
        }
    }
    world.processes[index] = Process {
        stage: Stage::Ready,
        applied,
        incarnation: process.incarnation,
        passed: true,
        spent: process.spent,
        clients: process.clients,
        ..Process::default()
    };
    Ok(())
}

/// The process dies: whoever waited for an answer will never know, and a new writer id is drawn.
fn crash(world: &mut World, index: usize) {
    let mut clients = world.processes[index].clients;
    for client in &mut clients {
        if matches!(client.phase, Phase::Waiting | Phase::Frozen) {
            *client = Client { phase: Phase::Done, base: 0 };
        }
    }
    world.processes[index] = Process {
        incarnation: world.processes[index].incarnation + 1,
        clients,
        opening: Opening { acked_before: world.acked, ..Opening::default() },
        ..Process::default()
    };
}

impl Config {
    /// Whether an answer given now needs no look at the manifest.
    pub(crate) fn is_fresh(&self, process: &Process) -> bool {
        let counts = !process.passed || self.has(Bug::LookCountsAfterFailedReload);
        self.collection == Collection::AfterRetention && process.look <= self.look_limit() && counts
    }
}
