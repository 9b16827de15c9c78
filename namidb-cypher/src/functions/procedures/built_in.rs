//! The procedures that every database has, one definition each.

use super::{Field, Procedure, ProcedureCall, ProcedureRows, ProcedureSignature, procedure};
use crate::functions::TypeSet;
use namidb_core::Value;
use std::sync::Arc;

/// A procedure that every database has.
#[derive(Debug)]
pub struct BuiltIn {
    /// The name with its namespace: `db.labels`.
    pub name: &'static str,
    /// What it gives, in a sentence.
    pub doc: &'static str,
    /// A query that calls it on the [graph of examples](crate::functions::EXAMPLE_GRAPH) and gives one value.
    pub example: &'static str,
    /// The value that the example gives.
    pub answer: &'static str,
    /// What it takes and gives.
    pub fields: Fields,
    /// Gives its rows.
    pub body: fn(&[Value], &ProcedureCall<'_>) -> ProcedureRows,
}

/// What a procedure takes and gives: names with their types.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    takes: &'static [(&'static str, TypeSet)],
    required: usize,
    gives: &'static [(&'static str, TypeSet)],
}

impl Fields {
    /// Takes nothing and gives these.
    pub const fn gives(gives: &'static [(&'static str, TypeSet)]) -> Fields {
        Fields { takes: &[], required: 0, gives }
    }

    /// The same, and takes these.
    #[must_use]
    pub const fn takes(mut self, takes: &'static [(&'static str, TypeSet)]) -> Fields {
        self.takes = takes;
        self.required = takes.len();
        self
    }

    /// The same with only the first `required` arguments needed.
    #[must_use]
    pub const fn required(mut self, required: usize) -> Fields {
        self.required = required;
        self
    }
}

impl BuiltIn {
    /// Its signature.
    pub fn signature(&self) -> ProcedureSignature {
        let fields = |fields: &[(&str, TypeSet)]| {
            let field = |(name, types): &(&str, TypeSet)| Field {
                name: Arc::from(*name),
                types: *types,
                nullable: true,
            };
            fields.iter().map(field).collect::<Vec<Field>>()
        };
        ProcedureSignature {
            name: Arc::from(self.name),
            doc: Arc::from(self.doc),
            inputs: fields(self.fields.takes),
            optional: self.fields.takes.len() - self.fields.required,
            outputs: fields(self.fields.gives),
        }
    }

    /// What CALL runs.
    pub(super) fn procedure(&self) -> Arc<dyn Procedure> {
        procedure(self.signature(), self.body)
    }
}
