//! Procedures from closures.

use super::{Procedure, ProcedureCall, ProcedureRows, ProcedureSignature};
use namidb_core::Value;
use std::fmt;
use std::sync::Arc;

struct Native<F> {
    signature: ProcedureSignature,
    body: F,
}

impl<F> fmt::Debug for Native<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Native").field(&self.signature.name).finish()
    }
}

impl<F> Procedure for Native<F>
where
    F: Fn(&[Value], &ProcedureCall<'_>) -> ProcedureRows + Send + Sync,
{
    fn signature(&self) -> &ProcedureSignature {
        &self.signature
    }

    fn call(&self, arguments: &[Value], call: &ProcedureCall<'_>) -> ProcedureRows {
        (self.body)(arguments, call)
    }
}

/// A procedure that a closure runs.
///
/// ```
/// use namidb_cypher::functions::TypeSet;
/// use namidb_cypher::functions::procedures::{ProcedureSignature, procedure};
///
/// let signature = ProcedureSignature::new("my.twice", "A number, doubled.")
///     .takes("number", TypeSet::INTEGER)
///     .gives("result", TypeSet::INTEGER);
/// let twice = procedure(signature, |arguments, _| {
///     Ok(vec![vec![arguments[0].as_integer().map(|n| n * 2).into()]])
/// });
/// assert_eq!(twice.signature().to_string(), "my.twice(number :: INTEGER?) :: (result :: INTEGER?)");
/// ```
pub fn procedure(
    signature: ProcedureSignature,
    body: impl Fn(&[Value], &ProcedureCall<'_>) -> ProcedureRows + Send + Sync + 'static,
) -> Arc<dyn Procedure> {
    Arc::new(Native { signature, body })
}
