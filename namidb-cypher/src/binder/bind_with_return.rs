//! WITH and RETURN: items, grouping, DISTINCT, ORDER BY, SKIP, LIMIT, and WITH's WHERE.
//!
//! ORDER BY and WHERE see the projected names and, behind them, the names from before. Where rows have become
//! groups or distinct rows, of the latter only what an item computes is left.

use super::aggregation::{Groups, Place};
use super::bound::{Expr, ExprKind, VarId, Variable};
use super::bound_query::{BoundProjection, Columns, Grouping};
use super::errors::{semantic, wrong_type};
use super::scope::Scope;
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::functions::TypeSet;
use crate::logical::SortKey;
use crate::syntax::ast::{self, Projection, ProjectionItem};
use crate::syntax::span::Span;
use namidb_core::Value;
use namidb_core::hash::HashSet;
use std::sync::Arc;

/// An item while its projection is bound.
struct Item {
    name: Arc<str>,
    variable: VarId,
    expr: Expr,
    aggregates: bool,
}

/// What ORDER BY and WHERE of a projection may use.
struct Later {
    /// The projected names before those from before.
    scope: Scope,
    /// Expressions whose value a variable holds.
    keys: Vec<(VarId, Expr)>,
    /// Variables that are there.
    known: HashSet<VarId>,
    /// Whether rows have become groups or distinct rows.
    narrowed: bool,
    grouped: bool,
    distinct: bool,
}

