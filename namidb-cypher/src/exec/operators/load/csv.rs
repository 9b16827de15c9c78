//! CSV as Cypher reads it: fields are text, an empty field is null; quotes are `"`, and within them `""` and `\\"` are
//! one. Lines may have different numbers of fields.

use super::{Rows, damaged};
use crate::error::Error;
use csv::{Reader, ReaderBuilder, StringRecord};
use namidb_core::Value;
use namidb_core::value::Map;
use std::fs::File;
use std::sync::Arc;

/// A line is not longer: a quote that is never closed would take the rest of the file.
const LINE_BYTES_MAX: usize = 64 << 20;

/// The lines of a file.
pub(super) struct Lines {
    reader: Reader<File>,
    /// The names of the fields, if rows are maps.
    headers: Option<Vec<Arc<str>>>,
    record: StringRecord,
    /// The last line of the record before.
    last: u64,
}

impl Lines {
    pub(super) fn new(file: File, terminator: u8, with_headers: bool) -> Result<Lines, Error> {
        let mut reader = ReaderBuilder::new()
            .delimiter(terminator)
            .has_headers(false)
            .flexible(true)
            .escape(Some(b'\\'))
            .from_reader(file);
        let mut record = StringRecord::new();
        let mut headers = None;
        if with_headers {
            reader.read_record(&mut record).map_err(|error| unreadable(&error))?;
            headers = Some(record.iter().map(Arc::from).collect());
        }
        let mut lines = Lines { reader, headers, record, last: 0 };
        if with_headers {
            lines.count();
        }
        Ok(lines)
    }
}

impl Lines {
    /// The line where the record begins. Where one ends with two bytes, the reader counts it with the next.
    fn count(&mut self) -> u64 {
        let line = self.record.position().map_or(0, |position| position.line()).max(self.last + 1);
        self.last = line + memchr::memchr_iter(b'\n', self.record.as_slice().as_bytes()).count() as u64;
        line
    }
}

impl Rows for Lines {
    fn next(&mut self) -> Result<Option<(Value, i64)>, Error> {
        if !self.reader.read_record(&mut self.record).map_err(|error| unreadable(&error))? {
            return Ok(None);
        }
        let line = self.count();
        if self.record.as_slice().len() > LINE_BYTES_MAX {
            return Err(damaged(format!("line {line} is longer than {LINE_BYTES_MAX} bytes")));
        }
        let field = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
        let value = match &self.headers {
            None => self.record.iter().map(field).collect(),
            Some(headers) => {
                let fields = self.record.iter().map(field).chain(std::iter::repeat(Value::Null));
                Value::from(Map::from_entries(headers.iter().cloned().zip(fields).collect()))
            }
        };
        Ok(Some((value, line as i64)))
    }
}

fn unreadable(error: &csv::Error) -> Error {
    let line = error.position().map(|position| format!(" at line {}", position.line())).unwrap_or_default();
    damaged(match error.kind() {
        csv::ErrorKind::Utf8 { .. } => format!("the file is no UTF-8 text{line}"),
        csv::ErrorKind::Io(io) => format!("the file cannot be read: {}", io.kind()),
        _ => format!("the file cannot be read as CSV{line}"),
    })
}
