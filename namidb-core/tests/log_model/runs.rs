//! The runs: how many processes, operations, faults and replacements, and what each run must count.
//!
//! The counts are exact. A change of the protocol or of the model changes them, and then this table is
//! changed with open eyes; a run that silently visits less fails.

use crate::bugs::Bug;
use crate::state::{Age, CLIENTS, Operation, PROCESSES};

/// When a collector may delete.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Collection {
    /// Clouds: by the date beside the floor; looks are needed only after a quarter of the retention.
    AfterRetention,
    /// Files and memory: as soon as the floor is published; every answer is followed by a look.
    AtOnce,
}

/// The size of a run, and what is switched on in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Config {
    /// Operations of each process.
    pub(crate) clients: [u8; PROCESSES],
    pub(crate) processes: usize,
    pub(crate) workload: &'static [Operation; PROCESSES * CLIENTS],
    /// Operations may arrive while a put is under way, and share the next record.
    pub(crate) grouped: bool,
    pub(crate) delayed_puts: u8,
    pub(crate) crashes: u8,
    pub(crate) refusals: u8,
    /// Reloads that fail in the whole run.
    pub(crate) failed_reloads: u8,
    /// Replacements of the manifest in the whole run.
    pub(crate) replacements: u8,
    /// Jobs in flight at once.
    pub(crate) jobs: usize,
    /// Checkpoint, floor and date come apart, and a date may be kept.
    pub(crate) separate_jobs: bool,
    /// There is no manifest yet.
    pub(crate) bootstrap: bool,
    /// This process starts closed.
    pub(crate) opener: Option<usize>,
    pub(crate) collection: Collection,
    /// In ticks.
    pub(crate) retention: Age,
    /// Answers up to this age of the last look need none after them. Less slack than the protocol's quarter.
    pub(crate) quarter: Age,
    /// The writer table is cut to the newest writer at each checkpoint.
    pub(crate) cut_table: bool,
    pub(crate) strong_reads: bool,
    /// An SDK retries conditional puts by itself.
    pub(crate) hidden_retries: bool,
    /// An entry above the slot counts as committed.
    pub(crate) entry_at_least: bool,
    pub(crate) bug: Option<Bug>,
}

impl Config {
    pub(crate) fn operation(&self, name: u8) -> Operation {
        self.workload[name as usize - 1]
    }

    /// The oldest look that still makes an answer good.
    pub(crate) fn look_limit(&self) -> Age {
        if self.has(Bug::LookAfterWholeRetention) { self.retention } else { self.quarter }
    }
}

const fn statement(register: u8) -> Operation {
    Operation { register, explicit: false }
}

const fn explicit(register: u8) -> Operation {
    Operation { register, explicit: true }
}

/// Process 0 writes two registers, the others one, and some of them in explicit transactions.
const APART: [Operation; PROCESSES * CLIENTS] =
    [statement(0), statement(1), explicit(0), statement(0), statement(0), explicit(0)];

/// In process 0 a group of a statement that can lose and an explicit transaction that nobody disturbs;
/// in process 1 one of two that touch the same register, of which the first fails when it loses.
const TOGETHER: [Operation; PROCESSES * CLIENTS] =
    [statement(0), explicit(1), explicit(0), statement(0), statement(0), statement(1)];

/// Two writers with one operation each and a delayed put.
pub(crate) const SMALL: Config = Config {
    clients: [1, 1, 0],
    processes: 2,
    workload: &APART,
    grouped: false,
    delayed_puts: 1,
    crashes: 0,
    refusals: 0,
    failed_reloads: 0,
    replacements: 2,
    jobs: 1,
    separate_jobs: false,
    bootstrap: false,
    opener: None,
    collection: Collection::AfterRetention,
    retention: 2,
    quarter: 1,
    cut_table: false,
    strong_reads: true,
    hidden_retries: false,
    entry_at_least: false,
    bug: None,
};

/// Two writers, three operations, three replacements.
pub(crate) const TWO_WRITERS: Config = Config { clients: [2, 1, 0], replacements: 3, ..SMALL };
/// Two writers, of which one may go on after a reload that failed.
pub(crate) const FAILED_RELOAD: Config =
    Config { clients: [2, 1, 0], delayed_puts: 0, failed_reloads: 1, ..SMALL };
/// Nothing exists yet.
pub(crate) const OPENS: Config = Config { bootstrap: true, ..SMALL };
/// A process with one operation against one that commits groups.
pub(crate) const GROUPS: Config = Config { clients: [1, 2, 0], grouped: true, workload: &TOGETHER, ..SMALL };

/// A run that must complete without a violation.
pub(crate) struct Run {
    pub(crate) name: &'static str,
    pub(crate) config: Config,
    pub(crate) states: usize,
    pub(crate) transitions: usize,
    pub(crate) depth: usize,
}

const fn run(name: &'static str, config: Config, states: usize, transitions: usize, depth: usize) -> Run {
    Run { name, config, states, transitions, depth }
}

