//! What a kernel is called with, and the loops that most kernels share.

use super::ScalarFunction;
use crate::Error;
use crate::eval::errors;
use crate::exec::ExecutionContext;
use crate::vector::{Primitive, Vector, VectorBuilder};
use arrow_buffer::ScalarBuffer;
use namidb_core::Value;
use namidb_core::graph::GraphState;
use namidb_core::value::Path;

/// The largest text or list that a function builds where the query has no limit of its own, in bytes.
pub(crate) const VALUE_BYTES_MAX: u64 = 1 << 30;

/// How many bytes a text or list may have that this execution builds.
pub(crate) fn value_bytes_limit(cx: &ExecutionContext) -> u64 {
    cx.memory_limit.map_or(VALUE_BYTES_MAX, |limit| limit.min(VALUE_BYTES_MAX))
}

/// Computes a function over whole vectors. The result is as long as [`Call::len`].
pub type ScalarKernel = fn(&Call<'_>) -> Result<Vector, Error>;

/// One call of a function.
#[derive(Debug)]
pub struct Call<'a> {
    /// The function.
    pub function: &'static ScalarFunction,
    /// Its arguments, as many as its signature allows, each as long as `len`.
    pub arguments: &'a [Vector],
    /// How many rows there are; at least one.
    pub len: usize,
    /// The graph that ids refer to.
    pub state: &'a GraphState,
    /// Clock, randomness, limits and cancellation.
    pub cx: &'a ExecutionContext,
}

impl Call<'_> {
    /// The argument at a position.
    pub(crate) fn argument(&self, position: usize) -> Result<&Vector, Error> {
        self.arguments.get(position).ok_or_else(|| {
            errors::internal(format!("{}() was called with too few arguments", self.function.name))
        })
    }

    /// The function as error messages name it: `head()`.
    pub(crate) fn name(&self) -> String {
        format!("{}()", self.function.name)
    }

    /// The error for an argument of a type that the function does not take.
    pub(crate) fn refuse(&self, expected: &str, found: &Value) -> Error {
        errors::unexpected_value(&self.name(), expected, found)
    }

    /// Refuses to build a text or a list of so many bytes if the query may not hold it.
    pub(crate) fn check_bytes(&self, bytes: u64) -> Result<(), Error> {
        let limit = value_bytes_limit(self.cx);
        if bytes > limit {
            Err(errors::too_large(&format!("the result of {}", self.name()), bytes, limit))
        } else {
            Ok(())
        }
    }

    /// Computes row by row from the arguments' values.
    pub(crate) fn each(
        &self,
        mut compute: impl FnMut(&[Value]) -> Result<Value, Error>,
    ) -> Result<Vector, Error> {
        let mut builder = VectorBuilder::with_capacity(self.len);
        let mut values = Vec::with_capacity(self.arguments.len());
        for row in 0..self.len {
            if row % 1024 == 1023 {
                self.cx.check()?;
            }
            values.clear();
            values.extend(self.arguments.iter().map(|argument| argument.value(row)));
            builder.push(compute(&values)?);
        }
        Ok(builder.finish())
    }

    /// The same, with null wherever an argument is null.
    pub(crate) fn strict(
        &self,
        mut compute: impl FnMut(&[Value]) -> Result<Value, Error>,
    ) -> Result<Vector, Error> {
        self.each(|values| if values.iter().any(Value::is_null) { Ok(Value::Null) } else { compute(values) })
    }

    /// A float from each number.
    pub(crate) fn floats(&self, compute: fn(f64) -> f64) -> Result<Vector, Error> {
        match self.argument(0)? {
            Vector::Float(v) => {
                let values: Vec<f64> = v.values.iter().map(|f| compute(*f)).collect();
                Ok(Vector::Float(Primitive {
                    values: ScalarBuffer::from(values),
                    validity: v.validity.clone(),
                }))
            }
            Vector::Integer(v) => {
                let values: Vec<f64> = v.values.iter().map(|i| compute(*i as f64)).collect();
                Ok(Vector::Float(Primitive {
                    values: ScalarBuffer::from(values),
                    validity: v.validity.clone(),
                }))
            }
            _ => self.strict(|values| Ok(Value::Float(compute(self.number(&values[0])?)))),
        }
    }

    /// A text from each text. `compute` appends to what it is given.
    pub(crate) fn texts(&self, compute: impl Fn(&str, &mut String)) -> Result<Vector, Error> {
        let mut text = String::new();
        if let Vector::String(v) = self.argument(0)? {
            let mut builder = VectorBuilder::with_capacity(self.len);
            for row in 0..self.len {
                match v.get(row) {
                    Some(original) => {
                        text.clear();
                        compute(original, &mut text);
                        builder.push_str(&text);
                    }
                    None => builder.push_null(),
                }
            }
            return Ok(builder.finish());
        }
        self.strict(|values| {
            text.clear();
            compute(self.text(&values[0])?, &mut text);
            Ok(Value::from(text.as_str()))
        })
    }

    /// The number of an argument's value.
    pub(crate) fn number(&self, value: &Value) -> Result<f64, Error> {
        match value {
            Value::Integer(i) => Ok(*i as f64),
            Value::Float(f) => Ok(*f),
            other => Err(self.refuse("a number", other)),
        }
    }

    /// The integer of an argument's value.
    pub(crate) fn integer(&self, value: &Value) -> Result<i64, Error> {
        value.as_integer().ok_or_else(|| self.refuse("an integer", value))
    }

    /// A count that must not be negative.
    pub(crate) fn count(&self, value: &Value) -> Result<usize, Error> {
        let count = self.integer(value)?;
        usize::try_from(count).map_err(|_| {
            errors::argument_error(
                "NegativeIntegerArgument",
                format!(
                    "{} takes a position or length that is not negative, and was given {count}",
                    self.name()
                ),
            )
        })
    }

    /// The text of an argument's value.
    pub(crate) fn text<'v>(&self, value: &'v Value) -> Result<&'v str, Error> {
        value.as_str().ok_or_else(|| self.refuse("a string", value))
    }

    /// The elements of an argument's value.
    pub(crate) fn list<'v>(&self, value: &'v Value) -> Result<&'v [Value], Error> {
        value.as_list().ok_or_else(|| self.refuse("a list", value))
    }

    /// The path of an argument's value.
    pub(crate) fn path<'v>(&self, value: &'v Value) -> Result<&'v Path, Error> {
        match value {
            Value::Path(path) => Ok(path),
            other => Err(self.refuse("a path", other)),
        }
    }

    /// A list of each list, element by element.
    pub(crate) fn items(&self, convert: fn(&Value) -> Value) -> Result<Vector, Error> {
        self.strict(|values| Ok(self.list(&values[0])?.iter().map(convert).collect()))
    }
}
