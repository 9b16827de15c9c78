//! Expressions as text.

use super::{Writer, name, tags};
use crate::binder::bound::{CompareOp, Expr, ExprKind, QuantifierKind, StringOp, SubqueryKind};
use namidb_core::Value;
use std::fmt::Write as _;
use std::sync::Arc;

impl Writer {
    /// An expression in a place where an operator beside it could bind more tightly.
    pub(super) fn operand(&self, expr: &Expr) -> String {
        let text = self.expr(expr);
        match expr.kind {
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Xor(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Concatenate { .. }
            | ExprKind::Negate(_)
            | ExprKind::In { .. }
            | ExprKind::StringMatch { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::Test { .. }
            | ExprKind::Compare { .. } => format!("({text})"),
            _ => text,
        }
    }

    pub(super) fn list(&self, items: &[Expr]) -> String {
        items.iter().map(|e| self.expr(e)).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn joined(&self, items: &[Expr], word: &str) -> String {
        items.iter().map(|e| self.operand(e)).collect::<Vec<_>>().join(word)
    }

    pub(super) fn entries(&self, entries: &[(Arc<str>, Expr)]) -> String {
        let shown = entries.iter().map(|(key, value)| format!("{}: {}", name(key), self.expr(value)));
        shown.collect::<Vec<_>>().join(", ")
    }

    pub(super) fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(value) => literal(value),
            ExprKind::Parameter(parameter) => format!("${}", name(parameter)),
            ExprKind::Variable(variable) => self.variable(*variable),
            ExprKind::Property { base, key } => format!("{}.{}", self.operand(base), name(key)),
            ExprKind::Index { base, index } => format!("{}[{}]", self.operand(base), self.expr(index)),
            ExprKind::Slice { base, from, to } => {
                let end = |e: &Option<Box<Expr>>| e.as_ref().map(|e| self.expr(e)).unwrap_or_default();
                format!("{}[{}..{}]", self.operand(base), end(from), end(to))
            }
            ExprKind::HasComputedLabels { base, names, any } => {
                format!("{}:${}({})", self.operand(base), if *any { "any" } else { "" }, self.expr(names))
            }
            ExprKind::HasLabels { base, labels } => format!("{}{}", self.operand(base), tags(labels, ":")),
            ExprKind::List(items) => format!("[{}]", self.list(items)),
            ExprKind::Map(entries) => format!("{{{}}}", self.entries(entries)),
            ExprKind::MapProjection { base, all_properties, items } => {
                let all = match (all_properties, items.is_empty()) {
                    (true, true) => ".*",
                    (true, false) => ".*, ",
                    (false, _) => "",
                };
                format!("{} {{{all}{}}}", self.operand(base), self.entries(items))
            }
            ExprKind::Not(operand) => format!("NOT {}", self.operand(operand)),
            ExprKind::Negate(operand) => format!("-{}", self.operand(operand)),
            ExprKind::And(items) => self.joined(items, " AND "),
            ExprKind::Or(items) => self.joined(items, " OR "),
            ExprKind::Xor(items) => self.joined(items, " XOR "),
            ExprKind::Arithmetic { op, left, right } => {
                format!("{} {} {}", self.operand(left), op.symbol(), self.operand(right))
            }
            ExprKind::Concatenate { left, right } => {
                format!("{} || {}", self.operand(left), self.operand(right))
            }
            ExprKind::Compare { op, left, right } => {
                let sign = match op {
                    CompareOp::Equal => "=",
                    CompareOp::NotEqual => "<>",
                    CompareOp::Less => "<",
                    CompareOp::LessOrEqual => "<=",
                    CompareOp::Greater => ">",
                    CompareOp::GreaterOrEqual => ">=",
                };
                format!("{} {sign} {}", self.operand(left), self.operand(right))
            }
            ExprKind::In { item, list } => format!("{} IN {}", self.operand(item), self.operand(list)),
            ExprKind::StringMatch { op, text, pattern } => {
                let word = match op {
                    StringOp::StartsWith => "STARTS WITH",
                    StringOp::EndsWith => "ENDS WITH",
                    StringOp::Contains => "CONTAINS",
                    StringOp::Regex => "=~",
                };
                format!("{} {word} {}", self.operand(text), self.operand(pattern))
            }
            ExprKind::IsNull { operand, negated } => {
                format!("{} IS {}NULL", self.operand(operand), if *negated { "NOT " } else { "" })
            }
            ExprKind::Test { operand, test, negated } => {
                format!("{} IS {}{test}", self.operand(operand), if *negated { "NOT " } else { "" })
            }
            ExprKind::Case { operand, branches, otherwise } => {
                let mut text = "CASE".to_owned();
                if let Some(operand) = operand {
                    let _ = write!(text, " {}", self.expr(operand));
                }
                for (when, then) in branches {
                    let _ = write!(text, " WHEN {} THEN {}", self.expr(when), self.expr(then));
                }
                if let Some(otherwise) = otherwise {
                    let _ = write!(text, " ELSE {}", self.expr(otherwise));
                }
                text.push_str(" END");
                text
            }
            ExprKind::Function { name, arguments } => format!("{name}({})", self.list(arguments)),
            ExprKind::UserFunction { function, arguments } => {
                format!("{}({})", function.signature().name, self.list(arguments))
            }
            ExprKind::ListComprehension { variable, list, predicate, projection } => {
                let mut text = format!("[{} IN {}", self.variable(*variable), self.expr(list));
                if let Some(predicate) = predicate {
                    let _ = write!(text, " WHERE {}", self.expr(predicate));
                }
                if let Some(projection) = projection {
                    let _ = write!(text, " | {}", self.expr(projection));
                }
                text.push(']');
                text
            }
            ExprKind::Quantifier { kind, variable, list, predicate } => {
                let word = match kind {
                    QuantifierKind::All => "all",
                    QuantifierKind::Any => "any",
                    QuantifierKind::None => "none",
                    QuantifierKind::Single => "single",
                };
                format!(
                    "{word}({} IN {} WHERE {})",
                    self.variable(*variable),
                    self.expr(list),
                    self.expr(predicate)
                )
            }
            ExprKind::Let { variable, value, body } => {
                format!("let({} = {} | {})", self.variable(*variable), self.expr(value), self.expr(body))
            }
            ExprKind::Reduce { accumulator, initial, variable, list, body, predicate } => {
                let asked = predicate.as_ref().map(|p| format!(", {}", self.expr(p)));
                format!(
                    "{}({} = {}, {} IN {} | {}{})",
                    if predicate.is_some() { "allReduce" } else { "reduce" },
                    self.variable(*accumulator),
                    self.expr(initial),
                    self.variable(*variable),
                    self.expr(list),
                    self.expr(body),
                    asked.unwrap_or_default()
                )
            }
            ExprKind::Path(variables) => format!("path({})", self.variables(variables)),
            ExprKind::Subquery { kind, .. } => match kind {
                SubqueryKind::Exists => "EXISTS {..}".to_owned(),
                SubqueryKind::Count => "COUNT {..}".to_owned(),
                SubqueryKind::Collect(variable) => format!("COLLECT {{.. {}}}", self.variable(*variable)),
            },
        }
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Float(x) => format!("{x:?}"),
        Value::String(s) => format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'")),
        other => format!("{other:?}"),
    }
}
