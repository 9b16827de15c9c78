//! CREATE.
//!
//! What is created at once is one [`CreatePattern`]. A property map that reads something created before it
//! begins a new one, so that it finds it in the row.

use super::bind_pattern::texts;
use super::bound::{Expr, ExprKind, VarId, VariableKind};
use super::errors::{semantic, unsupported};
use super::{Binder, Typed, bind_expr};
use crate::Error;
use crate::functions::TypeSet;
use crate::logical::{CreateNode, CreatePattern, CreateRelationship, CreatedType};
use crate::syntax::ast::{self, LabelExpr, Name, NodePattern, PatternPart, RelationshipPattern};
use namidb_core::hash::HashSet;
use std::sync::Arc;

/// What CREATE clauses that follow each other make.
#[derive(Debug, Default)]
pub(super) struct Creation {
    pub patterns: Vec<CreatePattern>,
    pub paths: Vec<(VarId, Vec<VarId>)>,
    /// What the last pattern creates.
    fresh: HashSet<VarId>,
}

impl Creation {
    /// The pattern that something belongs to of which these expressions are part.
    fn pattern_for<'e>(&mut self, parts: impl IntoIterator<Item = &'e Expr>) -> Option<&mut CreatePattern> {
        let reads_fresh = parts
            .into_iter()
            .any(|p| p.free_variables().iter().any(|v| self.fresh.contains(v)) || has_subquery(p));
        if self.patterns.is_empty() || (reads_fresh && !self.fresh.is_empty()) {
            self.patterns.push(CreatePattern::default());
            self.fresh.clear();
        }
        self.patterns.last_mut()
    }
}

impl Binder<'_> {
    /// A CREATE, added to those before it.
    pub(super) fn create(&mut self, clause: &ast::Create, creation: &mut Creation) -> Result<(), Error> {
        let mut paths = Vec::new();
        for part in &clause.pattern {
            let through = self.create_part(part, creation)?;
            paths.extend(part.variable.as_ref().map(|name| (name, through)));
        }
        // A path is there once all of it is, so no property map of the clause can read it.
        for (name, through) in paths {
            self.must_be_new(name)?;
            let path = self.declare_kind(Some(name), VariableKind::Path);
            creation.paths.push((path, through));
        }
        Ok(())
    }

    fn create_part(&mut self, part: &PatternPart, creation: &mut Creation) -> Result<Vec<VarId>, Error> {
        if part.selector != ast::Selector::All || part.mode != ast::PathMode::Unspecified {
            let message = "a path that is created is not chosen among others";
            return Err(semantic("UnexpectedSyntax", part.span, message));
        }
        if let Some(predicate) = &part.path.predicate {
            return Err(condition(predicate));
        }
        let alone = part.path.steps.is_empty();
        let mut left = self.create_node(&part.path.start, alone, creation)?;
        let mut through = vec![left];
        for step in &part.path.steps {
            let properties = self.new_relationship(&step.relationship, false)?;
            let right = self.create_node(&step.node, false, creation)?;
            let variable = self.new_variable(&step.relationship)?;
            let created = self.created_relationship(&step.relationship, variable, left, right, properties)?;
            let of = match &created.rel_type {
                CreatedType::Computed(of) => Some(of),
                CreatedType::Name(_) => None,
            };
            if let Some(pattern) = creation.pattern_for(created.properties.iter().chain(of)) {
                pattern.relationships.push(created);
            }
            creation.fresh.insert(variable);
            through.push(variable);
            through.push(right);
            left = right;
        }
        Ok(through)
    }

    fn create_node(
        &mut self,
        node: &NodePattern,
        alone: bool,
        creation: &mut Creation,
    ) -> Result<VarId, Error> {
        if let Some(variable) = self.reused_node(node, alone)? {
            return Ok(variable);
        }
        let (labels, computed, properties) = self.new_node(node)?;
        let variable = self.declare_kind(node.variable.as_ref(), VariableKind::Node);
        if let Some(pattern) = creation.pattern_for(properties.iter().chain(&computed)) {
            pattern.nodes.push(CreateNode { variable, labels, computed, properties, span: node.span });
        }
        creation.fresh.insert(variable);
        Ok(variable)
    }

    /// The node that a pattern in CREATE or MERGE takes from the row, if it names one.
    pub(super) fn reused_node(&self, node: &NodePattern, alone: bool) -> Result<Option<VarId>, Error> {
        let Some(name) = &node.variable else { return Ok(None) };
        let Some(variable) = self.scope.get(&name.text) else { return Ok(None) };
        if alone || node.labels.is_some() || node.properties.is_some() {
            return Err(already_bound(name));
        }
        self.must_hold(variable, VariableKind::Node, name)?;
        Ok(Some(variable))
    }

    /// The labels of a node that is created, what computes further ones, and its properties.
    pub(super) fn new_node(&mut self, node: &NodePattern) -> Result<NewNode, Error> {
        if let Some(predicate) = &node.predicate {
            return Err(condition(predicate));
        }
        let (labels, computed) = match &node.labels {
            None => (Vec::new(), Vec::new()),
            Some(labels) => {
                let (written, names) = created_labels(labels)?;
                (written, names.into_iter().map(|n| self.label_names(n)).collect::<Result<_, Error>>()?)
            }
        };
        Ok((labels, computed, self.new_properties(node.properties.as_ref())?))
    }

    /// Checks a relationship that is created, and gives its properties. An undirected one is for MERGE.
    pub(super) fn new_relationship(
        &mut self,
        relationship: &RelationshipPattern,
        undirected: bool,
    ) -> Result<Option<Expr>, Error> {
        if let Some(name) = &relationship.variable
            && self.scope.get(&name.text).is_some()
        {
            return Err(already_bound(name));
        }
        if relationship.length.is_some() {
            return Err(semantic(
                "CreatingVarLength",
                relationship.span,
                "a relationship of variable length cannot be created",
            ));
        }
        if relationship.types.as_ref().is_none_or(|t| single_type(t).is_none() && computed_type(t).is_none())
        {
            return Err(semantic(
                "NoSingleRelationshipType",
                relationship.span,
                "a relationship that is created needs exactly one type",
            ));
        }
        if relationship.direction == ast::PatternDirection::Both && !undirected {
            return Err(semantic(
                "RequiresDirectedRelationship",
                relationship.span,
                "a relationship that is created needs a direction",
            ));
        }
        if let Some(predicate) = &relationship.predicate {
            return Err(condition(predicate));
        }
        self.new_properties(relationship.properties.as_ref())
    }

    /// The variable of a relationship that is created.
    pub(super) fn new_variable(&mut self, relationship: &RelationshipPattern) -> Result<VarId, Error> {
        if let Some(name) = &relationship.variable
            && self.scope.get(&name.text).is_some()
        {
            return Err(already_bound(name));
        }
        Ok(self.declare_kind(relationship.variable.as_ref(), VariableKind::Relationship))
    }

    /// A relationship to create, its ends the right way round.
    pub(super) fn created_relationship(
        &mut self,
        pattern: &RelationshipPattern,
        variable: VarId,
        left: VarId,
        right: VarId,
        properties: Option<Expr>,
    ) -> Result<CreateRelationship, Error> {
        let types = pattern.types.as_ref();
        let rel_type = match (types.and_then(single_type), types.and_then(computed_type)) {
            (Some(name), _) => CreatedType::Name(Arc::clone(&name.text)),
            (None, Some(names)) => CreatedType::Computed(self.label_names(names)?),
            (None, None) => return Err(unsupported(pattern.span, "a relationship without a type")),
        };
        let (source, target) = match pattern.direction {
            ast::PatternDirection::Incoming => (right, left),
            ast::PatternDirection::Outgoing | ast::PatternDirection::Both => (left, right),
        };
        Ok(CreateRelationship { variable, rel_type, source, target, properties, span: pattern.span })
    }

    fn new_properties(&mut self, properties: Option<&ast::Expr>) -> Result<Option<Expr>, Error> {
        let Some(properties) = properties else { return Ok(None) };
        let typed: Typed = self.expr(properties)?;
        bind_expr::expect(&typed, TypeSet::MAP, "a map")?;
        let empty = matches!(&typed.expr.kind, ExprKind::Map(entries) if entries.is_empty());
        Ok((!empty).then_some(typed.expr))
    }
}

