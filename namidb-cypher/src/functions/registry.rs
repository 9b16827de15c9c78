//! Every function by name.

use super::aggregate as aggregates;
use super::call::ScalarKernel;
use super::scalar;
use super::signature::Signature;

/// A function of a row's values.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The name as people write it; it is found by its lower-case form.
    pub name: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// A query with it on the [graph of examples](super::EXAMPLE_GRAPH) that gives one value.
    pub example: &'static str,
    /// The value that the example gives.
    pub answer: &'static str,
    /// What it takes and gives.
    pub signature: Signature,
    /// Whether equal arguments give equal results within one statement.
    pub deterministic: bool,
    /// Computes it.
    pub kernel: ScalarKernel,
}

/// A function of a group's values.
#[derive(Debug)]
pub struct AggregateFunction {
    /// The name as people write it; it is found by its lower-case form.
    pub name: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// A query with it that gives one value.
    pub example: &'static str,
    /// The value that the example gives.
    pub answer: &'static str,
    /// What it takes and gives. `count` may be called without arguments: that is `count(*)`.
    pub signature: Signature,
    /// Makes an accumulator for it.
    pub accumulator: fn() -> Box<dyn aggregates::Accumulator>,
}

/// What `SHOW FUNCTIONS` and the reference page sort functions by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "they say themselves what they are")]
pub enum Category {
    Scalar,
    Predicate,
    List,
    Numeric,
    Logarithmic,
    Trigonometric,
    String,
    Temporal,
    Spatial,
    Vector,
}

/// The scalar function of a name in lower case.
pub fn lookup(name: &str) -> Option<&'static ScalarFunction> {
    all_scalars().map(|(_, function)| function).find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The aggregate function of a name in lower case.
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    aggregates::FUNCTIONS.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The names of the scalar functions, as people write them.
pub fn scalar_names() -> impl Iterator<Item = &'static str> {
    all_scalars().map(|(_, function)| function.name)
}

/// The scalar functions, each with its category.
pub fn all_scalars() -> impl Iterator<Item = (Category, &'static ScalarFunction)> {
    scalar::FAMILIES
        .iter()
        .copied()
        .flatten()
        .flat_map(|(category, functions)| functions.iter().map(|function| (*category, function)))
}

/// The aggregate functions.
pub fn all_aggregates() -> impl Iterator<Item = &'static AggregateFunction> {
    aggregates::FUNCTIONS.iter()
}

/// The names of the aggregate functions, as people write them.
pub fn aggregate_names() -> impl Iterator<Item = &'static str> {
    aggregates::FUNCTIONS.iter().map(|f| f.name)
}
