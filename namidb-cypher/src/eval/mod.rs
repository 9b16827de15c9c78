//! Expressions over batches.
//!
//! [`compile`] turns a bound expression into an [`Evaluator`] once per plan; the evaluator then works on all
//! rows of a group at a time and gives a vector as long as the group, constant where nothing varies.
//!
//! - Every operation has loops over typed arrays for the common types, and one path over
//!   [`Value`](namidb_core::Value)s that defines what it means.
//! - Names of labels, types and property keys are looked up once per vector, in the state that is read, so
//!   that an evaluator serves every state.
//! - Branches that are not taken are not evaluated: a conjunction's later terms see only the rows that the
//!   earlier ones left open, a CASE branch only its own rows. Errors of other rows do not surface.
//! - An evaluator does no I/O; subqueries call back into the executor through [`Subquery`].

mod arithmetic;
mod bits;
mod case;
mod compare;
mod compile;
mod component;
mod comprehension;
mod concatenate;
mod container;
pub(crate) mod errors;
mod gather;
mod grouping;
mod labels;
mod logic;
mod looped;
mod membership;
mod path;
mod property;
mod range;
mod range_call;
mod run;
mod scope;
mod strings;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod value_test;

pub(crate) use container::properties as properties_of;
pub(crate) use labels::all_named;
pub(crate) use property::check_node;
pub(crate) use range::IntegerRange;

pub use compile::{CompileContext, NoSubqueries, Subquery, SubqueryCompiler, compile};
pub use grouping::Grouping;

use crate::Error;
use crate::exec::ExecutionContext;
use crate::factor::Batch;
use crate::vector::Vector;
use namidb_core::graph::GraphState;
use run::Node;
use scope::Scope;

/// What an expression is evaluated over.
#[derive(Clone, Copy, Debug)]
pub struct EvalInput<'a> {
    /// Where variables come from.
    pub batch: &'a Batch,
    /// The group whose rows are evaluated; each variable is in it or above it.
    pub group: usize,
    /// The graph that ids refer to.
    pub state: &'a GraphState,
    /// Parameters, clock, limits and cancellation.
    pub cx: &'a ExecutionContext,
}

/// An expression, ready to run on any batch that has its variables and on any state. It keeps nothing
/// between two runs but compiled patterns and hashed lists; several threads may share it.
#[derive(Debug)]
pub struct Evaluator {
    root: Node,
}

/// The rows of a group that a predicate keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// Every row.
    All,
    /// These rows, in ascending order.
    Rows(Vec<u32>),
}

impl Selection {
    /// How many rows of a group of `len` rows are kept.
    pub fn count(&self, len: usize) -> usize {
        match self {
            Selection::All => len,
            Selection::Rows(rows) => rows.len(),
        }
    }

    fn of(rows: Vec<u32>, len: usize) -> Selection {
        if rows.len() == len { Selection::All } else { Selection::Rows(rows) }
    }
}

impl Evaluator {
    /// The expression's value for each row of the group.
    ///
    /// # Errors
    /// What openCypher says of the expression on these rows, with the place in the text; a missing
    /// parameter; [`ErrorCode::Cancelled`](namidb_core::ErrorCode::Cancelled) and its like.
    pub fn evaluate(&self, input: &EvalInput<'_>) -> Result<Vector, Error> {
        self.root.evaluate(&Scope::root(input))
    }

    /// The rows of the group for which the expression, a predicate, is true.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`]; a predicate that is neither boolean nor null is a type error.
    pub fn select(&self, input: &EvalInput<'_>) -> Result<Selection, Error> {
        self.root.select(&Scope::root(input))
    }
}
