//! The logical plan: what a statement does, as a tree of operators.
//!
//! Every operator names its input, and says which variables it adds. A reading operator with an input
//! runs once for each of its rows, so a cartesian product is a scan whose input is not [`LogicalPlan::Unit`].
//! Inside an operator with an inner plan (Optional, Apply, Merge, subqueries) the inner plan begins with
//! [`LogicalPlan::Argument`], which stands for the rows of the outer one.

mod check;
pub mod display;
mod repeat;
pub mod schema;
mod shortest_path;
mod touched;
mod walk;

pub use crate::syntax::ast::PatternDirection;
pub use repeat::{ChoosePaths, Repeat, RepeatedStep};
pub use shortest_path::{ShortestPath, StepCondition, step_condition};
pub use touched::Touched;
pub use walk::ChildRole;

use crate::binder::bound::{Expr, VarId};
use crate::binder::bound_query::{InTransactions, Load};
use crate::explain::Explanation;
use crate::functions::TypeSet;
use crate::functions::procedures::Procedure;
use crate::physical::PreparedPlan;
use crate::syntax::span::Span;
use namidb_core::transaction::TargetName;
use schema::{SchemaChange, Show};
use std::sync::Arc;

/// A plan, from its last operator.
#[derive(Clone, Debug)]
pub enum LogicalPlan {
    /// One row without columns.
    Unit,
    /// The outer plan's rows, seen from an inner plan, with these variables.
    Argument {
        /// What the inner plan may see.
        variables: Vec<VarId>,
    },
    /// All nodes that have all of the labels.
    NodeScan {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The node.
        variable: VarId,
        /// Its labels; none means any node.
        labels: Vec<Arc<str>>,
        /// What gives further labels, each a name or a list of names, for the whole statement.
        computed: Vec<Expr>,
    },
    /// The nodes of a label, or the relationships of a type, whose properties an index finds. The planner keeps a
    /// predicate as a filter where the index answers only part of it, and where properties of the index are not sought at
    /// all: only who has all of them is in the index. Without such an index at run time the operator scans.
    IndexSeek {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The node or relationship.
        variable: VarId,
        /// The index's label or type.
        target: TargetName,
        /// The index's properties.
        keys: Vec<Arc<str>>,
        /// What the first of them equal.
        first: Vec<Expr>,
        /// What is sought of the one after these.
        bound: SeekBound,
    },
    /// The node whose public id equals the value (`_id` and `elementId`).
    UuidSeek {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The node.
        variable: VarId,
        /// The public id.
        uuid: Expr,
    },
    /// The node whose dense id equals the value (`id(n) = x`).
    IdSeek {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The node.
        variable: VarId,
        /// The dense id.
        id: Expr,
    },
    /// The relationships at a node.
    Expand(Box<Expand>),
    /// The nodes that relationships of two nodes lead to.
    Intersect(Box<Intersect>),
    /// The walks of a variable-length pattern at a node, no relationship twice in one walk.
    VarExpand(Box<VarExpand>),
    /// The shortest walks of a variable-length pattern between two nodes.
    ShortestPath(Box<ShortestPath>),
    /// The walks of a path that is repeated, at a node.
    Repeat(Box<Repeat>),
    /// Of rows in the order of their lengths the first ones between each two ends.
    ChoosePaths(Box<ChoosePaths>),
    /// The rows for which every predicate is true.
    Filter {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// All must be true.
        predicates: Vec<Expr>,
    },
    /// Adds columns, and keeps the others.
    Extend {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The new columns.
        items: Vec<(VarId, Expr)>,
    },
    /// Exactly these columns.
    Project {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The columns.
        items: Vec<(VarId, Expr)>,
    },
    /// Groups by the keys; without keys one row, whatever the input.
    Aggregate {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The grouping keys.
        keys: Vec<(VarId, Expr)>,
        /// The aggregates.
        aggregates: Vec<AggregateItem>,
    },
    /// Each combination of the variables' values once, the first one met.
    Distinct {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The variables; the result has these alone.
        variables: Vec<VarId>,
    },
    /// Sorts, stably, by Cypher's global order.
    Sort {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// What to sort by.
        keys: Vec<SortKey>,
        /// Only so many rows are wanted (the sum of SKIP and LIMIT above): keep no more.
        limit: Option<Expr>,
    },
    /// Leaves out the first rows.
    Skip {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// How many; constant in a statement.
        count: Expr,
    },
    /// Stops after so many rows. Writes below it still happen for every row.
    Limit {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// How many; constant in a statement.
        count: Expr,
    },
    /// A row for each element; none for null or an empty list; one for any other value.
    Unwind {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The list.
        list: Expr,
        /// Holds one element.
        variable: VarId,
    },
    /// A row for each line or row of a file.
    Load {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The file.
        load: Box<Load>,
    },
    /// For each row the rows of a procedure; or the row itself, if it only runs.
    ProcedureCall {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The procedure.
        procedure: Arc<dyn Procedure>,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Its results that are wanted, by their numbers.
        results: Vec<(usize, VarId)>,
        /// Whether rows stay as they are, whatever it gives.
        keeps_rows: bool,
        /// Where it stands in the text.
        span: Span,
    },
    /// For each row the rows of the inner plan, or one with nulls if there is none.
    Optional {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The inner plan.
        inner: Box<LogicalPlan>,
        /// What the inner plan adds, null where it has no row.
        introduced: Vec<VarId>,
    },
    /// For each row the rows of the inner plan.
    Apply {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The inner plan.
        inner: Box<LogicalPlan>,
    },
    /// For each row, in order, the inner plan runs for what it writes; the rows stay as they are. Eager.
    ForEach {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The inner plan.
        inner: Box<LogicalPlan>,
    },
    /// For each row the rows of the inner plan, which is committed after so many rows; the rows themselves, if the
    /// inner plan gives none. What comes after it sees what was committed.
    InTransactions {
        /// Where rows come from: on the graph as it was before.
        input: Box<LogicalPlan>,
        /// The inner plan.
        inner: Box<LogicalPlan>,
        /// The columns of the inner plan; none if it only runs.
        introduced: Vec<VarId>,
        /// Whether a row without results stays.
        optional: bool,
        /// How it is committed.
        transactions: Box<InTransactions>,
    },
    /// For each row the rows of another plan whose keys equal the row's, in their order. The other plan stands on its own:
    /// it runs once, and its rows lie in a table by their keys. Equality is asked again by a filter above, so that
    /// the table may give more.
    HashJoin {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The other plan; it begins with [`LogicalPlan::Unit`].
        build: Box<LogicalPlan>,
        /// What must be equal: over a row of the input, and over one of the other plan.
        keys: Vec<(Expr, Expr)>,
    },
    /// The rows of both, in turn; both have these variables.
    Union {
        /// The first.
        left: Box<LogicalPlan>,
        /// The second.
        right: Box<LogicalPlan>,
        /// For each column the variable of the result, of the first and of the second.
        columns: Vec<(VarId, VarId, VarId)>,
    },
    /// Creates nodes, then relationships, once a row. Eager, as all that write are: the whole input is
    /// taken before the first write.
    Create {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// What to create.
        pattern: CreatePattern,
    },
    /// For each row what the pattern matches, or else its creation. Eager, and row by row: a row sees
    /// what the rows before it created.
    Merge {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// The pattern as a plan over the row.
        matching: Box<LogicalPlan>,
        /// The pattern as something to create; its properties must not be null.
        pattern: CreatePattern,
        /// What to set where it was created.
        on_create: Vec<SetItem>,
        /// What to set where it was found.
        on_match: Vec<SetItem>,
    },
    /// SET and REMOVE, in the order written.
    Set {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// What to set.
        items: Vec<SetItem>,
    },
    /// DELETE and DETACH DELETE of nodes, relationships and paths; nulls are left alone.
    Delete {
        /// Where rows come from.
        input: Box<LogicalPlan>,
        /// What to delete.
        targets: Vec<Expr>,
        /// Whether a node's relationships go with it.
        detach: bool,
    },
    /// A change of the indexes or constraints.
    Schema(SchemaChange),
    /// SHOW INDEXES and SHOW CONSTRAINTS.
    Show(Show),
}

