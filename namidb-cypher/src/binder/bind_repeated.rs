//! Repeated paths.

use super::bind_expr::call;
use super::bind_pattern::Gathered;
use super::bound::{CompareOp, Expr, ExprKind, VarId, VariableKind};
use super::bound_query::{BoundPattern, PatternRelationship, RepeatedPath};
use super::errors::{semantic, unsupported};
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::syntax::ast::{
    LabelExprKind, Name, NodePattern, PathPattern, PatternDirection, PatternStep, RelationshipPattern,
    Selector,
};
use crate::syntax::span::Span;
use namidb_core::hash::HashSet;
use std::borrow::Cow;

impl Binder<'_> {
    /// Declares a path that is repeated, and gives the variable of all its relationships.
    pub(super) fn repeated(
        &mut self,
        gathered: &mut Gathered<'_>,
        relationship: &RelationshipPattern,
        path: &PathPattern,
        declares: bool,
    ) -> Result<VarId, Error> {
        if !declares {
            return Err(unsupported(relationship.span, "a repeated path in an expression")
                .with_hint("Write EXISTS { .. } for whether it matches, or COUNT { .. } for how often"));
        }
        if let Some(inner) = path.steps.iter().find(|step| step.relationship.length.is_some()) {
            let message = "what is repeated has no relationship of variable length in it";
            return Err(semantic("InvalidRelationshipPattern", inner.relationship.span, message));
        }
        let outside = std::mem::replace(&mut self.scope, gathered.around.clone());
        let names = names(path);
        let inside = self.one_repetition(gathered, path, &names);
        let scope = std::mem::replace(&mut self.scope, outside);
        let (pattern, through) = inside?;
        let mut groups = Vec::with_capacity(names.len());
        for name in names {
            self.must_be_new(name)?;
            let Some(part) = scope.get(&name.text) else { continue };
            let group = self.value_variable(&name.text, Type::list(self.type_of(part).set));
            self.scope.insert(&name.text, group);
            groups.push((part, group));
        }
        let (Some(start), Some(end)) = (through.first().copied(), through.last().copied()) else {
            return Err(unsupported(path.span, "a repeated path without nodes"));
        };
        let list = self.declare_kind(None, VariableKind::RelationshipList);
        let reads = reads(&pattern);
        let relationships = through.iter().skip(1).step_by(2).copied().collect();
        let repeated = RepeatedPath { pattern, start, end, relationships, groups, reads };
        gathered.relationships.insert(list);
        gathered.pattern.relationships.push(PatternRelationship {
            variable: list,
            left: list,
            right: list,
            direction: PatternDirection::Both,
            types: Vec::new(),
            length: relationship.length.as_ref().map(|length| (length.min.unwrap_or(1), length.max)),
            properties: None,
            selector: Selector::All,
            repeated: Some(Box::new(repeated)),
            selection: None,
            differs_in: gathered.differs_in,
        });
        Ok(list)
    }

    fn one_repetition(
        &mut self,
        gathered: &Gathered<'_>,
        path: &PathPattern,
        names: &[&Name],
    ) -> Result<(BoundPattern, Vec<VarId>), Error> {
        for name in names {
            self.must_be_new(name)?;
        }
        let mut inner = Gathered::new(&gathered.around);
        inner.differs_in = gathered.differs_in;
        let through = self.path(&mut inner, path, true)?;
        self.grow(path.steps.len(), path.span)?;
        Ok((self.conditions(inner)?, through))
    }
}

/// The path that stands for a relationship of variable length where that needs one: it is written so, or each
/// relationship is asked for more than a list of types and a map of properties, or may come more than once.
pub(super) fn repeated_path(
    relationship: &RelationshipPattern,
    may_repeat: bool,
) -> Option<Cow<'_, PathPattern>> {
    if let Some(path) = &relationship.repeated {
        return Some(Cow::Borrowed(path));
    }
    let many_types = relationship
        .types
        .as_ref()
        .is_some_and(|types| types.any_of().is_none() && !matches!(types.kind, LabelExprKind::Any));
    let asks =
        relationship.length.is_some() && (may_repeat || relationship.predicate.is_some() || many_types);
    asks.then(|| Cow::Owned(path_of_one(relationship)))
}

fn path_of_one(relationship: &RelationshipPattern) -> PathPattern {
    let node = || NodePattern {
        variable: None,
        labels: None,
        properties: None,
        predicate: None,
        span: relationship.span,
    };
    let one = RelationshipPattern { length: None, ..relationship.clone() };
    let steps = vec![PatternStep { relationship: one, node: node() }];
    PathPattern { start: node(), steps, predicate: None, span: relationship.span }
}

/// A step as a repeated path, which it may be already.
pub(super) fn as_repeated(step: &PatternStep) -> PatternStep {
    let mut step = step.clone();
    if step.relationship.repeated.is_none() {
        let path = path_of_one(&step.relationship);
        step.relationship = RelationshipPattern {
            direction: PatternDirection::Both,
            variable: None,
            types: None,
            length: step.relationship.length.clone(),
            properties: None,
            predicate: None,
            repeated: Some(Box::new(path)),
            span: step.relationship.span,
        };
    }
    step
}

/// That a path meets no node twice.
pub(super) fn nodes_differ(path: VarId, span: Span) -> Expr {
    let of = |name: &str, argument: Expr| Expr { kind: call(name, vec![argument]), span };
    let nodes = || of("nodes", variable(path, span));
    let left = Box::new(of("size", nodes()));
    let right = Box::new(of("size", of("coll.distinct", nodes())));
    Expr { kind: ExprKind::Compare { op: CompareOp::Equal, left, right }, span }
}

/// The names in a path, each once.
fn names(path: &PathPattern) -> Vec<&Name> {
    let mut names: Vec<&Name> = Vec::new();
    let nodes = std::iter::once(&path.start).chain(path.steps.iter().map(|step| &step.node));
    let nodes = nodes.filter_map(|node| node.variable.as_ref());
    let relationships = path.steps.iter().filter_map(|step| step.relationship.variable.as_ref());
    for name in nodes.chain(relationships) {
        if !names.iter().any(|known| known.text == name.text) {
            names.push(name);
        }
    }
    names
}

/// What a pattern reads that it does not find.
fn reads(pattern: &BoundPattern) -> Vec<VarId> {
    let mut found = HashSet::default();
    pattern.for_each_found(&mut |v| {
        found.insert(v);
    });
    let mut reads: Vec<VarId> = pattern.predicates.iter().flat_map(|p| p.free_variables()).collect();
    reads.retain(|v| !found.contains(v));
    reads.sort();
    reads.dedup();
    reads
}
