//! AND, OR, XOR and IS NULL over whole vectors.

use super::bits::{self, Truth};
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::vector::Vector;
use namidb_core::Value;

/// The conjunction of terms; a term is not evaluated where an earlier one was false.
pub(crate) fn and(terms: &[Node], scope: &Scope<'_>) -> Result<Vector, Error> {
    decided_by(terms, scope, "AND", false)
}

/// The disjunction of terms; a term is not evaluated where an earlier one was true.
pub(crate) fn or(terms: &[Node], scope: &Scope<'_>) -> Result<Vector, Error> {
    decided_by(terms, scope, "OR", true)
}

/// Joins terms of which one alone, if it is `decisive`, settles a row.
fn decided_by(terms: &[Node], scope: &Scope<'_>, operation: &str, decisive: bool) -> Result<Vector, Error> {
    let mut answer = Truth::all(Some(!decisive), scope.len());
    for term in terms {
        let settled = if decisive { &answer.yes } else { &answer.no };
        let join = |answer: &Truth, next: &Truth| if decisive { answer.or(next) } else { answer.and(next) };
        if !settled.has_true() {
            answer = join(&answer, &Truth::of(&term.evaluate(scope)?, operation)?);
            continue;
        }
        let open: Vec<u32> = (!settled).set_indices_u32().collect();
        if open.is_empty() {
            break;
        }
        let found = Truth::of(&term.evaluate(&scope.subset(&open))?, operation)?;
        answer = join(&answer, &spread(&found, &open, scope.len(), !decisive));
    }
    Ok(answer.into_vector())
}

/// Answers to some rows as answers to all, with `otherwise` for the rest.
fn spread(answers: &Truth, rows: &[u32], len: usize, otherwise: bool) -> Truth {
    let mut all = vec![Some(otherwise); len];
    for (at, row) in rows.iter().enumerate() {
        let answer = if answers.yes.value(at) {
            Some(true)
        } else if answers.no.value(at) {
            Some(false)
        } else {
            None
        };
        all[*row as usize] = answer;
    }
    Truth::from_answers(&all)
}

/// The exclusive disjunction of terms, from left to right.
pub(crate) fn xor(terms: &[Node], scope: &Scope<'_>) -> Result<Vector, Error> {
    let mut answer = Truth::all(Some(false), scope.len());
    for term in terms {
        answer = answer.xor(&Truth::of(&term.evaluate(scope)?, "XOR")?);
    }
    Ok(answer.into_vector())
}

/// Whether each row is null, or whether it is not.
pub(crate) fn is_null(operand: &Vector, negated: bool) -> Vector {
    let len = operand.len();
    match operand {
        Vector::Constant(value, _) => Vector::constant(Value::Boolean(value.is_null() != negated), len),
        Vector::Any(values) => {
            let values = values.as_slice();
            bits::booleans(len, |row| values[row].is_null() != negated)
        }
        typed => match typed.validity() {
            None => Vector::constant(Value::Boolean(negated), len),
            Some(valid) if negated => Vector::booleans(valid.inner().clone()),
            Some(valid) => Vector::booleans(!valid.inner()),
        },
    }
}
