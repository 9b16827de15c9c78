//! Conditions on labels and types, and names of them that are computed.

use super::bind_expr::{call, expect};
use super::bound::{CompareOp, Expr, ExprKind, QuantifierKind, ValueTest};
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast::{self, LabelExpr, LabelExprKind, ValueType, ValueTypeKind};
use crate::syntax::span::Span;
use namidb_core::Value;
use namidb_core::graph::ScalarType;
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
            (LabelExprKind::Computed { any, names }, None) => {
                self.has_computed(base, *any, names, of_relationship)?
            }
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

    /// Whether all or any of the names that an expression gives are among the labels, or are the type.
    #[inline(never)]
    fn has_computed(
        &mut self,
        base: &Expr,
        any: bool,
        names: &ast::Expr,
        of_relationship: bool,
    ) -> Result<ExprKind, Error> {
        let span = names.span;
        let names = self.label_names(names)?;
        let expr = |kind| Expr { kind, span };
        let own = if of_relationship {
            ExprKind::List(vec![expr(call("type", vec![base.clone()]))])
        } else {
            call("labels", vec![base.clone()])
        };
        let held = self.value_variable(&Arc::from("  "), Type::ANY);
        let name = self.value_variable(&Arc::from("  "), Type::of(TypeSet::STRING));
        // One name is a list of one.
        let text = ValueType { kind: ValueTypeKind::Scalar(ScalarType::String), not_null: true };
        let operand = Box::new(variable(held, span));
        let one = ExprKind::Test { operand, test: ValueTest::Typed(text), negated: false };
        let list = ExprKind::Case {
            operand: None,
            branches: vec![(expr(one), expr(ExprKind::List(vec![variable(held, span)])))],
            otherwise: Some(Box::new(variable(held, span))),
        };
        let found = ExprKind::In { item: Box::new(variable(name, span)), list: Box::new(expr(own)) };
        let body = ExprKind::Quantifier {
            kind: if any { QuantifierKind::Any } else { QuantifierKind::All },
            variable: name,
            list: Box::new(expr(list)),
            predicate: Box::new(expr(found)),
        };
        Ok(ExprKind::Let { variable: held, value: Box::new(names), body: Box::new(expr(body)) })
    }

    /// What computes labels or a type.
    pub(super) fn label_names(&mut self, names: &ast::Expr) -> Result<Expr, Error> {
        let names = self.expr(names)?;
        expect(&names, TypeSet::STRING | TypeSet::LIST, "a name, or a list of names,")?;
        Ok(names.expr)
    }
}
