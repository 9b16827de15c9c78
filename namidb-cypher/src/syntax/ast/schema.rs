//! Indexes and constraints, and SHOW.

use super::{Expr, Name, OrderBy, Return, ValueType, Yield};
use crate::syntax::span::Span;

/// A command that changes the schema.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum SchemaCommand {
    CreateIndex(CreateIndex),
    DropIndex(DropIndex),
    CreateConstraint(CreateConstraint),
    DropConstraint(DropConstraint),
}

impl SchemaCommand {
    /// Where the command stands.
    pub fn span(&self) -> Span {
        match self {
            SchemaCommand::CreateIndex(command) => command.span,
            SchemaCommand::DropIndex(command) => command.span,
            SchemaCommand::CreateConstraint(command) => command.span,
            SchemaCommand::DropConstraint(command) => command.span,
        }
    }
}

/// `CREATE [kind] INDEX [name] [IF NOT EXISTS] FOR (n:Label) ON (n.key, ..) [OPTIONS {..}]`,
/// and the older `CREATE INDEX ON :Label(key, ..)`.
#[derive(Clone, Debug)]
pub struct CreateIndex {
    /// Its kind; RANGE where none is written.
    pub kind: IndexType,
    /// Its name.
    pub name: Option<Name>,
    /// Whether an equal one is no error.
    pub if_not_exists: bool,
    /// What is indexed.
    pub entity: SchemaEntity,
    /// The properties; empty for a LOOKUP index.
    pub keys: Vec<Name>,
    /// OPTIONS.
    pub options: Option<Expr>,
    /// The command.
    pub span: Span,
}

/// The kinds of indexes that have a name in the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum IndexType {
    Range,
    Text,
    Point,
    Fulltext,
    Vector,
    Lookup,
}

impl IndexType {
    /// The name of the type, as a statement writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            IndexType::Range => "RANGE",
            IndexType::Text => "TEXT",
            IndexType::Point => "POINT",
            IndexType::Fulltext => "FULLTEXT",
            IndexType::Vector => "VECTOR",
            IndexType::Lookup => "LOOKUP",
        }
    }
}

/// The nodes or relationships that an index or constraint is about.
#[derive(Clone, Debug)]
pub struct SchemaEntity {
    /// Whether it is `()-[r:TYPE]-()`; else it is `(n:Label)`.
    pub relationship: bool,
    /// The labels or types: several (`A|B`) only in FULLTEXT indexes, none in LOOKUP indexes.
    pub names: Vec<Name>,
    /// The pattern.
    pub span: Span,
}

/// `DROP INDEX name [IF EXISTS]`, and the older `DROP INDEX ON :Label(key, ..)`.
#[derive(Clone, Debug)]
pub struct DropIndex {
    /// Which one.
    pub target: DropTarget,
    /// Whether its absence is no error.
    pub if_exists: bool,
    /// The command.
    pub span: Span,
}

/// How a dropped index is named.
#[derive(Clone, Debug, PartialEq)]
pub enum DropTarget {
    /// By its name.
    Name(Name),
    /// By what it is about.
    LabelAndKeys {
        /// The label.
        label: Name,
        /// The properties.
        keys: Vec<Name>,
    },
}

/// `CREATE CONSTRAINT [name] [IF NOT EXISTS] FOR (n:Label) REQUIRE n.key IS UNIQUE`,
/// and the older `ON .. ASSERT ..`.
#[derive(Clone, Debug)]
pub struct CreateConstraint {
    /// Its name.
    pub name: Option<Name>,
    /// Whether an equal one is no error.
    pub if_not_exists: bool,
    /// What is constrained.
    pub entity: SchemaEntity,
    /// The properties, at least one.
    pub keys: Vec<Name>,
    /// What is required of them.
    pub kind: ConstraintKind,
    /// OPTIONS.
    pub options: Option<Expr>,
    /// The command.
    pub span: Span,
}

/// What a constraint requires.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintKind {
    /// `IS UNIQUE`.
    Unique,
    /// `IS NOT NULL`.
    NotNull,
    /// `IS KEY`: unique, and there.
    Key,
    /// `IS TYPED type`.
    Type(RequiredType),
}

/// The type that a constraint requires.
#[derive(Clone, Debug)]
pub struct RequiredType {
    /// The type, which need not be one of those that a property can have.
    pub of: ValueType,
    /// The type, as it is written.
    pub span: Span,
}

/// `DROP CONSTRAINT name [IF EXISTS]`.
#[derive(Clone, Debug)]
pub struct DropConstraint {
    /// Its name.
    pub name: Name,
    /// Whether its absence is no error.
    pub if_exists: bool,
    /// The command.
    pub span: Span,
}

/// `SHOW kind [YIELD .. [ORDER BY ..] [SKIP ..] [LIMIT ..]] [WHERE ..] [RETURN ..]`.
#[derive(Clone, Debug)]
pub struct Show {
    /// What is listed.
    pub kind: ShowKind,
    /// Which of them; all if absent.
    pub only: Option<ShowOnly>,
    /// YIELD, without its WHERE.
    pub yields: Option<Yield>,
    /// ORDER BY, SKIP and LIMIT; only behind a YIELD.
    pub order_by: Option<OrderBy>,
    /// WHERE.
    pub predicate: Option<Expr>,
    /// RETURN; only behind a YIELD.
    pub returns: Option<Return>,
    /// The command.
    pub span: Span,
}

/// What SHOW lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ShowKind {
    Indexes,
    Constraints,
    Functions,
    Procedures,
    Databases,
}

/// Which of the indexes, constraints or functions SHOW lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ShowOnly {
    /// The indexes of a type.
    Index(IndexType),
    /// The constraints of a kind.
    Constraint {
        /// The kind.
        of: ShownConstraint,
        /// Those of relationships or those of nodes; both if absent.
        relationship: Option<bool>,
    },
    /// The functions that are built in, or those that were registered.
    Function {
        /// Which of the two.
        built_in: bool,
    },
}

/// The kinds of constraints that SHOW tells apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ShownConstraint {
    Unique,
    Key,
    Existence,
    Type,
}

equal_but_for_spans! {
    CreateIndex { kind, name, if_not_exists, entity, keys, options }
    SchemaEntity { relationship, names }
    DropIndex { target, if_exists }
    CreateConstraint { name, if_not_exists, entity, keys, kind, options }
    RequiredType { of }
    DropConstraint { name, if_exists }
    Show { kind, only, yields, order_by, predicate, returns }
}