/// What an index seek looks for.
#[derive(Clone, Debug)]
pub enum SeekBound {
    /// The value itself; null finds nothing.
    Equal(Expr),
    /// Any element of a list.
    AnyOf(Expr),
    /// Between two ends, each with whether it is included.
    Range {
        /// The lower end.
        lower: Option<(Expr, bool)>,
        /// The upper end.
        upper: Option<(Expr, bool)>,
    },
    /// Text that begins so.
    Prefix(Expr),
}

/// Follows one relationship of a pattern.
#[derive(Clone, Debug)]
pub struct Expand {
    /// Where rows come from.
    pub input: LogicalPlan,
    /// The node on the left; bound by the input.
    pub from: VarId,
    /// The relationship.
    pub relationship: VarId,
    /// Whether the input binds the relationship already, so that it is only checked.
    pub relationship_bound: bool,
    /// The node on the right.
    pub to: VarId,
    /// Whether the input binds the right node already, so that the pattern closes.
    pub into: bool,
    /// The types that it may have; none means any.
    pub types: Vec<Arc<str>>,
    /// Which way it points.
    pub direction: PatternDirection,
    /// Relationships and relationship lists of the same MATCH that it must differ from.
    pub distinct_from: Vec<VarId>,
}

/// Follows two relationships of a pattern to a node that both lead to: a pattern closes without its open
/// rows ever being made.
#[derive(Clone, Debug)]
pub struct Intersect {
    /// Where rows come from.
    pub input: LogicalPlan,
    /// The node where they meet.
    pub to: VarId,
    /// The relationships that are looked through for each row.
    pub scanned: Leg,
    /// The relationships among which each of them is looked up: those of the node that changes less often from row
    /// to row, since its neighbours are noted once for a run of rows.
    pub marked: Leg,
    /// Whether the two relationships must differ.
    pub differ: bool,
}

