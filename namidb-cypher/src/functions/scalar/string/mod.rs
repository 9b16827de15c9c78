//! Texts. Positions and lengths count characters (Unicode scalar values).

mod char_length;
mod left;
mod ltrim;
mod normalize;
mod position;
mod replace;
mod right;
mod rtrim;
mod split;
mod substring;
mod to_lower;
mod to_upper;
mod trim;
mod trimmed;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (Category::Scalar, &[char_length::CHAR_LENGTH, char_length::CHARACTER_LENGTH]),
    (
        Category::String,
        &[
            to_upper::TO_UPPER,
            to_lower::TO_LOWER,
            to_upper::UPPER,
            to_lower::LOWER,
            trim::TRIM,
            trim::BTRIM,
            ltrim::LTRIM,
            rtrim::RTRIM,
            replace::REPLACE,
            substring::SUBSTRING,
            left::LEFT,
            right::RIGHT,
            split::SPLIT,
            normalize::NORMALIZE,
        ],
    ),
];
