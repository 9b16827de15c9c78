//! A zone as the database compiles it: RFC 9636, of which the second data block and the footer are read.

use super::rule::Rule;

const HEADER: usize = 44;

/// One compiled zone. Nothing in it is trusted: what does not fit is read as offset zero.
#[derive(Clone, Copy)]
pub(super) struct Tzif<'a> {
    /// Instants at which the offset changes, ascending, eight bytes each.
    transitions: &'a [u8],
    /// For each, the number of the local time type that begins there.
    kinds: &'a [u8],
    /// Local time types, six bytes each, of which the first four are the offset.
    types: &'a [u8],
    /// What holds after the last transition.
    rule: Option<Rule>,
}

fn take<'a>(data: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = data.split_at_checked(count)?;
    *data = rest;
    Some(taken)
}

/// How many there are of what a block holds, in the header's order.
fn counts(data: &mut &[u8]) -> Option<[usize; 6]> {
    let header = take(data, HEADER)?;
    let mut fields = header.strip_prefix(b"TZif")?.get(16..)?;
    let mut counts = [0; 6];
    for count in &mut counts {
        *count = usize::try_from(u32::from_be_bytes(take(&mut fields, 4)?.try_into().ok()?)).ok()?;
    }
    Some(counts)
}

impl<'a> Tzif<'a> {
    pub(super) fn new(mut data: &'a [u8]) -> Option<Tzif<'a>> {
        if *data.get(4)? < b'2' {
            return None;
        }
        let [is_ut, is_standard, leaps, times, types, names] = counts(&mut data)?;
        let old = times.checked_mul(5)?.checked_add(types.checked_mul(6)?)?;
        take(&mut data, old.checked_add(names)?.checked_add(leaps.checked_mul(8)?)?)?;
        take(&mut data, is_standard.checked_add(is_ut)?)?;

        let [is_ut, is_standard, leaps, times, types, names] = counts(&mut data)?;
        let transitions = take(&mut data, times.checked_mul(8)?)?;
        let kinds = take(&mut data, times)?;
        let types = take(&mut data, types.checked_mul(6)?)?;
        take(&mut data, names.checked_add(leaps.checked_mul(12)?)?)?;
        take(&mut data, is_standard.checked_add(is_ut)?)?;
        let footer = data.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
        let rule =
            if footer.is_empty() { None } else { Some(Rule::parse(std::str::from_utf8(footer).ok()?)?) };
        Some(Tzif { transitions, kinds, types, rule })
    }

    fn transition(&self, at: usize) -> Option<i64> {
        let bytes = self.transitions.get(at * 8..at * 8 + 8)?;
        Some(i64::from_be_bytes(bytes.try_into().ok()?))
    }

    fn offset_of(&self, kind: u8) -> i32 {
        let at = usize::from(kind) * 6;
        let bytes = self.types.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_be_bytes)
    }

    /// Its offset in seconds east of UTC.
    pub(super) fn offset_at(&self, instant: i64) -> i32 {
        let (mut low, mut high) = (0, self.kinds.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.transition(middle).is_some_and(|at| at <= instant) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        match (low.checked_sub(1).and_then(|last| self.kinds.get(last)), &self.rule) {
            (_, Some(rule)) if low == self.kinds.len() => rule.offset_at(instant),
            (Some(kind), _) => self.offset_of(*kind),
            (None, _) => self.offset_of(0),
        }
    }
}