/// The labels of a node that is created, what computes further ones, and its properties.
type NewNode = (Vec<Arc<str>>, Vec<Expr>, Option<Expr>);

/// What computes the type of a relationship that is created.
pub(super) fn computed_type(types: &LabelExpr) -> Option<&ast::Expr> {
    match types.created()? {
        (written, computed) if written.is_empty() && computed.len() == 1 => computed.first().copied(),
        _ => None,
    }
}

/// The type of a relationship that has exactly one.
pub(super) fn single_type(types: &LabelExpr) -> Option<&Name> {
    match types.any_of()?.as_slice() {
        [name] => Some(name),
        _ => None,
    }
}

/// The labels that are written, each once, and what computes the others.
fn created_labels(labels: &LabelExpr) -> Result<(Vec<Arc<str>>, Vec<&ast::Expr>), Error> {
    let Some((names, computed)) = labels.created() else {
        return Err(semantic(
            "UnexpectedSyntax",
            labels.span,
            "a node that is created takes labels, and no conditions on them",
        ));
    };
    let mut labels = Vec::new();
    for label in texts(&names) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok((labels, computed))
}

pub(super) fn already_bound(name: &Name) -> Error {
    semantic(
        "VariableAlreadyBound",
        name.span,
        format!("the variable {} is already defined: it cannot be created again", name.text),
    )
    .with_hint(format!(
        "What exists stands there by its name alone, ({}); SET changes its labels and properties",
        name.text
    ))
}

fn condition(predicate: &ast::Expr) -> Error {
    semantic("UnexpectedSyntax", predicate.span, "a pattern that is created takes no conditions")
}

fn has_subquery(expr: &Expr) -> bool {
    let mut found = false;
    expr.visit(&mut |part| found |= part.plan().is_some());
    found
}
