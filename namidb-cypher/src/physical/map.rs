//! Logical operators to physical ones.

use super::var_set::VarSet;
use super::{Expression, PhysicalOperator, PhysicalPlan};
use crate::binder::bound::{Expr, ExprKind, VarId};
use crate::error::Error;
use crate::eval::CompileContext;
use crate::exec::operators::id_seek::IdSeek;
use crate::exec::operators::index_seek::{IndexSeek, Sought};
use crate::exec::operators::node_scan::NodeScan;
use crate::exec::operators::procedure_call::Call;
use crate::exec::operators::unwind::{Unwind, UnwindSource};
use crate::exec::operators::uuid_seek::UuidSeek;
use crate::logical::{LogicalPlan, SeekBound};
use crate::profile::Profile;
use namidb_core::ErrorCode;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Plans may be so deep, inner ones included: operators call each other.
const DEPTH_MAX: usize = 2048;

/// Maps a plan of a statement with so many variables, of whose result some are read. With a profile its operators
/// count what they do.
///
/// # Errors
/// [`ErrorCode::QueryTooComplex`] for a plan that is too deep; what compiling expressions raises.
pub(crate) fn map(
    plan: &LogicalPlan,
    read: impl IntoIterator<Item = VarId>,
    variables: usize,
    profile: Option<&Profile>,
) -> Result<PhysicalPlan, Error> {
    if plan.depth() > DEPTH_MAX {
        return Err(Error::runtime(
            ErrorCode::QueryTooComplex,
            "SyntaxError",
            "QueryTooComplex",
            format!("the statement needs more than {DEPTH_MAX} operators in a row"),
        )
        .with_hint("Split it into several statements"));
    }
    let needs = Needs { variables: read.into_iter().collect(), duplicates: true };
    let next = Cell::new(variables as u32);
    let mapper =
        Mapper { hidden: None, row_by_row: false, next: &next, arguments: RefCell::default(), profile };
    Ok(*mapper.plan(plan, needs)?.plan)
}

/// What is needed of an operator's result.
#[derive(Clone)]
pub(super) struct Needs {
    /// The variables that are read above.
    pub(super) variables: VarSet,
    /// Whether it matters how often a row comes.
    pub(super) duplicates: bool,
}

impl Needs {
    /// The same, with further variables.
    pub(super) fn and(mut self, variables: impl IntoIterator<Item = VarId>) -> Needs {
        for variable in variables {
            self.variables.insert(variable);
        }
        self
    }

    /// The same, without a variable that is introduced here.
    pub(super) fn without(mut self, variable: VarId) -> Needs {
        self.variables.remove(variable);
        self
    }

    pub(super) fn has(&self, variable: VarId) -> Option<VarId> {
        self.variables.contains(variable).then_some(variable)
    }
}

/// A plan and the variables of its result.
pub(super) struct Mapped {
    pub(super) plan: Box<PhysicalPlan>,
    pub(super) columns: VarSet,
}

pub(super) struct Mapper<'a> {
    /// The number of the outer row, in an inner plan that runs for many of them at once.
    pub(super) hidden: Option<VarId>,
    /// Whether the plan is set up anew for each outer row.
    pub(super) row_by_row: bool,
    /// The number of the next variable that no text names.
    pub(super) next: &'a Cell<u32>,
    /// What the plan reads of the rows around it.
    pub(super) arguments: RefCell<VarSet>,
    pub(super) profile: Option<&'a Profile>,
}

