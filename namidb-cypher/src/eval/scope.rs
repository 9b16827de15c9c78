//! The rows that an expression is evaluated over.
//!
//! A scope is the rows of a batch's group, or some of another scope's rows, each any number of times: the
//! rows of a CASE branch, or the elements that a comprehension walks. Columns are fetched when something asks
//! for them.

use super::{EvalInput, errors};
use crate::Error;
use crate::binder::bound::VarId;
use crate::vector::Vector;
use smallvec::SmallVec;
use std::cell::RefCell;

/// The rows that an expression is evaluated over, and the variables that they have.
pub(crate) struct Scope<'a> {
    input: &'a EvalInput<'a>,
    len: usize,
    /// The scope that the rows come from, and which of its rows they are: all of them, if absent.
    parent: Option<(&'a Scope<'a>, Option<&'a [u32]>)>,
    /// Variables of the expression itself.
    locals: SmallVec<[(VarId, Vector); 2]>,
    /// Columns that took work to fetch.
    fetched: RefCell<SmallVec<[(VarId, Vector); 2]>>,
}

impl<'a> Scope<'a> {
    /// The rows of a batch's group.
    pub(crate) fn root(input: &'a EvalInput<'a>) -> Scope<'a> {
        let len = input.batch.group(input.group).len();
        Scope { input, len, parent: None, locals: SmallVec::new(), fetched: RefCell::default() }
    }

    /// Some rows of this scope.
    pub(crate) fn subset<'b>(&'b self, rows: &'b [u32]) -> Scope<'b> {
        Scope {
            input: self.input,
            len: rows.len(),
            parent: Some((self, Some(rows))),
            locals: SmallVec::new(),
            fetched: RefCell::default(),
        }
    }

    /// The given rows of this scope, with further variables.
    pub(crate) fn with_locals<'b>(
        &'b self,
        rows: &'b [u32],
        locals: SmallVec<[(VarId, Vector); 2]>,
    ) -> Scope<'b> {
        Scope {
            input: self.input,
            len: rows.len(),
            parent: Some((self, Some(rows))),
            locals,
            fetched: RefCell::default(),
        }
    }

    /// The rows of this scope, with a further variable.
    pub(crate) fn with_local(&self, variable: VarId, value: Vector) -> Scope<'_> {
        Scope {
            input: self.input,
            len: self.len,
            parent: Some((self, None)),
            locals: SmallVec::from_iter([(variable, value)]),
            fetched: RefCell::default(),
        }
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What the rows and the graph come from.
    pub(crate) fn input(&self) -> &'a EvalInput<'a> {
        self.input
    }

    /// A variable's values.
    pub(crate) fn column(&self, variable: VarId) -> Result<Vector, Error> {
        if let Some((_, column)) = self.locals.iter().find(|(v, _)| *v == variable) {
            return Ok(column.clone());
        }
        if let Some((_, column)) = self.fetched.borrow().iter().find(|(v, _)| *v == variable) {
            return Ok(column.clone());
        }
        let column = match &self.parent {
            Some((parent, None)) => return parent.column(variable),
            Some((parent, Some(rows))) => parent.column(variable)?.take(rows),
            None => {
                let EvalInput { batch, group, .. } = self.input;
                if let Some(column) = batch.group(*group).column(variable) {
                    return Ok(column.clone());
                }
                batch
                    .column_at(variable, *group)
                    .ok_or_else(|| errors::internal(format!("no column holds variable {variable:?}")))?
            }
        };
        self.fetched.borrow_mut().push((variable, column.clone()));
        Ok(column)
    }
}
