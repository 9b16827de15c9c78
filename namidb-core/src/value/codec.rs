//! Values as bytes, format 1: a tag, then what the kind needs. The picture is in `docs/format/value.md`.
//!
//! A value has one encoding, and nothing else decodes to it; floats keep their bits.

use super::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Path, Point, Time, Value};
use crate::codec::{Reader, put_bytes, put_signed, put_varint};
use crate::error::Result;
use crate::ids::{NodeId, RelId};
use std::sync::Arc;

mod tag {
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const INTEGER: u8 = 3;
    pub(super) const FLOAT: u8 = 4;
    pub(super) const STRING: u8 = 5;
    pub(super) const BYTES: u8 = 6;
    pub(super) const LIST: u8 = 7;
    pub(super) const MAP: u8 = 8;
    pub(super) const DATE: u8 = 9;
    pub(super) const LOCAL_TIME: u8 = 10;
    pub(super) const TIME: u8 = 11;
    pub(super) const LOCAL_DATE_TIME: u8 = 12;
    pub(super) const DATE_TIME: u8 = 13;
    pub(super) const DURATION: u8 = 14;
    pub(super) const POINT: u8 = 15;
    pub(super) const VECTOR: u8 = 16;
    /// From here on what no property holds.
    pub(super) const NODE: u8 = 64;
    pub(super) const RELATIONSHIP: u8 = 65;
    pub(super) const PATH: u8 = 66;
}

/// Appends a value.
pub fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(tag::NULL),
        Value::Boolean(false) => out.push(tag::FALSE),
        Value::Boolean(true) => out.push(tag::TRUE),
        Value::Integer(v) => {
            out.push(tag::INTEGER);
            put_signed(out, *v);
        }
        Value::Float(v) => {
            out.push(tag::FLOAT);
            out.extend_from_slice(&v.to_le_bytes());
        }
        Value::String(v) => {
            out.push(tag::STRING);
            put_bytes(out, v.as_bytes());
        }
        Value::Bytes(v) => {
            out.push(tag::BYTES);
            put_bytes(out, v);
        }
        Value::List(v) => {
            out.push(tag::LIST);
            put_varint(out, v.len() as u64);
            v.iter().for_each(|item| encode(item, out));
        }
        Value::Map(v) => {
            out.push(tag::MAP);
            put_varint(out, v.len() as u64);
            for (key, item) in v.iter() {
                put_bytes(out, key.as_bytes());
                encode(item, out);
            }
        }
        Value::Date(v) => {
            out.push(tag::DATE);
            put_signed(out, v.days);
        }
        Value::LocalTime(v) => {
            out.push(tag::LOCAL_TIME);
            put_varint(out, v.nanos);
        }
        Value::Time(v) => {
            out.push(tag::TIME);
            put_varint(out, v.nanos);
            put_signed(out, v.offset_seconds.into());
        }
        Value::LocalDateTime(v) => {
            out.push(tag::LOCAL_DATE_TIME);
            put_signed(out, v.seconds);
            put_varint(out, v.nanos.into());
        }
        Value::DateTime(v) => {
            out.push(tag::DATE_TIME);
            put_signed(out, v.seconds);
            put_varint(out, v.nanos.into());
            put_signed(out, v.offset_seconds.into());
            put_bytes(out, v.zone.as_deref().unwrap_or_default().as_bytes());
        }
        Value::Duration(v) => {
            out.push(tag::DURATION);
            [v.months, v.days, v.seconds].into_iter().for_each(|part| put_signed(out, part));
            put_varint(out, v.nanos.into());
        }
        Value::Point(v) => {
            out.push(tag::POINT);
            put_varint(out, v.srid.into());
            out.extend_from_slice(&v.x.to_le_bytes());
            out.extend_from_slice(&v.y.to_le_bytes());
            if v.is_3d() {
                out.extend_from_slice(&v.z.to_le_bytes());
            }
        }
        Value::Vector(v) => {
            out.push(tag::VECTOR);
            put_varint(out, v.len() as u64);
            v.iter().for_each(|coordinate| out.extend_from_slice(&coordinate.to_le_bytes()));
        }
        Value::Node(v) => {
            out.push(tag::NODE);
            put_varint(out, v.0);
        }
        Value::Relationship(v) => {
            out.push(tag::RELATIONSHIP);
            put_varint(out, v.0);
        }
        Value::Path(v) => {
            out.push(tag::PATH);
            put_varint(out, v.nodes.len() as u64);
            v.nodes.iter().for_each(|node| put_varint(out, node.0));
            put_varint(out, v.relationships.len() as u64);
            v.relationships.iter().for_each(|relationship| put_varint(out, relationship.0));
        }
    }
}

/// Reads a value of any kind.
///
/// # Errors
/// `Corruption` if the bytes are not a value, or one that is out of range; `FormatVersion` if its tag is unknown.
pub fn decode(reader: &mut Reader<'_>) -> Result<Value> {
    read(reader, true)
}

