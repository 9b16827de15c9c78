//! Walks over bound expressions, written once.

use super::bound::{Expr, ExprKind, VarId};
use crate::logical::LogicalPlan;
use namidb_core::Value;
use namidb_core::hash::{HashMap, HashSet};
use std::sync::Arc;

/// Calls `$f` with each direct part of a kind of expression, shared or to change: `$iter` goes over a list of them.
macro_rules! for_each_part {
    ($kind:expr, $iter:ident, $f:ident) => {
        match $kind {
            ExprKind::Literal(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::Path(_)
            | ExprKind::Subquery { .. } => {}
            ExprKind::Property { base, .. } | ExprKind::HasLabels { base, .. } => $f(base),
            ExprKind::Index { base, index } => {
                $f(base);
                $f(index);
            }
            ExprKind::HasComputedLabels { base, names, .. } => {
                $f(base);
                $f(names);
            }
            ExprKind::Slice { base, from, to } => {
                $f(base);
                from.$iter().for_each(|e| $f(e));
                to.$iter().for_each(|e| $f(e));
            }
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) | ExprKind::Xor(items) => {
                items.$iter().for_each($f);
            }
            ExprKind::Map(entries) => entries.$iter().for_each(|(_, e)| $f(e)),
            ExprKind::MapProjection { base, items, .. } => {
                $f(base);
                items.$iter().for_each(|(_, e)| $f(e));
            }
            ExprKind::Not(operand)
            | ExprKind::Negate(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::Test { operand, .. } => $f(operand),
            ExprKind::Arithmetic { left, right, .. }
            | ExprKind::Concatenate { left, right }
            | ExprKind::Compare { left, right, .. } => {
                $f(left);
                $f(right);
            }
            ExprKind::In { item, list } => {
                $f(item);
                $f(list);
            }
            ExprKind::StringMatch { text, pattern, .. } => {
                $f(text);
                $f(pattern);
            }
            ExprKind::Case { operand, branches, otherwise } => {
                operand.$iter().for_each(|e| $f(e));
                for (when, then) in branches {
                    $f(when);
                    $f(then);
                }
                otherwise.$iter().for_each(|e| $f(e));
            }
            ExprKind::Function { arguments, .. } | ExprKind::UserFunction { arguments, .. } => {
                arguments.$iter().for_each($f);
            }
            ExprKind::ListComprehension { list, predicate, projection, .. } => {
                $f(list);
                predicate.$iter().for_each(|e| $f(e));
                projection.$iter().for_each(|e| $f(e));
            }
            ExprKind::Quantifier { list, predicate, .. } => {
                $f(list);
                $f(predicate);
            }
            ExprKind::Let { value, body, .. } => {
                $f(value);
                $f(body);
            }
            ExprKind::Reduce { initial, list, body, predicate, .. } => {
                $f(initial);
                $f(list);
                $f(body);
                predicate.$iter().for_each(|e| $f(e));
            }
        }
    };
}

impl ExprKind {
    /// The arguments, if it is a call of `range()`: whoever goes over its integers need not write them out.
    pub(crate) fn as_range(&self) -> Option<&[Expr]> {
        match self {
            ExprKind::Function { name, arguments }
                if &**name == "range" && (2..=3).contains(&arguments.len()) =>
            {
                Some(arguments)
            }
            _ => None,
        }
    }
}

impl Expr {
    /// Calls `f` with each direct part of the expression. A subquery's plan is not a part; see
    /// [`Expr::plan`].
    pub fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        for_each_part!(&self.kind, iter, f);
    }

    /// Calls `f` with each direct part of the expression, to change it.
    pub fn for_each_child_mut(&mut self, f: &mut dyn FnMut(&mut Expr)) {
        for_each_part!(&mut self.kind, iter_mut, f);
    }

    /// The plan of a subquery.
    pub fn plan(&self) -> Option<&LogicalPlan> {
        match &self.kind {
            ExprKind::Subquery { plan, .. } => Some(plan),
            _ => None,
        }
    }

    /// Calls `f` with the expression and all its parts, the whole before its parts.
    pub fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        f(self);
        self.for_each_child(&mut |child| child.visit(f));
    }

    /// Calls `f` with each variable that the expression itself declares: those of comprehensions,
    /// quantifiers and reductions, and what a value is called that is read more than once.
    pub fn for_each_local(&self, f: &mut dyn FnMut(VarId)) {
        match &self.kind {
            ExprKind::ListComprehension { variable, .. }
            | ExprKind::Quantifier { variable, .. }
            | ExprKind::Let { variable, .. } => f(*variable),
            ExprKind::Reduce { accumulator, variable, .. } => {
                f(*accumulator);
                f(*variable);
            }
            _ => {}
        }
    }

    /// Calls `f` with each variable that the expression itself (not its parts) reads; a subquery reads
    /// what its plan's argument names.
    pub fn for_each_read(&self, f: &mut dyn FnMut(VarId)) {
        match &self.kind {
            ExprKind::Variable(variable) => f(*variable),
            ExprKind::Path(variables) => variables.iter().copied().for_each(f),
            ExprKind::Subquery { plan, .. } => plan.for_each_argument(f),
            _ => {}
        }
    }

    /// The variables of the row that the expression needs, each once, in order of first use.
    pub fn free_variables(&self) -> Vec<VarId> {
        let mut locals: HashSet<VarId> = HashSet::default();
        self.visit(&mut |e| {
            e.for_each_local(&mut |v| {
                locals.insert(v);
            });
        });
        let mut free = Vec::new();
        self.visit(&mut |e| {
            e.for_each_read(&mut |v| {
                if !locals.contains(&v) && !free.contains(&v) {
                    free.push(v);
                }
            });
        });
        free
    }

    /// Whether a function of the language in it differs from call to call, which openCypher does not aggregate.
    pub(crate) fn is_by_chance(&self) -> bool {
        let mut by_chance = false;
        self.visit(&mut |e| match &e.kind {
            ExprKind::Function { name, .. } => {
                by_chance |= crate::functions::lookup(name).is_some_and(|f| !f.deterministic);
            }
            ExprKind::Subquery { plan, .. } => by_chance |= plan.is_volatile(),
            _ => {}
        });
        by_chance
    }

    /// Whether two evaluations over one row may differ, so that the expression must be evaluated where,
    /// and as often as, it is written.
    pub fn is_volatile(&self) -> bool {
        let mut volatile = false;
        self.visit(&mut |e| match &e.kind {
            ExprKind::Function { name, .. } => {
                volatile |= crate::functions::lookup(name).is_none_or(|f| !f.deterministic);
            }
            ExprKind::UserFunction { function, .. } => volatile |= !function.signature().deterministic,
            ExprKind::Subquery { plan, .. } => volatile |= plan.is_volatile(),
            _ => {}
        });
        volatile
    }

    /// Whether it is the same for the whole statement, and can be told without reading the graph.
    pub fn is_constant(&self) -> bool {
        let mut reads = false;
        self.visit(&mut |part| reads |= part.plan().is_some());
        !reads && !self.is_volatile() && self.free_variables().is_empty()
    }

    /// Puts expressions in the place of variables. Gives up, with the expression half changed, where a
    /// variable must stay one: in a path or a subquery.
    #[must_use]
    pub fn substitute(&mut self, replacements: &HashMap<VarId, Expr>) -> bool {
        match &mut self.kind {
            ExprKind::Variable(variable) => {
                if let Some(replacement) = replacements.get(variable) {
                    self.kind = replacement.kind.clone();
                }
                return true;
            }
            ExprKind::Path(variables) => {
                for variable in variables {
                    match replacements.get(variable).map(|e| &e.kind) {
                        None => {}
                        Some(ExprKind::Variable(other)) => *variable = *other,
                        Some(_) => return false,
                    }
                }
                return true;
            }
            ExprKind::Subquery { plan, .. } => {
                let mut same = true;
                plan.for_each_argument(&mut |v| {
                    same &= match replacements.get(&v).map(|e| &e.kind) {
                        None => true,
                        Some(ExprKind::Variable(other)) => *other == v,
                        Some(_) => false,
                    };
                });
                return same;
            }
            _ => {}
        }
        let mut done = true;
        self.for_each_child_mut(&mut |child| done &= child.substitute(replacements));
        done
    }

    /// Whether both compute the same from the same row, as far as their shapes tell. Places in the text do
    /// not count; the variables of comprehensions are matched pairwise.
    pub fn same_as(&self, other: &Expr) -> bool {
        same(self, other, &mut Vec::new())
    }

    /// Splits a conjunction into its terms.
    pub fn into_conjuncts(self, terms: &mut Vec<Expr>) {
        match self.kind {
            ExprKind::And(items) => items.into_iter().for_each(|item| item.into_conjuncts(terms)),
            _ => terms.push(self),
        }
    }
}

