//! LOAD CSV and LOAD PARQUET.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use crate::binder::bound_query::{self, LoadFormat};
use crate::error::Error;
use crate::exec::operators::load::{Format, Load};
use crate::logical::LogicalPlan;

impl Mapper<'_> {
    #[inline(never)]
    pub(super) fn load(
        &self,
        input: &LogicalPlan,
        load: &bound_query::Load,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let [variable, line, file] = [load.variable, load.line, load.file].map(|v| needs.has(v));
        let mut below = Needs { duplicates: true, ..needs.clone() };
        for own in [load.variable, load.line, load.file] {
            below = below.without(own);
        }
        let format = match &load.format {
            LoadFormat::Parquet => Format::Parquet,
            LoadFormat::Csv { with_headers, field_terminator } => {
                let terminator = field_terminator.as_ref();
                below = below.and(terminator.iter().flat_map(|e| e.free_variables()));
                let field_terminator = terminator.map(|text| self.expression(text)).transpose()?;
                Format::Csv { with_headers: *with_headers, field_terminator }
            }
        };
        let input = self.plan(input, below.and(load.location.free_variables()))?;
        let mut columns = input.columns;
        [variable, line, file].into_iter().flatten().for_each(|v| columns.insert(v));
        let location = self.expression(&load.location)?;
        let spec = Load { format, location, variable, line, file, span: load.span };
        Ok(self.finish(PhysicalOperator::Load(input.plan, spec), columns, &needs))
    }
}
