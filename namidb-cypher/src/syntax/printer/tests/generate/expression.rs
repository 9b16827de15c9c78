//! Any expression.

use super::{Choices, SPAN};
use crate::syntax::ast::*;
use namidb_core::graph::ScalarType;
use std::sync::Arc;

impl Choices<'_> {
    pub(super) fn expr(&mut self) -> Expr {
        self.depth += 1;
        let kind = if self.depth > 5 { self.leaf() } else { self.expr_kind() };
        self.depth -= 1;
        Expr { kind, span: SPAN }
    }

    pub(super) fn boxed(&mut self) -> Box<Expr> {
        Box::new(self.expr())
    }

    fn leaf(&mut self) -> ExprKind {
        match self.choose(9) {
            0 => ExprKind::Variable(Arc::from(self.word())),
            1 => ExprKind::Literal(Literal::Null),
            2 => ExprKind::Literal(Literal::Boolean(self.coin())),
            3 => ExprKind::Literal(Literal::Integer([0, 1, -1, i64::MAX, i64::MIN][self.choose(5)])),
            4 => ExprKind::Literal(Literal::Float(
                [0.0, -0.0, 1.5, -2.5e-9, 1e300, f64::MAX, f64::MIN_POSITIVE, 1e16][self.choose(8)],
            )),
            5 => {
                let text = ["", "a'b\"c\\", "\n\r\t\u{0}\u{7f}\u{85}", "日本 😀", "`//*"][self.choose(5)];
                ExprKind::Literal(Literal::String(Arc::from(text)))
            }
            6 => ExprKind::Parameter(Arc::from(["a", "1", "a b", "a`b", "é"][self.choose(5)])),
            7 => ExprKind::CountStar,
            _ => ExprKind::List(Vec::new()),
        }
    }

    fn expr_kind(&mut self) -> ExprKind {
        match self.choose(37) {
            10 => ExprKind::Property { base: self.boxed(), key: self.name() },
            11 => ExprKind::Index { base: self.boxed(), index: self.boxed() },
            12 => {
                ExprKind::Slice { base: self.boxed(), from: self.opt(Self::boxed), to: self.opt(Self::boxed) }
            }
            13 => ExprKind::HasLabels { base: self.boxed(), labels: self.label_expr(0) },
            14 => ExprKind::List(self.list(0, Self::expr)),
            15 => ExprKind::Map(self.list(0, |c| (c.name(), c.expr()))),
            16 => ExprKind::MapProjection(Box::new(MapProjection {
                variable: self.name(),
                items: self.list(0, |c| match c.choose(4) {
                    0 => MapItem::AllProperties,
                    1 => MapItem::Property(c.name()),
                    2 => MapItem::Variable(c.name()),
                    _ => MapItem::Entry(c.name(), c.expr()),
                }),
            })),
            17 => ExprKind::Not(self.boxed()),
            18 => ExprKind::Negate(self.boxed()),
            19 => ExprKind::Plus(self.boxed()),
            20 => ExprKind::And(self.list(2, Self::expr)),
            21 => ExprKind::Or(self.list(2, Self::expr)),
            22 => ExprKind::Xor(self.list(2, Self::expr)),
            23 => {
                use ArithmeticOp::*;
                let op = [Add, Subtract, Multiply, Divide, Modulo, Power].get(self.choose(7)).copied();
                let (left, right) = (self.boxed(), self.boxed());
                match op {
                    Some(op) => ExprKind::Arithmetic { op, left, right },
                    None => ExprKind::Concatenate { left, right },
                }
            }
            24 => {
                use CompareOp::*;
                let rest = self.list(1, |c| {
                    ([Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual][c.choose(6)], c.expr())
                });
                ExprKind::Comparison { first: self.boxed(), rest }
            }
            25 => ExprKind::In { item: self.boxed(), list: self.boxed() },
            26 => {
                use StringOp::*;
                let op = [StartsWith, EndsWith, Contains, Regex][self.choose(4)];
                ExprKind::StringMatch { op, text: self.boxed(), pattern: self.boxed() }
            }
            27 => ExprKind::IsNull { operand: self.boxed(), negated: self.coin() },
            28 => self.case(),
            29 => {
                let name = self.dotted_name();
                let distinct = self.coin();
                let arguments = self.list(usize::from(distinct), Self::expr);
                ExprKind::Function(Box::new(FunctionCall { name, distinct, arguments }))
            }
            30 => ExprKind::ListComprehension(Box::new(ListComprehension {
                variable: self.name(),
                list: self.expr(),
                predicate: self.opt(Self::expr),
                projection: self.opt(Self::expr),
            })),
            31 => ExprKind::PatternComprehension(Box::new(PatternComprehension {
                variable: self.opt(Self::name),
                path: self.path(1),
                predicate: self.opt(Self::expr),
                projection: self.expr(),
            })),
            32 => {
                use QuantifierKind::*;
                ExprKind::Quantifier(Box::new(Quantifier {
                    kind: [All, Any, None, Single][self.choose(4)],
                    variable: self.name(),
                    list: self.expr(),
                    predicate: self.expr(),
                }))
            }
            33 => ExprKind::Reduce(Box::new(Reduce {
                accumulator: self.name(),
                initial: self.expr(),
                variable: self.name(),
                list: self.expr(),
                body: self.expr(),
                predicate: self.opt(Self::expr),
            })),
            34 => match self.choose(2) {
                0 => ExprKind::Pattern(Box::new(self.path(1))),
                _ => {
                    let mut part = self.pattern_part();
                    part.variable = None;
                    if !matches!(part.selector, Selector::Shortest | Selector::AllShortest) {
                        (part.selector, part.mode) = (Selector::Shortest, PathMode::Unspecified);
                    }
                    ExprKind::ShortestPath(Box::new(part))
                }
            },
            35 => {
                let body = if self.coin() {
                    SubqueryBody::Query(self.query_that_gives_rows())
                } else {
                    SubqueryBody::Pattern { pattern: self.pattern(), predicate: self.opt(Self::expr) }
                };
                match self.choose(3) {
                    0 => ExprKind::Exists(Box::new(body)),
                    1 => ExprKind::Count(Box::new(body)),
                    _ => {
                        let projection = self.projection();
                        let clauses = vec![Clause::Return(Return { projection, span: SPAN })];
                        let first = SingleQuery { clauses, span: SPAN };
                        let query = Query { first, unions: Vec::new(), span: SPAN };
                        ExprKind::Collect(Box::new(SubqueryBody::Query(query)))
                    }
                }
            }
            36 => {
                let test = if self.coin() {
                    ValueTest::Normalized(NormalForm::ALL[self.choose(4)])
                } else {
                    ValueTest::Typed(self.value_type(0))
                };
                ExprKind::Test { operand: self.boxed(), test, negated: self.coin() }
            }
            _ => self.leaf(),
        }
    }

    fn case(&mut self) -> ExprKind {
        let operand = self.opt(Self::expr);
        let about = operand.is_some();
        let branches = self.list(1, |c| {
            let when = if about { c.list(1, Self::case_when) } else { vec![c.expr()] };
            CaseBranch { when, then: c.expr() }
        });
        ExprKind::Case(Box::new(CaseExpr { operand, branches, otherwise: self.opt(Self::expr) }))
    }

    fn case_when(&mut self) -> Expr {
        let hole = || Box::new(Expr { kind: ExprKind::CaseOperand, span: SPAN });
        let kind = match self.choose(6) {
            1 => ExprKind::Comparison { first: hole(), rest: vec![(CompareOp::Greater, self.expr())] },
            2 => ExprKind::IsNull { operand: hole(), negated: self.coin() },
            3 => ExprKind::In { item: hole(), list: self.boxed() },
            4 => ExprKind::StringMatch { op: StringOp::StartsWith, text: hole(), pattern: self.boxed() },
            5 => {
                let test = ValueTest::Typed(self.value_type(0));
                ExprKind::Test { operand: hole(), test, negated: self.coin() }
            }
            _ => return self.expr(),
        };
        Expr { kind, span: SPAN }
    }

    pub(super) fn value_type(&mut self, depth: usize) -> ValueType {
        use ValueTypeKind::*;
        let plain = [Bytes, Vector, Node, Relationship, Map, Path, PropertyValue, Any];
        match self.choose(if depth < 3 { 6 } else { 4 }) {
            0 => ValueType::nullable([Nothing, Null][self.choose(2)].clone()),
            1 | 2 => {
                let scalar = Scalar(ScalarType::ALL[self.choose(ScalarType::ALL.len())]);
                ValueType { kind: scalar, not_null: self.coin() }
            }
            4 => ValueType { kind: List(Box::new(self.value_type(depth + 1))), not_null: self.coin() },
            5 => ValueType::nullable(Union(self.list(2, |c| c.value_type(depth + 1)))),
            _ => ValueType { kind: plain[self.choose(plain.len())].clone(), not_null: self.coin() },
        }
    }
}
