//! LOAD CSV and LOAD PARQUET.

use crate::syntax::ast::{Load, LoadFormat};
use crate::syntax::parser::{Parser, Result};
use crate::syntax::token::Keyword;

impl Parser<'_> {
    /// `LOAD (CSV [WITH HEADERS] | PARQUET) FROM location AS variable [FIELDTERMINATOR text]`
    #[inline(never)]
    pub(super) fn load(&mut self) -> Result<Load> {
        let start = self.start();
        self.expect_keyword(Keyword::Load)?;
        let csv = !self.eat_word("PARQUET");
        if csv {
            self.expect_keyword(Keyword::Csv)?;
        }
        let with_headers = csv && self.eat_keyword(Keyword::With);
        if with_headers {
            self.expect_keyword(Keyword::Headers)?;
        }
        self.expect_keyword(Keyword::From)?;
        let location = self.expr()?;
        self.expect_keyword(Keyword::As)?;
        let variable = self.variable()?;
        let format = if csv {
            let field_terminator =
                if self.eat_keyword(Keyword::FieldTerminator) { Some(self.expr()?) } else { None };
            LoadFormat::Csv { with_headers, field_terminator }
        } else {
            LoadFormat::Parquet
        };
        Ok(Load { format, location, variable, span: self.span_from(start) })
    }
}
