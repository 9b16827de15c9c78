//! How many rows of the table a row of a group stands for.

use super::Batch;

impl Batch {
    /// How many rows the batch stands for.
    pub fn row_count(&self) -> u64 {
        match self.owned(0, None) {
            None => self.groups[0].len as u64,
            Some(counts) => counts.iter().fold(0, |sum: u64, n| sum.saturating_add(*n)),
        }
    }

    /// For each row of `group`, how many rows of the table contain it; none if each is in exactly one.
    pub fn multiplicity(&self, group: usize) -> Option<Vec<u64>> {
        let mut path = vec![group];
        while let Some(parent) = self.groups[path[path.len() - 1]].parent {
            path.push(parent);
        }
        path.reverse();
        let mut counts: Option<Vec<u64>> = None;
        for (step, &number) in path.iter().enumerate() {
            // What stands above this row, with every branch that left the path there.
            if step > 0 {
                counts = counts.map(|above| {
                    self.groups[number].parents().iter().map(|&row| above[row as usize]).collect()
                });
            }
            counts = product(counts, self.owned(number, path.get(step + 1).copied()));
        }
        counts
    }

    /// For each row of `group`, how many combinations of rows its child groups hold for it, leaving one
    /// child out; none if one each.
    fn owned(&self, group: usize, without: Option<usize>) -> Option<Vec<u64>> {
        if group + 1 == self.groups.len() {
            return None;
        }
        // Children come after their parents, so one pass from the back meets every child first.
        let mut counts: Vec<Option<Vec<u64>>> = vec![None; self.groups.len()];
        for number in (group + 1..self.groups.len()).rev() {
            let Some(parent) = self.groups[number].parent else { continue };
            if Some(number) == without || parent < group {
                continue;
            }
            let offsets = self.groups[number].offsets();
            let below = counts[number].take();
            let sums: Vec<u64> = match below {
                None => offsets.windows(2).map(|w| w[1] - w[0]).collect(),
                Some(below) => offsets
                    .windows(2)
                    .map(|w| {
                        below[w[0] as usize..w[1] as usize]
                            .iter()
                            .fold(0, |sum: u64, n| sum.saturating_add(*n))
                    })
                    .collect(),
            };
            if sums.iter().any(|n| *n != 1) {
                counts[parent] = product(counts[parent].take(), Some(sums));
            }
        }
        counts[group].take()
    }
}

fn product(left: Option<Vec<u64>>, right: Option<Vec<u64>>) -> Option<Vec<u64>> {
    match (left, right) {
        (Some(mut left), Some(right)) => {
            for (l, r) in left.iter_mut().zip(right) {
                *l = l.saturating_mul(r);
            }
            Some(left)
        }
        (one, None) | (None, one) => one,
    }
}
