//! Plans by the text of their statement.
//!
//! A plan stays right whatever the graph becomes. It is made anew when names or indexes have changed, and when the
//! graph has grown or shrunk so much that another plan may be better.

use namidb_core::graph::GraphState;
use namidb_core::hash::HashMap;
use namidb_cypher::functions::UserFunction;
use namidb_cypher::functions::procedures::{Callables, Procedure};
use namidb_cypher::logical::PlannedStatement;
use namidb_cypher::planner;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A graph of so many entities is small: any plan will do.
const SMALL: u64 = 16;

#[derive(Debug)]
struct Cached {
    statement: Arc<PlannedStatement>,
    schema_version: u64,
    entities: u64,
    used: u64,
}

/// Plans by the text of their statement, of which the least recently used go first.
#[derive(Debug)]
pub(crate) struct PlanCache {
    capacity: usize,
    plans: Mutex<Plans>,
}

#[derive(Debug, Default)]
struct Plans {
    /// What statements may call. Plans hold the procedures and functions that they call.
    callables: Callables,
    by_text: HashMap<Arc<str>, Cached>,
    uses: u64,
}

fn entities(state: &GraphState) -> u64 {
    state.node_count() + state.relationship_count()
}

impl Cached {
    fn suits(&self, state: &GraphState) -> bool {
        let now = entities(state);
        let (less, more) = (self.entities.min(now), self.entities.max(now));
        self.schema_version == state.schema_version() && more <= 2 * less + SMALL
    }
}

impl PlanCache {
    pub(crate) fn new(capacity: usize) -> PlanCache {
        PlanCache { capacity, plans: Mutex::default() }
    }

    /// The plan of a statement for a state.
    ///
    /// # Errors
    /// Those of the statement's text.
    pub(crate) fn plan(
        &self,
        text: &str,
        state: &GraphState,
    ) -> Result<Arc<PlannedStatement>, namidb_cypher::Error> {
        if let Some(statement) = self.find(text, state) {
            return Ok(statement);
        }
        // Planning holds no lock: two threads may plan the same text, and the later plan stays.
        let callables = self.lock().callables.clone();
        let statement = Arc::new(planner::prepare_with(text, state, &callables)?);
        self.keep(text, state, &statement);
        Ok(statement)
    }

    /// Adds a procedure. Plans that were made before it are forgotten: they may call another one of its name.
    ///
    /// # Errors
    /// `Argument` if it must not have its name.
    pub(crate) fn register(&self, procedure: Arc<dyn Procedure>) -> Result<(), namidb_cypher::Error> {
        let mut plans = self.lock();
        plans.callables.add(procedure)?;
        plans.by_text.clear();
        Ok(())
    }

    /// Adds a function. Plans that were made before it are forgotten.
    ///
    /// # Errors
    /// `Argument` if it must not have its name.
    pub(crate) fn register_function(
        &self,
        function: Arc<dyn UserFunction>,
    ) -> Result<(), namidb_cypher::Error> {
        let mut plans = self.lock();
        plans.callables.add_function(function)?;
        plans.by_text.clear();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, text: &str, state: &GraphState) -> Option<Arc<PlannedStatement>> {
        let mut plans = self.lock();
        plans.uses += 1;
        let uses = plans.uses;
        let cached = plans.by_text.get_mut(text).filter(|cached| cached.suits(state))?;
        cached.used = uses;
        Some(Arc::clone(&cached.statement))
    }

    fn keep(&self, text: &str, state: &GraphState, statement: &Arc<PlannedStatement>) {
        if self.capacity == 0 {
            return;
        }
        let mut plans = self.lock();
        if plans.by_text.len() >= self.capacity && !plans.by_text.contains_key(text) {
            let oldest = plans.by_text.iter().min_by_key(|(_, cached)| cached.used);
            if let Some(oldest) = oldest.map(|(text, _)| Arc::clone(text)) {
                plans.by_text.remove(&oldest);
            }
        }
        let cached = Cached {
            statement: Arc::clone(statement),
            schema_version: state.schema_version(),
            entities: entities(state),
            used: plans.uses,
        };
        plans.by_text.insert(Arc::from(text), cached);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::Seq;
    use namidb_core::graph::op::{NameKind, Op};

    #[test]
    fn a_plan_is_kept_until_the_schema_changes() {
        let cache = PlanCache::new(2);
        let state = GraphState::empty();
        let one = cache.plan("MATCH (n) RETURN n", &state).unwrap();
        assert!(Arc::ptr_eq(&one, &cache.plan("MATCH (n) RETURN n", &state).unwrap()));
        let mut named = state.clone();
        named
            .apply_transaction(&[Op::DefineName { kind: NameKind::Label, name: "L".into() }], Seq(1))
            .unwrap();
        assert!(!Arc::ptr_eq(&one, &cache.plan("MATCH (n) RETURN n", &named).unwrap()));
    }

    #[test]
    fn a_plan_is_made_anew_when_the_graph_has_grown_by_an_order_of_magnitude() {
        let cache = PlanCache::new(2);
        let node = || Op::CreateNode { uuid: crate::new_uuid(), labels: Vec::new(), properties: Vec::new() };
        let grown = |nodes: usize| {
            let mut state = GraphState::empty();
            state
                .apply_transaction(&std::iter::repeat_with(node).take(nodes).collect::<Vec<_>>(), Seq(1))
                .unwrap();
            state
        };
        let mut before = cache.plan("MATCH (n) RETURN n", &GraphState::empty()).unwrap();
        for nodes in [20, 200, 2_000] {
            let state = grown(nodes);
            let anew = cache.plan("MATCH (n) RETURN n", &state).unwrap();
            assert!(!Arc::ptr_eq(&before, &anew), "{nodes} nodes");
            assert!(Arc::ptr_eq(
                &anew,
                &cache.plan("MATCH (n) RETURN n", &grown(nodes + nodes / 4)).unwrap()
            ));
            before = anew;
        }
    }

    #[test]
    fn a_full_cache_forgets_the_plan_that_was_used_least_recently() {
        let cache = PlanCache::new(2);
        let state = GraphState::empty();
        let one = cache.plan("RETURN 1 AS x", &state).unwrap();
        let two = cache.plan("RETURN 2 AS x", &state).unwrap();
        assert!(Arc::ptr_eq(&one, &cache.plan("RETURN 1 AS x", &state).unwrap()));
        cache.plan("RETURN 3 AS x", &state).unwrap();
        assert!(Arc::ptr_eq(&one, &cache.plan("RETURN 1 AS x", &state).unwrap()));
        assert!(!Arc::ptr_eq(&two, &cache.plan("RETURN 2 AS x", &state).unwrap()));
        let none = PlanCache::new(0);
        none.plan("RETURN 1 AS x", &state).unwrap();
        assert!(none.plans.lock().unwrap().by_text.is_empty());
    }
}
