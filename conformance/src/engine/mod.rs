//! The second half of the suite: the engine over the store. What the contract is for, from end to end.

mod bench;

pub(crate) mod commits;
pub(crate) mod crash;
pub(crate) mod lossy;
pub(crate) mod races;
pub(crate) mod rounds;
pub(crate) mod upkeep;
