//! Functions whose result the arguments do not determine.

mod rand;
mod random_uuid;
mod timestamp;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (Category::Scalar, &[timestamp::TIMESTAMP, random_uuid::RANDOM_UUID]),
    (Category::Numeric, &[rand::RAND]),
];