/// One of the relationships that meet in an [`Intersect`].
#[derive(Clone, Debug)]
pub struct Leg {
    /// Where it is followed from; bound by the input.
    pub from: VarId,
    /// The relationship.
    pub relationship: VarId,
    /// The types that it may have; none means any.
    pub types: Vec<Arc<str>>,
    /// Which way it points, seen from `from`.
    pub direction: PatternDirection,
    /// Relationships and relationship lists of the same MATCH that it must differ from, but for the other leg's.
    pub distinct_from: Vec<VarId>,
}

/// Follows a variable-length relationship of a pattern.
#[derive(Clone, Debug)]
pub struct VarExpand {
    /// Where rows come from.
    pub input: LogicalPlan,
    /// The node on the left; bound by the input.
    pub from: VarId,
    /// The list of relationships, in walking order, or the other way round if `reversed`.
    pub relationships: VarId,
    /// Whether the text names `to` before `from`: the list then begins with the step at `to`.
    pub reversed: bool,
    /// Whether the input binds the list already, so that it is only checked.
    pub relationships_bound: bool,
    /// The node at the end.
    pub to: VarId,
    /// Whether the input binds the end already.
    pub into: bool,
    /// The types that each may have; none means any.
    pub types: Vec<Arc<str>>,
    /// Which way each points.
    pub direction: PatternDirection,
    /// The fewest steps.
    pub min: u64,
    /// The most steps; none means no bound.
    pub max: Option<u64>,
    /// What each relationship's properties must equal, evaluated on the input row.
    pub properties: Option<Expr>,
    /// Relationships and relationship lists of the same MATCH that no step may be.
    pub distinct_from: Vec<VarId>,
}

/// One aggregate of a grouping.
#[derive(Clone, Debug)]
pub struct AggregateItem {
    /// The result.
    pub variable: VarId,
    /// The lower-case name in the registry; `count(*)` is `count` without arguments.
    pub function: Arc<str>,
    /// Whether equal values count once.
    pub distinct: bool,
    /// The arguments, over the input's row.
    pub arguments: Vec<Expr>,
}

/// One key of a sort.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The value to sort by.
    pub expr: Expr,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// What CREATE and MERGE make.
#[derive(Clone, Debug, Default)]
pub struct CreatePattern {
    /// New nodes, in the order written.
    pub nodes: Vec<CreateNode>,
    /// New relationships, in the order written.
    pub relationships: Vec<CreateRelationship>,
}

/// A node to create.
#[derive(Clone, Debug)]
pub struct CreateNode {
    /// Holds the new node.
    pub variable: VarId,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// What computes further ones: a text, or a list of texts.
    pub computed: Vec<Expr>,
    /// A map, or nothing.
    pub properties: Option<Expr>,
    /// Where it stands in the text.
    pub span: Span,
}

