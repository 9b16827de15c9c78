//! Makes texts out of texts, for fuzzing: the same ones for the same seed.

/// Changes texts at random.
#[derive(Debug)]
pub struct Mutator {
    state: u64,
}

/// Pieces that are likely to matter, wherever they come to stand.
const PIECES: [&str; 24] = [
    "\u{0}",
    "\"",
    "'",
    "`",
    "\\",
    "\\u00",
    "/*",
    "//",
    "$",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    "9223372036854775808",
    "-0x8000000000000000",
    "1e999",
    "é",
    "\u{1F600}",
    "\u{202E}",
    "%C3%28",
    "?ns=",
];

impl Mutator {
    /// A source of changes.
    pub fn new(seed: u64) -> Mutator {
        Mutator { state: seed }
    }

    /// A number below a bound, which must not be 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    /// Some bytes.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.below(256) as u8).collect()
    }

    /// A text, changed in one to four places. `other` is a text whose parts it may take.
    pub fn change(&mut self, text: &str, other: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.below(4) {
            let (from, to) = self.range(bytes.len());
            match self.below(8) {
                0 => drop(bytes.drain(from..to)),
                1 => {
                    if let Some(byte) = bytes.get_mut(from) {
                        *byte ^= 1 << self.below(8);
                    }
                }
                2 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(from..from, piece.bytes());
                }
                3 => {
                    let (start, end) = self.range(other.len());
                    let piece = other.as_bytes()[start..end].to_vec();
                    bytes.splice(from..to, piece);
                }
                4 => {
                    let times = 1 << self.below(8);
                    let piece = bytes[from..to.min(from + 40)].repeat(times);
                    bytes.splice(from..from, piece);
                }
                5 => bytes.truncate(from),
                6 => {
                    let (start, end) = self.range(bytes.len());
                    let piece = bytes[start..end].to_vec();
                    bytes.splice(from..from, piece);
                }
                _ => {
                    let byte = self.below(256) as u8;
                    bytes.insert(from, byte);
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn range(&mut self, length: usize) -> (usize, usize) {
        let (a, b) = (self.below(length + 1), self.below(length + 1));
        (a.min(b), a.max(b))
    }
}

/// Runs `one` with one mutator after the other for as many seconds as the environment says (`FUZZ_SECONDS`; one, if it
/// says nothing). Seeds begin at `FUZZ_SEED`, or where the clock stands if a time was given, and are shown when `one`
/// panics, so that it can be run again. Runs on a stack of 2 MiB, as small as that of any thread that runs queries.
///
/// # Panics
/// If `one` does.
pub fn fuzz(name: &'static str, one: impl Fn(&mut Mutator) + Send + 'static) {
    #[allow(clippy::disallowed_methods, reason = "a test is told by its environment how long to look")]
    let set = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = set("FUZZ_SECONDS");
    #[allow(
        clippy::disallowed_methods,
        reason = "tests have no runtime, and the stack's size is what is tested"
    )]
    let work = move || {
        let begun = std::time::Instant::now();
        let by_clock = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
        let first = set("FUZZ_SEED").unwrap_or(if seconds.is_some() { by_clock << 32 } else { 0 });
        let mut runs = 0;
        while begun.elapsed().as_secs() < seconds.unwrap_or(1) {
            let seed = first.wrapping_add(runs);
            let failed =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| one(&mut Mutator::new(seed))));
            assert!(failed.is_ok(), "{name} fails with FUZZ_SEED={seed}");
            runs += 1;
        }
        runs
    };
    #[allow(clippy::disallowed_methods, reason = "the size of a stack is what is tested")]
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work);
    match thread.map(|thread| thread.join()) {
        #[allow(clippy::print_stdout, reason = "how much was tried belongs into the output of a test")]
        Ok(Ok(runs)) => println!("{name}: {runs} texts"),
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => panic!("no thread: {error}"),
    }
}
