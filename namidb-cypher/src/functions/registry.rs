//! Every function by name.

use super::signature::{Signature, TypeSet as T};

/// A function of a row's values.
#[derive(Debug)]
pub struct ScalarFunction {
    /// The name as people write it; it is found by its lower-case form.
    pub name: &'static str,
    /// What it takes and gives.
    pub signature: Signature,
    /// Whether equal arguments give equal results within one statement.
    pub deterministic: bool,
}

/// A function of a group's values.
#[derive(Debug)]
pub struct AggregateFunction {
    /// The name as people write it; it is found by its lower-case form.
    pub name: &'static str,
    /// What it takes and gives. `count` may be called without arguments: that is `count(*)`.
    pub signature: Signature,
}

const fn scalar(name: &'static str, signature: Signature) -> ScalarFunction {
    ScalarFunction { name, signature, deterministic: true }
}

const fn drawn(name: &'static str, signature: Signature) -> ScalarFunction {
    ScalarFunction { name, signature, deterministic: false }
}

const fn aggregated(name: &'static str, signature: Signature) -> AggregateFunction {
    AggregateFunction { name, signature }
}

const NUMBER_TO_FLOAT: Signature = Signature::new(&[T::NUMBER], T::FLOAT);
const TEXT_TO_TEXT: Signature = Signature::new(&[T::STRING], T::STRING);

static SCALARS: &[ScalarFunction] = &[
    scalar("id", Signature::new(&[T::NODE.or(T::RELATIONSHIP)], T::INTEGER)),
    scalar("elementId", Signature::new(&[T::NODE.or(T::RELATIONSHIP)], T::STRING)),
    scalar("labels", Signature::new(&[T::NODE], T::LIST)),
    scalar("type", Signature::new(&[T::RELATIONSHIP], T::STRING)),
    scalar("properties", Signature::new(&[T::NODE.or(T::RELATIONSHIP).or(T::MAP)], T::MAP)),
    scalar("keys", Signature::new(&[T::NODE.or(T::RELATIONSHIP).or(T::MAP)], T::LIST)),
    scalar("nodes", Signature::new(&[T::PATH], T::LIST)),
    scalar("relationships", Signature::new(&[T::PATH], T::LIST)),
    scalar("length", Signature::new(&[T::PATH], T::INTEGER)),
    scalar("startNode", Signature::new(&[T::RELATIONSHIP], T::NODE)),
    scalar("endNode", Signature::new(&[T::RELATIONSHIP], T::NODE)),
    scalar("size", Signature::new(&[T::LIST.or(T::STRING).or(T::MAP)], T::INTEGER)),
    scalar("head", Signature::new(&[T::LIST], T::ANY)),
    scalar("last", Signature::new(&[T::LIST], T::ANY)),
    scalar("tail", Signature::new(&[T::LIST], T::LIST)),
    // openCypher refuses wrong arguments of range only at run time, with an ArgumentError.
    scalar("range", Signature::new(&[T::ANY, T::ANY, T::ANY], T::LIST).required(2)),
    scalar("reverse", Signature::new(&[T::LIST.or(T::STRING)], T::LIST.or(T::STRING))),
    scalar("isEmpty", Signature::new(&[T::LIST.or(T::STRING).or(T::MAP)], T::BOOLEAN)),
    scalar("coalesce", Signature::new(&[T::ANY], T::ANY).rest(T::ANY)),
    scalar("exists", Signature::new(&[T::ANY], T::BOOLEAN)),
    scalar("toString", Signature::new(&[T::ANY], T::STRING)),
    scalar("toInteger", Signature::new(&[T::ANY], T::INTEGER)),
    scalar("toFloat", Signature::new(&[T::ANY], T::FLOAT)),
    scalar("toBoolean", Signature::new(&[T::ANY], T::BOOLEAN)),
    scalar("toStringOrNull", Signature::new(&[T::ANY], T::STRING)),
    scalar("toIntegerOrNull", Signature::new(&[T::ANY], T::INTEGER)),
    scalar("toFloatOrNull", Signature::new(&[T::ANY], T::FLOAT)),
    scalar("toBooleanOrNull", Signature::new(&[T::ANY], T::BOOLEAN)),
    scalar("abs", Signature::new(&[T::NUMBER], T::NUMBER)),
    scalar("ceil", NUMBER_TO_FLOAT),
    scalar("floor", NUMBER_TO_FLOAT),
    scalar("round", Signature::new(&[T::NUMBER, T::INTEGER, T::STRING], T::FLOAT).required(1)),
    scalar("sign", Signature::new(&[T::NUMBER], T::INTEGER)),
    scalar("sqrt", NUMBER_TO_FLOAT),
    scalar("exp", NUMBER_TO_FLOAT),
    scalar("log", NUMBER_TO_FLOAT),
    scalar("log10", NUMBER_TO_FLOAT),
    scalar("sin", NUMBER_TO_FLOAT),
    scalar("cos", NUMBER_TO_FLOAT),
    scalar("tan", NUMBER_TO_FLOAT),
    scalar("cot", NUMBER_TO_FLOAT),
    scalar("asin", NUMBER_TO_FLOAT),
    scalar("acos", NUMBER_TO_FLOAT),
    scalar("atan", NUMBER_TO_FLOAT),
    scalar("atan2", Signature::new(&[T::NUMBER, T::NUMBER], T::FLOAT)),
    scalar("haversin", NUMBER_TO_FLOAT),
    scalar("degrees", NUMBER_TO_FLOAT),
    scalar("radians", NUMBER_TO_FLOAT),
    scalar("isNaN", Signature::new(&[T::NUMBER], T::BOOLEAN)),
    scalar("pi", Signature::new(&[], T::FLOAT)),
    scalar("e", Signature::new(&[], T::FLOAT)),
    drawn("rand", Signature::new(&[], T::FLOAT)),
    drawn("timestamp", Signature::new(&[], T::INTEGER)),
    drawn("randomUUID", Signature::new(&[], T::STRING)),
    scalar("toUpper", TEXT_TO_TEXT),
    scalar("toLower", TEXT_TO_TEXT),
    scalar("upper", TEXT_TO_TEXT),
    scalar("lower", TEXT_TO_TEXT),
    scalar("trim", TEXT_TO_TEXT),
    scalar("ltrim", TEXT_TO_TEXT),
    scalar("rtrim", TEXT_TO_TEXT),
    scalar("replace", Signature::new(&[T::STRING, T::STRING, T::STRING], T::STRING)),
    scalar("substring", Signature::new(&[T::STRING, T::INTEGER, T::INTEGER], T::STRING).required(2)),
    scalar("left", Signature::new(&[T::STRING, T::INTEGER], T::STRING)),
    scalar("right", Signature::new(&[T::STRING, T::INTEGER], T::STRING)),
    scalar("split", Signature::new(&[T::STRING, T::STRING.or(T::LIST)], T::LIST)),
];

