//! Values as text: as Cypher writes them in a query, and as `toString` gives them.

use super::{Map, Path, Value};
use std::fmt;

impl fmt::Display for Value {
    /// The literal or the call that gives this value in a query: `'it\'s'`, `[1, 2.0, null]`,
    /// `date('2015-07-21')`. Bytes, vectors and entities have no such form; they are shown so that a person
    /// recognises them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Boolean(v) => v.fmt(f),
            Value::Integer(v) => v.fmt(f),
            Value::Float(v) => write_float(f, *v),
            Value::String(v) => write_quoted(f, v),
            Value::Bytes(v) => {
                f.write_str("bytes('")?;
                v.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str("')")
            }
            Value::List(v) => {
                f.write_str("[")?;
                write_separated(f, v.iter(), |f, item| item.fmt(f))?;
                f.write_str("]")
            }
            Value::Map(v) => v.fmt(f),
            Value::Date(v) => write!(f, "date('{v}')"),
            Value::LocalTime(v) => write!(f, "localtime('{v}')"),
            Value::Time(v) => write!(f, "time('{v}')"),
            Value::LocalDateTime(v) => write!(f, "localdatetime('{v}')"),
            Value::DateTime(v) => write!(f, "datetime('{v}')"),
            Value::Duration(v) => write!(f, "duration('{v}')"),
            Value::Point(v) => v.fmt(f),
            Value::Vector(v) => {
                f.write_str("vector([")?;
                write_separated(f, v.iter(), |f, item| write!(f, "{item:?}"))?;
                f.write_str("])")
            }
            Value::Node(v) => write!(f, "(#{v})"),
            Value::Relationship(v) => write!(f, "[#{v}]"),
            Value::Path(v) => v.fmt(f),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Map {
    /// ``{a: 1, `b c`: 'text'}``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        write_separated(f, self.iter(), |f, (key, value)| {
            write_name(f, key)?;
            write!(f, ": {value}")
        })?;
        f.write_str("}")
    }
}

impl fmt::Display for Path {
    /// `(#0)-[#0]-(#1)`, whichever way the relationships point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, node) in self.nodes.iter().enumerate() {
            if at > 0 {
                match self.relationships.get(at - 1) {
                    Some(relationship) => write!(f, "-[#{relationship}]-")?,
                    None => f.write_str("-[]-")?,
                }
            }
            write!(f, "(#{node})")?;
        }
        Ok(())
    }
}

impl Value {
    /// What `toString` gives: the text itself of a string, ISO 8601 for temporal values. None for null, lists,
    /// maps, bytes, vectors and entities, which it does not take.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Value::Boolean(v) => Some(v.to_string()),
            Value::Integer(v) => Some(v.to_string()),
            Value::Float(_) | Value::Point(_) => Some(self.to_string()),
            Value::String(v) => Some(v.to_string()),
            Value::Date(v) => Some(v.to_string()),
            Value::LocalTime(v) => Some(v.to_string()),
            Value::Time(v) => Some(v.to_string()),
            Value::LocalDateTime(v) => Some(v.to_string()),
            Value::DateTime(v) => Some(v.to_string()),
            Value::Duration(v) => Some(v.to_string()),
            Value::Null
            | Value::Bytes(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Vector(_)
            | Value::Node(_)
            | Value::Relationship(_)
            | Value::Path(_) => None,
        }
    }
}

/// The shortest digits that give the number back, always with a point or an exponent.
fn write_float(f: &mut fmt::Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_nan() {
        f.write_str("NaN")
    } else if value.is_infinite() {
        f.write_str(if value < 0.0 { "-Infinity" } else { "Infinity" })
    } else {
        write!(f, "{value:?}")
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write;
    f.write_char('\'')?;
    for character in text.chars() {
        match character {
            '\'' => f.write_str("\\'")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('\'')
}

/// A name as it stands in a query: in backticks unless it is an identifier.
fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let mut characters = name.chars();
    let plain = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { f.write_str(name) } else { write!(f, "`{}`", name.replace('`', "``")) }
}

fn write_separated<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}
