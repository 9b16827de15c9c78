//! Calls of `range()` whose integers need not be written out.

use super::range::IntegerRange;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::syntax::span::Span;
use crate::vector::{Vector, VectorBuilder};
use namidb_core::Value;
use namidb_core::value::order;

/// The arguments of a call of `range()`, and where it stands.
#[derive(Debug)]
pub(crate) struct RangeCall {
    pub(crate) arguments: Vec<Node>,
    pub(crate) span: Span,
}

impl RangeCall {
    /// Each row's range; none where an argument is null.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Vec<Option<IntegerRange>>, Error> {
        let vectors: Vec<Vector> =
            self.arguments.iter().map(|node| node.evaluate(scope)).collect::<Result<_, Error>>()?;
        let range = |row: usize| {
            let values: Vec<Value> = vectors.iter().map(|vector| vector.value(row)).collect();
            IntegerRange::of(&values).map_err(|error| error.with_span(self.span))
        };
        if scope.len() > 0 && vectors.iter().all(|vector| matches!(vector, Vector::Constant(..))) {
            return Ok(vec![range(0)?; scope.len()]);
        }
        (0..scope.len()).map(range).collect()
    }
}

/// What can be told of a range without its integers.
#[derive(Debug)]
pub(crate) enum RangeQuestion {
    /// `size(range)`.
    Size,
    /// `isEmpty(range)`.
    IsEmpty,
    /// `range[position]`, and the first and last element.
    Element(Box<Node>),
    /// `item IN range`.
    Contains(Box<Node>),
}

impl RangeQuestion {
    /// The answer in each row.
    pub(crate) fn evaluate(&self, range: &RangeCall, scope: &Scope<'_>) -> Result<Vector, Error> {
        let operand = match self {
            RangeQuestion::Size | RangeQuestion::IsEmpty => None,
            RangeQuestion::Element(node) | RangeQuestion::Contains(node) => Some(node.evaluate(scope)?),
        };
        let mut answers = VectorBuilder::with_capacity(scope.len());
        for (row, range) in range.evaluate(scope)?.into_iter().enumerate() {
            let operand = operand.as_ref().map_or(Value::Null, |operand| operand.value(row));
            answers.push(range.map_or(Ok(Value::Null), |range| self.answer(range, &operand))?);
        }
        Ok(answers.finish())
    }

    fn answer(&self, range: IntegerRange, operand: &Value) -> Result<Value, Error> {
        Ok(match (self, operand) {
            (RangeQuestion::Size, _) => Value::Integer(range.size()?),
            (RangeQuestion::IsEmpty, _) => Value::Boolean(range.len() == 0),
            (RangeQuestion::Element(_), Value::Null) => Value::Null,
            (RangeQuestion::Element(_), Value::Integer(at)) => {
                range.element(*at).map_or(Value::Null, Value::Integer)
            }
            (RangeQuestion::Element(_), other) => {
                return Err(super::errors::unexpected_type("an element of a list", "an integer", other));
            }
            (RangeQuestion::Contains(_), item) => contains(range, item).map_or(Value::Null, Value::Boolean),
        })
    }
}

/// Whether an integer of the range equals the item.
fn contains(range: IntegerRange, item: &Value) -> Option<bool> {
    match item {
        Value::Integer(number) => Some(range.contains(*number)),
        // If an integer equals the float, it is this one.
        Value::Float(number) => {
            let nearest = Value::Integer(*number as i64);
            Some(order::equals(item, &nearest) == Some(true) && range.contains(*number as i64))
        }
        // What compares with one integer as it does with each.
        other => range.element(0).map_or(Some(false), |first| order::equals(other, &Value::Integer(first))),
    }
}
