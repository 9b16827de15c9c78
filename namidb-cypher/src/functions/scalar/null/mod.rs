//! Functions that look at nulls.

mod coalesce;
mod exists;
mod null_if;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] =
    &[(Category::Scalar, &[coalesce::COALESCE, null_if::NULL_IF]), (Category::Predicate, &[exists::EXISTS])];
