//! The types that a constraint can require of a property.

use crate::value::Value;
use std::fmt;

/// A type without parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ScalarType {
    Boolean,
    String,
    Integer,
    Float,
    Date,
    LocalTime,
    ZonedTime,
    LocalDateTime,
    ZonedDateTime,
    Duration,
    Point,
}

impl ScalarType {
    /// All of them, in the order in which a union shows them.
    pub const ALL: [ScalarType; 11] = [
        ScalarType::Boolean,
        ScalarType::String,
        ScalarType::Integer,
        ScalarType::Float,
        ScalarType::Date,
        ScalarType::LocalTime,
        ScalarType::ZonedTime,
        ScalarType::LocalDateTime,
        ScalarType::ZonedDateTime,
        ScalarType::Duration,
        ScalarType::Point,
    ];

    /// As Cypher writes it.
    pub fn name(self) -> &'static str {
        match self {
            ScalarType::Boolean => "BOOLEAN",
            ScalarType::String => "STRING",
            ScalarType::Integer => "INTEGER",
            ScalarType::Float => "FLOAT",
            ScalarType::Date => "DATE",
            ScalarType::LocalTime => "LOCAL TIME",
            ScalarType::ZonedTime => "ZONED TIME",
            ScalarType::LocalDateTime => "LOCAL DATETIME",
            ScalarType::ZonedDateTime => "ZONED DATETIME",
            ScalarType::Duration => "DURATION",
            ScalarType::Point => "POINT",
        }
    }

    fn of(value: &Value) -> Option<ScalarType> {
        Some(match value {
            Value::Boolean(_) => ScalarType::Boolean,
            Value::String(_) => ScalarType::String,
            Value::Integer(_) => ScalarType::Integer,
            Value::Float(_) => ScalarType::Float,
            Value::Date(_) => ScalarType::Date,
            Value::LocalTime(_) => ScalarType::LocalTime,
            Value::Time(_) => ScalarType::ZonedTime,
            Value::LocalDateTime(_) => ScalarType::LocalDateTime,
            Value::DateTime(_) => ScalarType::ZonedDateTime,
            Value::Duration(_) => ScalarType::Duration,
            Value::Point(_) => ScalarType::Point,
            _ => return None,
        })
    }

    fn bit(self) -> u16 {
        1 << self as u8
    }
}

const ALL_BITS: u16 = (1 << ScalarType::ALL.len()) - 1;

/// A union of types: scalars, and lists of scalars. A list is of a type only if all its elements are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct PropertyType {
    scalars: u16,
    lists: u16,
}

impl PropertyType {
    /// The type of one scalar.
    pub fn scalar(scalar: ScalarType) -> PropertyType {
        PropertyType { scalars: scalar.bit(), lists: 0 }
    }

    /// The type of the lists of one scalar.
    pub fn list(scalar: ScalarType) -> PropertyType {
        PropertyType { scalars: 0, lists: scalar.bit() }
    }

    /// The values of both types.
    #[must_use]
    pub fn or(self, other: PropertyType) -> PropertyType {
        PropertyType { scalars: self.scalars | other.scalars, lists: self.lists | other.lists }
    }

    /// As two sets of bits, scalars and lists, numbered as [`ScalarType::ALL`] is.
    pub(crate) fn to_bits(self) -> (u16, u16) {
        (self.scalars, self.lists)
    }

    /// The type of [`PropertyType::to_bits`]; none if it is no type.
    pub(crate) fn from_bits(scalars: u64, lists: u64) -> Option<PropertyType> {
        let part = |bits: u64| u16::try_from(bits).ok().filter(|bits| bits & !ALL_BITS == 0);
        let parsed = PropertyType { scalars: part(scalars)?, lists: part(lists)? };
        (parsed != PropertyType::default()).then_some(parsed)
    }

    /// Whether a value is of the type. Null is of every type.
    pub fn allows(self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::List(items) => ScalarType::ALL.into_iter().any(|scalar| {
                self.lists & scalar.bit() != 0
                    && items.iter().all(|item| ScalarType::of(item) == Some(scalar))
            }),
            value => ScalarType::of(value).is_some_and(|scalar| self.scalars & scalar.bit() != 0),
        }
    }
}

impl fmt::Display for PropertyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for scalar in ScalarType::ALL.into_iter().filter(|scalar| self.scalars & scalar.bit() != 0) {
            write!(f, "{between}{}", scalar.name())?;
            between = " | ";
        }
        for scalar in ScalarType::ALL.into_iter().filter(|scalar| self.lists & scalar.bit() != 0) {
            write!(f, "{between}LIST<{} NOT NULL>", scalar.name())?;
            between = " | ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_shown_in_one_order() {
        let (integer, float) =
            (PropertyType::scalar(ScalarType::Integer), PropertyType::scalar(ScalarType::Float));
        let dates = PropertyType::list(ScalarType::Date);
        for (of, shown) in [
            (integer, "INTEGER"),
            (float.or(integer), "INTEGER | FLOAT"),
            (PropertyType::scalar(ScalarType::ZonedDateTime), "ZONED DATETIME"),
            (dates.or(integer), "INTEGER | LIST<DATE NOT NULL>"),
        ] {
            assert_eq!(of.to_string(), shown);
            let (scalars, lists) = of.to_bits();
            assert_eq!(PropertyType::from_bits(scalars.into(), lists.into()), Some(of));
        }
        assert_eq!(PropertyType::from_bits(0, 0), None);
        assert_eq!(PropertyType::from_bits(1 << 11, 0), None);
    }

    #[test]
    fn a_list_is_of_a_type_if_all_its_elements_are() {
        let of = PropertyType::list(ScalarType::String)
            .or(PropertyType::list(ScalarType::Integer))
            .or(PropertyType::scalar(ScalarType::Float));
        let list = |items: Vec<Value>| Value::from(items);
        assert!(of.allows(&Value::Null));
        assert!(of.allows(&Value::Float(1.0)));
        assert!(!of.allows(&Value::Integer(1)));
        assert!(of.allows(&list(vec![])));
        assert!(of.allows(&list(vec![Value::from("a"), Value::from("b")])));
        assert!(!of.allows(&list(vec![Value::from("a"), Value::from(1)])));
        assert!(!of.allows(&list(vec![Value::from("a"), Value::Null])));
        assert!(!of.allows(&list(vec![Value::Float(1.0)])));
        assert!(!PropertyType::scalar(ScalarType::String).allows(&list(vec![])));
    }
}
