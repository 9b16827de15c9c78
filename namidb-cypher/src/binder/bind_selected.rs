//! Paths of which only some count.

use super::Binder;
use super::bind_pattern::Gathered;
use super::bind_repeated::{as_repeated, repeated_path};
use super::bound::{Expr, VarId};
use super::bound_query::{BoundPattern, SelectedPath, Selection};
use super::errors::semantic;
use crate::Error;
use crate::syntax::ast::{PathMode, PathPattern, PatternPart, RelationshipPattern, Selector};
use namidb_core::hash::HashSet;

impl Binder<'_> {
    /// A path of which only some count.
    pub(super) fn selected<'x>(
        &mut self,
        gathered: &mut Gathered<'x>,
        part: &'x PatternPart,
        selection: Selection,
    ) -> Result<(), Error> {
        let mut own = Gathered::new(&gathered.around);
        own.differs_in = gathered.differs_in;
        let single = match part.path.steps.as_slice() {
            [step] if part.path.predicate.is_none() && part.mode != PathMode::Acyclic => {
                step.relationship.length.as_ref().map(|length| (step, length.min.unwrap_or(1)))
            }
            _ => None,
        };
        let Some((step, min)) = single else {
            bounded(part, gathered.differs_in)?;
            let apart = steps_apart(&part.path, gathered.differs_in);
            let steps = part.path.steps.iter().zip(&apart);
            let steps = steps.map(|(step, apart)| if *apart { as_repeated(step) } else { step.clone() });
            let path = PathPattern { steps: steps.collect(), ..part.path.clone() };
            let through = self.path(&mut own, &path, true)?;
            self.name_path(&mut own, part, through.clone())?;
            let mut pattern = self.conditions(own)?;
            pattern.choose_within(selection, &apart);
            gathered.pattern.selected.push(SelectedPath { pattern, through, selection });
            return Ok(());
        };
        // The search for shortest paths is the same thing, if one or all of the shortest are asked for.
        let searched = match selection {
            Selection::Paths(1) => Some(Selector::Shortest),
            Selection::Lengths(1) => Some(Selector::AllShortest),
            _ => None,
        };
        let plain = repeated_path(&step.relationship, false).is_none()
            && step.relationship.variable.as_ref().is_none_or(|name| self.scope.get(&name.text).is_none());
        if let (Some(selector), true, true) = (searched, plain && min <= 1, gathered.differs_in.is_some()) {
            let through = self.path(gathered, &part.path, true)?;
            if let Some(last) = gathered.pattern.relationships.last_mut() {
                last.selector = selector;
                last.selection = Some(selection);
            }
            return self.name_path(gathered, part, through);
        }
        let repeated = as_repeated(step);
        let path = PathPattern { steps: vec![repeated], ..part.path.clone() };
        let through = self.path(&mut own, &path, true)?;
        if let Some(last) = own.pattern.relationships.last_mut() {
            last.selection = Some(selection);
        }
        self.name_path(&mut own, part, through)?;
        let pattern = self.conditions(own)?;
        gathered.pattern.join(pattern);
        Ok(())
    }
}

impl BoundPattern {
    /// Adds what another pattern asks for.
    fn join(&mut self, other: BoundPattern) {
        let BoundPattern { nodes, relationships, paths, predicates, selected } = other;
        for node in nodes {
            match self.nodes.iter_mut().find(|known| known.variable == node.variable) {
                Some(known) => known.labels.extend(node.labels),
                None => self.nodes.push(node),
            }
        }
        self.relationships.extend(relationships);
        self.paths.extend(paths);
        self.predicates.extend(predicates);
        self.selected.extend(selected);
    }

    /// Lets repetitions find only walks that one of the chosen paths can have between the two nodes. Whoever exchanges
    /// one of them for a shorter one has a shorter path between the same ends, if nothing else asks for the walk, and
    /// if no other step can have taken its relationships.
    fn choose_within(&mut self, selection: Selection, apart: &[bool]) {
        let maps = self.relationships.iter().filter_map(|relationship| relationship.properties.as_ref());
        let read: HashSet<VarId> =
            self.predicates.iter().chain(maps).flat_map(Expr::free_variables).collect();
        if self.paths.iter().any(|(path, _)| read.contains(path)) {
            return;
        }
        for (relationship, apart) in self.relationships.iter_mut().zip(apart) {
            let Some(repeated) = &relationship.repeated else { continue };
            let mut found = repeated.groups.iter().map(|(_, group)| group).chain([&relationship.variable]);
            if *apart && !found.any(|variable| read.contains(variable)) {
                relationship.selection = Some(selection);
            }
        }
    }
}

/// Which steps of a path are repeated and take no relationship that another one may take.
fn steps_apart(path: &PathPattern, differs_in: Option<u32>) -> Vec<bool> {
    let types: Vec<Option<Vec<&str>>> = path.steps.iter().map(|step| types_of(&step.relationship)).collect();
    let apart = |at: usize| {
        let others = types.iter().enumerate().filter(|(other, _)| *other != at);
        let disjoint = |other: &Option<Vec<&str>>| match (&types[at], other) {
            (Some(these), Some(those)) => these.iter().all(|name| !those.contains(name)),
            _ => false,
        };
        differs_in.is_none() || others.map(|(_, other)| other).all(disjoint)
    };
    let repeated = path.steps.iter().map(|step| step.relationship.length.is_some());
    repeated.enumerate().map(|(at, repeated)| repeated && apart(at)).collect()
}

/// The types that relationships of a step may have; none if they may have any, or nobody can tell.
fn types_of(relationship: &RelationshipPattern) -> Option<Vec<&str>> {
    match &relationship.repeated {
        Some(path) => {
            let inner = path.steps.iter().map(|step| types_of(&step.relationship));
            Some(inner.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        None => Some(relationship.types.as_ref()?.any_of()?.into_iter().map(|name| &*name.text).collect()),
    }
}

/// Which paths a selector lets count, if it is not one of the functions.
pub(super) fn selection(selector: Selector) -> Option<Selection> {
    match selector {
        Selector::All | Selector::Shortest | Selector::AllShortest => None,
        Selector::Any(count) | Selector::ShortestPaths(count) => Some(Selection::Paths(count)),
        Selector::ShortestGroups(count) => Some(Selection::Lengths(count)),
    }
}

/// Fails if a path has no end: anything may repeat in it, and nothing says how often.
pub(super) fn bounded(part: &PatternPart, differs_in: Option<u32>) -> Result<(), Error> {
    let endless = part
        .path
        .steps
        .iter()
        .find(|step| step.relationship.length.as_ref().is_some_and(|length| length.max.is_none()));
    match endless {
        Some(step) if differs_in.is_none() => {
            let message = "without an upper bound there are walks without end here";
            Err(semantic("UnboundedPattern", step.relationship.span, message)
                .with_hint("Give it an upper bound, choose with ANY or SHORTEST on a path of this one part, or write TRAIL or ACYCLIC"))
        }
        _ => Ok(()),
    }
}
