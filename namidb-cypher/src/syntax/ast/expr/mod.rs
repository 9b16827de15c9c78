//! Expressions.

pub mod case;
pub mod function;
pub mod list;
pub mod literal;
pub mod map;
pub mod predicate;

pub use case::{CaseBranch, CaseExpr};
pub use function::{FunctionCall, Reduce};
pub use list::{ListComprehension, PatternComprehension};
pub use literal::Literal;
pub use map::{MapItem, MapProjection};
pub use predicate::{Quantifier, QuantifierKind, SubqueryBody};

use super::{LabelExpr, Name, PathPattern, PatternPart, ValueTest};
use crate::syntax::span::Span;
use std::sync::Arc;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// With the parentheses around it.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// `$name`, without the dollar sign.
    Parameter(Arc<str>),
    /// A variable.
    Variable(Arc<str>),
    /// `base.key`.
    Property {
        /// What has the property.
        base: Box<Expr>,
        /// The property's key.
        key: Name,
    },
    /// `base[index]`.
    Index {
        /// The container.
        base: Box<Expr>,
        /// The position or key.
        index: Box<Expr>,
    },
    /// `base[from..to]`.
    Slice {
        /// The list.
        base: Box<Expr>,
        /// The first position.
        from: Option<Box<Expr>>,
        /// The position after the last.
        to: Option<Box<Expr>>,
    },
    /// `base:A:B`, `base:A|B`: a condition on the labels of a node or the type of a relationship.
    HasLabels {
        /// The node or relationship.
        base: Box<Expr>,
        /// The condition.
        labels: LabelExpr,
    },
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{k: v}`, in the order written; keys may repeat.
    Map(Vec<(Name, Expr)>),
    /// `variable {.*, .a, b, k: v}`.
    MapProjection(Box<MapProjection>),
    /// `NOT x`.
    Not(Box<Expr>),
    /// `-x`. The sign of a number literal is part of the literal.
    Negate(Box<Expr>),
    /// `+x`.
    Plus(Box<Expr>),
    /// `a AND b AND c`: two terms or more.
    And(Vec<Expr>),
    /// `a OR b OR c`: two terms or more.
    Or(Vec<Expr>),
    /// `a XOR b XOR c`: two terms or more.
    Xor(Vec<Expr>),
    /// `left op right`, from left to right at equal precedence.
    Arithmetic {
        /// The operator.
        op: ArithmeticOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `left || right`: two texts or two lists, one behind the other.
    Concatenate {
        /// What comes first.
        left: Box<Expr>,
        /// What comes behind it.
        right: Box<Expr>,
    },
    /// `a < b <= c`: true if each neighbouring pair compares so. One comparison or more.
    Comparison {
        /// The leftmost operand.
        first: Box<Expr>,
        /// The others, each with the operator on its left.
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `item IN list`.
    In {
        /// What is looked for.
        item: Box<Expr>,
        /// Where.
        list: Box<Expr>,
    },
    /// `STARTS WITH`, `ENDS WITH`, `CONTAINS` and `=~`.
    StringMatch {
        /// Which of them.
        op: StringOp,
        /// The text.
        text: Box<Expr>,
        /// What is looked for.
        pattern: Box<Expr>,
    },
    /// `x IS NULL`, or `x IS NOT NULL` if negated.
    IsNull {
        /// The operand.
        operand: Box<Expr>,
        /// Whether it is `IS NOT NULL`.
        negated: bool,
    },
    /// `x IS :: TYPE`, `x IS NORMALIZED`, and with NOT if negated.
    Test {
        /// The operand.
        operand: Box<Expr>,
        /// What is asked of it.
        test: ValueTest,
        /// Whether it is `IS NOT`.
        negated: bool,
    },
    /// In a WHEN, the operand of its CASE: the left side of an operator that has none.
    CaseOperand,
    /// Both forms of CASE.
    Case(Box<CaseExpr>),
    /// `name([DISTINCT] arguments)`, functions and aggregates alike.
    Function(Box<FunctionCall>),
    /// `count(*)`.
    CountStar,
    /// `[variable IN list WHERE predicate | projection]`.
    ListComprehension(Box<ListComprehension>),
    /// `[path = (a)-->(b) WHERE predicate | projection]`.
    PatternComprehension(Box<PatternComprehension>),
    /// `all`, `any`, `none`, `single` (variable IN list WHERE predicate).
    Quantifier(Box<Quantifier>),
    /// `reduce(accumulator = initial, variable IN list | body)`.
    Reduce(Box<Reduce>),
    /// `(a)-->(b)` with at least one relationship: whether there is such a path. The binder says where it may
    /// stand.
    Pattern(Box<PathPattern>),
    /// `shortestPath(..)` and `allShortestPaths(..)`; the part has no variable.
    ShortestPath(Box<PatternPart>),
    /// `EXISTS { .. }`.
    Exists(Box<SubqueryBody>),
    /// `COUNT { .. }`.
    Count(Box<SubqueryBody>),
    /// `COLLECT { .. }`.
    Collect(Box<SubqueryBody>),
}

/// `+ - * / % ^`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

impl ArithmeticOp {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
            ArithmeticOp::Modulo => "%",
            ArithmeticOp::Power => "^",
        }
    }
}

/// `= <> < <= > >=`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The operators on text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum StringOp {
    StartsWith,
    EndsWith,
    Contains,
    Regex,
}

equal_but_for_spans! {
    Expr { kind }
}
