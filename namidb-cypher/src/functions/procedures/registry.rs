//! Every procedure by name.

use super::{Procedure, db, dbms};
use crate::error::Error;
use namidb_core::ErrorCode;
use namidb_core::hash::HashMap;
use std::sync::{Arc, LazyLock};

/// The procedures that every database has.
static BUILT_IN: LazyLock<HashMap<String, Arc<dyn Procedure>>> = LazyLock::new(|| {
    let all = [
        db::labels::labels(),
        db::relationship_types::relationship_types(),
        db::property_keys::property_keys(),
        db::ping::ping(),
        dbms::components::components(),
    ];
    all.into_iter().map(|procedure| (procedure.signature().name.to_lowercase(), procedure)).collect()
});

/// The procedures that statements may call: the built-in ones, and those that a program has added. Names are looked up
/// in lower case.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    added: Arc<HashMap<String, Arc<dyn Procedure>>>,
}

impl Procedures {
    /// The built-in ones.
    pub fn new() -> Procedures {
        Procedures::default()
    }

    /// Adds a procedure; one of the same name that was added before goes.
    ///
    /// # Errors
    /// [`ErrorCode::Argument`] if its name is empty or that of a built-in procedure.
    pub fn add(&mut self, procedure: Arc<dyn Procedure>) -> Result<(), Error> {
        let name = procedure.signature().name.to_lowercase();
        if name.is_empty() || BUILT_IN.contains_key(&name) {
            return Err(Error::runtime(
                ErrorCode::Argument,
                "ArgumentError",
                "InvalidArgumentValue",
                format!("a procedure cannot be called {:?}", procedure.signature().name),
            )
            .with_hint("Choose a name with a namespace of your own, such as my.procedure"));
        }
        Arc::make_mut(&mut self.added).insert(name, procedure);
        Ok(())
    }

    /// A procedure by name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Procedure>> {
        let name = name.to_lowercase();
        self.added.get(&name).or_else(|| BUILT_IN.get(&name))
    }

    /// All of them, in the order of their names.
    pub fn all(&self) -> Vec<&Arc<dyn Procedure>> {
        let mut all: Vec<_> = BUILT_IN.values().chain(self.added.values()).collect();
        all.sort_by(|a, b| a.signature().name.cmp(&b.signature().name));
        all
    }
}