/// Sized for every push.
#[rustfmt::skip]
pub(crate) const QUICK: &[Run] = &[
    run("two writers, 2 + 1 operations, a delayed put", TWO_WRITERS, 4_939_606, 27_767_469, 37),
    run("two writers, one operation each, a delayed put, a crash", Config { crashes: 1, ..SMALL }, 4_427_040, 22_633_300, 34),
    run("two writers, one operation each, a delayed put, a refusal", Config { refusals: 1, ..SMALL }, 219_274, 1_106_953, 28),
    run("checkpoint, floor and date apart, two jobs in flight", Config { delayed_puts: 0, replacements: 4, jobs: 2, separate_jobs: true, ..SMALL }, 303_775, 1_558_829, 38),
    run("two writers and a follower that opens", Config { processes: 3, opener: Some(2), delayed_puts: 0, ..SMALL }, 6_493_272, 37_472_872, 36),
    run("three writers, one checkpoint", Config { clients: [1; 3], processes: 3, delayed_puts: 0, replacements: 1, ..SMALL }, 6_093_377, 32_638_291, 31),
    run("bootstrap, a crash", Config { crashes: 1, delayed_puts: 0, ..OPENS }, 1_102_073, 5_065_733, 41),
    run("the writer table is cut", Config { cut_table: true, replacements: 3, ..SMALL }, 422_811, 2_179_621, 32),
    run("files: look every time, collect at once; a crash", Config { collection: Collection::AtOnce, crashes: 1, replacements: 3, ..SMALL }, 814_052, 3_688_777, 37),
    run("groups, a delayed put", GROUPS, 4_049_913, 21_573_383, 36),
    run("groups over files, a crash", Config { collection: Collection::AtOnce, delayed_puts: 0, crashes: 1, ..GROUPS }, 3_222_810, 13_478_259, 47),
    run("two writers, 2 + 1 operations, a failed reload", FAILED_RELOAD, 637_316, 3_017_921, 32),
    run("a failed reload, the writer table is cut", Config { cut_table: true, ..FAILED_RELOAD }, 672_895, 3_175_301, 32),
    run("files: look every time, collect at once; two failed reloads", Config { collection: Collection::AtOnce, failed_reloads: 2, ..FAILED_RELOAD }, 197_529, 835_149, 39),
    run("groups over files, a failed reload", Config { collection: Collection::AtOnce, delayed_puts: 0, failed_reloads: 1, ..GROUPS }, 292_192, 1_227_771, 41),
    run("harmless: hidden retries that lose to themselves", Config { hidden_retries: true, ..SMALL }, 229_755, 1_167_417, 28),
    run("harmless: an entry above the slot counts, ids being unique", Config { entry_at_least: true, crashes: 1, delayed_puts: 0, ..SMALL }, 984_329, 4_541_359, 32),
];

/// The sizes of a thorough search: minutes each, and some GiB.
#[rustfmt::skip]
pub(crate) const FULL: &[Run] = &[
    run("A two writers, one operation each, a delayed put, a crash", Config { crashes: 1, replacements: 3, ..SMALL }, 8_614_560, 45_937_747, 37),
    run("B0 two writers, two operations each, lost answers", Config { clients: [2, 2, 0], delayed_puts: 0, replacements: 3, ..SMALL }, 7_758_563, 40_546_731, 41),
    run("B1 two writers, two operations each, a delayed put", Config { clients: [2, 2, 0], ..SMALL }, 16_546_257, 91_573_648, 37),
    run("D checkpoint, floor and date apart, two jobs in flight", Config { clients: [2, 1, 0], delayed_puts: 0, replacements: 4, jobs: 2, separate_jobs: true, ..SMALL }, 4_003_467, 23_445_332, 43),
    run("E a follower that opens, a delayed put", Config { processes: 3, opener: Some(2), ..SMALL }, 28_288_716, 177_622_529, 37),
    run("F three writers, one operation each", Config { clients: [1; 3], processes: 3, delayed_puts: 0, ..SMALL }, 73_688_730, 435_585_202, 40),
    run("G bootstrap, a crash", Config { bootstrap: true, crashes: 1, delayed_puts: 0, ..SMALL }, 1_102_073, 5_065_733, 41),
    run("I retention of four ticks", Config { retention: 4, ..TWO_WRITERS }, 9_101_909, 50_006_426, 41),
    run("J the writer table is cut", Config { cut_table: true, ..TWO_WRITERS }, 5_410_395, 30_341_036, 37),
    run("S5 files: look every time, collect at once", Config { collection: Collection::AtOnce, crashes: 1, ..TWO_WRITERS }, 11_008_722, 53_042_567, 50),
    run("K groups of one process against single operations", GROUPS, 4_049_913, 21_573_383, 36),
    run("L groups of both processes", Config { clients: [2, 2, 0], delayed_puts: 0, ..GROUPS }, 9_409_686, 45_957_959, 39),
    run("M groups over files, a crash", Config { clients: [2, 2, 0], collection: Collection::AtOnce, delayed_puts: 0, crashes: 1, ..GROUPS }, 48_827_259, 213_634_188, 56),
    run("N groups of both processes, a delayed put", Config { clients: [2, 2, 0], ..GROUPS }, 64_229_483, 356_083_299, 41),
    run("O groups against single operations, a crash", Config { delayed_puts: 0, crashes: 1, replacements: 3, ..GROUPS }, 33_551_840, 166_835_454, 45),
    run("Q two failed reloads, a delayed put", Config { clients: [2, 1, 0], failed_reloads: 2, ..SMALL }, 5_141_056, 27_368_630, 36),
    run("R groups, a failed reload, a delayed put", Config { failed_reloads: 1, ..GROUPS }, 7_920_978, 42_109_861, 38),
    run("S files: a failed reload, a crash", Config { collection: Collection::AtOnce, crashes: 1, ..FAILED_RELOAD }, 2_856_572, 11_979_393, 44),
    run("P17 harmless: hidden retries that lose to themselves", Config { hidden_retries: true, ..TWO_WRITERS }, 5_517_123, 31_378_237, 37),
    run("T2 harmless: an entry above the slot counts, ids being unique", Config { entry_at_least: true, crashes: 1, replacements: 3, ..SMALL }, 8_614_560, 45_937_747, 37),
];
