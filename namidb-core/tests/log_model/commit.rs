//! The put of a frozen group, and how its outcome becomes known.

use crate::bugs::Bug;
use crate::check::{self, Violation};
use crate::process::{Model, Race, apply_next, freeze_group, frozen_record, reload, tell_failed};
use crate::runs::Config;
use crate::search::Kind::{Aside, Forward};
use crate::state::{CLIENTS, Client, Delayed, Phase, SLOTS, Seq, Slot, Stage, World, op_name};
use crate::store::{create, record_at};

impl Model {
    pub(crate) fn commit_steps(&mut self, world: &World, index: usize) {
        let process = world.processes[index];
        let n = process.next();
        if n as usize > SLOTS {
            return;
        }
        match process.stage {
            Stage::Putting => self.put_steps(world, index, n),
            Stage::ReadingBack => self.read_back_step(world, index, n),
            stage => self.look_step(world, index, n, stage),
        }
    }

    /// One attempt to create the slot with the frozen bytes, and every answer that it can get.
    fn put_steps(&mut self, world: &World, index: usize, n: Seq) {
        let config = self.config;
        let process = world.processes[index];
        let actor = index as u8;
        let record = frozen_record(&config, world, index);
        let in_doubt = process.in_doubt;
        if world.slots[n as usize] == Slot::Empty {
            self.step(world, actor, Forward, "put: created slot", n, |config, next| {
                create(config, next, n, record)?;
                let trusted = config.has(Bug::NoLookAfterPut) || config.has(Bug::LookBeforePut);
                if trusted || config.is_fresh(&process) {
                    return acknowledge(config, next, index);
                }
                next.processes[index].stage = Stage::LookAfterPut;
                Ok(())
            });
            self.step(world, actor, Aside, "put: answer lost, created slot", n, |config, next| {
                create(config, next, n, record)?;
                doubt(config, next, index)
            });
            if config.hidden_retries {
                self.step(
                    world,
                    actor,
                    Aside,
                    "put: a hidden retry loses to itself, slot",
                    n,
                    |config, next| {
                        create(config, next, n, record)?;
                        next.processes[index].stage = Stage::ReadingBack;
                        Ok(())
                    },
                );
            }
            if world.delays_used < config.delayed_puts && world.delayed[0].slot == 0 {
                self.step(
                    world,
                    actor,
                    Aside,
                    "put: time-out, still under way to slot",
                    n,
                    |config, next| {
                        next.delays_used += 1;
                        next.delayed[0] = Delayed { slot: n, record };
                        doubt(config, next, index)
                    },
                );
            }
            if !in_doubt {
                self.step(world, actor, Aside, "put: time-out, never reached slot", n, |config, next| {
                    doubt(config, next, index)
                });
            }
        } else {
            self.step(world, actor, Forward, "put: exists, slot", n, |config, next| {
                if config.has(Bug::ExistsMeansSuccess) {
                    return acknowledge(config, next, index);
                }
                if config.has(Bug::ExistsMeansFailure) {
                    return fail_group(next, index);
                }
                next.processes[index].stage = Stage::ReadingBack;
                Ok(())
            });
            if !in_doubt {
                self.step(world, actor, Aside, "put: answer lost, exists, slot", n, |config, next| {
                    doubt(config, next, index)
                });
            }
        }
        // Refused (no permission, no bucket): this attempt was not applied, but an earlier one may be.
        let definite = !in_doubt || config.has(Bug::RefusalEndsDoubt);
        if world.refusals_used < config.refusals && definite {
            self.step(world, actor, Aside, "put: refused, slot", n, |_, next| {
                next.refusals_used += 1;
                fail_group(next, index)
            });
        }
        if in_doubt {
            self.step(world, actor, Aside, "looks while in doubt about slot", n, |config, next| {
                next.processes[index].look = 0;
                if next.manifest.floor > n { decide(config, next, index) } else { Ok(()) }
            });
            if config.has(Bug::OtherSlotAfterTimeout) {
                self.step(world, actor, Aside, "gives up slot", n, |config, next| {
                    give_up(config, next, index);
                    Ok(())
                });
            }
            if config.has(Bug::QueuedJoinsFrozen) && process.any(Phase::Waiting) {
                self.step(
                    world,
                    actor,
                    Aside,
                    "a waiting operation joins the group of slot",
                    n,
                    |config, next| {
                        let attempt = process.attempt;
                        freeze_group(config, next, index, Race::None)?;
                        next.processes[index].attempt = attempt;
                        next.processes[index].in_doubt = true;
                        Ok(())
                    },
                );
            }
        }
    }

