//! The invariants, and the one question about liveness.
//!
//! Some are checked where they can break (an acknowledgement, an application, a replacement); those
//! that speak of every moment are checked in every state by [`every_state`].

use crate::process::Model;
use crate::runs::Config;
use crate::search::Kind;
use crate::state::{Phase, Process, SLOTS, Seq, Slot, World};

/// A broken invariant. The numbers are those of `docs/protocol.md`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Violation {
    /// I1.
    AcknowledgedIsNotRecovered,
    /// I3.
    ChainIsBroken,
    /// I3.
    RecoveryIsNoPrefix,
    /// I4.
    ManifestWentBackwards,
    /// I5.
    AcknowledgedIsNotInTheRecord,
    /// I6.
    StrongReadMissesACommit,
    /// I7.
    FloorDatedTooEarly,
    /// I8.
    StrayWasApplied,
    /// I9.
    OpenMissesACommit,
    /// I10.
    FailedIsInTheLog,
    /// I11.
    UpdateWasLost,
    /// I11.
    AppliedTwice,
    /// I12.
    NoProgress,
    /// Nothing is wrong with the store, and yet a process reports corruption.
    FalseAlarm,
    /// The writer table claims more than can be: a writer id is in use twice.
    ImpossibleTableEntry,
}

impl Violation {
    /// The invariant and what it says of this violation.
    pub(crate) fn text(self) -> &'static str {
        use Violation::*;
        match self {
            AcknowledgedIsNotRecovered => "I1 an acknowledged commit is not in what would be recovered",
            ChainIsBroken => "I3 a record skips a slot or names another predecessor",
            RecoveryIsNoPrefix => "I3 recovery would read a stray",
            ManifestWentBackwards => "I4 the manifest went backwards",
            AcknowledgedIsNotInTheRecord => "I5 acknowledged, but not in the record of that slot",
            StrongReadMissesACommit => "I6 a strong read misses an acknowledged commit",
            FloorDatedTooEarly => "I7 a floor is dated before it was published",
            StrayWasApplied => "I8 a stray was applied",
            OpenMissesACommit => "I9 an open finished without an acknowledged commit",
            FailedIsInTheLog => "I10 an operation told 'failed' is in the log",
            UpdateWasLost => "I11 a commit on a stale base",
            AppliedTwice => "I11 one operation twice in the log",
            NoProgress => "I12 no progress without faults",
            FalseAlarm => "a false alarm of corruption",
            ImpossibleTableEntry => "a table entry above the slot in doubt",
        }
    }
}

/// I1 and I3 in every state: what anybody would recover from the store is a prefix of the true chain and
/// contains all that was acknowledged.
pub(crate) fn every_state(world: &World) -> Result<(), Violation> {
    if !world.manifest.exists {
        return Ok(());
    }
    let mut recovered = world.manifest.contained;
    // A checkpoint that lies about its content hides the slots that it claims.
    if recovered == world.manifest.checkpoint {
        while (recovered as usize) < SLOTS {
            match world.slots[recovered as usize + 1] {
                Slot::Empty => break,
                Slot::Genuine => recovered += 1,
                Slot::Stray(_) => return Err(Violation::RecoveryIsNoPrefix),
            }
        }
    }
    if world.acked > recovered { Err(Violation::AcknowledgedIsNotRecovered) } else { Ok(()) }
}

/// I4: a replacement never lowers anything.
pub(crate) fn replacement(config: &Config, before: &World, after: &World) -> Result<(), Violation> {
    let (old, new) = (&before.manifest, &after.manifest);
    let lower = new.version <= old.version || new.checkpoint < old.checkpoint || new.floor < old.floor;
    if lower && config.bug.is_none() { Err(Violation::ManifestWentBackwards) } else { Ok(()) }
}

/// I12: with faults switched off, every client is answered. Each process in turn takes its first step
/// forward; the bound is far above what the longest honest way needs.
pub(crate) fn progress(model: &mut Model, from: &World) -> Result<(), Violation> {
    const ROUNDS: usize = 150;
    let config = model.config;
    model.config = Config { delayed_puts: 0, crashes: 0, refusals: 0, failed_reloads: 0, ..config };
    let mut world = *from;
    let mut result = Err(Violation::NoProgress);
    'rounds: for _ in 0..ROUNDS {
        let mut moved = false;
        for process in 0..model.config.processes {
            model.successors(&world);
            let forward =
                |step: &&crate::search::Step| step.actor == process as u8 && step.kind == Kind::Forward;
            if let Some(step) = model.steps.iter().find(forward) {
                match step.next {
                    Ok(next) => world = next,
                    Err(violation) => {
                        result = Err(violation);
                        break 'rounds;
                    }
                }
                moved = true;
            }
        }
        if !moved {
            if (0..model.config.processes).all(|index| finished(&model.config, &world, index)) {
                result = Ok(());
            }
            break;
        }
    }
    model.config = config;
    result
}

fn finished(config: &Config, world: &World, index: usize) -> bool {
    let process: &Process = &world.processes[index];
    process.clients[..config.clients[index] as usize].iter().all(|client| client.phase == Phase::Done)
}

/// I5: what a client is told is true of the record in that slot.
pub(crate) fn acknowledged(world: &World, op: u8, token: u8, slot: Seq) -> Result<(), Violation> {
    let record = &world.chain[slot as usize];
    if slot <= world.length && record.token == token && record.contains(op) {
        Ok(())
    } else {
        Err(Violation::AcknowledgedIsNotInTheRecord)
    }
}