static AGGREGATES: &[AggregateFunction] = &[
    aggregated("count", Signature::new(&[T::ANY], T::INTEGER).required(0)),
    aggregated("sum", Signature::new(&[T::NUMBER.or(T::DURATION)], T::NUMBER.or(T::DURATION))),
    aggregated("avg", Signature::new(&[T::NUMBER.or(T::DURATION)], T::FLOAT.or(T::DURATION))),
    aggregated("min", Signature::new(&[T::ANY], T::ANY)),
    aggregated("max", Signature::new(&[T::ANY], T::ANY)),
    aggregated("collect", Signature::new(&[T::ANY], T::LIST)),
    aggregated("stDev", NUMBER_TO_FLOAT),
    aggregated("stDevP", NUMBER_TO_FLOAT),
    aggregated("percentileCont", Signature::new(&[T::NUMBER, T::NUMBER], T::FLOAT)),
    aggregated("percentileDisc", Signature::new(&[T::NUMBER, T::NUMBER], T::NUMBER)),
];

/// The scalar function of a name in lower case.
pub fn lookup(name: &str) -> Option<&'static ScalarFunction> {
    SCALARS.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The aggregate function of a name in lower case.
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    AGGREGATES.iter().find(|f| f.name.eq_ignore_ascii_case(name))
}

/// The names of the scalar functions, as people write them.
pub fn scalar_names() -> impl Iterator<Item = &'static str> {
    SCALARS.iter().map(|f| f.name)
}

/// The names of the aggregate functions, as people write them.
pub fn aggregate_names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|f| f.name)
}
