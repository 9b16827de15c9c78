//! Values to an Arrow array of a given kind.

use super::kind::Kind;
use super::{ArrowConversionError, MixedColumns};
use crate::json;
use arrow_array::types::{IntervalMonthDayNano, IntervalMonthDayNanoType};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Float32Array, Float64Array, Int64Array,
    ListArray, NullArray, PrimitiveArray, StringArray, StructArray, Time64NanosecondArray,
    TimestampMicrosecondArray, TimestampNanosecondArray, UnionArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, UnionFields};
use namidb_core::Value;
use std::sync::Arc;

/// What tells a point from a map with the same keys, on the way back: metadata of the first field.
pub(super) const POINT: (&str, &str) = ("namidb", "point");

/// The array of a column's values. Nodes, relationships and paths must have been resolved to maps and
/// lists before.
///
/// # Errors
/// [`ArrowConversionError::Mixed`] if the values have no common type and `mixed` says so.
pub fn array_from_values(
    column: &str,
    values: &[Value],
    mixed: MixedColumns,
) -> Result<ArrayRef, ArrowConversionError> {
    let kind = Kind::of_all(values);
    if let (MixedColumns::Error, Some((one, other))) = (mixed, kind.mixed()) {
        return Err(ArrowConversionError::Mixed {
            column: column.to_owned(),
            kinds: (one.to_owned(), other.to_owned()),
        });
    }
    build(values, &kind, mixed)
}

fn build(values: &[Value], kind: &Kind, mixed: MixedColumns) -> Result<ArrayRef, ArrowConversionError> {
    Ok(match kind {
        Kind::Null => Arc::new(NullArray::new(values.len())),
        Kind::Boolean => Arc::new(BooleanArray::from_iter(values.iter().map(|v| match v {
            Value::Boolean(b) => Some(*b),
            _ => None,
        }))),
        Kind::Integer => Arc::new(Int64Array::from_iter(values.iter().map(integer))),
        Kind::Float => Arc::new(Float64Array::from_iter(values.iter().map(|v| match v {
            Value::Float(f) => Some(*f),
            Value::Integer(i) => Some(*i as f64),
            _ => None,
        }))),
        Kind::String => text(values),
        Kind::Mixed(..) if mixed == MixedColumns::Union => union(values, mixed)?,
        Kind::Mixed(..) => text(values),
        Kind::Bytes => Arc::new(BinaryArray::from_iter(values.iter().map(|v| match v {
            Value::Bytes(b) => Some(b),
            _ => None,
        }))),
        Kind::Date => Arc::new(Date32Array::from_iter(values.iter().map(|v| match v {
            Value::Date(d) => i32::try_from(d.days).ok(),
            _ => None,
        }))),
        Kind::LocalTime => Arc::new(Time64NanosecondArray::from_iter(values.iter().map(|v| match v {
            Value::LocalTime(t) => i64::try_from(t.nanos).ok(),
            _ => None,
        }))),
        Kind::LocalDateTime(fine) => instants(values, *fine, None),
        Kind::DateTime(fine) => instants(values, *fine, Some("UTC")),
        Kind::Duration => {
            Arc::new(PrimitiveArray::<IntervalMonthDayNanoType>::from_iter(values.iter().map(interval)))
        }
        Kind::Point => points(values)?,
        Kind::Vector => vectors(values)?,
        Kind::List(inner) => lists(values, inner, mixed)?,
        Kind::Struct(fields) => structs(values, fields, mixed)?,
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(i) => Some(*i),
        _ => None,
    }
}

fn text(values: &[Value]) -> ArrayRef {
    Arc::new(StringArray::from_iter(values.iter().map(|value| match value {
        Value::Null => None,
        Value::String(s) => Some(s.to_string()),
        // Temporal values read better bare than as JSON strings.
        other => Some(json::text(other).trim_matches('"').to_owned()),
    })))
}

fn instants(values: &[Value], fine: bool, zone: Option<&str>) -> ArrayRef {
    let parts = values.iter().map(|value| match value {
        Value::LocalDateTime(t) => Some((t.seconds, t.nanos)),
        Value::DateTime(t) => Some((t.seconds, t.nanos)),
        _ => None,
    });
    if fine {
        let nanos =
            parts.map(|p| p.and_then(|(s, n)| s.checked_mul(1_000_000_000)?.checked_add(i64::from(n))));
        let array = TimestampNanosecondArray::from_iter(nanos);
        Arc::new(array.with_timezone_opt(zone))
    } else {
        let micros =
            parts.map(|p| p.and_then(|(s, n)| s.checked_mul(1_000_000)?.checked_add(i64::from(n / 1_000))));
        let array = TimestampMicrosecondArray::from_iter(micros);
        Arc::new(array.with_timezone_opt(zone))
    }
}

fn interval(value: &Value) -> Option<IntervalMonthDayNano> {
    let Value::Duration(d) = value else { return None };
    let nanoseconds = d.seconds.checked_mul(1_000_000_000)?.checked_add(i64::from(d.nanos))?;
    Some(IntervalMonthDayNano {
        months: i32::try_from(d.months).ok()?,
        days: i32::try_from(d.days).ok()?,
        nanoseconds,
    })
}

fn points(values: &[Value]) -> Result<ArrayRef, ArrowConversionError> {
    let point = |value: &Value| match value {
        Value::Point(p) => Some(**p),
        _ => None,
    };
    let points: Vec<_> = values.iter().map(point).collect();
    let coordinate = |pick: fn(&namidb_core::value::Point) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter(points.iter().map(|p| p.as_ref().map(pick))))
    };
    let srid: ArrayRef = Arc::new(Int64Array::from_iter(points.iter().map(|p| p.map(|p| i64::from(p.srid)))));
    let fields = Fields::from(vec![
        Field::new("srid", DataType::Int64, true).with_metadata([POINT]),
        Field::new("x", DataType::Float64, true),
        Field::new("y", DataType::Float64, true),
        Field::new("z", DataType::Float64, true),
    ]);
    let height = points.iter().map(|point| point.filter(|p| p.is_3d()).map(|p| p.z));
    let height: ArrayRef = Arc::new(Float64Array::from_iter(height));
    let columns = vec![srid, coordinate(|p| p.x), coordinate(|p| p.y), height];
    let nulls = NullBuffer::from_iter(points.iter().map(Option::is_some));
    Ok(Arc::new(StructArray::try_new(fields, columns, Some(nulls))?))
}

