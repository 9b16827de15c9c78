//! Bound clauses: what the binder makes of a query, and the planner of it a plan.

use super::bound::{Expr, VarId, Variable};
use crate::functions::procedures::Procedure;
use crate::logical::{AggregateItem, CreatePattern, LogicalPlan, PatternDirection, SetItem, SortKey};
use crate::syntax::ast::{OnError, Selector};
use crate::syntax::span::Span;
use std::sync::Arc;

/// The variables of a statement, numbered as they are met.
#[derive(Debug, Default)]
pub struct Variables {
    list: Vec<Variable>,
}

impl Variables {
    /// Adds a variable and gives its number.
    pub fn add(&mut self, variable: Variable) -> VarId {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(variable);
        VarId(number)
    }

    /// A variable by number.
    pub fn get(&self, variable: VarId) -> Option<&Variable> {
        self.list.get(variable.0 as usize)
    }

    /// Whether the text names a variable.
    pub fn is_named(&self, variable: VarId) -> bool {
        self.get(variable).is_some_and(|v| !v.name.starts_with("  "))
    }

    /// Whether one of them has the name.
    pub fn has_name(&self, name: &str) -> bool {
        self.list.iter().any(|variable| &*variable.name == name)
    }

    /// Gives a variable its name: a hidden one becomes a column.
    pub fn rename(&mut self, variable: VarId, name: &Arc<str>) {
        if let Some(variable) = self.list.get_mut(variable.0 as usize) {
            variable.name = Arc::clone(name);
        }
    }

    /// How many there are; the number of the next one.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, by number.
    pub fn into_list(self) -> Vec<Variable> {
        self.list
    }
}

/// The columns of a result: names to show, and the variables that hold them.
pub type Columns = Vec<(Arc<str>, VarId)>;

/// A statement whose names are variables.
#[derive(Debug)]
pub enum BoundStatement {
    /// A query that reads, writes or both.
    Query(BoundQuery),
    /// A change of the schema, which is its own plan.
    Schema(LogicalPlan),
    /// SHOW.
    Show {
        /// What is listed, which is its own plan.
        rows: LogicalPlan,
        /// The columns of these rows.
        listed: Columns,
        /// What is done with the rows.
        clauses: Vec<BoundClause>,
        /// The columns of the result.
        columns: Columns,
    },
}

/// One or more single queries under UNION.
#[derive(Debug)]
pub struct BoundQuery {
    /// The first query.
    pub first: SingleQuery,
    /// Those that follow, each with how it is joined.
    pub rest: Vec<UnionBranch>,
    /// The result's columns in order; empty if nothing is returned.
    pub columns: Columns,
}

/// A query after UNION.
#[derive(Debug)]
pub struct UnionBranch {
    /// The query.
    pub query: SingleQuery,
    /// Whether equal rows stay (UNION ALL).
    pub all: bool,
    /// For each column of the result so far: the new variable, and those of the left and the right side.
    pub columns: Vec<(VarId, VarId, VarId)>,
}

/// Clauses in the order written.
#[derive(Debug, Default)]
pub struct SingleQuery {
    /// The clauses.
    pub clauses: Vec<BoundClause>,
    /// The columns of its RETURN; empty without one.
    pub columns: Columns,
}

