//! Bound expressions: every name resolved to a variable, every function to its definition.
//!
//! Labels, types and property keys stay names here, since a plan outlives the catalog it was made
//! against; the physical plan looks them up once per execution.

use crate::functions::UserFunction;
use crate::logical::LogicalPlan;
use crate::syntax::span::Span;
use namidb_core::Value;
use std::fmt;
use std::sync::Arc;

pub use crate::syntax::ast::{ArithmeticOp, CompareOp, QuantifierKind, StringOp, ValueTest};

/// A variable of a statement: a column of the batches that flow through its plan. Unique in the whole
/// statement; two variables of one name in different scopes are two `VarId`s.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VarId(pub u32);

impl fmt::Debug for VarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// What a variable is known to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum VariableKind {
    /// A node, or null.
    Node,
    /// A relationship, or null.
    Relationship,
    /// The relationships of a variable-length pattern, in walking order, or null.
    RelationshipList,
    /// A path, or null.
    Path,
    /// Any value.
    Value,
}

/// A variable's name and kind; names of variables that no text names begin with two spaces.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The name in the text.
    pub name: Arc<str>,
    /// What it holds.
    pub kind: VariableKind,
}

/// An expression and where it stands in the text.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Where it stands, for errors at run time.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// A parameter, by name.
    Parameter(Arc<str>),
    /// A variable of the row.
    Variable(VarId),
    /// `base.key` on a node, relationship, map, point or temporal value; null on null.
    Property {
        /// What has the property.
        base: Box<Expr>,
        /// The property's key.
        key: Arc<str>,
    },
    /// `base[index]` on a list, map, node or relationship.
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
        /// The first position, if given.
        from: Option<Box<Expr>>,
        /// The position after the last, if given.
        to: Option<Box<Expr>>,
    },
    /// `base:A:B` on a node (all of the labels) or a relationship (its type).
    HasLabels {
        /// The node or relationship.
        base: Box<Expr>,
        /// The names that all must hold.
        labels: Vec<Arc<str>>,
    },
    /// `base:$(names)`: whether it has the labels, or is of the type, that an expression names.
    HasComputedLabels {
        /// The node or relationship.
        base: Box<Expr>,
        /// A name, or a list of names.
        names: Box<Expr>,
        /// Whether one of them is enough.
        any: bool,
    },
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{k: v}`; of equal keys the last wins.
    Map(Vec<(Arc<str>, Expr)>),
    /// `base {.*, .a, k: v}`.
    MapProjection {
        /// The node, relationship or map.
        base: Box<Expr>,
        /// Whether `.*` is among the items.
        all_properties: bool,
        /// The other items, in order.
        items: Vec<(Arc<str>, Expr)>,
    },
    /// `NOT x`.
    Not(Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// Conjunction in ternary logic, two terms or more.
    And(Vec<Expr>),
    /// Disjunction in ternary logic, two terms or more.
    Or(Vec<Expr>),
    /// Exclusive disjunction in ternary logic, from left to right.
    Xor(Vec<Expr>),
    /// `left op right` on numbers, strings, lists, temporals and durations.
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
    /// A single comparison; the binder turns chains into conjunctions.
    Compare {
        /// The operator.
        op: CompareOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
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
    /// `x IS :: TYPE` and `x IS NORMALIZED`.
    Test {
        /// The operand.
        operand: Box<Expr>,
        /// What is asked of it.
        test: ValueTest,
        /// Whether the opposite is asked.
        negated: bool,
    },
    /// Both forms of CASE.
    Case {
        /// The value that the branches are compared with; without it they are conditions.
        operand: Option<Box<Expr>>,
        /// When, then.
        branches: Vec<(Expr, Expr)>,
        /// ELSE, or null.
        otherwise: Option<Box<Expr>>,
    },
    /// A scalar function, by its lower-case name in the registry.
    Function {
        /// The name, as `crate::functions::lookup` takes it.
        name: Arc<str>,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// A function that a program has added.
    UserFunction {
        /// The function.
        function: Arc<dyn UserFunction>,
        /// The arguments.
        arguments: Vec<Expr>,
    },
    /// `[variable IN list WHERE predicate | projection]`.
    ListComprehension {
        /// Holds one element at a time.
        variable: VarId,
        /// The elements.
        list: Box<Expr>,
        /// Which elements stay.
        predicate: Option<Box<Expr>>,
        /// What becomes of each; the element itself if absent.
        projection: Option<Box<Expr>>,
    },
    /// `all`, `any`, `none`, `single` (variable IN list WHERE predicate).
    Quantifier {
        /// Which of them.
        kind: QuantifierKind,
        /// Holds one element at a time.
        variable: VarId,
        /// The elements.
        list: Box<Expr>,
        /// What is asked of each.
        predicate: Box<Expr>,
    },
    /// A value that its body may read any number of times.
    Let {
        /// Holds the value.
        variable: VarId,
        /// The value, which is computed once.
        value: Box<Expr>,
        /// What is made of it.
        body: Box<Expr>,
    },
    /// `reduce(accumulator = initial, variable IN list | body)`, and `allReduce` if there is a predicate.
    Reduce {
        /// Holds the result so far.
        accumulator: VarId,
        /// The first result.
        initial: Box<Expr>,
        /// Holds one element at a time.
        variable: VarId,
        /// The elements.
        list: Box<Expr>,
        /// The next result.
        body: Box<Expr>,
        /// What is asked of each result: whether it is true of all is then the value.
        predicate: Option<Box<Expr>>,
    },
    /// The path through variables: a node, then relationship (or relationship list) and node by turns.
    Path(Vec<VarId>),
    /// A subquery for each row; its plan begins with [`LogicalPlan::Argument`].
    Subquery {
        /// What is made of its rows.
        kind: SubqueryKind,
        /// The plan.
        plan: Box<LogicalPlan>,
    },
}

/// What an expression makes of the rows of its subquery.
#[derive(Clone, Debug)]
pub enum SubqueryKind {
    /// Whether there is a row: EXISTS and pattern predicates.
    Exists,
    /// How many rows there are.
    Count,
    /// The list of one variable's values: COLLECT and pattern comprehensions.
    Collect(VarId),
}