/// A dense union with a child for each kind, in the order in which they are met.
fn union(values: &[Value], mixed: MixedColumns) -> Result<ArrayRef, ArrowConversionError> {
    let mut kinds: Vec<(Kind, Vec<Value>)> = Vec::new();
    let mut type_ids = Vec::with_capacity(values.len());
    let mut offsets = Vec::with_capacity(values.len());
    for value in values {
        let kind = Kind::of(value);
        let same = |(other, _): &(Kind, Vec<Value>)| {
            value.is_null() || std::mem::discriminant(other) == std::mem::discriminant(&kind)
        };
        let at = kinds.iter().position(same).unwrap_or_else(|| {
            kinds.push((Kind::Null, Vec::new()));
            kinds.len() - 1
        });
        let (common, members) = &mut kinds[at];
        *common = std::mem::replace(common, Kind::Null).unify(kind);
        type_ids.push(at as i8);
        offsets.push(members.len() as i32);
        members.push(value.clone());
    }
    let mut fields = Vec::with_capacity(kinds.len());
    let mut children = Vec::with_capacity(kinds.len());
    for (kind, members) in &kinds {
        let child = build(members, kind, mixed)?;
        fields.push(Field::new(kind.name(), child.data_type().clone(), true));
        children.push(child);
    }
    let fields = UnionFields::try_new(0..fields.len() as i8, fields)?;
    Ok(Arc::new(UnionArray::try_new(fields, type_ids.into(), Some(offsets.into()), children)?))
}

fn vectors(values: &[Value]) -> Result<ArrayRef, ArrowConversionError> {
    let lengths = values.iter().map(|v| if let Value::Vector(x) = v { x.len() } else { 0 });
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
    let floats = values.iter().flat_map(|v| if let Value::Vector(x) = v { x.to_vec() } else { Vec::new() });
    let items: ArrayRef = Arc::new(Float32Array::from_iter_values(floats));
    let nulls = NullBuffer::from_iter(values.iter().map(|v| !v.is_null()));
    let field = Arc::new(Field::new_list_field(DataType::Float32, false));
    Ok(Arc::new(ListArray::try_new(field, offsets, items, Some(nulls))?))
}

fn lists(values: &[Value], inner: &Kind, mixed: MixedColumns) -> Result<ArrayRef, ArrowConversionError> {
    let lengths = values.iter().map(|v| if let Value::List(items) = v { items.len() } else { 0 });
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
    let mut flat = Vec::new();
    for value in values {
        if let Value::List(items) = value {
            flat.extend(items.iter().cloned());
        }
    }
    let items = build(&flat, inner, mixed)?;
    let nulls = NullBuffer::from_iter(values.iter().map(|v| !v.is_null()));
    let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
    Ok(Arc::new(ListArray::try_new(field, offsets, items, Some(nulls))?))
}

fn structs(
    values: &[Value],
    kinds: &[(Arc<str>, Kind)],
    mixed: MixedColumns,
) -> Result<ArrayRef, ArrowConversionError> {
    let nulls = NullBuffer::from_iter(values.iter().map(|v| !v.is_null()));
    if kinds.is_empty() {
        return Ok(Arc::new(StructArray::new_empty_fields(values.len(), Some(nulls))));
    }
    let mut fields = Vec::with_capacity(kinds.len());
    let mut columns = Vec::with_capacity(kinds.len());
    for (name, kind) in kinds {
        let of_field: Vec<Value> = values
            .iter()
            .map(|value| match value {
                Value::Map(map) => map.get(name).cloned().unwrap_or_default(),
                _ => Value::Null,
            })
            .collect();
        let column = build(&of_field, kind, mixed)?;
        fields.push(Field::new(name.as_ref(), column.data_type().clone(), true));
        columns.push(column);
    }
    Ok(Arc::new(StructArray::try_new(Fields::from(fields), columns, Some(nulls))?))
}
