//! Arrow arrays to values: the way back.

use super::build::POINT;
use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, FixedSizeBinaryArray, StructArray};
use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use namidb_core::Value;
use namidb_core::value::temporal::zone::Zone;
use namidb_core::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Map, Point};
use std::sync::Arc;
use uuid::Uuid;

/// Types may lie in each other so deep.
const DEPTH_MAX: usize = 100;
const UUID: &str = "arrow.uuid";
const EXTENSION: &str = "ARROW:extension:name";

/// Why an array is not values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnreadableArrow {
    /// The row, where it is a value and not the type that has no counterpart.
    pub row: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for UnreadableArrow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            Some(row) => write!(f, "row {row}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for UnreadableArrow {}

type Read = Result<Vec<Value>, UnreadableArrow>;

/// The values of a column: what [`super::array_from_values`] made, and any other type that has a counterpart.
///
/// Lists of 32-bit floats are vectors, dictionaries and runs are what they stand for, UUIDs are text, and times without a
/// zone are local. Of an instant the zone is kept.
///
/// # Errors
/// For decimals, integers beyond 64 bits with a sign, maps whose keys are no strings, and times out of range.
pub fn values_from_array(field: &Field, array: &dyn Array) -> Read {
    read(field, array, 0)
}

fn read(field: &Field, array: &dyn Array, depth: usize) -> Read {
    if depth > DEPTH_MAX {
        return Err(no_counterpart(format!("types lie in each other deeper than {DEPTH_MAX}")));
    }
    let depth = depth + 1;
    match array.data_type() {
        DataType::Null => Ok(vec![Value::Null; array.len()]),
        DataType::Boolean => {
            let array = array.as_boolean();
            Ok(each(array, |row| Value::Boolean(array.value(row))))
        }
        DataType::Int8 => Ok(integers::<Int8Type>(array)),
        DataType::Int16 => Ok(integers::<Int16Type>(array)),
        DataType::Int32 => Ok(integers::<Int32Type>(array)),
        DataType::Int64 => Ok(integers::<Int64Type>(array)),
        DataType::UInt8 => Ok(integers::<UInt8Type>(array)),
        DataType::UInt16 => Ok(integers::<UInt16Type>(array)),
        DataType::UInt32 => Ok(integers::<UInt32Type>(array)),
        DataType::UInt64 => {
            let beyond = "the integer does not fit into 64 bits with a sign";
            primitives::<UInt64Type>(array, beyond, |n| i64::try_from(n).ok().map(Value::Integer))
        }
        DataType::Float16 => primitives::<Float16Type>(array, "", |x| Some(Value::Float(f64::from(x)))),
        DataType::Float32 => primitives::<Float32Type>(array, "", |x| Some(Value::Float(f64::from(x)))),
        DataType::Float64 => primitives::<Float64Type>(array, "", |x| Some(Value::Float(x))),
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            Ok(each(array, |row| Value::from(array.value(row))))
        }
        DataType::LargeUtf8 => {
            let array = array.as_string::<i64>();
            Ok(each(array, |row| Value::from(array.value(row))))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            Ok(each(array, |row| Value::from(array.value(row))))
        }
        DataType::Binary => {
            let array = array.as_binary::<i32>();
            Ok(each(array, |row| Value::Bytes(Arc::from(array.value(row)))))
        }
        DataType::LargeBinary => {
            let array = array.as_binary::<i64>();
            Ok(each(array, |row| Value::Bytes(Arc::from(array.value(row)))))
        }
        DataType::BinaryView => {
            let array = array.as_binary_view();
            Ok(each(array, |row| Value::Bytes(Arc::from(array.value(row)))))
        }
        DataType::FixedSizeBinary(_) => Ok(fixed_bytes(field, array.as_fixed_size_binary())),
        DataType::Date32 => {
            primitives::<Date32Type>(array, "", |days| Some(Value::Date(Date { days: i64::from(days) })))
        }
        DataType::Date64 => primitives::<Date64Type>(array, "", |millis| {
            Some(Value::Date(Date { days: millis.div_euclid(86_400_000) }))
        }),
        DataType::Time32(TimeUnit::Second) => times_of_day::<Time32SecondType>(array, 1_000_000_000),
        DataType::Time32(_) => times_of_day::<Time32MillisecondType>(array, 1_000_000),
        DataType::Time64(TimeUnit::Microsecond) => times_of_day::<Time64MicrosecondType>(array, 1_000),
        DataType::Time64(_) => times_of_day::<Time64NanosecondType>(array, 1),
        DataType::Timestamp(unit, zone) => {
            let clock = Clock::of(zone.as_deref())?;
            match unit {
                TimeUnit::Second => instants::<TimestampSecondType>(array, 1, &clock),
                TimeUnit::Millisecond => instants::<TimestampMillisecondType>(array, 1_000, &clock),
                TimeUnit::Microsecond => instants::<TimestampMicrosecondType>(array, 1_000_000, &clock),
                TimeUnit::Nanosecond => instants::<TimestampNanosecondType>(array, 1_000_000_000, &clock),
            }
        }
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => lengths::<DurationSecondType>(array, 1),
            TimeUnit::Millisecond => lengths::<DurationMillisecondType>(array, 1_000),
            TimeUnit::Microsecond => lengths::<DurationMicrosecondType>(array, 1_000_000),
            TimeUnit::Nanosecond => lengths::<DurationNanosecondType>(array, 1_000_000_000),
        },
        DataType::Interval(IntervalUnit::YearMonth) => {
            primitives::<IntervalYearMonthType>(array, "", |months| duration(i64::from(months), 0, 0))
        }
        DataType::Interval(IntervalUnit::DayTime) => primitives::<IntervalDayTimeType>(array, "", |part| {
            duration(0, i64::from(part.days), i64::from(part.milliseconds) * 1_000_000)
        }),
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            primitives::<IntervalMonthDayNanoType>(array, "", |part| {
                duration(i64::from(part.months), i64::from(part.days), part.nanoseconds)
            })
        }
        DataType::List(item) => {
            let lists = array.as_list::<i32>();
            let bounds = |row| (lists.value_offsets()[row] as usize, lists.value_length(row) as usize);
            list_values(item, lists, lists.values(), bounds, depth)
        }
        DataType::LargeList(item) => {
            let lists = array.as_list::<i64>();
            let bounds = |row| (lists.value_offsets()[row] as usize, lists.value_length(row) as usize);
            list_values(item, lists, lists.values(), bounds, depth)
        }
        DataType::ListView(item) => {
            let lists = array.as_list_view::<i32>();
            let bounds = |row| (lists.value_offset(row) as usize, lists.value_size(row) as usize);
            list_values(item, lists, lists.values(), bounds, depth)
        }
        DataType::LargeListView(item) => {
            let lists = array.as_list_view::<i64>();
            let bounds = |row| (lists.value_offset(row) as usize, lists.value_size(row) as usize);
            list_values(item, lists, lists.values(), bounds, depth)
        }
        DataType::FixedSizeList(item, size) => {
            let lists = array.as_fixed_size_list();
            let size = usize::try_from(*size).unwrap_or(0);
            list_values(item, lists, lists.values(), |row| (row * size, size), depth)
        }
        DataType::Struct(fields) => structs(fields, array.as_struct(), depth),
        DataType::Map(..) => maps(array, depth),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let of_keys = read(field, dictionary.values(), depth)?;
            let keys = dictionary.normalized_keys();
            Ok(each(array, |row| of_keys.get(keys[row]).cloned().unwrap_or_default()))
        }
        DataType::RunEndEncoded(..) => {
            let of_runs = read(field, array.as_any_ree().values(), depth)?;
            let value = |row| of_runs.get(run_of(array, row)?).cloned();
            Ok((0..array.len()).map(|row| value(row).unwrap_or_default()).collect())
        }
        DataType::Union(fields, _) => {
            let union = array.as_union();
            let mut children: Vec<Vec<Value>> = vec![Vec::new(); 128];
            for (id, field) in fields.iter() {
                children[id as usize & 127] = read(field, union.child(id), depth)?;
            }
            let value = |row: usize| {
                let child = &children[union.type_id(row) as usize & 127];
                child.get(union.value_offset(row)).cloned().unwrap_or_default()
            };
            Ok((0..array.len()).map(value).collect())
        }
        other @ (DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)) => Err(no_counterpart(format!(
            "{other} has no exact counterpart in Cypher. Cast the column to float64, or to string to keep every digit"
        ))),
    }
}

