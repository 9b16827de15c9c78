//! What became of each writer's records.

use crate::ids::Seq;
use crate::wal::LogId;
use std::collections::BTreeMap;

/// Writers that a manifest names, the newest.
pub const WRITERS_MAX: usize = 1_024;

/// For each writer, the last slot of his that a state contains. A table that has grown too long is cut, and says
/// so: from then on the absence of a writer proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WriterTable {
    last: BTreeMap<LogId, Seq>,
    cut: bool,
}

impl WriterTable {
    /// A table as a manifest holds it.
    pub fn new(last: impl IntoIterator<Item = (LogId, Seq)>, cut: bool) -> WriterTable {
        WriterTable { last: last.into_iter().collect(), cut }
    }

    /// The last slot of a writer that the state contains.
    pub fn last_of(&self, writer: LogId) -> Option<Seq> {
        self.last.get(&writer).copied()
    }

    /// Whether entries were dropped at some time.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// How many writers it names.
    pub fn len(&self) -> usize {
        self.last.len()
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// The writers, in the order of their ids, with the last slot of each.
    pub fn iter(&self) -> impl Iterator<Item = (LogId, Seq)> {
        self.last.iter().map(|(writer, seq)| (*writer, *seq))
    }

    /// The state now contains this record of a writer.
    pub fn note(&mut self, writer: LogId, seq: Seq) {
        self.last.insert(writer, seq);
        // Room for as many again, so that cutting is rare.
        if self.last.len() > 2 * WRITERS_MAX {
            self.cut_to(WRITERS_MAX);
        }
    }

    /// Keeps the `max` writers whose last slots are the highest.
    pub fn cut_to(&mut self, max: usize) {
        let Some(surplus) = self.last.len().checked_sub(max).filter(|surplus| *surplus > 0) else { return };
        let mut by_age: Vec<(Seq, LogId)> = self.last.iter().map(|(writer, seq)| (*seq, *writer)).collect();
        by_age.sort_unstable();
        for (_, writer) in &by_age[..surplus] {
            self.last.remove(writer);
        }
        self.cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_cut_keeps_the_newest_writers_and_says_so() {
        let mut table = WriterTable::default();
        (1..=10u64).for_each(|n| table.note(LogId(u128::from(n % 5)), Seq(n)));
        assert_eq!((table.len(), table.is_cut()), (5, false));
        table.cut_to(5);
        assert!(!table.is_cut());
        table.cut_to(2);
        assert_eq!((table.len(), table.is_cut()), (2, true));
        assert_eq!((table.last_of(LogId(0)), table.last_of(LogId(4))), (Some(Seq(10)), Some(Seq(9))));
        assert_eq!(table.last_of(LogId(3)), None);
    }
}
