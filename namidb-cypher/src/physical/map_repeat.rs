//! Repeated paths, and the choice among paths.

use super::PhysicalOperator;
use super::map::{Mapped, Mapper, Needs};
use crate::binder::bound::VarId;
use crate::error::Error;
use crate::exec::operators::choose_paths::ChoosePaths;
use crate::exec::operators::repeat::Repeat;
use crate::exec::operators::var_expand::End;
use crate::logical;

impl Mapper<'_> {
    #[inline(never)]
    pub(super) fn repeat(&self, repeat: &logical::Repeat, needs: Needs) -> Result<Mapped, Error> {
        let groups: Vec<(VarId, VarId)> =
            repeat.groups.iter().copied().filter(|(_, group)| needs.has(*group).is_some()).collect();
        let relationships = needs.has(repeat.relationships);
        let read = groups.iter().map(|(part, _)| *part).chain([repeat.inner_to]);
        let inner_needs =
            Needs { variables: read.chain(repeat.steps.iter().copied()).collect(), duplicates: true };
        let inner = self.inner(&repeat.inner, inner_needs, true)?;
        let mut below = needs.clone().without(repeat.relationships);
        for (_, group) in &repeat.groups {
            below = below.without(*group);
        }
        if !repeat.into {
            below = below.without(repeat.to);
        }
        let below = below
            .and([repeat.from])
            .and(repeat.into.then_some(repeat.to))
            .and(repeat.distinct_from.iter().copied())
            .and(inner.arguments.iter().copied().filter(|v| *v != repeat.inner_from));
        let input = self.plan(&repeat.input, below)?;
        let mut columns = input.columns;
        let to = needs.has(repeat.to).filter(|_| !repeat.into);
        relationships.into_iter().chain(to).for_each(|v| columns.insert(v));
        groups.iter().for_each(|(_, group)| columns.insert(*group));
        let spec = Repeat {
            inner,
            from: repeat.from,
            inner_from: repeat.inner_from,
            inner_to: repeat.inner_to,
            to: if repeat.into { End::Bound(repeat.to) } else { End::New(to) },
            relationships,
            steps: repeat.steps.clone(),
            groups,
            reversed: repeat.reversed,
            min: repeat.min,
            max: repeat.max.unwrap_or(u64::MAX),
            differ: repeat.differ,
            distinct_from: repeat.distinct_from.clone(),
            selection: repeat.selection,
            step: repeat.step,
        };
        Ok(self.finish(PhysicalOperator::Repeat(input.plan, spec), columns, &needs))
    }

    #[inline(never)]
    pub(super) fn choose_paths(&self, choice: &logical::ChoosePaths, needs: Needs) -> Result<Mapped, Error> {
        let mut below = needs.clone().and(choice.ends.iter().copied()).and([choice.length]);
        // Of equal rows each is a path of its own.
        below.duplicates = true;
        let input = self.plan(&choice.input, below)?;
        let columns = input.columns;
        let spec =
            ChoosePaths { ends: choice.ends.clone(), length: choice.length, selection: choice.selection };
        Ok(self.finish(PhysicalOperator::ChoosePaths(input.plan, spec), columns, &needs))
    }
}