/// One clause.
#[derive(Debug)]
pub enum BoundClause {
    /// MATCH and OPTIONAL MATCH with their WHERE.
    Match(BoundMatch),
    /// UNWIND.
    Unwind {
        /// The list.
        list: Expr,
        /// Holds one element.
        variable: VarId,
    },
    /// LOAD CSV and LOAD PARQUET.
    Load(Box<Load>),
    /// WITH and RETURN with all that belongs to them.
    Project(Box<BoundProjection>),
    /// CREATE.
    Create {
        /// To be created one after the other, since a later one reads an earlier one.
        patterns: Vec<CreatePattern>,
        /// Path variables, each with the variables that it goes through.
        paths: Vec<(VarId, Vec<VarId>)>,
    },
    /// MERGE.
    Merge(Box<BoundMerge>),
    /// SET and REMOVE.
    Set(Vec<SetItem>),
    /// DELETE.
    Delete {
        /// What to delete.
        targets: Vec<Expr>,
        /// Whether a node's relationships go with it.
        detach: bool,
    },
    /// FOREACH.
    Foreach {
        /// The list.
        list: Expr,
        /// Holds one element.
        variable: VarId,
        /// What is done for each.
        clauses: Vec<BoundClause>,
    },
    /// CALL of a procedure.
    Procedure(Box<BoundProcedure>),
    /// CALL { .. }.
    Call {
        /// The query; its columns are added to the row. Without columns it runs for what it writes.
        query: Box<BoundQuery>,
        /// What it sees of the row.
        imports: Vec<VarId>,
        /// Whether a row without results stays.
        optional: bool,
        /// How it is committed, if it runs in transactions of its own.
        transactions: Option<Box<InTransactions>>,
    },
}

/// A file whose lines or rows become rows.
#[derive(Clone, Debug)]
pub struct Load {
    /// What the file is.
    pub format: LoadFormat,
    /// Where it is.
    pub location: Expr,
    /// Holds one line or row.
    pub variable: VarId,
    /// Holds the number of the line, from 1, if anybody asks.
    pub line: VarId,
    /// Holds where the file is, as the store of files names it, if anybody asks.
    pub file: VarId,
    /// Where the clause stands.
    pub span: Span,
}

/// What a file is that is loaded.
#[derive(Clone, Debug)]
pub enum LoadFormat {
    /// Lines of text in fields.
    Csv {
        /// Whether rows are maps by the first line's names, instead of lists.
        with_headers: bool,
        /// What stands between fields.
        field_terminator: Option<Expr>,
    },
    /// Apache Parquet; rows are maps.
    Parquet,
}

/// How a subquery is committed that runs in transactions of its own.
#[derive(Clone, Debug)]
pub struct InTransactions {
    /// How many rows each takes.
    pub rows: Option<Expr>,
    /// What becomes of the rest where one fails.
    pub on_error: OnError,
    /// Holds what became of a row's transaction.
    pub status: Option<VarId>,
    /// Where it stands.
    pub span: Span,
}

/// A call of a procedure.
#[derive(Debug)]
pub struct BoundProcedure {
    /// The procedure.
    pub procedure: Arc<dyn Procedure>,
    /// Its arguments, as many as it takes.
    pub arguments: Vec<Expr>,
    /// Its results that are wanted, by their numbers.
    pub results: Vec<(usize, VarId)>,
    /// Whether rows stay as they are, whatever it gives.
    pub keeps_rows: bool,
    /// The terms of its WHERE.
    pub predicates: Vec<Expr>,
    /// Whether a row without results stays.
    pub optional: bool,
    /// Where it stands.
    pub span: Span,
}

/// A MATCH.
#[derive(Debug)]
pub struct BoundMatch {
    /// What to find.
    pub pattern: BoundPattern,
    /// The terms of its WHERE.
    pub predicates: Vec<Expr>,
    /// Whether a row without a match stays.
    pub optional: bool,
}

/// The paths of one MATCH or MERGE, taken apart.
#[derive(Clone, Debug, Default)]
pub struct BoundPattern {
    /// Every node that a path names, each variable once.
    pub nodes: Vec<PatternNode>,
    /// The relationships in the order written.
    pub relationships: Vec<PatternRelationship>,
    /// Path variables, each with the variables that it goes through.
    pub paths: Vec<(VarId, Vec<VarId>)>,
    /// What the property maps ask.
    pub predicates: Vec<Expr>,
    /// Paths of which only some count between each two ends.
    pub selected: Vec<SelectedPath>,
}

/// A path of which only some count between each two ends.
#[derive(Clone, Debug)]
pub struct SelectedPath {
    /// The path, with what is asked of it before it is chosen.
    pub pattern: BoundPattern,
    /// The nodes and relationships that it goes through.
    pub through: Vec<VarId>,
    /// Which count.
    pub selection: Selection,
}

