//! DELETE and DETACH DELETE.

use super::Binder;
use super::bind_expr::expect;
use super::bound_query::BoundClause;
use super::errors::semantic;
use super::types::ENTITY;
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast;

impl Binder<'_> {
    pub(super) fn delete(&mut self, clause: &ast::Delete) -> Result<BoundClause, Error> {
        let mut targets = Vec::with_capacity(clause.targets.len());
        for target in &clause.targets {
            if matches!(target.kind, ast::ExprKind::HasLabels { .. }) {
                return Err(semantic(
                    "InvalidDelete",
                    target.span,
                    "DELETE takes nodes, relationships and paths, and no labels",
                )
                .with_hint("REMOVE takes labels from a node"));
            }
            let target = self.expr(target)?;
            expect(&target, ENTITY | TypeSet::PATH, "a node, a relationship or a path")?;
            targets.push(target.expr);
        }
        Ok(BoundClause::Delete { targets, detach: clause.detach })
    }
}
