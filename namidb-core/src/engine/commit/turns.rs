//! Turns: an engine whose groups follow one another without a gap leaves the log alone for a moment, now and then.
//!
//! Whoever has just won a slot is the first to try for the next one: by the time that others have read what he put, his
//! next put is on its way. So a process that is never idle could keep all others out, and those whom it keeps out
//! leave nothing in the log by which it could know of them. Therefore it rests by itself. In a rest of three puts
//! another process can lose the slot that it was trying for, read what is there, and put into the next one.
//!
//! It costs a lone writer who waits for each of his commits at most 3 in 128 of his time; where many wait, the next
//! group is the larger for it.

use std::time::Duration;

/// The least number of records in a turn, and its least duration.
const TURN_RECORDS: u64 = 128;
const TURN_MIN: Duration = Duration::from_millis(250);

/// A rest lasts as long as so many records of the turn, of [`TURN_RECORDS`], did.
const REST_RECORDS: u32 = 3;

/// The present turn.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Turns {
    /// Records of the turn.
    records: u64,
    /// When its first put began.
    began: Duration,
    /// When its last one was answered.
    ended: Duration,
}

impl Turns {
    /// A record was put from `began` to `ended`.
    pub(super) fn committed(&mut self, began: Duration, ended: Duration) {
        let put = ended.saturating_sub(began);
        let idle = began.saturating_sub(self.ended);
        if self.records == 0 || idle >= put.saturating_mul(REST_RECORDS) {
            *self = Turns { records: 0, began, ended };
        }
        self.records += 1;
        self.ended = ended;
    }

    /// Another process has got a slot.
    pub(super) fn lost(&mut self) {
        self.records = 0;
    }

    /// How long to rest before the next put, if the turn is over. The next turn begins with it.
    pub(super) fn rest(&mut self, now: Duration) -> Option<Duration> {
        let busy = self.ended.saturating_sub(self.began);
        if self.records < TURN_RECORDS || busy < TURN_MIN {
            return None;
        }
        self.records = 0;
        let rest = busy.saturating_mul(REST_RECORDS) / TURN_RECORDS as u32;
        let rested = now.saturating_sub(self.ended);
        rest.checked_sub(rested).filter(|rest| !rest.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Puts of a duration with gaps between them; the times of the rests, and how long they were.
    fn rests(put: Duration, gap: Duration, puts: u32) -> Vec<(Duration, Duration)> {
        let (mut turns, mut now, mut rests) = (Turns::default(), Duration::ZERO, Vec::new());
        for _ in 0..puts {
            if let Some(rest) = turns.rest(now) {
                rests.push((now, rest));
                now += rest;
            }
            turns.committed(now, now + put);
            now += put + gap;
        }
        rests
    }

    #[test]
    fn whoever_is_never_idle_rests_for_three_puts_after_so_many_records() {
        let slow = rests(30 * MS, Duration::ZERO, 1_000);
        assert_eq!(slow.len(), 7);
        assert!(slow.iter().all(|(_, rest)| *rest == 90 * MS), "{slow:?}");
        let rested: Duration = slow.iter().map(|(_, rest)| *rest).sum();
        assert!(rested * 128 <= 1_000 * 30 * MS * 3);
    }

    #[test]
    fn where_puts_are_quick_a_turn_has_its_time() {
        let quick = rests(MS / 2, MS / 10, 2_000);
        assert_eq!(quick.len(), 4);
        assert!(quick.iter().all(|(_, rest)| *rest > 5 * MS && *rest < 7 * MS), "{quick:?}");
    }

    #[test]
    fn whoever_leaves_gaps_or_loses_does_not_rest() {
        assert_eq!(rests(MS, 3 * MS, 10_000), []);
        let mut turns = Turns::default();
        for n in 0..10_000 {
            assert_eq!(turns.rest(n * MS), None);
            turns.committed(n * MS, (n + 1) * MS);
            if n % 100 == 0 {
                turns.lost();
            }
        }
    }

    #[test]
    fn a_rest_that_was_had_is_not_had_again() {
        let mut turns = Turns::default();
        for n in 0..300 {
            turns.committed(n * MS, (n + 1) * MS);
        }
        assert_eq!(turns.rest(400 * MS), None);
        assert_eq!(turns.rest(400 * MS), None);
    }
}
