//! Every function by name.

use super::aggregate as aggregates;
use super::call::ScalarKernel;
use super::scalar::{conversion, graph, list, math, null, runtime, spatial, string, temporal, vector};
use super::signature::Signature;

/// A function of a row's values.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The name as people write it; it is found by its lower-case form.
    pub name: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// An expression over its own call that is true; none where the result differs from call to call.
    pub example: Option<&'static str>,
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
    /// A query with it whose only value is true.
    pub example: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// What it takes and gives. `count` may be called without arguments: that is `count(*)`.
    pub signature: Signature,
    /// Makes an accumulator for it.
    pub accumulator: fn() -> Box<dyn aggregates::Accumulator>,
}

/// The scalar functions by their category.
static SCALARS: &[(&str, &[ScalarFunction])] = &[
    (
        "Scalar",
        &[
            graph::identity::ID,
            graph::identity::ELEMENT_ID,
            graph::properties::PROPERTIES,
            graph::labels::TYPE,
            graph::path::LENGTH,
            graph::path::PATH_LENGTH,
            graph::endpoints::START_NODE,
            graph::endpoints::END_NODE,
            list::size::SIZE,
            list::ends::HEAD,
            list::ends::LAST,
            null::coalesce::COALESCE,
            null::null_if::NULL_IF,
            conversion::to_boolean::TO_BOOLEAN,
            conversion::to_boolean::TO_BOOLEAN_OR_NULL,
            conversion::to_float::TO_FLOAT,
            conversion::to_float::TO_FLOAT_OR_NULL,
            conversion::to_integer::TO_INTEGER,
            conversion::to_integer::TO_INTEGER_OR_NULL,
            conversion::value_type::VALUE_TYPE,
            string::char_length::CHAR_LENGTH,
            string::char_length::CHARACTER_LENGTH,
            runtime::timestamp::TIMESTAMP,
            runtime::random_uuid::RANDOM_UUID,
        ],
    ),
    ("Predicate", &[null::exists::EXISTS, list::size::IS_EMPTY]),
    (
        "List",
        &[
            graph::properties::KEYS,
            graph::labels::LABELS,
            graph::path::NODES,
            graph::path::RELATIONSHIPS,
            list::range::RANGE,
            list::reverse::REVERSE,
            list::ends::TAIL,
            conversion::lists::TO_BOOLEAN_LIST,
            conversion::lists::TO_FLOAT_LIST,
            conversion::lists::TO_INTEGER_LIST,
            conversion::lists::TO_STRING_LIST,
            list::collections::DISTINCT,
            list::collections::FLATTEN,
            list::collections::INDEX_OF,
            list::collections::INSERT,
            list::collections::MAX,
            list::collections::MIN,
            list::collections::REMOVE,
            list::collections::SORT,
        ],
    ),
    (
        "Numeric",
        &[
            math::abs::ABS,
            math::abs::SIGN,
            math::rounding::CEIL,
            math::rounding::CEILING,
            math::rounding::FLOOR,
            math::rounding::ROUND,
            math::is_nan::IS_NAN,
            runtime::rand::RAND,
        ],
    ),
    (
        "Logarithmic",
        &[
            math::constants::E,
            math::logarithms::EXP,
            math::logarithms::LOG,
            math::logarithms::LN,
            math::logarithms::LOG10,
            math::logarithms::SQRT,
        ],
    ),
    (
        "Trigonometric",
        &[
            math::trigonometry::SIN,
            math::trigonometry::COS,
            math::trigonometry::TAN,
            math::trigonometry::COT,
            math::trigonometry::ASIN,
            math::trigonometry::ACOS,
            math::trigonometry::ATAN,
            math::trigonometry::ATAN2,
            math::trigonometry::SINH,
            math::trigonometry::COSH,
            math::trigonometry::TANH,
            math::trigonometry::COTH,
            math::trigonometry::HAVERSIN,
            math::trigonometry::DEGREES,
            math::trigonometry::RADIANS,
            math::constants::PI,
        ],
    ),
    (
        "String",
        &[
            string::case::TO_UPPER,
            string::case::TO_LOWER,
            string::case::UPPER,
            string::case::LOWER,
            string::trim::TRIM,
            string::trim::BTRIM,
            string::trim::LTRIM,
            string::trim::RTRIM,
            string::replace::REPLACE,
            string::substring::SUBSTRING,
            string::substring::LEFT,
            string::substring::RIGHT,
            string::split::SPLIT,
            string::normalize::NORMALIZE,
            conversion::to_string::TO_STRING,
            conversion::to_string::TO_STRING_OR_NULL,
        ],
    ),
    (
        "Temporal",
        &[
            temporal::date::DATE,
            temporal::date::TRANSACTION,
            temporal::date::STATEMENT,
            temporal::date::REALTIME,
            temporal::date::TRUNCATE,
            temporal::local_time::LOCAL_TIME,
            temporal::local_time::LOCAL_TIME_ALIAS,
            temporal::local_time::TRANSACTION,
            temporal::local_time::STATEMENT,
            temporal::local_time::REALTIME,
            temporal::local_time::TRUNCATE,
            temporal::time::TIME,
            temporal::time::ZONED_TIME,
            temporal::time::TRANSACTION,
            temporal::time::STATEMENT,
            temporal::time::REALTIME,
            temporal::time::TRUNCATE,
            temporal::local_date_time::LOCAL_DATE_TIME,
            temporal::local_date_time::LOCAL_DATETIME_ALIAS,
            temporal::local_date_time::TRANSACTION,
            temporal::local_date_time::STATEMENT,
            temporal::local_date_time::REALTIME,
            temporal::local_date_time::TRUNCATE,
            temporal::date_time::DATE_TIME,
            temporal::date_time::ZONED_DATETIME,
            temporal::date_time::TRANSACTION,
            temporal::date_time::STATEMENT,
            temporal::date_time::REALTIME,
            temporal::date_time::TRUNCATE,
            temporal::date_time::FROM_EPOCH,
            temporal::date_time::FROM_EPOCH_MILLIS,
            temporal::duration::DURATION,
            temporal::duration::BETWEEN,
            temporal::duration::DURATION_BETWEEN,
            temporal::duration::IN_MONTHS,
            temporal::duration::IN_DAYS,
            temporal::duration::IN_SECONDS,
        ],
    ),
    ("Spatial", &[spatial::point::POINT, spatial::distance::DISTANCE, spatial::within_bbox::WITHIN_BBOX]),
    (
        "Vector",
        &[
            vector::measures::VECTOR,
            vector::measures::DIMENSION_COUNT,
            vector::measures::DISTANCE,
            vector::measures::NORM,
            vector::similarity::COSINE,
            vector::similarity::EUCLIDEAN,
        ],
    ),
];

