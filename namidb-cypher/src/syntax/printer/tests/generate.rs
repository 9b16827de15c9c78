//! Any statement that a text can say, made of a string of bytes: each choice takes one, and when they are
//! used up the first alternative is taken, which never nests.

mod expression;

use crate::syntax::ast::*;
use crate::syntax::span::Span;
use std::sync::Arc;

const SPAN: Span = Span { start: 0, end: 0 };

pub(crate) struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
    depth: usize,
}

impl<'b> Choices<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Choices<'b> {
        Choices { bytes: bytes.iter(), depth: 0 }
    }

    fn choose(&mut self, alternatives: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % alternatives
    }

    fn coin(&mut self) -> bool {
        self.choose(2) == 1
    }

    fn opt<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.coin() { Some(make(self)) } else { None }
    }

    fn list<T>(&mut self, least: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let length = least + self.choose(3);
        (0..length).map(|_| make(self)).collect()
    }

    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 14] = [
            "a",
            "n",
            "Étudiant",
            "a b",
            "a`b",
            "match",
            "end",
            "order",
            "in",
            "count",
            "all",
            "1x",
            "offset",
            "_",
        ];
        WORDS[self.choose(WORDS.len())]
    }

    fn name(&mut self) -> Name {
        Name { text: Arc::from(self.word()), span: SPAN }
    }

    fn dotted_name(&mut self) -> Name {
        let text =
            if self.coin() { format!("{}.{}", self.word(), self.word()) } else { self.word().to_owned() };
        Name { text: Arc::from(text), span: SPAN }
    }

    pub(crate) fn statement(&mut self) -> Statement {
        let mode = [StatementMode::Run, StatementMode::Explain, StatementMode::Profile][self.choose(3)];
        let kind = match self.choose(8) {
            6 => StatementKind::Schema(self.schema_command()),
            7 => StatementKind::Show(Box::new(self.show())),
            5 => StatementKind::Query(self.standalone_call()),
            _ => StatementKind::Query(self.query()),
        };
        Statement { mode, kind, span: SPAN }
    }

    fn query(&mut self) -> Query {
        let first = self.single_query();
        let all = self.coin();
        let unions = match self.choose(4) {
            0..3 => Vec::new(),
            _ => self.list(1, |c| Union { all, query: c.single_query(), span: SPAN }),
        };
        Query { first, unions, span: SPAN }
    }

    /// One that does not end with FINISH.
    fn query_that_gives_rows(&mut self) -> Query {
        let mut query = self.query();
        for single in std::iter::once(&mut query.first).chain(query.unions.iter_mut().map(|u| &mut u.query)) {
            if let Some(last @ Clause::Finish(_)) = single.clauses.last_mut() {
                *last = Clause::Return(Return { projection: self.projection(), span: SPAN });
            }
        }
        query
    }

    fn standalone_call(&mut self) -> Query {
        let mut call = self.call_procedure();
        call.arguments = self.opt(|c| c.list(0, Self::expr));
        if let Some(yields) = &mut call.yields {
            yields.star = self.coin();
            if yields.star {
                yields.items.clear();
            }
        }
        let clauses = vec![Clause::CallProcedure(call)];
        Query { first: SingleQuery { clauses, span: SPAN }, unions: Vec::new(), span: SPAN }
    }

    fn single_query(&mut self) -> SingleQuery {
        let mut clauses = self.list(0, Self::reading_clause);
        // Behind these its words would be theirs.
        let mut ends = true;
        clauses.retain(|clause| {
            let kept = ends || !matches!(clause, Clause::OrderBy(_));
            ends = !matches!(clause, Clause::With(_) | Clause::OrderBy(_));
            kept
        });
        clauses.extend(self.list(0, Self::updating_clause));
        if clauses.is_empty() || !clauses.last().is_some_and(Clause::is_updating) || self.coin() {
            clauses.push(match self.choose(5) {
                4 => Clause::Finish(Finish { span: SPAN }),
                _ => Clause::Return(Return { projection: self.projection(), span: SPAN }),
            });
        }
        SingleQuery { clauses, span: SPAN }
    }

    fn reading_clause(&mut self) -> Clause {
        match self.choose(9) {
            6 => Clause::Let(Let { items: self.list(1, |c| (c.name(), c.expr())), span: SPAN }),
            7 => Clause::Filter(Filter { predicate: self.expr(), span: SPAN }),
            8 => Clause::OrderBy(self.order_by()),
            0 => Clause::Match(Match {
                optional: self.coin(),
                repeatable: self.coin(),
                pattern: self.pattern(),
                predicate: self.opt(Self::expr),
                span: SPAN,
            }),
            1 => Clause::Unwind(Unwind { list: self.expr(), variable: self.name(), span: SPAN }),
            2 => Clause::With(With {
                projection: self.projection(),
                predicate: self.opt(Self::expr),
                span: SPAN,
            }),
            3 => Clause::CallProcedure(self.call_procedure()),
            4 if self.depth < 3 => Clause::CallSubquery(self.call_subquery()),
            _ => {
                let format = match self.choose(3) {
                    0 => LoadFormat::Parquet,
                    headers => {
                        LoadFormat::Csv { with_headers: headers == 2, field_terminator: self.opt(Self::expr) }
                    }
                };
                Clause::Load(Load { format, location: self.expr(), variable: self.name(), span: SPAN })
            }
        }
    }

    fn updating_clause(&mut self) -> Clause {
        match self.choose(6) {
            0 => Clause::Create(Create { pattern: self.pattern(), span: SPAN }),
            1 => Clause::Merge(Merge {
                pattern: self.pattern_part(),
                actions: self.list(0, |c| MergeAction {
                    on_create: c.coin(),
                    items: c.list(1, Self::set_item),
                    span: SPAN,
                }),
                span: SPAN,
            }),
            2 => Clause::Set(Set { items: self.list(1, Self::set_item), span: SPAN }),
            3 => Clause::Remove(Remove { items: self.list(1, Self::remove_item), span: SPAN }),
            4 if self.depth < 3 => {
                self.depth += 1;
                let foreach = Foreach {
                    variable: self.name(),
                    list: self.expr(),
                    clauses: self.list(1, Self::updating_clause),
                    span: SPAN,
                };
                self.depth -= 1;
                Clause::Foreach(foreach)
            }
            _ => {
                Clause::Delete(Delete { detach: self.coin(), targets: self.list(1, Self::expr), span: SPAN })
            }
        }
    }

    fn order_by(&mut self) -> OrderBy {
        let items = self.list(1, |c| SortItem { expr: c.expr(), descending: c.coin(), span: SPAN });
        OrderBy { items, skip: self.opt(Self::expr), limit: self.opt(Self::expr), span: SPAN }
    }

    fn projection(&mut self) -> Projection {
        let star = self.coin();
        Projection {
            distinct: self.coin(),
            star,
            items: self.list(usize::from(!star), |c| ProjectionItem {
                expr: c.expr(),
                alias: c.opt(Self::name),
                span: SPAN,
            }),
            order_by: self.list(0, |c| SortItem { expr: c.expr(), descending: c.coin(), span: SPAN }),
            skip: self.opt(Self::expr),
            limit: self.opt(Self::expr),
            span: SPAN,
        }
    }

    fn set_item(&mut self) -> SetItem {
        let kind = match self.choose(5) {
            0 => SetKind::Property { entity: self.expr(), key: self.name(), value: self.expr() },
            1 => SetKind::DynamicProperty { entity: self.expr(), key: self.expr(), value: self.expr() },
            2 => SetKind::Replace { variable: self.name(), value: self.expr() },
            3 => SetKind::Merge { variable: self.name(), value: self.expr() },
            _ => {
                let (variable, computed) = (self.name(), self.list(0, Self::expr));
                let labels = self.list(usize::from(computed.is_empty()), Self::name);
                SetKind::Labels { variable, labels, computed }
            }
        };
        SetItem { kind, span: SPAN }
    }

    fn remove_item(&mut self) -> RemoveItem {
        let kind = match self.choose(3) {
            0 => RemoveKind::Property { entity: self.expr(), key: self.name() },
            1 => RemoveKind::DynamicProperty { entity: self.expr(), key: self.expr() },
            _ => {
                let (variable, computed) = (self.name(), self.list(0, Self::expr));
                let labels = self.list(usize::from(computed.is_empty()), Self::name);
                RemoveKind::Labels { variable, labels, computed }
            }
        };
        RemoveItem { kind, span: SPAN }
    }

    fn call_procedure(&mut self) -> CallProcedure {
        CallProcedure {
            optional: self.coin(),
            name: self.dotted_name(),
            arguments: Some(self.list(0, Self::expr)),
            yields: self.opt(Self::yields),
            span: SPAN,
        }
    }

    fn yields(&mut self) -> Yield {
        Yield {
            star: false,
            items: self.list(0, |c| YieldItem { field: c.name(), alias: c.opt(Self::name), span: SPAN }),
            predicate: self.opt(Self::expr),
            span: SPAN,
        }
    }

    fn call_subquery(&mut self) -> CallSubquery {
        self.depth += 1;
        let call = CallSubquery {
            optional: self.coin(),
            imports: self.opt(|c| {
                let star = c.coin();
                let names = if star { Vec::new() } else { c.list(0, Self::name) };
                Imports { star, names, span: SPAN }
            }),
            query: Box::new(self.query()),
            in_transactions: self.opt(|c| InTransactions {
                rows: c.opt(Self::expr),
                on_error: [OnError::Fail, OnError::Continue, OnError::Break][c.choose(3)],
                status: c.opt(Self::name),
                span: SPAN,
            }),
            span: SPAN,
        };
        self.depth -= 1;
        call
    }

    fn pattern(&mut self) -> Vec<PatternPart> {
        self.list(1, Self::pattern_part)
    }

    fn pattern_part(&mut self) -> PatternPart {
        let selectors = [
            Selector::All,
            Selector::Shortest,
            Selector::AllShortest,
            Selector::Any(2),
            Selector::ShortestPaths(3),
            Selector::ShortestGroups(1),
        ];
        let selector = selectors[self.choose(6)];
        let mode = match selector {
            Selector::Shortest | Selector::AllShortest => PathMode::Unspecified,
            _ => [PathMode::Unspecified, PathMode::Walk, PathMode::Trail, PathMode::Acyclic][self.choose(4)],
        };
        PatternPart {
            variable: self.opt(Self::name),
            selector,
            mode,
            path: PathPattern { predicate: self.opt(Self::expr), ..self.path(0) },
            span: SPAN,
        }
    }

    fn path(&mut self, least: usize) -> PathPattern {
        PathPattern {
            start: self.node(),
            steps: self.list(least, |c| PatternStep { relationship: c.relationship(), node: c.node() }),
            predicate: None,
            span: SPAN,
        }
    }

    fn node(&mut self) -> NodePattern {
        NodePattern {
            variable: self.opt(Self::name),
            labels: self.opt(|c| c.label_expr(0)),
            properties: self.opt(Self::properties),
            predicate: self.opt(Self::expr),
            span: SPAN,
        }
    }

    fn relationship(&mut self) -> RelationshipPattern {
        let length = self.opt(|c| PathLength {
            min: c.opt(|c| c.choose(9) as u64),
            max: c.opt(|c| c.choose(9) as u64),
            span: SPAN,
        });
        if self.depth < 3 && self.choose(8) == 7 {
            self.depth += 1;
            let path = PathPattern { predicate: self.opt(Self::expr), ..self.path(1) };
            self.depth -= 1;
            let length = PathLength {
                min: Some(self.choose(3) as u64),
                max: self.opt(|c| c.choose(9) as u64),
                span: SPAN,
            };
            return RelationshipPattern {
                direction: PatternDirection::Both,
                variable: None,
                types: None,
                properties: None,
                predicate: None,
                length: Some(length),
                repeated: Some(Box::new(path)),
                span: SPAN,
            };
        }
        RelationshipPattern {
            repeated: None,
            direction: [PatternDirection::Both, PatternDirection::Outgoing, PatternDirection::Incoming]
                [self.choose(3)],
            variable: self.opt(Self::name),
            types: self.opt(|c| c.label_expr(0)),
            properties: self.opt(Self::properties),
            predicate: self.opt(Self::expr),
            length,
            span: SPAN,
        }
    }

    fn properties(&mut self) -> Expr {
        let kind = if self.coin() {
            ExprKind::Parameter(Arc::from(self.word()))
        } else {
            ExprKind::Map(self.list(0, |c| (c.name(), c.expr())))
        };
        Expr { kind, span: SPAN }
    }

    fn label_expr(&mut self, depth: usize) -> LabelExpr {
        let kind = match self.choose(if depth < 3 { 7 } else { 2 }) {
            6 => LabelExprKind::Computed { any: self.coin(), names: self.boxed() },
            3 => LabelExprKind::Not(Box::new(self.label_expr(depth + 1))),
            4 => LabelExprKind::And(self.list(2, |c| c.label_expr(depth + 1))),
            5 => LabelExprKind::Or(self.list(2, |c| c.label_expr(depth + 1))),
            1 => LabelExprKind::Any,
            _ => LabelExprKind::Name(self.name()),
        };
        LabelExpr { kind, span: SPAN }
    }

    fn schema_command(&mut self) -> SchemaCommand {
        match self.choose(4) {
            0 => {
                use IndexType::*;
                let kind = [Range, Text, Point, Fulltext, Vector, Lookup][self.choose(6)];
                let entity = self.schema_entity(kind == Lookup);
                SchemaCommand::CreateIndex(CreateIndex {
                    kind,
                    name: self.opt(Self::name),
                    if_not_exists: self.coin(),
                    entity,
                    keys: if kind == Lookup { Vec::new() } else { self.list(1, Self::name) },
                    options: self.opt(Self::expr),
                    span: SPAN,
                })
            }
            1 => {
                let target = if self.coin() {
                    DropTarget::Name(self.name())
                } else {
                    DropTarget::LabelAndKeys { label: self.name(), keys: self.list(1, Self::name) }
                };
                SchemaCommand::DropIndex(DropIndex { target, if_exists: self.coin(), span: SPAN })
            }
            2 => SchemaCommand::DropConstraint(DropConstraint {
                name: self.name(),
                if_exists: self.coin(),
                span: SPAN,
            }),
            _ => {
                let kind = match self.choose(4) {
                    0 => ConstraintKind::Unique,
                    1 => ConstraintKind::NotNull,
                    2 => ConstraintKind::Key,
                    _ => ConstraintKind::Type(RequiredType { of: self.value_type(0), span: SPAN }),
                };
                SchemaCommand::CreateConstraint(CreateConstraint {
                    name: self.opt(Self::name),
                    if_not_exists: self.coin(),
                    entity: self.schema_entity(false),
                    keys: self.list(1, Self::name),
                    kind,
                    options: self.opt(Self::expr),
                    span: SPAN,
                })
            }
        }
    }

    fn schema_entity(&mut self, every: bool) -> SchemaEntity {
        let names = if every { Vec::new() } else { self.list(1, Self::name) };
        SchemaEntity { relationship: self.coin(), names, span: SPAN }
    }

    fn show(&mut self) -> Show {
        use ShowKind::*;
        let kind = [Indexes, Constraints, Functions, Procedures, Databases][self.choose(5)];
        let only = self.show_only(kind);
        let mut yields = self.opt(Self::yields);
        let (mut order_by, mut returns) = (None, None);
        if let Some(yields) = &mut yields {
            yields.predicate = None;
            order_by = self.opt(Self::order_by);
            returns = self.opt(|c| Return { projection: c.projection(), span: SPAN });
        }
        Show { kind, only, yields, order_by, predicate: self.opt(Self::expr), returns, span: SPAN }
    }

    fn show_only(&mut self, kind: ShowKind) -> Option<ShowOnly> {
        use {IndexType::*, ShownConstraint as Constraint};
        if !self.coin() {
            return None;
        }
        match kind {
            ShowKind::Indexes => {
                Some(ShowOnly::Index([Range, Text, Point, Fulltext, Vector, Lookup][self.choose(6)]))
            }
            ShowKind::Constraints => {
                let kinds = [Constraint::Unique, Constraint::Key, Constraint::Existence, Constraint::Type];
                let of = kinds[self.choose(4)];
                Some(ShowOnly::Constraint { of, relationship: self.opt(Self::coin) })
            }
            ShowKind::Functions => Some(ShowOnly::Function { built_in: self.coin() }),
            ShowKind::Procedures | ShowKind::Databases => None,
        }
    }
}
