//! Patterns: nodes, relationships and the paths through them.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `[variable =] path`, one of the parts between commas.
#[derive(Clone, Debug)]
pub struct PatternPart {
    /// The path's variable.
    pub variable: Option<Name>,
    /// Which of the paths count.
    pub selector: Selector,
    /// What a path may meet more than once.
    pub mode: PathMode,
    /// The path.
    pub path: PathPattern,
    /// The part, with `shortestPath( )` around it.
    pub span: Span,
}

/// Which of the paths that match count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Selector {
    /// Every one.
    All,
    /// `shortestPath(..)`: one of the shortest.
    Shortest,
    /// `allShortestPaths(..)`.
    AllShortest,
    /// So many paths between each two ends.
    Any(u64),
    /// `SHORTEST n`: so many of the shortest paths between each two ends.
    ShortestPaths(u64),
    /// `SHORTEST n GROUPS`: all paths of the so many smallest lengths between each two ends; `ALL SHORTEST` is one.
    ShortestGroups(u64),
}

/// What a path may meet more than once. Within one MATCH relationships differ anyway, unless it is REPEATABLE ELEMENTS.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum PathMode {
    /// Nothing is said: as the MATCH says.
    #[default]
    Unspecified,
    /// Anything.
    Walk,
    /// No relationship twice.
    Trail,
    /// No node twice.
    Acyclic,
}

/// A node, and relationships to other nodes from left to right.
#[derive(Clone, Debug)]
pub struct PathPattern {
    /// The node on the left.
    pub start: NodePattern,
    /// The rest.
    pub steps: Vec<PatternStep>,
    /// WHERE at the end of parentheses around the whole path.
    pub predicate: Option<Expr>,
    /// The path.
    pub span: Span,
}

/// A relationship and the node to its right.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternStep {
    /// The relationship.
    pub relationship: RelationshipPattern,
    /// The node at its end.
    pub node: NodePattern,
}

/// `(variable:labels {properties} WHERE predicate)`.
#[derive(Clone, Debug)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// What its labels must be.
    pub labels: Option<LabelExpr>,
    /// A map or a parameter.
    pub properties: Option<Expr>,
    /// WHERE inside the parentheses.
    pub predicate: Option<Expr>,
    /// With parentheses.
    pub span: Span,
}

/// `-[variable:types*length {properties} WHERE predicate]->`.
#[derive(Clone, Debug)]
pub struct RelationshipPattern {
    /// Which way it points.
    pub direction: PatternDirection,
    /// The variable.
    pub variable: Option<Name>,
    /// What its type must be.
    pub types: Option<LabelExpr>,
    /// How many relationships; absent means a single one.
    pub length: Option<PathLength>,
    /// A map or a parameter.
    pub properties: Option<Expr>,
    /// WHERE inside the brackets; of a length it is asked of each relationship.
    pub predicate: Option<Expr>,
    /// `((a)-->(b)){1,3}`: a path of one relationship or more that is repeated in the place of a relationship.
    /// There is a length then, and nothing else.
    pub repeated: Option<Box<PathPattern>>,
    /// With dashes and arrow heads.
    pub span: Span,
}

/// Which way a relationship pattern points, seen from the node on its left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PatternDirection {
    /// `-->`
    Outgoing,
    /// `<--`
    Incoming,
    /// `--` and `<-->`: a self loop matches once.
    Both,
}

/// `*`, `*2`, `*1..3`, `*..3`, `*1..`; the quantifiers `{1,3}`, `+` and `*` after a relationship are written
/// in the same way, with their minimum.
#[derive(Clone, Debug)]
pub struct PathLength {
    /// The fewest relationships; 1 if absent.
    pub min: Option<u64>,
    /// The most; no bound if absent.
    pub max: Option<u64>,
    /// From the star.
    pub span: Span,
}

/// What the labels of a node, or the type of a relationship, must be.
#[derive(Clone, Debug)]
pub struct LabelExpr {
    /// The condition.
    pub kind: LabelExprKind,
    /// Without the colon before it.
    pub span: Span,
}

/// The conditions on labels and types.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExprKind {
    /// This one.
    Name(Name),
    /// `$(names)`, `$all(names)`: one that is computed, or each of a list of them; `$any(names)`: any of these.
    Computed {
        /// Whether any of them will do.
        any: bool,
        /// Gives a text, or a list of texts.
        names: Box<Expr>,
    },
    /// `%`: any at all.
    Any,
    /// `!A`.
    Not(Box<LabelExpr>),
    /// `A&B`, and `A:B` on nodes: two terms or more.
    And(Vec<LabelExpr>),
    /// `A|B`, and `A|:B` on relationships: two terms or more.
    Or(Vec<LabelExpr>),
}

impl LabelExpr {
    /// The names if all are required (`A`, `A:B`, `A&B`): what CREATE can create and a scan can look for.
    pub fn all_of(&self) -> Option<Vec<&Name>> {
        match &self.kind {
            LabelExprKind::And(terms) => names(terms),
            _ => names(std::slice::from_ref(self)),
        }
    }

    /// The names that are written and what computes the others, if all are required: what CREATE can create.
    pub fn created(&self) -> Option<(Vec<&Name>, Vec<&Expr>)> {
        let terms = match &self.kind {
            LabelExprKind::And(terms) => terms.as_slice(),
            _ => std::slice::from_ref(self),
        };
        let (mut written, mut computed) = (Vec::new(), Vec::new());
        for term in terms {
            match &term.kind {
                LabelExprKind::Name(name) => written.push(name),
                LabelExprKind::Computed { any: false, names } => computed.push(&**names),
                _ => return None,
            }
        }
        Some((written, computed))
    }

    /// The names if any of them will do (`A`, `A|B`, `A|:B`): what types of a relationship usually are.
    pub fn any_of(&self) -> Option<Vec<&Name>> {
        match &self.kind {
            LabelExprKind::Or(terms) => names(terms),
            _ => names(std::slice::from_ref(self)),
        }
    }
}

fn names(terms: &[LabelExpr]) -> Option<Vec<&Name>> {
    terms
        .iter()
        .map(|term| match &term.kind {
            LabelExprKind::Name(name) => Some(name),
            _ => None,
        })
        .collect()
}

equal_but_for_spans! {
    PatternPart { variable, selector, mode, path }
    PathPattern { start, steps, predicate }
    NodePattern { variable, labels, properties, predicate }
    RelationshipPattern { direction, variable, types, length, properties, predicate, repeated }
    PathLength { min, max }
    LabelExpr { kind }
}
