//! LOAD CSV and LOAD PARQUET: the lines or rows of a file, read as they are needed.

mod csv;
#[cfg(feature = "parquet")]
mod parquet;

use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operator::{Operator, Run};
use crate::factor::{Batch, FlatCursor};
use crate::physical::Expression;
use crate::syntax::span::Span;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// What to load.
#[derive(Debug)]
pub(crate) struct Load {
    /// What the file is.
    pub(crate) format: Format,
    /// Where it is.
    pub(crate) location: Expression,
    /// Holds one line or row, if anybody reads it.
    pub(crate) variable: Option<VarId>,
    /// Holds the number of the line.
    pub(crate) line: Option<VarId>,
    /// Holds the file's name.
    pub(crate) file: Option<VarId>,
    /// Where the clause stands.
    pub(crate) span: Span,
}

/// What a file is.
#[derive(Debug)]
pub(crate) enum Format {
    Csv { with_headers: bool, field_terminator: Option<Expression> },
    Parquet,
}

/// A file that is being read.
trait Rows: Send {
    /// The next line or row with the number of its first line, from 1; none at the end.
    fn next(&mut self) -> Result<Option<(Value, i64)>, Error>;
}

struct Open {
    rows: Box<dyn Rows>,
    name: Arc<str>,
}

/// Adds to each row those of a file.
pub(crate) struct LoadOperator<'p> {
    input: Box<dyn Operator + 'p>,
    spec: &'p Load,
    dead: &'p [VarId],
    flat: Option<FlatCursor>,
    /// A batch of one row, and the file that is read for it.
    current: Option<(Batch, Open)>,
}

impl<'p> LoadOperator<'p> {
    pub(crate) fn new(input: Box<dyn Operator + 'p>, spec: &'p Load, dead: &'p [VarId]) -> LoadOperator<'p> {
        LoadOperator { input, spec, dead, flat: None, current: None }
    }

    fn start(&mut self, run: &mut Run<'_>) -> Result<Option<(Batch, Open)>, Error> {
        loop {
            if let Some(row) = self.flat.as_mut().and_then(|cursor| cursor.next(1)) {
                let open = self.spec.open(&row, run)?;
                return Ok(Some((row, open)));
            }
            match self.input.next(run)? {
                Some(batch) => self.flat = Some(FlatCursor::new(batch)),
                None => return Ok(None),
            }
        }
    }
}

impl Operator for LoadOperator<'_> {
    fn next(&mut self, run: &mut Run<'_>) -> Result<Option<Batch>, Error> {
        loop {
            run.cx.check()?;
            let (row, mut open) = match self.current.take() {
                Some(current) => current,
                None => match self.start(run)? {
                    Some(current) => current,
                    None => return Ok(None),
                },
            };
            let spec = self.spec;
            let mut values = VectorBuilder::with_capacity(run.cx.batch_rows.min(256));
            let mut lines = Vec::new();
            while lines.len() < run.cx.batch_rows {
                if lines.len() % 256 == 255 {
                    run.cx.check()?;
                }
                let next = open.rows.next();
                let Some((value, line)) = next.map_err(|error| spec.placed(error))? else { break };
                if spec.variable.is_some() {
                    values.push(value);
                }
                lines.push(line);
            }
            let len = lines.len();
            if len == 0 {
                continue;
            }
            let outer = row.group(0).columns().iter();
            let mut columns: Vec<(VarId, Vector)> =
                outer.map(|(v, column)| (*v, Vector::constant(column.value(0), len))).collect();
            columns.extend(spec.variable.map(|v| (v, values.finish())));
            columns.extend(spec.line.map(|v| (v, Vector::integers(lines))));
            let name = || Vector::constant(Value::String(Arc::clone(&open.name)), len);
            columns.extend(spec.file.map(|v| (v, name())));
            self.current = Some((row, open));
            let mut batch = Batch::flat(len, columns);
            if !self.dead.is_empty() {
                batch.retain_columns(|v| !self.dead.contains(&v));
            }
            return Ok(Some(batch));
        }
    }
}

impl Load {
    fn open(&self, row: &Batch, run: &mut Run<'_>) -> Result<Open, Error> {
        let location = run.resolve(|at| self.location.evaluate(row, 0, at))?.value(0);
        let Value::String(location) = location else {
            return Err(wrong_type("the location of a file", &location, self.location.span));
        };
        let files = run.cx.files.clone().ok_or_else(|| not_allowed(self.span))?;
        let (file, name) = files.open(&location).map_err(|error| self.placed(error))?;
        let rows: Box<dyn Rows> = match &self.format {
            Format::Csv { with_headers, field_terminator } => {
                let terminator = match field_terminator {
                    None => b',',
                    Some(text) => {
                        let value = run.resolve(|at| text.evaluate(row, 0, at))?.value(0);
                        terminator(&value, text.span)?
                    }
                };
                Box::new(csv::Lines::new(file, terminator, *with_headers).map_err(|e| self.placed(e))?)
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => Box::new(parquet::Groups::new(file).map_err(|e| self.placed(e))?),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => return Err(no_parquet(self.span)),
        };
        Ok(Open { rows, name })
    }

    fn placed(&self, error: Error) -> Error {
        if error.span().is_some() { error } else { error.with_span(self.span) }
    }
}

/// What stands between fields: one character of one byte.
fn terminator(value: &Value, span: Span) -> Result<u8, Error> {
    let Value::String(text) = value else { return Err(wrong_type("a field terminator", value, span)) };
    match text.as_bytes() {
        [byte] if !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => {
            let message = format!(
                "a field terminator is one ASCII character, and no quote or line break, not '{text}'"
            );
            Err(Error::runtime(ErrorCode::Argument, "ArgumentError", "InvalidArgumentValue", message)
                .with_span(span))
        }
    }
}

/// What is wrong with a file.
fn damaged(message: impl Into<String>) -> Error {
    Error::runtime(ErrorCode::Argument, "ArgumentError", "InvalidFile", message)
}

#[cold]
fn wrong_type(what: &str, found: &Value, span: Span) -> Error {
    let message = format!("{what} is text, not {}", found.type_name());
    Error::runtime(ErrorCode::Type, "TypeError", "InvalidArgumentType", message).with_span(span)
}

#[cold]
fn not_allowed(span: Span) -> Error {
    let message = "this database loads no files";
    Error::runtime(ErrorCode::InvalidArgument, "ClientError", "LoadNotAllowed", message)
        .with_hint("Open it with load_from, a list of the directories that files may be loaded from")
        .with_span(span)
}

#[cfg(not(feature = "parquet"))]
#[cold]
fn no_parquet(span: Span) -> Error {
    let message = "LOAD PARQUET is not in this build";
    Error::runtime(ErrorCode::Unsupported, "ClientError", "UnsupportedFeature", message)
        .with_hint("Build it with the cargo feature parquet")
        .with_span(span)
}
