//! The only exhaustive walks over plans: whoever handles a few operators builds on these.

use super::{CreatePattern, CreatedType, LogicalPlan, SeekBound, SetItem};
use crate::binder::bound::{Expr, VarId};
use crate::binder::bound_query::LoadFormat;
use namidb_core::hash::HashSet;

/// What a plan is to the operator above it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChildRole {
    /// The rows that the operator works on.
    Input,
    /// A plan that runs for each row of the input; it begins with [`LogicalPlan::Argument`].
    Inner,
}

/// Calls `$f` with each plan directly below one, shared or (`mut`) to change, inputs before inner plans.
macro_rules! for_each_plan_below {
    ($plan:expr, $f:ident, $($mutable:tt)?) => {
        match $plan {
            LogicalPlan::Unit
            | LogicalPlan::Argument { .. }
            | LogicalPlan::Schema(_)
            | LogicalPlan::Show(_) => {}
            LogicalPlan::NodeScan { input, .. }
            | LogicalPlan::IndexSeek { input, .. }
            | LogicalPlan::UuidSeek { input, .. }
            | LogicalPlan::IdSeek { input, .. }
            | LogicalPlan::Filter { input, .. }
            | LogicalPlan::Extend { input, .. }
            | LogicalPlan::Project { input, .. }
            | LogicalPlan::Aggregate { input, .. }
            | LogicalPlan::Distinct { input, .. }
            | LogicalPlan::Sort { input, .. }
            | LogicalPlan::Skip { input, .. }
            | LogicalPlan::Limit { input, .. }
            | LogicalPlan::Unwind { input, .. }
            | LogicalPlan::Load { input, .. }
            | LogicalPlan::ProcedureCall { input, .. }
            | LogicalPlan::Create { input, .. }
            | LogicalPlan::Set { input, .. }
            | LogicalPlan::Delete { input, .. } => $f(ChildRole::Input, input),
            LogicalPlan::Expand(expand) => $f(ChildRole::Input, &$($mutable)? expand.input),
            LogicalPlan::Intersect(intersect) => $f(ChildRole::Input, &$($mutable)? intersect.input),
            LogicalPlan::VarExpand(expand) => $f(ChildRole::Input, &$($mutable)? expand.input),
            LogicalPlan::ShortestPath(search) => $f(ChildRole::Input, &$($mutable)? search.input),
            LogicalPlan::ChoosePaths(choice) => $f(ChildRole::Input, &$($mutable)? choice.input),
            LogicalPlan::Repeat(repeat) => {
                $f(ChildRole::Input, &$($mutable)? repeat.input);
                $f(ChildRole::Inner, &$($mutable)? repeat.inner);
            }
            LogicalPlan::Optional { input, inner, .. }
            | LogicalPlan::Apply { input, inner }
            | LogicalPlan::ForEach { input, inner }
            | LogicalPlan::InTransactions { input, inner, .. }
            | LogicalPlan::Merge { input, matching: inner, .. } => {
                $f(ChildRole::Input, input);
                $f(ChildRole::Inner, inner);
            }
            LogicalPlan::HashJoin { input, build, .. } => {
                $f(ChildRole::Input, input);
                $f(ChildRole::Input, build);
            }
            LogicalPlan::Union { left, right, .. } => {
                $f(ChildRole::Input, left);
                $f(ChildRole::Input, right);
            }
        }
    };
}

impl LogicalPlan {
    /// Calls `f` with each plan directly below, inputs before inner plans.
    pub fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(ChildRole, &'a LogicalPlan)) {
        for_each_plan_below!(self, f,);
    }

    /// Calls `f` with each plan directly below, to change it.
    pub fn for_each_child_mut(&mut self, f: &mut dyn FnMut(ChildRole, &mut LogicalPlan)) {
        for_each_plan_below!(self, f, mut);
    }

    /// The plan after `f` has replaced each plan directly below it.
    #[must_use]
    pub fn map_children(mut self, f: &mut dyn FnMut(LogicalPlan) -> LogicalPlan) -> LogicalPlan {
        self.for_each_child_mut(&mut |_, child| *child = f(child.take()));
        self
    }

    /// Moves the plan out, and leaves [`LogicalPlan::Unit`].
    #[must_use]
    pub fn take(&mut self) -> LogicalPlan {
        std::mem::replace(self, LogicalPlan::Unit)
    }

