//! Apache Parquet: each row is a map.

use super::{Rows, damaged};
use crate::error::Error;
use namidb_core::Value;
use namidb_core::value::{Date, LocalDateTime, Map};
use parquet::file::reader::SerializedFileReader;
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use std::fs::File;
use std::sync::Arc;

/// Groups lie in each other no deeper.
const DEPTH_MAX: usize = 64;

/// The rows of a file.
pub(super) struct Groups {
    rows: RowIter<'static>,
    number: i64,
}

impl Groups {
    pub(super) fn new(file: File) -> Result<Groups, Error> {
        let reader = SerializedFileReader::new(file).map_err(|error| unreadable(&error))?;
        Ok(Groups { rows: RowIter::from_file_into(Box::new(reader)), number: 0 })
    }
}

impl Rows for Groups {
    fn next(&mut self) -> Result<Option<(Value, i64)>, Error> {
        let Some(row) = self.rows.next() else { return Ok(None) };
        self.number += 1;
        let row = row.map_err(|error| unreadable(&error))?;
        Ok(Some((group(&row, 0)?, self.number)))
    }
}

fn group(row: &Row, depth: usize) -> Result<Value, Error> {
    let mut entries = Vec::with_capacity(row.len());
    for (name, field) in row.get_column_iter() {
        entries.push((Arc::from(name.as_str()), value(field, depth)?));
    }
    Ok(Value::from(Map::from_entries(entries)))
}

fn value(field: &Field, depth: usize) -> Result<Value, Error> {
    if depth > DEPTH_MAX {
        return Err(damaged(format!("its groups lie in each other deeper than {DEPTH_MAX}")));
    }
    Ok(match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::Boolean(*value),
        Field::Byte(value) => Value::Integer(i64::from(*value)),
        Field::Short(value) => Value::Integer(i64::from(*value)),
        Field::Int(value) => Value::Integer(i64::from(*value)),
        Field::Long(value) => Value::Integer(*value),
        Field::UByte(value) => Value::Integer(i64::from(*value)),
        Field::UShort(value) => Value::Integer(i64::from(*value)),
        Field::UInt(value) => Value::Integer(i64::from(*value)),
        Field::ULong(value) => match i64::try_from(*value) {
            Ok(value) => Value::Integer(value),
            Err(_) => return Err(damaged(format!("the integer {value} has more than 63 bits"))),
        },
        Field::Float16(value) => Value::Float(value.to_f64()),
        Field::Float(value) => Value::Float(f64::from(*value)),
        Field::Double(value) => Value::Float(*value),
        // Decimals have no type here; as text nothing of them is lost.
        Field::Decimal(_) => Value::from(field.to_string()),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => Value::Bytes(Arc::from(bytes.data())),
        Field::Date(days) => Value::from(Date { days: i64::from(*days) }),
        Field::TimeMillis(_) | Field::TimeMicros(_) => Value::from(field.to_string()),
        Field::TimestampMillis(millis) => instant(*millis, 1_000),
        Field::TimestampMicros(micros) => instant(*micros, 1_000_000),
        Field::Group(row) => group(row, depth + 1)?,
        Field::ListInternal(list) => {
            let items = list.elements().iter().map(|item| value(item, depth + 1));
            items.collect::<Result<Vec<_>, Error>>()?.into()
        }
        Field::MapInternal(map) => {
            let mut entries = Vec::with_capacity(map.len());
            for (key, entry) in map.entries() {
                let key = match key {
                    Field::Str(text) => text.clone(),
                    other => other.to_string(),
                };
                entries.push((Arc::from(key.as_str()), value(entry, depth + 1)?));
            }
            Value::from(Map::from_entries(entries))
        }
    })
}

/// A timestamp of the file, without a zone: the file says of none which it is in.
fn instant(count: i64, per_second: i64) -> Value {
    let nanos = count.rem_euclid(per_second) * (1_000_000_000 / per_second);
    Value::from(LocalDateTime { seconds: count.div_euclid(per_second), nanos: nanos as u32 })
}

fn unreadable(error: &parquet::errors::ParquetError) -> Error {
    damaged(format!("the file cannot be read as Parquet: {error}"))
}