fn same(a: &Expr, b: &Expr, locals: &mut Vec<(VarId, VarId)>) -> bool {
    let depth = locals.len();
    let alike = match (&a.kind, &b.kind) {
        (ExprKind::Variable(x), ExprKind::Variable(y)) => {
            let local = locals.iter().rev().find(|(p, q)| p == x || q == y);
            return local.map_or(x == y, |pair| *pair == (*x, *y));
        }
        (ExprKind::Literal(x), ExprKind::Literal(y)) => same_literal(x, y),
        (ExprKind::Parameter(x), ExprKind::Parameter(y)) => x == y,
        (ExprKind::Path(x), ExprKind::Path(y)) => x == y,
        (ExprKind::Property { key: x, .. }, ExprKind::Property { key: y, .. }) => x == y,
        (ExprKind::HasLabels { labels: x, .. }, ExprKind::HasLabels { labels: y, .. }) => x == y,
        (ExprKind::HasComputedLabels { any: x, .. }, ExprKind::HasComputedLabels { any: y, .. }) => x == y,
        (ExprKind::Slice { from: f, to: t, .. }, ExprKind::Slice { from: g, to: u, .. }) => {
            f.is_some() == g.is_some() && t.is_some() == u.is_some()
        }
        (ExprKind::Map(x), ExprKind::Map(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|((k, _), (l, _))| k == l)
        }
        (
            ExprKind::MapProjection { all_properties: x, items: xs, .. },
            ExprKind::MapProjection { all_properties: y, items: ys, .. },
        ) => x == y && xs.len() == ys.len() && xs.iter().zip(ys).all(|((k, _), (l, _))| k == l),
        (ExprKind::Arithmetic { op: x, .. }, ExprKind::Arithmetic { op: y, .. }) => x == y,
        (ExprKind::Compare { op: x, .. }, ExprKind::Compare { op: y, .. }) => x == y,
        (ExprKind::StringMatch { op: x, .. }, ExprKind::StringMatch { op: y, .. }) => x == y,
        (ExprKind::IsNull { negated: x, .. }, ExprKind::IsNull { negated: y, .. }) => x == y,
        (ExprKind::Test { test: t, negated: x, .. }, ExprKind::Test { test: u, negated: y, .. }) => {
            t == u && x == y
        }
        (
            ExprKind::Case { operand: x, otherwise: p, branches: m },
            ExprKind::Case { operand: y, otherwise: q, branches: n },
        ) => x.is_some() == y.is_some() && p.is_some() == q.is_some() && m.len() == n.len(),
        (ExprKind::Function { name: x, .. }, ExprKind::Function { name: y, .. }) => {
            x == y && !a.is_volatile()
        }
        (ExprKind::UserFunction { function: x, .. }, ExprKind::UserFunction { function: y, .. }) => {
            Arc::ptr_eq(x, y) && !a.is_volatile()
        }
        (
            ExprKind::ListComprehension { variable: x, predicate: p, projection: r, .. },
            ExprKind::ListComprehension { variable: y, predicate: q, projection: s, .. },
        ) => {
            locals.push((*x, *y));
            p.is_some() == q.is_some() && r.is_some() == s.is_some()
        }
        (
            ExprKind::Quantifier { kind: k, variable: x, .. },
            ExprKind::Quantifier { kind: l, variable: y, .. },
        ) => {
            locals.push((*x, *y));
            k == l
        }
        (
            ExprKind::Reduce { accumulator: i, variable: x, predicate: p, .. },
            ExprKind::Reduce { accumulator: j, variable: y, predicate: q, .. },
        ) => {
            locals.push((*i, *j));
            locals.push((*x, *y));
            p.is_some() == q.is_some()
        }
        (ExprKind::Let { variable: x, .. }, ExprKind::Let { variable: y, .. }) => {
            locals.push((*x, *y));
            true
        }
        (ExprKind::Subquery { .. }, _) | (_, ExprKind::Subquery { .. }) => false,
        (x, y) => std::mem::discriminant(x) == std::mem::discriminant(y),
    };
    let result = alike && {
        let mut left = Vec::new();
        a.for_each_child(&mut |e| left.push(e));
        let mut right = Vec::new();
        b.for_each_child(&mut |e| right.push(e));
        left.len() == right.len() && left.iter().zip(&right).all(|(x, y)| same(x, y, locals))
    };
    locals.truncate(depth);
    result
}

/// Literals are scalars: lists and maps in the text are expressions of their own.
fn same_literal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, Value::Null) => true,
        (Value::Boolean(x), Value::Boolean(y)) => x == y,
        (Value::Integer(x), Value::Integer(y)) => x == y,
        (Value::Float(x), Value::Float(y)) => x.to_bits() == y.to_bits(),
        (Value::String(x), Value::String(y)) => x == y,
        _ => false,
    }
}
