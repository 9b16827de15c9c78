//! Patterns that are matched: each occurrence of a name reuses what it means or declares it.
//!
//! All names of the clause are declared first, then property maps and conditions are bound, since these may
//! speak of any part of the pattern.

use super::bind_expr::call;
use super::bind_repeated::{nodes_differ, repeated_path};
use super::bind_selected::{bounded, selection};
use super::bound::{CompareOp, Expr, ExprKind, VarId, VariableKind};
use super::bound_query::{BoundPattern, PatternNode, PatternRelationship};
use super::errors::{semantic, unsupported};
use super::scope::Scope;
use super::types::Type;
use super::{Binder, variable};
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast::{
    self, LabelExpr, Name, NodePattern, PathMode, PathPattern, PatternPart, RelationshipPattern,
};
use crate::syntax::span::Span;
use namidb_core::hash::HashSet;
use std::sync::Arc;

/// What of a pattern is bound once all its names are known.
enum Condition<'x> {
    /// `{key: value}` of a node or a single relationship.
    Properties(VarId, &'x ast::Expr),
    /// `{key: value}` of each step of a variable-length relationship, by its position in the pattern.
    EachStep(usize, &'x ast::Expr),
    /// A label expression that is more than a list of names.
    Labels(VarId, &'x LabelExpr),
    /// WHERE inside parentheses or brackets.
    Predicate(&'x ast::Expr),
}

/// A pattern while its names are being declared.
#[derive(Default)]
pub(super) struct Gathered<'x> {
    pub(super) pattern: BoundPattern,
    pub(super) nodes: HashSet<VarId>,
    /// Relationships, lists of them and paths that this clause declares or uses.
    pub(super) relationships: HashSet<VarId>,
    conditions: Vec<Condition<'x>>,
    /// The names before the clause: all that a repeated path sees beside its own.
    pub(super) around: Scope,
    /// Among which relationships those of the path must differ.
    pub(super) differs_in: Option<u32>,
}

impl Gathered<'_> {
    /// A pattern without anything, whose relationships differ, in a scope.
    pub(super) fn new(around: &Scope) -> Self {
        Gathered { around: around.clone(), differs_in: Some(0), ..Gathered::default() }
    }
}

impl Binder<'_> {
    /// The parts of a MATCH. Names that they declare stay visible. If it is repeatable, its paths may meet relationships
    /// more than once.
    pub(super) fn pattern(&mut self, parts: &[PatternPart], repeatable: bool) -> Result<BoundPattern, Error> {
        let mut gathered = Gathered::new(&self.scope);
        for (number, part) in parts.iter().enumerate() {
            gathered.differs_in = match (repeatable, part.mode) {
                (false, _) => Some(0),
                (true, PathMode::Trail | PathMode::Acyclic) => Some(number as u32 + 1),
                (true, PathMode::Walk | PathMode::Unspecified) => None,
            };
            if let Some(selection) = selection(part.selector) {
                if parts.len() > 1 && !repeatable {
                    let message = "a MATCH that chooses among paths has one path";
                    return Err(semantic("UnexpectedSyntax", part.span, message)
                        .with_hint("Use several MATCH clauses, or MATCH REPEATABLE ELEMENTS"));
                }
                self.selected(&mut gathered, part, selection)?;
                continue;
            }
            let through = match part.selector {
                ast::Selector::Shortest | ast::Selector::AllShortest => self.shortest(&mut gathered, part)?,
                _ => {
                    bounded(part, gathered.differs_in)?;
                    self.path(&mut gathered, &part.path, true)?
                }
            };
            self.name_path(&mut gathered, part, through)?;
        }
        self.conditions(gathered)
    }

    /// The path's variable, and the condition that its nodes differ.
    pub(super) fn name_path(
        &mut self,
        gathered: &mut Gathered<'_>,
        part: &PatternPart,
        through: Vec<VarId>,
    ) -> Result<(), Error> {
        let path = match &part.variable {
            Some(name) => self.path_variable(gathered, name, through)?,
            None if part.mode == PathMode::Acyclic => {
                let path = self.declare_kind(None, VariableKind::Path);
                gathered.pattern.paths.push((path, through));
                path
            }
            None => return Ok(()),
        };
        if part.mode == PathMode::Acyclic {
            gathered.pattern.predicates.push(nodes_differ(path, part.span));
        }
        Ok(())
    }

    /// The path inside shortestPath and allShortestPaths.
    pub(super) fn shortest<'x>(
        &mut self,
        gathered: &mut Gathered<'x>,
        part: &'x PatternPart,
    ) -> Result<Vec<VarId>, Error> {
        let [
            step @ ast::PatternStep {
                relationship: RelationshipPattern { repeated: None, predicate: None, .. },
                ..
            },
        ] = part.path.steps.as_slice()
        else {
            let message = "shortestPath takes a pattern of exactly one relationship";
            return Err(semantic("InvalidRelationshipPattern", part.span, message)
                .with_hint("Write its nodes and their conditions before it: MATCH (a), (b), p = shortestPath((a)-[*]-(b))"));
        };
        if repeated_path(&step.relationship, false).is_some() {
            return Err(unsupported(step.relationship.span, "this type expression in shortestPath")
                .with_hint("Name the types, as in [:A|B*], or write ANY SHORTEST (a)-[:!A]->+(b)"));
        }
        if let Some(name) = &step.relationship.variable {
            self.must_be_new(name)?;
        }
        let through = self.path(gathered, &part.path, true)?;
        if let Some(last) = gathered.pattern.relationships.last_mut() {
            last.selector = part.selector;
        }
        Ok(through)
    }

    /// shortestPath in an expression, between nodes that are visible. Gives the pattern and the path's variable.
    pub(super) fn shortest_in_expression(
        &mut self,
        part: &PatternPart,
    ) -> Result<(BoundPattern, VarId), Error> {
        let ends = std::iter::once(&part.path.start).chain(part.path.steps.iter().map(|step| &step.node));
        for end in ends {
            let Some(name) = &end.variable else {
                let message = "shortestPath in an expression is between two nodes that are bound before";
                return Err(semantic("UnexpectedSyntax", end.span, message)
                    .with_hint("Name them: shortestPath((a)-[*]-(b))"));
            };
            self.resolve(&name.text, name.span)?;
        }
        let mut gathered = Gathered::new(&self.scope);
        let through = self.shortest(&mut gathered, part)?;
        let path = self.declare_kind(None, VariableKind::Path);
        gathered.relationships.insert(path);
        gathered.pattern.paths.push((path, through));
        Ok((self.conditions(gathered)?, path))
    }

    /// A path in an expression. Without `declares` it may only use names that are visible.
    pub(super) fn expression_path(
        &mut self,
        name: Option<&Name>,
        path: &PathPattern,
        declares: bool,
    ) -> Result<BoundPattern, Error> {
        let mut gathered = Gathered::new(&self.scope);
        let through = self.path(&mut gathered, path, declares)?;
        if let Some(name) = name {
            self.path_variable(&mut gathered, name, through)?;
        }
        self.conditions(gathered)
    }

    fn path_variable(
        &mut self,
        gathered: &mut Gathered<'_>,
        name: &Name,
        through: Vec<VarId>,
    ) -> Result<VarId, Error> {
        self.must_be_new(name)?;
        let path = self.declare_kind(Some(name), VariableKind::Path);
        gathered.relationships.insert(path);
        gathered.pattern.paths.push((path, through));
        Ok(path)
    }

    /// Declares a path, and gives the variables that it goes through.
    pub(super) fn path<'x>(
        &mut self,
        gathered: &mut Gathered<'x>,
        path: &'x PathPattern,
        declares: bool,
    ) -> Result<Vec<VarId>, Error> {
        let mut left = self.node(gathered, &path.start, declares)?;
        let mut through = vec![left];
        for step in &path.steps {
            let relationship = match repeated_path(&step.relationship, gathered.differs_in.is_none()) {
                Some(path) => self.repeated(gathered, &step.relationship, &path, declares)?,
                None => self.relationship(gathered, &step.relationship, declares)?,
            };
            let right = self.node(gathered, &step.node, declares)?;
            if let Some(last) = gathered.pattern.relationships.last_mut() {
                last.left = left;
                last.right = right;
            }
            through.push(relationship);
            through.push(right);
            left = right;
        }
        gathered.conditions.extend(path.predicate.as_ref().map(Condition::Predicate));
        Ok(through)
    }

    fn node<'x>(
        &mut self,
        gathered: &mut Gathered<'x>,
        node: &'x NodePattern,
        declares: bool,
    ) -> Result<VarId, Error> {
        let variable = self.occurrence(node.variable.as_ref(), VariableKind::Node, declares)?;
        let mut labels = Vec::new();
        if let Some(expr) = &node.labels {
            match expr.all_of() {
                Some(names) => labels = texts(&names),
                None => gathered.conditions.push(Condition::Labels(variable, expr)),
            }
        }
        if gathered.nodes.insert(variable) {
            gathered.pattern.nodes.push(PatternNode { variable, labels });
        } else if let Some(known) = gathered.pattern.nodes.iter_mut().find(|n| n.variable == variable) {
            known.labels.extend(labels);
        }
        gathered.conditions.extend(node.properties.as_ref().map(|p| Condition::Properties(variable, p)));
        gathered.conditions.extend(node.predicate.as_ref().map(Condition::Predicate));
        Ok(variable)
    }

    fn relationship<'x>(
        &mut self,
        gathered: &mut Gathered<'x>,
        relationship: &'x RelationshipPattern,
        declares: bool,
    ) -> Result<VarId, Error> {
        let kind = match relationship.length {
            None => VariableKind::Relationship,
            Some(_) => VariableKind::RelationshipList,
        };
        let name = relationship.variable.as_ref();
        let variable = self.occurrence(name, kind, declares)?;
        if !gathered.relationships.insert(variable) {
            return Err(semantic(
                "RelationshipUniquenessViolation",
                name.map_or(relationship.span, |n| n.span),
                "one pattern cannot go through the same relationship twice",
            ));
        }
        let position = gathered.pattern.relationships.len();
        let mut types = Vec::new();
        if let Some(expr) = &relationship.types {
            match (&expr.kind, expr.any_of()) {
                (_, Some(names)) => types = texts(&names),
                (ast::LabelExprKind::Any, None) => {}
                _ if relationship.length.is_none() => {
                    gathered.conditions.push(Condition::Labels(variable, expr));
                }
                _ => return Err(unsupported(expr.span, "this type expression on several relationships")),
            }
        }
        let length = relationship.length.as_ref().map(|l| (l.min.unwrap_or(1), l.max));
        gathered.conditions.extend(relationship.properties.as_ref().map(|p| match length {
            None => Condition::Properties(variable, p),
            Some(_) => Condition::EachStep(position, p),
        }));
        gathered.conditions.extend(relationship.predicate.as_ref().map(Condition::Predicate));
        gathered.pattern.relationships.push(PatternRelationship {
            variable,
            left: variable,
            right: variable,
            direction: relationship.direction,
            types,
            length,
            properties: None,
            selector: ast::Selector::All,
            repeated: None,
            selection: None,
            differs_in: gathered.differs_in,
        });
        Ok(variable)
    }

    /// The variable of a place in a pattern: what its name means, or a new one.
    fn occurrence(
        &mut self,
        name: Option<&Name>,
        kind: VariableKind,
        declares: bool,
    ) -> Result<VarId, Error> {
        let known = match name {
            Some(name) if !declares => Some(self.resolve(&name.text, name.span)?),
            Some(name) => self.scope.get(&name.text),
            None => None,
        };
        let (Some(variable), Some(name)) = (known, name) else { return Ok(self.declare_kind(name, kind)) };
        self.must_hold(variable, kind, name)?;
        Ok(variable)
    }

    /// Fails if a variable that is used in a pattern can never hold what stands there.
    pub(super) fn must_hold(&self, variable: VarId, kind: VariableKind, name: &Name) -> Result<(), Error> {
        let found = self.type_of(variable);
        let wanted = Type::of_kind(kind);
        let elements_fit = wanted.set != TypeSet::LIST
            || found.element == TypeSet::NULL
            || !found.element.is_disjoint(wanted.element);
        if !found.is_never(wanted.set) && elements_fit {
            return Ok(());
        }
        Err(semantic(
            "VariableTypeConflict",
            name.span,
            format!("{} is {}, and {} is needed here", name.text, found.describe(), wanted.describe()),
        ))
    }

    pub(super) fn conditions(&mut self, gathered: Gathered<'_>) -> Result<BoundPattern, Error> {
        let Gathered { mut pattern, relationships, conditions, .. } = gathered;
        for condition in conditions {
            match condition {
                Condition::Properties(entity, properties) => {
                    for (key, value) in map_entries(properties)? {
                        let value = self.expr(value)?.expr;
                        pattern.predicates.push(self.property_equals(entity, key, value));
                    }
                }
                Condition::EachStep(position, properties) => {
                    let entries = map_entries(properties)?;
                    let mut bound = Vec::with_capacity(entries.len());
                    for (key, value) in entries {
                        let value = self.expr(value)?.expr;
                        if value.free_variables().iter().any(|v| relationships.contains(v)) {
                            return Err(unsupported(
                                value.span,
                                "a property of several relationships that is computed from others of the same clause",
                            ));
                        }
                        bound.push((Arc::clone(&key.text), value));
                    }
                    if let Some(relationship) = pattern.relationships.get_mut(position)
                        && !bound.is_empty()
                    {
                        let span = properties.span;
                        relationship.properties = Some(Expr { kind: ExprKind::Map(bound), span });
                    }
                }
                Condition::Labels(entity, labels) => {
                    let base = variable(entity, labels.span);
                    let of_relationship = self.kind_of(entity) == VariableKind::Relationship;
                    let condition = self.label_condition(&base, labels, labels.span, of_relationship)?;
                    pattern.predicates.push(condition);
                }
                Condition::Predicate(predicate) => {
                    self.predicate(predicate)?.into_conjuncts(&mut pattern.predicates);
                }
            }
        }
        Ok(pattern)
    }

    /// `entity.key = value`.
    pub(super) fn property_equals(&self, entity: VarId, key: &Name, value: Expr) -> Expr {
        let base = variable(entity, key.span);
        let is_id = &*key.text == "_id" && self.kind_of(entity) == VariableKind::Node;
        let kind = if is_id {
            call("elementid", vec![base])
        } else {
            ExprKind::Property { base: Box::new(base), key: Arc::clone(&key.text) }
        };
        let span = Span { start: key.span.start, end: value.span.end };
        let left = Box::new(Expr { kind, span: key.span });
        Expr { kind: ExprKind::Compare { op: CompareOp::Equal, left, right: Box::new(value) }, span }
    }
}

/// The entries of a property map that is matched.
pub(super) fn map_entries(properties: &ast::Expr) -> Result<&[(Name, ast::Expr)], Error> {
    match &properties.kind {
        ast::ExprKind::Map(entries) => Ok(entries),
        _ => Err(semantic(
            "InvalidParameterUse",
            properties.span,
            "a parameter cannot stand for the properties of a pattern that is matched",
        )
        .with_hint("Name the properties: {key: $value}")),
    }
}

pub(super) fn texts(names: &[&Name]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::clone(&name.text)).collect()
}
