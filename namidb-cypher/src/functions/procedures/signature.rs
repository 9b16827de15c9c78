//! What a procedure is called, takes and gives.

use crate::functions::TypeSet;
use namidb_core::Value;
use std::fmt;
use std::sync::Arc;

/// The name of a procedure, what it takes and what it gives.
#[derive(Clone, Debug)]
pub struct ProcedureSignature {
    /// The name with its namespace: `db.labels`.
    pub name: Arc<str>,
    /// What it gives, in a sentence.
    pub doc: Arc<str>,
    /// What it takes. A call without arguments takes the parameters of these names.
    pub inputs: Vec<Field>,
    /// How many of them may be left out, from the end; they are null then.
    pub optional: usize,
    /// What each of its rows holds. One that gives nothing leaves the rows of its caller as they are.
    pub outputs: Vec<Field>,
}

/// An argument or a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// What it may be.
    pub types: TypeSet,
    /// Whether it may be null.
    pub nullable: bool,
}

impl ProcedureSignature {
    /// A signature without arguments and results.
    pub fn new(name: &str, doc: &str) -> ProcedureSignature {
        ProcedureSignature {
            name: Arc::from(name),
            doc: Arc::from(doc),
            inputs: Vec::new(),
            optional: 0,
            outputs: Vec::new(),
        }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn takes(mut self, name: &str, types: TypeSet) -> ProcedureSignature {
        self.inputs.push(Field { name: Arc::from(name), types, nullable: true });
        self
    }

    /// The same with one more argument that may be left out. After it comes none that may not.
    #[must_use]
    pub fn takes_optional(self, name: &str, types: TypeSet) -> ProcedureSignature {
        let mut signature = self.takes(name, types);
        signature.optional += 1;
        signature
    }

    /// The same with one more result.
    #[must_use]
    pub fn gives(mut self, name: &str, types: TypeSet) -> ProcedureSignature {
        self.outputs.push(Field { name: Arc::from(name), types, nullable: true });
        self
    }
}

impl Field {
    /// A field by its name and the text of its type: `INTEGER?`, `LIST? OF STRING?`; with a question mark it may be
    /// null. None if there is no such type.
    pub fn parse(name: &str, type_text: &str) -> Option<Field> {
        let outer = type_text.split_whitespace().next()?;
        let word = outer.trim_end_matches('?');
        let temporal = ["DATE", "TIME", "LOCALTIME", "DATETIME", "LOCALDATETIME"];
        let types = match TypeSet::named(word) {
            Some(types) => types,
            None if temporal.iter().any(|t| word.eq_ignore_ascii_case(t)) => TypeSet::TEMPORAL,
            None => return None,
        };
        Some(Field { name: Arc::from(name), types, nullable: outer.ends_with('?') })
    }

    /// What an argument may be: where a float is taken, an integer is too.
    pub(crate) fn accepts(&self) -> TypeSet {
        if self.types.contains(TypeSet::FLOAT) { self.types.or(TypeSet::INTEGER) } else { self.types }
    }

    /// A value as this argument; none if it does not fit.
    pub(crate) fn argument(&self, value: Value) -> Option<Value> {
        match value {
            Value::Null => self.nullable.then_some(Value::Null),
            Value::Integer(i) if self.types.is_disjoint(TypeSet::INTEGER) => {
                self.types.contains(TypeSet::FLOAT).then_some(Value::Float(i as f64))
            }
            other => self.types.contains(TypeSet::of(&other)).then_some(other),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, types) = (&self.name, self.types.describe());
        write!(f, "{name} :: {types}{}", if self.nullable { "?" } else { "" })
    }
}

/// As openCypher writes it: `db.labels() :: (label :: STRING?)`.
impl fmt::Display for ProcedureSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |fields: &[Field]| fields.iter().map(Field::to_string).collect::<Vec<_>>().join(", ");
        let inputs = list(&self.inputs);
        write!(f, "{}({inputs}) :: ({})", self.name, list(&self.outputs))
    }
}