/// The number of the run that a row is in.
fn run_of(array: &dyn Array, row: usize) -> Option<usize> {
    let short = array.as_run_opt::<Int16Type>().map(|runs| runs.get_physical_index(row));
    let middle = || array.as_run_opt::<Int32Type>().map(|runs| runs.get_physical_index(row));
    let long = || array.as_run_opt::<Int64Type>().map(|runs| runs.get_physical_index(row));
    short.or_else(middle).or_else(long)
}

fn no_counterpart(message: String) -> UnreadableArrow {
    UnreadableArrow { row: None, message }
}

/// A value for each row that is not null.
fn each(array: &dyn Array, value: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..array.len()).map(|row| if array.is_null(row) { Value::Null } else { value(row) }).collect()
}

/// The same where a value may be none; `message` then says what is wrong with it.
fn each_or_refused(array: &dyn Array, message: &str, value: impl Fn(usize) -> Option<Value>) -> Read {
    let refused = |row| UnreadableArrow { row: Some(row), message: message.to_owned() };
    let found =
        |row| if array.is_null(row) { Ok(Value::Null) } else { value(row).ok_or_else(|| refused(row)) };
    (0..array.len()).map(found).collect()
}

fn primitives<T: ArrowPrimitiveType>(
    array: &dyn Array,
    message: &str,
    value: impl Fn(T::Native) -> Option<Value>,
) -> Read {
    let numbers = array.as_primitive::<T>();
    let message = if message.is_empty() { "the value is out of range" } else { message };
    each_or_refused(numbers, message, |row| value(numbers.value(row)))
}