    /// The slot was taken, perhaps by an earlier attempt: read it.
    fn read_back_step(&mut self, world: &World, index: usize, n: Seq) {
        let actor = index as u8;
        let slot = world.slots[n as usize];
        let fresh = self.config.is_fresh(&world.processes[index]);
        if slot == Slot::Empty {
            self.step(world, actor, Forward, "reads back: nothing at slot", n, |config, next| {
                if config.has(Bug::MissingMeansNotApplied) {
                    return presume_lost(config, next, index);
                }
                next.processes[index].stage = Stage::LookAfterMissing;
                Ok(())
            });
            return;
        }
        let own = frozen_record(&self.config, world, index).token;
        if record_at(world, n).token == own {
            self.step(world, actor, Forward, "reads back: its own token at slot", n, |config, next| {
                if fresh {
                    return acknowledge(config, next, index);
                }
                next.processes[index].stage = Stage::LookAfterPut;
                Ok(())
            });
            return;
        }
        self.step(world, actor, Forward, "reads back: another record at slot", n, |config, next| {
            let stray = slot != Slot::Genuine;
            if fresh {
                apply_next(next, index, stray)?;
                return freeze_group(config, next, index, Race::Lost);
            }
            if config.has(Bug::OtherBytesMeanLost) {
                return presume_lost(config, next, index);
            }
            next.processes[index].stray = stray;
            next.processes[index].stage = Stage::LookAfterLoss;
            Ok(())
        });
    }

    /// The look after an answer that came long after the last one.
    fn look_step(&mut self, world: &World, index: usize, n: Seq, stage: Stage) {
        let stray = world.processes[index].stray;
        self.step(world, index as u8, Forward, "looks after an answer about slot", n, |config, next| {
            next.processes[index].look = 0;
            if next.manifest.floor > n {
                if config.has(Bug::FloorAboveMeansLost) {
                    return presume_lost(config, next, index);
                }
                if stage == Stage::LookAfterPut && config.has(Bug::DeletesTheStray) {
                    next.slots[n as usize] = Slot::Empty;
                }
                return decide(config, next, index);
            }
            match stage {
                Stage::LookAfterPut => acknowledge(config, next, index),
                // Above the floor nothing is ever deleted.
                Stage::LookAfterMissing => Err(Violation::FalseAlarm),
                _ => {
                    apply_next(next, index, stray)?;
                    freeze_group(config, next, index, Race::Lost)
                }
            }
        });
    }
}

/// An attempt has an open outcome.
fn doubt(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    if config.has(Bug::AckBeforeDefinite) {
        let slot = world.processes[index].next();
        let record = frozen_record(config, world, index);
        for entry in record.entries.iter().filter(|entry| entry.op != 0) {
            check::acknowledged(world, entry.op, record.token, slot)?;
        }
    }
    world.processes[index].in_doubt = true;
    Ok(())
}

/// The group is committed: each of its clients is told so.
fn acknowledge(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let slot = world.processes[index].next();
    let record = frozen_record(config, world, index);
    settle_committed(config, world, index)?;
    let process = &mut world.processes[index];
    process.applied = slot;
    process.writers.note(record.writer, slot);
    (process.in_doubt, process.stray) = (false, false);
    process.stage = Stage::Ready;
    if !process.any(Phase::Waiting) {
        process.attempt = 0;
    }
    Ok(())
}

