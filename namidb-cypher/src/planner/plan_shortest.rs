//! shortestPath and allShortestPaths: after everything else of their MATCH, since they need a node to begin at.
//!
//! An end that nothing else finds, and that no seek finds either, is found by the search itself: one search from
//! the other end costs less than one for each node that a scan would give.

use super::access_path::{AccessKind, best_access, seekables};
use super::cardinality::Statistics;
use super::plan_match::{Matcher, flipped};
use super::query_graph::{GraphSearch, QueryGraph};
use crate::binder::bound::{Expr, VarId};
use crate::logical::{LogicalPlan, ShortestPath, step_condition};
use crate::syntax::ast::Selector;
use namidb_core::hash::HashSet;

impl GraphSearch {
    /// The path and its relationships, as the conditions on them name them.
    fn introduced(&self) -> impl Iterator<Item = VarId> + '_ {
        self.path.into_iter().chain([self.pattern.variable])
    }

    fn list(&self) -> Option<VarId> {
        self.pattern.length.is_some().then_some(self.pattern.variable)
    }

    fn min(&self) -> u64 {
        self.pattern.length.map_or(1, |(min, _)| min)
    }
}

impl QueryGraph {
    /// Takes the ends out of what has to be found first that searches find by themselves.
    pub(super) fn settle_searches(&mut self, statistics: &Statistics<'_>, live: &HashSet<VarId>) {
        for at in 0..self.searches.len() {
            let pattern = &self.searches[at].pattern;
            let found = [pattern.right, pattern.left]
                .into_iter()
                .find(|end| self.is_free_end(*end, at, statistics, live));
            if let Some(node) = found.and_then(|end| self.position(end)).and_then(|at| self.nodes.get_mut(at))
            {
                node.bound = true;
            }
        }
    }

    fn is_free_end(&self, end: VarId, at: usize, statistics: &Statistics<'_>, live: &HashSet<VarId>) -> bool {
        let Some(position) = self.position(end) else { return false };
        let (node, search) = (&self.nodes[position], &self.searches[at]);
        let other = if search.pattern.left == end { search.pattern.right } else { search.pattern.left };
        let is_found = |v: VarId| live.contains(&v) || self.position(v).is_some_and(|p| !self.nodes[p].bound);
        let ends_elsewhere = self.edges.iter().any(|e| e.left == position || e.right == position)
            || self.paths.iter().any(|(_, through)| through.contains(&end))
            || self.searches.iter().enumerate().any(|(number, s)| {
                let is_end = s.pattern.left == end || s.pattern.right == end;
                let is_read = s.pattern.properties.iter().any(|p| p.free_variables().contains(&end));
                is_read || number != at && is_end
            });
        if node.bound || other == end || !is_found(other) || ends_elsewhere || search.min() > 1 {
            return false;
        }
        let of_paths: HashSet<VarId> = self.searches.iter().flat_map(GraphSearch::introduced).collect();
        let asks_of_steps = self.predicates.iter().all(|predicate| {
            let reads = predicate.free_variables();
            let of_path = reads.iter().any(|v| of_paths.contains(v));
            let of_this_path = search.introduced().any(|v| reads.contains(&v));
            !of_path
                || !reads.contains(&end)
                    && (!of_this_path || step_condition(predicate, search.path, search.list()).is_some())
        });
        let access = best_access(statistics, node, &seekables(self, node.variable), live);
        asks_of_steps && matches!(access.kind, AccessKind::Scan)
    }
}

impl Matcher<'_, '_> {
    /// Finds a shortest path from what is bound. The conditions on it that can be asked by then are part of the
    /// search; the others are asked of what it finds.
    pub(super) fn search(&mut self, search: GraphSearch) {
        let list = search.list();
        let single = list.is_none();
        let introduced: Vec<VarId> = search.introduced().collect();
        let GraphSearch { pattern, path } = search;
        let reversed = !self.bound.contains(&pattern.left);
        let (from, to) = if reversed { (pattern.right, pattern.left) } else { (pattern.left, pattern.right) };
        let into = self.bound.contains(&to);
        let direction = if reversed { flipped(pattern.direction) } else { pattern.direction };
        let (min, max) = pattern.length.unwrap_or((1, Some(1)));
        // What chooses among paths is asked before WHERE.
        let chosen = pattern.selection.is_some();
        let predicates = self.take_predicates(&introduced, |predicate| {
            !chosen && (into || step_condition(predicate, path, list).is_some())
        });
        let input = self.plan.take();
        self.plan = LogicalPlan::ShortestPath(Box::new(ShortestPath {
            input,
            from,
            relationships: pattern.variable,
            single,
            reversed,
            to,
            into,
            types: pattern.types,
            direction,
            min,
            max,
            properties: pattern.properties,
            all: pattern.selector == Selector::AllShortest,
            path,
            predicates,
        }));
        self.bound.extend(introduced);
        self.bound.insert(to);
    }

    /// The predicates that read any of these variables, beside what is bound.
    fn take_predicates(&mut self, variables: &[VarId], fits: impl Fn(&Expr) -> bool) -> Vec<Expr> {
        let mut taken = Vec::new();
        for (predicate, needs) in self.graph.predicates.iter().zip(&mut self.pending) {
            let Some(reads) = needs.as_ref() else { continue };
            let about = reads.iter().any(|v| variables.contains(v));
            let ready = reads.iter().all(|v| variables.contains(v) || self.bound.contains(v));
            if about && ready && !predicate.is_volatile() && fits(predicate) {
                taken.push(predicate.clone());
                *needs = None;
            }
        }
        taken
    }
}
