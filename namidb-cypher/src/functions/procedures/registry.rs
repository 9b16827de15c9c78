//! Every procedure by name.

use super::{BuiltIn, Procedure, db, dbms};
use crate::error::Error;
use crate::functions::{self, UserFunction};
use namidb_core::ErrorCode;
use namidb_core::hash::HashMap;
use std::sync::{Arc, LazyLock};

/// What the grammar or the binder takes for something else.
const RESERVED: [&str; 9] =
    ["all", "any", "none", "single", "reduce", "linenumber", "file", "shortestpath", "allshortestpaths"];

/// The procedures that every database has.
static BUILT_IN: LazyLock<HashMap<String, Arc<dyn Procedure>>> = LazyLock::new(|| {
    built_in().map(|built_in| (built_in.name.to_lowercase(), built_in.procedure())).collect()
});

/// What statements may call beside the built-in functions: the built-in procedures, and the procedures and functions that a
/// program has added. Names are looked up in lower case.
#[derive(Clone, Debug, Default)]
pub struct Callables {
    procedures: Arc<HashMap<String, Arc<dyn Procedure>>>,
    functions: Arc<HashMap<String, Arc<dyn UserFunction>>>,
}

impl Callables {
    /// The built-in ones.
    pub fn new() -> Callables {
        Callables::default()
    }

    /// Adds a procedure; one of the same name that was added before goes.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`] if its name is empty or that of a built-in procedure.
    pub fn add(&mut self, procedure: Arc<dyn Procedure>) -> Result<(), Error> {
        let name = procedure.signature().name.to_lowercase();
        if name.is_empty() || BUILT_IN.contains_key(&name) {
            return Err(taken("procedure", &procedure.signature().name));
        }
        Arc::make_mut(&mut self.procedures).insert(name, procedure);
        Ok(())
    }

    /// Adds a function; one of the same name that was added before goes.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`] if its name is empty or that of a built-in function.
    pub fn add_function(&mut self, function: Arc<dyn UserFunction>) -> Result<(), Error> {
        let name = function.signature().name.to_lowercase();
        let built_in = functions::lookup(&name).is_some() || functions::aggregate(&name).is_some();
        if name.is_empty() || built_in || RESERVED.contains(&&*name) {
            return Err(taken("function", &function.signature().name));
        }
        Arc::make_mut(&mut self.functions).insert(name, function);
        Ok(())
    }

    /// A procedure by name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Procedure>> {
        let name = name.to_lowercase();
        self.procedures.get(&name).or_else(|| BUILT_IN.get(&name))
    }

    /// A function that was added, by name.
    pub fn function(&self, name: &str) -> Option<&Arc<dyn UserFunction>> {
        if self.functions.is_empty() { None } else { self.functions.get(&name.to_lowercase()) }
    }

    /// All procedures, in the order of their names.
    pub fn all(&self) -> Vec<&Arc<dyn Procedure>> {
        let mut all: Vec<_> = BUILT_IN.values().chain(self.procedures.values()).collect();
        all.sort_by(|a, b| a.signature().name.cmp(&b.signature().name));
        all
    }

    /// The functions that were added, in the order of their names.
    pub fn functions(&self) -> Vec<&Arc<dyn UserFunction>> {
        let mut all: Vec<_> = self.functions.values().collect();
        all.sort_by(|a, b| a.signature().name.cmp(&b.signature().name));
        all
    }
}

/// The procedures that every database has.
pub fn built_in() -> impl Iterator<Item = &'static BuiltIn> {
    db::PROCEDURES.iter().chain(dbms::PROCEDURES)
}

fn taken(what: &str, name: &str) -> Error {
    Error::runtime(
        ErrorCode::Argument,
        "ArgumentError",
        "InvalidArgumentValue",
        format!("a {what} cannot be called {name:?}"),
    )
    .with_hint(format!("Choose a name with a namespace of your own, such as my.{what}"))
}