fn settle_committed(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let slot = world.processes[index].next();
    let record = frozen_record(config, world, index);
    for client in 0..CLIENTS {
        let phase = world.processes[index].clients[client].phase;
        let early = phase == Phase::Waiting && config.has(Bug::AckBeforeOwnPut);
        if phase == Phase::Frozen || early {
            check::acknowledged(world, op_name(index, client), record.token, slot)?;
            world.processes[index].clients[client] = Client { phase: Phase::Done, base: 0 };
        }
    }
    world.acked = world.acked.max(slot);
    Ok(())
}

/// Nothing was applied, and each client of the group is told so.
fn fail_group(world: &mut World, index: usize) -> Result<(), Violation> {
    for client in 0..CLIENTS {
        if world.processes[index].clients[client].phase == Phase::Frozen {
            world.processes[index].clients[client] = Client { phase: Phase::Done, base: 0 };
            tell_failed(world, op_name(index, client))?;
        }
    }
    let process = &mut world.processes[index];
    (process.in_doubt, process.stray) = (false, false);
    process.stage = Stage::Ready;
    if !process.any(Phase::Waiting) {
        process.attempt = 0;
    }
    Ok(())
}

/// A look has found the floor above the slot in doubt. Whatever the slot shows now proves nothing; the
/// writer table of that same manifest says whether the checkpoint contains the group.
fn decide(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let process = world.processes[index];
    let slot = process.next();
    let writer = frozen_record(config, world, index).writer;
    let table = if config.has(Bug::TableOfAnEarlierLook) { process.writers } else { world.manifest.writers };
    let last = table.last_of(writer);
    if last > slot && !config.reuses_writer_ids() && !config.entry_at_least {
        return Err(Violation::ImpossibleTableEntry);
    }
    let contained = last == slot
        || last > slot && config.entry_at_least
        || last > 0 && config.has(Bug::AnyEntryMeansCommitted);
    if contained {
        world.processes[index].spent = true;
        let second = process.clients.iter().rposition(|client| client.phase == Phase::Frozen);
        settle_committed(config, world, index)?;
        if let Some(second) = second.filter(|second| *second > 0 && config.has(Bug::TableSettlesLeadOnly)) {
            world.processes[index].clients[second].phase = Phase::Waiting;
        }
    } else if last == 0 && table.cut && !config.has(Bug::AbsentMeansLost) {
        // The outcome stays unknown, and what is unknown is not executed again.
        world.processes[index].spent = true;
        for client in &mut world.processes[index].clients {
            if client.phase == Phase::Frozen {
                *client = Client { phase: Phase::Done, base: 0 };
            }
        }
    } else {
        return presume_lost(config, world, index);
    }
    reload(config, world, index)
}

/// Takes the group for not committed: explicit transactions fail, statements wait to be executed again.
fn presume_lost(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    for client in 0..CLIENTS {
        let op = op_name(index, client);
        if world.processes[index].clients[client].phase != Phase::Frozen {
            continue;
        }
        if config.operation(op).explicit {
            world.processes[index].clients[client] = Client { phase: Phase::Done, base: 0 };
            tell_failed(world, op)?;
        } else if world.committed(op) {
            return Err(Violation::FailedIsInTheLog);
        } else {
            world.processes[index].clients[client] = Client { phase: Phase::Waiting, base: 0 };
        }
    }
    reload(config, world, index)
}

/// Planted: leaves a slot whose outcome is open.
fn give_up(config: &Config, world: &mut World, index: usize) {
    let process = &mut world.processes[index];
    for (client, state) in process.clients.iter_mut().enumerate() {
        if state.phase == Phase::Frozen {
            state.phase = Phase::Waiting;
            if !config.operation(op_name(index, client)).explicit {
                state.base = 0;
            }
        }
    }
    process.in_doubt = false;
    process.stage = Stage::Ready;
}