    /// Calls `f` with each expression that the operator itself evaluates.
    pub fn for_each_expr<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match self {
            LogicalPlan::Unit
            | LogicalPlan::Argument { .. }
            | LogicalPlan::Expand(_)
            | LogicalPlan::Repeat(_)
            | LogicalPlan::ChoosePaths(_)
            | LogicalPlan::Intersect(_)
            | LogicalPlan::Distinct { .. }
            | LogicalPlan::Optional { .. }
            | LogicalPlan::Apply { .. }
            | LogicalPlan::ForEach { .. }
            | LogicalPlan::Union { .. }
            | LogicalPlan::Schema(_)
            | LogicalPlan::Show(_) => {}
            LogicalPlan::NodeScan { computed, .. } => computed.iter().for_each(f),
            LogicalPlan::IndexSeek { first, bound, .. } => {
                first.iter().for_each(&mut *f);
                match bound {
                    SeekBound::Equal(e) | SeekBound::AnyOf(e) | SeekBound::Prefix(e) => f(e),
                    SeekBound::Range { lower, upper } => {
                        lower.iter().for_each(|(e, _)| f(e));
                        upper.iter().for_each(|(e, _)| f(e));
                    }
                }
            }
            LogicalPlan::UuidSeek { uuid: e, .. } | LogicalPlan::IdSeek { id: e, .. } => f(e),
            LogicalPlan::VarExpand(expand) => expand.properties.iter().for_each(f),
            LogicalPlan::ShortestPath(search) => {
                search.properties.iter().chain(&search.predicates).for_each(f)
            }
            LogicalPlan::Filter { predicates, .. } => predicates.iter().for_each(f),
            LogicalPlan::Extend { items, .. } | LogicalPlan::Project { items, .. } => {
                items.iter().for_each(|(_, e)| f(e));
            }
            LogicalPlan::Aggregate { keys, aggregates, .. } => {
                keys.iter().for_each(|(_, e)| f(e));
                aggregates.iter().flat_map(|a| &a.arguments).for_each(f);
            }
            LogicalPlan::Sort { keys, limit, .. } => {
                keys.iter().for_each(|k| f(&k.expr));
                limit.iter().for_each(f);
            }
            LogicalPlan::HashJoin { keys, .. } => keys.iter().for_each(|(a, b)| {
                f(a);
                f(b);
            }),
            LogicalPlan::Skip { count, .. } | LogicalPlan::Limit { count, .. } => f(count),
            LogicalPlan::Unwind { list, .. } => f(list),
            LogicalPlan::Load { load, .. } => {
                f(&load.location);
                if let LoadFormat::Csv { field_terminator: Some(text), .. } = &load.format {
                    f(text);
                }
            }
            LogicalPlan::InTransactions { transactions, .. } => transactions.rows.iter().for_each(f),
            LogicalPlan::ProcedureCall { arguments, .. } => arguments.iter().for_each(f),
            LogicalPlan::Create { pattern, .. } => pattern.for_each_expr(f),
            LogicalPlan::Merge { pattern, on_create, on_match, .. } => {
                pattern.for_each_expr(f);
                on_create.iter().chain(on_match).for_each(|item| item.for_each_expr(f));
            }
            LogicalPlan::Set { items, .. } => items.iter().for_each(|item| item.for_each_expr(f)),
            LogicalPlan::Delete { targets, .. } => targets.iter().for_each(f),
        }
    }

    /// Calls `f` with each variable that the operator adds to the rows.
    pub fn for_each_introduced(&self, f: &mut dyn FnMut(VarId)) {
        match self {
            LogicalPlan::Unit
            | LogicalPlan::Filter { .. }
            | LogicalPlan::Distinct { .. }
            | LogicalPlan::Sort { .. }
            | LogicalPlan::Skip { .. }
            | LogicalPlan::Limit { .. }
            | LogicalPlan::Optional { .. }
            | LogicalPlan::Apply { .. }
            | LogicalPlan::ForEach { .. }
            | LogicalPlan::HashJoin { .. }
            | LogicalPlan::Set { .. }
            | LogicalPlan::Delete { .. }
            | LogicalPlan::Argument { .. }
            | LogicalPlan::Schema(_) => {}
            LogicalPlan::Show(show) => show.columns.iter().for_each(|(_, v)| f(*v)),
            LogicalPlan::NodeScan { variable, .. }
            | LogicalPlan::IndexSeek { variable, .. }
            | LogicalPlan::UuidSeek { variable, .. }
            | LogicalPlan::IdSeek { variable, .. }
            | LogicalPlan::Unwind { variable, .. } => f(*variable),
            LogicalPlan::Expand(e) => {
                if !e.relationship_bound {
                    f(e.relationship);
                }
                if !e.into {
                    f(e.to);
                }
            }
            LogicalPlan::Intersect(i) => {
                f(i.to);
                f(i.scanned.relationship);
                f(i.marked.relationship);
            }
            LogicalPlan::VarExpand(e) => {
                if !e.relationships_bound {
                    f(e.relationships);
                }
                if !e.into {
                    f(e.to);
                }
            }
            LogicalPlan::ShortestPath(search) => {
                f(search.relationships);
                search.path.iter().for_each(|path| f(*path));
                if !search.into {
                    f(search.to);
                }
            }
            LogicalPlan::ChoosePaths(_) => {}
            LogicalPlan::Load { load, .. } => [load.variable, load.line, load.file].into_iter().for_each(f),
            LogicalPlan::InTransactions { transactions, .. } => {
                transactions.status.iter().for_each(|v| f(*v))
            }
            LogicalPlan::Repeat(repeat) => {
                f(repeat.relationships);
                repeat.groups.iter().for_each(|(_, group)| f(*group));
                if !repeat.into {
                    f(repeat.to);
                }
            }
            LogicalPlan::Extend { items, .. } | LogicalPlan::Project { items, .. } => {
                for (variable, expr) in items {
                    if !expr.is_variable(*variable) {
                        f(*variable);
                    }
                }
            }
            LogicalPlan::Aggregate { keys, aggregates, .. } => {
                for (variable, expr) in keys {
                    if !expr.is_variable(*variable) {
                        f(*variable);
                    }
                }
                aggregates.iter().for_each(|a| f(a.variable));
            }
            LogicalPlan::ProcedureCall { results, .. } => results.iter().for_each(|(_, v)| f(*v)),
            LogicalPlan::Union { columns, .. } => columns.iter().for_each(|(v, _, _)| f(*v)),
            LogicalPlan::Create { pattern, .. } | LogicalPlan::Merge { pattern, .. } => {
                pattern.for_each_created(f);
            }
        }
    }

    /// Calls `f` with each variable that the operator itself reads, in its expressions or by name.
    pub fn for_each_read(&self, f: &mut dyn FnMut(VarId)) {
        match self {
            LogicalPlan::Expand(e) => {
                f(e.from);
                if e.relationship_bound {
                    f(e.relationship);
                }
                if e.into {
                    f(e.to);
                }
                e.distinct_from.iter().for_each(|v| f(*v));
            }
            LogicalPlan::Intersect(i) => {
                for leg in [&i.scanned, &i.marked] {
                    f(leg.from);
                    leg.distinct_from.iter().for_each(|v| f(*v));
                }
            }
            LogicalPlan::VarExpand(e) => {
                f(e.from);
                if e.relationships_bound {
                    f(e.relationships);
                }
                if e.into {
                    f(e.to);
                }
                e.distinct_from.iter().for_each(|v| f(*v));
            }
            LogicalPlan::ShortestPath(search) => {
                f(search.from);
                if search.into {
                    f(search.to);
                }
            }
            LogicalPlan::ChoosePaths(choice) => {
                choice.ends.iter().for_each(|v| f(*v));
                f(choice.length);
            }
            LogicalPlan::Repeat(repeat) => {
                f(repeat.from);
                if repeat.into {
                    f(repeat.to);
                }
                repeat.distinct_from.iter().for_each(|v| f(*v));
            }
            LogicalPlan::Distinct { variables, .. } => variables.iter().for_each(|v| f(*v)),
            LogicalPlan::Union { columns, .. } => {
                for (_, left, right) in columns {
                    f(*left);
                    f(*right);
                }
            }
            LogicalPlan::Create { pattern, .. } => pattern.for_each_endpoint(f),
            LogicalPlan::Merge { pattern, on_create, on_match, .. } => {
                pattern.for_each_endpoint(f);
                on_create.iter().chain(on_match).for_each(|item| item.for_each_entity(f));
            }
            LogicalPlan::Set { items, .. } => items.iter().for_each(|item| item.for_each_entity(f)),
            _ => {}
        }
        self.for_each_expr(&mut |expr| expr.free_variables().into_iter().for_each(&mut *f));
    }

    /// Calls `f` with each variable that the plan takes from the plan around it: those of the
    /// [`LogicalPlan::Argument`] it begins with.
    pub fn for_each_argument(&self, f: &mut dyn FnMut(VarId)) {
        if let LogicalPlan::Argument { variables } = self {
            variables.iter().copied().for_each(&mut *f);
        }
        self.for_each_child(&mut |role, child| {
            if role == ChildRole::Input {
                child.for_each_argument(f);
            }
        });
    }

    /// Calls `f` with the plan and all plans below it, inner ones too, from the last operator to the
    /// first.
    pub fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a LogicalPlan)) {
        f(self);
        self.for_each_child(&mut |_, child| child.visit(f));
    }

    /// Whether any operator below or this one writes.
    pub fn writes(&self) -> bool {
        let mut writes = false;
        self.visit(&mut |plan| {
            writes |= matches!(
                plan,
                LogicalPlan::Create { .. }
                    | LogicalPlan::Merge { .. }
                    | LogicalPlan::Set { .. }
                    | LogicalPlan::Delete { .. }
            );
        });
        writes
    }

    /// Whether an expression of the plan may differ from one evaluation to the next.
    pub fn is_volatile(&self) -> bool {
        let mut volatile = false;
        self.visit(&mut |plan| plan.for_each_expr(&mut |e| volatile |= e.is_volatile()));
        volatile
    }

    /// The variables that the plan's own operators and inner plans add, inputs included.
    pub fn introduced(&self) -> HashSet<VarId> {
        let mut found = HashSet::default();
        self.visit(&mut |plan| {
            plan.for_each_introduced(&mut |v| {
                found.insert(v);
            });
        });
        found
    }

    /// The most operators on a way from the top to a leaf.
    pub fn depth(&self) -> usize {
        // By hand, since a plan that is too deep is exactly what must not be walked by recursion.
        let mut deepest = 0;
        let mut pending = vec![(self, 1)];
        while let Some((plan, depth)) = pending.pop() {
            deepest = deepest.max(depth);
            plan.for_each_child(&mut |_, child| pending.push((child, depth + 1)));
        }
        deepest
    }
}

