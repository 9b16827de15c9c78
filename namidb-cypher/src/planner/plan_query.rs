//! Queries: clauses one after the other, and UNION.

use super::{Planner, plan_subquery};
use crate::binder::bound::VarId;
use crate::binder::bound_query::{BoundClause, BoundProcedure, BoundQuery, InTransactions, SingleQuery};
use crate::logical::LogicalPlan;
use namidb_core::hash::HashSet;

impl Planner<'_> {
    /// A query that begins with the rows of `start`, which have the variables `live`.
    pub(super) fn query(
        &mut self,
        query: BoundQuery,
        start: &LogicalPlan,
        live: &HashSet<VarId>,
    ) -> LogicalPlan {
        let mut plan = self.single(query.first, start, live);
        let distinct = query.rest.last().is_some_and(|branch| !branch.all);
        for branch in query.rest {
            let right = self.single(branch.query, start, live);
            plan =
                LogicalPlan::Union { left: Box::new(plan), right: Box::new(right), columns: branch.columns };
        }
        // Without columns nothing is returned, and every branch still has its writes to do.
        if distinct && !query.columns.is_empty() {
            let variables = query.columns.iter().map(|(_, variable)| *variable).collect();
            plan = LogicalPlan::Distinct { input: Box::new(plan), variables };
        }
        plan
    }

    fn single(&mut self, query: SingleQuery, start: &LogicalPlan, live: &HashSet<VarId>) -> LogicalPlan {
        self.clauses(start.clone(), &mut live.clone(), query.clauses)
    }

    /// CALL of a procedure over the rows of a plan.
    fn procedure(
        &mut self,
        plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        call: BoundProcedure,
    ) -> LogicalPlan {
        let BoundProcedure { procedure, arguments, results, keeps_rows, predicates, optional, span } = call;
        let introduced: Vec<VarId> = results.iter().map(|(_, variable)| *variable).collect();
        let called = |input: LogicalPlan| {
            let input = Box::new(input);
            let call = LogicalPlan::ProcedureCall { input, procedure, arguments, results, keeps_rows, span };
            match predicates.is_empty() {
                true => call,
                false => LogicalPlan::Filter { input: Box::new(call), predicates },
            }
        };
        let plan = if optional {
            let inner = plan_subquery::prune(called(plan_subquery::argument(live)));
            let introduced = introduced.clone();
            LogicalPlan::Optional { input: Box::new(plan), inner: Box::new(inner), introduced }
        } else {
            called(plan)
        };
        live.extend(introduced);
        plan
    }

    /// A subquery that is committed for some rows after the others.
    fn in_transactions(
        &mut self,
        plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        query: BoundQuery,
        imports: Vec<VarId>,
        optional: bool,
        transactions: InTransactions,
    ) -> LogicalPlan {
        let columns: Vec<VarId> = query.columns.iter().map(|(_, v)| *v).collect();
        let visible: HashSet<VarId> = imports.into_iter().collect();
        let inner = self.query(query, &plan_subquery::argument(&visible), &visible);
        live.extend(columns.iter().copied());
        live.extend(transactions.status);
        LogicalPlan::InTransactions {
            input: Box::new(plan),
            inner: Box::new(plan_subquery::prune(inner)),
            introduced: columns,
            optional,
            transactions: Box::new(transactions),
        }
    }

    /// Clauses over the rows of a plan.
    pub(super) fn clauses(
        &mut self,
        mut plan: LogicalPlan,
        live: &mut HashSet<VarId>,
        clauses: Vec<BoundClause>,
    ) -> LogicalPlan {
        let mut clauses = clauses.into_iter().peekable();
        while let Some(clause) = clauses.next() {
            plan = match clause {
                BoundClause::Match(first) if first.optional => self.optional_match(plan, live, first),
                BoundClause::Match(first) => {
                    let mut group = vec![first];
                    while let Some(BoundClause::Match(next)) =
                        clauses.next_if(|c| matches!(c, BoundClause::Match(m) if !m.optional))
                    {
                        group.push(next);
                    }
                    if let (Some(BoundClause::Project(next)), Some(last)) =
                        (clauses.peek_mut(), group.last_mut())
                    {
                        last.predicates.extend(next.take_row_predicates());
                    }
                    self.matches(plan, live, group)
                }
                BoundClause::Unwind { list, variable } => {
                    live.insert(variable);
                    LogicalPlan::Unwind { input: Box::new(plan), list, variable }
                }
                BoundClause::Load(load) => {
                    live.extend([load.variable, load.line, load.file]);
                    LogicalPlan::Load { input: Box::new(plan), load }
                }
                BoundClause::Project(projection) => self.project(plan, live, *projection),
                BoundClause::Create { patterns, paths } => self.create(plan, live, patterns, paths),
                BoundClause::Merge(merge) => self.merge(plan, live, *merge),
                BoundClause::Set(items) => LogicalPlan::Set { input: Box::new(plan), items },
                BoundClause::Delete { targets, detach } => {
                    LogicalPlan::Delete { input: Box::new(plan), targets, detach }
                }
                BoundClause::Foreach { list, variable, clauses } => {
                    self.foreach(plan, live, list, variable, clauses)
                }
                BoundClause::Procedure(call) => self.procedure(plan, live, *call),
                BoundClause::Call { query, imports, optional, transactions: Some(transactions) } => {
                    self.in_transactions(plan, live, *query, imports, optional, *transactions)
                }
                BoundClause::Call { query, imports, .. } if query.columns.is_empty() => {
                    let visible: HashSet<VarId> = imports.into_iter().collect();
                    let inner = self.query(*query, &plan_subquery::argument(&visible), &visible);
                    let inner = Box::new(plan_subquery::prune(inner));
                    LogicalPlan::ForEach { input: Box::new(plan), inner }
                }
                BoundClause::Call { query, imports, optional, transactions: None } => {
                    let columns: Vec<VarId> = query.columns.iter().map(|(_, v)| *v).collect();
                    let visible: HashSet<VarId> = imports.into_iter().collect();
                    let inner = self.query(*query, &plan_subquery::argument(&visible), &visible);
                    let inner = Box::new(plan_subquery::prune(inner));
                    live.extend(columns.iter().copied());
                    let input = Box::new(plan);
                    if optional {
                        LogicalPlan::Optional { input, inner, introduced: columns }
                    } else {
                        LogicalPlan::Apply { input, inner }
                    }
                }
            };
        }
        plan
    }
}