fn integers<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array) -> Vec<Value> {
    let numbers = array.as_primitive::<T>();
    each(numbers, |row| Value::Integer(numbers.value(row).into()))
}

/// Bytes; with the extension type of UUIDs, their text.
fn fixed_bytes(field: &Field, array: &FixedSizeBinaryArray) -> Vec<Value> {
    let of_uuids = field.metadata().get(EXTENSION).is_some_and(|name| name == UUID);
    each(array, |row| match Uuid::from_slice(array.value(row)) {
        Ok(uuid) if of_uuids => Value::from(uuid),
        _ => Value::Bytes(Arc::from(array.value(row))),
    })
}

fn times_of_day<T: ArrowPrimitiveType<Native: Into<i64>>>(array: &dyn Array, unit_nanos: i64) -> Read {
    primitives::<T>(array, "there is no such time of day", |count| {
        let nanos = u64::try_from(count.into().checked_mul(unit_nanos)?).ok()?;
        LocalTime::from_nanos(nanos).map(Value::LocalTime)
    })
}

/// What the clock of a column of instants is.
enum Clock {
    Local,
    Offset(i32),
    Zone(Zone),
}

impl Clock {
    fn of(zone: Option<&str>) -> Result<Clock, UnreadableArrow> {
        let Some(name) = zone else { return Ok(Clock::Local) };
        if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("etc/utc") || name == "Z" {
            return Ok(Clock::Offset(0));
        }
        if let Some(offset) = fixed_offset(name) {
            return Ok(Clock::Offset(offset));
        }
        let unknown = || no_counterpart(format!("{name:?} is not a zone of the IANA database"));
        Zone::find(name).map(Clock::Zone).ok_or_else(unknown)
    }
}

/// The seconds of `+05:30`.
fn fixed_offset(name: &str) -> Option<i32> {
    let (sign, digits) = match name.as_bytes().first()? {
        b'+' => (1, &name[1..]),
        b'-' => (-1, &name[1..]),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i32>().ok()? * 3_600 + minutes * 60))
}

fn instants<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, per_second: i64, clock: &Clock) -> Read {
    primitives::<T>(array, "the time is out of range", |count| {
        let (seconds, nanos) = split(count, per_second);
        let of_offset = |offset_seconds, zone| {
            let instant = DateTime { seconds, nanos, offset_seconds, zone };
            instant.is_valid().then(|| Value::DateTime(Arc::new(instant)))
        };
        match clock {
            Clock::Local => Some(LocalDateTime { seconds, nanos })
                .filter(|local| local.is_valid())
                .map(Value::LocalDateTime),
            Clock::Offset(offset) => of_offset(*offset, None),
            Clock::Zone(zone) => of_offset(zone.offset_at(seconds), Some(Arc::from(zone.name()))),
        }
    })
}

