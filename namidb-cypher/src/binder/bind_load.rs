//! LOAD CSV and LOAD PARQUET, and the functions about the last line that was loaded.

use super::bind_expr::expect;
use super::bound::{Expr, ExprKind};
use super::bound_query::{BoundClause, Load, LoadFormat};
use super::errors::semantic;
use super::types::Type;
use super::{Binder, Typed};
use crate::Error;
use crate::functions::TypeSet;
use crate::syntax::ast;
use crate::syntax::span::Span;
use std::sync::Arc;

/// The names of what no text can name: it is visible as long as what LOAD itself has named.
const LINE: &str = "  linenumber";
const FILE: &str = "  file";

impl Binder<'_> {
    pub(super) fn load(&mut self, clause: &ast::Load) -> Result<BoundClause, Error> {
        let location = self.without_aggregates(|b| b.expr(&clause.location))?;
        expect(&location, TypeSet::STRING, "the location of a file as text")?;
        let (format, row) = match &clause.format {
            ast::LoadFormat::Parquet => (LoadFormat::Parquet, Type::of(TypeSet::MAP)),
            ast::LoadFormat::Csv { with_headers, field_terminator } => {
                let field_terminator = match field_terminator {
                    Some(text) => {
                        let text = self.without_aggregates(|b| b.expr(text))?;
                        expect(&text, TypeSet::STRING, "a character as text")?;
                        Some(text.expr)
                    }
                    None => None,
                };
                let with_headers = *with_headers;
                let row = if with_headers { Type::of(TypeSet::MAP) } else { Type::list(TypeSet::STRING) };
                (LoadFormat::Csv { with_headers, field_terminator }, row)
            }
        };
        self.must_be_new(&clause.variable)?;
        let variable = self.value_variable(&clause.variable.text, row);
        self.scope.insert(&clause.variable.text, variable);
        let line = self.value_variable(&Arc::from(LINE), Type::of(TypeSet::INTEGER));
        self.scope.insert(&Arc::from(LINE), line);
        let file = self.value_variable(&Arc::from(FILE), Type::of(TypeSet::STRING));
        self.scope.insert(&Arc::from(FILE), file);
        let load = Load { format, location: location.expr, variable, line, file, span: clause.span };
        Ok(BoundClause::Load(Box::new(load)))
    }

    /// `linenumber()` and `file()`: of the LOAD before, as long as no WITH has come between.
    pub(super) fn of_loaded_line(
        &self,
        call: &ast::FunctionCall,
        span: Span,
    ) -> Option<Result<Typed, Error>> {
        let (hidden, of) = match call.name.text.to_ascii_lowercase().as_str() {
            "linenumber" => (LINE, TypeSet::INTEGER),
            "file" => (FILE, TypeSet::STRING),
            _ => return None,
        };
        if !call.arguments.is_empty() || call.distinct {
            let message = format!("{} takes no arguments", call.name.text);
            return Some(Err(semantic("InvalidNumberOfArguments", span, message)));
        }
        Some(match self.scope.get(hidden) {
            Some(variable) => {
                let expr = Expr { kind: ExprKind::Variable(variable), span };
                Ok(Typed { expr, kind: Type::of(of) })
            }
            None => {
                let message =
                    format!("{}() tells of a line that LOAD has read, and none is here", call.name.text);
                Err(semantic("UndefinedVariable", span, message)
                    .with_hint("Between LOAD and this no WITH may stand; carry the value on with WITH .. AS"))
            }
        })
    }
}
