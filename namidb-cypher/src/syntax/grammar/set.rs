//! SET.

use crate::syntax::ast::{ExprKind, Name, Set, SetItem, SetKind};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `SET item {, item}`
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
        let kind = if self.nth_is_variable(0)
            && !matches!(self.nth(1).kind, TokenKind::Dot | TokenKind::LeftBracket)
        {
            self.set_variable()?
        } else {
            self.set_property()?
        };
        Ok(SetItem { kind, span: self.span_from(start) })
    }

    fn set_variable(&mut self) -> Result<SetKind> {
        // A function's result can have a property set, and nothing else.
        if self.nth_is(1, TokenKind::LeftParen) {
            return self.set_property();
        }
        let variable = self.variable()?;
        match self.kind() {
            TokenKind::Equal => {
                self.bump();
                Ok(SetKind::Replace { variable, value: self.expr()? })
            }
            TokenKind::PlusEqual => {
                self.bump();
                Ok(SetKind::Merge { variable, value: self.expr()? })
            }
            TokenKind::Colon => Ok(SetKind::Labels { variable, labels: self.labels()? }),
            _ => Err(self.unexpected("'.', '=', '+=' or ':'")),
        }
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
            _ => {
                let message = "expected a property or a variable to set";
                Err(self.syntax_error("UnexpectedSyntax", message, target.span))
            }
        }
    }

    /// `:Label {:Label}`
    pub(super) fn labels(&mut self) -> Result<Vec<Name>> {
        let mut labels = Vec::new();
        self.expect(TokenKind::Colon)?;
        labels.push(self.name("a label")?);
        while self.eat(TokenKind::Colon) {
            labels.push(self.name("a label")?);
        }
        Ok(labels)
    }
}
