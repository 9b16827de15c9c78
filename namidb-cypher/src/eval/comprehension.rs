//! Loops over the elements of lists: comprehensions, quantifiers and `reduce`.
//!
//! The elements of many rows' lists lie in one vector while predicate and projection are evaluated, so that
//! short lists cost no more than long ones.

use super::bits::Truth;
use super::errors;
use super::looped::Elements;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::binder::bound::{QuantifierKind, VarId};
use crate::functions::value_bytes_limit;
use crate::vector::{Values, Vector, VectorBuilder};
use namidb_core::Value;
use smallvec::smallvec;

/// How many elements are evaluated at once.
const BLOCK_ELEMENTS: usize = 8192;

/// Elements of some rows' lists: for each its row, and its value.
struct Block {
    rows: Vec<u32>,
    elements: VectorBuilder,
}

impl Block {
    fn new() -> Block {
        Block { rows: Vec::new(), elements: VectorBuilder::default() }
    }
}

/// Calls `f` with the elements of all rows' lists, some thousand at a time, in order. Null lists have none.
fn for_each_block(
    lists: &[Option<Elements>],
    scope: &Scope<'_>,
    mut f: impl FnMut(Vec<u32>, Vector) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut block = Block::new();
    for (row, elements) in lists.iter().enumerate() {
        let Some(elements) = elements else { continue };
        for at in 0..elements.len() {
            block.rows.push(row as u32);
            block.elements.push(elements.get(at));
            if block.rows.len() >= BLOCK_ELEMENTS {
                scope.input().cx.check()?;
                let full = std::mem::replace(&mut block, Block::new());
                f(full.rows, full.elements.finish())?;
            }
        }
    }
    if block.rows.is_empty() { Ok(()) } else { f(block.rows, block.elements.finish()) }
}

/// `[variable IN list WHERE predicate | projection]`, row by row.
pub(crate) fn list(
    variable: VarId,
    lists: &[Option<Elements>],
    predicate: Option<&Node>,
    projection: Option<&Node>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let mut results: Vec<Option<Vec<Value>>> =
        lists.iter().map(|elements| elements.as_ref().map(|_| Vec::new())).collect();
    let limit = value_bytes_limit(scope.input().cx);
    let mut bytes = 0;
    for_each_block(lists, scope, |rows, elements| {
        let inner = scope.with_locals(&rows, smallvec![(variable, elements.clone())]);
        let kept = match predicate {
            None => super::Selection::All,
            Some(predicate) => predicate.select(&inner)?,
        };
        let mut push = |row: u32, value: Value| {
            bytes += size_of::<Value>() as u64;
            if let Some(result) = &mut results[row as usize] {
                result.push(value);
            }
        };
        match kept {
            super::Selection::All => {
                let values = projection.map_or(Ok(elements), |node| node.evaluate(&inner))?;
                rows.iter().zip(values.values()).for_each(|(row, value)| push(*row, value));
            }
            super::Selection::Rows(kept) => {
                let inner = inner.subset(&kept);
                let values =
                    projection.map_or_else(|| Ok(elements.take(&kept)), |node| node.evaluate(&inner))?;
                kept.iter().zip(values.values()).for_each(|(at, value)| push(rows[*at as usize], value));
            }
        }
        if bytes > limit {
            return Err(errors::too_large("a list comprehension", bytes, limit));
        }
        Ok(())
    })?;
    let lists = results.into_iter().map(|result| result.map_or(Value::Null, Value::from_iter));
    Ok(Vector::Any(Values::new(lists.collect())))
}

/// How many elements of a list a predicate holds for.
#[derive(Clone, Copy, Default)]
struct Tally {
    yes: u64,
    no: u64,
    unknown: u64,
}

impl Tally {
    fn answer(self, kind: QuantifierKind) -> Option<bool> {
        let known = |answer: bool| (self.unknown == 0).then_some(answer);
        match kind {
            QuantifierKind::All if self.no > 0 => Some(false),
            QuantifierKind::All => known(true),
            QuantifierKind::Any if self.yes > 0 => Some(true),
            QuantifierKind::Any => known(false),
            QuantifierKind::None if self.yes > 0 => Some(false),
            QuantifierKind::None => known(true),
            QuantifierKind::Single if self.yes > 1 => Some(false),
            QuantifierKind::Single => known(self.yes == 1),
        }
    }
}

