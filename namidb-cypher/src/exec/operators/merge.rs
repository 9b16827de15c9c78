//! MERGE: for each row what the pattern matches, or else its creation. Row by row, since a row sees what the rows
//! before it created.

use super::create::Create;
use super::set::Set;
use super::write::Write;
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::ids;
use crate::exec::inner::InnerRun;
use crate::exec::operator::Run;
use crate::exec::rows::concat;
use crate::factor::Batch;
use crate::physical::InnerPlan;
use crate::vector::Vector;

/// What to find or to create.
#[derive(Debug)]
pub(crate) struct Merge {
    /// The pattern as a plan over the row.
    pub(crate) matching: InnerPlan,
    /// The variables that the pattern adds.
    pub(crate) introduced: Vec<VarId>,
    /// The pattern as something to create.
    pub(crate) pattern: Create,
    /// What to set where it was created.
    pub(crate) on_create: Set,
    /// What to set where it was found.
    pub(crate) on_match: Set,
}

impl Write for Merge {
    fn write(&self, rows: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let len = rows.group(0).len();
        let mut results = Vec::with_capacity(len);
        for row in 0..len {
            run.cx.check()?;
            results.push(self.row(rows.slice(0, row, row + 1), run)?);
        }
        Ok(concat(results))
    }
}

impl Merge {
    /// What one row becomes.
    fn row(&self, row: Batch, run: &mut Run<'_>) -> Result<Batch, Error> {
        let mut outer = row.clone();
        outer.retain_columns(|v| self.matching.arguments.contains(&v));
        let mut matching = InnerRun::new(&self.matching, outer);
        let mut found = Vec::new();
        while let Some(batch) = matching.next(run)? {
            let (batch, _) = batch.flat()?;
            let len = batch.group(0).len();
            let mut columns: Vec<(VarId, Vector)> = row
                .group(0)
                .columns()
                .iter()
                .map(|(v, column)| (*v, Vector::constant(column.value(0), len)))
                .collect();
            for variable in &self.introduced {
                columns.push((*variable, ids::column(&batch, *variable, 0)?));
            }
            found.push(Batch::flat(len, columns));
        }
        if found.is_empty() {
            let created = self.pattern.write(row, run)?;
            return self.on_create.write(created, run);
        }
        self.on_match.write(concat(found), run)
    }
}
