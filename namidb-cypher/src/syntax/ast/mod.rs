//! The syntax tree of a statement: what was written, name by name, before anything is known about names.
//!
//! - Every node carries its [`Span`]; that of an expression includes the parentheses around it, so the name of
//!   a column without alias is `text[span]`.
//! - `==` compares what is said and not where it stands: spans take no part, so that `ORDER BY a.x` is found
//!   among the items of RETURN.
//! - Names keep their spelling; of a name in backticks the text is what is between them.
//! - The height of a tree is bounded by the parser ([`crate::syntax::parser::NESTING_MAX`],
//!   [`crate::syntax::parser::EXPRESSION_HEIGHT_MAX`]), so walking and dropping it may recurse. What can be as
//!   long as the text is a list: clauses, terms of AND, OR and XOR, steps of a pattern, elements, branches.

/// Compares all fields but the span, and does not compile when a field is forgotten.
macro_rules! equal_but_for_spans {
    ($($node:ident { $($field:ident),* $(,)? })+) => {$(
        impl PartialEq for $node {
            #[allow(unused_variables, reason = "a node may have nothing but a place")]
            fn eq(&self, other: &Self) -> bool {
                let $node { span: _, $($field),* } = self;
                true $(&& *$field == other.$field)*
            }
        }
    )+};
}

pub mod call;
pub mod create;
pub mod delete;
pub mod expr;
pub mod foreach;
pub mod load;
pub mod match_;
pub mod merge;
pub mod pattern;
pub mod remove;
pub mod schema;
pub mod set;
pub mod subquery;
pub mod union;
pub mod unwind;
pub mod value_type;
pub mod with_all;
pub mod with_return;

pub use call::{CallProcedure, Yield, YieldItem};
pub use create::Create;
pub use delete::Delete;
pub use expr::{
    ArithmeticOp, CaseBranch, CaseExpr, CompareOp, Expr, ExprKind, FunctionCall, ListComprehension, Literal,
    MapItem, MapProjection, PatternComprehension, Quantifier, QuantifierKind, Reduce, StringOp, SubqueryBody,
};
pub use foreach::Foreach;
pub use load::{Load, LoadFormat};
pub use match_::Match;
pub use merge::{Merge, MergeAction};
pub use pattern::{
    LabelExpr, LabelExprKind, NodePattern, PathLength, PathMode, PathPattern, PatternDirection, PatternPart,
    PatternStep, RelationshipPattern, Selector,
};
pub use remove::{Remove, RemoveItem, RemoveKind};
pub use schema::{
    ConstraintKind, CreateConstraint, CreateIndex, DropConstraint, DropIndex, DropTarget, IndexType,
    RequiredType, SchemaCommand, SchemaEntity, Show, ShowKind, ShowOnly, ShownConstraint,
};
pub use set::{Set, SetItem, SetKind};
pub use subquery::{CallSubquery, Imports, InTransactions, OnError};
pub use union::{Query, SingleQuery, Union};
pub use unwind::Unwind;
pub use value_type::{NormalForm, ValueTest, ValueType, ValueTypeKind};
pub use with_all::{Filter, Finish, Let, OrderBy};
pub use with_return::{Projection, ProjectionItem, Return, SortItem, With};

use crate::syntax::span::Span;
use std::sync::Arc;

/// A whole statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Whether it is to be run, or explained.
    pub mode: StatementMode,
    /// What it asks for.
    pub kind: StatementKind,
    /// The statement, without the semicolon at its end.
    pub span: Span,
}

/// The prefix of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum StatementMode {
    /// No prefix.
    Run,
    /// `EXPLAIN`: the plan, and nothing runs.
    Explain,
    /// `PROFILE`: it runs, and the plan comes with counts.
    Profile,
}

/// What a statement asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// Reading and writing the graph.
    Query(Query),
    /// Creating and dropping indexes and constraints.
    Schema(SchemaCommand),
    /// Listing indexes, constraints and the like.
    Show(Box<Show>),
}

/// One clause of a query.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Clause {
    Match(Match),
    Unwind(Unwind),
    With(With),
    Return(Return),
    Create(Create),
    Merge(Merge),
    Set(Set),
    Remove(Remove),
    Delete(Delete),
    Foreach(Foreach),
    CallProcedure(CallProcedure),
    CallSubquery(CallSubquery),
    Load(Load),
    Let(Let),
    Filter(Filter),
    OrderBy(OrderBy),
    Finish(Finish),
}

impl Clause {
    /// Where the clause stands.
    pub fn span(&self) -> Span {
        match self {
            Clause::Match(clause) => clause.span,
            Clause::Unwind(clause) => clause.span,
            Clause::With(clause) => clause.span,
            Clause::Return(clause) => clause.span,
            Clause::Create(clause) => clause.span,
            Clause::Merge(clause) => clause.span,
            Clause::Set(clause) => clause.span,
            Clause::Remove(clause) => clause.span,
            Clause::Delete(clause) => clause.span,
            Clause::Foreach(clause) => clause.span,
            Clause::CallProcedure(clause) => clause.span,
            Clause::CallSubquery(clause) => clause.span,
            Clause::Load(clause) => clause.span,
            Clause::Let(clause) => clause.span,
            Clause::Filter(clause) => clause.span,
            Clause::OrderBy(clause) => clause.span,
            Clause::Finish(clause) => clause.span,
        }
    }

    /// How it begins, for messages.
    pub fn keyword(&self) -> &'static str {
        match self {
            Clause::Match(Match { optional: true, .. }) => "OPTIONAL MATCH",
            Clause::Match(_) => "MATCH",
            Clause::Unwind(_) => "UNWIND",
            Clause::With(_) => "WITH",
            Clause::Return(_) => "RETURN",
            Clause::Create(_) => "CREATE",
            Clause::Merge(_) => "MERGE",
            Clause::Set(_) => "SET",
            Clause::Remove(_) => "REMOVE",
            Clause::Delete(_) => "DELETE",
            Clause::Foreach(_) => "FOREACH",
            Clause::CallProcedure(_) | Clause::CallSubquery(_) => "CALL",
            Clause::Load(Load { format: LoadFormat::Parquet, .. }) => "LOAD PARQUET",
            Clause::Load(_) => "LOAD CSV",
            Clause::Let(_) => "LET",
            Clause::Filter(_) => "FILTER",
            Clause::OrderBy(OrderBy { items, .. }) if !items.is_empty() => "ORDER BY",
            Clause::OrderBy(OrderBy { skip: Some(_), .. }) => "SKIP",
            Clause::OrderBy(_) => "LIMIT",
            Clause::Finish(_) => "FINISH",
        }
    }

    /// Whether the clause itself writes; a CALL is judged by what it calls.
    pub fn is_updating(&self) -> bool {
        matches!(
            self,
            Clause::Create(_)
                | Clause::Merge(_)
                | Clause::Set(_)
                | Clause::Remove(_)
                | Clause::Delete(_)
                | Clause::Foreach(_)
        )
    }
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    /// Its spelling, without backticks. The parts of a function's or procedure's name are joined by dots.
    pub text: Arc<str>,
    /// Where it stands, with backticks.
    pub span: Span,
}

equal_but_for_spans! {
    Statement { mode, kind }
    Name { text }
}
