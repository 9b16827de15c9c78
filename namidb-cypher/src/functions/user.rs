//! Functions that a program adds.

use super::TypeSet;
use super::procedures::{Field, ProcedureCall};
use crate::error::Error;
use crate::syntax::span::Span;
use namidb_core::{ErrorCode, Value};
use std::fmt;
use std::sync::Arc;

/// What a function gives. Any error may come out of one; it becomes a procedure error that names the function.
pub type FunctionResult = Result<Value, Box<dyn std::error::Error + Send + Sync>>;

/// The name of a function, what it takes and what it gives.
#[derive(Clone, Debug)]
pub struct FunctionSignature {
    /// The name with its namespace: `my.function`.
    pub name: Arc<str>,
    /// What it gives, in a sentence.
    pub doc: Arc<str>,
    /// What it takes, all of it.
    pub inputs: Vec<Field>,
    /// What it may give.
    pub returns: TypeSet,
    /// Whether equal arguments give equal results, so that it need not be called for each row.
    pub deterministic: bool,
}

impl FunctionSignature {
    /// The signature of a function without arguments that may give anything, and not always the same.
    pub fn new(name: &str, doc: &str) -> FunctionSignature {
        FunctionSignature {
            name: Arc::from(name),
            doc: Arc::from(doc),
            inputs: Vec::new(),
            returns: TypeSet::ANY,
            deterministic: false,
        }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn takes(mut self, name: &str, types: TypeSet) -> FunctionSignature {
        self.inputs.push(Field { name: Arc::from(name), types, nullable: true });
        self
    }

    /// The same with what it gives.
    #[must_use]
    pub fn gives(mut self, returns: TypeSet) -> FunctionSignature {
        self.returns = returns;
        self
    }

    /// The same for a function that gives the same for the same arguments.
    #[must_use]
    pub fn deterministic(mut self) -> FunctionSignature {
        self.deterministic = true;
        self
    }
}

/// As SHOW FUNCTIONS shows it: `my.twice(number :: INTEGER?) :: INTEGER`.
impl fmt::Display for FunctionSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<String> = self.inputs.iter().map(Field::to_string).collect();
        write!(f, "{}({}) :: {}", self.name, inputs.join(", "), self.returns.describe())
    }
}

/// A function of a row's values that a program adds.
pub trait UserFunction: fmt::Debug + Send + Sync {
    /// Its name, what it takes and what it gives.
    fn signature(&self) -> &FunctionSignature;

    /// What it gives for some arguments, which are as many and of such types as the signature says; any of them may be null.
    /// It is called on any thread, and again for the same row if a transaction is tried again.
    ///
    /// # Errors
    /// Whatever keeps it from giving its value.
    fn call(&self, arguments: &[Value], call: &ProcedureCall<'_>) -> FunctionResult;
}

struct Native<F> {
    signature: FunctionSignature,
    body: F,
}

impl<F> fmt::Debug for Native<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Native").field(&self.signature.name).finish()
    }
}

impl<F> UserFunction for Native<F>
where
    F: Fn(&[Value], &ProcedureCall<'_>) -> FunctionResult + Send + Sync,
{
    fn signature(&self) -> &FunctionSignature {
        &self.signature
    }

    fn call(&self, arguments: &[Value], call: &ProcedureCall<'_>) -> FunctionResult {
        (self.body)(arguments, call)
    }
}

/// A function that a closure computes.
///
/// ```
/// use namidb_cypher::functions::{FunctionSignature, TypeSet, function};
///
/// let signature = FunctionSignature::new("my.twice", "A number, doubled.")
///     .takes("number", TypeSet::INTEGER)
///     .gives(TypeSet::INTEGER)
///     .deterministic();
/// let twice = function(signature, |arguments, _| Ok(arguments[0].as_integer().map(|n| n * 2).into()));
/// assert_eq!(twice.signature().to_string(), "my.twice(number :: INTEGER?) :: INTEGER");
/// ```
pub fn function(
    signature: FunctionSignature,
    body: impl Fn(&[Value], &ProcedureCall<'_>) -> FunctionResult + Send + Sync + 'static,
) -> Arc<dyn UserFunction> {
    Arc::new(Native { signature, body })
}

/// Calls a function of a program, and looks that it takes and gives what it says.
pub(crate) fn call(
    function: &dyn UserFunction,
    mut arguments: Vec<Value>,
    call: &ProcedureCall<'_>,
    span: Span,
) -> Result<Value, Error> {
    let signature = function.signature();
    let wrong = |message: String| {
        Error::runtime(ErrorCode::Type, "TypeError", "InvalidArgumentType", message).with_span(span)
    };
    for (argument, field) in arguments.iter_mut().zip(&signature.inputs) {
        let found = argument.type_name();
        *argument = field
            .argument(std::mem::take(argument))
            .ok_or_else(|| wrong(format!("{}() takes {field}, not {found}", signature.name)))?;
    }
    let value = function.call(&arguments, call).map_err(|error| match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(other) => {
            let message = format!("the function {} failed: {other}", signature.name);
            Error::runtime(ErrorCode::Procedure, "ProcedureError", "FunctionCallFailed", message)
                .with_span(span)
        }
    })?;
    if value.is_null() || signature.returns.contains(TypeSet::of(&value)) {
        return Ok(value);
    }
    let (name, wanted, found) = (&signature.name, signature.returns.describe(), value.type_name());
    Err(wrong(format!("the function {name} says that it gives {wanted}, and gave {found}")))
}
