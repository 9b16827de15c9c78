//! SET.

use crate::syntax::ast::{ExprKind, Set, SetItem, SetKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `SET item {, item}`
    #[inline(never)]
    pub(super) fn set_clause(&mut self) -> Result<Set> {
        let start = self.start();
        self.expect_keyword(Keyword::Set)?;
        let items = self.comma_separated(Self::set_item)?;
        Ok(Set { items, span: self.span_from(start) })
    }

    /// `entity.key = value`, `entity[key] = value`, `variable = value`, `variable += value` or
    /// `variable:Label:Label`
    pub(super) fn set_item(&mut self) -> Result<SetItem> {
        let start = self.start();
        let after = self.nth(1).kind;
        let whole = matches!(after, TokenKind::Equal | TokenKind::PlusEqual | TokenKind::Colon);
        let kind = if whole && self.nth_is_variable(0) { self.set_variable()? } else { self.set_property()? };
        Ok(SetItem { kind, span: self.span_from(start) })
    }

    fn set_variable(&mut self) -> Result<SetKind> {
        let variable = self.variable()?;
        if self.eat(TokenKind::Equal) {
            return Ok(SetKind::Replace { variable, value: self.expr()? });
        }
        if self.eat(TokenKind::PlusEqual) {
            return Ok(SetKind::Merge { variable, value: self.expr()? });
        }
        let (labels, computed) = self.labels()?;
        Ok(SetKind::Labels { variable, labels, computed })
    }

    fn set_property(&mut self) -> Result<SetKind> {
        let target = self.property_target()?;
        match target.kind {
            ExprKind::Property { base, key } => {
                self.expect(TokenKind::Equal)?;
                Ok(SetKind::Property { entity: *base, key, value: self.expr()? })
            }
            ExprKind::Index { base, index } => {
                self.expect(TokenKind::Equal)?;
                Ok(SetKind::DynamicProperty { entity: *base, key: *index, value: self.expr()? })
            }
            ExprKind::Variable(_) => Err(self.unexpected("'.', '=', '+=' or ':'")),
            _ => {
                let message = "expected a property or a variable to set";
                Err(self.syntax_error("UnexpectedSyntax", message, target.span))
            }
        }
    }
}
