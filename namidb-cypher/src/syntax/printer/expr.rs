//! Expressions, with parentheses where precedence asks for them.

use super::Printer;
use crate::syntax::ast::{
    ArithmeticOp, CaseExpr, CompareOp, Expr, ExprKind, LabelExprKind, Literal, MapItem, QuantifierKind,
    StringOp, SubqueryBody, ValueTest, ValueType, ValueTypeKind,
};

// As in the grammar's table; an operand of a higher number needs no parentheses.
const ANY: u8 = 1;
const XOR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARISON: u8 = 5;
const PREDICATE: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;
const POWER: u8 = 9;
const SIGN: u8 = 10;
const ACCESS: u8 = 11;
const OPERAND: u8 = 12;

fn precedence(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Or(_) => ANY,
        ExprKind::Xor(_) => XOR,
        ExprKind::And(_) => AND,
        // A minus or an arrow head after a path would go on with it.
        ExprKind::Not(_) | ExprKind::Pattern(_) => NOT,
        ExprKind::Comparison { .. } => COMPARISON,
        ExprKind::In { .. }
        | ExprKind::StringMatch { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::Test { .. } => PREDICATE,
        ExprKind::Arithmetic { op, .. } => arithmetic_precedence(*op),
        ExprKind::Concatenate { .. } => SUM,
        ExprKind::Negate(_) | ExprKind::Plus(_) => SIGN,
        ExprKind::Literal(Literal::Integer(value)) if *value < 0 => SIGN,
        ExprKind::Literal(Literal::Float(value)) if value.is_sign_negative() => SIGN,
        ExprKind::Property { .. }
        | ExprKind::Index { .. }
        | ExprKind::Slice { .. }
        | ExprKind::HasLabels { .. } => ACCESS,
        _ => OPERAND,
    }
}

fn arithmetic_precedence(op: ArithmeticOp) -> u8 {
    match op {
        ArithmeticOp::Add | ArithmeticOp::Subtract => SUM,
        ArithmeticOp::Multiply | ArithmeticOp::Divide | ArithmeticOp::Modulo => PRODUCT,
        ArithmeticOp::Power => POWER,
    }
}