static AGGREGATES: &[AggregateFunction] = &[
    aggregates::count::COUNT,
    aggregates::sum::SUM,
    aggregates::avg::AVG,
    aggregates::extreme::MIN,
    aggregates::extreme::MAX,
    aggregates::collect::COLLECT,
    aggregates::collect::COLLECT_LIST,
    aggregates::deviation::ST_DEV,
    aggregates::deviation::ST_DEV_P,
    aggregates::deviation::STDEV_SAMP,
    aggregates::deviation::STDEV_POP,
    aggregates::percentile::PERCENTILE_CONT,
    aggregates::percentile::PERCENTILE_CONT_ALIAS,
    aggregates::percentile::PERCENTILE_DISC,
    aggregates::percentile::PERCENTILE_DISC_ALIAS,
];

/// The scalar function of a name in lower case.
pub fn lookup(name: &str) -> Option<&'static ScalarFunction> {
    all_scalars().map(|(_, function)| function).find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The aggregate function of a name in lower case.
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    AGGREGATES.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The names of the scalar functions, as people write them.
pub fn scalar_names() -> impl Iterator<Item = &'static str> {
    all_scalars().map(|(_, function)| function.name)
}

/// The scalar functions, each with its category.
pub fn all_scalars() -> impl Iterator<Item = (&'static str, &'static ScalarFunction)> {
    SCALARS.iter().flat_map(|(category, functions)| functions.iter().map(|function| (*category, function)))
}

/// The aggregate functions.
pub fn all_aggregates() -> impl Iterator<Item = &'static AggregateFunction> {
    AGGREGATES.iter()
}

/// The names of the aggregate functions, as people write them.
pub fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|f| f.name)
}
