//! MERGE.

use crate::syntax::ast::{Merge, MergeAction};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `MERGE part {ON (CREATE | MATCH) SET ..}`
    #[inline(never)]
    pub(super) fn merge_clause(&mut self) -> Result<Merge> {
        let start = self.start();
        self.expect_keyword(Keyword::Merge)?;
        let pattern = self.pattern_part()?;
        let mut actions = Vec::new();
        while self.at_keyword(Keyword::On) {
            actions.push(self.merge_action()?);
        }
        Ok(Merge { pattern, actions, span: self.span_from(start) })
    }

    fn merge_action(&mut self) -> Result<MergeAction> {
        let start = self.start();
        self.expect_keyword(Keyword::On)?;
        let on_create = self.eat_keyword(Keyword::Create);
        if !on_create && !self.eat_keyword(Keyword::Match) {
            return Err(self.unexpected("CREATE or MATCH"));
        }
        self.expect_keyword(Keyword::Set)?;
        let items = self.comma_separated(Self::set_item)?;
        Ok(MergeAction { on_create, items, span: self.span_from(start) })
    }
}