/// Whole seconds, and the nanoseconds of the rest.
fn split(count: i64, per_second: i64) -> (i64, u32) {
    let nanos = count.rem_euclid(per_second) * (1_000_000_000 / per_second);
    (count.div_euclid(per_second), nanos as u32)
}

fn lengths<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, per_second: i64) -> Read {
    primitives::<T>(array, "the duration is out of range", |count| {
        let (seconds, nanos) = split(count, per_second);
        Duration::new(0, 0, seconds, i64::from(nanos)).map(|length| Value::Duration(Arc::new(length)))
    })
}

fn duration(months: i64, days: i64, nanos: i64) -> Option<Value> {
    let (seconds, nanos) = split(nanos, 1_000_000_000);
    Duration::new(months, days, seconds, i64::from(nanos)).map(|length| Value::Duration(Arc::new(length)))
}

/// Lists whose elements lie in `items`; `bounds` gives the first of a row's and how many there are.
fn list_values(
    item: &Field,
    lists: &dyn Array,
    items: &ArrayRef,
    bounds: impl Fn(usize) -> (usize, usize),
    depth: usize,
) -> Read {
    let of_floats = *item.data_type() == DataType::Float32;
    if of_floats && items.null_count() == 0 {
        let floats = items.as_primitive::<Float32Type>().values();
        return Ok(each(lists, |row| {
            let (from, len) = bounds(row);
            Value::Vector(Arc::from(floats.get(from..from + len).unwrap_or_default()))
        }));
    }
    // Elements that no row has, of a slice or under a null, are not even looked at.
    let used = (0..lists.len()).filter(|row| !lists.is_null(*row)).map(&bounds).filter(|(_, len)| *len > 0);
    let (first, end) = used.fold((usize::MAX, 0), |(a, b), (from, len)| (a.min(from), b.max(from + len)));
    let first = first.min(end);
    let values = read(item, &items.slice(first, end - first), depth).map_err(|refused| {
        let at = refused.row.map(|at| at + first);
        let holds = |row: &usize| {
            let (from, len) = bounds(*row);
            at.is_some_and(|at| (from..from + len).contains(&at))
        };
        UnreadableArrow { row: (0..lists.len()).find(holds), ..refused }
    })?;
    Ok(each(lists, |row| {
        let (from, len) = bounds(row);
        let from = from.saturating_sub(first);
        Value::List(Arc::from(values.get(from..from + len).unwrap_or_default()))
    }))
}

/// Maps by the names of the fields; or points, if they are marked so.
fn structs(fields: &Fields, array: &StructArray, depth: usize) -> Read {
    let columns = fields.iter().zip(array.columns()).map(|(field, column)| read(field, column, depth));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let (key, mark) = POINT;
    let is_mark = |field: &Arc<Field>| field.metadata().get(key).is_some_and(|found| found == mark);
    let marked = fields.first().is_some_and(is_mark);
    if marked && columns.len() == 4 {
        return each_or_refused(array, "there is no such point", |row| {
            let number = |column: usize| match columns[column][row] {
                Value::Float(x) => Some(x),
                _ => None,
            };
            let Value::Integer(srid) = columns[0][row] else { return None };
            Point::new(srid.try_into().ok()?, number(1)?, number(2)?, number(3)).map(Value::from)
        });
    }
    let names: Vec<Arc<str>> = fields.iter().map(|field| Arc::from(field.name().as_str())).collect();
    Ok(each(array, |row| {
        let entry = |(name, column): (&Arc<str>, &Vec<Value>)| (Arc::clone(name), column[row].clone());
        Value::from(Map::from_entries(names.iter().zip(&columns).map(entry).collect()))
    }))
}

fn maps(array: &dyn Array, depth: usize) -> Read {
    let maps = array.as_map();
    let (key_field, value_field) = maps.entries_fields();
    let keys = read(key_field, maps.keys(), depth)?;
    let values = read(value_field, maps.values(), depth)?;
    let offsets = maps.value_offsets();
    each_or_refused(array, "a map has strings as its keys", |row| {
        let entries = (offsets[row] as usize..offsets[row + 1] as usize).map(|at| match keys.get(at)? {
            Value::String(key) => Some((Arc::clone(key), values.get(at)?.clone())),
            _ => None,
        });
        Some(Value::from(Map::from_entries(entries.collect::<Option<Vec<_>>>()?)))
    })
}
