//! What a function takes and gives, as far as it can be told before a query runs.

use namidb_core::Value;
use std::ops::BitOr;

/// A set of value types. Null belongs to every set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct TypeSet(u32);

/// The types by name, and sets that have a name of their own before what is in them.
const NAMES: [(TypeSet, &str); 17] = [
    (TypeSet::ANY, "ANY"),
    (TypeSet::NULL, "NULL"),
    (TypeSet::BOOLEAN, "BOOLEAN"),
    (TypeSet::NUMBER, "NUMBER"),
    (TypeSet::INTEGER, "INTEGER"),
    (TypeSet::FLOAT, "FLOAT"),
    (TypeSet::STRING, "STRING"),
    (TypeSet::LIST, "LIST"),
    (TypeSet::MAP, "MAP"),
    (TypeSet::NODE, "NODE"),
    (TypeSet::RELATIONSHIP, "RELATIONSHIP"),
    (TypeSet::PATH, "PATH"),
    (TypeSet::TEMPORAL, "TEMPORAL"),
    (TypeSet::DURATION, "DURATION"),
    (TypeSet::POINT, "POINT"),
    (TypeSet::BYTES, "BYTES"),
    (TypeSet::VECTOR, "VECTOR"),
];

impl TypeSet {
    /// Only null.
    pub const NULL: TypeSet = TypeSet(0);
    /// True or false.
    pub const BOOLEAN: TypeSet = TypeSet(1);
    /// Integers.
    pub const INTEGER: TypeSet = TypeSet(1 << 1);
    /// Floats.
    pub const FLOAT: TypeSet = TypeSet(1 << 2);
    /// Text.
    pub const STRING: TypeSet = TypeSet(1 << 3);
    /// Lists.
    pub const LIST: TypeSet = TypeSet(1 << 4);
    /// Maps.
    pub const MAP: TypeSet = TypeSet(1 << 5);
    /// Nodes.
    pub const NODE: TypeSet = TypeSet(1 << 6);
    /// Relationships.
    pub const RELATIONSHIP: TypeSet = TypeSet(1 << 7);
    /// Paths.
    pub const PATH: TypeSet = TypeSet(1 << 8);
    /// Dates, times and instants.
    pub const TEMPORAL: TypeSet = TypeSet(1 << 9);
    /// Durations.
    pub const DURATION: TypeSet = TypeSet(1 << 10);
    /// Points.
    pub const POINT: TypeSet = TypeSet(1 << 11);
    /// Bytes.
    pub const BYTES: TypeSet = TypeSet(1 << 12);
    /// Vectors.
    pub const VECTOR: TypeSet = TypeSet(1 << 13);
    /// Integers and floats.
    pub const NUMBER: TypeSet = TypeSet(Self::INTEGER.0 | Self::FLOAT.0);
    /// Every type.
    pub const ANY: TypeSet = TypeSet((1 << 14) - 1);

    /// The type of a value.
    pub fn of(value: &Value) -> TypeSet {
        match value {
            Value::Null => TypeSet::NULL,
            Value::Boolean(_) => TypeSet::BOOLEAN,
            Value::Integer(_) => TypeSet::INTEGER,
            Value::Float(_) => TypeSet::FLOAT,
            Value::String(_) => TypeSet::STRING,
            Value::List(_) => TypeSet::LIST,
            Value::Map(_) => TypeSet::MAP,
            Value::Node(_) => TypeSet::NODE,
            Value::Relationship(_) => TypeSet::RELATIONSHIP,
            Value::Path(_) => TypeSet::PATH,
            Value::Date(_)
            | Value::Time(_)
            | Value::LocalTime(_)
            | Value::DateTime(_)
            | Value::LocalDateTime(_) => TypeSet::TEMPORAL,
            Value::Duration(_) => TypeSet::DURATION,
            Value::Point(_) => TypeSet::POINT,
            Value::Bytes(_) => TypeSet::BYTES,
            Value::Vector(_) => TypeSet::VECTOR,
        }
    }