/// The type of a relationship to create.
#[derive(Clone, Debug)]
pub enum CreatedType {
    /// This one.
    Name(Arc<str>),
    /// What an expression gives: a text, or a list of one.
    Computed(Expr),
}

/// A relationship to create.
#[derive(Clone, Debug)]
pub struct CreateRelationship {
    /// Holds the new relationship.
    pub variable: VarId,
    /// Its type.
    pub rel_type: CreatedType,
    /// Where it starts: a variable of the row or of the new nodes. The planner has put source and target
    /// the right way round; an undirected one in MERGE starts on the left.
    pub source: VarId,
    /// Where it ends.
    pub target: VarId,
    /// A map, or nothing.
    pub properties: Option<Expr>,
    /// Where it stands in the text.
    pub span: Span,
}

/// One item of SET or REMOVE. On a null entity nothing happens.
#[derive(Clone, Debug)]
pub enum SetItem {
    /// `SET base.key = value`; null removes. `REMOVE base.key` is this with null.
    Property {
        /// The node or relationship.
        entity: Expr,
        /// The property.
        key: Arc<str>,
        /// The value.
        value: Expr,
    },
    /// `SET base[key] = value`; null removes.
    DynamicProperty {
        /// The node or relationship.
        entity: Expr,
        /// Gives the property's key: a text.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// `SET n = map` (or another entity's properties).
    ReplaceProperties {
        /// The node or relationship.
        entity: VarId,
        /// The map, node or relationship.
        value: Expr,
    },
    /// `SET n += map`.
    MergeProperties {
        /// The node or relationship.
        entity: VarId,
        /// The map, node or relationship.
        value: Expr,
    },
    /// `SET n:A:$(b)`.
    AddLabels {
        /// The node.
        node: VarId,
        /// The labels.
        labels: Vec<Arc<str>>,
        /// What computes further ones: a text, or a list of texts.
        computed: Vec<Expr>,
    },
    /// `REMOVE n:A:$(b)`.
    RemoveLabels {
        /// The node.
        node: VarId,
        /// The labels.
        labels: Vec<Arc<str>>,
        /// What computes further ones: a text, or a list of texts.
        computed: Vec<Expr>,
    },
}

/// A bound and planned statement, ready to run any number of times.
#[derive(Clone, Debug)]
pub struct PlannedStatement {
    /// What to do.
    pub plan: LogicalPlan,
    /// The result's columns in order: the name to show and the variable. Empty for a statement that
    /// returns nothing.
    pub columns: Vec<(Arc<str>, VarId)>,
    /// What the values of each column may be, as far as that is known before it runs. Null may be everywhere.
    pub column_types: Vec<TypeSet>,
    /// Every variable, by number.
    pub variables: Vec<crate::binder::bound::Variable>,
    /// The parameters that the text names, each once.
    pub parameters: Vec<Arc<str>>,
    /// What kind of statement it is.
    pub kind: StatementKind,
    /// Whether it commits parts of itself, and so runs in no transaction: `CALL { .. } IN TRANSACTIONS`.
    pub commits_by_itself: bool,
    /// What it was asked to tell of its plan.
    pub explanation: Explanation,
    /// Made of the plan when it is first executed, and kept with it.
    pub(crate) physical: PreparedPlan,
}

impl LogicalPlan {
    /// Whether it commits parts of itself: `CALL { .. } IN TRANSACTIONS`.
    pub(crate) fn commits_by_itself(&self) -> bool {
        let mut commits = false;
        // It stands in no subquery, so that inputs lead to it.
        let mut pending = vec![self];
        while let Some(plan) = pending.pop() {
            commits |= matches!(plan, LogicalPlan::InTransactions { .. });
            plan.for_each_child(&mut |role, child| {
                if role == ChildRole::Input {
                    pending.push(child);
                }
            });
        }
        commits
    }
}

/// What a statement does to the graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum StatementKind {
    /// Only reads.
    Read,
    /// Only writes: it returns nothing.
    Write,
    /// Writes, and returns rows.
    ReadWrite,
    /// Changes indexes or constraints.
    Schema,
}
