//! Values in the blocks of mixed columns: a tag, then the value.

use super::reader::{Reader, put_bytes, put_varint};
use crate::error::{Error, ErrorCode, Result};
use crate::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Point, Time, Value};
use std::sync::Arc;

/// Lists and maps may lie in each other so deep.
const DEPTH_MAX: u32 = 512;

/// Appends a property's value. Nodes, relationships and paths are no property; they are written as null.
pub(super) fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null | Value::Node(_) | Value::Relationship(_) | Value::Path(_) => out.push(0),
        Value::Boolean(v) => out.push(1 + u8::from(*v)),
        Value::Integer(v) => {
            out.push(3);
            out.extend_from_slice(&v.to_le_bytes());
        }
        Value::Float(v) => {
            out.push(4);
            out.extend_from_slice(&v.to_le_bytes());
        }
        Value::String(v) => {
            out.push(5);
            put_bytes(out, v.as_bytes());
        }
        Value::Bytes(v) => {
            out.push(6);
            put_bytes(out, v);
        }
        Value::List(v) => {
            out.push(7);
            put_varint(out, v.len() as u64);
            v.iter().for_each(|item| encode(item, out));
        }
        Value::Map(v) => {
            out.push(8);
            put_varint(out, v.len() as u64);
            for (key, value) in v.iter() {
                put_bytes(out, key.as_bytes());
                encode(value, out);
            }
        }
        Value::Date(v) => {
            out.push(9);
            out.extend_from_slice(&v.days.to_le_bytes());
        }
        Value::LocalTime(v) => {
            out.push(10);
            out.extend_from_slice(&v.nanos.to_le_bytes());
        }
        Value::Time(v) => {
            out.push(11);
            out.extend_from_slice(&v.nanos.to_le_bytes());
            out.extend_from_slice(&v.offset_seconds.to_le_bytes());
        }
        Value::LocalDateTime(v) => {
            out.push(12);
            out.extend_from_slice(&v.seconds.to_le_bytes());
            out.extend_from_slice(&v.nanos.to_le_bytes());
        }
        Value::DateTime(v) => {
            out.push(13);
            out.extend_from_slice(&v.seconds.to_le_bytes());
            out.extend_from_slice(&v.nanos.to_le_bytes());
            out.extend_from_slice(&v.offset_seconds.to_le_bytes());
            out.push(u8::from(v.zone.is_some()));
            if let Some(zone) = &v.zone {
                put_bytes(out, zone.as_bytes());
            }
        }
        Value::Duration(v) => {
            out.push(14);
            for part in [v.months, v.days, v.seconds] {
                out.extend_from_slice(&part.to_le_bytes());
            }
            out.extend_from_slice(&v.nanos.to_le_bytes());
        }
        Value::Point(v) => {
            out.push(15);
            out.extend_from_slice(&v.srid.to_le_bytes());
            for coordinate in [v.x, v.y, v.z] {
                out.extend_from_slice(&coordinate.to_le_bytes());
            }
        }
        Value::Vector(v) => {
            out.push(16);
            put_varint(out, v.len() as u64);
            v.iter().for_each(|coordinate| out.extend_from_slice(&coordinate.to_le_bytes()));
        }
    }
}

/// Reads a value.
pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Value> {
    decode_at(reader, 0)
}

