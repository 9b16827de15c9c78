//! CSV as Cypher reads it: fields are text, an empty field is null unless it is in quotes; quotes are `"`, and within them
//! `""` and `\"` are one. Lines may have different numbers of fields.

use super::{Rows, damaged};
use crate::error::Error;
use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use namidb_core::Value;
use namidb_core::value::Map;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

/// A line is not longer: a quote that is never closed would take the rest of the file.
const LINE_BYTES_MAX: usize = 64 << 20;

/// Bytes that are read at once.
const BUFFER_BYTES: usize = 64 << 10;

/// The lines of a file.
pub(super) struct Lines {
    fields: Fields,
    /// The names of the fields, if rows are maps.
    headers: Option<Vec<Arc<str>>>,
}

impl Lines {
    pub(super) fn new(file: File, terminator: u8, with_headers: bool) -> Result<Lines, Error> {
        let mut fields = Fields {
            file,
            parser: ReaderBuilder::new().delimiter(terminator).escape(Some(b'\\')).build(),
            buffer: vec![0; BUFFER_BYTES],
            unread: 0..0,
            text: vec![0; 1 << 10],
            line: 1,
            at_beginning: true,
        };
        let mut headers = None;
        if with_headers {
            let first = fields.record(|text, _| Arc::from(text))?;
            headers = Some(first.map(|(names, _)| names).unwrap_or_default());
        }
        Ok(Lines { fields, headers })
    }
}

impl Rows for Lines {
    fn next(&mut self) -> Result<Option<(Value, i64)>, Error> {
        let field = |text: &str, quoted: bool| {
            if text.is_empty() && !quoted { Value::Null } else { Value::from(text) }
        };
        let Some((fields, line)) = self.fields.record(field)? else { return Ok(None) };
        let value = match &self.headers {
            None => Value::from(fields),
            Some(headers) => {
                let fields = fields.into_iter().chain(std::iter::repeat(Value::Null));
                Value::from(Map::from_entries(headers.iter().cloned().zip(fields).collect()))
            }
        };
        Ok(Some((value, line as i64)))
    }
}

/// The fields of a file. The parser is asked for one after the other, since only the bytes that it takes tell whether a field
/// is in quotes.
struct Fields {
    file: File,
    parser: Reader,
    buffer: Vec<u8>,
    /// The part of the buffer that the parser has not taken.
    unread: std::ops::Range<usize>,
    /// The text of a field, without its quotes.
    text: Vec<u8>,
    /// The number of the line that is read.
    line: u64,
    /// Whether nothing was read, so that a byte order mark may come.
    at_beginning: bool,
}

impl Fields {
    /// The fields of the next record, each made of its text and of whether it is in quotes, and the number of the line where it
    /// begins; none at the end.
    fn record<T>(&mut self, mut make: impl FnMut(&str, bool) -> T) -> Result<Option<(Vec<T>, u64)>, Error> {
        let mut fields = Vec::new();
        let mut begins = None;
        let mut bytes = 0;
        loop {
            let mut written = 0;
            // The first byte of the field; that of a record comes after line breaks.
            let mut first = None;
            let ends = loop {
                if self.unread.is_empty() {
                    self.fill()?;
                }
                let input = self.buffer.get(self.unread.clone()).unwrap_or_default();
                let output = self.text.get_mut(written..).unwrap_or_default();
                let (result, taken, put) = self.parser.read_field(input, output);
                // The parser leaves out a byte order mark.
                let mark = if self.at_beginning && input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
                self.at_beginning = false;
                for byte in input.iter().take(taken).skip(mark) {
                    let breaks = matches!(byte, b'\n' | b'\r');
                    if first.is_none() && (begins.is_some() || !breaks) {
                        first = Some(*byte);
                        begins.get_or_insert(self.line);
                    }
                    self.line += u64::from(*byte == b'\n');
                }
                self.unread.start += taken;
                written += put;
                bytes += put;
                if bytes > LINE_BYTES_MAX {
                    let line = begins.unwrap_or(self.line);
                    return Err(damaged(format!("line {line} is longer than {LINE_BYTES_MAX} bytes")));
                }
                match result {
                    ReadFieldResult::InputEmpty => {}
                    ReadFieldResult::OutputFull => self.text.resize(2 * self.text.len(), 0),
                    ReadFieldResult::Field { record_end } => break Some(record_end),
                    ReadFieldResult::End => break None,
                }
            };
            let Some(record_end) = ends else { return Ok(None) };
            let line = begins.unwrap_or(self.line);
            let text = std::str::from_utf8(self.text.get(..written).unwrap_or_default())
                .map_err(|_| damaged(format!("the file is no UTF-8 text at line {line}")))?;
            fields.push(make(text, first == Some(b'"')));
            if record_end {
                return Ok(Some((fields, line)));
            }
        }
    }

    fn fill(&mut self) -> Result<(), Error> {
        loop {
            match self.file.read(&mut self.buffer) {
                Ok(len) => {
                    self.unread = 0..len;
                    return Ok(());
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(damaged(format!("the file cannot be read: {}", error.kind()))),
            }
        }
    }
}
