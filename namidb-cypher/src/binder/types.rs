//! What is known of a value before a query runs.
//!
//! A type is a set of what the value may be, and, for lists, of what their elements may be. Parameters and
//! properties may be anything. Null belongs to every type, so an expression is only refused where no value
//! but null could be right.

use super::bound::{ArithmeticOp, VariableKind};
use crate::functions::TypeSet;

/// The properties of these can be read with a dot.
pub(super) const HAS_PROPERTIES: TypeSet = TypeSet::NODE
    .or(TypeSet::RELATIONSHIP)
    .or(TypeSet::MAP)
    .or(TypeSet::POINT)
    .or(TypeSet::TEMPORAL)
    .or(TypeSet::DURATION);

/// What has properties in the graph.
pub(super) const ENTITY: TypeSet = TypeSet::NODE.or(TypeSet::RELATIONSHIP);

/// What a value may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Type {
    /// The value itself.
    pub set: TypeSet,
    /// Its elements, if it is a list.
    pub element: TypeSet,
}

impl Type {
    /// Anything.
    pub(super) const ANY: Type = Type { set: TypeSet::ANY, element: TypeSet::ANY };
    /// True, false or null.
    pub(super) const BOOLEAN: Type = Type::of(TypeSet::BOOLEAN);
    /// Null alone.
    pub(super) const NULL: Type = Type::of(TypeSet::NULL);

    /// A type of a set, whose lists may hold anything.
    pub(super) const fn of(set: TypeSet) -> Type {
        Type { set, element: TypeSet::ANY }
    }

    /// Lists of elements of a set.
    pub(super) const fn list(element: TypeSet) -> Type {
        Type { set: TypeSet::LIST, element }
    }

    /// The type of a variable of a pattern.
    pub(super) const fn of_kind(kind: VariableKind) -> Type {
        match kind {
            VariableKind::Node => Type::of(TypeSet::NODE),
            VariableKind::Relationship => Type::of(TypeSet::RELATIONSHIP),
            VariableKind::RelationshipList => Type::list(TypeSet::RELATIONSHIP),
            VariableKind::Path => Type::of(TypeSet::PATH),
            VariableKind::Value => Type::ANY,
        }
    }

    /// Whether no value of the type but null is in the set.
    pub(super) fn is_never(self, set: TypeSet) -> bool {
        self.set != TypeSet::NULL && self.set.is_disjoint(set)
    }

    /// Whether every value of the type but null is in the set, and there is one.
    pub(super) fn is_always(self, set: TypeSet) -> bool {
        self.set != TypeSet::NULL && set.contains(self.set)
    }

    /// What may be of either type.
    #[must_use]
    pub(super) fn union(self, other: Type) -> Type {
        let element = match (self.set.is_disjoint(TypeSet::LIST), other.set.is_disjoint(TypeSet::LIST)) {
            (true, _) => other.element,
            (_, true) => self.element,
            _ => self.element.or(other.element),
        };
        Type { set: self.set.or(other.set), element }
    }

    /// The type of one element.
    #[must_use]
    pub(super) fn element(self) -> Type {
        if self.is_always(TypeSet::LIST) { Type::of(self.element) } else { Type::ANY }
    }

    /// What the type is called in messages.
    pub(super) fn describe(self) -> &'static str {
        const NAMES: [(TypeSet, &str); 14] = [
            (TypeSet::BOOLEAN, "a boolean"),
            (TypeSet::INTEGER, "an integer"),
            (TypeSet::FLOAT, "a float"),
            (TypeSet::NUMBER, "a number"),
            (TypeSet::STRING, "text"),
            (TypeSet::LIST, "a list"),
            (TypeSet::MAP, "a map"),
            (TypeSet::NODE, "a node"),
            (TypeSet::RELATIONSHIP, "a relationship"),
            (TypeSet::PATH, "a path"),
            (TypeSet::TEMPORAL, "a temporal value"),
            (TypeSet::DURATION, "a duration"),
            (TypeSet::POINT, "a point"),
            (TypeSet::NULL, "null"),
        ];
        NAMES.iter().find(|(set, _)| *set == self.set).map_or("a value of another type", |(_, name)| name)
    }
}

/// What an operator makes of two types; none if it can never be right.
pub(super) fn arithmetic_type(op: ArithmeticOp, left: Type, right: Type) -> Option<Type> {
    const NUMBER: TypeSet = TypeSet::NUMBER;
    const LIST: TypeSet = TypeSet::LIST;
    const MEASURED: TypeSet = NUMBER.or(TypeSet::TEMPORAL).or(TypeSet::DURATION);
    const SCALED: TypeSet = NUMBER.or(TypeSet::DURATION);
    let (left_takes, right_takes) = match op {
        ArithmeticOp::Add => {
            if left.set == TypeSet::NULL || right.set == TypeSet::NULL {
                return Some(Type::NULL);
            }
            if left.is_always(LIST) && right.is_always(LIST) {
                return Some(Type::list(left.element | right.element));
            }
            if left.is_always(LIST) {
                let element = if right.set.is_disjoint(LIST) { right.set } else { TypeSet::ANY };
                return Some(Type::list(left.element | element));
            }
            if right.is_always(LIST) {
                let element = if left.set.is_disjoint(LIST) { left.set } else { TypeSet::ANY };
                return Some(Type::list(element | right.element));
            }
            if !left.set.is_disjoint(LIST) || !right.set.is_disjoint(LIST) {
                return Some(Type::ANY);
            }
            if left.is_always(TypeSet::STRING) || right.is_always(TypeSet::STRING) {
                return Some(Type::of(TypeSet::STRING));
            }
            if !left.set.is_disjoint(TypeSet::STRING) || !right.set.is_disjoint(TypeSet::STRING) {
                return Some(Type::ANY);
            }
            (MEASURED, MEASURED)
        }
        ArithmeticOp::Subtract => (MEASURED, MEASURED),
        ArithmeticOp::Multiply => (SCALED, SCALED),
        ArithmeticOp::Divide => (SCALED, NUMBER),
        ArithmeticOp::Modulo | ArithmeticOp::Power => (NUMBER, NUMBER),
    };
    if left.is_never(left_takes) || right.is_never(right_takes) {
        return None;
    }
    if !left.is_always(NUMBER) || !right.is_always(NUMBER) {
        return Some(Type::ANY);
    }
    Some(Type::of(match op {
        ArithmeticOp::Power => TypeSet::FLOAT,
        _ if left.is_always(TypeSet::INTEGER) && right.is_always(TypeSet::INTEGER) => TypeSet::INTEGER,
        _ if left.is_always(TypeSet::FLOAT) || right.is_always(TypeSet::FLOAT) => TypeSet::FLOAT,
        _ => NUMBER,
    }))
}

/// What `||` makes of two types; none if it can never be right.
pub(super) fn concatenation_type(left: Type, right: Type) -> Option<Type> {
    let never = |set| left.is_never(set) || right.is_never(set);
    match (never(TypeSet::LIST), never(TypeSet::STRING)) {
        (true, true) => None,
        (true, false) => Some(Type::of(TypeSet::STRING)),
        (false, true) => Some(Type::list(left.element | right.element)),
        (false, false) => Some(Type::of(TypeSet::LIST.or(TypeSet::STRING))),
    }
}
