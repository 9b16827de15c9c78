//! Background jobs: checkpoint, floor, date. Each reads the manifest and later replaces that version.
//!
//! A job in flight stands for a compare-and-swap that may be delayed for any time. One whose version is
//! no longer the present one can do nothing and is forgotten.

use crate::bugs::Bug;
use crate::check::{self, Violation};
use crate::process::{Model, STORE};
use crate::runs::{Collection, Config};
use crate::search::Kind;
use crate::state::{Job, JobKind, Stage, World};

impl Model {
    /// The jobs that a process may start now.
    pub(crate) fn start_job_steps(&mut self, world: &World, index: usize) {
        let config = self.config;
        let manifest = &world.manifest;
        let running = world.jobs.iter().filter(|job| job.kind != JobKind::None).count();
        if !manifest.exists || world.replacements_used >= config.replacements || running >= config.jobs {
            return;
        }
        let process = &world.processes[index];
        let has_state =
            matches!(process.stage, Stage::Ready | Stage::Putting | Stage::LookAfterPut | Stage::ReadingBack);
        let ahead = if config.has(Bug::CheckpointFromBehind) {
            process.applied != manifest.checkpoint
        } else {
            process.applied > manifest.checkpoint
        };
        // Floor and date need no state, so it does not matter whose job it is.
        let anybody = index == 0;
        let dates = config.collection == Collection::AfterRetention;
        let possible = [
            (JobKind::Checkpoint, config.separate_jobs && has_state && ahead),
            (JobKind::CheckpointAndFloor, has_state && ahead),
            (JobKind::Floor, config.separate_jobs && anybody && manifest.floor <= manifest.checkpoint),
            (JobKind::Date, anybody && dates && manifest.floor != manifest.dated_floor),
        ];
        for (kind, _) in possible.into_iter().filter(|(_, possible)| *possible) {
            let mut job = Job { kind, version: manifest.version, ..Job::default() };
            if kind.writes_checkpoint() {
                (job.seq, job.writers) = (process.applied, process.writers);
            }
            if world.jobs.contains(&job) {
                continue;
            }
            let label = match kind {
                JobKind::None => continue,
                JobKind::Checkpoint => "reads the manifest to checkpoint before slot",
                JobKind::CheckpointAndFloor => {
                    "reads the manifest to checkpoint and raise the floor, before slot"
                }
                JobKind::Floor => "reads the manifest to raise the floor, before slot",
                JobKind::Date => "reads the manifest to date the floor, before slot",
            };
            self.step(world, index as u8, Kind::Aside, label, process.next(), |_, next| {
                if let Some(free) = next.jobs.iter_mut().find(|job| job.kind == JobKind::None) {
                    *free = job;
                }
                Ok(())
            });
        }
    }

    /// Jobs in flight replace the manifest.
    pub(crate) fn finish_job_steps(&mut self, world: &World) {
        for index in 0..world.jobs.len() {
            let job = world.jobs[index];
            if job.kind == JobKind::None || job.version != world.manifest.version {
                continue;
            }
            let dates = self.config.collection == Collection::AfterRetention;
            self.step(
                world,
                STORE,
                Kind::Aside,
                "a job replaces the manifest; seq",
                job.seq,
                |config, next| {
                    next.jobs[index] = Job::default();
                    replace(config, next, job, dates)
                },
            );
            let undated = world.manifest.floor != world.manifest.dated_floor;
            if self.config.separate_jobs && dates && undated && job.kind != JobKind::Date {
                let label = "a job replaces the manifest and keeps the older date; seq";
                self.step(world, STORE, Kind::Aside, label, job.seq, |config, next| {
                    next.jobs[index] = Job::default();
                    replace(config, next, job, false)
                });
            }
        }
    }
}

fn replace(config: &Config, world: &mut World, job: Job, date: bool) -> Result<(), Violation> {
    let before = *world;
    let old = before.manifest;
    let new = &mut world.manifest;
    new.version += 1;
    new.modified = 0;
    world.replacements_used += 1;
    // The replaced version contained the floor, and the swap proves that it was current until now. So
    // its Last-Modified is never before the floor was published.
    if date && old.floor != old.dated_floor && !config.has(Bug::DatedByTheRaiser) {
        new.dated_floor = old.floor;
        new.date = old.modified;
        if new.date > old.floor_published && config.bug.is_none() {
            return Err(Violation::FloorDatedTooEarly);
        }
    }
    if job.kind.writes_checkpoint() {
        if !config.has(Bug::TableNotRenewed) {
            new.writers = job.writers;
        }
        if config.cut_table {
            new.writers.cut_to_newest();
        }
        new.checkpoint = job.seq;
        new.contained = job.seq;
        if config.has(Bug::CheckpointBeyondContent) {
            new.checkpoint += 1;
        }
    }
    if job.kind.raises_floor() {
        new.floor = new.checkpoint + 1;
        new.floor_published = 0;
        if config.has(Bug::FloorAboveCheckpoint) {
            new.floor += 1;
        }
        if config.has(Bug::DatedByTheRaiser) {
            (new.dated_floor, new.date) = (new.floor, job.read);
        }
        if config.has(Bug::RaisedAndDatedAtOnce) && old.floor > 1 {
            new.dated_floor = new.floor;
        }
    }
    check::replacement(config, &before, world)
}