impl Mapper<'_> {
    pub(super) fn new_variable(&self) -> VarId {
        let number = self.next.get();
        self.next.set(number + 1);
        VarId(number)
    }

    /// Finishes an operator: of its columns those that are not needed are dropped from its result.
    pub(super) fn finish(&self, operator: PhysicalOperator, mut columns: VarSet, needs: &Needs) -> Mapped {
        let dead: Vec<VarId> =
            columns.iter().filter(|v| !needs.variables.contains(*v) && Some(*v) != self.hidden).collect();
        for variable in &dead {
            columns.remove(*variable);
        }
        Mapped { plan: Box::new(PhysicalPlan { operator, dead, counters: None }), columns }
    }

    pub(super) fn expression(&self, expr: &Expr) -> Result<Expression, Error> {
        Expression::new(expr, &CompileContext { subqueries: self })
    }

    pub(super) fn expressions<'e>(
        &self,
        exprs: impl IntoIterator<Item = &'e Expr>,
    ) -> Result<Vec<Expression>, Error> {
        exprs.into_iter().map(|e| self.expression(e)).collect()
    }

    pub(super) fn items<'e>(
        &self,
        items: impl IntoIterator<Item = &'e (VarId, Expr)>,
    ) -> Result<Vec<(VarId, Expression)>, Error> {
        items.into_iter().map(|(v, e)| Ok((*v, self.expression(e)?))).collect()
    }

    /// Maps a plan of whose result so much is needed.
    ///
    /// Plans are as deep as their texts are long. Each operator has a function of its own, and what is made of its input
    /// another one, so that little is on the stack while the input is mapped.
    pub(super) fn plan(&self, plan: &LogicalPlan, needs: Needs) -> Result<Mapped, Error> {
        let mut mapped = match plan {
            LogicalPlan::Unit | LogicalPlan::Argument { .. } | LogicalPlan::Show(_) => {
                self.leaf(plan, &needs)
            }
            LogicalPlan::NodeScan { input, variable, .. }
            | LogicalPlan::IndexSeek { input, variable, .. }
            | LogicalPlan::UuidSeek { input, variable, .. }
            | LogicalPlan::IdSeek { input, variable, .. }
            | LogicalPlan::Unwind { input, variable, .. } => self.adding(plan, input, *variable, needs)?,
            LogicalPlan::ProcedureCall { input, .. } => self.procedure_call(plan, input, needs)?,
            LogicalPlan::Expand(expand) => self.expand(expand, Vec::new(), needs)?,
            LogicalPlan::Intersect(intersect) => self.intersect(intersect, Vec::new(), needs)?,
            LogicalPlan::HashJoin { input, build, keys } => self.hash_join(input, build, keys, needs)?,
            LogicalPlan::VarExpand(expand) => self.var_expand(expand, Vec::new(), needs)?,
            LogicalPlan::ShortestPath(search) => self.shortest_path(search, Vec::new(), needs)?,
            LogicalPlan::InTransactions { input, inner, introduced, optional, transactions } => {
                self.in_transactions(input, inner, introduced, *optional, transactions, needs)?
            }
            LogicalPlan::Load { input, load } => self.load(input, load, needs)?,
            LogicalPlan::Repeat(repeat) => self.repeat(repeat, needs)?,
            LogicalPlan::ChoosePaths(choice) => self.choose_paths(choice, needs)?,
            LogicalPlan::Filter { input, predicates } => self.filter(input, predicates, needs)?,
            LogicalPlan::Extend { input, items } => self.extend(input, items, needs)?,
            LogicalPlan::Project { input, items } => self.project(input, items, needs)?,
            LogicalPlan::Skip { input, count } | LogicalPlan::Limit { input, count } => {
                self.part(plan, input, count, needs)?
            }
            LogicalPlan::Union { left, right, columns } => self.union(left, right, columns, needs)?,
            LogicalPlan::Aggregate { input, keys, aggregates } => {
                self.aggregate(input, keys, aggregates, needs)?
            }
            LogicalPlan::Distinct { input, variables } => self.distinct(input, variables, needs)?,
            LogicalPlan::Sort { input, keys, limit } => self.sort(input, keys, limit.as_ref(), needs)?,
            LogicalPlan::Optional { input, inner, introduced } => {
                self.apply(input, inner, Some(introduced), needs)?
            }
            LogicalPlan::Apply { input, inner } => self.apply(input, inner, None, needs)?,
            other => self.update(other, needs)?,
        };
        self.measure(plan, &mut mapped);
        Ok(mapped)
    }

    /// Lets a physical operator count for the logical one that it does, if it counts for none yet.
    fn measure(&self, plan: &LogicalPlan, mapped: &mut Mapped) {
        if mapped.plan.counters.is_none() {
            mapped.plan.counters = self.profile.and_then(|profile| profile.counters(plan));
        }
    }

    /// An operator without input.
    #[inline(never)]
    fn leaf(&self, plan: &LogicalPlan, needs: &Needs) -> Mapped {
        match plan {
            LogicalPlan::Argument { variables } => {
                let read: VarSet =
                    variables.iter().copied().filter(|v| needs.variables.contains(*v)).collect();
                self.arguments.borrow_mut().union(&read);
                let columns = read.iter().chain(self.hidden).collect();
                self.finish(PhysicalOperator::Argument, columns, needs)
            }
            LogicalPlan::Show(show) => {
                let columns = show.columns.iter().map(|(_, variable)| *variable).collect();
                self.finish(PhysicalOperator::Show(show.clone()), columns, needs)
            }
            _ => self.finish(PhysicalOperator::Unit, VarSet::default(), needs),
        }
    }

    #[inline(never)]
    fn extend(&self, input: &LogicalPlan, items: &[(VarId, Expr)], needs: Needs) -> Result<Mapped, Error> {
        let items: Vec<&(VarId, Expr)> = items.iter().filter(|(v, _)| needs.variables.contains(*v)).collect();
        let mut below = needs.clone();
        for (variable, _) in &items {
            below.variables.remove(*variable);
        }
        let below = below.and(items.iter().flat_map(|(_, e)| e.free_variables()));
        let input = self.plan(input, below)?;
        self.extended(input, &items, &needs)
    }

    #[inline(never)]
    fn extended(&self, input: Mapped, items: &[&(VarId, Expr)], needs: &Needs) -> Result<Mapped, Error> {
        let mut columns = input.columns;
        items.iter().for_each(|(v, _)| columns.insert(*v));
        let operator = PhysicalOperator::Extend(input.plan, self.items(items.iter().copied())?);
        Ok(self.finish(operator, columns, needs))
    }

    #[inline(never)]
    fn project(&self, input: &LogicalPlan, items: &[(VarId, Expr)], needs: Needs) -> Result<Mapped, Error> {
        let hidden = self.hidden_item();
        let items = items.iter().filter(|(v, _)| needs.variables.contains(*v));
        let items: Vec<&(VarId, Expr)> = items.chain(&hidden).collect();
        let below = Needs { variables: VarSet::default(), duplicates: needs.duplicates };
        let input = self.plan(input, below.and(items.iter().flat_map(|(_, e)| e.free_variables())))?;
        self.projected(input, &items, &needs)
    }

    #[inline(never)]
    fn projected(&self, input: Mapped, items: &[&(VarId, Expr)], needs: &Needs) -> Result<Mapped, Error> {
        let columns = items.iter().map(|(v, _)| *v).collect();
        let operator = PhysicalOperator::Project(input.plan, self.items(items.iter().copied())?);
        Ok(self.finish(operator, columns, needs))
    }

    /// SKIP and LIMIT.
    #[inline(never)]
    fn part(
        &self,
        plan: &LogicalPlan,
        input: &LogicalPlan,
        count: &Expr,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let mapped = self.plan(input, Needs { duplicates: true, ..needs.clone() })?;
        let drains = matches!(plan, LogicalPlan::Limit { .. }).then(|| input.writes());
        self.cut(mapped, count, drains, &needs)
    }

    #[inline(never)]
    fn cut(&self, input: Mapped, count: &Expr, drains: Option<bool>, needs: &Needs) -> Result<Mapped, Error> {
        let count = self.expression(count)?;
        let operator = match drains {
            Some(drains) => PhysicalOperator::Limit { input: input.plan, count, drains },
            None => PhysicalOperator::Skip(input.plan, count),
        };
        Ok(self.finish(operator, input.columns, needs))
    }

    #[inline(never)]
    fn union(
        &self,
        left: &LogicalPlan,
        right: &LogicalPlan,
        columns: &[(VarId, VarId, VarId)],
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let columns: Vec<_> =
            columns.iter().copied().filter(|(v, _, _)| needs.variables.contains(*v)).collect();
        let of = |pick: fn(&(VarId, VarId, VarId)) -> VarId| Needs {
            variables: columns.iter().map(pick).collect(),
            duplicates: needs.duplicates,
        };
        let left = self.plan(left, of(|c| c.1))?.plan;
        let right = self.plan(right, of(|c| c.2))?.plan;
        let result = columns.iter().map(|c| c.0).collect();
        Ok(self.finish(PhysicalOperator::Union(left, right, columns), result, &needs))
    }

    #[inline(never)]
    fn procedure_call(&self, plan: &LogicalPlan, input: &LogicalPlan, needs: Needs) -> Result<Mapped, Error> {
        let mut below = needs.clone();
        plan.for_each_introduced(&mut |v| below.variables.remove(v));
        let mut reads = Vec::new();
        plan.for_each_read(&mut |v| reads.push(v));
        let input = self.plan(input, below.and(reads))?;
        self.called(plan, input, &needs)
    }

    #[inline(never)]
    fn called(&self, plan: &LogicalPlan, input: Mapped, needs: &Needs) -> Result<Mapped, Error> {
        let LogicalPlan::ProcedureCall { procedure, arguments, results, keeps_rows, span, .. } = plan else {
            return Ok(input);
        };
        let results: Vec<(usize, VarId)> =
            results.iter().copied().filter(|(_, v)| needs.has(*v).is_some()).collect();
        let mut columns = input.columns;
        results.iter().for_each(|(_, v)| columns.insert(*v));
        let spec = Call {
            procedure: Arc::clone(procedure),
            arguments: self.expressions(arguments)?,
            results,
            keeps_rows: *keeps_rows,
            span: *span,
        };
        Ok(self.finish(PhysicalOperator::ProcedureCall(input.plan, spec), columns, needs))
    }

    /// An operator that adds one variable to its input's rows.
    #[inline(never)]
    fn adding(
        &self,
        plan: &LogicalPlan,
        input: &LogicalPlan,
        variable: VarId,
        needs: Needs,
    ) -> Result<Mapped, Error> {
        let mut reads = Vec::new();
        plan.for_each_read(&mut |v| reads.push(v));
        let input = self.plan(input, needs.clone().without(variable).and(reads))?;
        self.added(plan, input, needs.has(variable), &needs)
    }

    #[inline(never)]
    fn added(
        &self,
        plan: &LogicalPlan,
        input: Mapped,
        variable: Option<VarId>,
        needs: &Needs,
    ) -> Result<Mapped, Error> {
        let mut columns = input.columns;
        variable.into_iter().for_each(|v| columns.insert(v));
        let input = input.plan;
        let operator = match plan {
            LogicalPlan::NodeScan { labels, computed, .. } => {
                let (labels, computed) = (labels.clone(), self.expressions(computed)?);
                PhysicalOperator::NodeScan(input, NodeScan { variable, labels, computed })
            }
            LogicalPlan::IndexSeek { target, keys, first, bound, .. } => {
                let (target, keys) = (target.clone(), keys.clone());
                let (first, bound) = (self.expressions(first)?, self.sought(bound)?);
                PhysicalOperator::IndexSeek(input, IndexSeek { variable, target, keys, first, bound })
            }
            LogicalPlan::UuidSeek { uuid, .. } => {
                PhysicalOperator::UuidSeek(input, UuidSeek { variable, uuid: self.expression(uuid)? })
            }
            LogicalPlan::IdSeek { id, .. } => {
                PhysicalOperator::IdSeek(input, IdSeek { variable, id: self.expression(id)? })
            }
            LogicalPlan::Unwind { list, .. } => {
                PhysicalOperator::Unwind(input, Unwind { variable, source: self.unwind_source(list)? })
            }
            _ => return Ok(Mapped { plan: input, columns }),
        };
        Ok(self.finish(operator, columns, needs))
    }

    fn sought(&self, bound: &SeekBound) -> Result<Sought, Error> {
        let end = |end: &Option<(Expr, bool)>| match end {
            Some((expr, included)) => Ok::<_, Error>(Some((self.expression(expr)?, *included))),
            None => Ok(None),
        };
        Ok(match bound {
            SeekBound::Equal(expr) => Sought::Equal(self.expression(expr)?),
            SeekBound::AnyOf(expr) => Sought::AnyOf(self.expression(expr)?),
            SeekBound::Range { lower, upper } => Sought::Range { lower: end(lower)?, upper: end(upper)? },
            SeekBound::Prefix(expr) => Sought::Prefix(self.expression(expr)?),
        })
    }

    fn unwind_source(&self, list: &Expr) -> Result<UnwindSource, Error> {
        Ok(match list.kind.as_range() {
            Some(arguments) => UnwindSource::Range(self.expressions(arguments)?),
            None => UnwindSource::List(self.expression(list)?),
        })
    }

    #[inline(never)]
    fn filter(&self, input: &LogicalPlan, predicates: &[Expr], needs: Needs) -> Result<Mapped, Error> {
        // Labels of a node that a pattern step finds are checked as it is found.
        let found = match input {
            LogicalPlan::Expand(e) if !e.into => Some(e.to),
            LogicalPlan::Intersect(i) => Some(i.to),
            LogicalPlan::VarExpand(e) if !e.into => Some(e.to),
            LogicalPlan::ShortestPath(e) if !e.into => Some(e.to),
            _ => None,
        };
        let mut labels = Vec::new();
        let mut rest = Vec::new();
        for predicate in predicates {
            match &predicate.kind {
                ExprKind::HasLabels { base, labels: names }
                    if found.is_some_and(|to| base.is_variable(to)) =>
                {
                    labels.extend(names.iter().cloned());
                }
                _ => rest.push(predicate),
            }
        }
        let below = needs.clone().and(rest.iter().flat_map(|p| p.free_variables()));
        let plan = input;
        let mut input = match input {
            LogicalPlan::Expand(e) => self.expand(e, labels, below)?,
            LogicalPlan::Intersect(i) => self.intersect(i, labels, below)?,
            LogicalPlan::VarExpand(e) => self.var_expand(e, labels, below)?,
            LogicalPlan::ShortestPath(e) => self.shortest_path(e, labels, below)?,
            other => self.plan(other, below)?,
        };
        self.measure(plan, &mut input);
        if rest.is_empty() {
            return Ok(input);
        }
        self.filtered(input, rest, &needs)
    }

    #[inline(never)]
    fn filtered(&self, input: Mapped, predicates: Vec<&Expr>, needs: &Needs) -> Result<Mapped, Error> {
        let operator = PhysicalOperator::Filter(input.plan, self.expressions(predicates)?);
        Ok(self.finish(operator, input.columns, needs))
    }

    /// The hidden number of the outer row, as an item of a projection.
    pub(super) fn hidden_item(&self) -> Option<(VarId, Expr)> {
        let hidden = self.hidden?;
        let span = crate::syntax::span::Span::default();
        Some((hidden, Expr { kind: ExprKind::Variable(hidden), span }))
    }
}
