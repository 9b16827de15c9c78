//! Bugs planted on purpose: a model that does not find them would prove nothing.
//!
//! P: what an implementation gets wrong. W: sentences of an earlier text of the protocol, as they were
//! written. T: misuse of the writer table. O: misuse of the opening rules. G: group commit.
//! R: a reload that fails.

use crate::check::Violation::{self, *};
use crate::runs::{Config, FAILED_RELOAD, GROUPS, OPENS, SMALL, TWO_WRITERS};
use crate::state::PROCESSES;

/// One deviation from the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bug {
    NoLookAfterPut,
    LookBeforePut,
    DatedByTheRaiser,
    CollectsWhenPublished,
    LoserNotRevalidated,
    ExistsMeansSuccess,
    ExistsMeansFailure,
    OtherSlotAfterTimeout,
    FollowerWithoutLook,
    CheckpointBeyondContent,
    LookAfterWholeRetention,
    FloorAboveCheckpoint,
    RaisedAndDatedAtOnce,
    CheckpointFromBehind,
    UnconditionalBootstrap,
    RefusalEndsDoubt,
    FloorAboveMeansLost,
    DeletesTheStray,
    OtherBytesMeanLost,
    MissingMeansNotApplied,
    MissingMeansNewest,
    LookOnlyRefreshes,
    MissingManifestIsFinal,
    TableOfAnEarlierLook,
    WriterIdReused,
    TableNotRenewed,
    AbsentMeansLost,
    AnyEntryMeansCommitted,
    OpenerWithoutLook,
    OpenerLooksAtBytesOnly,
    HoleWithoutSecondGet,
    AckBeforeOwnPut,
    AckBeforeDefinite,
    QueuedJoinsFrozen,
    SecondNotRevalidated,
    LostButToldCommitted,
    TableSettlesLeadOnly,
    WaitingNotChecked,
    GoesOnAfterFailedReload,
    LookCountsAfterFailedReload,
}

impl Config {
    pub(crate) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    pub(crate) fn reuses_writer_ids(&self) -> bool {
        self.has(Bug::WriterIdReused)
    }
}

/// A bug, the run in which it is planted, and what must come of it.
pub(crate) struct Planted {
    pub(crate) name: &'static str,
    pub(crate) config: Config,
    pub(crate) finds: Violation,
    /// Length of the shortest trace.
    pub(crate) steps: usize,
    /// Fingerprints in the set when it is found.
    pub(crate) states: usize,
}

/// Plants `bug` in `config`.
const fn plant(bug: Bug, config: Config) -> Config {
    Config { bug: Some(bug), ..config }
}

/// Strong reads often show a bug first; without them one sees what else breaks.
const fn no_strong_reads(config: Config) -> Config {
    Config { strong_reads: false, ..config }
}

const fn one(name: &'static str, config: Config, finds: Violation, steps: usize, states: usize) -> Planted {
    Planted { name, config, finds, steps, states }
}

const T: Config = TWO_WRITERS;
const CRASH: Config = Config { crashes: 1, ..T };
const OPENER: Config = Config { opener: Some(1), ..T };
const THREE: Config = Config { clients: [1; PROCESSES], processes: 3, delayed_puts: 0, ..SMALL };
const REFUSALS: Config = Config { refusals: 1, ..SMALL };
const CUT: Config = Config { cut_table: true, ..T };

