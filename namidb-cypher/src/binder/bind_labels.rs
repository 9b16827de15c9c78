//! Conditions on labels and types, and names of them that are computed.

use super::Binder;
use super::bind_expr::{call, expect};
use super::bound::{CompareOp, Expr, ExprKind};
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast::{self, LabelExpr, LabelExprKind};
use crate::syntax::span::Span;
use namidb_core::Value;
use std::sync::Arc;

impl Binder<'_> {
    /// A label expression as a condition on a value, which may be known to be a relationship.
    pub(super) fn label_condition(
        &mut self,
        base: &Expr,
        labels: &LabelExpr,
        span: Span,
        of_relationship: bool,
    ) -> Result<Expr, Error> {
        let has = |names: Vec<Arc<str>>| ExprKind::HasLabels { base: Box::new(base.clone()), labels: names };
        let kind = match (&labels.kind, labels.all_of()) {
            (_, Some(names)) => has(names.into_iter().map(|n| Arc::clone(&n.text)).collect()),
            (LabelExprKind::Name(name), None) => has(vec![Arc::clone(&name.text)]),
            (LabelExprKind::Computed { any, names }, None) => self.has_computed(base, *any, names)?,
            // A relationship always has a type.
            (LabelExprKind::Any, None) if of_relationship => {
                ExprKind::IsNull { operand: Box::new(base.clone()), negated: true }
            }
            (LabelExprKind::Any, None) => {
                let labels = Expr { kind: call("labels", vec![base.clone()]), span };
                let count = Expr { kind: call("size", vec![labels]), span };
                let zero = Expr { kind: ExprKind::Literal(Value::Integer(0)), span };
                ExprKind::Compare { op: CompareOp::Greater, left: Box::new(count), right: Box::new(zero) }
            }
            (LabelExprKind::Not(operand), None) => {
                let operand = self.label_condition(base, operand, operand.span, of_relationship)?;
                ExprKind::Not(Box::new(operand))
            }
            (LabelExprKind::And(all), None) => {
                ExprKind::And(self.label_conditions(base, all, of_relationship)?)
            }
            (LabelExprKind::Or(any), None) => {
                ExprKind::Or(self.label_conditions(base, any, of_relationship)?)
            }
        };
        Ok(Expr { kind, span })
    }

    fn label_conditions(
        &mut self,
        base: &Expr,
        terms: &[LabelExpr],
        of_relationship: bool,
    ) -> Result<Vec<Expr>, Error> {
        terms.iter().map(|term| self.label_condition(base, term, term.span, of_relationship)).collect()
    }

    /// Whether all or any of the names that an expression gives are among the labels, or are the type. Names that stand
    /// in the text are labels like others.
    #[inline(never)]
    fn has_computed(&mut self, base: &Expr, any: bool, names: &ast::Expr) -> Result<ExprKind, Error> {
        let names = self.label_names(names)?;
        let base = || Box::new(base.clone());
        let span = names.span;
        Ok(match written_names(&names) {
            Some(labels) if labels.len() == 1 || !any => ExprKind::HasLabels { base: base(), labels },
            Some(labels) => {
                let has =
                    |label| Expr { kind: ExprKind::HasLabels { base: base(), labels: vec![label] }, span };
                ExprKind::Or(labels.into_iter().map(has).collect())
            }
            None => ExprKind::HasComputedLabels { base: base(), names: Box::new(names), any },
        })
    }

    /// What computes labels or a type.
    pub(super) fn label_names(&mut self, names: &ast::Expr) -> Result<Expr, Error> {
        let names = self.expr(names)?;
        expect(&names, TypeSet::STRING | TypeSet::LIST, "a name, or a list of names,")?;
        Ok(names.expr)
    }
}

/// The names that a text, or a list of texts, stands for; none if it is no text, and of no names.
fn written_names(names: &Expr) -> Option<Vec<Arc<str>>> {
    let items = match &names.kind {
        ExprKind::List(items) if !items.is_empty() => items.as_slice(),
        _ => std::slice::from_ref(names),
    };
    let text = |item: &Expr| match &item.kind {
        ExprKind::Literal(Value::String(text)) => Some(Arc::clone(text)),
        _ => None,
    };
    items.iter().map(text).collect()
}
