//! What a state of the model holds: the store, the processes, the jobs, and the ghosts.
//!
//! Everything is a few small numbers, so that a state is cheap to copy, hash and compare. Three kinds
//! of field live side by side:
//!
//! - what the store holds ([`Manifest`], [`Slot`]) and what is still on its way to it ([`Delayed`]);
//! - what a process knows ([`Process`]): never more than what it has been answered;
//! - ghosts, which no process reads: the one true [`World::chain`], the newest acknowledged slot, the
//!   operations that were told "failed". Only the checks read them.
//!
//! Time is kept as ages ("how long ago by the clock of the store"), capped where a longer age makes no
//! difference. The clock is therefore unbounded: a process may sleep for any time between two steps.

/// Slots of the log, numbered from 1.
pub(crate) const SLOTS: usize = 4;
/// Processes at most.
pub(crate) const PROCESSES: usize = 3;
/// Clients of a process, each with one operation.
pub(crate) const CLIENTS: usize = 2;
/// Writer ids: two incarnations of each process.
pub(crate) const WRITERS: usize = 2 * PROCESSES;

/// Number of a slot, or of the last slot contained in something. 0 stands for the empty graph.
pub(crate) type Seq = u8;
/// How long ago something was, by the clock of the store, capped.
pub(crate) type Age = u8;
/// Names an operation: `process * CLIENTS + client + 1`. 0 stands for none.
pub(crate) type OpName = u8;

/// The name of the operation of one client.
pub(crate) fn op_name(process: usize, client: usize) -> OpName {
    (process * CLIENTS + client + 1) as OpName
}

/// What an operation does: it reads one register and writes it again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// The register that is read and written.
    pub(crate) register: u8,
    /// An explicit transaction fails with a conflict where an auto-commit statement is executed again.
    pub(crate) explicit: bool,
}

/// One operation inside a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct Entry {
    pub(crate) op: OpName,
    /// The writer of the register's value that the operation read.
    pub(crate) base: OpName,
}

/// The bytes of a log object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct Record {
    /// Unique to one group and one freezing of it; 0 in a record that does not exist.
    pub(crate) token: u8,
    /// Token of the record before it, standing for its hash.
    pub(crate) previous: u8,
    pub(crate) writer: u8,
    /// One operation, or the two of a group, in the order in which they were executed.
    pub(crate) entries: [Entry; CLIENTS],
}

impl Record {
    pub(crate) fn contains(&self, op: OpName) -> bool {
        self.entries.iter().any(|entry| entry.op == op)
    }
}

/// What is at `wal/<seq>`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Slot {
    #[default]
    Empty,
    /// The first record that this slot ever held: part of the true chain.
    Genuine,
    /// A record created in a slot that had held another one and was collected.
    Stray(Record),
}

/// For each writer, the last slot of his that a state contains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct WriterTable {
    last: [Seq; WRITERS],
    /// Entries were dropped at some time, so an absent writer proves nothing.
    pub(crate) cut: bool,
}

impl WriterTable {
    /// The last slot of `writer` that the state contains, 0 if there is none.
    pub(crate) fn last_of(&self, writer: u8) -> Seq {
        self.last[writer as usize]
    }

    pub(crate) fn note(&mut self, writer: u8, seq: Seq) {
        self.last[writer as usize] = seq;
    }

    /// Keeps the newest writer only.
    pub(crate) fn cut_to_newest(&mut self) {
        let newest = self.last.iter().copied().max().unwrap_or(0);
        for last in &mut self.last {
            if *last != 0 && *last != newest {
                *last = 0;
                self.cut = true;
            }
        }
    }
}

/// The one mutable object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Manifest {
    pub(crate) exists: bool,
    pub(crate) version: u8,
    /// The seq that the checkpoint claims to contain.
    pub(crate) checkpoint: Seq,
    /// Ghost: what it contains in truth.
    pub(crate) contained: Seq,
    /// Slots below it may be gone.
    pub(crate) floor: Seq,
    pub(crate) dated_floor: Seq,
    /// Age of the date beside `dated_floor`.
    pub(crate) date: Age,
    /// Age of the store's Last-Modified of this version.
    pub(crate) modified: Age,
    /// Ghost: how long ago `floor` was published.
    pub(crate) floor_published: Age,
    pub(crate) writers: WriterTable,
}

impl Manifest {
    /// The manifest of an empty namespace.
    pub(crate) fn first(retention: Age) -> Self {
        Manifest {
            exists: true,
            version: 1,
            floor: 1,
            dated_floor: 1,
            date: retention,
            ..Manifest::default()
        }
    }
}

/// Where a process stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Stage {
    /// Will GET the manifest.
    #[default]
    Opening,
    /// The manifest was absent; will LIST the namespace.
    Listing,
    /// Will create the first manifest.
    Bootstrapping,
    /// Reads slots above the checkpoint.
    Reading,
    /// An answer came late, or the chain has a hole: will GET the manifest before going on.
    ReadingLook,
    /// Open, with no put under way.
    Ready,
    /// The group is frozen; the same bytes are put until there is a definite answer.
    Putting,
    /// The slot was taken; will GET it.
    ReadingBack,
    /// The put was answered with success or by our own token, long after the last look.
    LookAfterPut,
    /// Somebody else's bytes were read back, long after the last look.
    LookAfterLoss,
    /// The slot was taken, and then nothing was there.
    LookAfterMissing,
    /// The next record was read, long after the last look.
    LookBeforeApply,
    /// The next slot was found absent, long after the last look, and a strong read waits.
    LookAfterEnd,
}

