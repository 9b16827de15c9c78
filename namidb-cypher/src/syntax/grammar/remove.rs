//! REMOVE.

use crate::syntax::ast::{ExprKind, Remove, RemoveItem, RemoveKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `REMOVE item {, item}`
    #[inline(never)]
    pub(super) fn remove_clause(&mut self) -> Result<Remove> {
        let start = self.start();
        self.expect_keyword(Keyword::Remove)?;
        let items = self.comma_separated(Self::remove_item)?;
        Ok(Remove { items, span: self.span_from(start) })
    }

    /// `entity.key`, `entity[key]` or `variable:Label:Label`
    fn remove_item(&mut self) -> Result<RemoveItem> {
        let start = self.start();
        let kind = if self.nth_is_variable(0) && self.nth_is(1, TokenKind::Colon) {
            let variable = self.variable()?;
            let (labels, computed) = self.labels()?;
            RemoveKind::Labels { variable, labels, computed }
        } else {
            let target = self.property_target()?;
            match target.kind {
                ExprKind::Property { base, key } => RemoveKind::Property { entity: *base, key },
                ExprKind::Index { base, index } => RemoveKind::DynamicProperty { entity: *base, key: *index },
                _ => {
                    let message = "expected a property or a label to remove";
                    return Err(self
                        .syntax_error("UnexpectedSyntax", message, target.span)
                        .with_hint("Nodes and relationships are deleted with DELETE"));
                }
            }
        };
        Ok(RemoveItem { kind, span: self.span_from(start) })
    }
}