impl Binder<'_> {
    /// A projection with what belongs to it, and its columns. Their names are all that is visible after it.
    pub(super) fn projection(
        &mut self,
        projection: &Projection,
        predicate: Option<&ast::Expr>,
        is_with: bool,
    ) -> Result<(BoundProjection, Columns), Error> {
        let outer = std::mem::take(&mut self.aggregation);
        let result = self.projection_inside(projection, predicate, is_with);
        self.aggregation = outer;
        result
    }

    fn projection_inside(
        &mut self,
        projection: &Projection,
        predicate: Option<&ast::Expr>,
        is_with: bool,
    ) -> Result<(BoundProjection, Columns), Error> {
        let (mut items, unnamed) = self.items(projection, is_with)?;
        let mut bound = BoundProjection { distinct: projection.distinct, ..BoundProjection::default() };
        if items.iter().any(|item| item.aggregates) {
            bound.grouping = Some(self.group(&mut items)?);
        }
        let mut scope = Scope::default();
        for item in &items {
            scope.insert(&item.name, item.variable);
        }
        let later = self.later(&items, bound.grouping.as_ref(), projection.distinct);
        for sort in &projection.order_by {
            let place = if later.grouped { Place::Allowed } else { Place::Forbidden };
            let expr = match projected(&sort.expr, projection, &items) {
                Some(item) => variable(item, sort.expr.span),
                None => self.later_expr(&later, sort.expr.span, place, |b| Ok(b.expr(&sort.expr)?.expr))?,
            };
            bound.order.push(SortKey { expr, descending: sort.descending });
        }
        if let Some(predicate) = predicate {
            let place = Place::Forbidden;
            let expr = self.later_expr(&later, predicate.span, place, |b| b.predicate(predicate))?;
            expr.into_conjuncts(&mut bound.predicates);
        }
        if let Some(span) = unnamed {
            return Err(semantic("NoExpressionAlias", span, "an expression in WITH needs a name")
                .with_hint("Add AS and a name"));
        }
        self.scope = later.scope;
        bound.skip = self.row_count(projection.skip.as_ref(), "SKIP")?;
        bound.limit = self.row_count(projection.limit.as_ref(), "LIMIT")?;
        if let Some(grouping) = &mut bound.grouping {
            grouping.aggregates = std::mem::take(&mut self.aggregation.items);
        }
        self.scope = scope;
        let columns = items.iter().map(|item| (Arc::clone(&item.name), item.variable)).collect();
        bound.items = items.into_iter().map(|item| (item.variable, item.expr)).collect();
        Ok((bound, columns))
    }

    /// The items, and the place of one that WITH misses a name for: openCypher looks at ORDER BY first.
    fn items(&mut self, projection: &Projection, is_with: bool) -> Result<(Vec<Item>, Option<Span>), Error> {
        let mut unnamed = None;
        let mut items: Vec<Item> = Vec::new();
        if projection.star {
            if self.scope.is_empty() && !is_with {
                return Err(semantic(
                    "NoVariablesInScope",
                    projection.span,
                    "there are no variables for * to return",
                ));
            }
            for (name, found) in self.scope.sorted() {
                let expr = variable(found, projection.span);
                items.push(Item { name, variable: found, expr, aggregates: false });
            }
        }
        let mut names: HashSet<Arc<str>> = items.iter().map(|item| Arc::clone(&item.name)).collect();
        for item in &projection.items {
            if is_with && item.alias.is_none() && !matches!(item.expr.kind, ast::ExprKind::Variable(_)) {
                unnamed = unnamed.or(Some(item.span));
            }
            let bound = self.item(item, is_with, &items)?;
            if !names.insert(Arc::clone(&bound.name)) {
                return Err(semantic(
                    "ColumnNameConflict",
                    item.span,
                    format!("two columns are named {}", bound.name),
                )
                .with_hint("Give one of them another name with AS"));
            }
            items.push(bound);
        }
        Ok((items, unnamed))
    }

    fn item(&mut self, item: &ProjectionItem, is_with: bool, before: &[Item]) -> Result<Item, Error> {
        let met = self.aggregation.met;
        let typed = self.aggregates(Place::Allowed, |b| b.expr(&item.expr))?;
        let aggregates = self.aggregation.met > met;
        let source = self.source(item.expr.span);
        let name = match (&item.alias, &item.expr.kind) {
            (Some(alias), _) => Arc::clone(&alias.text),
            (None, ast::ExprKind::Variable(name)) if is_with || !source.starts_with('(') => Arc::clone(name),
            (None, _) => Arc::from(source),
        };
        let variable = self.item_variable(&name, &typed.expr, typed.kind, aggregates, before);
        Ok(Item { name, variable, expr: typed.expr, aggregates })
    }

    /// The variable of an item: that of a name which passes through, or of an aggregate that is an item of its
    /// own, or else a new one.
    fn item_variable(
        &mut self,
        name: &Arc<str>,
        expr: &Expr,
        of: Type,
        aggregates: bool,
        before: &[Item],
    ) -> VarId {
        let ExprKind::Variable(source) = expr.kind else { return self.value_variable(name, of) };
        if aggregates {
            if before.iter().all(|item| item.variable != source) {
                self.variables.rename(source, name);
                return source;
            }
            return self.value_variable(name, of);
        }
        if self.scope.get(name) == Some(source) {
            return source;
        }
        let copy = self.variables.add(Variable { name: Arc::clone(name), kind: self.kind_of(source) });
        self.types.insert(copy, of);
        copy
    }

    /// Splits items into grouping keys and what is computed from groups.
    fn group(&self, items: &mut [Item]) -> Result<Grouping, Error> {
        let mut grouping = Grouping::default();
        for item in items.iter_mut().filter(|item| !item.aggregates) {
            if let ExprKind::Variable(source) = item.expr.kind {
                if grouping.keys.iter().all(|(key, _)| *key != source) {
                    grouping.keys.push((source, variable(source, item.expr.span)));
                }
            } else {
                let key = variable(item.variable, item.expr.span);
                grouping.keys.push((item.variable, std::mem::replace(&mut item.expr, key)));
            }
        }
        let known: HashSet<VarId> = self.aggregation.items.iter().map(|a| a.variable).collect();
        let groups = Groups { keys: &grouping.keys, known: &known, simple_only: true };
        for item in items.iter_mut().filter(|item| item.aggregates) {
            groups.settle(&mut item.expr).map_err(|leaf| ambiguous(leaf.span))?;
        }
        Ok(grouping)
    }

    fn later(&self, items: &[Item], grouping: Option<&Grouping>, distinct: bool) -> Later {
        let mut scope = self.scope.clone();
        for item in items {
            scope.insert(&item.name, item.variable);
        }
        let mut known: HashSet<VarId> = items.iter().map(|item| item.variable).collect();
        let mut keys: Vec<(VarId, Expr)> =
            items.iter().map(|item| (item.variable, item.expr.clone())).collect();
        if let Some(grouping) = grouping {
            if distinct {
                // Of the groups only the items are left, so a key counts if it is one.
                let computed = grouping.keys.iter().filter(|(key, _)| known.contains(key));
                keys.extend(computed.cloned());
            } else {
                keys.clone_from(&grouping.keys);
                known.extend(grouping.keys.iter().map(|(key, _)| *key));
            }
        }
        let (grouped, narrowed) = (grouping.is_some(), grouping.is_some() || distinct);
        Later { scope, keys, known, narrowed, grouped, distinct }
    }

    /// An expression of ORDER BY, or the condition of WHERE.
    fn later_expr(
        &mut self,
        later: &Later,
        span: Span,
        place: Place,
        bind: impl FnOnce(&mut Self) -> Result<Expr, Error>,
    ) -> Result<Expr, Error> {
        let before = std::mem::replace(&mut self.scope, later.scope.clone());
        let (met, had) = (self.aggregation.met, self.aggregation.items.len());
        let bound = self.aggregates(place, bind);
        self.scope = before;
        let mut bound = bound?;
        let aggregates = self.aggregation.met > met;
        if !later.narrowed {
            reuse(&mut bound, &later.keys);
            return Ok(bound);
        }
        let mut known = later.known.clone();
        let visible = if later.distinct { 0 } else { self.aggregation.items.len() };
        known.extend(self.aggregation.items.iter().take(visible).map(|a| a.variable));
        for added in self.aggregation.items.iter().skip(had) {
            // An aggregate that is no item would go through rows that are grouped already.
            let free = added.arguments.iter().flat_map(Expr::free_variables).next();
            if let Some(free) = free {
                return Err(self.undefined(free, span));
            }
        }
        let groups = Groups { keys: &later.keys, known: &known, simple_only: aggregates };
        match groups.settle(&mut bound) {
            Ok(()) => Ok(bound),
            Err(leaf) if aggregates && groups.is_part_of_key(leaf.variable) => Err(ambiguous(leaf.span)),
            Err(leaf) => Err(self.undefined(leaf.variable, leaf.span)),
        }
    }

    fn undefined(&self, hidden: VarId, span: Span) -> Error {
        let name = self.variables.get(hidden).map(|v| v.name.trim()).filter(|n| !n.is_empty());
        semantic(
            "UndefinedVariable",
            span,
            match name {
                Some(name) => format!("{name} is not available after grouping or DISTINCT"),
                None => "this value is not available after grouping or DISTINCT".to_owned(),
            },
        )
        .with_hint("Only what the clause projects can be used here")
    }

    /// SKIP and LIMIT: a number that does not depend on rows.
    fn row_count(&mut self, count: Option<&ast::Expr>, clause: &str) -> Result<Option<Expr>, Error> {
        let Some(count) = count else { return Ok(None) };
        let typed = self.aggregates(Place::Forbidden, |b| b.expr(count))?;
        let mut constant = typed.expr.free_variables().is_empty();
        typed.expr.visit(&mut |part| constant &= part.plan().is_none());
        if !constant {
            return Err(semantic(
                "NonConstantExpression",
                count.span,
                format!("{clause} takes a number that does not depend on a row"),
            ));
        }
        if typed.kind.is_never(TypeSet::INTEGER) {
            return Err(wrong_type(
                count.span,
                format!("{clause} takes an integer, and this is {}", typed.kind.describe()),
            ));
        }
        if matches!(typed.expr.kind, ExprKind::Literal(Value::Integer(n)) if n < 0) {
            return Err(semantic(
                "NegativeIntegerArgument",
                count.span,
                format!("{clause} takes a number that is not negative"),
            ));
        }
        Ok(Some(typed.expr))
    }
}