impl Stage {
    /// Whether the process is open, so that clients can talk to it.
    pub(crate) fn is_open(self) -> bool {
        use Stage::*;
        !matches!(self, Opening | Listing | Bootstrapping | Reading | ReadingLook)
    }
}

/// Where the operation of one client stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Phase {
    #[default]
    NotBegun,
    /// Executed or to be executed, in no record yet.
    Waiting,
    /// Part of the frozen group.
    Frozen,
    /// The client was told something, or lost its process.
    Done,
}

/// The operation of one client.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Client {
    pub(crate) phase: Phase,
    /// The writer of the value that it read. Kept for explicit transactions and for frozen operations;
    /// a waiting statement will be executed on whatever state there is.
    pub(crate) base: OpName,
}

/// What a GET of a slot answered during an open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) enum Answer {
    #[default]
    Pending,
    Missing,
    Genuine,
    /// A stray that names the right predecessor.
    StrayThatFits,
    StrayThatDoesNot,
}

impl Answer {
    pub(crate) fn is_record(self) -> bool {
        !matches!(self, Answer::Pending | Answer::Missing)
    }
}

/// What an open has found so far. Slots are asked for in pairs, and the second may answer first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Opening {
    /// A LIST showed objects beside an absent manifest once already.
    pub(crate) second_try: bool,
    pub(crate) checkpoint: Seq,
    pub(crate) first: Answer,
    pub(crate) second: Answer,
    pub(crate) first_late: bool,
    pub(crate) second_late: bool,
    /// A slot is missing below one that exists, or a record does not continue the chain.
    pub(crate) broken: bool,
    /// This is a reload that may yet fail, of the state that ends here.
    pub(crate) reload_of: Option<Seq>,
    /// Ghost: the newest acknowledged slot when this open began.
    pub(crate) acked_before: Seq,
}

/// One process: a writer, a follower, or both.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct Process {
    pub(crate) stage: Stage,
    /// Its state is the fold of the chain up to here.
    pub(crate) applied: Seq,
    /// Age of its last look at the manifest.
    pub(crate) look: Age,
    pub(crate) writers: WriterTable,
    /// How many times a group was frozen since nothing waited.
    pub(crate) attempt: u8,
    /// Restarts so far.
    pub(crate) incarnation: u8,
    /// Some attempt of the frozen group has an open outcome.
    pub(crate) in_doubt: bool,
    /// The bytes in hand, or applied during this open, are a stray's.
    pub(crate) stray: bool,
    /// A look has found the floor above the next slot, and the reload failed: no answer about the slot holds.
    pub(crate) passed: bool,
    /// The next slot is this writer's already, or may be.
    pub(crate) spent: bool,
    pub(crate) clients: [Client; CLIENTS],
    pub(crate) opening: Opening,
}

impl Process {
    /// The slot that comes next.
    pub(crate) fn next(&self) -> Seq {
        self.applied + 1
    }

    pub(crate) fn any(&self, phase: Phase) -> bool {
        self.clients.iter().any(|client| client.phase == phase)
    }
}

/// A put that timed out and is still in the network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct Delayed {
    /// 0: nothing.
    pub(crate) slot: Seq,
    pub(crate) record: Record,
}

/// What a replacement of the manifest changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) enum JobKind {
    #[default]
    None,
    Checkpoint,
    CheckpointAndFloor,
    Floor,
    Date,
}

impl JobKind {
    pub(crate) fn writes_checkpoint(self) -> bool {
        matches!(self, JobKind::Checkpoint | JobKind::CheckpointAndFloor)
    }

    pub(crate) fn raises_floor(self) -> bool {
        matches!(self, JobKind::Floor | JobKind::CheckpointAndFloor)
    }
}

/// A background job that has read the manifest and will replace that very version, at any later time,
/// also after its process has died.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub(crate) struct Job {
    pub(crate) kind: JobKind,
    pub(crate) version: u8,
    pub(crate) seq: Seq,
    /// Age of its own read of the manifest, used by a planted bug only.
    pub(crate) read: Age,
    pub(crate) writers: WriterTable,
}

/// A state of the whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(crate) struct World {
    pub(crate) manifest: Manifest,
    /// Index 0 is not used.
    pub(crate) slots: [Slot; SLOTS + 1],
    pub(crate) processes: [Process; PROCESSES],
    pub(crate) delayed: [Delayed; 2],
    pub(crate) jobs: [Job; 2],
    /// Some collector has seen an expired floor here: each slot below it may be deleted at any time.
    pub(crate) collectable: Seq,
    /// Ghost: the first record ever created in each slot.
    pub(crate) chain: [Record; SLOTS + 1],
    /// Ghost: length of the chain.
    pub(crate) length: Seq,
    /// Ghost: newest acknowledged slot.
    pub(crate) acked: Seq,
    /// Ghost: operations told "failed", one bit each.
    pub(crate) told_failed: u8,
    pub(crate) delays_used: u8,
    pub(crate) crashes_used: u8,
    pub(crate) refusals_used: u8,
    pub(crate) failed_reloads_used: u8,
    pub(crate) replacements_used: u8,
}

impl World {
    /// Whether the record at `seq` of the true chain holds `op`, for any seq.
    pub(crate) fn committed(&self, op: OpName) -> bool {
        self.chain[1..=self.length as usize].iter().any(|record| record.contains(op))
    }
}
