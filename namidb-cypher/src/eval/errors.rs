//! The errors that evaluation raises, in openCypher's words.
//!
//! Kernels do not know where their expression stands; the evaluator that called them adds the place.

use crate::Error;
use namidb_core::{ErrorCode, Value};

/// A value has a type that the operation does not take.
pub(crate) fn type_error(detail: &'static str, message: impl Into<String>) -> Error {
    Error::runtime(ErrorCode::Type, "TypeError", detail, message)
}

/// An operand has a type that the operation does not take.
pub(crate) fn unexpected_type(operation: &str, expected: &str, found: &Value) -> Error {
    type_error(
        "InvalidArgumentType",
        format!("{operation} takes {expected}, and was given {}", described(found)),
    )
}

/// An operator takes no operands of these types together.
pub(crate) fn undefined(symbol: &str, left: &Value, right: &Value) -> Error {
    type_error(
        "InvalidArgumentType",
        format!("{} {symbol} {} is not defined", left.type_name(), right.type_name()),
    )
}

/// A function was given a value of a type that it does not take.
pub(crate) fn unexpected_value(operation: &str, expected: &str, found: &Value) -> Error {
    type_error(
        "InvalidArgumentValue",
        format!("{operation} takes {expected}, and was given {}", described(found)),
    )
}

/// An argument is out of range or malformed.
pub(crate) fn argument_error(detail: &'static str, message: impl Into<String>) -> Error {
    Error::runtime(ErrorCode::Argument, "ArgumentError", detail, message)
}

/// The result of an integer operation is no 64-bit integer.
pub(crate) fn overflow(what: impl std::fmt::Display) -> Error {
    let message = format!("{what} is outside the range of 64-bit integers");
    Error::runtime(ErrorCode::Arithmetic, "ArithmeticError", "IntegerOverflow", message)
        .with_hint("Convert one operand with toFloat() if a rounded result will do")
}

/// An integer was divided by zero.
pub(crate) fn division_by_zero() -> Error {
    Error::runtime(
        ErrorCode::Arithmetic,
        "ArithmeticError",
        "DivisionByZero",
        "an integer is divided by zero",
    )
    .with_hint("Division of floats by zero gives Infinity or NaN: convert an operand with toFloat()")
}

/// A date, time or duration is outside the calendar.
pub(crate) fn temporal_overflow(what: &str) -> Error {
    argument_error("NumberOutOfRange", format!("{what} is outside the calendar"))
}

/// A time zone is not in the database of zones.
pub(crate) fn unknown_zone(name: &str) -> Error {
    argument_error("InvalidArgumentValue", format!("the time zone '{name}' is not known"))
        .with_hint("A time zone is an offset, '+02:00', or a name of the IANA database, 'Europe/Berlin'")
}

/// What was deleted earlier in the same statement or transaction was read.
pub(crate) fn deleted_entity(kind: &str) -> Error {
    Error::runtime(
        ErrorCode::EntityNotFound,
        "EntityNotFound",
        "DeletedEntityAccess",
        format!("this {kind} was deleted earlier in the same transaction"),
    )
    .with_hint("Read what is needed of it, in a WITH, before the DELETE")
}

/// A list or text that was about to be built is larger than the query may hold.
pub(crate) fn too_large(what: &str, bytes: u64, limit: u64) -> Error {
    Error::runtime(
        ErrorCode::MemoryLimit,
        "TransientError",
        "MemoryLimit",
        format!("{what} would take {bytes} bytes; this query may hold {limit}"),
    )
    .with_hint("Build less at a time, or allow more memory")
}

/// A plan asked for something that it did not provide.
pub(crate) fn internal(message: impl Into<String>) -> Error {
    Error::runtime(ErrorCode::Internal, "DatabaseError", ErrorCode::Internal.name(), message)
}

/// What this version does not compute.
pub(crate) fn unsupported(message: impl Into<String>) -> Error {
    Error::runtime(ErrorCode::Unsupported, "DatabaseError", ErrorCode::Unsupported.name(), message)
}

/// A value and its type, cut where it is long.
fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::List(_) | Value::Map(_) | Value::Bytes(_) | Value::Vector(_) | Value::Path(_) => {
            format!("a value of type {}", value.type_name())
        }
        Value::Node(_) => "a node".to_owned(),
        Value::Relationship(_) => "a relationship".to_owned(),
        Value::String(text) if text.chars().count() > 40 => {
            format!("'{}…' (STRING)", text.chars().take(40).collect::<String>())
        }
        value => format!("{value} ({})", value.type_name()),
    }
}
