//! FOREACH.

use crate::syntax::ast::Foreach;
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::{Keyword, TokenKind};

impl Parser<'_> {
    /// `FOREACH (variable IN list | clause {clause})`
    #[inline(never)]
    pub(super) fn foreach_clause(&mut self) -> Result<Foreach> {
        let start = self.start();
        self.expect_keyword(Keyword::Foreach)?;
        self.nested(|p| {
            p.expect(TokenKind::LeftParen)?;
            let variable = p.variable()?;
            p.expect_keyword(Keyword::In)?;
            let list = p.until_pipe(Self::expr)?;
            p.expect(TokenKind::Pipe)?;
            let mut clauses = Vec::new();
            while let Some(clause) = p.opt_clause()? {
                if !clause.is_updating() {
                    let message = format!("{} cannot stand in FOREACH", clause.keyword());
                    return Err(p
                        .syntax_error("InvalidClauseComposition", message, clause.span())
                        .with_hint(
                            "FOREACH takes clauses that write: CREATE, MERGE, SET, REMOVE, DELETE, FOREACH",
                        ));
                }
                clauses.push(clause);
            }
            if clauses.is_empty() {
                return Err(p.unexpected("a clause that writes"));
            }
            p.expect(TokenKind::RightParen)?;
            Ok(Foreach { variable, list, clauses, span: p.span_from(start) })
        })
    }
}
