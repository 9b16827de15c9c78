//! Loops over the elements of lists: comprehensions, quantifiers and `reduce`.
//!
//! The elements of many rows' lists lie in one vector while predicate and projection are evaluated, so that
//! short lists cost no more than long ones.

use super::bits::Truth;
use super::errors;
use super::run::Node;
use super::scope::Scope;
use crate::Error;
use crate::binder::bound::{QuantifierKind, VarId};
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
    list: &Vector,
    operation: &str,
    scope: &Scope<'_>,
    mut f: impl FnMut(Vec<u32>, Vector) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut block = Block::new();
    for row in 0..list.len() {
        let value = list.value(row);
        let items = match &value {
            Value::Null => continue,
            Value::List(items) => items,
            other => return Err(errors::unexpected_type(operation, "a list", other)),
        };
        for item in items.iter() {
            block.rows.push(row as u32);
            block.elements.push(item.clone());
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
    list: &Vector,
    predicate: Option<&Node>,
    projection: Option<&Node>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let mut results: Vec<Option<Vec<Value>>> =
        (0..list.len()).map(|row| (!list.is_null(row)).then(Vec::new)).collect();
    for_each_block(list, "a list comprehension", scope, |rows, elements| {
        let inner = scope.with_locals(&rows, smallvec![(variable, elements.clone())]);
        let kept = match predicate {
            None => super::Selection::All,
            Some(predicate) => predicate.select(&inner)?,
        };
        let mut push = |row: u32, value: Value| {
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
    list: &Vector,
    predicate: &Node,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let mut tallies = vec![Tally::default(); list.len()];
    for_each_block(list, "a quantifier", scope, |rows, elements| {
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
    let answers: Vec<Option<bool>> = tallies
        .iter()
        .enumerate()
        .map(|(row, tally)| if list.is_null(row) { None } else { tally.answer(kind) })
        .collect();
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
    element: (VarId, &Vector),
    step: Step<'_>,
    scope: &Scope<'_>,
) -> Result<Vector, Error> {
    let len = scope.len();
    let (accumulator, initial) = accumulator;
    let (variable, list) = element;
    let lists: Vec<Value> = list.values().collect();
    if let Some(other) = lists.iter().find(|v| !matches!(v, Value::List(_) | Value::Null)) {
        return Err(errors::unexpected_type("reduce()", "a list", other));
    }
    let mut results: Vec<Value> = initial.values().collect();
    let items = |row: usize| lists[row].as_list().unwrap_or_default();
    for row in 0..len {
        if lists[row].is_null() {
            results[row] = Value::Null;
        }
    }
    let mut holds = vec![Some(true); len];
    let mut open: Vec<u32> = (0..len as u32).collect();
    for number in 0.. {
        open.retain(|row| items(*row as usize).len() > number && holds[*row as usize] != Some(false));
        if open.is_empty() {
            break;
        }
        if number % 64 == 0 {
            scope.input().cx.check()?;
        }
        let so_far = open.iter().map(|row| results[*row as usize].clone()).collect();
        let elements =
            Vector::from_values(open.iter().map(|row| items(*row as usize)[number].clone()).collect());
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
        let answer = |row: usize| if lists[row].is_null() { None } else { holds[row] };
        return Ok(Truth::from_answers(&(0..len).map(answer).collect::<Vec<_>>()).into_vector());
    }
    Ok(Vector::from_values(results))
}