/// Reads a value that a property can hold: no node, relationship or path, at any depth.
///
/// # Errors
/// As [`decode`].
pub fn decode_property(reader: &mut Reader<'_>) -> Result<Value> {
    read(reader, false)
}

fn read(reader: &mut Reader<'_>, entities: bool) -> Result<Value> {
    Ok(match reader.u8()? {
        tag::NULL => Value::Null,
        tag::FALSE => Value::Boolean(false),
        tag::TRUE => Value::Boolean(true),
        tag::INTEGER => Value::Integer(reader.signed()?),
        tag::FLOAT => Value::Float(reader.f64()?),
        tag::STRING => Value::String(reader.text()?.into()),
        tag::BYTES => Value::Bytes(reader.bytes()?.into()),
        tag::LIST => reader.nested(|reader| {
            let count = reader.count(1)?;
            let mut items = Vec::with_capacity(count);
            for _ in 0..count {
                items.push(read(reader, entities)?);
            }
            Ok(Value::List(items.into()))
        })?,
        tag::MAP => reader.nested(|reader| read_map(reader, entities))?,
        tag::DATE => {
            let days = reader.signed()?;
            Value::Date(valid(reader, Date::from_days(days))?)
        }
        tag::LOCAL_TIME => Value::LocalTime(read_local_time(reader)?),
        tag::TIME => {
            let local = read_local_time(reader)?;
            let offset = read_offset(reader)?;
            Value::Time(valid(reader, Time::new(local, offset))?)
        }
        tag::LOCAL_DATE_TIME => {
            let (seconds, nanos) = (reader.signed()?, reader.varint_u32()?);
            let local = Some(LocalDateTime { seconds, nanos }).filter(|v| v.is_valid());
            Value::LocalDateTime(valid(reader, local)?)
        }
        tag::DATE_TIME => {
            let (seconds, nanos, offset_seconds) =
                (reader.signed()?, reader.varint_u32()?, read_offset(reader)?);
            let zone = Some(reader.text()?).filter(|zone| !zone.is_empty()).map(Arc::from);
            let instant = Some(DateTime { seconds, nanos, offset_seconds, zone }).filter(DateTime::is_valid);
            Value::DateTime(Arc::new(valid(reader, instant)?))
        }
        tag::DURATION => {
            let (months, days, seconds) = (reader.signed()?, reader.signed()?, reader.signed()?);
            let nanos = reader.varint_u32()?;
            let duration = Some(Duration { months, days, seconds, nanos }).filter(Duration::is_valid);
            Value::Duration(Arc::new(valid(reader, duration)?))
        }
        tag::POINT => {
            let mut point = Point { srid: reader.varint_u32()?, x: reader.f64()?, y: reader.f64()?, z: 0.0 };
            if point.is_3d() {
                point.z = reader.f64()?;
            }
            Value::Point(Arc::new(valid(reader, Some(point).filter(Point::is_valid))?))
        }
        tag::VECTOR => {
            let count = reader.count(4)?;
            let (coordinates, _) = reader.take(count * 4)?.as_chunks();
            Value::Vector(coordinates.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
        }
        tag::NODE if entities => Value::Node(NodeId(reader.varint()?)),
        tag::RELATIONSHIP if entities => Value::Relationship(RelId(reader.varint()?)),
        tag::PATH if entities => Value::Path(Arc::new(read_path(reader)?)),
        tag::NODE | tag::RELATIONSHIP | tag::PATH => {
            return Err(reader.corrupt("a property holds a node, a relationship or a path"));
        }
        other => return Err(reader.unknown("a value", other)),
    })
}

fn read_map(reader: &mut Reader<'_>, entities: bool) -> Result<Value> {
    let count = reader.count(2)?;
    let mut entries: Vec<(Arc<str>, Value)> = Vec::with_capacity(count);
    for _ in 0..count {
        let key = reader.text()?;
        if entries.last().is_some_and(|(last, _)| &**last >= key) {
            return Err(reader.corrupt("the keys of a map do not ascend"));
        }
        entries.push((key.into(), read(reader, entities)?));
    }
    Ok(Value::Map(Arc::new(Map::from_sorted(entries))))
}

fn read_local_time(reader: &mut Reader<'_>) -> Result<LocalTime> {
    let nanos = reader.varint()?;
    valid(reader, LocalTime::from_nanos(nanos))
}

fn read_offset(reader: &mut Reader<'_>) -> Result<i32> {
    let offset = reader.signed()?;
    valid(reader, i32::try_from(offset).ok())
}

fn read_path(reader: &mut Reader<'_>) -> Result<Path> {
    let count = reader.count(1)?;
    let nodes = (0..count).map(|_| reader.varint().map(NodeId)).collect::<Result<Vec<_>>>()?;
    let count = reader.count(1)?;
    let relationships = (0..count).map(|_| reader.varint().map(RelId)).collect::<Result<Vec<_>>>()?;
    valid(reader, Some(Path { nodes, relationships }).filter(|p| p.nodes.len() == p.relationships.len() + 1))
}

fn valid<T>(reader: &Reader<'_>, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| reader.corrupt("a value is out of range"))
}

#[cfg(test)]
mod tests;