impl Expr {
    /// Whether the expression is just this variable.
    pub fn is_variable(&self, variable: VarId) -> bool {
        matches!(self.kind, crate::binder::bound::ExprKind::Variable(v) if v == variable)
    }
}

impl CreatePattern {
    /// Calls `f` with each map of properties, and with what computes labels and types.
    pub fn for_each_expr<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        for node in &self.nodes {
            node.computed.iter().chain(&node.properties).for_each(&mut *f);
        }
        for relationship in &self.relationships {
            if let CreatedType::Computed(of) = &relationship.rel_type {
                f(of);
            }
            relationship.properties.iter().for_each(&mut *f);
        }
    }

    /// Calls `f` with each variable of something to create.
    pub fn for_each_created(&self, f: &mut dyn FnMut(VarId)) {
        self.nodes.iter().for_each(|n| f(n.variable));
        self.relationships.iter().for_each(|r| f(r.variable));
    }

    /// Calls `f` with both ends of each relationship.
    pub fn for_each_endpoint(&self, f: &mut dyn FnMut(VarId)) {
        for relationship in &self.relationships {
            f(relationship.source);
            f(relationship.target);
        }
    }
}

impl SetItem {
    /// Calls `f` with each expression.
    pub fn for_each_expr<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match self {
            SetItem::Property { entity, value, .. } => {
                f(entity);
                f(value);
            }
            SetItem::DynamicProperty { entity, key, value } => {
                f(entity);
                f(key);
                f(value);
            }
            SetItem::ReplaceProperties { value, .. } | SetItem::MergeProperties { value, .. } => f(value),
            SetItem::AddLabels { computed, .. } | SetItem::RemoveLabels { computed, .. } => {
                computed.iter().for_each(f);
            }
        }
    }

    /// Calls `f` with the variable that is changed, where the item names one.
    pub fn for_each_entity(&self, f: &mut dyn FnMut(VarId)) {
        match self {
            SetItem::Property { .. } | SetItem::DynamicProperty { .. } => {}
            SetItem::ReplaceProperties { entity, .. } | SetItem::MergeProperties { entity, .. } => f(*entity),
            SetItem::AddLabels { node, .. } | SetItem::RemoveLabels { node, .. } => f(*node),
        }
    }
}