fn decode_at(reader: &mut Reader<'_>, depth: u32) -> Result<Value> {
    if depth > DEPTH_MAX {
        return Err(Error::new(ErrorCode::Corruption, format!("a value nests deeper than {DEPTH_MAX}")));
    }
    Ok(match reader.u8()? {
        0 => Value::Null,
        1 => Value::Boolean(false),
        2 => Value::Boolean(true),
        3 => Value::Integer(i64_le(reader)?),
        4 => Value::Float(f64_le(reader)?),
        5 => Value::String(reader.text()?.into()),
        6 => Value::Bytes(reader.bytes()?.into()),
        7 => {
            let len = count(reader, 1)?;
            let mut items = Vec::new();
            for _ in 0..len {
                items.push(decode_at(reader, depth + 1)?);
            }
            Value::List(items.into())
        }
        8 => {
            let len = count(reader, 2)?;
            let mut entries: Vec<(Arc<str>, Value)> = Vec::new();
            for _ in 0..len {
                entries.push((reader.text()?.into(), decode_at(reader, depth + 1)?));
            }
            Value::Map(Arc::new(Map::from_entries(entries)))
        }
        9 => Value::Date(Date { days: i64_le(reader)? }),
        10 => Value::LocalTime(LocalTime { nanos: u64::from_le_bytes(reader.array()?) }),
        11 => Value::Time(Time {
            nanos: u64::from_le_bytes(reader.array()?),
            offset_seconds: i32::from_le_bytes(reader.array()?),
        }),
        12 => Value::LocalDateTime(LocalDateTime { seconds: i64_le(reader)?, nanos: u32_le(reader)? }),
        13 => Value::DateTime(Arc::new(DateTime {
            seconds: i64_le(reader)?,
            nanos: u32_le(reader)?,
            offset_seconds: i32::from_le_bytes(reader.array()?),
            zone: if reader.u8()? == 0 { None } else { Some(reader.text()?.into()) },
        })),
        14 => Value::Duration(Arc::new(Duration {
            months: i64_le(reader)?,
            days: i64_le(reader)?,
            seconds: i64_le(reader)?,
            nanos: u32_le(reader)?,
        })),
        15 => Value::Point(Arc::new(Point {
            srid: u32_le(reader)?,
            x: f64_le(reader)?,
            y: f64_le(reader)?,
            z: f64_le(reader)?,
        })),
        16 => {
            let len = count(reader, 4)?;
            let bytes = reader.take(len * 4)?;
            Value::Vector(
                bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
            )
        }
        other => {
            return Err(Error::new(ErrorCode::FormatVersion, format!("a value has the unknown tag {other}"))
                .with_hint("Open the database with the version that wrote it, or a newer one"));
        }
    })
}

/// A number of items of at least so many bytes each, which the rest of the block can hold.
fn count(reader: &mut Reader<'_>, bytes_each: usize) -> Result<usize> {
    let count = reader.varint()?;
    match usize::try_from(count) {
        Ok(count) if count <= reader.remaining() / bytes_each => Ok(count),
        _ => Err(Error::new(ErrorCode::Corruption, "a value is longer than its block")),
    }
}

fn i64_le(reader: &mut Reader<'_>) -> Result<i64> {
    reader.array().map(i64::from_le_bytes)
}

fn u32_le(reader: &mut Reader<'_>) -> Result<u32> {
    reader.array().map(u32::from_le_bytes)
}

fn f64_le(reader: &mut Reader<'_>) -> Result<f64> {
    reader.array().map(f64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind_come_back() {
        let zone: Arc<str> = "Europe/Berlin".into();
        let values = [
            Value::Null,
            Value::Boolean(true),
            Value::Integer(i64::MIN),
            Value::Float(-0.0),
            Value::String("text".into()),
            Value::Bytes([1, 2].as_slice().into()),
            Value::Date(Date { days: -1 }),
            Value::LocalTime(LocalTime { nanos: 5 }),
            Value::Time(Time { nanos: 5, offset_seconds: -3600 }),
            Value::LocalDateTime(LocalDateTime { seconds: -1, nanos: 999 }),
            Value::DateTime(Arc::new(DateTime {
                seconds: 1,
                nanos: 2,
                offset_seconds: 3600,
                zone: Some(zone),
            })),
            Value::DateTime(Arc::new(DateTime { seconds: 1, nanos: 2, offset_seconds: 0, zone: None })),
            Value::Duration(Arc::new(Duration { months: 1, days: -2, seconds: 3, nanos: 4 })),
            Value::Point(Arc::new(Point { srid: 4326, x: 1.0, y: 2.0, z: 0.0 })),
            Value::Vector([1.5f32, f32::INFINITY].as_slice().into()),
            Value::Map(Arc::new(Map::from_entries(vec![
                ("b".into(), Value::Null),
                ("a".into(), Value::Integer(1)),
            ]))),
        ];
        let mut out = Vec::new();
        let list = Value::List(values.into());
        encode(&list, &mut out);
        let mut reader = Reader::new(&out);
        let back = decode(&mut reader).unwrap();
        reader.finish().unwrap();
        assert_eq!(format!("{back:?}"), format!("{list:?}"));
    }

    #[test]
    fn a_value_that_nests_without_end_is_refused() {
        let bytes = [7u8, 1].repeat(100_000);
        assert!(decode(&mut Reader::new(&bytes)).is_err());
    }
}
