//! Opening: the manifest, then the slots above its checkpoint, every answer under the look rule.
//!
//! Slots are asked for in pairs, and the second may answer first: this stands for the requests that go
//! out together and for the LIST. A slot seen above a missing one is asked for again.

use crate::bugs::Bug;
use crate::check::Violation;
use crate::process::{Model, Race, fail_reload, freeze_group};
use crate::runs::Config;
use crate::search::Kind;
use crate::state::{Answer, Manifest, Opening, Phase, Process, SLOTS, Slot, Stage, World};
use crate::store::{get, record_at};

impl Model {
    pub(crate) fn opening_steps(&mut self, world: &World, index: usize) {
        let actor = index as u8;
        let process = world.processes[index];
        match process.stage {
            Stage::Opening => {
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "opens: gets the manifest, checkpoint",
                    world.manifest.checkpoint,
                    |_, next| read_manifest(next, index),
                );
                if let Some(applied) = process.opening.reload_of {
                    self.step(
                        world,
                        actor,
                        Kind::Aside,
                        "cannot reload, and still ends before slot",
                        applied + 1,
                        |_, next| {
                            next.failed_reloads_used += 1;
                            fail_reload(next, index, applied)
                        },
                    );
                }
            }
            Stage::Listing => {
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "opens: no manifest, lists the log",
                    0,
                    |config, next| {
                        let empty = next.slots.iter().all(|slot| *slot == Slot::Empty);
                        let process = &mut next.processes[index];
                        if empty {
                            process.stage = Stage::Bootstrapping;
                        } else if config.has(Bug::MissingManifestIsFinal) {
                            return Err(Violation::FalseAlarm);
                        } else {
                            process.stage = Stage::Opening;
                            process.opening.second_try = true;
                        }
                        Ok(())
                    },
                );
            }
            Stage::Bootstrapping => {
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "opens: creates the first manifest",
                    0,
                    |config, next| {
                        if !next.manifest.exists || config.has(Bug::UnconditionalBootstrap) {
                            let version = next.manifest.version + 1;
                            next.manifest = Manifest { version, ..Manifest::first(config.retention) };
                        }
                        begin_again(next, index);
                        Ok(())
                    },
                );
            }
            Stage::Reading => self.slot_steps(world, index),
            _ => {
                self.second_slot_step(world, index);
                self.step(
                    world,
                    actor,
                    Kind::Forward,
                    "opens: looks before using slot",
                    process.next(),
                    |config, next| look(config, next, index),
                );
            }
        }
    }

    fn slot_steps(&mut self, world: &World, index: usize) {
        let process = world.processes[index];
        let (actor, n) = (index as u8, process.next());
        let Opening { first, second, .. } = process.opening;
        let again = first == Answer::Missing && second.is_record();
        if first == Answer::Pending || again {
            self.step(world, actor, Kind::Forward, "opens: gets slot", n, |config, next| {
                let answer = get(next, n);
                let late = is_late(config, &process);
                let opening = &mut next.processes[index].opening;
                (opening.first, opening.first_late) = (answer, late);
                let still = answer == Answer::Missing && again;
                if still || hole_without_second_get(config, opening) {
                    return hole(next, index);
                }
                use_answers(next, index)
            });
        }
        self.second_slot_step(world, index);
        if first == Answer::Missing && !second.is_record() {
            self.step(world, actor, Kind::Forward, "opens: the log ends before slot", n, |config, next| {
                if process.opening.first_late && !config.has(Bug::OpenerLooksAtBytesOnly) {
                    next.processes[index].stage = Stage::ReadingLook;
                    return Ok(());
                }
                finish(config, next, index)
            });
        }
    }

    fn second_slot_step(&mut self, world: &World, index: usize) {
        let process = world.processes[index];
        let n = process.next();
        if process.opening.second != Answer::Pending || process.opening.broken || n as usize >= SLOTS {
            return;
        }
        self.step(
            world,
            index as u8,
            Kind::Aside,
            "opens: gets, ahead of its turn, slot",
            n + 1,
            |config, next| {
                let answer = get(next, n + 1);
                let late = is_late(config, &process);
                let reading = process.stage == Stage::Reading;
                let process = &mut next.processes[index];
                (process.opening.second, process.opening.second_late) = (answer, late);
                if hole_without_second_get(config, &process.opening) {
                    return hole(next, index);
                }
                if reading {
                    return use_answers(next, index);
                }
                if process.opening.first == Answer::Missing && answer.is_record() {
                    process.stage = Stage::Reading;
                }
                Ok(())
            },
        );
    }
}

