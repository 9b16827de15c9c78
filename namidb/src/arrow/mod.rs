//! Results as Arrow: columns leave as they are, anything else gets the narrowest type that holds it.
//!
//! | Cypher | Arrow |
//! |---|---|
//! | BOOLEAN, INTEGER, FLOAT, STRING, BYTES | Boolean, Int64, Float64, Utf8, Binary |
//! | DATE | Date32 |
//! | LOCAL TIME | Time64(ns) |
//! | LOCAL DATETIME | Timestamp(us), or Timestamp(ns) where the column needs it |
//! | DATETIME | Timestamp(us or ns, UTC): the instant; the zone stays in `rows()` |
//! | DURATION | Interval(MonthDayNano) |
//! | POINT | Struct of srid, x, y, z |
//! | VECTOR | List of Float32 |
//! | LIST | List of what its elements have in common |
//! | MAP, NODE, RELATIONSHIP | Struct of all the keys that occur |
//! | TIME, and values outside Arrow's ranges | Utf8, in ISO 8601 |
//! | integers and floats in one column | Float64 |
//! | other kinds in one column | as [`MixedColumns`] says |
//!
//! [`values_from_array`] is the way back, and takes every other type of Arrow that has a counterpart as well.

mod build;
mod columns;
mod kind;
mod read;
#[cfg(test)]
mod tests;

pub use build::array_from_values;
pub(crate) use columns::column_arrays;
pub use read::{UnreadableArrow, values_from_array};

use arrow_schema::ArrowError;

/// What becomes of a column whose values have no common Arrow type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum MixedColumns {
    /// Strings stay, other values become their JSON text.
    #[default]
    String,
    /// A dense union with a child for each kind; nulls are nulls of its first child.
    Union,
    /// An error that names the kinds.
    Error,
}

/// Why a column could not become Arrow.
#[derive(Debug)]
#[non_exhaustive]
pub enum ArrowConversionError {
    /// The column mixes kinds, and [`MixedColumns::Error`] was asked for.
    Mixed {
        /// The column's name.
        column: String,
        /// The two kinds that met first.
        kinds: (String, String),
    },
    /// Arrow refused what was built.
    Arrow(ArrowError),
}

impl std::fmt::Display for ArrowConversionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ArrowConversionError::Mixed { column, kinds: (one, other) } => {
                write!(f, "column '{column}' holds both {one} and {other}, which have no common Arrow type")
            }
            ArrowConversionError::Arrow(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ArrowConversionError {}

impl From<ArrowError> for ArrowConversionError {
    fn from(error: ArrowError) -> Self {
        ArrowConversionError::Arrow(error)
    }
}
