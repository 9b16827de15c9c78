//! Parameters of a query: names and values, bound when it runs and never spliced into its text.

use crate::Error;
use crate::binder::closest;
use crate::syntax::{Span, parameter_span};
use namidb_core::value::Map;
use namidb_core::{ErrorCode, Value};
use std::sync::Arc;

/// The parameters of one execution. Clones share them.
///
/// ```
/// use namidb_cypher::{Params, params};
///
/// let given: Params = params! { "min" => 18, "name" => "Alice", "tags" => ["a", "b"] };
/// assert_eq!(given.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: Arc<Map>,
}

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params::default()
    }

    /// Sets a parameter, without the `$`.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl Into<Value>) -> &mut Params {
        Arc::make_mut(&mut self.values).insert(Arc::from(name.as_ref()), value.into());
        self
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Checks that the parameters of a text are all among these, before anything runs.
    ///
    /// # Errors
    /// [`ErrorCode::MissingParameter`] with the place of the first one that is not, and the name that was probably meant.
    pub fn check(&self, needed: &[Arc<str>], text: &str) -> Result<(), Error> {
        let Some(name) = needed.iter().find(|name| self.get(name).is_none()) else { return Ok(()) };
        let message = format!("the parameter ${name} was not given");
        let code = ErrorCode::MissingParameter;
        let mut error = Error::compile_time(code, "ParameterMissing", "MissingParameter", message)
            .with_span(parameter_span(text, name).unwrap_or(Span { start: 0, end: 0 }));
        let unused =
            self.iter().map(|(given, _)| given).filter(|given| !needed.iter().any(|n| **n == **given));
        if self.get(&format!("${name}")).is_some() {
            error = error.with_hint("Parameters are given under their names without the dollar sign");
        } else if let Some(near) = closest(name, unused) {
            error = error.with_hint(format!("Did you mean {near}?"));
        }
        Err(error)
    }

    /// The parameters in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl From<Arc<Map>> for Params {
    fn from(values: Arc<Map>) -> Params {
        Params { values }
    }
}

impl From<()> for Params {
    fn from((): ()) -> Params {
        Params::new()
    }
}

impl<K: AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Params {
        let entries = entries.into_iter().map(|(name, value)| (Arc::from(name.as_ref()), value.into()));
        Params { values: Arc::new(Map::from_entries(entries.collect())) }
    }
}

impl<K: AsRef<str>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Params {
    fn from(entries: [(K, V); N]) -> Params {
        entries.into_iter().collect()
    }
}

/// Parameters from names and values: `params! { "min" => 18, "rows" => rows }`.
#[macro_export]
macro_rules! params {
    ($($name:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "without entries nothing is set")]
        let mut params = $crate::Params::new();
        $(params.set($name, $value);)*
        params
    }};
}