/// Which paths count between each two ends: those with the fewest relationships.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// So many.
    Paths(u64),
    /// All of the so many smallest lengths.
    Lengths(u64),
}

/// A path that is repeated.
#[derive(Clone, Debug)]
pub struct RepeatedPath {
    /// One repetition. Its first and its last node are new, and where the repetitions meet.
    pub pattern: BoundPattern,
    /// The node where one repetition begins.
    pub start: VarId,
    /// The node where it ends.
    pub end: VarId,
    /// Its relationships, in the order of the text.
    pub relationships: Vec<VarId>,
    /// The named parts of a repetition, each with the variable that lists it for all of them.
    pub groups: Vec<(VarId, VarId)>,
    /// What it reads of the row.
    pub reads: Vec<VarId>,
}

impl BoundPattern {
    /// Calls `f` with each variable that the pattern finds.
    pub fn for_each_found(&self, f: &mut dyn FnMut(VarId)) {
        self.nodes.iter().for_each(|node| f(node.variable));
        for relationship in &self.relationships {
            f(relationship.variable);
            let groups = relationship.repeated.iter().flat_map(|repeated| &repeated.groups);
            groups.for_each(|(_, group)| f(*group));
        }
        self.paths.iter().for_each(|(path, _)| f(*path));
        self.selected.iter().for_each(|selected| selected.pattern.for_each_found(f));
    }
}

/// A node of a pattern.
#[derive(Clone, Debug)]
pub struct PatternNode {
    /// The node.
    pub variable: VarId,
    /// The labels that it must have.
    pub labels: Vec<Arc<str>>,
}

/// A relationship of a pattern.
#[derive(Clone, Debug)]
pub struct PatternRelationship {
    /// The relationship, or the list of them.
    pub variable: VarId,
    /// The node on its left in the text.
    pub left: VarId,
    /// The node on its right.
    pub right: VarId,
    /// Which way it points, seen from the left.
    pub direction: PatternDirection,
    /// The types that it may have; none means any.
    pub types: Vec<Arc<str>>,
    /// The fewest and the most steps of a variable-length one.
    pub length: Option<(u64, Option<u64>)>,
    /// What the properties of each step of a variable-length one must equal: a map.
    pub properties: Option<Expr>,
    /// Whether all walks count or only the shortest.
    pub selector: Selector,
    /// What is repeated in the place of a relationship.
    pub repeated: Option<Box<RepeatedPath>>,
    /// Which of the walks count, where `repeated` finds them.
    pub selection: Option<Selection>,
    /// Among which relationships of its MATCH it must differ from all others, and its own steps from each other; none if
    /// anything may repeat.
    pub differs_in: Option<u32>,
}

/// A WITH or RETURN.
#[derive(Debug, Default)]
pub struct BoundProjection {
    /// How rows are grouped, if any item aggregates.
    pub grouping: Option<Grouping>,
    /// The columns in order, over the row before or, with a grouping, over the groups.
    pub items: Vec<(VarId, Expr)>,
    /// Whether equal rows become one.
    pub distinct: bool,
    /// ORDER BY, over the row before (or the groups) and the items.
    pub order: Vec<SortKey>,
    /// SKIP.
    pub skip: Option<Expr>,
    /// LIMIT.
    pub limit: Option<Expr>,
    /// The terms of WITH's WHERE, over what ORDER BY sees.
    pub predicates: Vec<Expr>,
}

/// The groups of a projection that aggregates.
#[derive(Debug, Default)]
pub struct Grouping {
    /// The grouping keys.
    pub keys: Vec<(VarId, Expr)>,
    /// The aggregates.
    pub aggregates: Vec<AggregateItem>,
}

/// A MERGE.
#[derive(Debug)]
pub struct BoundMerge {
    /// What to find.
    pub pattern: BoundPattern,
    /// What to create where it is not found.
    pub create: CreatePattern,
    /// What to set where it was created.
    pub on_create: Vec<SetItem>,
    /// What to set where it was found.
    pub on_match: Vec<SetItem>,
}
