//! The physical plan of a statement, made once.

use super::PhysicalPlan;
use super::map::map;
use crate::error::Error;
use crate::logical::PlannedStatement;
use crate::profile::Profile;
use std::fmt;
use std::sync::OnceLock;

/// The physical plan of a statement; with a profile its operators count what they do.
///
/// # Errors
/// As [`map`].
pub(crate) fn prepare(
    statement: &PlannedStatement,
    profile: Option<&Profile>,
) -> Result<PhysicalPlan, Error> {
    let read = statement.columns.iter().map(|(_, variable)| *variable);
    map(&statement.plan, read, statement.variables.len(), profile)
}

/// Holds the physical plan of a statement from its first execution on: whoever keeps the statement keeps both. A
/// clone begins anew, since the logical plan of a clone may be changed.
#[derive(Default)]
pub(crate) struct PreparedPlan(OnceLock<PhysicalPlan>);

impl PreparedPlan {
    /// The plan of the statement that this belongs to.
    ///
    /// # Errors
    /// As [`map`]; nothing is kept then.
    pub(crate) fn of<'s>(&'s self, statement: &PlannedStatement) -> Result<&'s PhysicalPlan, Error> {
        if let Some(plan) = self.0.get() {
            return Ok(plan);
        }
        let plan = prepare(statement, None)?;
        // Of two threads that were here at once, one plan stays: they are the same.
        Ok(self.0.get_or_init(|| plan))
    }
}

impl Clone for PreparedPlan {
    fn clone(&self) -> PreparedPlan {
        PreparedPlan::default()
    }
}

impl fmt::Debug for PreparedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedPlan").field(&self.0.get().is_some()).finish()
    }
}