impl Printer {
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.at_least(expr, ANY);
    }

    /// What stands before `.key` or `[key]`.
    pub(super) fn operand_of_access(&mut self, expr: &Expr) {
        let labels = matches!(expr.kind, ExprKind::HasLabels { .. });
        self.at_least(expr, if labels { OPERAND } else { ACCESS });
    }

    /// The expression, in parentheses if it binds less than that.
    fn at_least(&mut self, expr: &Expr, least: u8) {
        if precedence(&expr.kind) < least { self.parenthesized(expr) } else { self.bare(expr) }
    }

    fn parenthesized(&mut self, expr: &Expr) {
        self.push("(");
        self.bare(expr);
        self.push(")");
    }

    fn terms(&mut self, terms: &[Expr], operator: &str, precedence: u8) {
        self.separated(terms, operator, |p, term| p.at_least(term, precedence + 1));
    }

    fn binary(&mut self, left: &Expr, operator: &str, right: &Expr, precedence: u8) {
        self.at_least(left, precedence);
        self.push(operator);
        self.at_least(right, precedence + 1);
    }

    /// What stands after IS: a union between brackets, since a `|` may end what is around it.
    pub(super) fn value_test(&mut self, test: &ValueTest) {
        match test {
            ValueTest::Typed(of) if matches!(of.kind, ValueTypeKind::Union(_)) => {
                self.push(":: ANY<");
                self.push(&of.to_string());
                self.push(">");
            }
            // A `<` behind ANY alone opens brackets.
            ValueTest::Typed(ValueType { kind: ValueTypeKind::Any, not_null: false }) => {
                self.push(":: ANY VALUE");
            }
            test => self.push(&test.to_string()),
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Parameter(name) => self.parameter(name),
            ExprKind::Variable(name) => self.variable_text(name),
            ExprKind::Property { base, key } => {
                self.operand_of_access(base);
                self.push(".");
                self.key(key);
            }
            ExprKind::Index { base, index } => {
                self.operand_of_access(base);
                self.push("[");
                self.expr(index);
                self.push("]");
            }
            ExprKind::Slice { base, from, to } => {
                self.operand_of_access(base);
                self.push("[");
                self.opt_expr("", from.as_deref());
                self.push("..");
                self.opt_expr("", to.as_deref());
                self.push("]");
            }
            ExprKind::HasLabels { base, labels } => {
                self.operand_of_access(base);
                self.push(":");
                self.label_term(labels, matches!(labels.kind, LabelExprKind::Or(_)));
            }
            ExprKind::List(elements) => self.list(elements),
            ExprKind::Map(entries) => {
                self.push("{");
                self.separated(entries, ", ", |p, (key, value)| {
                    p.key(key);
                    p.push(": ");
                    p.expr(value);
                });
                self.push("}");
            }
            ExprKind::MapProjection(projection) => {
                self.variable(&projection.variable);
                self.push(" {");
                self.separated(&projection.items, ", ", Self::map_item);
                self.push("}");
            }
            ExprKind::Not(operand) => {
                self.push("NOT ");
                self.at_least(operand, NOT);
            }
            ExprKind::Negate(operand) => {
                self.push("-");
                // A number right after the sign would take it as its own.
                let number =
                    matches!(operand.kind, ExprKind::Literal(Literal::Integer(_) | Literal::Float(_)));
                if number { self.parenthesized(operand) } else { self.at_least(operand, SIGN) }
            }
            ExprKind::Plus(operand) => {
                self.push("+");
                self.at_least(operand, SIGN);
            }
            ExprKind::And(terms) => self.terms(terms, " AND ", AND),
            ExprKind::Or(terms) => self.terms(terms, " OR ", ANY),
            ExprKind::Xor(terms) => self.terms(terms, " XOR ", XOR),
            ExprKind::Arithmetic { op, left, right } => {
                self.binary(left, &format!(" {} ", op.symbol()), right, arithmetic_precedence(*op));
            }
            ExprKind::Concatenate { left, right } => self.binary(left, " || ", right, SUM),
            ExprKind::Comparison { first, rest } => {
                self.at_least(first, PREDICATE);
                for (op, operand) in rest {
                    self.push(comparison(*op));
                    self.at_least(operand, PREDICATE);
                }
            }
            ExprKind::In { item, list } => self.binary(item, " IN ", list, PREDICATE),
            ExprKind::StringMatch { op, text, pattern } => {
                self.binary(text, string_match(*op), pattern, PREDICATE);
            }
            ExprKind::IsNull { operand, negated } => {
                self.at_least(operand, PREDICATE);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            ExprKind::Test { operand, test, negated } => {
                self.at_least(operand, PREDICATE);
                self.push(if *negated { " IS NOT " } else { " IS " });
                self.value_test(test);
            }
            // The operator behind it has its space before it.
            ExprKind::CaseOperand => {}
            ExprKind::Case(case) => self.case(case),
            ExprKind::Function(call) => {
                self.dotted_name(&call.name);
                self.push(if call.distinct { "(DISTINCT " } else { "(" });
                self.separated(&call.arguments, ", ", Self::expr);
                self.push(")");
            }
            ExprKind::CountStar => self.push("count(*)"),
            ExprKind::ListComprehension(comprehension) => {
                self.push("[");
                self.variable(&comprehension.variable);
                self.push(" IN ");
                self.at_least(&comprehension.list, SUM);
                self.opt_expr(" WHERE ", comprehension.predicate.as_ref());
                self.opt_expr(" | ", comprehension.projection.as_ref());
                self.push("]");
            }
            ExprKind::PatternComprehension(comprehension) => {
                self.push("[");
                if let Some(variable) = &comprehension.variable {
                    self.variable(variable);
                    self.push(" = ");
                }
                self.path(&comprehension.path);
                self.opt_expr(" WHERE ", comprehension.predicate.as_ref());
                self.opt_expr(" | ", Some(&comprehension.projection));
                self.push("]");
            }
            ExprKind::Quantifier(quantifier) => {
                self.push(match quantifier.kind {
                    QuantifierKind::All => "all(",
                    QuantifierKind::Any => "any(",
                    QuantifierKind::None => "none(",
                    QuantifierKind::Single => "single(",
                });
                self.variable(&quantifier.variable);
                self.opt_expr(" IN ", Some(&quantifier.list));
                self.opt_expr(" WHERE ", Some(&quantifier.predicate));
                self.push(")");
            }
            ExprKind::Reduce(reduce) => {
                self.push(if reduce.predicate.is_some() { "allReduce(" } else { "reduce(" });
                self.variable(&reduce.accumulator);
                self.opt_expr(" = ", Some(&reduce.initial));
                self.push(", ");
                self.variable(&reduce.variable);
                self.opt_expr(" IN ", Some(&reduce.list));
                self.opt_expr(" | ", Some(&reduce.body));
                self.opt_expr(", ", reduce.predicate.as_ref());
                self.push(")");
            }
            ExprKind::Pattern(path) => self.path(path),
            ExprKind::ShortestPath(part) => self.pattern_part(part),
            ExprKind::Exists(body) => self.subquery("EXISTS { ", body),
            ExprKind::Count(body) => self.subquery("COUNT { ", body),
            ExprKind::Collect(body) => self.subquery("COLLECT { ", body),
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Null => self.push("null"),
            Literal::Boolean(value) => self.push(if *value { "true" } else { "false" }),
            Literal::Integer(value) => self.push(&value.to_string()),
            // The form for debugging has a point or an exponent always, and all the digits that it takes.
            Literal::Float(value) => self.push(&format!("{value:?}")),
            Literal::String(text) => self.string(text),
        }
    }

    fn list(&mut self, elements: &[Expr]) {
        self.push("[");
        match elements {
            // A lone `x IN y` in brackets would be a comprehension.
            [element] if is_membership_of_variable(element) => self.parenthesized(element),
            elements => self.separated(elements, ", ", Self::expr),
        }
        self.push("]");
    }

    fn map_item(&mut self, item: &MapItem) {
        match item {
            MapItem::AllProperties => self.push(".*"),
            MapItem::Property(key) => {
                self.push(".");
                self.key(key);
            }
            MapItem::Variable(name) => self.variable(name),
            MapItem::Entry(key, value) => {
                self.key(key);
                self.opt_expr(": ", Some(value));
            }
        }
    }

    fn case(&mut self, case: &CaseExpr) {
        self.push("CASE");
        self.opt_expr(" ", case.operand.as_ref());
        for branch in &case.branches {
            self.push(" WHEN");
            self.separated(&branch.when, ",", |p, when| {
                p.push(if when.asks_case_operand() { "" } else { " " });
                p.expr(when);
            });
            self.opt_expr(" THEN ", Some(&branch.then));
        }
        self.opt_expr(" ELSE ", case.otherwise.as_ref());
        self.push(" END");
    }

    fn subquery(&mut self, opening: &str, body: &SubqueryBody) {
        self.push(opening);
        match body {
            SubqueryBody::Pattern { pattern, predicate } => {
                self.pattern(pattern);
                self.opt_expr(" WHERE ", predicate.as_ref());
            }
            SubqueryBody::Query(query) => self.query(query),
        }
        self.push(" }");
    }
}

fn is_membership_of_variable(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::In { item, .. } if matches!(item.kind, ExprKind::Variable(_)))
}

fn comparison(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => " = ",
        CompareOp::NotEqual => " <> ",
        CompareOp::Less => " < ",
        CompareOp::LessOrEqual => " <= ",
        CompareOp::Greater => " > ",
        CompareOp::GreaterOrEqual => " >= ",
    }
}

fn string_match(op: StringOp) -> &'static str {
    match op {
        StringOp::StartsWith => " STARTS WITH ",
        StringOp::EndsWith => " ENDS WITH ",
        StringOp::Contains => " CONTAINS ",
        StringOp::Regex => " =~ ",
    }
}
