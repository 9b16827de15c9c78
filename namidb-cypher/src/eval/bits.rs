//! Ternary truth over whole vectors, as bitmaps.

use super::errors;
use crate::Error;
use crate::vector::{Booleans, Vector};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use namidb_core::Value;

/// Which rows are true, and which are false; the others are unknown.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    /// The rows that are true.
    pub(crate) yes: BooleanBuffer,
    /// The rows that are false.
    pub(crate) no: BooleanBuffer,
}

impl Truth {
    /// The same in every row.
    pub(crate) fn all(answer: Option<bool>, len: usize) -> Truth {
        let bits = |set: bool| if set { BooleanBuffer::new_set(len) } else { BooleanBuffer::new_unset(len) };
        Truth { yes: bits(answer == Some(true)), no: bits(answer == Some(false)) }
    }

    /// The answers of a vector of booleans and nulls.
    pub(crate) fn of(vector: &Vector, operation: &str) -> Result<Truth, Error> {
        match vector {
            Vector::Constant(Value::Null, len) => Ok(Truth::all(None, *len)),
            Vector::Constant(Value::Boolean(b), len) => Ok(Truth::all(Some(*b), *len)),
            Vector::Boolean(Booleans { values, validity: None }) => {
                Ok(Truth { yes: values.clone(), no: !values })
            }
            Vector::Boolean(Booleans { values, validity: Some(valid) }) => {
                let valid = valid.inner();
                Ok(Truth { yes: values & valid, no: &!values & valid })
            }
            other => {
                let answers: Vec<Option<bool>> = other
                    .values()
                    .map(|value| match value {
                        Value::Null => Ok(None),
                        Value::Boolean(b) => Ok(Some(b)),
                        found => Err(errors::unexpected_type(operation, "booleans", &found)),
                    })
                    .collect::<Result<_, Error>>()?;
                Ok(Truth::from_answers(&answers))
            }
        }
    }

    /// One answer a row.
    pub(crate) fn from_answers(answers: &[Option<bool>]) -> Truth {
        Truth {
            yes: BooleanBuffer::collect_bool(answers.len(), |row| answers[row] == Some(true)),
            no: BooleanBuffer::collect_bool(answers.len(), |row| answers[row] == Some(false)),
        }
    }

    /// The answers as a vector.
    pub(crate) fn into_vector(self) -> Vector {
        let known = &self.yes | &self.no;
        let validity = Some(NullBuffer::new(known)).filter(|v| v.null_count() > 0);
        Vector::Boolean(Booleans { values: self.yes, validity })
    }

    /// The rows that are true, in ascending order.
    pub(crate) fn true_rows(&self) -> Vec<u32> {
        self.yes.set_indices_u32().collect()
    }

    pub(crate) fn not(self) -> Truth {
        Truth { yes: self.no, no: self.yes }
    }

    pub(crate) fn and(&self, other: &Truth) -> Truth {
        Truth { yes: &self.yes & &other.yes, no: &self.no | &other.no }
    }

    pub(crate) fn or(&self, other: &Truth) -> Truth {
        Truth { yes: &self.yes | &other.yes, no: &self.no & &other.no }
    }

    pub(crate) fn xor(&self, other: &Truth) -> Truth {
        Truth {
            yes: &(&self.yes & &other.no) | &(&self.no & &other.yes),
            no: &(&self.yes & &other.yes) | &(&self.no & &other.no),
        }
    }
}

/// The rows that are null in one of two vectors, for operations that are null there.
pub(crate) fn union(left: Option<&NullBuffer>, right: Option<&NullBuffer>) -> Option<NullBuffer> {
    NullBuffer::union(left, right).filter(|v| v.null_count() > 0)
}

/// A vector of answers, none of them null.
pub(crate) fn booleans(len: usize, answer: impl FnMut(usize) -> bool) -> Vector {
    Vector::booleans(BooleanBuffer::collect_bool(len, answer))
}

/// A vector of answers to rows of which some are null.
pub(crate) fn booleans_or_null(
    len: usize,
    validity: Option<NullBuffer>,
    answer: impl FnMut(usize) -> bool,
) -> Vector {
    Vector::Boolean(Booleans { values: BooleanBuffer::collect_bool(len, answer), validity })
}
