//! Patterns.

use super::Printer;
use crate::syntax::ast::{
    Expr, LabelExpr, LabelExprKind, Name, NodePattern, PathLength, PathMode, PathPattern, PatternDirection,
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
            Selector::Shortest => "shortestPath(",
            Selector::AllShortest => "allShortestPaths(",
            selector => {
                self.selector(selector, part.mode);
                return self.whole_path(&part.path);
            }
        };
        self.push(name);
        self.whole_path(&part.path);
        self.push(")");
    }

    fn selector(&mut self, selector: Selector, mode: PathMode) {
        let mode = match mode {
            PathMode::Unspecified => "",
            PathMode::Walk => "WALK ",
            PathMode::Trail => "TRAIL ",
            PathMode::Acyclic => "ACYCLIC ",
        };
        let text = match selector {
            Selector::All | Selector::Shortest | Selector::AllShortest => mode.to_owned(),
            Selector::Any(count) => format!("ANY {count} {mode}"),
            Selector::ShortestPaths(count) => format!("SHORTEST {count} {mode}"),
            Selector::ShortestGroups(count) => format!("SHORTEST {count} {mode}GROUPS "),
        };
        self.push(&text);
    }

    /// A path with its own condition.
    fn whole_path(&mut self, path: &PathPattern) {
        if path.predicate.is_some() { self.inner_path(path) } else { self.path(path) }
    }

    fn inner_path(&mut self, path: &PathPattern) {
        self.push("(");
        self.path(path);
        self.opt_expr(" WHERE ", path.predicate.as_ref());
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
        let RelationshipPattern {
            direction,
            variable,
            types,
            length,
            properties,
            predicate,
            repeated,
            span: _,
        } = relationship;
        if let (Some(path), Some(length)) = (repeated, length) {
            self.inner_path(path);
            let most = length.max.map(|bound| bound.to_string()).unwrap_or_default();
            return self.push(&format!("{{{},{most}}}", length.min.unwrap_or(1)));
        }
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
            LabelExprKind::Computed { any, names } => {
                self.push(if *any { "$any(" } else { "$(" });
                self.expr(names);
                self.push(")");
            }
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
