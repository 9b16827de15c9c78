//! How much to try.

/// How much the suite tries. The sentences are the same; what differs is how often and how large.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Level {
    /// What every push can afford, also on a slow server.
    #[default]
    Quick,
    /// What decides whether a store may be trusted: minutes, and some GiB to a store that is far away.
    Full,
}

impl Level {
    /// One of two.
    pub(crate) fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Level::Quick => quick,
            Level::Full => full,
        }
    }
}
