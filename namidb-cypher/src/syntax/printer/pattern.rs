//! Patterns.

use super::Printer;
use crate::syntax::ast::{
    Expr, LabelExpr, LabelExprKind, Name, NodePattern, PathLength, PathPattern, PatternDirection,
    PatternPart, RelationshipPattern, Selector,
};

impl Printer {
    pub(super) fn pattern(&mut self, pattern: &[PatternPart]) {
        self.separated(pattern, ", ", Self::pattern_part);
    }

    pub(super) fn pattern_part(&mut self, part: &PatternPart) {
        if let Some(variable) = &part.variable {
            self.variable(variable);
            self.push(" = ");
        }
        let name = match part.selector {
            Selector::All => return self.path(&part.path),
            Selector::Shortest => "shortestPath(",
            Selector::AllShortest => "allShortestPaths(",
        };
        self.push(name);
        self.path(&part.path);
        self.push(")");
    }

    pub(super) fn path(&mut self, path: &PathPattern) {
        self.node_pattern(&path.start);
        for step in &path.steps {
            self.relationship_pattern(&step.relationship);
            self.node_pattern(&step.node);
        }
    }

    fn node_pattern(&mut self, node: &NodePattern) {
        self.push("(");
        self.detail(node.variable.as_ref(), node.labels.as_ref(), None, node.properties.as_ref());
        self.opt_expr(" WHERE ", node.predicate.as_ref());
        self.push(")");
    }

    fn relationship_pattern(&mut self, relationship: &RelationshipPattern) {
        let RelationshipPattern { direction, variable, types, length, properties, predicate, span: _ } =
            relationship;
        let (before, after) = match direction {
            PatternDirection::Outgoing => ("-", "->"),
            PatternDirection::Incoming => ("<-", "-"),
            PatternDirection::Both => ("-", "-"),
        };
        self.push(before);
        let bare = variable.is_none() && types.is_none() && length.is_none() && properties.is_none();
        if !bare || predicate.is_some() {
            self.push("[");
            self.detail(variable.as_ref(), types.as_ref(), length.as_ref(), properties.as_ref());
            self.opt_expr(" WHERE ", predicate.as_ref());
            self.push("]");
        }
        self.push(after);
    }

    fn detail(
        &mut self,
        variable: Option<&Name>,
        labels: Option<&LabelExpr>,
        length: Option<&PathLength>,
        properties: Option<&Expr>,
    ) {
        if let Some(variable) = variable {
            self.variable(variable);
        }
        if let Some(labels) = labels {
            self.push(":");
            self.label_expr(labels);
        }
        if let Some(length) = length {
            self.path_length(length);
        }
        self.opt_expr(" ", properties);
    }

    fn path_length(&mut self, length: &PathLength) {
        self.push("*");
        match (length.min, length.max) {
            (None, None) => {}
            (Some(min), Some(max)) if min == max => self.push(&min.to_string()),
            (min, max) => {
                self.push(&min.map(|bound| bound.to_string()).unwrap_or_default());
                self.push("..");
                self.push(&max.map(|bound| bound.to_string()).unwrap_or_default());
            }
        }
    }

    /// A condition on labels, after its colon.
    pub(super) fn label_expr(&mut self, labels: &LabelExpr) {
        match &labels.kind {
            LabelExprKind::Or(terms) => self.separated(terms, "|", |p, term| {
                p.label_term(term, matches!(term.kind, LabelExprKind::Or(_)));
            }),
            _ => self.label_term(labels, false),
        }
    }

    /// A condition as a whole, so that no sign after it takes part of it.
    pub(super) fn label_term(&mut self, term: &LabelExpr, parentheses: bool) {
        if parentheses {
            self.push("(");
            self.label_expr(term);
            self.push(")");
            return;
        }
        match &term.kind {
            LabelExprKind::Name(name) => self.key(name),
            LabelExprKind::Any => self.push("%"),
            LabelExprKind::Not(inner) => {
                self.push("!");
                self.label_term(inner, matches!(inner.kind, LabelExprKind::And(_) | LabelExprKind::Or(_)));
            }
            LabelExprKind::And(terms) => self.separated(terms, "&", |p, term| {
                p.label_term(term, matches!(term.kind, LabelExprKind::And(_) | LabelExprKind::Or(_)));
            }),
            LabelExprKind::Or(_) => self.label_term(term, true),
        }
    }
}
