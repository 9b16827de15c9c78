//! Aggregates: where they may stand, and what may stand beside them.
//!
//! While items of a projection are bound, each aggregate becomes a hidden variable that the grouping
//! computes, so bound expressions hold no aggregates. Equal aggregates share a variable.

use super::bound::{Expr, ExprKind, VarId, Variable, VariableKind};
use super::errors::semantic;
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::functions::{self, TypeSet};
use crate::logical::AggregateItem;
use crate::syntax::ast;
use crate::syntax::span::Span;
use namidb_core::hash::HashSet;
use std::sync::Arc;

/// What an aggregate means where it is met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Place {
    /// It may not stand here.
    #[default]
    Forbidden,
    /// It belongs to the projection that is bound.
    Allowed,
    /// It is inside another one.
    Inside,
}

/// The aggregates of the projection that is bound.
#[derive(Debug, Default)]
pub(super) struct Aggregation {
    pub place: Place,
    pub items: Vec<AggregateItem>,
    /// How often an aggregate was met, so that it is known which items have one.
    pub met: usize,
}

impl Binder<'_> {
    /// Runs `f` where aggregates are judged by `place`.
    pub(super) fn aggregates<T>(&mut self, place: Place, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.aggregation.place, place);
        let result = f(self);
        self.aggregation.place = before;
        result
    }

    /// Runs `f` for the body of a comprehension and the like: an aggregate there would see no rows.
    pub(super) fn without_aggregates<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        match self.aggregation.place {
            Place::Allowed => self.aggregates(Place::Forbidden, f),
            _ => f(self),
        }
    }

    /// An aggregate as the variable that will hold its result.
    pub(super) fn aggregate(
        &mut self,
        function: &'static functions::AggregateFunction,
        distinct: bool,
        arguments: &[ast::Expr],
        span: Span,
    ) -> Result<(Expr, Type), Error> {
        match self.aggregation.place {
            Place::Allowed => {}
            Place::Inside => {
                return Err(semantic(
                    "NestedAggregation",
                    span,
                    format!("{} stands inside another aggregate", function.name),
                )
                .with_hint("Aggregate in a WITH first, then aggregate its result"));
            }
            Place::Forbidden => {
                return Err(semantic(
                    "InvalidAggregation",
                    span,
                    format!("the aggregate {} cannot stand here", function.name),
                )
                .with_hint("Aggregate in a WITH first, then use its result"));
            }
        }
        let arguments = self.aggregates(Place::Inside, |b| {
            b.arguments(function.name, &function.signature, arguments, span)
        })?;
        for argument in &arguments {
            if argument.expr.is_by_chance() {
                return Err(semantic(
                    "NonConstantExpression",
                    argument.expr.span,
                    format!("{} cannot aggregate a value that differs between evaluations", function.name),
                ));
            }
        }
        let first = arguments.first().map_or(Type::ANY, |a| a.kind);
        let kind = match function.name {
            "collect" | "collect_list" => {
                Type::list(if first.set == TypeSet::NULL { TypeSet::ANY } else { first.set })
            }
            "min" | "max" => first,
            _ => Type::of(function.signature.returns),
        };
        let arguments: Vec<Expr> = arguments.into_iter().map(|a| a.expr).collect();
        let name: Arc<str> = function.name.to_lowercase().into();
        self.aggregation.met += 1;
        let equal = self.aggregation.items.iter().find(|item| {
            item.function == name
                && item.distinct == distinct
                && item.arguments.len() == arguments.len()
                && item.arguments.iter().zip(&arguments).all(|(a, b)| a.same_as(b))
        });
        if let Some(item) = equal {
            return Ok((variable(item.variable, span), kind));
        }
        let result = self.variables.add(Variable { name: Arc::from("  "), kind: VariableKind::Value });
        self.types.insert(result, kind);
        self.aggregation.items.push(AggregateItem { variable: result, function: name, distinct, arguments });
        Ok((variable(result, span), kind))
    }
}

/// The groups that an expression with aggregates is evaluated on.
pub(super) struct Groups<'a> {
    /// The grouping keys.
    pub keys: &'a [(VarId, Expr)],
    /// Other variables that a group has: aggregates and finished columns.
    pub known: &'a HashSet<VarId>,
    /// Whether only keys that are variables or properties may be part of a larger expression.
    pub simple_only: bool,
}

impl Groups<'_> {
    /// Rewrites an expression over rows into one over groups: its variables must be known, or be parts of keys.
    ///
    /// # Errors
    /// The first part that has no single value in a group.
    pub(super) fn settle(&self, expr: &mut Expr) -> Result<(), Leaf> {
        self.leaves(expr, &mut HashSet::default())
    }

    fn leaves(&self, expr: &mut Expr, locals: &mut HashSet<VarId>) -> Result<(), Leaf> {
        if let Some((key, _)) = self.keys.iter().find(|(_, key)| self.fits(key, expr)) {
            expr.kind = ExprKind::Variable(*key);
            return Ok(());
        }
        let mut unknown = None;
        expr.for_each_read(&mut |v| {
            let is_key = self.keys.iter().any(|(key, e)| *key == v && e.is_variable(v));
            if !is_key && !self.known.contains(&v) && !locals.contains(&v) {
                unknown = unknown.or(Some(v));
            }
        });
        if let Some(variable) = unknown {
            return Err(Leaf { variable, span: expr.span });
        }
        expr.for_each_local(&mut |v| {
            locals.insert(v);
        });
        let mut result = Ok(());
        expr.for_each_child_mut(&mut |child| {
            if result.is_ok() {
                result = self.leaves(child, locals);
            }
        });
        result
    }

    fn fits(&self, key: &Expr, expr: &Expr) -> bool {
        (!self.simple_only || is_simple(key)) && key.same_as(expr)
    }

    /// Whether a variable is part of a key.
    pub(super) fn is_part_of_key(&self, variable: VarId) -> bool {
        self.keys.iter().any(|(_, key)| key.free_variables().contains(&variable))
    }
}

/// A variable that has no single value in a group, and where it stands.
pub(super) struct Leaf {
    pub variable: VarId,
    pub span: Span,
}

/// A variable, or a property of one.
fn is_simple(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Property { base, .. } => is_simple(base),
        ExprKind::Function { name, arguments } if &**name == "elementid" => arguments.iter().all(is_simple),
        _ => false,
    }
}