    /// The types of a name, in upper or lower case; none if there is no such name.
    pub fn named(name: &str) -> Option<TypeSet> {
        NAMES.iter().find(|(_, known)| name.eq_ignore_ascii_case(known)).map(|(types, _)| *types)
    }

    /// The one type of the set, as Cypher names it; `ANY` for a set of several, and for that of null alone.
    pub fn name(self) -> &'static str {
        let is_one = self.0.is_power_of_two() && self != TypeSet::TEMPORAL;
        NAMES.iter().find(|(set, _)| is_one && *set == self).map_or("ANY", |(_, name)| name)
    }

    /// The types of both sets.
    #[must_use]
    pub const fn or(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 | other.0)
    }

    /// The types that both sets have.
    #[must_use]
    pub const fn and(self, other: TypeSet) -> TypeSet {
        TypeSet(self.0 & other.0)
    }

    /// The names of its types, with a bar between: `STRING | LIST`.
    pub fn describe(self) -> String {
        if self == TypeSet::NULL {
            return "NULL".to_owned();
        }
        let mut rest = self;
        let mut names = Vec::new();
        for (set, name) in NAMES {
            if set != TypeSet::NULL && rest.contains(set) {
                names.push(name);
                rest = TypeSet(rest.0 & !set.0);
            }
        }
        names.join(" | ")
    }

    /// Whether no value but null belongs to both sets: a value of one is never of the other.
    pub const fn is_disjoint(self, other: TypeSet) -> bool {
        self.0 & other.0 == 0
    }

    /// Whether every type of `other` is in this set.
    pub const fn contains(self, other: TypeSet) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for TypeSet {
    type Output = TypeSet;

    fn bitor(self, other: TypeSet) -> TypeSet {
        self.or(other)
    }
}

/// The arguments and the result of a function.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// The arguments that have a place of their own. An argument whose type is only known at run time,
    /// and is wrong then, raises a type error there.
    pub arguments: &'static [TypeSet],
    /// How many of them must be given.
    pub required: usize,
    /// What any number of further arguments may be, if further ones may be given.
    pub rest: Option<TypeSet>,
    /// What the function may return.
    pub returns: TypeSet,
}

impl Signature {
    /// A signature whose arguments must all be given.
    pub const fn new(arguments: &'static [TypeSet], returns: TypeSet) -> Signature {
        Signature { arguments, required: arguments.len(), rest: None, returns }
    }

    /// The same, with only the first `required` arguments needed.
    #[must_use]
    pub const fn required(mut self, required: usize) -> Signature {
        self.required = required;
        self
    }

    /// The same, with any number of further arguments.
    #[must_use]
    pub const fn rest(mut self, rest: TypeSet) -> Signature {
        self.rest = Some(rest);
        self
    }

    /// The signature of a function of a name: `substring(STRING, INTEGER, [INTEGER]) :: STRING`.
    pub fn describe(&self, name: &str) -> String {
        let mut arguments = Vec::new();
        for (position, types) in self.arguments.iter().enumerate() {
            let types = types.describe();
            arguments.push(if position < self.required { types } else { format!("[{types}]") });
        }
        arguments.extend(self.rest.map(|rest| format!("{}...", rest.describe())));
        format!("{name}({}) :: {}", arguments.join(", "), self.returns.describe())
    }

    /// The fewest arguments.
    pub const fn min_arguments(&self) -> usize {
        self.required
    }

    /// The most arguments; none if there is no bound.
    pub const fn max_arguments(&self) -> Option<usize> {
        if self.rest.is_some() { None } else { Some(self.arguments.len()) }
    }

    /// What the argument at a position may be, if there may be one.
    pub fn argument(&self, position: usize) -> Option<TypeSet> {
        self.arguments.get(position).copied().or(self.rest)
    }
}