/// Every planted bug.
#[rustfmt::skip]
pub(crate) const PLANTED: &[Planted] = &[
    one("P1 no look after the put", plant(Bug::NoLookAfterPut, T), AcknowledgedIsNotInTheRecord, 12, 53_941),
    one("P2 look before the put instead of after", plant(Bug::LookBeforePut, T), AcknowledgedIsNotInTheRecord, 12, 53_940),
    one("P3 floor dated with the raiser's own read", plant(Bug::DatedByTheRaiser, T), StrongReadMissesACommit, 10, 18_907),
    one("P3 ... without strong reads", no_strong_reads(plant(Bug::DatedByTheRaiser, T)), AcknowledgedIsNotInTheRecord, 11, 36_094),
    one("P4 collects as soon as the floor is published", plant(Bug::CollectsWhenPublished, T), StrongReadMissesACommit, 7, 2_275),
    one("P4 ... without strong reads", no_strong_reads(plant(Bug::CollectsWhenPublished, T)), AcknowledgedIsNotInTheRecord, 8, 5_374),
    one("P5 the loser commits at n+1 without re-validation", plant(Bug::LoserNotRevalidated, T), UpdateWasLost, 6, 641),
    one("P6 exists means success", plant(Bug::ExistsMeansSuccess, T), AcknowledgedIsNotInTheRecord, 4, 70),
    one("P7 exists means failure, without reading back", plant(Bug::ExistsMeansFailure, T), FailedIsInTheLog, 3, 23),
    one("P8 another slot after a time-out", plant(Bug::OtherSlotAfterTimeout, T), FailedIsInTheLog, 5, 561),
    one("P9 a follower applies without the look", plant(Bug::FollowerWithoutLook, T), StrayWasApplied, 13, 112_093),
    one("P11 the checkpoint's seq is beyond its content", plant(Bug::CheckpointBeyondContent, T), AcknowledgedIsNotRecovered, 6, 568),
    one("P12 looks only after the whole retention", plant(Bug::LookAfterWholeRetention, T), StrongReadMissesACommit, 11, 37_138),
    one("P12 ... without strong reads", no_strong_reads(plant(Bug::LookAfterWholeRetention, T)), AcknowledgedIsNotInTheRecord, 12, 68_079),
    one("P13 the floor is above checkpoint + 1", plant(Bug::FloorAboveCheckpoint, T), FailedIsInTheLog, 7, 1_312),
    one("P14 one replacement raises the floor and gives it the old date", plant(Bug::RaisedAndDatedAtOnce, T), StrongReadMissesACommit, 15, 220_738),
    one("P14 ... without strong reads", no_strong_reads(plant(Bug::RaisedAndDatedAtOnce, T)), AcknowledgedIsNotInTheRecord, 16, 329_597),
    one("P15 a checkpoint from behind the manifest", plant(Bug::CheckpointFromBehind, T), AcknowledgedIsNotRecovered, 10, 20_074),
    one("P16 bootstrap by an unconditional put", plant(Bug::UnconditionalBootstrap, OPENS), AcknowledgedIsNotRecovered, 19, 43_120),
    one("P18 a refusal ends the doubt of an earlier attempt", plant(Bug::RefusalEndsDoubt, REFUSALS), FailedIsInTheLog, 3, 25),
    one("W1 a floor above the slot means lost", plant(Bug::FloorAboveMeansLost, T), FailedIsInTheLog, 9, 11_186),
    one("W2 deletes the stray that it has created", plant(Bug::DeletesTheStray, THREE), StrongReadMissesACommit, 11, 149_796),
    one("W4 other bytes mean lost, without the look", plant(Bug::OtherBytesMeanLost, T), FailedIsInTheLog, 17, 766_588),
    one("W5 nothing read back means not applied", plant(Bug::MissingMeansNotApplied, T), FailedIsInTheLog, 13, 106_464),
    one("W6 nothing at the next slot means newest", plant(Bug::MissingMeansNewest, T), StrongReadMissesACommit, 11, 32_083),
    one("W8 a look that finds the floor above only refreshes the time", plant(Bug::LookOnlyRefreshes, T), StrongReadMissesACommit, 12, 57_133),
    one("W8 ... without strong reads", no_strong_reads(plant(Bug::LookOnlyRefreshes, T)), AcknowledgedIsNotInTheRecord, 13, 100_938),
    one("W9 no manifest beside a log is final at once", plant(Bug::MissingManifestIsFinal, OPENS), FalseAlarm, 10, 697),
    one("T1 the table of an earlier look", plant(Bug::TableOfAnEarlierLook, T), FailedIsInTheLog, 6, 724),
    one("T3 a writer id used again after a restart", plant(Bug::WriterIdReused, CRASH), AcknowledgedIsNotInTheRecord, 13, 491_288),
    one("T4 a checkpoint does not renew the table", plant(Bug::TableNotRenewed, T), FailedIsInTheLog, 6, 724),
    one("T5 absent from a cut table means lost", plant(Bug::AbsentMeansLost, CUT), FailedIsInTheLog, 8, 3_985),
    one("T6 any entry means committed", plant(Bug::AnyEntryMeansCommitted, T), AcknowledgedIsNotInTheRecord, 10, 14_783),
    one("O1 an opener checks the chain and never looks", plant(Bug::OpenerWithoutLook, OPENER), StrayWasApplied, 16, 188_469),
    one("O2 an opener looks for bytes, not for the last 404", plant(Bug::OpenerLooksAtBytesOnly, OPENER), OpenMissesACommit, 21, 1_316_602),
    one("O3 a hole is believed without a second GET", plant(Bug::HoleWithoutSecondGet, OPENER), FalseAlarm, 8, 2_937),
    one("G1 a waiting operation is acknowledged with the group before it", plant(Bug::AckBeforeOwnPut, GROUPS), AcknowledgedIsNotInTheRecord, 4, 84),
    one("G2 a group is acknowledged before its put is definite", plant(Bug::AckBeforeDefinite, GROUPS), AcknowledgedIsNotInTheRecord, 3, 15),
    one("G3 a waiting operation joins a frozen group", plant(Bug::QueuedJoinsFrozen, GROUPS), AcknowledgedIsNotInTheRecord, 7, 1_501),
    one("G4 the second operation of a loser is not re-validated", plant(Bug::SecondNotRevalidated, GROUPS), UpdateWasLost, 9, 4_111),
    one("G5 the group is lost, and its second client is told 'committed'", plant(Bug::LostButToldCommitted, GROUPS), AcknowledgedIsNotInTheRecord, 8, 1_821),
    one("G6 the writer table settles the first operation only", plant(Bug::TableSettlesLeadOnly, GROUPS), AppliedTwice, 12, 55_571),
    one("G7 a transaction is not checked against what was applied while it waited", plant(Bug::WaitingNotChecked, GROUPS), UpdateWasLost, 7, 773),
    one("R1 a second group in a slot of its own, after a failed reload", plant(Bug::GoesOnAfterFailedReload, FAILED_RELOAD), AcknowledgedIsNotInTheRecord, 10, 8_954),
    one("R2 a look that found the floor above counts once the reload has failed", plant(Bug::LookCountsAfterFailedReload, FAILED_RELOAD), StrongReadMissesACommit, 13, 47_290),
    one("R2 ... without strong reads", no_strong_reads(plant(Bug::LookCountsAfterFailedReload, FAILED_RELOAD)), AcknowledgedIsNotInTheRecord, 14, 76_311),
];
