//! Drawing from a seed: the same seed gives the same graph and the same statements.

use namidb_core::testing::Mutator;

/// Draws numbers and choices.
pub(crate) struct Draw(Mutator);

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(Mutator::new(seed))
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    /// True once in so many.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}