/// The item that is written like an expression of ORDER BY, and so is what it asks for, even if the item's name hides a
/// variable of the expression: `RETURN n.name AS n ORDER BY n.name`. A variable alone is the projected name.
fn projected(expr: &ast::Expr, projection: &Projection, items: &[Item]) -> Option<VarId> {
    if matches!(expr.kind, ast::ExprKind::Variable(_)) {
        return None;
    }
    let mut written = items.iter().rev().zip(projection.items.iter().rev());
    written.find(|(_, item)| item.expr == *expr).map(|(item, _)| item.variable)
}

/// Puts the variable of an item in the place of what it has computed already.
fn reuse(expr: &mut Expr, items: &[(VarId, Expr)]) {
    let same =
        items.iter().find(|(_, item)| !matches!(item.kind, ExprKind::Literal(_)) && item.same_as(expr));
    if let Some((variable, _)) = same {
        expr.kind = ExprKind::Variable(*variable);
        return;
    }
    expr.for_each_child_mut(&mut |child| reuse(child, items));
}

fn ambiguous(span: Span) -> Error {
    semantic(
        "AmbiguousAggregationExpression",
        span,
        "beside an aggregate only grouping keys that are variables or properties, constants and parameters can \
         stand",
    )
    .with_hint("Compute it in a WITH first, and group by its name")
}
