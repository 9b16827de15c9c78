//! Lists, and what lists and texts have in common.

mod coll_distinct;
mod coll_flatten;
mod coll_index_of;
mod coll_insert;
mod coll_max;
mod coll_min;
mod coll_remove;
mod coll_sort;
mod extreme;
mod head;
mod is_empty;
mod last;
mod position;
mod range;
mod reverse;
mod size;
mod tail;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[
    (Category::Scalar, &[size::SIZE, head::HEAD, last::LAST]),
    (Category::Predicate, &[is_empty::IS_EMPTY]),
    (
        Category::List,
        &[
            range::RANGE,
            reverse::REVERSE,
            tail::TAIL,
            coll_distinct::COLL_DISTINCT,
            coll_flatten::COLL_FLATTEN,
            coll_index_of::COLL_INDEX_OF,
            coll_insert::COLL_INSERT,
            coll_max::COLL_MAX,
            coll_min::COLL_MIN,
            coll_remove::COLL_REMOVE,
            coll_sort::COLL_SORT,
        ],
    ),
];