/// `all`, `any`, `none` or `single` of each row's list.
pub(crate) fn quantifier(
    kind: QuantifierKind,
    variable: VarId,
    lists: &[Option<Elements>],
    predicate: &Node,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let mut tallies = vec![Tally::default(); lists.len()];
    for_each_block(lists, scope, |rows, elements| {
        let answers = predicate.evaluate(&scope.with_locals(&rows, smallvec![(variable, elements)]))?;
        let truth = Truth::of(&answers, "the predicate of a quantifier")?;
        for (at, row) in rows.iter().enumerate() {
            let tally = &mut tallies[*row as usize];
            if truth.yes.value(at) {
                tally.yes += 1;
            } else if truth.no.value(at) {
                tally.no += 1;
            } else {
                tally.unknown += 1;
            }
        }
        Ok(())
    })?;
    let answers: Vec<Option<bool>> =
        lists.iter().zip(tallies).map(|(list, tally)| list.as_ref().and(tally.answer(kind))).collect();
    Ok(Truth::from_answers(&answers).into_vector())
}

/// `reduce` may put lists and maps into each other so deep. All else that nests is as deep as the text of a query or
/// as a property may be; a loop is not, and what is nested by the hundred thousand can be neither compared nor dropped
/// within a thread's stack.
const NESTING_MAX: usize = 512;

fn nests_deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::List(items) => levels == 0 || items.iter().any(|item| nests_deeper(item, levels - 1)),
        Value::Map(map) => levels == 0 || map.iter().any(|(_, item)| nests_deeper(item, levels - 1)),
        _ => false,
    }
}

/// What is done for each element of a reduction.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    /// The next result.
    pub(crate) body: &'a Node,
    /// What is asked of it, in `allReduce`.
    pub(crate) predicate: Option<&'a Node>,
}

/// `reduce(accumulator = initial, variable IN list | body)`, row by row: all rows take their first step
/// together, then their second. With a predicate, whether it is true of all results, asked until it is false of one.
pub(crate) fn reduce(
    accumulator: (VarId, Vector),
    element: (VarId, &[Option<Elements>]),
    step: Step<'_>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let len = scope.len();
    let (accumulator, initial) = accumulator;
    let (variable, lists) = element;
    let mut results: Vec<Value> = initial.values().collect();
    for (result, elements) in results.iter_mut().zip(lists) {
        if elements.is_none() {
            *result = Value::Null;
        }
    }
    let mut holds = vec![Some(true); len];
    let mut open: Vec<u32> = (0..len as u32).collect();
    for number in 0.. {
        open.retain(|row| {
            let row = *row as usize;
            holds[row] != Some(false) && lists[row].as_ref().is_some_and(|elements| elements.len() > number)
        });
        if open.is_empty() {
            break;
        }
        if number % 64 == 0 {
            scope.input().cx.check()?;
        }
        let so_far = open.iter().map(|row| results[*row as usize].clone()).collect();
        let elements = open
            .iter()
            .filter_map(|row| lists[*row as usize].as_ref())
            .map(|list| list.get(number))
            .collect();
        let elements = Vector::from_values(elements);
        let locals = smallvec![(accumulator, Vector::from_values(so_far)), (variable, elements.clone())];
        let next = step.body.evaluate(&scope.with_locals(&open, locals))?;
        if let Some(predicate) = step.predicate {
            let locals = smallvec![(accumulator, next.clone()), (variable, elements)];
            let answers = predicate.evaluate(&scope.with_locals(&open, locals))?;
            let truth = Truth::of(&answers, "the predicate of allReduce()")?;
            for (at, row) in open.iter().enumerate() {
                let holds = &mut holds[*row as usize];
                if truth.no.value(at) {
                    *holds = Some(false);
                } else if !truth.yes.value(at) {
                    *holds = None;
                }
            }
        }
        for (at, row) in open.iter().enumerate() {
            let value = next.value(at);
            if nests_deeper(&value, NESTING_MAX) {
                let message =
                    format!("reduce() puts lists and maps into each other more than {NESTING_MAX} deep");
                return Err(errors::argument_error("NumberOutOfRange", message));
            }
            results[*row as usize] = value;
        }
    }
    if step.predicate.is_some() {
        let answers: Vec<Option<bool>> =
            lists.iter().zip(holds).map(|(list, holds)| list.as_ref().and(holds)).collect();
        return Ok(Truth::from_answers(&answers).into_vector());
    }
    Ok(Vector::from_values(results))
}
