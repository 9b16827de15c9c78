//! From one type to another.

mod to_boolean;
mod to_float;
mod to_integer;
mod to_string;
mod value_type;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (
        Category::Scalar,
        &[
            to_boolean::TO_BOOLEAN,
            to_boolean::TO_BOOLEAN_OR_NULL,
            to_float::TO_FLOAT,
            to_float::TO_FLOAT_OR_NULL,
            to_integer::TO_INTEGER,
            to_integer::TO_INTEGER_OR_NULL,
            value_type::VALUE_TYPE,
        ],
    ),
    (
        Category::List,
        &[
            to_boolean::TO_BOOLEAN_LIST,
            to_float::TO_FLOAT_LIST,
            to_integer::TO_INTEGER_LIST,
            to_string::TO_STRING_LIST,
        ],
    ),
    (Category::String, &[to_string::TO_STRING, to_string::TO_STRING_OR_NULL]),
];