/// Whether an answer given now is to be followed by a look.
fn is_late(config: &Config, process: &Process) -> bool {
    !config.is_fresh(process) && !config.has(Bug::OpenerWithoutLook)
}

fn hole_without_second_get(config: &Config, opening: &Opening) -> bool {
    config.has(Bug::HoleWithoutSecondGet) && opening.first == Answer::Missing && opening.second.is_record()
}

fn hole(world: &mut World, index: usize) -> Result<(), Violation> {
    let process = &mut world.processes[index];
    process.opening.broken = true;
    process.stage = Stage::ReadingLook;
    Ok(())
}

fn read_manifest(world: &mut World, index: usize) -> Result<(), Violation> {
    let manifest = world.manifest;
    let process = &mut world.processes[index];
    process.look = 0;
    (process.spent, process.opening.reload_of) = (false, None);
    if manifest.exists {
        process.applied = manifest.checkpoint;
        process.opening.checkpoint = manifest.checkpoint;
        process.writers = manifest.writers;
        process.stage = Stage::Reading;
    } else if process.opening.second_try {
        return Err(Violation::FalseAlarm);
    } else {
        process.stage = Stage::Listing;
    }
    Ok(())
}

/// Applies, in order, the records that have been answered, up to the first that needs a look.
fn use_answers(world: &mut World, index: usize) -> Result<(), Violation> {
    loop {
        let process = world.processes[index];
        let opening = process.opening;
        let next = process.next();
        world.processes[index].stage = Stage::Reading;
        if !opening.first.is_record() {
            return Ok(());
        }
        if opening.first_late {
            world.processes[index].stage = Stage::ReadingLook;
            return Ok(());
        }
        let foreign = match opening.first {
            Answer::StrayThatDoesNot => !process.stray,
            Answer::Genuine => process.stray,
            _ => false,
        };
        if foreign {
            return hole(world, index);
        }
        let writer = match opening.first {
            Answer::Genuine => world.chain[next as usize].writer,
            _ => record_at(world, next).writer,
        };
        let process = &mut world.processes[index];
        process.stray |= opening.first != Answer::Genuine;
        process.applied = next;
        process.writers.note(writer, next);
        process.opening.first = opening.second;
        process.opening.first_late = opening.second_late;
        (process.opening.second, process.opening.second_late) = (Answer::Pending, false);
    }
}

/// The look of an open: answers given before it hold if the floor has not passed them.
fn look(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let process = &mut world.processes[index];
    process.look = 0;
    let opening = process.opening;
    let oldest = if opening.broken { opening.checkpoint + 1 } else { process.next() };
    if world.manifest.floor > oldest {
        begin_again(world, index);
        return Ok(());
    }
    if opening.broken {
        return Err(Violation::FalseAlarm);
    }
    (process.opening.first_late, process.opening.second_late) = (false, false);
    if opening.first == Answer::Missing && !opening.second.is_record() {
        finish(config, world, index)
    } else {
        use_answers(world, index)
    }
}

/// Begins the same open again.
fn begin_again(world: &mut World, index: usize) {
    let process = world.processes[index];
    world.processes[index] = Process {
        attempt: process.attempt,
        incarnation: process.incarnation,
        clients: process.clients,
        opening: Opening { acked_before: process.opening.acked_before, ..Opening::default() },
        ..Process::default()
    };
}

/// The open is complete (I8, I9), and what waited is executed.
fn finish(config: &Config, world: &mut World, index: usize) -> Result<(), Violation> {
    let process = &mut world.processes[index];
    if process.stray {
        return Err(Violation::StrayWasApplied);
    }
    if process.applied < process.opening.acked_before {
        return Err(Violation::OpenMissesACommit);
    }
    process.stage = Stage::Ready;
    process.opening = Opening::default();
    if process.any(Phase::Waiting) { freeze_group(config, world, index, Race::None) } else { Ok(()) }
}
