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
use std::ops::ControlFlow;

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

/// Calls `f` with the elements of all rows' lists, some thousand at a time, in order. Null lists have none. Where
/// `f` breaks, the last row that it was called with needs none of its further elements.
fn for_each_block(
    lists: &[Option<Elements>],
    scope: &Scope<'_>,
    mut f: impl FnMut(Vec<u32>, Vector) -> Result<ControlFlow<()>, Error>,
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
                if f(full.rows, full.elements.finish())?.is_break() {
                    break;
                }
            }
        }
    }
    if !block.rows.is_empty() {
        let _the_end_anyway = f(block.rows, block.elements.finish())?;
    }
    Ok(())
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
        Ok(ControlFlow::Continue(()))
    })?;
    let lists = results.into_iter().map(|result| result.map_or(Value::Null, Value::from_iter));
    Ok(Vector::Any(Values::new(lists.collect())))
}

/// How many of the elements seen so far a predicate holds for.
#[derive(Clone, Copy, Default)]
struct Tally {
    yes: u64,
    no: u64,
    unknown: u64,
}

impl Tally {
    /// Adds the answer for one more element.
    fn add(&mut self, truth: &Truth, at: usize) {
        if truth.yes.value(at) {
            self.yes += 1;
        } else if truth.no.value(at) {
            self.no += 1;
        } else {
            self.unknown += 1;
        }
    }

    /// Whether no further element can change the answer.
    fn is_decided(self, kind: QuantifierKind) -> bool {
        match kind {
            QuantifierKind::All => self.no > 0,
            QuantifierKind::Any | QuantifierKind::None => self.yes > 0,
            QuantifierKind::Single => self.yes > 1,
        }
    }

    /// The answer if there are no further elements.
    fn answer(self, kind: QuantifierKind) -> Option<bool> {
        if self.is_decided(kind) {
            return Some(kind == QuantifierKind::Any);
        }
        let answer = match kind {
            QuantifierKind::All | QuantifierKind::None => true,
            QuantifierKind::Any => false,
            QuantifierKind::Single => self.yes == 1,
        };
        (self.unknown == 0).then_some(answer)
    }
}

/// `all`, `any`, `none` or `single` of each row's list. Elements behind the one that decides are not asked: that they
/// would fail makes no difference.
pub(crate) fn quantifier(
    kind: QuantifierKind,
    variable: VarId,
    lists: &[Option<Elements>],
    predicate: &Node,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let truth_of = |rows: &[u32], elements: Vector| {
        let answers = predicate.evaluate(&scope.with_locals(rows, smallvec![(variable, elements)]))?;
        Truth::of(&answers, "the predicate of a quantifier")
    };
    let mut tallies = vec![Tally::default(); lists.len()];
    for_each_block(lists, scope, |rows, elements| {
        match truth_of(&rows, elements.clone()) {
            Ok(truth) => {
                rows.iter().enumerate().for_each(|(at, row)| tallies[*row as usize].add(&truth, at));
            }
            Err(error) if rows.len() == 1 => return Err(error),
            // The element that fails may be behind one that decides.
            Err(_) => {
                for (at, row) in rows.iter().enumerate() {
                    let tally = &mut tallies[*row as usize];
                    if !tally.is_decided(kind) {
                        tally.add(&truth_of(&[*row], elements.slice(at, 1))?, 0);
                    }
                }
            }
        }
        let last = rows.last().map(|row| tallies[*row as usize]);
        Ok(if last.is_some_and(|tally| tally.is_decided(kind)) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
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
