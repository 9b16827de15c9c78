//! Parameters of a query: names and values, bound when it runs and never spliced into its text.

use namidb_core::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The parameters of one execution.
///
/// ```
/// use namidb_cypher::{Params, params};
///
/// let given: Params = params! { "min" => 18, "name" => "Alice", "tags" => ["a", "b"] };
/// assert_eq!(given.len(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: BTreeMap<Arc<str>, Value>,
}

impl Params {
    /// No parameters.
    pub fn new() -> Params {
        Params::default()
    }

    /// Sets a parameter, without the `$`.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl Into<Value>) -> &mut Params {
        self.values.insert(Arc::from(name.as_ref()), value.into());
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

    /// The parameters in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl From<()> for Params {
    fn from((): ()) -> Params {
        Params::new()
    }
}

impl<K: AsRef<str>, V: Into<Value>> FromIterator<(K, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Params {
        let mut params = Params::new();
        for (name, value) in entries {
            params.set(name, value);
        }
        params
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
