//! LOAD CSV and LOAD PARQUET.

use super::{Expr, Name};
use crate::syntax::span::Span;

/// `LOAD CSV [WITH HEADERS] FROM location AS variable [FIELDTERMINATOR text]`, `LOAD PARQUET FROM location AS variable`.
#[derive(Clone, Debug)]
pub struct Load {
    /// What the file is.
    pub format: LoadFormat,
    /// Where it is.
    pub location: Expr,
    /// Holds one line or row.
    pub variable: Name,
    /// The clause.
    pub span: Span,
}

/// What a file is that is loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum LoadFormat {
    /// Lines of text in fields.
    Csv {
        /// Whether rows are maps by the first line's names, instead of lists.
        with_headers: bool,
        /// What stands between fields.
        field_terminator: Option<Expr>,
    },
    /// Apache Parquet; rows are maps.
    Parquet,
}

equal_but_for_spans! {
    Load { format, location, variable }
}
