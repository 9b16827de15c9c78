//! Values as JSON text, for columns that mix kinds and for people.

use namidb_core::Value;

/// The JSON text of a value. Integers are written in full; NaN and infinities, bytes, temporal values
/// and points as strings.
pub(crate) fn text(value: &Value) -> String {
    to_json(value).to_string()
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(b) => (*b).into(),
        Value::Integer(i) => (*i).into(),
        Value::Float(f) => {
            serde_json::Number::from_f64(*f).map_or_else(|| f.to_string().into(), serde_json::Value::Number)
        }
        Value::String(s) => s.as_ref().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(map) => map.iter().map(|(key, value)| (key.to_string(), to_json(value))).collect(),
        Value::Vector(items) => items.iter().map(|x| f64::from(*x)).collect(),
        Value::Bytes(bytes) => bytes.iter().map(|b| format!("{b:02x}")).collect::<String>().into(),
        other => other.to_text().unwrap_or_else(|| other.to_string()).into(),
    }
}
