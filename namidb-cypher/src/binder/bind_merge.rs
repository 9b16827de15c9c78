//! MERGE: one pattern, bound both as something to match and as something to create.

use super::bind_create::single_type;
use super::bind_pattern::map_entries;
use super::bound::{Expr, ExprKind, VarId, VariableKind};
use super::bound_query::{BoundClause, BoundMerge, BoundPattern, PatternNode, PatternRelationship};
use super::errors::{semantic, unsupported};
use super::{Binder, variable};
use crate::Error;
use crate::logical::{CreateNode, CreatePattern};
use crate::syntax::ast::{self, Name, NodePattern};
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn merge(&mut self, clause: &ast::Merge) -> Result<BoundClause, Error> {
        let part = &clause.pattern;
        if part.selector != ast::Selector::All || part.mode != ast::PathMode::Unspecified {
            return Err(semantic(
                "UnexpectedSyntax",
                part.span,
                "a path that is merged is not chosen among others",
            ));
        }
        if let Some(predicate) = &part.path.predicate {
            return Err(semantic("UnexpectedSyntax", predicate.span, "what is merged has no condition"));
        }
        let mut pattern = BoundPattern::default();
        let mut create = CreatePattern::default();
        let alone = part.path.steps.is_empty();
        let mut left = self.merge_node(&part.path.start, alone, &mut pattern, &mut create)?;
        let mut through = vec![left];
        for step in &part.path.steps {
            let relationship = &step.relationship;
            only_a_map(relationship.properties.as_ref())?;
            let properties = self.new_relationship(relationship, true)?;
            let right = self.merge_node(&step.node, false, &mut pattern, &mut create)?;
            let variable = self.new_variable(relationship)?;
            self.property_predicates(
                variable,
                relationship.properties.as_ref(),
                properties.as_ref(),
                &mut pattern,
            )?;
            let types = relationship.types.as_ref().and_then(single_type);
            pattern.relationships.push(PatternRelationship {
                variable,
                left,
                right,
                direction: relationship.direction,
                types: types.into_iter().map(|name| Arc::clone(&name.text)).collect(),
                length: None,
                properties: None,
                selector: ast::Selector::All,
                repeated: None,
                selection: None,
                differs_in: Some(0),
            });
            create.relationships.push(self.created_relationship(
                relationship,
                variable,
                left,
                right,
                properties,
            )?);
            if let (None, Some(written)) = (types, &relationship.types) {
                self.merged_labels(variable, written, true, &mut pattern)?;
            }
            through.push(variable);
            through.push(right);
            left = right;
        }
        if let Some(name) = &part.variable {
            self.must_be_new(name)?;
            let path = self.declare_kind(Some(name), VariableKind::Path);
            pattern.paths.push((path, through));
        }
        let mut on_create = Vec::new();
        let mut on_match = Vec::new();
        for action in &clause.actions {
            let items = self.set_items(&action.items)?;
            if action.on_create { &mut on_create } else { &mut on_match }.extend(items);
        }
        Ok(BoundClause::Merge(Box::new(BoundMerge { pattern, create, on_create, on_match })))
    }

    fn merge_node(
        &mut self,
        node: &NodePattern,
        alone: bool,
        pattern: &mut BoundPattern,
        create: &mut CreatePattern,
    ) -> Result<VarId, Error> {
        only_a_map(node.properties.as_ref())?;
        if let Some(variable) = self.reused_node(node, alone)? {
            if !pattern.nodes.iter().any(|n| n.variable == variable) {
                pattern.nodes.push(PatternNode { variable, labels: Vec::new() });
            }
            return Ok(variable);
        }
        let (labels, computed, properties) = self.new_node(node)?;
        let variable = self.declare_kind(node.variable.as_ref(), VariableKind::Node);
        self.property_predicates(variable, node.properties.as_ref(), properties.as_ref(), pattern)?;
        if let Some(written) = node.labels.as_ref().filter(|_| !computed.is_empty()) {
            self.merged_labels(variable, written, false, pattern)?;
        }
        pattern.nodes.push(PatternNode { variable, labels: labels.clone() });
        create.nodes.push(CreateNode { variable, labels, computed, properties, span: node.span });
        Ok(variable)
    }

    /// What matching asks of labels or a type that are computed.
    fn merged_labels(
        &mut self,
        entity: VarId,
        written: &ast::LabelExpr,
        of_relationship: bool,
        pattern: &mut BoundPattern,
    ) -> Result<(), Error> {
        let base = variable(entity, written.span);
        let condition = self.label_condition(&base, written, written.span, of_relationship)?;
        condition.into_conjuncts(&mut pattern.predicates);
        Ok(())
    }

    /// What matching asks of the properties that creating would set.
    fn property_predicates(
        &mut self,
        entity: VarId,
        written: Option<&ast::Expr>,
        bound: Option<&Expr>,
        pattern: &mut BoundPattern,
    ) -> Result<(), Error> {
        let (Some(written), Some(bound)) = (written, bound) else { return Ok(()) };
        let ExprKind::Map(entries) = &bound.kind else {
            return Err(unsupported(bound.span, "these properties in MERGE"));
        };
        let names: Vec<&Name> = map_entries(written)?.iter().map(|(name, _)| name).collect();
        for (name, (_, value)) in names.into_iter().zip(entries) {
            pattern.predicates.push(self.property_equals(entity, name, value.clone()));
        }
        Ok(())
    }
}

fn only_a_map(properties: Option<&ast::Expr>) -> Result<(), Error> {
    properties.map_or(Ok(()), |p| map_entries(p).map(|_| ()))
}
