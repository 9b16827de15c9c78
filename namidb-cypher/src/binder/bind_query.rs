//! Queries: clauses in their order, and UNION.

use super::Binder;
use super::bind_create::Creation;
use super::bound::{Expr, ExprKind, VarId, Variable, VariableKind};
use super::bound_query::{BoundClause, BoundProjection, BoundQuery, SingleQuery, UnionBranch};
use super::errors::semantic;
use super::scope::Scope;
use crate::Error;
use crate::syntax::ast::{self, Clause};
use crate::syntax::span::Span;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// The most clauses and pattern elements of one statement: a plan is about as deep, and walks over it recurse.
const STATEMENT_SIZE_MAX: usize = 1_000;

impl Binder<'_> {
    /// A query in the scope that is visible; the scope is the same after it.
    pub(super) fn query(&mut self, query: &ast::Query) -> Result<BoundQuery, Error> {
        let scope = self.scope.clone();
        self.query_from(query, |_| scope.clone())
    }

    /// A query whose parts begin with the scopes that `start` gives.
    pub(super) fn query_from(
        &mut self,
        query: &ast::Query,
        start: impl Fn(&ast::SingleQuery) -> Scope,
    ) -> Result<BoundQuery, Error> {
        let before = std::mem::replace(&mut self.scope, start(&query.first));
        let first = self.single(&query.first)?;
        let mut columns = first.columns.clone();
        let mut rest = Vec::with_capacity(query.unions.len());
        for union in &query.unions {
            self.scope = start(&union.query);
            let branch = self.single(&union.query)?;
            let joined = self.union_columns(&columns, &branch.columns, union.span)?;
            columns = columns.iter().zip(&joined).map(|((n, _), (v, _, _))| (Arc::clone(n), *v)).collect();
            rest.push(UnionBranch { query: branch, all: union.all, columns: joined });
        }
        self.scope = before;
        Ok(BoundQuery { first, rest, columns })
    }

    fn union_columns(
        &mut self,
        left: &[(Arc<str>, VarId)],
        right: &[(Arc<str>, VarId)],
        span: Span,
    ) -> Result<Vec<(VarId, VarId, VarId)>, Error> {
        let mut joined = Vec::with_capacity(left.len());
        for (name, l) in left {
            let Some((_, r)) = right.iter().find(|(n, _)| n == name) else { break };
            let kind = match (self.kind_of(*l), self.kind_of(*r)) {
                (a, b) if a == b => a,
                _ => VariableKind::Value,
            };
            let of = self.type_of(*l).union(self.type_of(*r));
            let column = self.variables.add(Variable { name: Arc::clone(name), kind });
            self.types.insert(column, of);
            joined.push((column, *l, *r));
        }
        if joined.len() != left.len() || left.len() != right.len() {
            return Err(semantic(
                "DifferentColumnsInUnion",
                span,
                "both sides of UNION must return columns of the same names",
            ));
        }
        Ok(joined)
    }

    fn single(&mut self, query: &ast::SingleQuery) -> Result<SingleQuery, Error> {
        self.clauses(&query.clauses, query.span)
    }

    /// Clauses that follow each other, in the scope that is visible.
    pub(super) fn clauses(&mut self, clauses: &[Clause], span: Span) -> Result<SingleQuery, Error> {
        let mut bound = SingleQuery::default();
        let mut creation: Option<Creation> = None;
        for clause in clauses {
            self.grow(1, clause.span())?;
            if let Clause::Create(create) = clause {
                let mut growing = creation.take().unwrap_or_default();
                let patterns = growing.patterns.len();
                self.create(create, &mut growing)?;
                self.grow(growing.patterns.len() - patterns, create.span)?;
                if growing.paths.is_empty() {
                    creation = Some(growing);
                } else {
                    bound.clauses.push(created(growing));
                }
                continue;
            }
            bound.clauses.extend(creation.take().map(created));
            let next = match clause {
                Clause::Match(clause) => self.match_(clause)?,
                Clause::Unwind(clause) => self.unwind(clause)?,
                Clause::With(with) => {
                    let predicate = with.predicate.as_ref();
                    let (projection, _) = self.projection(&with.projection, predicate, true)?;
                    BoundClause::Project(Box::new(projection))
                }
                Clause::Return(clause) => {
                    let (projection, columns) = self.projection(&clause.projection, None, false)?;
                    bound.columns = columns;
                    BoundClause::Project(Box::new(projection))
                }
                Clause::Create(_) => continue,
                Clause::Merge(clause) => self.merge(clause)?,
                Clause::Set(clause) => self.set(clause)?,
                Clause::Remove(clause) => self.remove(clause)?,
                Clause::Delete(clause) => self.delete(clause)?,
                Clause::CallSubquery(clause) => self.call_subquery(clause)?,
                Clause::CallProcedure(clause) => {
                    let (call, columns) = self.call_procedure(clause, clauses.len() == 1)?;
                    bound.columns = columns;
                    call
                }
                Clause::Foreach(clause) => self.foreach(clause)?,
                Clause::Load(clause) => self.load(clause)?,
                Clause::Let(clause) => self.let_(clause)?,
                Clause::Filter(clause) => self.filter(clause)?,
                Clause::OrderBy(clause) => self.order_by(clause)?,
                Clause::Finish(clause) => finish(clause),
            };
            if let BoundClause::Match(clause) = &next {
                let pattern = &clause.pattern;
                self.grow(pattern.nodes.len() + pattern.relationships.len(), span)?;
            }
            if let BoundClause::Merge(clause) = &next {
                let pattern = &clause.pattern;
                self.grow(pattern.nodes.len() + pattern.relationships.len(), span)?;
            }
            bound.clauses.push(next);
        }
        bound.clauses.extend(creation.map(created));
        Ok(bound)
    }

    /// Counts what makes a plan deeper.
    pub(super) fn grow(&mut self, by: usize, span: Span) -> Result<(), Error> {
        self.size += by;
        if self.size <= STATEMENT_SIZE_MAX {
            return Ok(());
        }
        Err(Error::compile_time(
            ErrorCode::QueryTooComplex,
            "SyntaxError",
            "QueryTooComplex",
            format!("the statement has more than {STATEMENT_SIZE_MAX} clauses and pattern elements"),
        )
        .with_span(span)
        .with_hint("Split it, or send its data as a parameter and UNWIND it"))
    }
}

/// The rows end here: nothing is returned.
fn finish(clause: &ast::Finish) -> BoundClause {
    let nothing = Expr { kind: ExprKind::Literal(Value::Integer(0)), span: clause.span };
    BoundClause::Project(Box::new(BoundProjection { limit: Some(nothing), ..BoundProjection::default() }))
}

fn created(creation: Creation) -> BoundClause {
    BoundClause::Create { patterns: creation.patterns, paths: creation.paths }
}
